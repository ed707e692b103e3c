import Domain
import Workflow

/// What the rules say of a point, in plain dictionaries: written from the rules, with nothing of the code that it judges.
/// It is told each event and keeps what it makes of parcels, hand-overs and sessions.
struct PointModel {
    struct Life: Hashable {
        var status: String
        var slot: String?
        var code: String?
        var flags: Set<String> = []
        var flaggers: [String: String] = [:]
        var handling = "normal"
        var carrier: String?
        var recipient: String?
        var batch: String?
        var consent: String?

        var isHere: Bool { ["received", "shelved", "accepted"].contains(status) }
    }

    struct Step: Hashable {
        var change: String?
        var life: Life?
    }

    struct Row: Hashable {
        var life: Life
        var change: String?
        /// What the undoing of `change` and of those before it would put back, the newest last; four at most.
        var past: [Step]
    }

    struct Batch: Hashable {
        var kind: String
        var carrier: String?
        var courier: String
        var desk: String
        /// The order in which they were opened.
        var number: Int
        var items: Set<String> = []
    }

    struct Slot {
        let name: String
        let room: Int
        let handling: String
    }

    let slots: [Slot]
    let expected: [String: (carrier: String?, handling: String, recipient: String?, consent: String?)]
    var rows: [String: Row] = [:]
    /// Those of `rows` that are at the point.
    private(set) var here: [String: Row] = [:]
    var batches: [String: Batch] = [:]
    var sessions: [String: String] = [:]
    /// Slots into which an undo put a parcel back although nothing was free: there it lies.
    private(set) var overfilled: Set<String> = []
    private var opened = 0

    init(slots: [Slot], expected: [String: (carrier: String?, handling: String, recipient: String?, consent: String?)])
    {
        self.slots = slots
        self.expected = expected
    }

    // MARK: What an event does

    mutating func take(_ event: Event) {
        let draft = event.draft
        let subject = draft.subject ?? ""
        let data = (try? JSON(parsing: draft.data)) ?? .null
        let words = draft.type.text.split(separator: ".")
        switch (words[1], words[2]) {
        case ("batch", "opened"):
            opened += 1
            batches[subject] = Batch(
                kind: data["kind"]?.string ?? "", carrier: data["carrier"]?.string,
                courier: data["courier"]?.string ?? "", desk: data["desk"]?.string ?? "", number: opened)
        case ("batch", "closed"): batches[subject] = nil
        case ("operator", "signedin"): sessions[data["desk"]?.string ?? ""] = subject
        case ("operator", "signedout"): sessions[data["desk"]?.string ?? ""] = nil
        case ("parcel", "corrected"): putBack(subject, data)
        case ("parcel", let what): change(subject, String(what), data, draft)
        default: break
        }
        here[subject] = rows[subject].flatMap { $0.life.isHere ? $0 : nil }
    }

    private mutating func change(_ subject: String, _ what: String, _ data: JSON, _ draft: EventDraft) {
        let before = rows[subject]
        var life: Life
        switch what {
        case "received", "accepted":
            life = Life(status: what)
            life.carrier = data["carrier"]?.string
            life.recipient = data["recipient"]?.string
            life.handling = data["handling"]?.string ?? "normal"
            life.batch = data["batch"]?.string
        default:
            guard let now = before?.life else { return }
            life = now
            switch what {
            case "relocated":
                life.status = "shelved"
                life.slot = data["slot"]?.string
                life.code = data["code"]?.string ?? life.code
                life.handling = data["handling"]?.string ?? life.handling
                life.consent = data["consent"]?.string ?? life.consent
            case "flagged":
                guard let flag = data["flag"]?.string else { return }
                if data["resolved"]?.boolean == true {
                    life.flags.remove(flag)
                    life.flaggers[flag] = nil
                } else {
                    life.flags.insert(flag)
                    life.flaggers[flag] = draft.actor
                }
            default:
                life.status = what
                (life.slot, life.code, life.flags, life.flaggers) = (nil, nil, [], [:])
                life.batch = data["batch"]?.string ?? life.batch
                life.carrier = data["carrier"]?.string ?? life.carrier
            }
        }
        if let batch = life.batch, batch != before?.life.batch { batches[batch]?.items.insert(subject) }
        let step = Step(change: before?.change, life: before?.life)
        rows[subject] = Row(life: life, change: draft.id.text, past: Array(((before?.past ?? []) + [step]).suffix(4)))
    }

    private mutating func putBack(_ subject: String, _ data: JSON) {
        guard var row = rows[subject], row.change == data["corrects"]?.string, let step = row.past.popLast() else {
            return
        }
        let batch = row.life.batch
        if var life = step.life {
            life.slot = data["slot"]?.string ?? life.slot
            life.code = data["code"]?.string ?? life.code
            if let slot = life.slot, slot != row.life.slot, isFull(slot) { overfilled.insert(slot) }
            (row.life, row.change) = (life, step.change)
            rows[subject] = row
        } else {
            rows[subject] = nil
        }
        if let batch, rows[subject]?.life.batch != batch { batches[batch]?.items.remove(subject) }
    }

    // MARK: What can be asked

    var occupancy: [String: Int] {
        here.values.compactMap(\.life.slot).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    func holder(of code: String) -> String? { here.first { $0.value.life.code == code }?.key }

    func batch(courier: String) -> String? { newest { $0.courier == courier } }
    func batch(desk: String) -> String? { newest { $0.desk == desk } }

    private func newest(_ isWanted: (Batch) -> Bool) -> String? {
        batches.filter { isWanted($0.value) }.max { $0.value.number < $1.value.number }?.key
    }

    /// Whether the slot is one in which a parcel of this kind finds room.
    func hasRoom(_ name: String, _ handling: String) -> Bool {
        slots.contains { $0.name == name && $0.handling == handling && occupancy[name, default: 0] < $0.room }
    }

    func isFull(_ name: String) -> Bool {
        slots.contains { $0.name == name && occupancy[name, default: 0] >= $0.room }
    }

    func emptiest(_ handling: String) -> String? { slots.first { isEmptiest($0.name, handling) }?.name }

    func hasRoom(_ handling: String) -> Bool { slots.contains { hasRoom($0.name, handling) } }

    /// The least full, measured by its room.
    func isEmptiest(_ name: String, _ handling: String) -> Bool {
        let occupied = occupancy
        guard hasRoom(name, handling), let chosen = slots.first(where: { $0.name == name }) else { return false }
        return slots.allSatisfy {
            $0.handling != handling
                || occupied[name, default: 0] * $0.room <= occupied[$0.name, default: 0] * chosen.room
        }
    }

    /// The next that has room, walking on from where the parcel lies and around.
    func next(after name: String, _ handling: String) -> String? {
        guard let place = slots.firstIndex(where: { $0.name == name }) else {
            return slots.first { hasRoom($0.name, handling) }?.name
        }
        let around = Array(slots[(place + 1)...] + slots[..<place])
        return around.first { hasRoom($0.name, handling) }?.name
    }

    enum Verdict: Hashable { case goes, already, impossible }

    /// From which states a deed goes, and in which it is done already.
    private static let rules: [String: (from: [String], already: [String])] = [
        "receive": (["", "returned", "dispatched"], ["received", "shelved"]),
        "shelve": (["received", "shelved"], []),
        "collect": (["received", "shelved"], ["collected"]),
        "return": (["received", "shelved"], ["returned"]),
        "dispatch": (["received", "shelved", "accepted"], ["dispatched"]),
        "accept": ([""], ["accepted"]),
    ]

    func judge(_ deed: String, _ subject: String) -> Verdict {
        let life = rows[subject]?.life
        let rule = Self.rules[deed] ?? ([], [])
        if rule.already.contains(life?.status ?? "") { return .already }
        guard rule.from.contains(life?.status ?? "") else { return .impossible }
        let flags = life?.flags ?? []
        if flags.contains("missing") { return .impossible }
        if flags.contains("wrong-village"), deed == "collect" || deed == "shelve" { return .impossible }
        if flags.contains("refused"), deed == "collect" { return .impossible }
        return .goes
    }
}

extension PointModel.Row {
    /// The same of what the code keeps.
    init(_ parcel: Parcel) {
        self.init(
            life: .init(parcel.condition), change: parcel.change?.id.text,
            past: parcel.past.map { .init(change: $0.change?.id.text, life: $0.condition.map(PointModel.Life.init)) })
    }
}

extension PointModel.Life {
    init(_ condition: Parcel.Condition) {
        self.init(
            status: condition.status.rawValue, slot: condition.slot, code: condition.code,
            flags: Set(condition.flags.map(\.rawValue)),
            flaggers: Dictionary(uniqueKeysWithValues: condition.flaggedBy.map { ($0.key.rawValue, $0.value) }),
            handling: condition.handling.rawValue,
            carrier: condition.carrier?.rawValue, recipient: condition.recipient, batch: condition.batch,
            consent: condition.consent?.rawValue)
    }
}
