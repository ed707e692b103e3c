import Domain
import Phrases
import Workflow

/// What a desk has to do with an input, by the rules, in plain values. It foretells each event, and what must be true of the
/// slot and the code that the desk is free to choose.
struct DeskModel {
    enum Input: Hashable {
        case scan(String)
        case command(DeskCommand)
        case code(String)
        /// As a web address, or bare: then it may be anything.
        case member(String, isAddress: Bool)
        case badge(String)
        case pin(number: Int, pin: String)
        case verified(String, isRight: Bool)
        case tick
    }

    /// What one turn has to bring about.
    struct Turn {
        struct Awaited {
            var type: String
            var subject: String?
            /// What else must be true of it, of the point before it.
            var holds: (PointModel, JSON) -> Bool = { _, _ in true }
        }

        var events: [Awaited] = []
        var word: Answer.Word?
        /// Its events can be taken back together.
        var undoable: String?
    }

    enum Question: Hashable { case carrier(String), code(String), reason(String), consent(String, String?) }
    struct Undoable: Hashable {
        var subject: String
        var events: [String]
    }

    struct Guesses: Hashable {
        var failures = 0
        var lock: Int64 = 0
        var at: Int64
    }

    struct Worker {
        var person: String
        var role: String
        var carrier: String?
        var number: Int
    }

    let name: String
    var session: Worker?
    var active: Int64 = 0
    var asked: Int64 = 0
    var mode = "receive"
    var question: Question?
    var pickUp: [String]?
    var armed: String?
    var handling: String?
    var carrier: String?
    var shelved: String?
    var found: String?
    var undoables: [Undoable] = []

    init(name: String) { self.name = name }

    // MARK: One turn

    mutating func turn(_ input: Input, at now: Int64, _ world: inout World) -> Turn {
        var turn = Turn()
        let wasUnsaved = isUnsaved
        if isWaiting, now - asked >= 60_000 {
            turn.word = pickUp == nil ? .cancelled : .pickUpEnded
            forget()
        }
        if session != nil, now - active >= 300_000 { leave(&turn) }
        // That a parcel was dropped has to be said before anything else.
        if !wasUnsaved || isUnsaved { act(on: input, now, &world, &turn) }
        if input != .tick { active = now }
        return turn
    }

    /// "Which carrier?" was asked: the parcel is not saved, and until it is or somebody gives up, nothing else goes.
    private var isUnsaved: Bool { if case .carrier = question { true } else { false } }

    var isWaiting: Bool { question != nil || pickUp != nil || armed != nil || handling != nil || carrier != nil }

    private func isAnswer(_ input: Input) -> Bool {
        switch input {
        case .command(.carrier), .command(.confirm), .command(.cancel), .command(.signOut), .tick: true
        case .verified(_, let isRight): !isRight
        default: false
        }
    }

    private mutating func act(on input: Input, _ now: Int64, _ world: inout World, _ turn: inout Turn) {
        if isUnsaved, !isAnswer(input) { return turn.word = .answerFirst }
        // What is scanned instead is about another parcel.
        if case .consent = question {
            switch input {
            case .code, .member, .badge, .pin: question = nil
            case .scan, .command, .verified, .tick: break
            }
        }
        switch input {
        case .scan(let subject): scan(subject, now, &world, &turn)
        case .command(let command): obey(command, now, &world, &turn)
        case .code(let code): present(code, now, &world, &turn)
        case .member(let id, let isAddress): present(member: id, isAddress, now, &world, &turn)
        case .badge(let badge): come(world.people.first { $0.key == badge }?.value, now, &turn)
        case .pin(let number, _):
            let isSomebody = world.people.values.contains { $0.number == number }
            let key = isSomebody ? "pin:\(number)" : "pin?\(number % 256)"
            turn.word = world.guess(key, now, store: true) ? turn.word : .locked
        case .verified(let person, let isRight):
            guard isRight, let worker = world.people.values.first(where: { $0.person == person }) else {
                turn.word = .wrongPIN
                break
            }
            world.guesses["pin:\(worker.number)"] = nil
            come(worker, now, &turn)
        case .tick: break
        }
    }

    mutating func forget() {
        (question, pickUp, armed, handling, carrier) = (nil, nil, nil, nil, nil)
    }

    mutating func begin(_ worker: Worker?) {
        session = worker
        (mode, shelved, found, undoables) = ("receive", nil, nil, [])
        forget()
    }

    mutating func leave(_ turn: inout Turn) {
        turn.events.append(.init(type: "operator.signedout", subject: session?.person))
        begin(nil)
        turn.word = .signedOut
    }

    mutating func come(_ worker: Worker?, _ now: Int64, _ turn: inout Turn) {
        guard let worker else { return turn.word = .unknownPerson }
        guard worker.role != "farmer" else { return turn.word = .notPermitted }
        if session?.person == worker.person { return turn.word = .already }
        if session != nil { leave(&turn) }
        begin(worker)
        turn.events.append(.init(type: "operator.signedin", subject: worker.person))
        turn.word = .signedIn
    }

    /// Who may: an operator everything, a courier some things, nobody in particular almost nothing.
    func mayNot(_ right: String, _ turn: inout Turn) -> Bool {
        switch session?.role {
        case nil: if right == "receiving" { return false } else { turn.word = .signInFirst }
        case "operator": return false
        default: if right != "work" { return false } else { turn.word = .notPermitted }
        }
        return true
    }

    func openBatch(_ point: PointModel) -> String? {
        guard let session else { return nil }
        return session.role == "courier" ? point.batch(courier: session.person) : point.batch(desk: name)
    }

    /// `true` when the deed goes; else the word is said.
    func goes(_ deed: String, _ subject: String, _ point: PointModel, _ turn: inout Turn) -> Bool {
        switch point.judge(deed, subject) {
        case .goes: return true
        case .already: turn.word = .already
        case .impossible: turn.word = .impossible
        }
        return false
    }

    // MARK: Parcels

    mutating func scan(_ subject: String, _ now: Int64, _ world: inout World, _ turn: inout Turn) {
        question = nil
        if let armed { return flag(subject, armed, world, &turn) }
        if pickUp != nil { return takeAway(subject, now, &world, &turn) }
        let batch = openBatch(world.point)
        let kind = batch.flatMap { world.point.batches[$0]?.kind }
        if session?.role == "courier" {
            if batch == nil { return turn.word = .openBatchFirst }
            if kind == "dispatch" { return dispatch(subject, batch, &world, &turn) }
            return receive(subject, batch, nil, now, world, &turn)
        }
        switch mode {
        case "receive":
            if mayNot("receiving", &turn) { return }
            if kind == "dispatch" { return dispatch(subject, batch, &world, &turn) }
            receive(subject, batch, nil, now, world, &turn)
        case "collect":
            guard goes("collect", subject, world.point, &turn) else { return }
            question = .code(subject)
            asked = now
            turn.word = .askCode
        case "find":
            found = world.point.rows[subject] == nil ? nil : subject
            turn.word = found == nil ? .impossible : .found
        default:
            if mayNot("work", &turn) { return }
            switch mode {
            case "shelve": shelve(subject, nil, now, world, &turn)
            case "return": go("return", subject, kind == "dispatch" ? batch : nil, &world, &turn)
            case "dispatch": go("dispatch", subject, kind == "dispatch" ? batch : nil, &world, &turn)
            default: accept(subject, nil, now, world, &turn)
            }
        }
    }

    /// What arrives: its carrier from a person's answer, the announcement or the hand-over, in this order.
    mutating func arrival(
        _ type: String, _ subject: String, _ batch: String?, _ decided: String?, _ world: World
    ) -> Turn.Awaited {
        let announced = type == "parcel.received" ? world.point.expected[subject] : nil
        let named =
            (decided == "" ? nil : decided) ?? announced?.carrier
            ?? allowed(batch, subject, world)
        let kind = handling ?? announced?.handling ?? "normal"
        handling = nil
        return .init(type: type, subject: subject) { _, data in
            data["carrier"]?.string == named && data["handling"]?.string ?? "normal" == kind
                && data["batch"]?.string == batch && data["recipient"]?.string == announced?.recipient
        }
    }

    /// A hand-over's carrier tells nothing of a number that has another carrier's form.
    private func allowed(_ batch: String?, _ subject: String, _ world: World) -> String? {
        guard let carrier = batch.flatMap({ world.point.batches[$0]?.carrier }) else { return nil }
        let forms = world.forms[subject] ?? []
        return forms.isEmpty || forms.contains(carrier) ? carrier : nil
    }

    /// - Parameter decided: `nil` before anybody was asked, empty for "stays open".
    func mustAsk(_ subject: String, _ certain: String?, _ decided: String?, _ world: World) -> Bool {
        certain == nil && decided == nil && session?.role == "operator" && world.forms[subject, default: []].count > 1
    }

    mutating func ask(_ subject: String, _ now: Int64, _ turn: inout Turn) {
        question = .carrier(subject)
        asked = now
        turn.word = .askCarrier
    }

    mutating func receive(
        _ subject: String, _ batch: String?, _ decided: String?, _ now: Int64, _ world: World, _ turn: inout Turn
    ) {
        guard goes("receive", subject, world.point, &turn) else { return }
        let certain = world.point.expected[subject]?.carrier ?? allowed(batch, subject, world)
        if mustAsk(subject, certain, decided, world) { return ask(subject, now, &turn) }
        turn.events.append(arrival("parcel.received", subject, batch, decided, world))
        turn.undoable = subject
        turn.word = .received
    }

    mutating func accept(
        _ subject: String, _ decided: String?, _ now: Int64, _ world: World, _ turn: inout Turn
    ) {
        guard goes("accept", subject, world.point, &turn) else { return }
        if mustAsk(subject, nil, decided, world) { return ask(subject, now, &turn) }
        turn.events.append(arrival("parcel.accepted", subject, nil, decided, world))
        turn.undoable = subject
        turn.word = .accepted
    }

    mutating func shelve(
        _ subject: String, _ decided: String?, _ now: Int64, _ world: World, _ turn: inout Turn
    ) {
        let life = world.point.rows[subject]?.life
        if life?.status == "shelved" { return turn.word = .already }
        var kind = handling ?? life?.handling ?? "normal"
        if life?.isHere == true {
            guard goes("shelve", subject, world.point, &turn) else { return }
        } else {
            guard goes("receive", subject, world.point, &turn) else { return }
            let open = openBatch(world.point)
            let batch = open.flatMap { world.point.batches[$0]?.kind } == "delivery" ? open : nil
            let certain = world.point.expected[subject]?.carrier ?? allowed(batch, subject, world)
            if mustAsk(subject, certain, decided, world) { return ask(subject, now, &turn) }
            kind = handling ?? world.point.expected[subject]?.handling ?? "normal"
            turn.events.append(arrival("parcel.received", subject, batch, decided, world))
            turn.undoable = subject
        }
        // A parcel that is here keeps what it was given for in this stay.
        let known = life?.isHere == true ? life?.consent : nil
        let agreed = known ?? world.point.expected[subject]?.consent
        guard let agreed else {
            question = .consent(subject, handling)
            handling = nil
            asked = now
            return turn.word = .askConsent
        }
        handling = nil
        putOnShelf(subject, kind, agreed, world, &turn)
    }

    mutating func agree(_ how: String, _ world: World, _ turn: inout Turn) {
        guard case .consent(let subject, let size) = question else { return turn.word = .nothingAsked }
        question = nil
        handling = handling ?? size
        if world.point.rows[subject]?.life.status == "shelved" { return turn.word = .already }
        guard goes("shelve", subject, world.point, &turn) else { return }
        let kind = handling ?? world.point.rows[subject]?.life.handling ?? "normal"
        handling = nil
        putOnShelf(subject, kind, how, world, &turn)
    }

    mutating func disagree(_ world: World, _ turn: inout Turn) {
        guard case .consent(let subject, _) = question else { return turn.word = .nothingAsked }
        question = nil
        flag(subject, "refused", world, &turn)
        if turn.word == .flagged { turn.word = .consentRefused }
    }

    private mutating func putOnShelf(
        _ subject: String, _ kind: String, _ agreed: String, _ world: World, _ turn: inout Turn
    ) {
        guard world.point.hasRoom(kind) else { return turn.word = .noSlot }
        turn.events.append(
            .init(type: "parcel.relocated", subject: subject) { point, data in
                guard let slot = data["slot"]?.string, let code = data["code"]?.string,
                    data["consent"]?.string == agreed
                else { return false }
                return point.isEmptiest(slot, kind) && point.holder(of: code) == nil && code.hasPrefix(slot + "-")
            })
        turn.undoable = subject
        shelved = subject
        turn.word = .shelved
    }

    mutating func moveOn(_ point: PointModel, _ turn: inout Turn) {
        if mayNot("work", &turn) { return }
        guard let subject = shelved, let life = point.rows[subject]?.life, life.status == "shelved",
            let from = life.slot
        else { return turn.word = .nothingAsked }
        guard goes("shelve", subject, point, &turn) else { return }
        let kind = handling ?? life.handling
        handling = nil
        guard let slot = point.next(after: from, kind) else { return turn.word = .noSlot }
        turn.events.append(
            .init(type: "parcel.relocated", subject: subject) { point, data in
                let code = data["code"]?.string ?? ""
                return data["slot"]?.string == slot && code.hasPrefix(slot + "-") && point.holder(of: code) == nil
            })
        turn.undoable = subject
        turn.word = .moved
    }

    mutating func dispatch(_ subject: String, _ batch: String?, _ world: inout World, _ turn: inout Turn) {
        let life = world.point.rows[subject]?.life
        if session?.role == "courier", let life, life.isHere {
            let mine = session?.carrier ?? batch.flatMap { world.point.batches[$0]?.carrier }
            if let mine, let theirs = life.carrier, mine != theirs { return turn.word = .notForDispatch }
        }
        if let life, life.isHere, life.status != "accepted" {
            let own = session?.role == "courier" ? session?.person : nil
            if life.flags.allSatisfy({ own != nil && life.flaggers[$0] == own }) {
                return turn.word = .notForDispatch
            }
            return go("return", subject, batch, &world, &turn)
        }
        go(life?.status == "returned" ? "return" : "dispatch", subject, batch, &world, &turn)
    }

    mutating func go(
        _ deed: String, _ subject: String, _ batch: String?, _ world: inout World, _ turn: inout Turn
    ) {
        guard goes(deed, subject, world.point, &turn) else { return }
        let carrier = batch.flatMap { world.point.batches[$0]?.carrier }
        turn.events.append(
            .init(type: deed == "return" ? "parcel.returned" : "parcel.dispatched", subject: subject) { _, data in
                data["batch"]?.string == batch && data["carrier"]?.string == carrier
            })
        world.guesses["code:\(subject)"] = nil
        turn.undoable = subject
        turn.word = deed == "return" ? .returned : .dispatched
    }

    mutating func flag(_ subject: String, _ what: String, _ world: World, _ turn: inout Turn) {
        armed = nil
        guard let life = world.point.rows[subject]?.life, life.isHere else { return turn.word = .impossible }
        let flags = what == "resolve" ? life.flags.sorted() : [what]
        // A courier's word again, by somebody of the point.
        let byCourier =
            life.flaggers[what].flatMap { setter in world.people.values.first { $0.person == setter } }?.role
            == "courier"
        let isNew = !life.flags.contains(what) || session?.role != "courier" && byCourier
        guard what == "resolve" ? !flags.isEmpty : isNew else { return turn.word = .already }
        for flag in flags {
            turn.events.append(
                .init(type: "parcel.flagged", subject: subject) { _, data in
                    data["flag"]?.string == flag && data["resolved"]?.boolean == (what == "resolve")
                })
        }
        turn.undoable = subject
        turn.word = what == "resolve" ? .resolved : .flagged
    }
}

/// All of it: the point, the people, and guesses at secrets.
struct World {
    var point: PointModel
    /// By their badges.
    let people: [String: DeskModel.Worker]
    /// Whose numbers have the form of a waybill.
    let forms: [String: [String]]
    var guesses: [String: DeskModel.Guesses] = [:]

    /// Whether one more guess is allowed; `store` counts it as a failure.
    mutating func guess(_ key: String, _ now: Int64, store: Bool) -> Bool {
        var (free, first, longest): (Int, Int64, Int64) = (5, 60_000, 86_400_000)
        if key == "code" { (free, first, longest) = (10, 900_000, 3_600_000) }
        if key.hasPrefix("code:") { first = 3_600_000 }
        var known = guesses[key] ?? DeskModel.Guesses(at: now)
        guard now - known.at >= known.lock else { return false }
        if key == "code" { known.failures = max(known.failures - Int((now - known.at) / 3_600_000), 0) }
        known.failures = min(known.failures + 1, 1000)
        known.at = now
        known.lock = known.failures < free ? 0 : min(first << min(known.failures - free, 20), longest)
        if store { guesses[key] = known }
        return true
    }
}
