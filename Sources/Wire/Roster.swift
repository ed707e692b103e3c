public import Domain

/// The body of `…/down/roster`, retained: everybody whom the point knows.
///
///     {"version":3,"people":[{"id":"p-7K2M9","name":"李*","roles":["operator","courier"],"badge":"<Digest>",
///      "pin":{"iterations":20000,"salt":"<base64url>","hash":"<base64url, 32 bytes>"},"tail":"5678"}]}
///
/// `badge`, `pin`, `tail`, `number` (by which somebody signs in with a PIN), `carrier` (for whom a courier
/// drives), `was` (ids under which the point met this person before the county knew) may be absent.
public struct Roster: Hashable, Sendable {
    /// From 1; a roster with a higher one takes the place of the one before.
    public var version: Int64
    public var people: [Person]

    /// - Parameter version: from 1; a higher one replaces a lower.
    public init(version: Int64, people: [Person]) {
        self.version = version
        self.people = people
    }

    public static let mostPeople = 500
    /// One person was met so often at most, and all of them together so often: the event that says so has to fit a message.
    public static let mostFormer = 16
    public static let mostFormerInAll = 300

    public var json: JSON {
        ["version": .integer(version), "people": .array(people.map(Self.json))]
    }

    /// - Parameter encoding: the user property `content-encoding`.
    public init(parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        let fields = try ObjectDecoder(document: bytes, encoding, "the roster")
        version = try fields.version()
        people = []
        var ids: Set<String> = []
        var badges: Set<BadgeHash> = []
        var numbers: Set<Int> = []
        var former: Set<String> = []
        for (index, element) in try fields.list("people", atMost: Self.mostPeople).enumerated() {
            let fields = try ObjectDecoder(element, "person \(index + 1)")
            guard let person = try Self.person(fields) else { continue }
            guard ids.insert(person.id).inserted else { throw fields.wrong("the same person twice") }
            if let badge = person.badge, !badges.insert(badge).inserted {
                throw fields.wrong("the badge is another person's too")
            }
            if let number = person.number, !numbers.insert(number).inserted {
                throw fields.wrong("the number is another person's too")
            }
            for id in person.was where !former.insert(id).inserted {
                throw fields.wrong("\(id) was another person too")
            }
            people.append(person)
        }
        guard former.count <= Self.mostFormerInAll else {
            throw fields.wrong(
                "more than \(Self.mostFormerInAll) ids in was; leave out those that were applied long ago")
        }
    }

    /// `nil` for somebody who has nothing to do here as far as this version knows.
    private static func person(_ fields: ObjectDecoder) throws(WireError) -> Person? {
        var roles: Set<Person.Role> = []
        for role in try fields.list("roles", atMost: 16) {
            guard let word = role.string else { throw fields.wrong("a role is no text") }
            if let role = Person.Role(rawValue: word) { roles.insert(role) }
        }
        guard !roles.isEmpty else { return nil }
        let badge = try fields.optionalText("badge")
        let digest = badge.flatMap { Digest($0) }
        guard badge == nil || digest != nil else { throw fields.wrong("badge is no SHA-256 in base64url") }
        let id = try fields.identity()
        guard Newcomer.parts(id) == nil else {
            throw fields.wrong("id is one that a point made; give the person your own")
        }
        var person = Person(
            id: id, name: try fields.name(), roles: roles, badge: digest.map { BadgeHash($0) },
            pin: try fields.object("pin").map { fields throws(WireError) in try pin(fields) },
            phoneTail: try fields.tail(),
            number: try fields.integer("number", in: 1...Int64(Newcomer.numbers.lowerBound - 1)).map { Int($0) },
            carrier: try fields.optionalText("carrier").flatMap(Carrier.init))
        for element in try fields.optionalList("was", atMost: mostFormer) {
            guard let id = element.string, Newcomer.parts(id) != nil else {
                throw fields.wrong("was names somebody who was not met at a point, as PN-3f9a1c-000012")
            }
            person.was.append(id)
        }
        return person
    }

    private static func pin(_ fields: ObjectDecoder) throws(WireError) -> PINVerifier {
        let bounds = PINVerifier.allowedIterations
        guard let iterations = try fields.integer("iterations", in: Int64(bounds.lowerBound)...Int64(bounds.upperBound))
        else { throw fields.wrong("iterations is missing") }
        guard let salt = Base64URL.decode(try fields.text("salt")), PINVerifier.saltLength.contains(salt.count) else {
            throw fields.wrong("salt is not 8 to 64 bytes in base64url")
        }
        guard let hash = Base64URL.decode(try fields.text("hash")), hash.count == PINVerifier.hashLength else {
            throw fields.wrong("hash is not 32 bytes in base64url")
        }
        return PINVerifier(iterations: Int(iterations), salt: salt, hash: hash)
    }

    private static func json(_ person: Person) -> JSON {
        .members([
            "id": .string(person.id), "name": .string(person.name),
            "roles": .array(person.roles.map(\.rawValue).sorted().map { .string($0) }),
            "badge": person.badge.map { .string($0.digest.description) },
            "pin": person.pin.map {
                [
                    "iterations": .integer(Int64($0.iterations)), "salt": .string(Base64URL.encode($0.salt)),
                    "hash": .string(Base64URL.encode($0.hash)),
                ]
            },
            "tail": person.phoneTail.map { .string($0) }, "number": person.number.map { .integer(Int64($0)) },
            "carrier": person.carrier.map { .string($0.rawValue) },
            "was": person.was.isEmpty ? nil : .array(person.was.map { .string($0) }),
        ])
    }
}
