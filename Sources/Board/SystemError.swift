import Glibc

/// What the operating system says to one of its error numbers. Unlike `strerror` it may be called by several threads at once.
public func message(of code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard unsafe strerror_r(code, buffer.baseAddress!, buffer.count) == 0 else { return "errno \(code)" }
        return unsafe String(cString: buffer.baseAddress!)
    }
}
