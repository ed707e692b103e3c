import CSSL
import Glibc
import Harness

/// TLS of a client of the lab's own, over a socket that is connected already. A kiosk's is libmosquitto's; of these one thread
/// holds a thousand.
@safe final class SecureChannel {
    private let handle: OpaquePointer
    private let context: OpaquePointer

    /// Shakes hands at once.
    init(_ descriptor: Int32, _ own: Authority.Client) throws {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw Self.failure("no context") }
        guard unsafe SSL_CTX_load_verify_locations(context, own.authority, nil) == 1,
            unsafe SSL_CTX_use_certificate_file(context, own.certificate, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(context, own.key, SSL_FILETYPE_PEM) == 1,
            let handle = unsafe SSL_new(context)
        else {
            unsafe SSL_CTX_free(context)
            throw Self.failure("its certificate")
        }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        unsafe (self.context, self.handle) = (context, handle)
        unsafe SSL_set_fd(handle, descriptor)
        guard unsafe SSL_connect(handle) == 1 else { throw Self.failure("shaking hands") }
    }

    deinit {
        unsafe SSL_free(handle)
        unsafe SSL_CTX_free(context)
    }

    /// All that is there; `nil` when the other end is gone.
    func read() -> [UInt8]? {
        var all: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe SSL_read(handle, &bytes, Int32(bytes.count))
            guard count <= 0 else {
                all += bytes.prefix(Int(count))
                continue
            }
            guard unsafe SSL_get_error(handle, count) == SSL_ERROR_WANT_READ else { return all.isEmpty ? nil : all }
            return all
        }
    }

    /// How much of it has gone; 0 when there is no room now, less than that when the other end is gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = unsafe bytes.withUnsafeBytes { unsafe SSL_write(handle, $0.baseAddress, Int32($0.count)) }
        guard count <= 0 else { return Int(count) }
        let error = unsafe SSL_get_error(handle, count)
        return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? 0 : -1
    }

    private static func failure(_ what: String) -> ChildProgram.Failure {
        let code = ERR_get_error()
        let words = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "unknown"
        return ChildProgram.Failure("TLS: \(what): \(words)")
    }
}
