import Glibc

/// What the operating system says to one of its error numbers. Unlike `strerror` it may be called by several threads at once.
public func message(of code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard unsafe strerror_r(code, buffer.baseAddress!, buffer.count) == 0 else { return "errno \(code)" }
        return unsafe String(cString: buffer.baseAddress!)
    }
}

/// Writes all of it, also where the system takes it piece by piece.
/// - Returns: the error number with which it stopped; `nil` when all is written.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var written = 0
    while written < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : ENOSPC }
        written += count
    }
    return nil
}
