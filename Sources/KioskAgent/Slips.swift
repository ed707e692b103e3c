import Board
import Domain
import Journal
import LocalAPI
import LocalAPIModel
import Logging
import Receipts
import Workflow

/// The papers of a point for whoever asks: shown, printed again, listed, cancelled.
final class Slips: Sendable {
    private let journal: Journal
    private let practice: Practice
    private let source: SlipSource
    private let ink: SlipInk
    /// `nil` where there is no printer.
    private let queue: PrintQueue?

    init(journal: Journal, practice: Practice, source: SlipSource, ink: SlipInk, queue: PrintQueue?) {
        self.journal = journal
        self.practice = practice
        self.source = source
        self.ink = ink
        self.queue = queue
    }

    private struct Found {
        var request: PrintJob.Request
        var journal: Journal
        var isPractice: Bool
        var slip: Slip
    }

    // MARK: Finding

    /// What was practised too, when the real journal has nothing of it.
    private func find(_ wish: SlipRequest) async throws -> Found? {
        for (journal, isPractice) in [(journal, false)] + (practice.journal.map { [($0, true)] } ?? []) {
            guard let request = try await request(wish, journal) else { continue }
            let (source, now) = (source, BoardClock.now)
            let marks = SlipMarks(isPractice: isPractice)
            if let slip = try await journal.look({ try source.slip(request, marks, at: now, $0) }) {
                return Found(request: request, journal: journal, isPractice: isPractice, slip: slip)
            }
        }
        return nil
    }

    private func request(_ wish: SlipRequest, _ journal: Journal) async throws -> PrintJob.Request? {
        func asked(_ kind: PrintJob.Kind, _ reference: String, _ sequence: Int64 = 0) -> PrintJob.Request {
            PrintJob.Request(kind: kind, reference: reference, sequence: sequence, isAsked: true)
        }
        if wish.kind == .statement {
            guard let farmer = try await journal.look({ try Kiosk.farmer(wish.reference, $0)?.id }) else { return nil }
            return asked(
                .statement, SlipSource.Period(farmer: farmer, from: wish.from, until: wish.until).reference)
        }
        if let lot = Lot.id(in: wish.reference.uppercased()) {
            return asked(
                wish.kind == .label ? .label : .receipt, lot,
                try await place(in: journal) { try $0.newest(.lotPacked, lot, before: $1, within: $2) } ?? 0)
        }
        if let number = WeighIn.Number(wish.reference) {
            return asked(wish.kind == .void ? .void : .receipt, number.description)
        }
        if Newcomer.parts(wish.reference) != nil { return asked(.card, wish.reference) }
        if let number = Payment.Number(wish.reference) {
            let kind = [.paymentStub, .reversal].contains(wish.kind) ? wish.kind ?? .payment : .payment
            return asked(kind, number.description)
        }
        if let id = EventID(wish.reference) {
            let batch = id.text
            if let sequence = try await place(
                in: journal, { try $0.newest(.batchClosed, batch, before: $1, within: $2) })
            {
                return asked(.handOver, batch, sequence)
            }
            guard let sequence = try await place(in: journal, { try $0.place(of: id, before: $1, within: $2) }) else {
                return nil
            }
            let type = try await journal.look { try $0.event(sequence)?.draft.type }
            return asked(type == .tillCounted ? .till : .check, id.text, sequence)
        }
        let order = wish.reference
        return try await place(in: journal) { try $0.newest(.orderPacked, order, before: $1, within: $2) }.map {
            asked(.packing, order, $0)
        }
    }

    /// Backwards from the newest event: subjects have no index, so what was long ago costs a look at each event since.
    private func place(
        in journal: Journal,
        _ look: @escaping @Sendable (_ view: PointView, _ before: Int64, _ within: Int64) throws -> Int64?
    ) async throws -> Int64? {
        var last = journal.state.head.sequence + 1
        for _ in 0..<SlipSource.mostPages where last > journal.state.anchor + 1 {
            if let found = try await journal.look({ [last] in try look($0, last, SlipSource.page) }) { return found }
            last -= SlipSource.page
        }
        return nil
    }

    // MARK: Showing

    func lines(_ wish: SlipRequest) async throws -> SlipText? {
        guard let found = try await find(wish) else { return nil }
        return SlipText(
            reference: found.request.reference, kind: found.request.kind, width: ink.columns,
            isPractice: found.isPractice, lines: found.slip.lines(width: ink.columns))
    }

    func png(_ wish: SlipRequest) async throws -> [UInt8]? { try await find(wish).map { try ink.png($0.slip) } }

    func html(_ wish: SlipRequest) async throws -> String? {
        try await find(wish).map {
            ink.html($0.slip, title: "\($0.request.kind.rawValue) \($0.request.reference)")
        }
    }

    // MARK: Printing

    /// Whoever asks waits for a printer no longer than this.
    static let patience = Duration.seconds(8)

    /// Prints it once more, marked as a copy, and says what became of it, or that it still waits for the printer.
    func printAgain(_ wish: SlipRequest) async throws -> PrintResult? {
        guard let found = try await find(wish) else { return nil }
        func answer(_ result: PrintResult.Result, _ reason: String?, _ id: Int64? = nil) -> PrintResult {
            PrintResult(
                reference: found.request.reference, kind: found.request.kind, job: id, result: result, reason: reason)
        }
        guard let queue else { return answer(.notPrinted, "no printer is set up") }
        let changes = queue.changes.stream()
        let (journal, request, time) = (found.journal, found.request, BoardClock.now.wall)
        let id = try await journal.record { try $0.enqueue(request, at: time) }
        queue.wake()
        let last = await withTaskGroup(of: PrintJob?.self) { group in
            group.addTask {
                for await _ in changes {
                    guard let job = try? await journal.look({ try $0.print(id) }) else { return nil }
                    // One that waits with a reason waits for a person.
                    if !job.state.isOpen || job.problem != nil { return job }
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return try? await journal.look { try $0.print(id) }
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        switch last?.state {
        case .printed: return answer(.printed, nil, id)
        case .sent: return answer(.sent, nil, id)
        case .cancelled, nil: return answer(.notPrinted, last?.problem ?? "kioskd stops", id)
        // Its own reason, or that of the one before it.
        case .waiting, .printing, .uncertain: return answer(.waiting, last?.problem ?? queue.obstacle, id)
        }
    }

    /// The newest first, the real ones before those of practice.
    func prints(limit: Int) async throws -> [ShownPrintJob] {
        var jobs = try await journal.look { try $0.prints(limit: limit) }.map { ShownPrintJob($0, isPractice: false) }
        if let practised = practice.journal {
            jobs += try await practised.look { try $0.prints(limit: limit) }.map {
                ShownPrintJob($0, isPractice: true)
            }
        }
        return Array(jobs.prefix(limit))
    }

    /// `nil` when there is no such job; `false` when it is done already, or in the printer's hands.
    func cancelPrint(_ id: Int64) async throws -> Bool? {
        guard try await journal.look({ try $0.print(id) }) != nil else { return nil }
        let isCancelled = try await journal.record { try $0.cancelPrint(id) }
        queue?.wake()
        return isCancelled
    }
}
