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

/// What a failed write means: before the kiosk serves, that it begins without its journal; afterwards, the end of the process
/// at once, because whatever still ran could only make promises that this journal cannot keep.
final class WriteWatch: Sendable {
    private let runtime: RuntimeDirectory
    private let logger: Logger
    private let state = Mutex<(isServing: Bool, failure: JournalError?)>((false, nil))

    init(runtime: RuntimeDirectory, logger: Logger) {
        self.runtime = runtime
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
        runtime.noteFailure(at: BoardClock.uptime)
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
        try await DedicatedThread.run(name: "attempt") { [configuration, logger] in
            let journal = try Journal.open(configuration, logger: logger, onFailure: { _ in })
            defer { journal.close() }
            try journal.prove()
        }
    }
}
