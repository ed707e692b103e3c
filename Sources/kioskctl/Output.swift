import Glibc

/// Standard output, written at once and checked: a reader that has gone ends the command, a full disk is an error.
enum Output {
    static func line(_ text: String) throws {
        var bytes = Array((text + "\n").utf8)
        while !bytes.isEmpty {
            let count = unsafe write(1, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE {
                // `| head` has what it wanted.
                exit(0)
            }
            guard count > 0 else {
                throw Complaint(
                    code: .output, "the output cannot be written: \(unsafe String(cString: strerror(errno)))")
            }
            bytes.removeFirst(count)
        }
    }
}
