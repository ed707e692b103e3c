import Glibc

/// Small files that the kernel or an installer wrote, read whole.
public enum BoundedFileReader {
    /// At most `limit` bytes; `nil` when the file cannot be read.
    public static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var used = 0
        while used < limit {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + used }, limit - used)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            used += count
        }
        bytes.removeLast(limit - used)
        return bytes
    }
}
