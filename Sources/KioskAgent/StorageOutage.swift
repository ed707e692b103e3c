import Board
import Domain
import Glibc
import Journal
import Logging
import ServiceLifecycle
import Synchronization
import Wire

/// The journal cannot be opened or written. The kiosk goes on without it: whatever is scanned or weighed is refused, aloud
/// and in words, the center is told from memory, and the storage is tried again until it works.
struct StorageOutage: Sendable {
    let reason: JournalError
    let since = BoardClock.uptime

    var alarm: Status.Alarm { Status.Alarm(code: "storage-failed", detail: "nothing can be recorded: \(reason)") }
}

/// A place in memory (`/run`), for what must be found while the card cannot be used: the socket, the sounds, and when writes
/// failed. The service manager makes it, and keeps it over a restart.
public struct Refuge: Sendable {
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
    func prepare() -> Bool { unsafe mkdir(directory, 0o750) == 0 || access(directory, W_OK) == 0 }

    // MARK: Failed writes

    /// So many restarts for a failed write within `windowMilliseconds`; then the kiosk stays up and refuses.
    static let mostRestarts = 5
    static let windowMilliseconds: Int64 = 300_000

    /// Called when the process is about to end for it.
    func noteFailure(at now: Uptime) {
        guard isManaged, prepare() else { return }
        let descriptor = unsafe open(failures, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return }
        let line = Array("\(now.milliseconds)\n".utf8)
        _ = unsafe write(descriptor, line, line.count)
        close(descriptor)
    }

    /// Whether restarting has been tried often enough.
    func restartsAreUsedUp(at now: Uptime) -> Bool {
        guard isManaged else { return false }
        let text = String(decoding: SmallFile.read(failures, limit: 4096) ?? [], as: UTF8.self)
        let recent = text.split(separator: "\n").compactMap { Int64($0) }.filter {
            (0..<Self.windowMilliseconds).contains(now.milliseconds - $0)
        }
        return recent.count >= Self.mostRestarts
    }

    func forgetFailures() { unsafe unlink(failures) }
}

/// What a failed write means: before the kiosk serves, that it begins without its journal; afterwards, the end of the process
/// at once, because whatever still ran could only make promises that this journal cannot keep.
final class WriteWatch: Sendable {
    private let refuge: Refuge
    private let logger: Logger
    private let state = Mutex<(isServing: Bool, failure: JournalError?)>((false, nil))

    init(refuge: Refuge, logger: Logger) {
        self.refuge = refuge
        self.logger = logger
    }

    /// On the journal's thread.
    func failed(_ error: JournalError) {
        logger.critical(
            "a write to the journal failed; nothing of it was shown as saved", metadata: ["error": "\(error)"])
        let isServing = state.withLock { state in
            state.failure = error
            return state.isServing
        }
        guard isServing else { return }
        refuge.noteFailure(at: BoardClock.uptime)
        _exit(ExitCode.storage.rawValue)
    }

    /// - Throws: what has failed already.
    func beginServing() throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.isServing = true
        }
    }
}

/// Tries the storage again, at a slow pace, and ends when it works.
final class StorageRetry: Service {
    private let configuration: Journal.Configuration
    private let interval: Int64
    private let logger: Logger
    private let found = Atomic(false)

    init(configuration: Journal.Configuration, everyMilliseconds: Int64, logger: Logger) {
        self.configuration = configuration
        interval = everyMilliseconds
        self.logger = logger
    }

    /// The storage works again.
    var isBack: Bool { found.load(ordering: .acquiring) }

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await cancelWhenGracefulShutdown { [interval] in try? await Task.sleep(for: .milliseconds(interval)) }
            guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
            do {
                try await attempt()
                found.store(true, ordering: .releasing)
                return logger.notice("the storage works again")
            } catch {
                logger.warning("the storage does not work yet", metadata: ["error": "\(error)"])
            }
        }
    }

    /// A card that hangs holds up this attempt and nothing else.
    private func attempt() async throws {
        try await OwnThread.run(name: "attempt") { [configuration, logger] in
            let journal = try Journal.open(configuration, logger: logger, onFailure: { _ in })
            defer { journal.close() }
            try journal.prove()
        }
    }
}
