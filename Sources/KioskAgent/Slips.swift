import Devices
import Domain
import Journal
import Logging
import Receipts
import Workflow

/// What a point prints: always from what the journal holds, never from what is still in memory.
final class Slips: Sendable {
    /// The width of a slip that is only looked at where there is no printer.
    static let columnsOnScreen = 48
    /// One question to the journal looks through so many events, so that no scan waits for long.
    static let page: Int64 = 2000
    /// A slip is looked for among so many of the newest events: a year and more of a busy point. What is pruned is gone.
    static let mostPages = 100

    private let kiosk: KioskID
    private let journal: Journal
    private let practice: Practice
    private let printer: Printer?
    private let columns: Int
    private let encoding: GB18030?
    private let logger: Logger

    init(
        kiosk: KioskID, journal: Journal, practice: Practice, printer: Printer?, columns: Int?, logger: Logger
    ) {
        self.kiosk = kiosk
        self.journal = journal
        self.practice = practice
        self.printer = printer
        self.columns = columns ?? Self.columnsOnScreen
        self.logger = logger
        encoding = printer == nil ? nil : GB18030()
    }

    // MARK: After a hand-over

    /// Prints the slip of a hand-over that a desk has closed. Called on the journal's thread, after the commit.
    func batchClosed(_ answer: Answer, isPractice: Bool) {
        guard printer != nil, let sequence = answer.sequence, let journal = isPractice ? practice.journal : journal
        else { return }
        Task.detached { [self] in
            do {
                let handOver = try await journal.look { view in
                    try view.event(sequence).flatMap { try Self.handOver(closing: $0, view) }
                }
                // The journal may have been replaced in between; then that number is another event's.
                guard let handOver, handOver.count == answer.count else {
                    return logger.warning("a slip was not printed: its record is not there")
                }
                print(handOver, SlipMarks(isPractice: isPractice))
            } catch {
                logger.warning("a slip was not printed: its record was not read", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func handOver(closing event: Event, _ view: PointView) throws -> HandOver? {
        guard var handOver = HandOver(closing: event) else { return nil }
        handOver.courierName = try view.person(handOver.courier)?.name
        // The event that opened it has its id, and lies a few scans before.
        handOver.begun = try view.opening(of: handOver.batch, before: event.sequence, within: page)?.draft.now
        return handOver
    }

    /// `then` is called once, when it is known what became of it.
    private func print(
        _ handOver: HandOver, _ marks: SlipMarks, then: @escaping @Sendable (Printer.Outcome) -> Void = { _ in }
    ) {
        let finish: @Sendable (Printer.Outcome) -> Void = { [self] outcome in
            log(outcome, handOver, marks)
            then(outcome)
        }
        guard let printer else { return finish(.notPrinted("no printer is set up")) }
        guard let encoding else {
            return finish(.notPrinted("the system has no GB18030 conversion; install libc-gconv-modules-extra"))
        }
        let bytes = EscPos.bytes(handOver.slip(of: kiosk, marks), width: columns) { encoding.encode($0) }
        printer.print(bytes, then: finish)
    }

    /// A slip that did not come out is never silent.
    private func log(_ outcome: Printer.Outcome, _ handOver: HandOver, _ marks: SlipMarks) {
        var details: Logger.Metadata = ["batch": "\(handOver.batch)"]
        if marks.isPractice { details["practice"] = "yes" }
        switch outcome {
        case .printed: logger.info("slip printed", metadata: details)
        case .sent: logger.info("slip sent; the printer does not say whether it came out", metadata: details)
        case .notPrinted(let why):
            details["reason"] = "\(why)"
            logger.warning("a slip was not printed", metadata: details)
        }
    }

    // MARK: Again

    /// A hand-over of the past, and whether it was practice; `nil` when its end is not among the events looked through.
    private func find(_ batch: String) async throws -> (handOver: HandOver, isPractice: Bool)? {
        if let found = try await find(batch, in: journal) { return (found, false) }
        guard let practised = practice.journal, let found = try await find(batch, in: practised) else { return nil }
        return (found, true)
    }

    /// Backwards from the newest event: subjects have no index, so a slip of long ago costs a look at each event since.
    private func find(_ batch: String, in journal: Journal) async throws -> HandOver? {
        var last = journal.state.head.sequence + 1
        for _ in 0..<Self.mostPages where last > journal.state.anchor + 1 {
            let found = try await journal.look { [last] view in
                try view.closing(of: batch, before: last, within: Self.page).flatMap {
                    try Self.handOver(closing: $0, view)
                }
            }
            if let found { return found }
            last -= Self.page
        }
        return nil
    }

    func lines(of batch: String) async throws -> JSON? {
        guard let (handOver, isPractice) = try await find(batch) else { return nil }
        let slip = handOver.slip(of: kiosk, SlipMarks(isPractice: isPractice))
        return [
            "batch": .string(batch), "width": .integer(Int64(columns)), "practice": .boolean(isPractice),
            "lines": .array(slip.lines(width: columns).map { .string($0) }),
        ]
    }

    /// Whoever asks waits for a printer no longer than this.
    static let patience = Duration.seconds(8)

    /// Prints it once more, marked as a copy, and says what became of it, or that it still waits for the printer.
    func printAgain(_ batch: String) async throws -> JSON? {
        guard let (handOver, isPractice) = try await find(batch) else { return nil }
        let (outcomes, continuation) = AsyncStream.makeStream(of: Printer.Outcome.self)
        print(handOver, SlipMarks(isPractice: isPractice, copy: 1)) {
            continuation.yield($0)
            continuation.finish()
        }
        let outcome = await withTaskGroup(of: Printer.Outcome?.self) { group in
            group.addTask { await outcomes.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        let (word, reason): (String, String?) =
            switch outcome {
            case nil: ("waiting", nil)
            case .printed: ("printed", nil)
            case .sent: ("sent", nil)
            case .notPrinted(let why): ("not-printed", why)
            }
        return .members(["batch": .string(batch), "result": .string(word), "reason": reason.map { .string($0) }])
    }
}
