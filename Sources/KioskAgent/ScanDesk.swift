import Barcodes
import Board
import Devices
import Domain
import Journal
import Logging
import Synchronization
import Workflow

/// Where scans become facts: recognition, the decision inside the transaction, and the answer after the COMMIT.
final class ScanDesk: Sendable {
    /// When scans come faster than the card writes, the line waits so long before a scan is refused as busy. Meanwhile
    /// what comes gathers in the line's own buffer.
    static let patienceMilliseconds = 2000

    private let journal: Journal
    private let rules: WaybillRules
    private let scanners: [String: KioskSettings.Scanner]
    private let logger: Logger
    private let onOutcome: @Sendable (_ scanner: String, ScanOutcome) -> Void
    private let tally = Mutex<[String: Int64]>([:])

    init(
        journal: Journal, rules: WaybillRules, scanners: [KioskSettings.Scanner], logger: Logger,
        onOutcome: @escaping @Sendable (_ scanner: String, ScanOutcome) -> Void
    ) {
        self.journal = journal
        self.rules = rules
        self.scanners = Dictionary(scanners.map { ($0.device.name, $0) }) { first, _ in first }
        self.logger = logger
        self.onOutcome = onOutcome
    }

    /// How often each outcome came since this process began.
    var counters: [String: Int64] { tally.withLock { $0 } }

    /// Called on the devices' thread; waits only when the journal is behind, and then not for long.
    func take(_ input: ScanInput, from scanner: String) {
        let acceptsUnterminated = scanners[scanner]?.acceptsUnterminated ?? false
        switch (rules.recognise(input, acceptUnterminated: acceptsUnterminated), input) {
        case (.parcel(let waybill, let carriers, let symbology), .scan(let scan)):
            receive(waybill, carriers, symbology, scan.bytes, scanner)
        case (.refused(let refusal), _): answer(.refused(refusal), scanner)
        case (.parcel, .fault): answer(.refused(.interrupted), scanner)
        }
    }

    private func receive(
        _ waybill: Waybill, _ carriers: [Carrier], _ symbology: String?, _ raw: [UInt8], _ scanner: String
    ) {
        let now = BoardClock.now
        let accepted = journal.record(patience: Self.patienceMilliseconds) { transaction -> ScanOutcome in
            let known = try transaction.parcel(waybill.subject)
            let step = Reception.receive(
                waybill, carriers: carriers, symbology: symbology, raw: raw, scanner: scanner, known: known)
            switch step {
            case .already(let parcel):
                return .already(subject: parcel.subject, since: parcel.recordedAt, sequence: parcel.sequence)
            case .record(let type, let subject, let data):
                var generator = SystemRandomNumberGenerator()
                let draft = EventDraft(
                    id: .make(at: now.wall, using: &generator), type: type, subject: subject, now: now,
                    bootID: BoardClock.bootID, actor: nil, data: data.canonical)
                let event = try transaction.record(draft)
                return .saved(subject: subject, carriers: carriers, sequence: event.sequence)
            }
        } then: { [self] result in
            switch result {
            case .success(let outcome): answer(outcome, scanner)
            // Too little space, or a journal that failed or was replaced: whatever it was, it is not saved.
            case .failure: answer(.refused(.storage), scanner)
            }
        }
        if !accepted { answer(.refused(.busy), scanner) }
    }

    private func answer(_ outcome: ScanOutcome, _ scanner: String) {
        tally.withLock { $0[outcome.word, default: 0] += 1 }
        switch outcome {
        case .saved(let subject, _, let sequence):
            logger.info("parcel received", metadata: ["waybill": "\(subject)", "sequence": "\(sequence)"])
        case .already(let subject, _, let sequence):
            logger.info("parcel already in", metadata: ["waybill": "\(subject)", "sequence": "\(sequence)"])
        case .refused(let refusal):
            // Never the text itself: it may be anything, a phone number too.
            logger.notice("scan refused", metadata: ["scanner": "\(scanner)", "reason": "\(refusal.rawValue)"])
        }
        onOutcome(scanner, outcome)
    }
}

extension ScanOutcome {
    func json(scanner: String) -> JSON {
        switch self {
        case .saved(let subject, let carriers, let sequence):
            [
                "outcome": .string(word), "scanner": .string(scanner), "subject": .string(subject),
                "sequence": .integer(sequence), "carriers": .array(carriers.map { .string($0.rawValue) }),
            ]
        case .already(let subject, let since, let sequence):
            [
                "outcome": .string(word), "scanner": .string(scanner), "subject": .string(subject),
                "sequence": .integer(sequence), "since": .string(since.description),
            ]
        case .refused: ["outcome": "refused", "reason": .string(word), "scanner": .string(scanner)]
        }
    }
}
