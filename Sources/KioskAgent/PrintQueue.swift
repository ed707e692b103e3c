import Board
import Devices
import Domain
import Journal
import Logging
import Receipts
import ServiceLifecycle
import Synchronization

/// Works the print queue off, one paper after the other: what was wanted first comes out first.
///
/// A job is marked as begun, on disk, before the printer gets its first byte, and as done when the printer has answered.
/// Between the two nobody can know whether it came out: after a power cut it is printed again, marked as a copy. A printer
/// that cannot print is asked again, later and later up to a minute, and at once when it says that it can.
final class PrintQueue: Service {
    private struct State {
        var delay = PrintQueue.shortest
        var isRetrying = false
        /// Why the first in the queue does not come out.
        var obstacle: String?
    }

    static let shortest = Duration.seconds(2)
    static let longest = Duration.seconds(60)

    /// Told whenever a job has changed.
    let changes = Broadcaster<Void>(kept: 1)

    private let journal: Journal
    private let practice: Practice
    private let printer: Printer
    private let source: SlipSource
    private let ink: SlipInk
    private let logger: Logger
    private let onObstacle: @Sendable () -> Void
    private let state = Mutex(State())
    private let kicks: AsyncStream<Void>
    private let kicking: AsyncStream<Void>.Continuation

    /// - Parameter onObstacle: `obstacle` differs from before.
    init(
        journal: Journal, practice: Practice, printer: Printer, source: SlipSource, ink: SlipInk, logger: Logger,
        onObstacle: @escaping @Sendable () -> Void
    ) {
        self.journal = journal
        self.practice = practice
        self.printer = printer
        self.source = source
        self.ink = ink
        self.logger = logger
        self.onObstacle = onObstacle
        (kicks, kicking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Why slips wait, in words; `nil` while they come out.
    var obstacle: String? { state.withLock { $0.obstacle } }

    /// There is something to print. Returns at once.
    func wake() { kicking.yield() }

    /// The printer has changed: a paper that waits is tried at once.
    func printerChanged() {
        state.withLock { $0.delay = Self.shortest }
        wake()
    }

    func run() async throws {
        do {
            try await journal.record { try $0.resumePrints() }
        } catch {
            logger.error("the print queue was not taken up", metadata: ["error": "\(error)"])
        }
        wake()
        for await _ in kicks.cancelOnGracefulShutdown() {
            while !Task.isShuttingDownGracefully, !Task.isCancelled, await step() {}
        }
        changes.finish()
    }

    // MARK: One job

    /// - Returns: whether to look for the next one at once.
    private func step() async -> Bool {
        do {
            guard let (job, journal, isPractice) = try await next() else {
                note(obstacle: nil)
                return false
            }
            return try await print(job, journal, isPractice)
        } catch {
            logger.warning("the print queue was not read", metadata: ["error": "\(error)"])
            retry()
            return false
        }
    }

    private func next() async throws -> (job: PrintJob, journal: Journal, isPractice: Bool)? {
        if let job = try await journal.look({ try $0.nextPrint() }) { return (job, journal, false) }
        guard let journal = practice.journal else { return nil }
        return try await journal.look { try $0.nextPrint() }.map { ($0, journal, true) }
    }

    private func print(_ job: PrintJob, _ journal: Journal, _ isPractice: Bool) async throws -> Bool {
        let marks = SlipMarks(isPractice: isPractice, copy: job.nextCopy)
        let now = BoardClock.now
        guard let slip = try await journal.look({ [source] in try source.slip(job.request, marks, at: now, $0) }) else {
            try await end(job, .cancelled, "its record is not there any more", journal, isPractice)
            return true
        }
        let bytes: [UInt8]
        do {
            bytes = try ink.escPos(slip)
        } catch {
            return try await wait(job, "\(error)", journal, isPractice)
        }
        let outcome = await withCheckedContinuation { continuation in
            printer.print(bytes) {
                // On the printer's own thread, which may wait for the commit.
                ((try? journal.record { try $0.beginPrint(job.id) }) ?? nil) != nil
            } then: {
                continuation.resume(returning: $0)
            }
        }
        switch outcome {
        case .printed: try await end(job, .printed, nil, journal, isPractice)
        case .sent: try await end(job, .sent, nil, journal, isPractice)
        case .notPrinted(let why): return try await wait(job, why, journal, isPractice)
        case .torn(let why):
            try await end(job, .uncertain, why, journal, isPractice)
            note(obstacle: why)
            retry()
            return false
        case .withdrawn:
            // Cancelled meanwhile; or the journal took no note of its beginning, and then it is tried later.
            guard try await journal.look({ try $0.print(job.id) })?.state.isOpen ?? false else { return true }
            retry()
            return false
        }
        state.withLock { $0.delay = Self.shortest }
        return true
    }

    /// Not a byte went out: it stays what it was.
    private func wait(_ job: PrintJob, _ why: String, _ journal: Journal, _ isPractice: Bool) async throws -> Bool {
        // With kioskd the printer ends before this queue; that is no trouble of the printer.
        guard !printer.isStopping else { return false }
        // Said once; the card is not written for each try.
        if job.problem != why { try await end(job, job.state, why, journal, isPractice) }
        note(obstacle: why)
        retry()
        return false
    }

    private func end(
        _ job: PrintJob, _ state: PrintJob.State, _ problem: String?, _ journal: Journal, _ isPractice: Bool
    ) async throws {
        try await journal.record { try $0.endPrint(job.id, state, problem: problem) }
        var details: Logger.Metadata = [
            "job": "\(job.id)", "kind": "\(job.request.kind.rawValue)", "of": "\(job.request.reference)",
        ]
        if isPractice { details["practice"] = "yes" }
        if let problem { details["reason"] = "\(problem)" }
        switch state {
        case .printed: logger.info("slip printed", metadata: details)
        case .sent: logger.info("slip sent; the printer does not say whether it came out", metadata: details)
        case .waiting, .printing: logger.warning("a slip was not printed; it waits", metadata: details)
        case .uncertain: logger.warning("a slip was perhaps not printed; it comes again as a copy", metadata: details)
        case .cancelled: logger.warning("a slip was given up", metadata: details)
        }
        changes.announce(())
    }

    // MARK: Waiting

    private func note(obstacle: String?) {
        let isNews = state.withLock { state in
            defer { state.obstacle = obstacle }
            return state.obstacle != obstacle
        }
        if isNews { onObstacle() }
    }

    /// Once at a time, later after each that was in vain.
    private func retry() {
        let delay: Duration? = state.withLock { state in
            guard !state.isRetrying else { return nil }
            state.isRetrying = true
            defer { state.delay = min(state.delay * 2, Self.longest) }
            return state.delay
        }
        guard let delay else { return }
        Task.detached { [weak self] in
            try? await Task.sleep(for: delay)
            self?.state.withLock { $0.isRetrying = false }
            self?.wake()
        }
    }
}
