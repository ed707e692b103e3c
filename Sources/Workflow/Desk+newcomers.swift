import Barcodes
import Domain
import Phrases

/// People whom the county does not know yet: a farmer who comes for the first time, a courier who stands in for a day. The operator
/// adds them; they get a card, and the county's roster says later who they are.
extension Desk {
    /// What is known so far of whoever is about to be added.
    struct Arrival: Hashable, Sendable {
        var role: Person.Role
        /// The last four digits of a telephone number.
        var tail: String?
        var surname: Character?
        var carrier: Carrier?
    }

    /// The digits that were entered before are the end of a telephone number; without any there is none.
    mutating func begin(newcomer role: Person.Role, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        let digits = typed
        let carrier = role == .courier ? carrier : nil
        forgetQuestions()
        guard digits.isEmpty || Self.isTail(digits) else { return turn.answer = .askTail }
        try ask(for: Arrival(role: role, tail: digits.isEmpty ? nil : digits, carrier: carrier), &turn)
    }

    private static func isTail(_ text: String) -> Bool {
        text.utf8.count == 4 && text.utf8.allSatisfy { $0.isDigit }
    }

    private mutating func ask(for arrival: Arrival, _ turn: inout DeskContext) throws {
        typed = ""
        ask(.newcomer(arrival), turn)
        turn.answer = .askNewPerson(try person(arrival, turn))
    }

    private func person(_ arrival: Arrival, _ turn: DeskContext) throws -> Answer.NewPerson {
        let name = Self.name(arrival)
        let isKnown = try turn.point.people().contains {
            $0.roles.contains(arrival.role) && $0.name.first == name.first && $0.phoneTail == arrival.tail
                && arrival.tail != nil
        }
        return Answer.NewPerson(
            name: name, arrival.role, tail: arrival.tail, carrier: arrival.carrier, isKnown: isKnown)
    }

    /// Masked as on a roster: the point never learns the rest.
    private static func name(_ arrival: Arrival) -> String { "\(arrival.surname ?? Surname.unknown)*" }

    mutating func name(surname number: Int, _ turn: inout DeskContext) throws {
        guard case .newcomer(var arrival) = question else { return turn.answer = .nothingAsked(.surname(number)) }
        arrival.surname = Surname.named(number)
        try ask(for: arrival, &turn)
    }

    /// Four digits are the telephone number's; a plain yes adds the person.
    mutating func confirm(_ arrival: Arrival, _ turn: inout DeskContext) throws {
        guard typed.isEmpty else {
            let digits = typed
            typed = ""
            guard Self.isTail(digits) else { return turn.answer = .askTail }
            var arrival = arrival
            arrival.tail = digits
            return try ask(for: arrival, &turn)
        }
        guard isPermitted(.work, &turn) else { return }
        question = nil
        carrier = nil
        let (id, number) = try turn.point.nextNewcomer()
        let card = Self.card(using: &turn.generator)
        var person = Person(
            id: id, name: Self.name(arrival), roles: [arrival.role], badge: BadgeHash(of: card),
            phoneTail: arrival.tail, number: number, carrier: arrival.carrier)
        person.met = turn.moment
        turn.record(.personAdded, id, actor: session?.person, Newcomer(person).json)
        turn.actions.append(.keep(card: card, of: id))
        var added = try self.person(arrival, turn)
        added.number = person.number
        if arrival.role == .farmer, mode == .weigh { try welcome(person, .operator, &turn) }
        turn.answer = .personAdded(id, added)
    }

    /// Of as many digits as nobody finds by trying, and of those alone that every reader and keyboard types alike.
    private static func card(using generator: inout any RandomNumberGenerator) -> String {
        func draw(_ generator: inout some RandomNumberGenerator) -> String {
            String((0..<24).map { _ in Character(String(Int.random(in: 0...9, using: &generator))) })
        }
        return BadgeHash.prefix + draw(&generator)
    }
}
