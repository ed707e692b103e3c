import Board
import Glibc

/// Files that the lab writes for the programs it starts.
package enum LabFile {
    package static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ChildProgram.Failure("\(path): \(message(of: errno))")
        }
        defer { close(descriptor) }
        if let code = writeAll(Array(text.utf8), to: descriptor) {
            throw ChildProgram.Failure("\(path): \(message(of: code))")
        }
    }
}
