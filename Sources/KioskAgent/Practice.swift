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
    private let current = Mutex<Journal?>(nil)
    /// Two desks may begin at the same time, and there is one journal.
    private let opening = Mutex<Task<Void, any Error>?>(nil)

    init(configuration: Journal.Configuration, logger: Logger) {
        var configuration = configuration
        configuration.directory += "/practice"
        configuration.ballastBytes = 0
        configuration.name = "practice"
        self.configuration = configuration
        self.logger = logger
    }

    /// `nil` until somebody has begun to practise, and after a failure.
    var journal: Journal? { current.withLock { $0 } }

    func begin(from real: Journal) async throws {
        let task = opening.withLock { opening in
            let task = opening ?? Task { try await open() }
            opening = task
            return task
        }
        defer { opening.withLock { if $0 == task { $0 = nil } } }
        try await task.value
        for document in try await real.look({ try $0.documents() }) { try await apply(document) }
    }

    private func open() async throws {
        if journal == nil {
            let opened = try await OwnThread.run(name: "opening") { [configuration, logger] in
                try Journal.openEmpty(configuration, logger: logger) { [weak self] error in
                    // The real journal is another file and goes on.
                    self?.logger.error("the practice journal failed; practice ends", metadata: ["error": "\(error)"])
                    self?.current.withLock { $0 = nil }
                }
            }
            current.withLock { $0 = opened }
        }
    }

    /// What the center sends is true for practice too.
    func apply(_ document: CenterDocument) async throws {
        guard let journal else { return }
        try await journal.record { transaction in
            if try transaction.isNews(document) { try transaction.apply(document) }
        }
    }

    func close() { current.withLock { $0.take() }?.close() }
}
