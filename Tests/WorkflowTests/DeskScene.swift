import Barcodes
import Domain
import KioskSettings
import Phrases
import Testing
import Workflow

/// A point with two desks and the people of a village, and a clock that moves only when told. Tests read as a script: what is
/// scanned, and the word that is answered.
final class DeskScene {
    static let operatorBadge = "KB-OPERATOR"
    static let otherOperatorBadge = "KB-OPERATOR-2"
    static let courierBadge = "KB-COURIER-SF"
    static let otherCourierBadge = "KB-COURIER-ZTO"

    var desks: [String: Desk]
    var point = MemoryPoint()
    var practice = MemoryPoint()
    var now = Now(
        wall: Timestamp(milliseconds: 1_795_000_000_000), uptime: Uptime(milliseconds: 1_000_000), clock: .synced)
    var bootID = "boot-1"
    var generator: SeededGenerator
    /// What the last turn gave back.
    private(set) var actions: [Desk.Action] = []
    /// Everything that was said, at whichever desk.
    private(set) var answers: [Answer] = []

    static let pins = ["p-boss": "2468", "p-op": "1111", "p-op-2": "2222", "p-sf": "3333"]

    init(seed: UInt64 = 1, isOpen: Bool = true, _ change: (inout Desk.Policy) -> Void = { _ in }) {
        var policy = Desk.Policy()
        policy.isOpen = isOpen
        // DeskConsentTests asks for it.
        policy.consent = .off
        policy.shelves = SlotAllocator(slots: [
            .init(name: "1-1", capacity: 2, handling: .normal), .init(name: "1-2", capacity: 2, handling: .normal),
            .init(name: "2-1", capacity: 1, handling: .large), .init(name: "3-1", capacity: 1, handling: .cold),
        ])
        change(&policy)
        desks = Dictionary(uniqueKeysWithValues: ["front", "back"].map { ($0, Desk(name: $0, policy: policy)) })
        generator = SeededGenerator(seed: seed)
        point.roster = [
            Person(
                id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: Self.operatorBadge), number: 1),
            Person(
                id: "p-op-2", name: "周*", roles: [.operator, .courier],
                badge: BadgeHash(of: Self.otherOperatorBadge), number: 2),
            Person(
                id: "p-sf", name: "赵*", roles: [.courier], badge: BadgeHash(of: Self.courierBadge), number: 3,
                carrier: .sf),
            Person(
                id: "p-zto", name: "钱*", roles: [.courier], badge: BadgeHash(of: Self.otherCourierBadge),
                carrier: .zto),
            Person(id: "p-farm", name: "孙*", roles: [.farmer], badge: BadgeHash(of: "KB-FARMER")),
        ]
    }

    /// Announces a parcel, by default for nobody in particular.
    func announce(
        _ subject: String, _ carrier: Carrier? = .sf, for recipient: String? = nil,
        _ handling: Parcel.Handling = .normal,
        code: PickUpCode.Form? = nil, consent: Parcel.Consent? = nil
    ) {
        point.announced.append(
            ExpectedParcel(
                subject: subject, carrier: carrier,
                recipient: recipient.map {
                    Recipient(id: $0, name: "王*", phoneTail: "8642", secret: BadgeHash(of: $0.uppercased()))
                }, handling: handling,
                code: code, consent: consent))
    }

    // MARK: The script

    /// Scans one after the other, and expects the word of each answer.
    func play(
        at desk: String = "front", _ steps: (String, Answer.Word)..., here: SourceLocation = #_sourceLocation
    ) throws {
        for (text, word) in steps {
            let answer = try scan(text, at: desk)
            #expect(answer?.word == word, "\(text): \(answer?.phrase.english ?? "no answer")", sourceLocation: here)
        }
    }

    @discardableResult
    func scan(_ text: String, at desk: String = "front") throws -> Answer? {
        try enter(Self.input(text), at: desk)
    }

    /// The table that every kiosk has.
    private static let rules = (try? WaybillRules.builtIn()) ?? WaybillRules([])

    /// What is on the wire of a scanner, as the desk gets it.
    static func input(_ text: String) -> Desk.Input {
        let scan = Scan(bytes: Array(text.utf8), terminated: true)
        return switch rules.recognise(.scan(scan)) {
        case .parcel(let waybill, let carriers, let isCertain, let symbology):
            .parcel(
                ScannedParcel(
                    waybill: waybill, carriers: carriers, isCertain: isCertain, symbology: symbology, raw: scan.bytes))
        case .doubtful(let waybill, let carriers, let symbology, let doubt):
            .parcel(
                ScannedParcel(
                    waybill: waybill, carriers: carriers, symbology: symbology, raw: scan.bytes, doubt: doubt))
        case .other(let text): .text(text)
        case .refused(let refusal): .refused(refusal)
        }
    }

    /// What else happens before the PIN is known to be right.
    var whileVerifying: (() -> Void)?

    /// One turn, performed on the journal to which the desk belonged when it began. The answer to "is this the PIN?" is given
    /// at once.
    @discardableResult
    func enter(_ input: Desk.Input, at name: String = "front") throws -> Answer? {
        var desk = try #require(desks[name])
        let isPractice = desk.isPractice
        actions = try desk.handle(
            input, at: Moment(now: now, bootID: bootID), point: isPractice ? practice : point, using: &generator)
        desks[name] = desk
        var answer: Answer?
        var check: (person: String, pin: String, asked: Desk.Asked?)?
        for action in actions {
            switch action {
            case .verify(let person, _, let pin, let asked): check = (person, pin, asked)
            case .practice(true):
                practice = MemoryPoint()
                practice.roster = point.roster
                practice.announced = point.announced
            case .answer(let given, _): answer = given
            default: if isPractice { practice.perform(action) } else { point.perform(action) }
            }
        }
        if let answer { answers.append(answer) }
        if let check {
            let isRight = Self.pins[check.person] == check.pin
            whileVerifying?()
            return try enter(
                .verified(person: check.person, isRight: isRight, approving: check.asked), at: name)
        }
        return answer
    }

    // MARK: Time

    func pass(milliseconds: Int64) {
        now.uptime = now.uptime + milliseconds
        now.wall = Timestamp(milliseconds: now.wall.milliseconds + milliseconds)
    }

    /// Lets time pass and tells the desk, if it wanted to be told by then.
    @discardableResult
    func wait(milliseconds: Int64, at name: String = "front") throws -> Answer? {
        pass(milliseconds: milliseconds)
        guard let deadline = desks[name]?.deadline, deadline <= now.uptime else { return nil }
        return try enter(.tick, at: name)
    }

    // MARK: What came of it

    var answer: Answer? { answers.last }
    /// The events of the last turn.
    var recorded: [EventDraft] {
        actions.compactMap { if case .record(let draft) = $0 { draft } else { nil } }
    }
    func status(_ subject: String) -> Parcel.Status? { point.known[subject]?.status }
    func code(_ subject: String) throws -> String { try #require(point.known[subject]?.condition.code) }
    func slot(_ subject: String) -> String? { point.known[subject]?.condition.slot }

    func data(_ draft: EventDraft?) throws -> JSON { try JSON(parsing: #require(draft).data) }
}
