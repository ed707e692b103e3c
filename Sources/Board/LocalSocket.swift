import Glibc

/// The place of a Unix socket, before it is bound.
public enum LocalSocket {
    public enum Occupant: Hashable, Sendable {
        case free
        /// A socket that nobody answers on any more; it may be removed.
        case stale
        case alive
        /// Something else, which is not ours to remove.
        case occupied
        case unreachable(String)
    }

    public static func look(at path: String) -> Occupant {
        var state = stat()
        guard unsafe lstat(path, &state) == 0 else {
            guard errno == ENOENT else { return .unreachable(message(of: errno)) }
            let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                separator: "/")
            let parent = directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory
            guard unsafe access(parent, W_OK) == 0 else {
                return .unreachable("\(parent): \(message(of: errno))")
            }
            return .free
        }
        guard state.st_mode & S_IFMT == S_IFSOCK else { return .occupied }
        return answers(path) ? .alive : .stale
    }

    private static func answers(_ path: String) -> Bool {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
