import Board
import Domain
import Journal
import Logging
import Synchronization

/// The journal to practise in: everything works, nothing is delivered. It lies beside the real one, begins empty when
/// somebody first practises after a start, and knows the same people and announced parcels.
final class Practice: Sendable {
    private let configuration: Journal.Configuration
    private let logger: Logger
    private struct State {
        var journal: Journal?
        /// Two desks may begin at the same time, and there is one journal.
        var opening: Task<Void, any Error>?
        /// So many desks have been told, or are being told, that they may practise as soon as there is a journal.
        var expecting = 0
        /// One that failed, until it has let go of its files.
        var closing: Task<Void, Never>?
    }

    private let state = Mutex(State())

    init(configuration: Journal.Configuration, logger: Logger) {
        var configuration = configuration
        configuration.directory += "/practice"
        configuration.ballastBytes = 0
        configuration.name = "practice"
        self.configuration = configuration
        self.logger = logger
    }

    /// `nil` until somebody has begun to practise, and after a failure.
    var journal: Journal? { state.withLock { $0.journal } }
    /// There is none yet, and there will be one.
    var isExpected: Bool { state.withLock { $0.expecting > 0 } }

    /// Before a desk's turn to practise is settled; `begin` follows.
    func expect() { state.withLock { $0.expecting += 1 } }

    func begin(from real: Journal) async throws {
        defer { state.withLock { $0.expecting -= 1 } }
        let task = state.withLock { state in
            let task = state.opening ?? Task { try await open() }
            state.opening = task
            return task
        }
        defer { state.withLock { if $0.opening == task { $0.opening = nil } } }
        try await task.value
        for document in try await real.look({ try $0.documents() }) { try await apply(document) }
    }

    private func open() async throws {
        await state.withLock { $0.closing }?.value
        guard journal == nil else { return }
        let opened = try await DedicatedThread.run(name: "opening") { [configuration, logger] in
            try Journal.openEmpty(configuration, logger: logger) { [weak self] error in
                // The real journal is another file and goes on.
                self?.logger.error("the practice journal failed; practice ends", metadata: ["error": "\(error)"])
                self?.letGo()
            }
        }
        state.withLock { $0.journal = opened }
    }

    /// Called on the journal's own thread, which has to end before its files can be had again.
    private func letGo() {
        state.withLock { state in
            guard let failed = state.journal else { return }
            state.journal = nil
            state.closing = Task { await DedicatedThread.run(name: "closing") { failed.close() } }
        }
    }

    /// What the center sends is true for practice too.
    func apply(_ document: CenterDocument) async throws {
        guard let journal else { return }
        try await journal.record { transaction in
            if try transaction.isNews(document) { try transaction.apply(document) }
        }
    }

    func close() { state.withLock { $0.journal.take() }?.close() }
}
