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
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE {
                // `| head` has what it wanted.
                exit(0)
            }
            guard count > 0 else { throw complaint(name) }
            written += count
        }
    }

    private static func complaint(_ name: String) -> CommandError {
        CommandError(code: .output, "\(name) cannot be written: \(unsafe String(cString: strerror(errno)))")
    }
}
