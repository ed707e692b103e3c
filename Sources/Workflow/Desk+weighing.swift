import Barcodes
import Domain
import Phrases

/// A farmer's produce, crate by crate: who, what, in which container, and what the scale says.
extension Desk {
    /// Which crate comes next.
    struct Weighing: Hashable, Sendable {
        struct Farmer: Hashable, Sendable {
            var id: String
            var name: String
            var identification: WeighIn.Identification
        }

        enum Tare: Hashable, Sendable {
            case none
            case measured(Mass)
            case preset(Catalog.Container)
        }

        var farmer: Farmer?
        var produce: Catalog.Produce?
        var grade: Catalog.Grade?
        var tare = Tare.none
        /// Opened by the first crate.
        var lot: String?
        /// What the last record, or the receipt that was scanned, is called: what "void" refers to.
        var last: String?
    }

    // MARK: Who

    /// A farmer at the scale does not sign in: the operator weighs.
    /// - Returns: `false` leaves the badge or the code to somebody else.
    mutating func meet(_ person: Person?, _ how: WeighIn.Identification, _ turn: inout DeskContext) throws -> Bool {
        guard mode.meetsFarmers, let person, person.roles.contains(.farmer) else { return false }
        guard isPermitted(.work, &turn) else { return true }
        try welcome(person, how, &turn)
        return true
    }

    /// A farmer's own code: a member's address with the id on the roster, which a scanner may have put into capitals.
    func farmer(code: String, _ turn: DeskContext) throws -> Person? {
        let wanted = code.uppercased()
        return try turn.point.people().first { $0.id.uppercased() == wanted && $0.roles.contains(.farmer) }
    }

    mutating func welcome(_ person: Person, _ how: WeighIn.Identification, _ turn: inout DeskContext) throws {
        let isAnother = weighing.farmer?.id != person.id
        // Crates of another farmer belong to another lot, whatever was forgotten before.
        if isAnother { try endLot(&turn) }
        question = nil
        weighing.farmer = .init(
            id: person.id, name: person.name, identification: how)
        if isAnother { weighing.tare = .none }
        // "Undo" in front of this farmer never takes back what another one brought.
        if let last = weighing.last, try turn.point.weighIn(last)?.weighIn.farmer != person.id { weighing.last = nil }
        // Nor does "reverse" take back what another one was paid.
        if let last = paying.last, try turn.point.payment(last)?.payment.farmer != person.id { paying.last = nil }
        if mode == .pay {
            paying.limit = nil
            return try tellBalance(&turn)
        }
        turn.answer = next(.farmer)
    }

    /// The last digits of the telephone number, and then the name: two that agree are a person.
    mutating func look(forTail tail: String, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        // A number of four digits may be somebody's own as well: whoever it is says which.
        let number = Int(tail)
        let found = try turn.point.people().filter {
            $0.roles.contains(.farmer) && ($0.phoneTail == tail || $0.number == number)
        }
        guard !found.isEmpty else { return turn.answer = .nobodyFound }
        if found.count == 1, found[0].phoneTail != tail { return try welcome(found[0], .operator, &turn) }
        askWhich(Array(found.prefix(9)), &turn)
    }

    mutating func askWhich(_ found: [Person], _ turn: inout DeskContext) {
        ask(.farmer(found.map(\.id)), turn)
        let choices = found.map { person in
            // Two of one surname and the same digits are told apart by their numbers.
            let isAlone = found.count { $0.name == person.name } == 1
            return isAlone ? person.name : person.name + (person.number.map { " (\($0))" } ?? "")
        }
        turn.answer = .askFarmer(choices, nextCrate())
    }

    /// The operator knows whom the crate is from.
    mutating func name(farmerNumber number: Int, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let person = try turn.point.person(number: number), person.roles.contains(.farmer) else {
            return turn.answer = .nobodyFound
        }
        try welcome(person, .operator, &turn)
    }

    /// "Is it 张*?" was answered: by a digit, or by a plain yes where there is only one.
    mutating func chooseFarmer(_ place: Int, among ids: [String], _ turn: inout DeskContext) throws {
        guard ids.indices.contains(place), let person = try turn.point.person(ids[place]) else {
            return turn.answer = .nobodyFound
        }
        try welcome(person, .tail, &turn)
    }

    // MARK: What

    /// Digits and "confirm" while weighing: whoever is asked for comes first, then what.
    mutating func typedWhileWeighing(_ text: String, _ turn: inout DeskContext) throws {
        if text.hasPrefix("-"), let number = Int(text.dropFirst()) { return try tare(.container(number), &turn) }
        guard let number = Int(text), text.allSatisfy(\.isASCII), number >= 0 else {
            return turn.answer = .refused(.unknown)
        }
        // One digit answers the question; more are another try, of whoever mistyped.
        if case .farmer(let ids) = question, text.utf8.count == 1 {
            return try chooseFarmer(number - 1, among: ids, &turn)
        }
        let isAsked = if case .farmer = question { true } else { false }
        if weighing.farmer == nil || isAsked {
            return text.utf8.count == 4 ? try look(forTail: text, &turn) : try name(farmerNumber: number, &turn)
        }
        if let produce = weighing.produce, weighing.grade == nil {
            guard produce.grades.indices.contains(number - 1) else { return turn.answer = .unknownProduce }
            return try choose(grade: produce.grades[number - 1].id, &turn)
        }
        try choose(produce: number, &turn)
    }

    mutating func choose(produce number: Int, _ turn: inout DeskContext) throws {
        guard isWeighing(&turn) else { return }
        guard let produce = try turn.point.catalog()?.produce(number: number) else {
            return turn.answer = .unknownProduce
        }
        if weighing.produce?.id != produce.id { try endLot(&turn) }
        weighing.produce = produce
        weighing.grade = produce.grades.count == 1 ? produce.grades.first : nil
        turn.answer = next(.produce)
    }

    mutating func choose(grade id: String, _ turn: inout DeskContext) throws {
        guard isWeighing(&turn) else { return }
        guard let produce = weighing.produce else { return turn.answer = next(.produce) }
        guard let grade = produce.grades.first(where: { $0.id.uppercased() == id.uppercased() }) else {
            return turn.answer = .unknownProduce
        }
        // Choosing the same produce anew asks for its grade anew; the lot goes on if that is the same too.
        if let lot = weighing.lot, try turn.point.lot(lot)?.grade != grade.id { try endLot(&turn) }
        weighing.grade = grade
        turn.answer = next(.grade)
    }

    mutating func tare(_ tare: DeskCommand.Tare, _ turn: inout DeskContext) throws {
        guard isWeighing(&turn) else { return }
        switch tare {
        case .none: weighing.tare = .none
        case .container(let number):
            guard let container = try turn.point.catalog()?.container(number: number) else {
                return turn.answer = .unknownContainer
            }
            weighing.tare = .preset(container)
        case .measured:
            switch load(turn.scale) {
            case .refused(let answer): return turn.answer = answer(nil)
            case .read(let load) where load.scaleTare != nil: return turn.answer = .scaleIsTared(nil)
            case .read(let load): weighing.tare = .measured(load.gross)
            }
        }
        turn.answer = next(.tare)
    }

    private func isWeighing(_ turn: inout DeskContext) -> Bool {
        guard isPermitted(.work, &turn) else { return false }
        guard mode == .weigh else {
            turn.answer = .weighFirst
            return false
        }
        return true
    }

    /// Says what has been chosen and what is still missing, which is what the person has to do next.
    func next(_ chosen: Answer.Chosen? = nil) -> Answer {
        let crate = nextCrate(chosen)
        guard weighing.farmer != nil else { return .askFarmer([], crate) }
        guard let produce = weighing.produce else { return .askProduce(crate) }
        return weighing.grade == nil ? .askGrade(produce.grades.map(\.name), crate) : .weighReady(crate)
    }

    func nextCrate(_ chosen: Answer.Chosen? = nil) -> Answer.NextCrate {
        var crate = Answer.NextCrate()
        crate.isToBePaid = mode == .pay
        crate.farmer = weighing.farmer?.name
        crate.produce = weighing.produce.map { .init($0) }
        crate.grade = weighing.grade?.name
        crate.lot = weighing.lot
        crate.chosen = chosen
        crate.tare =
            switch weighing.tare {
            case .none: nil
            case .measured(let tare): .measured(tare)
            case .preset(let container): .preset(container.tare, container: container.name)
            }
        return crate
    }
}
