import Board
import Glibc

/// Where a command's answer goes, written at once and checked: a reader that has gone ends the command, a full disk is an
/// error.
enum Output {
    static func line(_ text: String) throws {
        try write(text + "\n")
    }

    /// To standard output.
    static func write(_ text: String) throws {
        try write(Array(text.utf8), to: 1, "the output")
    }

    /// Makes the file, or replaces what is in it. What is half written stays, and the error says so.
    static func write(_ text: String, file: String) throws { try write(Array(text.utf8), file: file) }

    static func write(_ bytes: [UInt8], file: String) throws {
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw complaint(file) }
        do {
            try write(bytes, to: descriptor, file)
        } catch {
            close(descriptor)
            throw error
        }
        // Some file systems tell only now that there was no room.
        guard close(descriptor) == 0 else { throw complaint(file) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ name: String) throws {
        guard let code = writeAll(bytes, to: descriptor) else { return }
        // `| head` has what it wanted.
        if code == EPIPE { exit(0) }
        errno = code
        throw complaint(name)
    }

    private static func complaint(_ name: String) -> CommandError {
        CommandError(code: .output, "\(name) cannot be written: \(message(of: errno))")
    }
}
