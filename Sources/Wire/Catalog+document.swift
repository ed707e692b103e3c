public import Domain

/// The body of `kiosk/v1/<county>/all/down/catalog`, retained: all that the county's kiosks buy, and for how much.
///
///     {"version":7,
///      "produce":[{"id":"tomato","number":11,"name":"番茄","english":"Tomatoes","grades":[{"id":"1","name":"一级"}]}],
///      "containers":[{"id":"crate-blue","number":1,"name":"蓝筐","tare":1500}],
///      "prices":[{"produce":"tomato","grade":"1","fenperkg":320,"from":"2026-11-23T16:00:00.000Z"}]}
///
/// `english`, `spoken`, `from` and `until` may be absent. Tares are grams. A time may also be written with the offset of its zone
/// and without milliseconds.
extension Catalog {
    public static let mostProduce = 200
    public static let mostGrades = 9
    public static let mostContainers = 99
    public static let mostOffers = 2000
    /// A crate heavier than this is a slip of the pen, and would take a farmer's weight away.
    public static let heaviestTare = Mass(grams: 100_000)
    /// 100,000 yuan a kilogram: more than any herb costs, and low enough that no amount of it overflows.
    public static let highestPrice = Price(fenPerKilogram: 10_000_000)

    public var json: JSON {
        [
            "version": .integer(version), "produce": .array(produce.map(Self.json)),
            "containers": .array(containers.map(Self.json)), "prices": .array(offers.map(Self.json)),
        ]
    }

    /// The SHA-256 of the canonical JSON of what was understood; it rides in `kiosk.catalog.applied.v1`.
    public var digest: Digest { Digest(of: json.canonical) }

    /// - Parameter encoding: the user property `content-encoding`.
    public init(parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        let fields = try ObjectDecoder(document: bytes, encoding, "the catalog")
        self.init(
            version: try fields.version(), produce: try Self.produce(fields), containers: try Self.containers(fields),
            offers: [])
        offers = try offers(fields)
    }

    // MARK: Reading

    private static func produce(_ fields: ObjectDecoder) throws(WireError) -> [Produce] {
        var taken = Names()
        var all: [Produce] = []
        for (index, element) in try fields.list("produce", atMost: mostProduce).enumerated() {
            let fields = try ObjectDecoder(element, "produce \(index + 1)")
            let produce = Produce(
                id: try fields.identity(), number: try fields.number(in: 1...9999), name: try fields.name(),
                english: try fields.optionalName("english", atMost: 40),
                spoken: try fields.optionalName("spoken", atMost: 40), grades: try grades(fields))
            try taken.take(produce.id, produce.number, fields)
            all.append(produce)
        }
        return all
    }

    private static func grades(_ fields: ObjectDecoder) throws(WireError) -> [Grade] {
        var grades: [Grade] = []
        for (index, element) in try fields.list("grades", atMost: mostGrades).enumerated() {
            let fields = try ObjectDecoder(element, "\(fields.place): grade \(index + 1)")
            let grade = Grade(id: try fields.grade("id"), name: try fields.name())
            guard !grades.contains(where: { $0.id == grade.id }) else { throw fields.wrong("the same id twice") }
            grades.append(grade)
        }
        guard !grades.isEmpty else { throw fields.wrong("no grades; produce that is not graded has one") }
        return grades
    }

    private static func containers(_ fields: ObjectDecoder) throws(WireError) -> [Container] {
        var taken = Names()
        var containers: [Container] = []
        for (index, element) in try fields.list("containers", atMost: mostContainers).enumerated() {
            let fields = try ObjectDecoder(element, "container \(index + 1)")
            guard let tare = try fields.integer("tare", in: 0...heaviestTare.grams) else {
                throw fields.wrong("tare is missing")
            }
            let container = Container(
                id: try fields.identity(), number: try fields.number(in: 1...99), name: try fields.name(),
                tare: Mass(grams: tare))
            try taken.take(container.id, container.number, fields)
            containers.append(container)
        }
        return containers
    }

    private func offers(_ fields: ObjectDecoder) throws(WireError) -> [Offer] {
        var offers: [Offer] = []
        var places: [String: [Int]] = [:]
        for (index, element) in try fields.list("prices", atMost: Self.mostOffers).enumerated() {
            let fields = try ObjectDecoder(element, "price \(index + 1)")
            let id = try fields.identity("produce")
            guard let produce = produce(id) else { throw fields.wrong("produce is not in this catalog") }
            let grade = try fields.grade("grade")
            guard produce.grades.contains(where: { $0.id == grade }) else {
                throw fields.wrong("grade is none of that produce")
            }
            guard let fen = try fields.integer("fenperkg", in: 0...Self.highestPrice.fenPerKilogram) else {
                throw fields.wrong("fenperkg is missing")
            }
            let offer = Offer(
                produce: id, grade: grade, price: Price(fenPerKilogram: fen), from: try fields.time("from"),
                until: try fields.time("until"))
            if let from = offer.from, let until = offer.until, until <= from {
                throw fields.wrong("until is not after from")
            }
            // Neither id holds a space.
            for other in places["\(id) \(grade)", default: []] where offers[other].overlaps(offer) {
                throw fields.wrong("it overlaps price \(other + 1) of the same grade")
            }
            places["\(id) \(grade)", default: []].append(index)
            offers.append(offer)
        }
        return offers
    }

    /// The ids and numbers given away so far: each means one thing.
    private struct Names {
        var ids: Set<String> = []
        var numbers: Set<Int> = []

        mutating func take(_ id: String, _ number: Int, _ fields: ObjectDecoder) throws(WireError) {
            guard ids.insert(id).inserted else { throw fields.wrong("the same id twice") }
            guard numbers.insert(number).inserted else { throw fields.wrong("the same number twice") }
        }
    }

    // MARK: Writing

    private static func json(_ produce: Produce) -> JSON {
        .members([
            "id": .string(produce.id), "number": .integer(Int64(produce.number)), "name": .string(produce.name),
            "english": produce.english.map { .string($0) }, "spoken": produce.spoken.map { .string($0) },
            "grades": .array(produce.grades.map { ["id": .string($0.id), "name": .string($0.name)] }),
        ])
    }

    private static func json(_ container: Container) -> JSON {
        [
            "id": .string(container.id), "number": .integer(Int64(container.number)), "name": .string(container.name),
            "tare": .integer(container.tare.grams),
        ]
    }

    private static func json(_ offer: Offer) -> JSON {
        .members([
            "produce": .string(offer.produce), "grade": .string(offer.grade),
            "fenperkg": .integer(offer.price.fenPerKilogram), "from": offer.from.map { .string($0.description) },
            "until": offer.until.map { .string($0.description) },
        ])
    }
}

extension Catalog.Offer {
    /// Whether there is a moment at which both are in force.
    fileprivate func overlaps(_ other: Self) -> Bool {
        func begins(_ from: Timestamp?, before until: Timestamp?) -> Bool {
            guard let from, let until else { return true }
            return from < until
        }
        return begins(from, before: other.until) && begins(other.from, before: until)
    }
}
