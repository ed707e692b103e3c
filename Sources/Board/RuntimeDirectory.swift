package import Domain
import Glibc

/// The service's directory in memory (`/run/kioskd`), for what must be found while the card cannot be used: the socket, the
/// sounds, and when writes failed. The service manager makes it, and keeps it over a restart.
public struct RuntimeDirectory: Sendable {
    public let directory: String
    /// A service manager gave it to this service alone, and restarts it. Without one nobody does, and the usual place may be
    /// another kiosk's: failed writes are then not counted there.
    private let isManaged: Bool

    public init(environment: [String: String]) {
        let given = environment["RUNTIME_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
        directory = given ?? "/run/kioskd"
        isManaged = given != nil
    }

    /// Where kioskd listens while its storage is out.
    public var socket: String { directory + "/kioskd.sock" }
    private var failures: String { directory + "/failed-writes" }

    /// `false`: nobody has made it, and we may not.
    package func prepare() -> Bool { unsafe mkdir(directory, 0o750) == 0 || access(directory, W_OK) == 0 }

    // MARK: Failed writes

    /// So many restarts for a failed write within `windowMilliseconds`; then the kiosk stays up and refuses.
    package static let mostRestarts = 5
    package static let windowMilliseconds: Int64 = 300_000

    /// Called when the process is about to end for it.
    package func noteFailure(at now: Uptime) {
        guard isManaged, prepare() else { return }
        let descriptor = unsafe open(failures, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return }
        let line = Array("\(now.milliseconds)\n".utf8)
        _ = unsafe write(descriptor, line, line.count)
        close(descriptor)
    }

    /// Whether restarting has been tried often enough.
    package func restartsAreUsedUp(at now: Uptime) -> Bool {
        guard isManaged else { return false }
        let text = String(decoding: BoundedFileReader.read(failures, limit: 4096) ?? [], as: UTF8.self)
        let recent = text.split(separator: "\n").compactMap { Int64($0) }.filter {
            (0..<Self.windowMilliseconds).contains(now.milliseconds - $0)
        }
        return recent.count >= Self.mostRestarts
    }

    package func forgetFailures() { unsafe unlink(failures) }
}
