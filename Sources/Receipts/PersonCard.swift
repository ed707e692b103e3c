public import Domain
import Phrases

/// What somebody who was added at a desk shows when coming again: a square for the reader, and the number for who has lost it.
public struct PersonCard: Hashable, Sendable {
    public var point: KioskID
    public var name: String
    public var role: Person.Role
    public var tail: String?
    public var number: Int?
    /// What the square says.
    public var card: String
    public var made: Now

    public init(
        point: KioskID, name: String, role: Person.Role, tail: String?, number: Int?, card: String, made: Now
    ) {
        self.point = point
        self.name = name
        self.role = role
        self.tail = tail
        self.number = number
        self.card = card
        self.made = made
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = [
            .row(.point, point.text), .row(role == .courier ? .courier : .farmer, PersonalText.maskedName(name)),
        ]
        if let tail { elements.append(.row(.phoneTail, tail)) }
        // A stand-in signs in with the card alone.
        if role == .farmer, let number { elements.append(.row(.farmerNumber, String(number))) }
        elements += Slip.time(.made, made)
        elements += [.rule, .symbol(card)]
        elements += .lines(role == .courier ? .goodToday : .showCard, alignment: .center)
        return Slip(.personCard, marks, elements)
    }
}
