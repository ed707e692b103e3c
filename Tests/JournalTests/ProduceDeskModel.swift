import Domain
import Phrases
import Workflow

/// What a desk has to do while produce is weighed and orders are packed, by the rules, in plain values. It foretells the word
/// of each answer and each event with its whole data.
struct ProduceDeskModel {
    enum Load: Hashable {
        case obstacle
        /// What the display shows, and what the scale itself has tared.
        case shows(Int, tared: Int?)
        /// A net weight from a scale that does not say its tare.
        case bareNet(Int)
    }

    enum Input: Hashable {
        case badge(String)
        case code(String)
        case command(DeskCommand)
        /// Digits one after the other, and confirm.
        case typed(String)
        case receipt(String)
        case label(String)
        case order(String)
        case waybill(String)
        case tick
    }

    struct Awaited {
        var type: String
        var subject: String?
        /// `nil`: not looked at here.
        var data: [String: JSON]?
    }

    struct Turn {
        var events: [Awaited] = []
        var word: Answer.Word?
        /// The parcel whose change can be taken back.
        var undoable: String?
    }

    struct Rules {
        var interval: Int
        var minimum: Int
        var verifiedUntil: Int64
        var belowMinimum: WeighingPolicy.Rule
        var expired: WeighingPolicy.Rule
        var scaleWrong: WeighingPolicy.Rule
        var unchecked: WeighingPolicy.Rule
        var unpriced: WeighingPolicy.Rule
        var toEven: Bool
        var reference: Int
        var tolerance: Int
    }

    /// All that is outside of the desk.
    struct World {
        var boot = ""
        var uptime: Int64 = 0
        var book = ProduceBook()
        var catalog: Catalog
        var orders: [Order]
        var people: [Person]
        var rules: Rules
        var journal: String
    }

    enum Tare: Equatable { case none, measured(Int), preset(Int) }

    let name: String
    var session: String?
    var active: Int64 = 0
    var mode = "receive"
    var farmer: (id: String, how: String)?
    var produce: Catalog.Produce?
    var grade: String?
    var tare = Tare.none
    var lot: String?
    var last: String?
    var labelled: String?
    /// What was refused as no reference weight.
    var unlikely: Int?
    var question: [String]?
    var asked: Int64 = 0
    var order: Order?
    var lines: [(lot: String, grams: Int)] = []
    var picked: String?
    var undoables: [(waybill: String, event: String)] = []

    init(name: String) { self.name = name }

    /// Lines of the order that are complete, and what was weighed of the next.
    var done = 0
    var part = 0

    private var line: Order.Line? { order.flatMap { done < $0.lines.count ? $0.lines[done] : nil } }

    // MARK: One turn

    /// - Parameter time: `nil` when the clock cannot be believed.
    mutating func turn(_ input: Input, at uptime: Int64, _ time: Int64?, _ load: Load, _ world: World) -> Turn {
        var turn = Turn()
        if question != nil, uptime - asked >= 60_000 {
            question = nil
            turn.word = .cancelled
        }
        if session != nil, uptime - active >= 300_000 { leave(world, &turn) }
        act(input, uptime, time, load, world, &turn)
        if input != .tick { active = uptime }
        return turn
    }

    private mutating func act(
        _ input: Input, _ uptime: Int64, _ time: Int64?, _ load: Load, _ world: World, _ turn: inout Turn
    ) {
        switch input {
        case .tick: break
        case .badge(let badge): present(world.people.first { $0.badge == BadgeHash(of: badge) }, world, &turn)
        case .code(let id):
            if mayNot(&turn) { return }
            guard mode == "weigh", let person = world.people.first(where: { $0.id == id && $0.roles == [.farmer] })
            else { return turn.word = .nothingHere }
            welcome(person.id, "code", world, &turn)
        case .receipt(let number):
            if mayNot(&turn) { return }
            guard world.book.crates[number] != nil else { return turn.word = .nothingHere }
            last = number
            turn.word = .found
        case .label(let id): show(id, world, &turn)
        case .order(let id):
            if mayNot(&turn) { return }
            guard mode == "pack", let known = world.orders.first(where: { $0.id == id }) else {
                return turn.word = .scan
            }
            guard world.book.waybill(of: id) == nil else { return turn.word = .already }
            (order, lines, picked, done, part) = (known, [], nil, 0, 0)
            turn.word = .packNext
        case .waybill(let waybill): scan(waybill, world, &turn)
        case .typed(let text): typed(text, uptime, world, &turn)
        case .command(let command): obey(command, time, load, world, &turn)
        }
    }

    private mutating func obey(
        _ command: DeskCommand, _ time: Int64?, _ load: Load, _ world: World, _ turn: inout Turn
    ) {
        switch command {
        case .mode(let next):
            if mayNot(&turn) { return }
            endLot(world, &turn)
            forget()
            (farmer, produce, grade, tare, last) = (nil, nil, nil, .none, nil)
            mode = next.rawValue
            turn.word = mode == "weigh" ? .askFarmer : mode == "pack" ? .askOrder : .mode
        case .signOut: if session == nil { turn.word = .nothingAsked } else { leave(world, &turn) }
        case .produce(let number):
            guard isWeighing(&turn) else { return }
            choose(number, world, &turn)
        case .grade(let id):
            guard isWeighing(&turn) else { return }
            choose(grade: id, world, &turn)
        case .tare(let what): tare(what, load, world, &turn)
        case .record: record(time, load, world, &turn)
        case .confirm:
            if let question {
                guard question.count == 1 else {
                    // It is asked anew.
                    asked = world.uptime
                    return turn.word = .askFarmer
                }
                return welcome(question[0], "tail", world, &turn)
            }
            if mode == "weigh" { return record(time, load, world, &turn) }
            if mode == "pack" { return pick(load, world, &turn) }
            turn.word = .nothingAsked
        case .closeLot:
            if mayNot(&turn) { return }
            guard endLot(world, &turn) else { return turn.word = .noLot }
            (farmer, produce, grade, tare) = (nil, nil, nil, .none)
            turn.word = .lotClosed
        case .void(let reason): void(reason.rawValue, world, &turn)
        case .undo: if mode == "weigh" { void("mistake", world, &turn) } else { undo(world, &turn) }
        case .offer: offer(time, world, &turn)
        case .check: check(load, world, &turn)
        default: break
        }
    }

    // MARK: People

    private func mayNot(_ turn: inout Turn) -> Bool {
        if session == nil { turn.word = .signInFirst }
        return session == nil
    }

    private func isWeighing(_ turn: inout Turn) -> Bool {
        if mayNot(&turn) { return false }
        if mode != "weigh" { turn.word = .weighFirst }
        return mode == "weigh"
    }

    private mutating func forget() {
        (question, order, lines, picked, done, part) = (nil, nil, [], nil, 0, 0)
    }

    private mutating func begin(_ person: String?) {
        session = person
        mode = "receive"
        forget()
        (farmer, produce, grade, tare, last, labelled, undoables) = (nil, nil, nil, .none, nil, nil, [])
        unlikely = nil
    }

    mutating func leave(_ world: World, _ turn: inout Turn) {
        endLot(world, &turn)
        turn.events.append(.init(type: "operator.signedout", subject: session))
        begin(nil)
        turn.word = .signedOut
    }

    private mutating func present(_ person: Person?, _ world: World, _ turn: inout Turn) {
        guard let person else { return turn.word = .unknownPerson }
        if person.roles == [.farmer] {
            guard mode == "weigh" else { return turn.word = .notPermitted }
            return welcome(person.id, "card", world, &turn)
        }
        if session == person.id { return turn.word = .already }
        if session != nil { leave(world, &turn) }
        begin(person.id)
        turn.events.append(.init(type: "operator.signedin", subject: person.id))
        turn.word = .signedIn
    }

    private mutating func welcome(_ id: String, _ how: String, _ world: World, _ turn: inout Turn) {
        if farmer?.id != id {
            endLot(world, &turn)
            tare = .none
        }
        if let crate = last, world.book.crates[crate]?.farmer != id { last = nil }
        farmer = (id, how)
        question = nil
        askForNext(&turn)
    }

    private func askForNext(_ turn: inout Turn) {
        turn.word = farmer == nil ? .askFarmer : produce == nil ? .askProduce : grade == nil ? .askGrade : .weighReady
    }

    // MARK: Choosing

    private mutating func typed(_ text: String, _ uptime: Int64, _ world: World, _ turn: inout Turn) {
        guard mode == "weigh" else { return turn.word = .scan }
        if text.hasPrefix("-") { return tare(.container(Int(text.dropFirst()) ?? -1), .obstacle, world, &turn) }
        let number = Int(text) ?? -1
        if let question {
            if text.count == 1 {
                guard question.indices.contains(number - 1) else { return turn.word = .nobodyFound }
                return welcome(question[number - 1], "tail", world, &turn)
            }
        }
        if farmer == nil || question != nil {
            if text.count == 4 {
                let found = world.people.filter { $0.phoneTail == text && $0.roles == [.farmer] }.map(\.id).sorted()
                guard !found.isEmpty else { return turn.word = .nobodyFound }
                question = found
                asked = uptime
                return turn.word = .askFarmer
            }
            guard let person = world.people.first(where: { $0.number == number && $0.roles == [.farmer] }) else {
                return turn.word = .nobodyFound
            }
            return welcome(person.id, "operator", world, &turn)
        }
        if let produce, grade == nil {
            guard produce.grades.indices.contains(number - 1) else { return turn.word = .unknownProduce }
            return choose(grade: produce.grades[number - 1].id, world, &turn)
        }
        choose(number, world, &turn)
    }

    private mutating func choose(_ number: Int, _ world: World, _ turn: inout Turn) {
        guard let next = world.catalog.produce.first(where: { $0.number == number }) else {
            return turn.word = .unknownProduce
        }
        if produce?.id != next.id { endLot(world, &turn) }
        produce = next
        grade = next.grades.count == 1 ? next.grades[0].id : nil
        askForNext(&turn)
    }

    private mutating func choose(grade id: String, _ world: World, _ turn: inout Turn) {
        guard let produce else { return askForNext(&turn) }
        guard produce.grades.contains(where: { $0.id == id }) else { return turn.word = .unknownProduce }
        if let lot, world.book.lots[lot]?.grade != id { endLot(world, &turn) }
        grade = id
        askForNext(&turn)
    }

    private mutating func tare(_ what: DeskCommand.Tare, _ load: Load, _ world: World, _ turn: inout Turn) {
        guard isWeighing(&turn) else { return }
        switch what {
        case .none: tare = .none
        case .container(let number):
            guard world.catalog.containers.contains(where: { $0.number == number }) else {
                return turn.word = .unknownContainer
            }
            tare = .preset(number)
        case .measured:
            switch load {
            case .obstacle: return turn.word = .scale
            case .bareNet, .shows(_, .some): return turn.word = .scaleIsTared
            case .shows(let grams, nil): tare = .measured(grams)
            }
        }
        askForNext(&turn)
    }

    // MARK: Weighing

    private mutating func record(_ time: Int64?, _ load: Load, _ world: World, _ turn: inout Turn) {
        guard isWeighing(&turn) else { return }
        guard let farmer, let produce, let grade else { return askForNext(&turn) }
        let rules = world.rules
        let (gross, away, tareMode, container): (Int, Int, String, Int?)
        switch (load, tare) {
        case (.obstacle, _): return turn.word = .scale
        case (.bareNet, _), (.shows(_, .some), .measured), (.shows(_, .some), .preset):
            return turn.word = .scaleIsTared
        case (.shows(let net, let tared?), .none):
            (gross, away, tareMode, container) = (net + tared, tared, "measured", nil)
        case (.shows(let grams, nil), .none): (gross, away, tareMode, container) = (grams, 0, "none", nil)
        case (.shows(let grams, nil), .measured(let tared)):
            (gross, away, tareMode, container) = (grams, tared, "measured", nil)
        case (.shows(let grams, nil), .preset(let number)):
            let known = Int(world.catalog.containers.first { $0.number == number }?.tare.grams ?? 0)
            // To the nearest step of the scale.
            let steps = (2 * known + rules.interval) / (2 * rules.interval)
            (gross, away, tareMode, container) = (grams, steps * rules.interval, "preset", number)
        }
        guard away < gross else { return turn.word = .tareTooHeavy }
        let offer = world.catalog.offers.first { offer in
            guard offer.produce == produce.id, offer.grade == grade else { return false }
            guard let time else { return offer.from == nil && offer.until == nil }
            return (offer.from?.milliseconds ?? .min) <= time && time < (offer.until?.milliseconds ?? .max)
        }
        var warnings: [String] = []
        let cases: [(Bool?, WeighingPolicy.Rule, String, Answer.Word)] = [
            (gross < rules.minimum, rules.belowMinimum, "below-minimum", .belowMinimum),
            (
                time.map { $0 >= rules.verifiedUntil }, rules.expired, "verification-expired",
                .verificationExpired
            ),
            (world.book.isScaleWrong, rules.scaleWrong, "scale-wrong", .scaleIsWrong),
            (isUnchecked(time, world), rules.unchecked, "unchecked", .checkFirst),
            (offer == nil, rules.unpriced, "unpriced", .noPrice),
        ]
        for (isSo, rule, warning, word) in cases where isSo != false {
            // What nobody can tell is refused where the county said so, and no warning.
            if rule == .refuse { return turn.word = word }
            if isSo == true, rule == .warn || warning == "unpriced" { warnings.append(warning) }
        }
        let counts = world.book.counts[world.journal] ?? (0, 0)
        let number = "KW-\(world.journal)-\(Self.six(counts.crates + 1))"
        let lot = lot ?? "KL-\(world.journal)-\(Self.six(counts.lots + 1))"
        let net = gross - away
        var data: [String: JSON] = [
            "number": .string(number), "farmer": .string(farmer.id), "identified": .string(farmer.how),
            "produce": .string(produce.id), "grade": .string(grade), "lot": .string(lot),
            "gross": .integer(Int64(gross)), "tare": .integer(Int64(away)), "net": .integer(Int64(net)),
            "taremode": .string(tareMode),
        ]
        if let container {
            data["container"] = .string(world.catalog.containers.first { $0.number == container }?.id ?? "")
        }
        if let offer {
            let fen = Int(offer.price.fenPerKilogram)
            data["price"] = [
                "fenperkg": .integer(Int64(fen)), "list": .integer(world.catalog.version),
                "rounding": .string(rules.toEven ? "half-even" : "half-up"),
            ]
            data["amount"] = .integer(Int64(ProduceBook.fen(net, fen, toEven: rules.toEven)))
        }
        if !warnings.isEmpty { data["warnings"] = .array(warnings.sorted().map { .string($0) }) }
        turn.events.append(.init(type: "weighin.recorded", subject: number, data: data))
        self.lot = lot
        last = number
        turn.word = .weighed
    }

    static func six(_ count: Int) -> String { String(repeating: "0", count: max(0, 6 - "\(count)".count)) + "\(count)" }

    /// A day is a day in Beijing; `nil` when nobody can tell.
    private func isUnchecked(_ time: Int64?, _ world: World) -> Bool? {
        guard let check = world.book.check, check.passed else { return true }
        func day(_ time: Int64) -> Int64 { (time + 28_800_000) / 86_400_000 }
        if let time, let then = check.wall ?? world.book.boots[check.boot].map({ $0 + check.uptime }) {
            return day(then) != day(time)
        }
        return check.boot == world.boot && world.uptime - check.uptime < 86_400_000 ? false : nil
    }

    @discardableResult
    private mutating func endLot(_ world: World, _ turn: inout Turn) -> Bool {
        guard let id = lot else { return false }
        lot = nil
        let crates = world.book.counting(id)
        guard let known = world.book.lots[id], known.status == "open", !crates.isEmpty else { return false }
        let amounts = crates.map { world.book.crates[$0]?.fen }
        turn.events.append(
            .init(
                type: "lot.packed", subject: id,
                data: [
                    "farmer": .string(known.farmer), "produce": .string(known.produce), "grade": .string(known.grade),
                    "crates": .array(crates.map { .string($0) }), "net": .integer(Int64(world.book.net(id))),
                    "amount": .integer(Int64(amounts.compactMap(\.self).reduce(0, +))),
                    "unpriced": .integer(Int64(amounts.filter { $0 == nil }.count)),
                ]))
        return true
    }

    private mutating func void(_ reason: String, _ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        guard let last, let crate = world.book.crates[last] else { return turn.word = .nothingToVoid }
        if crate.isVoided { return turn.word = .already }
        guard world.book.left(crate.lot) >= crate.net else { return turn.word = .soldAlready }
        turn.events.append(
            .init(
                type: "weighin.voided", subject: last,
                data: ["voids": .string(crate.event), "number": .string(last), "reason": .string(reason)]))
        turn.word = .voided
    }

    private mutating func check(_ load: Load, _ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        switch load {
        case .obstacle: turn.word = .scale
        case .bareNet, .shows(_, .some): turn.word = .scaleIsTared
        case .shows(let grams, nil):
            let (reference, tolerance) = (world.rules.reference, world.rules.tolerance)
            let isSameAgain = unlikely.map { abs(grams - $0) <= max(reference / 100, tolerance) } ?? false
            if abs(grams - reference) > max(reference / 10, tolerance), !isSameAgain {
                unlikely = grams
                return turn.word = .onlyReference
            }
            unlikely = nil
            let isRight = abs(grams - world.rules.reference) <= world.rules.tolerance
            turn.events.append(
                .init(
                    type: "scale.checked", subject: nil,
                    data: [
                        "reference": .integer(Int64(world.rules.reference)), "shown": .integer(Int64(grams)),
                        "tolerance": .integer(Int64(world.rules.tolerance)), "passed": .boolean(isRight),
                    ]))
            turn.word = isRight ? .checked : .checkFailed
        }
    }

    // MARK: Lots and orders

    private mutating func show(_ id: String, _ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        guard let known = world.book.lots[id] else { return turn.word = .nothingHere }
        guard mode == "pack", order != nil else {
            labelled = id
            return turn.word = .found
        }
        guard let line else { return turn.word = .scanWaybill }
        guard known.produce == line.produce, known.grade == line.grade, line.lot == nil || line.lot == id else {
            return turn.word = .wrongLot
        }
        if known.status == "open" { return turn.word = .lotIsOpen }
        if world.book.left(id) <= 0 { return turn.word = .soldAlready }
        picked = id
        turn.word = .weighOrder
    }

    private func offer(_ time: Int64?, _ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        guard let labelled, let known = world.book.lots[labelled] else { return turn.word = .scanLabelFirst }
        if known.status == "open" { return turn.word = .lotIsOpen }
        let left = world.book.left(labelled)
        if left <= 0 { return turn.word = .soldAlready }
        let stamp = time.map { TimeSpan(around: Timestamp(milliseconds: $0), within: 0) }
        guard let price = world.catalog.price(of: known.produce, grade: known.grade, at: stamp) else {
            return turn.word = .noPrice
        }
        var data: [String: JSON] = [
            "quantity": .integer(Int64(left)), "fenperkg": .integer(price.fenPerKilogram),
        ]
        if let time { data["until"] = .string(Timestamp(milliseconds: time + 3 * 86_400_000).description) }
        turn.events.append(.init(type: "lot.offered", subject: labelled, data: data))
        turn.word = .offered
    }

    private mutating func pick(_ load: Load, _ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        guard let line else { return turn.word = .nothingAsked }
        if world.rules.scaleWrong == .refuse, world.book.isScaleWrong { return turn.word = .scaleIsWrong }
        guard let picked else { return turn.word = .packNext }
        let net: Int
        switch load {
        case .obstacle: return turn.word = .scale
        case .bareNet: return turn.word = .scaleIsTared
        case .shows(let shown, _): net = shown
        }
        let wanted = Int(line.quantity.grams)
        let permille = order?.tolerancePermille ?? 0
        func isNear(_ weight: Int, _ right: Int) -> Bool { abs(weight - right) * 1000 <= right * permille }
        let isWhole = isNear(part + net, wanted)
        let taken = lines.filter { $0.lot == picked }.reduce(0) { $0 + $1.grams }
        let rest = world.book.left(picked) - taken
        // A lot that has too little gives all it has.
        let isPart = part + net < wanted && net > 0 && net <= rest && isNear(net, rest)
        guard isWhole || isPart else { return turn.word = .notAsOrdered }
        guard net <= rest else { return turn.word = .soldAlready }
        lines.append((picked, net))
        self.picked = nil
        part = isWhole ? 0 : part + net
        if isWhole { done += 1 }
        turn.word = self.line == nil ? .scanWaybill : .packNext
    }

    private mutating func scan(_ waybill: String, _ world: World, _ turn: inout Turn) {
        question = nil
        if mayNot(&turn) { return }
        let parcel = world.book.parcels[waybill]
        switch mode {
        case "weigh": turn.word = .wrongMode
        case "pack":
            guard let order else { return turn.word = .unknownOrder }
            guard line == nil else { return turn.word = picked == nil ? .packNext : .weighOrder }
            guard world.book.waybill(of: order.id) == nil else {
                (self.order, lines, picked) = (nil, [], nil)
                return turn.word = .already
            }
            for lot in Set(lines.map(\.lot)) {
                let taken = lines.filter { $0.lot == lot }.reduce(0) { $0 + $1.grams }
                guard world.book.left(lot) >= taken else { return turn.word = .soldAlready }
            }
            if let parcel { return turn.word = parcel.changes.count == 1 ? .already : .impossible }
            turn.events.append(.init(type: "parcel.accepted", subject: waybill))
            turn.events.append(
                .init(
                    type: "order.packed", subject: order.id,
                    data: [
                        "parcel": .string(waybill),
                        "items": .array(
                            lines.map { lot, grams in
                                [
                                    "lot": .string(lot), "quantity": .integer(Int64(grams)),
                                    "produce": .string(world.book.lots[lot]?.produce ?? ""),
                                    "grade": .string(world.book.lots[lot]?.grade ?? ""),
                                ]
                            }),
                    ]))
            turn.undoable = waybill
            (self.order, lines, picked) = (nil, [], nil)
            turn.word = .packed
        default:
            guard let parcel else { return turn.word = .impossible }
            guard parcel.changes.count == 1 else { return turn.word = .already }
            turn.events.append(.init(type: "parcel.dispatched", subject: waybill))
            turn.events.append(
                .init(type: "order.dispatched", subject: parcel.order, data: ["parcel": .string(waybill)]))
            turn.undoable = waybill
            turn.word = .dispatched
        }
    }

    private mutating func undo(_ world: World, _ turn: inout Turn) {
        if mayNot(&turn) { return }
        guard let top = undoables.popLast() else { return turn.word = .nothingToUndo }
        guard let parcel = world.book.parcels[top.waybill] else { return turn.word = .nothingToUndo }
        guard parcel.changes.last == top.event else {
            undoables.insert(top, at: 0)
            return turn.word = .changedSince
        }
        turn.events.append(.init(type: "parcel.corrected", subject: top.waybill))
        turn.word = .undone
    }
}
