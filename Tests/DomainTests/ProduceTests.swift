import Domain
import TestSupport
import Testing

@Suite struct `The price in force` {
    static let day: Int64 = 86_400_000
    static func time(_ day: Int64) -> Timestamp { Timestamp(milliseconds: 1_795_000_000_000 + day * self.day) }

    static func offer(_ grade: String, _ fen: Int64, from: Int64? = nil, until: Int64? = nil) -> Catalog.Offer {
        .init(
            produce: "tomato", grade: grade, price: Price(fenPerKilogram: fen), from: from.map(time),
            until: until.map(time))
    }

    static let catalog = Catalog(
        version: 3,
        produce: [
            .init(
                id: "tomato", number: 11, name: "番茄",
                grades: ["1", "2", "3", "4"].map { .init(id: $0, name: "\($0)级") })
        ],
        containers: [.init(id: "crate-blue", number: 1, name: "蓝筐", tare: Mass(grams: 1500))],
        offers: [
            offer("1", 320, from: 0, until: 7), offer("1", 340, from: 7), offer("2", 210), offer("3", 90, until: 5),
        ])

    /// Grade, day (`nil`: the clock cannot be believed), price in fen.
    static let cases: [Named<(String, Int64?, Int64?)>] = [
        Named("before the first", ("1", -1, nil)),
        Named("from its first moment", ("1", 0, 320)),
        Named("on its last day", ("1", 6, 320)),
        Named("the next one at the moment in which it ends", ("1", 7, 340)),
        Named("without end", ("1", 7000, 340)),
        Named("always", ("2", -7000, 210)),
        Named("always, by no clock at all", ("2", nil, 210)),
        Named("one of two, by no clock at all", ("1", nil, nil)),
        Named("one that ends, by no clock at all", ("3", nil, nil)),
        Named("one that ends, in time", ("3", 4, 90)),
        Named("one that ends, at its end", ("3", 5, nil)),
        Named("a grade that nobody buys", ("4", 1, nil)),
        Named("a grade that is not there", ("9", 1, nil)),
    ]

    @Test(arguments: cases) func `is the one whose time it is`(_ row: Named<(String, Int64?, Int64?)>) {
        let (grade, day, fen) = row.value
        let price = Self.catalog.price(
            of: "tomato", grade: grade, at: day.map { TimeSpan(around: Self.time($0), within: 0) })
        #expect(price == fen.map { Price(fenPerKilogram: $0) })
    }

    @Test func `is of that produce only`() {
        #expect(Self.catalog.price(of: "cucumber", grade: "2", at: TimeSpan(around: Self.time(0), within: 0)) == nil)
        #expect(Self.catalog.produce(number: 11)?.id == "tomato" && Self.catalog.produce(number: 12) == nil)
        #expect(Self.catalog.container(number: 1)?.tare == Mass(grams: 1500))
        #expect(Self.catalog.container(number: 0) == nil && Self.catalog.produce("cucumber") == nil)
    }

    @Test func `ends one millisecond before the moment that is named`() {
        let end = Self.time(7).milliseconds
        func fen(_ milliseconds: Int64) -> Int64? {
            let span = TimeSpan(around: Timestamp(milliseconds: milliseconds), within: 0)
            return Self.catalog.price(of: "tomato", grade: "1", at: span)?.fenPerKilogram
        }
        #expect(fen(end - 1) == 320 && fen(end) == 340)
    }

    @Test func `is known when it is the same however far the clock may be wrong`() {
        let change = Self.time(7)
        func fen(_ from: Int64, _ until: Int64) -> Int64? {
            Self.catalog.price(of: "tomato", grade: "1", at: TimeSpan(change.adding(from), change.adding(until)))?
                .fenPerKilogram
        }
        #expect(fen(-1000, -1) == 320 && fen(-1000, 0) == nil && fen(-1000, 1000) == nil && fen(0, 1000) == 340)
        // One that ends within the span may have ended.
        let end = Self.time(5)
        #expect(Self.catalog.price(of: "tomato", grade: "3", at: TimeSpan(end.adding(-9), end)) == nil)
        #expect(Self.catalog.price(of: "tomato", grade: "3", at: TimeSpan(end.adding(-9), end.adding(-1))) != nil)
    }
}

@Suite struct `What an order accepts` {
    /// Ordered grams, tolerance in thousandths, packed grams, accepted.
    static let cases: [Named<(Int64, Int, Int64, Bool)>] = [
        Named("exactly", (5000, 0, 5000, true)), Named("a gram more, none allowed", (5000, 0, 5001, false)),
        Named("a gram less, none allowed", (5000, 0, 4999, false)),
        Named("at the upper bound", (5000, 50, 5250, true)), Named("above it", (5000, 50, 5251, false)),
        Named("at the lower bound", (5000, 50, 4750, true)), Named("below it", (5000, 50, 4749, false)),
        Named("a bound between two grams is not rounded up", (333, 50, 350, false)),
        Named("the gram below that bound", (333, 50, 349, true)), Named("nothing packed", (5000, 50, 0, false)),
        Named("no scale shows it", (.max, 50, .max, false)), Named("nor this", (5000, 50, .min, false)),
    ]

    @Test(arguments: cases) func `is within its tolerance, in whole grams`(_ row: Named<(Int64, Int, Int64, Bool)>) {
        let (ordered, permille, packed, isAccepted) = row.value
        let line = Order.Line(produce: "tomato", grade: "1", quantity: Mass(grams: ordered))
        let order = Order(id: "O-1", recipient: nil, carrier: nil, lines: [line], tolerancePermille: permille)
        #expect(order.accepts(Mass(grams: packed), for: line) == isAccepted)
    }
}

@Suite struct `A weigh-in's number` {
    static let epoch = Epoch("3f9a1c00000000000000000000000000")

    @Test(arguments: [
        (Int64(1), "KW-3f9a1c-000001"), (123, "KW-3f9a1c-000123"), (999_999, "KW-3f9a1c-999999"),
        (1_000_000, "KW-3f9a1c-1000000"), (999_999_999_999_999_999, "KW-3f9a1c-999999999999999999"),
    ])
    func `is written and read back, in capitals too`(_ count: Int64, _ text: String) throws {
        let number = WeighIn.Number(epoch: try require(Self.epoch), count: count)
        #expect(number.description == text)
        #expect(WeighIn.Number(text) == number)
        #expect(WeighIn.Number(text.uppercased()) == number)
    }

    @Test(arguments: [
        "", "KW-", "KW-3f9a1c", "KW-3f9a1c-", "KW-3f9a1c-00001", "KW-3f9a1c-000000", "KW-3f9a1-0000001",
        "KW-3f9a1g-000001", "KW-3f9a1c-00000a", "KW-3f9a1c-000001-1", "KL-3f9a1c-000001", "3f9a1c-000001",
        "KW-3f9a1c-9999999999999999999", "KW-3f9a1c--00001", "KW-3f9a1c- 00001", "KW-３f9a1c-000001",
    ])
    func `is nothing else`(_ text: String) { #expect(WeighIn.Number(text) == nil) }

    @Test func `sorts as it counts while it has six digits`() throws {
        let epoch = try require(Self.epoch)
        let texts = [1, 2, 9, 10, 99, 100, 999_999].map { WeighIn.Number(epoch: epoch, count: $0).description }
        #expect(texts == texts.sorted())
        #expect(Lot.id(journal: "3f9a1c", count: 45) == "KL-3f9a1c-000045")
    }
}

@Suite struct `A weigh-in's record` {
    static func weighIn(_ change: (inout WeighIn) -> Void = { _ in }) throws -> WeighIn {
        let number = try require(WeighIn.Number("KW-3f9a1c-000123"))
        var weighIn = WeighIn(
            number: number, farmer: "p-7", identification: .tail, produce: "tomato", grade: "1",
            lot: "KL-3f9a1c-000045", gross: Mass(grams: 12_340), tare: Mass(grams: 1500), tareMode: .preset,
            container: "crate-blue", stability: .device,
            scale: .init(serial: "A-1", protocolName: "toledo-continuous", interval: Mass(grams: 5)),
            raw: [2, 0x30, 0xFF, 0x0D],
            pricing: .init(
                price: Price(fenPerKilogram: 320), list: 3, rounding: .halfEven, amount: Money(fen: 3469)),
            warnings: [.unchecked, .belowMinimum])
        change(&weighIn)
        return weighIn
    }

    @Test func `has what an alibi memory has to have`() throws {
        let json = try Self.weighIn().json
        #expect(
            json == [
                "number": "KW-3f9a1c-000123", "farmer": "p-7", "identified": "tail",
                "produce": "tomato", "grade": "1", "lot": "KL-3f9a1c-000045", "gross": 12_340, "tare": 1500,
                "net": 10_840, "taremode": "preset", "container": "crate-blue", "stability": "device",
                "raw": "AjD_DQ",
                "scale": ["serial": "A-1", "protocol": "toledo-continuous", "interval": 5],
                "price": ["fenperkg": 320, "list": 3, "rounding": "half-even"], "amount": 3469,
                "warnings": ["below-minimum", "unchecked"],
            ])
    }

    @Test func `is read back whole, rich or plain`() throws {
        let rich = try Self.weighIn()
        let plain = try Self.weighIn {
            $0.container = nil
            $0.tareMode = .none
            $0.tare = .zero
            $0.scale = .init(serial: nil, protocolName: "yaohua-a9", interval: nil)
            $0.pricing = nil
            $0.warnings = []
        }
        for weighIn in [rich, plain] {
            #expect(WeighIn(weighIn.json) == weighIn)
            #expect(WeighIn(try JSON(parsing: weighIn.json.canonical)) == weighIn)
        }
        // Whether a household is registered is in no record.
        #expect(plain.json["registered"] == nil && plain.json["warnings"] == nil && plain.json["amount"] == nil)
    }

    @Test(arguments: [
        "number", "farmer", "identified", "produce", "grade", "lot", "gross", "tare", "net", "taremode", "stability",
        "raw", "scale", "amount",
    ])
    func `is none without its`(_ member: String) throws {
        var members = try require(try Self.weighIn().json.object)
        members[member] = nil
        #expect(WeighIn(.object(members)) == nil)
        for wrong: JSON in [.null, .boolean(true), .array([]), .string("?"), .object([:])] where member != "farmer" {
            members[member] = wrong
            guard wrong != .string("?") || !["produce", "grade", "lot"].contains(member) else { continue }
            #expect(WeighIn(.object(members)) == nil, "\(member): \(wrong)")
        }
    }

    static let impossible: [Named<(Int64, Int64, Int64)>] = [
        Named("a gram too much", (12_340, 1500, 10_841)), Named("a gram too little", (12_340, 1501, 10_840)),
        Named("past the end of what counts", (.min, 1, .max)), Named("and past the other end", (0, .min, .min)),
    ]

    @Test(arguments: impossible)
    func `is none when its net is not gross less tare`(_ row: Named<(Int64, Int64, Int64)>) throws {
        let (gross, tare, net) = row.value
        var members = try require(try Self.weighIn().json.object)
        (members["gross"], members["tare"], members["net"]) = (.integer(gross), .integer(tare), .integer(net))
        #expect(WeighIn(.object(members)) == nil)
    }
}
