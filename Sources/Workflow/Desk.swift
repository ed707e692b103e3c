public import Barcodes
public import Domain
public import Phrases
public import ScaleProtocols

/// One place where people work with a scanner: who has signed in, what the next scan means, what was asked. It is told what
/// was scanned and gives back what to record and what to say; it owns no clock, file or thread.
///
/// A turn sees the point as it was before the turn. Everything it gives back belongs into one transaction.
public struct Desk: Hashable, Sendable {
    public struct Policy: Hashable, Sendable {
        /// Whether parcels may be received and looked up while nobody has signed in.
        public var isOpen = true
        /// Without a scan for so long, whoever has signed in is signed out.
        public var idleTime: Duration = .seconds(300)
        /// A question that nobody answers for so long is dropped, and so is a pick-up.
        public var questionTime: Duration = .seconds(60)
        public var shelves = SlotAllocator()
        public var codeForm = PickUpCode.Form.shelf
        public var consent = ConsentRule.ask
        public var weighing = WeighingPolicy()

        /// What a point does whose settings say nothing else.
        public init() {}
    }

    /// What it takes to put a parcel on a shelf beside the parcel. Receiving never waits for it.
    public enum ConsentRule: String, Sendable, CaseIterable {
        /// Its recipient's consent, from the announced list or from whoever shelves.
        case ask
        /// Nothing; where the list brings no consent, the answer says so.
        case warn
        case off
    }

    public enum Input: Hashable, Sendable {
        case parcel(ScannedParcel)
        /// Text that is no waybill: a command, a code, a badge, a member's address.
        case text(String)
        /// From a reader that reads nothing but cards.
        case card(String)
        case refused(Refusal)
        /// Typed at a screen. On a scanner alone: the number, a dash, the PIN, and confirm.
        case signIn(number: Int, pin: String)
        /// The answer to `verify`.
        case verified(person: String, isRight: Bool, approving: Asked? = nil)
        /// From whoever maintains the board; nobody needs to have signed in.
        case practice(Bool)
        case tick
    }

    public enum Action: Hashable, Sendable {
        case record(EventDraft)
        /// Has to be on disk before any answer; `nil` forgets.
        case count(key: String, AttemptLimiter?)
        /// Slow by intent, so not inside a transaction. Nobody of that number: no verifier, and the same time all the same.
        /// With what somebody types it for, if not to sign in.
        case verify(person: String, PINVerifier?, pin: String, approving: Asked?)
        case practice(Bool)
        /// What the card of somebody who was just added says to a reader.
        case keep(card: String, of: String)
        /// With the lot that this turn has closed beside what it was about.
        case answer(Answer, closed: Answer.Closed?)
    }

    public struct Session: Hashable, Sendable {
        public var person: String
        public var name: String
        public var role: Person.Role
        public var carrier: Carrier?
        public var active: Uptime
    }

    /// Whose parcels may leave now, and on whose authority.
    struct PickUp: Hashable, Sendable {
        enum Authority: String, Sendable { case code, member }
        var authority: Authority
        var subjects: [String]
    }

    enum Question: Hashable, Sendable {
        case carrier(ScannedParcel)
        case code(String)
        case reason(String)
        /// With what was said of the size of this parcel alone.
        case consent(String, Parcel.Handling?)
        case newcomer(Arrival)
        /// "Which of these?": ids of farmers.
        case farmer([String])
        case supervisor(Asked)
    }

    enum ArmedModifier: Hashable, Sendable {
        case flag(Parcel.Flag)
        case resolve
    }

    /// Events of one turn that an undo takes back together, the oldest first.
    struct Undoable: Hashable, Sendable {
        var subject: String
        var events: [EventID]
    }

    public let name: String
    public var policy: Policy
    public internal(set) var session: Session?
    public internal(set) var mode = DeskCommand.Mode.receive
    public internal(set) var isPractice = false

    /// Who has signed in where it counts; whoever only practises has not.
    public var accountable: Session? { isPractice ? real : session }

    var question: Question?
    var pickUp: PickUp?
    var armed: ArmedModifier?
    var handling: Parcel.Handling?
    var carrier: Carrier?
    var typed = ""
    /// What was scanned last, and is most likely no parcel.
    var doubted: String?
    var doubtedAt = Uptime(milliseconds: 0)
    /// When the question, the pick-up, the typing or what is kept for the next scan began.
    var asked = Uptime(milliseconds: 0)
    var weighing = Weighing()
    var packing: Packing?
    var paying = Paying()
    /// What the scale showed instead of the reference weight, when it was refused as something else lying there.
    var unlikely: Mass?
    /// The lot whose label was scanned last: what "offer" refers to.
    var labelled: String?
    /// What "next shelf" and "undo" refer to.
    var shelved: String?
    var found: String?
    var undoable: [Undoable] = []
    /// Who had signed in when practice began: whoever signs in there has not signed in where it counts.
    var real: Session?
    /// When somebody last did something here.
    var practised = Uptime(milliseconds: 0)

    static let mostUndoable = 10
    static let mostTyped = 16

    /// - Parameter name: as events and the local API call it.
    public init(name: String, policy: Policy) {
        self.name = name
        self.policy = policy
    }

    /// When `tick` is due; `nil` while only an input can change anything.
    public var deadline: Uptime? {
        let idle = idleSince.map { $0 + policy.idleTime }
        let question = isWaiting ? asked + policy.questionTime : nil
        return [idle, question].compactMap(\.self).min()
    }

    var isWaiting: Bool {
        question != nil || pickUp != nil || !typed.isEmpty || armed != nil || handling != nil || carrier != nil
    }

    /// Takes one input to what is to be done.
    /// - Parameters:
    ///   - point: the state inside the transaction in which the actions will be recorded.
    ///   - scale: what the scale showed when the input came.
    ///   - generator: for pick-up codes and ids; it advances.
    /// - Returns: the actions, in order; the answer is one of them.
    /// - Throws: what `point` throws, and nothing of its own: what may not be done is an answer.
    public mutating func handle<Generator: RandomNumberGenerator>(
        _ input: Input, at moment: Moment, point: some DeskStateReader,
        scale: ScaleWatch.State = .obstacle(.disconnected), using generator: inout Generator
    ) throws -> [Action] {
        var turn = DeskContext(point: point, moment: moment, scale: scale, generator: generator)
        // Or a seeded generator would give every turn the same ids.
        defer { if let advanced = turn.generator as? Generator { generator = advanced } }
        if try expire(&turn) { try act(on: input, &turn) }
        if input != .tick {
            session?.active = moment.now.uptime
            practised = moment.now.uptime
        }
        guard let answer = turn.answer else { return turn.actions }
        return turn.actions
            + [.answer(session?.role == .operator ? answer : answer.withheld, closed: turn.closed)]
    }

    private mutating func act(on input: Input, _ turn: inout DeskContext) throws {
        defer { if case .parcel(let parcel) = input, parcel.waybill.subject != doubted { doubted = nil } }
        if let unsaved, !answers(input) { return turn.answer = .answerFirst(unsaved) }
        if case .supervisor = question, !isForSupervisor(input) { forgetQuestions() }
        if case .consent = question, !isForConsent(input) { question = nil }
        switch input {
        case .parcel(let parcel):
            if let refusal = try doubt(about: parcel, turn) {
                if doubted != parcel.waybill.subject { doubtedAt = turn.moment.now.uptime }
                doubted = parcel.waybill.subject
                return turn.answer = .refused(refusal)
            }
            try scanned(parcel, &turn)
        case .text(let text): try read(text, &turn)
        case .card(let badge): try present(badge: badge, &turn)
        case .refused(let refusal): turn.answer = .refused(refusal)
        case .signIn(let number, let pin): try signIn(number: number, pin: pin, &turn)
        case .verified(let person, let isRight, let approval): try verified(person, isRight, approval, &turn)
        case .practice(let isWanted): try practise(isWanted, &turn)
        case .tick: break
        }
    }

    /// What is most likely no parcel is one if the point knows it, or if it is scanned a second time.
    private func doubt(about parcel: ScannedParcel, _ turn: DeskContext) throws -> Refusal? {
        let subject = parcel.waybill.subject
        // Neither what a scanner reads twice by itself, nor what somebody looked at a while ago, is a second thought.
        let since = turn.moment.now.uptime - doubtedAt
        let isConfirmed = doubted == subject && since >= Self.secondThought && since < policy.questionTime.milliseconds
        guard !isConfirmed, try turn.point.expected(subject) == nil, try turn.point.parcel(subject) == nil else {
            return nil
        }
        if let doubt = parcel.doubt { return doubt.refusal }
        // A label of several packages bears the number alone beside that of the package; whichever is read first, it is one
        // parcel.
        guard parcel.carriers.contains(where: Self.numbersPackages.contains) else { return nil }
        let number = parcel.waybill.number
        if parcel.waybill.package == nil { return try turn.point.knowsPackages(of: number) ? .package : nil }
        let isFirst = try !turn.point.knowsPackages(of: number)
        return try isFirst && turn.point.parcel(number) != nil ? .whole : nil
    }

    private static let secondThought: Int64 = 1000
    private static let numbersPackages: Set<Carrier> = [.jd, .deppon]

    /// The parcel about which "which carrier?" was asked. It is not saved, and must not be lost in silence: until somebody
    /// answers or cancels, nothing else happens here, and whatever drops it says so.
    var unsaved: String? {
        guard case .carrier(let parcel) = question else { return nil }
        return parcel.waybill.subject
    }

    /// Whether the input may be acted on while the carrier is asked for.
    private func answers(_ input: Input) -> Bool {
        switch input {
        case .text(let text):
            switch DeskCommand(text) {
            case .carrier, .confirm, .cancel, .signOut: true
            default: false
            }
        case .verified(_, let isRight, _): !isRight
        case .refused, .tick: true
        case .parcel, .card, .signIn, .practice: false
        }
    }

    /// Whether the input may be about what a supervisor was asked for. With anything else the question is gone: whoever comes
    /// later agrees to nothing that was said before.
    private func isForSupervisor(_ input: Input) -> Bool {
        switch input {
        case .text(let text):
            switch DeskCommand(text) {
            case .digit, .dash, .confirm, .cancel: true
            case nil: text.hasPrefix(BadgeHash.prefix)
            default: false
            }
        case .card, .refused, .tick: true
        case .verified(_, _, let approval): approval != nil
        case .parcel, .signIn, .practice: false
        }
    }

    /// What was scanned instead, and could not be read, is another parcel: what is said next is not about this one.
    private func isForConsent(_ input: Input) -> Bool {
        switch input {
        case .text(let text): DeskCommand(text) != nil
        case .tick, .verified, .parcel: true
        case .card, .refused, .signIn, .practice: false
        }
    }

    /// Drops what nobody answered, and signs out whoever has gone.
    /// - Returns: whether the input may still be acted on. It may not when a parcel was dropped, which has to be said first,
    ///   nor when practice ended: then this turn belongs to the journal of practice, and what it recorded would not count.
    private mutating func expire(_ turn: inout DeskContext) throws -> Bool {
        let now = turn.moment.now.uptime
        let before = (unsaved: unsaved, isPractice: isPractice)
        if isWaiting, now - asked >= policy.questionTime.milliseconds {
            let wasPickUp = pickUp != nil
            forgetQuestions()
            turn.answer = wasPickUp ? .pickUpEnded : .cancelled(unsaved: before.unsaved)
        }
        if let idleSince, now - idleSince >= policy.idleTime.milliseconds {
            try signOut(.idle, &turn)
            if case .signedOut = turn.answer { turn.answer = .signedOut(unsaved: before.unsaved) }
        }
        return (before.unsaved == nil || unsaved != nil) && isPractice == before.isPractice
    }

    /// Practice ends by itself even if nobody signed in: a forgotten one would take real parcels for play.
    private var idleSince: Uptime? { session?.active ?? (isPractice ? practised : nil) }

    mutating func forgetQuestions() {
        doubted = nil
        question = nil
        pickUp = nil
        armed = nil
        handling = nil
        carrier = nil
        typed = ""
    }

    mutating func ask(_ question: Question?, _ turn: DeskContext) {
        self.question = question
        asked = turn.moment.now.uptime
    }

    mutating func remember(_ subject: String, _ events: [EventID]) {
        undoable.append(Undoable(subject: subject, events: events))
        if undoable.count > Self.mostUndoable { undoable.removeFirst() }
    }
}

/// A waybill as it was scanned. The raw scan goes with the event, because rules of recognition change.
public struct ScannedParcel: Hashable, Sendable {
    public var waybill: Waybill
    /// Whose numbers have this form, the likeliest first.
    public var carriers: [Carrier]
    /// Nobody has to be asked whether the first of them is the right one.
    public var isCertain: Bool
    public var symbology: String?
    public var raw: [UInt8]
    /// Why it is most likely no parcel.
    public var doubt: Doubt?

    /// - Parameters:
    ///   - carriers: whose numbers have this form, the likeliest first.
    ///   - raw: what the scanner sent.
    ///   - doubt: why it is most likely no parcel.
    public init(
        waybill: Waybill, carriers: [Carrier], isCertain: Bool = false, symbology: String?, raw: [UInt8],
        doubt: Doubt? = nil
    ) {
        self.doubt = doubt
        self.waybill = waybill
        self.carriers = carriers
        self.isCertain = isCertain
        self.symbology = symbology
        self.raw = raw
    }
}

/// What one turn gathers.
struct DeskContext {
    let point: any DeskStateReader
    let moment: Moment
    /// What lies on the scale, or why that cannot be said.
    let scale: ScaleWatch.State
    var generator: any RandomNumberGenerator
    var actions: [Desk.Action] = []
    /// At most one: the last word counts.
    var answer: Answer?
    /// A lot that this turn has closed beside what it was about.
    var closed: Answer.Closed?

    init(point: any DeskStateReader, moment: Moment, scale: ScaleWatch.State, generator: any RandomNumberGenerator) {
        self.point = point
        self.moment = moment
        self.scale = scale
        self.generator = generator
    }

    /// Adds an event. `subject` of a hand-over's opening is its own id, so it is given by a closure.
    @discardableResult
    mutating func record(_ type: EventType, _ subject: (EventID) -> String?, actor: String?, _ data: JSON) -> EventID {
        let id = EventID.make(at: moment.now.wall, using: &generator)
        actions.append(
            .record(
                EventDraft(
                    id: id, type: type, subject: subject(id), now: moment.now, bootID: moment.bootID, actor: actor,
                    data: data.canonical)))
        return id
    }

    @discardableResult
    mutating func record(_ type: EventType, _ subject: String, actor: String?, _ data: JSON) -> EventID {
        record(type, { _ in subject }, actor: actor, data)
    }
}
