import Barcodes
import Board
public import DeskSession
public import Devices
import Domain
import Journal
import KioskSettings
import Logging
import Phrases
public import ScaleProtocols
import Synchronization
import Workflow

/// The desks of a point, one for each scanner and one for the screen: brings each input to its desk's turn, and what the desk
/// says to people. The turns themselves are `DeskSession`.
final class Desks: Sendable {
    /// The desk of whoever works at a screen, or at kioskctl.
    static let screen = "screen"

    /// A scanner that has a desk, or a reader of cards, which belongs to the first.
    private struct Source: Sendable {
        var session: DeskSession
        var reads: KioskSettings.Reads
        var acceptsUnterminated: Bool
    }

    private let journal: Journal
    private let practice: Practice
    private let rules: WaybillRules
    private let sessions: [String: DeskSession]
    private let sources: [String: Source]
    private let scale: SharedScale
    private let logger: Logger
    private let onSaid: @Sendable (Reply) -> Void
    private let onPaper: (@Sendable () -> String?)?
    private let tally = Mutex<[String: Int64]>([:])
    private let refusals = Mutex(LogRateLimiter(lines: 10, every: .seconds(1)))
    /// Scans that wait for a place in the journal, by desk and in their order: what comes later at a desk waits behind them,
    /// whatever device it comes from.
    private let lines = Mutex<[String: [UInt64]]>([:])
    private let tickets = Atomic<UInt64>(0)

    /// - Parameter onPaper: a paper waits; tells why it cannot come out now, in words. `nil` where nothing is printed.
    init(
        journal: Journal, practice: Practice, rules: WaybillRules, policy: Desk.Policy,
        scanners: [KioskSettings.Scanner], scale: SharedScale, logger: Logger,
        onPaper: (@Sendable () -> String?)? = nil,
        onSaid: @escaping @Sendable (Reply) -> Void
    ) {
        self.scale = scale
        self.journal = journal
        self.practice = practice
        self.rules = rules
        self.logger = logger
        self.onSaid = onSaid
        self.onPaper = onPaper
        let names = scanners.filter { $0.reads == .parcels }.map(\.device.name) + [Self.screen]
        let sessions = Dictionary(
            names.map {
                ($0, DeskSession(name: $0, policy: policy, scale: scale, isPrinting: onPaper != nil))
            }, uniquingKeysWith: { first, _ in first })
        self.sessions = sessions
        var sources: [String: Source] = [:]
        for scanner in scanners {
            let desk = scanner.reads == .parcels ? scanner.device.name : names[0]
            guard let session = sessions[desk] else { continue }
            sources[scanner.device.name] = Source(
                session: session, reads: scanner.reads, acceptsUnterminated: scanner.acceptsUnterminated)
        }
        self.sources = sources
    }

    /// How often each kind of answer was given since this process began; practice is not counted.
    var counters: [String: Int64] { tally.withLock { $0 } }

    /// The desks and who works there, in the order of their names.
    var present: [Desk] { sessions.values.map(\.committed).sorted { $0.name < $1.name } }

    // MARK: What comes in

    /// Called on the devices' thread, and never waits.
    /// - Returns: how to offer it again, when the journal is so far behind that there is no place for it now.
    func take(_ input: ScanInput, from device: String) -> DeviceHub.Again? {
        guard let source = sources[device] else { return nil }
        let entered =
            switch source.reads {
            case .parcels: meaning(of: input, source.acceptsUnterminated)
            case .cards: card(in: input, source.acceptsUnterminated)
            }
        let session = source.session
        let turn = session.begin(entered, at: BoardClock.moment)
        if isFree(session), hand(turn, to: session, nil) { return nil }
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        lines.withLock { $0[session.name, default: []].append(ticket) }
        return { [self] isLast in
            let isFirst = lines.withLock { $0[session.name]?.first == ticket }
            let isTaken = isFirst && hand(turn, to: session, nil)
            guard isTaken || isLast else { return false }
            lines.withLock { $0[session.name]?.removeAll { $0 == ticket } }
            if !isTaken { say(session.refusal(.busy, turn), nil) }
            return true
        }
    }

    /// No scan waits there. Only the devices' thread changes that.
    private func isFree(_ session: DeskSession) -> Bool { lines.withLock { $0[session.name]?.isEmpty ?? true } }

    private func card(in input: ScanInput, _ acceptsUnterminated: Bool) -> Desk.Input {
        guard case .scan(let scan) = input, scan.terminated || acceptsUnterminated else {
            return meaning(of: input, acceptsUnterminated)
        }
        return CardText(scan.bytes).map { .card($0.text) } ?? .refused(.unknown)
    }

    /// What else a square says is about people, and goes nowhere. No bar code of a parcel is longer than these, or has a brace.
    private static func raw(_ scan: Scan, _ waybill: Waybill) -> [UInt8] {
        scan.bytes.count > 64 || scan.bytes.contains(UInt8(ascii: "{")) ? Array(waybill.number.utf8) : scan.bytes
    }

    private func meaning(of input: ScanInput, _ acceptsUnterminated: Bool) -> Desk.Input {
        switch (rules.recognise(input, acceptUnterminated: acceptsUnterminated), input) {
        case (.parcel(let waybill, let carriers, let isCertain, let symbology), .scan(let scan)):
            .parcel(
                ScannedParcel(
                    waybill: waybill, carriers: carriers, isCertain: isCertain, symbology: symbology,
                    raw: Self.raw(scan, waybill)))
        case (.doubtful(let waybill, let carriers, let symbology, let doubt), .scan(let scan)):
            .parcel(
                ScannedParcel(
                    waybill: waybill, carriers: carriers, symbology: symbology, raw: Self.raw(scan, waybill),
                    doubt: doubt))
        case (.other(let text), _): .text(text)
        case (.refused(let refusal), _): .refused(refusal)
        case (.parcel, .fault), (.doubtful, .fault): .refused(.interrupted)
        }
    }

    /// What somebody at a screen or at kioskctl enters, as if it had been scanned there; `nil` when there is no such desk.
    func scan(_ text: String, at desk: String) async -> Reply? {
        let bytes = Array(text.utf8)
        // The same bound as for a scanner's line.
        let input: ScanInput =
            bytes.isEmpty
            ? .fault(.empty)
            : bytes.count > ScanFramer.longest ? .fault(.tooLong) : .scan(Scan(bytes: bytes, terminated: true))
        return await enter(meaning(of: input, true), at: desk)
    }

    func enter(_ input: Desk.Input, at desk: String) async -> Reply? {
        guard let session = sessions[desk] else { return nil }
        return await withCheckedContinuation { continuation in
            enter(input, at: session) { continuation.resume(returning: $0) }
        }
    }

    // MARK: Time

    /// When a desk has to be told that time has passed; `nil` while nobody works anywhere.
    var deadline: Uptime? { sessions.values.compactMap(\.deadline).min() }

    /// Tells the desks whose time has come.
    func tick() {
        let now = BoardClock.uptime
        for session in sessions.values where session.deadline.map({ $0 <= now }) ?? false {
            enter(.tick, at: session)
        }
    }

    /// The crate that was recorded just before a restart may still lie on the scale, and must not be taken for the next.
    func rearmScale() async throws {
        if let last = try await journal.look({ try $0.lastWeighIn() }) { scale.rearm(last.weighIn) }
    }

    /// Nobody has stayed signed in over a restart.
    func endSessions() async throws {
        let moment = BoardClock.moment
        let isPrinting = onPaper != nil
        _ = try await journal.record { try $0.endSessions(at: moment, isPrinting: isPrinting) }
    }

    // MARK: One turn

    private typealias Then = @Sendable (Reply) -> Void

    private func enter(_ input: Desk.Input, at session: DeskSession, then: Then? = nil) {
        handOver(session.begin(input, at: BoardClock.moment), to: session, then)
    }

    /// Where scans wait, nothing overtakes them.
    private func handOver(_ turn: DeskSession.Turn, to session: DeskSession, _ then: Then?) {
        if isFree(session), hand(turn, to: session, then) { return }
        // That time passes is told again.
        if turn.input == .tick { return }
        say(session.refusal(.busy, turn), then)
    }

    /// - Returns: whether the journal has a place for it.
    private func hand(_ turn: DeskSession.Turn, to session: DeskSession, _ then: Then?) -> Bool {
        // Before practice is saved to have begun, nothing is practised.
        if turn.isPractice, session.isPractising, !session.committed.isPractice { return false }
        guard let journal = turn.isPractice ? practice.journal : journal else {
            // It is not there yet, or not any more.
            if practice.isExpected { return false }
            say(session.practiceIsGone(turn), then)
            return true
        }
        return journal.record { transaction in
            try session.run(turn, in: transaction)
        } then: { [self] result in
            if case .success(let outcome) = result, outcome.beginsPractice { practice.expect() }
            follow(session.settle(turn, result, isPracticeGone: practice.journal == nil), turn, session, then)
        }
    }

    private func follow(
        _ sequel: DeskSession.Sequel, _ turn: DeskSession.Turn, _ session: DeskSession, _ then: Then?
    ) {
        switch sequel {
        case .say(let reply): say(reply, then)
        case .stayQuiet(let reply): then?(reply)
        // It has had its turn already, and waits behind nobody.
        case .again(let turn): if !hand(turn, to: session, then) { say(session.refusal(.busy, turn), then) }
        case .verify(let check):
            Task.detached { [self] in
                let verified = await DedicatedThread.run(name: "pin") { check.result() }
                enter(verified, at: session, then: then)
            }
        case .beginPractice(let reply):
            Task.detached { [self] in
                do {
                    try await practice.begin(from: journal)
                    say(reply, then)
                } catch {
                    logger.error("practice is not possible now", metadata: ["error": "\(error)"])
                    say(session.practiceIsImpossible(turn), then)
                }
            }
        }
    }

    // MARK: What is said

    private func say(_ reply: Reply, _ then: Then?) {
        var reply = reply
        if reply.wantsPaper { reply.printerProblem = onPaper?() }
        if !reply.isPractice { tally.withLock { $0[reply.answer.tally, default: 0] += 1 } }
        log(reply)
        onSaid(reply)
        then?(reply)
    }

    /// What happened, for the operator's log: never a code, a name, or a text that was refused, which may be anything.
    private func log(_ reply: Reply) {
        let answer = reply.answer
        var details: Logger.Metadata = ["desk": "\(reply.desk)"]
        if let subject = answer.subject {
            details[WeighIn.Number(subject) == nil ? "waybill" : "weighin"] = "\(subject)"
        }
        if let sequence = reply.sequence ?? answer.sequence { details["sequence"] = "\(sequence)" }
        if reply.isPractice { details["practice"] = "yes" }
        switch answer.tone {
        case .saved: logger.info("\(answer.word.logLine)", metadata: details)
        case .already:
            if case .already(.parcel) = answer {
                logger.info("parcel already in", metadata: details)
            } else {
                logger.info("already so", metadata: details)
            }
        case .attention: logger.debug("\(answer.word.logLine)", metadata: details)
        case .refused:
            // All of them are counted; see `counters`.
            guard let leftOut = refusals.withLock({ $0.admit(at: BoardClock.uptime) }) else { return }
            details["reason"] = "\(answer.tally)"
            if leftOut > 0 { details["left-out"] = "\(leftOut)" }
            logger.notice("scan refused", metadata: details)
        }
    }
}

/// The devices' thread knows the scale.
extension DeviceHub: PointScale {
    public var sight: ScaleWatch.Sight { scaleSight }
    public func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State { scaleState(of: sight) }
}
