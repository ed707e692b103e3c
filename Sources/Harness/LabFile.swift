import Glibc

/// Files that the lab writes for the programs it starts.
package enum LabFile {
    package static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ChildProgram.Failure("\(path): \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            guard count > 0 else {
                throw ChildProgram.Failure("\(path): \(unsafe String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}
