import Glibc

/// A lock that the kernel drops with the process: at most one daemon uses a directory.
public final class FileLock: Sendable {
    public enum Fault: Error, Hashable, CustomStringConvertible {
        /// Another process has it.
        case held
        /// The file cannot be made or opened, for this reason.
        case failed(String)

        public var description: String {
            switch self {
            case .held: "in use by another process"
            case .failed(let reason): reason
            }
        }
    }

    private let descriptor: Int32

    /// - Throws: whether somebody has it, or why it cannot be had.
    public init(path: String) throws(Fault) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .failed(message(of: errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .held : .failed(message(of: code))
        }
    }

    deinit { close(descriptor) }
}
