import Glibc

/// A lock that the kernel drops with the process: at most one daemon uses a directory.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// `nil` when another process holds it or the file cannot be made.
    public init?(path: String) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
