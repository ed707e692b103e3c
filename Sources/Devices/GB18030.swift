import Glibc
import Synchronization

/// Characters as Chinese receipt printers know them, by the C library's own conversion.
public final class GB18030: Sendable {
    /// `iconv_t` is an address that only `deinit` gives back; the lock keeps conversions apart.
    private let handle: Mutex<UInt>

    /// `nil` when the system has no such conversion: Debian 12 has it in libc6, later ones in libc-gconv-modules-extra.
    public init?() {
        let opened = unsafe UInt(bitPattern: iconv_open("GB18030", "UTF-8"))
        guard opened != UInt.max else { return nil }
        handle = Mutex(opened)
    }

    deinit {
        handle.withLock { _ = unsafe iconv_close(UnsafeMutableRawPointer(bitPattern: $0)) }
    }

    /// One, two or four bytes; `nil` for what the conversion refuses.
    public func encode(_ scalar: Unicode.Scalar) -> [UInt8]? {
        var input = String(scalar).utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 8)
        let left: Int? = handle.withLock { handle in
            unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe output.withUnsafeMutableBufferPointer { output in
                    var from = input.baseAddress
                    var to = output.baseAddress
                    var (unread, room) = (input.count, output.count)
                    let handle = unsafe UnsafeMutableRawPointer(bitPattern: handle)
                    let result = unsafe iconv(handle, &from, &unread, &to, &room)
                    return result == -1 || unread != 0 ? nil : room
                }
            }
        }
        return left.map { output[..<(output.count - $0)].map { UInt8(bitPattern: $0) } }
    }
}
