import Glibc

/// The notify protocol of systemd (`sd_notify`): readiness, stopping, and the watchdog. Without a manager every call
/// does nothing.
public struct ServiceManager: Sendable {
    private let address: String?
    /// Half the watchdog's time: how often to say that all is well. `nil` when nobody watches.
    public let watchdog: Duration?

    public init(environment: [String: String], processID: Int32) {
        address = environment["NOTIFY_SOCKET"]
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        watchdog = environment["WATCHDOG_USEC"].flatMap { Int($0) }.flatMap {
            isOurs && $0 > 0 ? .milliseconds(max($0 / 2000, 1)) : nil
        }
    }

    public func ready(_ words: String) { send("READY=1\nSTATUS=\(words)") }
    public func stopping() { send("STOPPING=1") }
    public func alive() { send("WATCHDOG=1") }
    /// Before readiness or after it something lasts that must be left to come to its end: neither the start nor the watchdog may
    /// cut it short for the next two minutes and the next watchdog's time.
    public func busy(_ words: String) { send("EXTEND_TIMEOUT_USEC=120000000\nWATCHDOG=1\nSTATUS=\(words)") }

    private func send(_ message: String) {
        guard let address, let first = address.utf8.first else { return }
        // A name that begins with @ lies in the abstract name space, written with a leading NUL.
        var path = Array(address.utf8)
        if first == UInt8(ascii: "@") { path[0] = 0 }
        var socketAddress = sockaddr_un()
        guard path.count < MemoryLayout.size(ofValue: socketAddress.sun_path) else { return }
        socketAddress.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &socketAddress.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        unsafe withUnsafePointer(to: &socketAddress) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
