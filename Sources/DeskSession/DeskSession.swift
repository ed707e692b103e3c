public import Barcodes
public import Domain
public import Journal
public import Phrases
public import ScaleProtocols
import Synchronization
public import Workflow

/// A desk and its turns: what somebody does there is decided inside the transaction that records it, and spoken of only after the
/// commit. It has no thread, clock, journal or scale of its own. Whoever drives it does three things with each input:
///
///     begin     at once, on any thread: keeps the moment and what lies on the scale
///     run       inside the transaction: decides and records
///     settle    after the COMMIT, or when nothing was saved: says what follows
///
/// The daemon drives it, and so do the simulator and the model tests: what is proved is what beeps. Each step may be replaced;
/// only the simulator does so, to plant a defect in it and to see that it is found.
open class DeskSession: @unchecked Sendable {
    // Sendable: everything is a constant or behind a lock. A class with subclasses cannot say so by itself.

    /// What somebody did, and what was so at that moment.
    public struct Turn: Sendable {
        public var input: Desk.Input
        public var moment: Moment
        /// Time and weight of a record belong together, however long the journal takes.
        public var sight: ScaleWatch.Sight
        /// Its transaction is one of the journal of practice.
        public var isPractice: Bool
    }

    /// What a turn came to, before its commit.
    public struct TurnResult: Sendable {
        public internal(set) var desk: Desk
        /// Counts the turns of the desk.
        var number: UInt64 = 0
        public var answer: Answer?
        /// The lot before, which the turn has closed: its farmer has to hear its total.
        public internal(set) var closed: Answer.Closed?
        /// The event that the answer speaks of.
        public internal(set) var sequence: Int64?
        public var events: [Event] = []
        public var wantsPaper = false
        /// What lay on the scale was recorded, and must leave it before the next.
        public var countsLoad = false
        /// Practice began or ended between the input and its turn; nothing was done.
        var isElsewhere = false
        /// A journal to practise in is wanted as soon as this is saved.
        public internal(set) var beginsPractice = false
        var check: PINCheck?

        init(desk: Desk) { self.desk = desk }
    }

    /// Whether a PIN is right: slow by intent, so it is found out outside of any transaction.
    public struct PINCheck: Sendable {
        var person: String
        /// Nobody has that number; it takes the same time all the same.
        var verifier: PINVerifier?
        var pin: String
        /// What it was typed for; `nil` to sign in.
        var asked: Desk.Asked?

        /// To be entered at the desk.
        public func result() -> Desk.Input {
            let isRight = (verifier ?? .nobody).matches(pin) && verifier != nil
            return .verified(person: person, isRight: isRight, approving: asked)
        }
    }

    /// What is to be done after a turn.
    public enum Sequel: Sendable {
        case say(Reply)
        /// Nothing happened; only who waits for an answer gets it.
        case stayQuiet(Reply)
        case verify(PINCheck)
        /// A journal to practise in is to be opened, and then this is to be said; or `practiceIsImpossible`.
        case beginPractice(Reply)
        /// It belongs into the other journal.
        case again(Turn)
    }

    public let name: String
    /// Whether events want paper.
    private let isPrinting: Bool
    private let random: Entropy
    public let scale: SharedScale
    /// As it is for the next turn, and as it was after the last commit: what a failed transaction falls back to. The journal and
    /// that of practice have a thread each, and may meet here while practice begins or ends.
    private struct State {
        var live: Desk
        var committed: Desk
        /// The last turn to change it was one of the journal of practice.
        var isLiveOfPractice = false
        var begun: UInt64 = 0
        /// The newest turn that is committed.
        var settled: UInt64 = 0
        /// Turns of practice up to this one have been given up with it.
        var abandoned: UInt64 = 0
    }

    private let desk: Mutex<State>

    public init(
        name: String, policy: Desk.Policy, scale: SharedScale, isPrinting: Bool, random: Entropy = .system
    ) {
        self.name = name
        self.scale = scale
        self.isPrinting = isPrinting
        self.random = random
        let desk = Desk(name: name, policy: policy)
        self.desk = Mutex(State(live: desk, committed: desk))
    }

    /// The desk as it was after the last commit.
    public var committed: Desk { desk.withLock { $0.committed } }
    /// By what is decided already, saved or not.
    public var isPractising: Bool { desk.withLock { $0.live.isPractice } }
    /// When `tick` is to be entered; `nil` while only an input can change anything.
    public var deadline: Uptime? { desk.withLock { $0.live.deadline } }

    /// Nothing of it waits for a commit, and nothing that was not saved is remembered.
    package var isAtRest: Bool { desk.withLock { $0.live == $0.committed } }

    // MARK: One turn

    open func begin(_ input: Desk.Input, at moment: Moment) -> Turn {
        Turn(input: input, moment: moment, sight: scale.sight, isPractice: desk.withLock { $0.live.isPractice })
    }

    open func run(_ turn: Turn, in transaction: Transaction) throws -> TurnResult {
        let (before, number) = desk.withLock { desk in
            desk.begun += 1
            return (desk.live, desk.begun)
        }
        var outcome = TurnResult(desk: before)
        outcome.number = number
        guard belongs(turn, to: before) else {
            outcome.isElsewhere = true
            return outcome
        }
        var generator = random
        let state = scaleState(for: turn)
        let actions = try outcome.desk.handle(
            turn.input, at: turn.moment, point: transaction, scale: state, using: &generator)
        if outcome.desk.needsRoom(for: actions, since: before) { try requireRoom(in: transaction) }
        for action in actions { try carryOut(action, &outcome, in: transaction) }
        // A load is recorded once, and counts for one line of an order.
        if outcome.answer?.countsLoad == true { hold(&outcome) }
        // What a refusal refers to is another event than the sign-out, say, that came along with it.
        if outcome.answer?.tellsOfEvent == true { outcome.sequence = outcome.events.last?.sequence }
        // Practice may have been given up meanwhile; what was done in it does not bring it back.
        desk.withLock { desk in
            guard desk.live.isPractice == before.isPractice else { return }
            (desk.live, desk.isLiveOfPractice) = (outcome.desk, turn.isPractice)
        }
        return outcome
    }

    /// - Parameter isPracticeGone: there is no journal to practise in any more.
    open func settle(_ turn: Turn, _ result: Result<TurnResult, any Error>, isPracticeGone: Bool) -> Sequel {
        switch result {
        case .success(let outcome) where outcome.isElsewhere:
            var turn = turn
            turn.isPractice = desk.withLock { $0.live.isPractice }
            return .again(turn)
        case .success(let outcome):
            desk.withLock { desk in
                guard outcome.number > desk.settled, !turn.isPractice || outcome.number > desk.abandoned else { return }
                (desk.committed, desk.settled) = (outcome.desk, outcome.number)
            }
            if outcome.countsLoad { settleLoad(of: turn) }
            scale.attend(outcome.desk.mode.isWeighing, at: name)
            return sequel(of: outcome, turn)
        case .failure(let error):
            // For want of space this turn alone was refused, before it changed anything, and what came after it in the same
            // commit may be saved. With any other error nothing is.
            let isFull = (error as? JournalError)?.isWantOfSpace ?? false
            if !isFull { release() }
            guard !turn.isPractice || !isPracticeGone else { return .say(practiceIsGone(turn)) }
            if !isFull { fallBack() }
            return .say(refusal(isFull ? .full : .storage, turn))
        }
    }

    private func sequel(of outcome: TurnResult, _ turn: Turn) -> Sequel {
        if let check = outcome.check { return .verify(check) }
        guard let answer = outcome.answer else {
            return .stayQuiet(reply(.nothingAsked(nil), turn, isPractice: outcome.desk.isPractice))
        }
        var reply = reply(answer, turn, isPractice: outcome.desk.isPractice)
        reply.closed = outcome.closed
        reply.sequence = outcome.sequence
        reply.wantsPaper = outcome.wantsPaper
        return outcome.beginsPractice ? .beginPractice(reply) : .say(reply)
    }

    // MARK: Its steps

    open func belongs(_ turn: Turn, to desk: Desk) -> Bool { turn.isPractice == desk.isPractice }

    /// What may be recorded of what lay on the scale when somebody asked for it.
    open func scaleState(for turn: Turn) -> ScaleWatch.State { scale.state(of: turn.sight) }

    open func requireRoom(in transaction: Transaction) throws { try transaction.requireRoom() }

    open func carryOut(_ action: Desk.Action, _ outcome: inout TurnResult, in transaction: Transaction) throws {
        switch action {
        case .record(let draft):
            let event = try transaction.record(draft, needsRoom: false)
            outcome.events.append(event)
            if try wantPaper(for: event, in: transaction) { outcome.wantsPaper = true }
        case .count(let key, let attempts): try transaction.count(key, attempts)
        case .verify(let person, let verifier, let pin, let asked):
            outcome.check = PINCheck(person: person, verifier: verifier, pin: pin, asked: asked)
        case .keep(let card, let id): try transaction.keep(card: card, of: id)
        case .practice(let isWanted): outcome.beginsPractice = isWanted
        case .answer(let answer, let closed): (outcome.answer, outcome.closed) = (answer, closed)
        }
    }

    open func wantPaper(for event: Event, in transaction: Transaction) throws -> Bool {
        try isPrinting && transaction.enqueuePrints(of: event)
    }

    /// Nobody else may record it, not even before the commit that saves it: two presses of "confirm" are one crate.
    open func hold(_ outcome: inout TurnResult) {
        outcome.countsLoad = true
        scale.hold(at: name)
    }

    /// The load is saved.
    open func settleLoad(of turn: Turn) { scale.settle(turn.sight, at: name) }

    /// Nothing was saved: the same load may be tried again.
    open func release() { scale.release(at: name) }

    open func fallBack() {
        desk.withLock { ($0.live, $0.isLiveOfPractice) = ($0.committed, $0.committed.isPractice) }
    }

    // MARK: What is said

    /// When an input could not even be handed over, say.
    public func refusal(_ refusal: Refusal, _ turn: Turn) -> Reply {
        reply(.refused(refusal), turn, isPractice: turn.isPractice)
    }

    /// Instead of what `beginPractice` was to say.
    public func practiceIsImpossible(_ turn: Turn) -> Reply { endPractice(.refused(.storage), turn) }

    /// The journal in which the turn belongs has failed meanwhile: nothing is done but to say that practice has ended.
    public func practiceIsGone(_ turn: Turn) -> Reply { endPractice(.practiceEnded, turn) }

    private func endPractice(_ answer: Answer, _ turn: Turn) -> Reply {
        desk.withLock { desk in
            desk.abandoned = desk.begun
            if desk.committed.isPractice { desk.committed.abandonPractice() }
            // What was done for real since it left practice stands in the other journal.
            if desk.live.isPractice || desk.isLiveOfPractice {
                (desk.live, desk.isLiveOfPractice) = (desk.committed, false)
            }
        }
        return reply(answer, turn, isPractice: false)
    }

    private func reply(_ answer: Answer, _ turn: Turn, isPractice: Bool) -> Reply {
        Reply(
            desk: name, answer: answer, isPractice: isPractice, isUnasked: turn.input == .tick,
            awaitsTime: deadline != nil)
    }
}

/// What a desk says, and what goes with it. Practice is marked on it, so that nobody takes it for real.
public struct Reply: Sendable {
    public var desk: String
    public var answer: Answer
    /// The lot before, which was closed by what was done: its farmer has to hear its total.
    public var closed: Answer.Closed?
    /// The event that was saved last for it.
    public var sequence: Int64?
    public var isPractice: Bool
    /// Time passed, and nobody did anything.
    public var isUnasked: Bool
    /// The desk has to be told when time has passed.
    public var awaitsTime: Bool
    /// A paper belongs to it.
    public var wantsPaper = false
    /// Why that cannot come out now, in words.
    public var printerProblem: String?

    public var json: JSON {
        var members = answer.json(after: closed).object ?? [:]
        if let sequence { members["sequence"] = .integer(sequence) }
        members["scanner"] = .string(desk)
        if isPractice { members["practice"] = true }
        members["printer"] = printerProblem.map { .string($0) }
        return .object(members)
    }
}

extension Answer {
    /// The event that was saved last is what it speaks of.
    fileprivate var tellsOfEvent: Bool {
        tone == .saved || word == .noSlot || word == .askConsent || word == .checkFailed
    }
}
