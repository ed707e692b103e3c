import Barcodes
import Board
import Devices
import Domain
import Journal
import Logging
import ScaleProtocols
import Synchronization
import Workflow

/// The desks of a point, one for each scanner and one for the screen: decides on the journal's thread what an input means,
/// inside the transaction that records it, and speaks only after the commit.
final class Desks: Sendable {
    /// With more waiting for the journal than the card writes, the line waits so long before a scan is refused as busy.
    /// Meanwhile what comes gathers in the line's own buffer.
    static let patienceMilliseconds = 2000
    /// The desk of whoever works at a screen, or at kioskctl.
    static let screen = "screen"

    /// What a desk said, and where. Practice is marked on it, so that nobody takes it for real.
    struct Said: Sendable {
        var desk: String
        var answer: Answer
        var isPractice: Bool
        /// Time passed, and nobody did anything.
        var isUnasked = false
        /// The desk has to be told when time has passed.
        var awaitsTime = false
        /// A paper belongs to it, and why that cannot come out now, in words.
        var printerProblem: String?

        var json: JSON {
            guard case .object(var members) = answer.json else { return answer.json }
            members["scanner"] = .string(desk)
            if isPractice { members["practice"] = true }
            members["printer"] = printerProblem.map { .string($0) }
            return .object(members)
        }
    }

    /// A desk as it is, and as it was after the last commit: what a failed transaction falls back to.
    private final class Place: Sendable {
        let name: String
        let state: Mutex<(live: Desk, committed: Desk)>

        init(_ desk: Desk) {
            name = desk.name
            state = Mutex((desk, desk))
        }
    }

    /// A scanner that has a desk, or a reader of cards, which belongs to the first.
    private struct Source: Sendable {
        var place: Place
        var reads: KioskSettings.Reads
        var acceptsUnterminated: Bool
    }

    private let journal: Journal
    private let practice: Practice
    private let rules: WaybillRules
    private let places: [String: Place]
    private let sources: [String: Source]
    private let scale: WeighingPlace
    private let logger: Logger
    private let onSaid: @Sendable (Said) -> Void
    private let onPaper: (@Sendable () -> String?)?
    private let tally = Mutex<[String: Int64]>([:])
    private let refusals = Mutex(LogBrake())

    init(
        journal: Journal, practice: Practice, rules: WaybillRules, policy: Desk.Policy,
        scanners: [KioskSettings.Scanner], scale: WeighingPlace, logger: Logger,
        onPaper: (@Sendable () -> String?)? = nil,
        onSaid: @escaping @Sendable (Said) -> Void
    ) {
        self.scale = scale
        self.journal = journal
        self.practice = practice
        self.rules = rules
        self.logger = logger
        self.onSaid = onSaid
        self.onPaper = onPaper
        let names = scanners.filter { $0.reads == .parcels }.map(\.device.name) + [Self.screen]
        let places = Dictionary(
            names.map { ($0, Place(Desk(name: $0, policy: policy))) }, uniquingKeysWith: { first, _ in first })
        self.places = places
        var sources: [String: Source] = [:]
        for scanner in scanners {
            let desk = scanner.reads == .parcels ? scanner.device.name : names[0]
            guard let place = places[desk] else { continue }
            sources[scanner.device.name] = Source(
                place: place, reads: scanner.reads, acceptsUnterminated: scanner.acceptsUnterminated)
        }
        self.sources = sources
    }

    /// How often each kind of answer was given since this process began; practice is not counted.
    var counters: [String: Int64] { tally.withLock { $0 } }

    /// The desks and who works there, in the order of their names.
    var present: [Desk] {
        places.values.map { $0.state.withLock { $0.committed } }.sorted { $0.name < $1.name }
    }

    // MARK: What comes in

    /// Called on the devices' thread; waits only when the journal is behind, and then not for long.
    func take(_ input: ScanInput, from device: String) {
        guard let source = sources[device] else { return }
        let entered =
            switch source.reads {
            case .parcels: meaning(of: input, source.acceptsUnterminated)
            case .cards: card(in: input, source.acceptsUnterminated)
            }
        enter(entered, at: source.place, patience: Self.patienceMilliseconds)
    }

    private func card(in input: ScanInput, _ acceptsUnterminated: Bool) -> Desk.Input {
        guard case .scan(let scan) = input, scan.terminated || acceptsUnterminated else {
            return meaning(of: input, acceptsUnterminated)
        }
        return CardText(scan.bytes).map { .card($0.text) } ?? .refused(.unknown)
    }

    private func meaning(of input: ScanInput, _ acceptsUnterminated: Bool) -> Desk.Input {
        switch (rules.recognise(input, acceptUnterminated: acceptsUnterminated), input) {
        case (.parcel(let waybill, let carriers, let isCertain, let symbology), .scan(let scan)):
            .parcel(
                ScannedParcel(
                    waybill: waybill, carriers: carriers, isCertain: isCertain, symbology: symbology, raw: scan.bytes))
        case (.other(let text), _): .text(text)
        case (.refused(let refusal), _): .refused(refusal)
        case (.parcel, .fault): .refused(.interrupted)
        }
    }

    /// What somebody at a screen or at kioskctl enters, as if it had been scanned there; `nil` when there is no such desk.
    func scan(_ text: String, at desk: String) async -> Said? {
        guard let place = places[desk] else { return nil }
        let bytes = Array(text.utf8)
        // The same bound as for a scanner's line.
        let input: ScanInput =
            bytes.isEmpty
            ? .fault(.empty)
            : bytes.count > 128 ? .fault(.tooLong) : .scan(Scan(bytes: bytes, terminated: true))
        return await enter(meaning(of: input, true), at: place)
    }

    func enter(_ input: Desk.Input, at desk: String) async -> Said? {
        guard let place = places[desk] else { return nil }
        return await enter(input, at: place)
    }

    private func enter(_ input: Desk.Input, at place: Place) async -> Said {
        await withCheckedContinuation { continuation in
            enter(input, at: place, patience: 0) { continuation.resume(returning: $0) }
        }
    }

    // MARK: Time

    /// When a desk has to be told that time has passed; `nil` while nobody works anywhere.
    var deadline: Uptime? { places.values.compactMap { $0.state.withLock { $0.live.deadline } }.min() }

    /// Tells the desks whose time has come.
    func tick() {
        let now = BoardClock.uptime
        for place in places.values where place.state.withLock({ $0.live.deadline }).map({ $0 <= now }) ?? false {
            enter(.tick, at: place, patience: 0)
        }
    }

    /// The crate that was recorded just before a restart may still lie on the scale, and must not be taken for the next.
    func rearmScale() async throws {
        if let last = try await journal.look({ try $0.lastWeighIn() }) { scale.rearm(last.weighIn) }
    }

    /// Nobody has stayed signed in over a restart, and no crate is added any more to a lot that was being weighed.
    func endSessions() async throws {
        let moment = BoardClock.moment
        let isPrinting = onPaper != nil
        _ = try await journal.record { transaction in
            for lot in try transaction.openLots() {
                let event = try transaction.record(
                    EventDraft(
                        .lotPacked, lot.id, at: moment, actor: lot.actor ?? lot.packing.farmer, lot.packing.json),
                    needsRoom: false)
                // The farmer gets the receipt all the same.
                if isPrinting { _ = try transaction.enqueuePrints(of: event) }
            }
            for session in try transaction.sessions() {
                _ = try transaction.record(
                    EventDraft(
                        .operatorSignedOut, session.person, at: moment, actor: session.person,
                        ["reason": "restart", "desk": .string(session.desk)]), needsRoom: false)
            }
        }
    }

    // MARK: One turn

    /// What a turn left to do after its commit.
    private struct Outcome: Sendable {
        var desk: Desk
        var answer: Answer?
        var practice: Bool?
        var check: (person: String, verifier: PINVerifier?, pin: String)?
        var isElsewhere = false
        var wantsPaper = false
        /// The load that was recorded, which must leave the scale before the next.
        var weighed: ScaleReading?
    }

    private func enter(
        _ input: Desk.Input, at place: Place, patience: Int, then: (@Sendable (Said) -> Void)? = nil
    ) {
        let isPractice = place.state.withLock { $0.live.isPractice }
        guard let journal = isPractice ? practice.journal : journal else {
            // Its journal is not there yet, or not any more.
            return say(.refused(.busy), place, isPractice, input, then)
        }
        let moment = BoardClock.moment
        let isPrinting = onPaper != nil
        let accepted = journal.record(patience: patience) { [scale] transaction in
            try Self.turn(
                input, place, isPractice: isPractice, isPrinting: isPrinting, moment, scale, transaction)
        } then: { [self] result in
            if case .success(let outcome) = result { scale.settle(outcome.weighed) } else { scale.release(place.name) }
            switch result {
            case .success(let outcome) where outcome.isElsewhere:
                // Practice began or ended between the scan and its turn.
                enter(input, at: place, patience: 0, then: then)
            case .success(let outcome):
                place.state.withLock { $0.committed = outcome.desk }
                scale.attend(places.values.contains { $0.state.withLock { $0.committed.mode.isWeighing } })
                finish(outcome, place, input, then)
            case .failure where isPractice && practice.journal == nil:
                abandonPractice(place)
                say(Answer(.practiceEnded), place, false, input, then)
            case .failure(let error):
                // Too little space, or a journal that failed or was replaced: whatever it was, it is not saved.
                place.state.withLock { $0.live = $0.committed }
                let isFull = (error as? JournalError)?.isWantOfSpace ?? false
                say(.refused(isFull ? .full : .storage), place, isPractice, input, then)
            }
        }
        if !accepted { say(.refused(.busy), place, isPractice, input, then) }
    }

    private static func turn(
        _ input: Desk.Input, _ place: Place, isPractice: Bool, isPrinting: Bool, _ moment: Moment,
        _ scale: WeighingPlace, _ transaction: Transaction
    ) throws -> Outcome {
        var desk = place.state.withLock { $0.live }
        guard desk.isPractice == isPractice else { return Outcome(desk: desk, isElsewhere: true) }
        var generator = SystemRandomNumberGenerator()
        let (before, state) = (desk, scale.state)
        let actions = try desk.handle(input, at: moment, point: transaction, scale: state, using: &generator)
        if desk.needsRoom(for: actions, since: before) { try transaction.requireRoom() }
        var outcome = Outcome(desk: desk)
        var sequence: Int64?
        for action in actions {
            switch action {
            case .record(let draft):
                let event = try transaction.record(draft, needsRoom: false)
                sequence = event.sequence
                if isPrinting, try transaction.enqueuePrints(of: event) { outcome.wantsPaper = true }
            case .count(let key, let attempts): try transaction.count(key, attempts)
            case .verify(let person, let verifier, let pin): outcome.check = (person, verifier, pin)
            case .practice(let isWanted): outcome.practice = isWanted
            case .answer(let answer): outcome.answer = answer
            }
        }
        // A load is recorded once, and counts for one line of an order.
        if outcome.answer?.countsLoad == true, case .weighable(let reading) = state {
            scale.hold(for: place.name)
            outcome.weighed = reading
        }
        // What a refusal refers to is another event than the sign-out, say, that came along with it.
        if let sequence,
            outcome.answer.map({ $0.tone == .saved || $0.word == .noSlot || $0.word == .checkFailed }) ?? false
        {
            outcome.answer?.sequence = sequence
        }
        place.state.withLock { $0.live = desk }
        return outcome
    }

    private func finish(
        _ outcome: Outcome, _ place: Place, _ input: Desk.Input, _ then: (@Sendable (Said) -> Void)?
    ) {
        if let check = outcome.check {
            // Slow by intent, so on nobody's thread.
            Task.detached { [self] in
                let verifier = check.verifier ?? .nobody
                let isRight = verifier.matches(check.pin) && check.verifier != nil
                enter(.verified(person: check.person, isRight: isRight), at: place, patience: 0, then: then)
            }
            return
        }
        let isPractice = outcome.desk.isPractice
        let problem = outcome.wantsPaper ? onPaper?() : nil
        guard outcome.practice == true, let answer = outcome.answer else {
            if let answer = outcome.answer {
                say(answer, place, isPractice, input, problem: problem, then)
            } else {
                then?(Said(desk: place.name, answer: Answer(.nothingAsked), isPractice: isPractice))
            }
            return
        }
        // Said only when there is a journal to practise in.
        Task.detached { [self] in
            do {
                try await practice.begin(from: journal)
                say(answer, place, true, input, then)
            } catch {
                logger.error("practice is not possible now", metadata: ["error": "\(error)"])
                abandonPractice(place)
                say(.refused(.storage), place, false, input, then)
            }
        }
    }

    private func abandonPractice(_ place: Place) {
        place.state.withLock { state in
            state.live.abandonPractice()
            state.committed = state.live
        }
    }

    private func say(
        _ answer: Answer, _ place: Place, _ isPractice: Bool, _ input: Desk.Input, problem: String? = nil,
        _ then: (@Sendable (Said) -> Void)?
    ) {
        if !isPractice { tally.withLock { $0[answer.tally, default: 0] += 1 } }
        log(answer, place.name, isPractice)
        let said = Said(
            desk: place.name, answer: answer, isPractice: isPractice, isUnasked: input == .tick,
            awaitsTime: place.state.withLock { $0.live.deadline != nil }, printerProblem: problem)
        onSaid(said)
        then?(said)
    }

    /// What happened, for the operator's log: never a code, a name, or a text that was refused, which may be anything.
    private func log(_ answer: Answer, _ desk: String, _ isPractice: Bool) {
        var details: Logger.Metadata = ["desk": "\(desk)"]
        if let subject = answer.subject {
            details[WeighIn.Number(subject) == nil ? "waybill" : "weighin"] = "\(subject)"
        }
        if let sequence = answer.sequence { details["sequence"] = "\(sequence)" }
        if isPractice { details["practice"] = "yes" }
        switch answer.tone {
        case .saved: logger.info("\(answer.logLine)", metadata: details)
        case .already:
            logger.info(answer.status == nil ? "already so" : "parcel already in", metadata: details)
        case .attention: logger.debug("\(answer.logLine)", metadata: details)
        case .refused:
            // All of them are counted; see `counters`.
            guard let leftOut = refusals.withLock({ $0.pass(at: BoardClock.uptime) }) else { return }
            details["reason"] = "\(answer.tally)"
            if leftOut > 0 { details["left-out"] = "\(leftOut)" }
            logger.notice("scan refused", metadata: details)
        }
    }
}

extension Answer {
    fileprivate var logLine: String {
        switch word {
        case .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved, .undone:
            "parcel \(word.rawValue)"
        default: word.rawValue.replacing("-", with: " ")
        }
    }
}

extension BoardClock {
    static var moment: Moment { Moment(now: now, bootID: bootID) }
}
