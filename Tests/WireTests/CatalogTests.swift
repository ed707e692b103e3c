import Domain
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct `A catalog` {
    static func produce(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = [
            "id": "tomato", "number": 11, "name": "番茄", "english": "Tomatoes",
            "grades": [["id": "1", "name": "一级"], ["id": "2", "name": "二级"]],
        ]
        change(&members)
        return .object(members)
    }

    static func container(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = ["id": "crate-blue", "number": 1, "name": "蓝筐", "tare": 1500]
        change(&members)
        return .object(members)
    }

    static func price(_ from: JSON? = nil, _ until: JSON? = nil, grade: JSON = "1", fen: JSON = 320) -> JSON {
        .members(["produce": "tomato", "grade": grade, "fenperkg": fen, "from": from, "until": until])
    }

    static func body(
        _ produce: [JSON] = [produce()], containers: [JSON] = [container()],
        prices: [JSON] = [
            price("2026-11-23T16:00:00.000Z", "2026-11-30T16:00:00.000Z")
        ]
    ) -> [UInt8] {
        JSON.object([
            "version": 7, "produce": .array(produce), "containers": .array(containers), "prices": .array(prices),
        ]).canonical
    }

    @Test func `has the form of the contract`() throws {
        let text =
            #"{"containers":[{"id":"crate-blue","name":"蓝筐","number":1,"tare":1500}],"prices":[{"fenperkg":320,"#
            + #""from":"2026-11-23T16:00:00.000Z","grade":"1","produce":"tomato","until":"2026-11-30T16:00:00.000Z"}],"#
            + #""produce":[{"english":"Tomatoes","grades":[{"id":"1","name":"一级"},{"id":"2","name":"二级"}],"id":"tomato","#
            + #""name":"番茄","number":11}],"version":7}"#
        let catalog = try Catalog(parsing: Array(text.utf8))
        #expect(
            catalog
                == Catalog(
                    version: 7,
                    produce: [
                        Catalog.Produce(
                            id: "tomato", number: 11, name: "番茄", english: "Tomatoes",
                            grades: [Catalog.Grade(id: "1", name: "一级"), Catalog.Grade(id: "2", name: "二级")])
                    ],
                    containers: [
                        Catalog.Container(id: "crate-blue", number: 1, name: "蓝筐", tare: Mass(grams: 1500))
                    ],
                    offers: [
                        Catalog.Offer(
                            produce: "tomato", grade: "1", price: Price(fenPerKilogram: 320),
                            from: Timestamp("2026-11-23T16:00:00.000Z"), until: Timestamp("2026-11-30T16:00:00.000Z"))
                    ]))
        #expect(catalog.json.canonicalText == text)
        #expect(catalog.digest == Digest(of: Array(text.utf8)))
        #expect(Array(text.utf8) == Self.body())
        let body = Document.catalog(catalog).body
        #expect(try Document(.catalog, parsing: body.bytes, encoding: body.encoding) == .catalog(catalog))
    }

    @Test func `of which nothing is bought is a catalog too`() throws {
        #expect(try Catalog(parsing: Self.body([], containers: [], prices: [])).produce.isEmpty)
    }

    static let times: [(String, String?)] = [
        ("2026-11-23T16:00:00.000Z", "2026-11-23T16:00:00.000Z"), ("2026-11-23T16:00:00Z", "2026-11-23T16:00:00.000Z"),
        ("2026-11-24T00:00:00+08:00", "2026-11-23T16:00:00.000Z"),
        ("2026-11-24T00:00:00.250+08:00", "2026-11-23T16:00:00.250Z"),
        ("2026-11-23T11:30:00-04:30", "2026-11-23T16:00:00.000Z"),
        ("2000-01-01T08:00:00+08:00", "2000-01-01T00:00:00.000Z"), ("2000-01-01T07:59:59.999+08:00", nil),
        ("2999-12-31T23:59:59.999Z", "2999-12-31T23:59:59.999Z"), ("3000-01-01T00:00:00Z", nil),
        ("2026-11-24", nil), ("2026-11-24T00:00:00", nil), ("2026-11-24 00:00:00+08:00", nil),
        ("2026-02-29T00:00:00Z", nil), ("2026-11-24T24:00:00Z", nil), ("2026-11-24T00:00:00+0800", nil),
        ("2026-11-24T00:00:00+15:00", nil), ("2026-11-24T00:00:00+08:60", nil), ("2026-11-24T00:00:00.5Z", nil),
        ("2026-11-24T00:00:00Z+08:00", nil), ("+08:00", nil), ("Z", nil), ("", nil),
        ("２026-11-24T00:00:00Z", nil),
    ]

    @Test(arguments: times)
    func `takes times as people write them, and keeps the moment`(_ written: String, _ meant: String?) throws {
        let body = Self.body(prices: [Self.price(.string(written))])
        guard let meant else {
            let said = problem { () throws(WireError) in try Catalog(parsing: body) }
            #expect(said?.hasPrefix("price 1: from is ") == true, "said: \(said ?? "nothing, it was read")")
            return
        }
        let catalog = try Catalog(parsing: body)
        #expect(catalog.offers.first?.from?.description == meant)
        #expect(try Catalog(parsing: catalog.json.canonical) == catalog)
    }

    static let midnight: [JSON] = (1...4).map { .string("2026-11-0\($0)T00:00:00.000Z") }

    static let together: [Named<[JSON]>] = [
        Named("one after the other", [price(midnight[0], midnight[1]), price(midnight[1], midnight[2])]),
        Named("in any order", [price(midnight[2]), price(nil, midnight[1]), price(midnight[1], midnight[2])]),
        Named("two grades", [price(), price(grade: "2")]),
    ]

    @Test(arguments: together)
    func `may have prices that follow one another`(_ prices: Named<[JSON]>) throws {
        #expect(try Catalog(parsing: Self.body(prices: prices.value)).offers.count == prices.value.count)
    }

    static let overlapping: [Named<(JSON, JSON)>] = [
        Named("always and always", (price(), price(fen: 330))),
        Named("always and later", (price(), price(midnight[1]))),
        Named("to the same end", (price(midnight[0], midnight[2]), price(midnight[1], midnight[2]))),
        Named("one within the other", (price(midnight[0], midnight[3]), price(midnight[1], midnight[2]))),
        Named("by a millisecond", (price(midnight[0], "2026-11-02T00:00:00.001Z"), price(midnight[1]))),
        Named("until and from", (price(nil, midnight[1]), price(midnight[0]))),
    ]

    @Test(arguments: overlapping)
    func `has no two prices of one grade at one time`(_ pair: Named<(JSON, JSON)>) {
        for prices in [[pair.value.0, pair.value.1], [pair.value.1, pair.value.0]] {
            let other = Self.price(grade: "2")
            let said = problem { () throws(WireError) in
                try Catalog(parsing: Self.body(prices: [prices[0], other, prices[1]]))
            }
            #expect(said == "price 3: it overlaps price 1 of the same grade")
        }
    }

    /// What `price(of:grade:at:)` finds is what a plain look at each millisecond's offers finds: at most one.
    @Test func `that is taken has one price at any time`() throws {
        var generator = SeededGenerator(seed: 24)
        var taken = 0
        for _ in 0..<3000 {
            func moment() -> JSON? {
                Int.random(in: 0..<5, using: &generator) == 0
                    ? nil : .string("2026-11-\(Int.random(in: 10..<20, using: &generator))T00:00:00.000Z")
            }
            let prices = (0..<Int.random(in: 1...4, using: &generator)).map {
                Self.price(moment(), moment(), fen: .integer(Int64($0)))
            }
            guard let catalog = try? Catalog(parsing: Self.body(prices: prices)) else { continue }
            taken += 1
            for day in 9...20 {
                let time = try #require(Timestamp("2026-11-\(day < 10 ? "0" : "")\(day)T00:00:00.000Z"))
                let held = catalog.offers.filter {
                    ($0.from ?? time) <= time && time < ($0.until ?? .init(milliseconds: .max))
                }
                #expect(held.count <= 1)
                #expect(
                    catalog.price(of: "tomato", grade: "1", at: TimeSpan(around: time, within: 0)) == held.first?.price)
            }
        }
        #expect(taken > 300)
    }

    static let refused: [Named<([UInt8], String)>] = [
        Named(
            "no produce", (Array(#"{"version":1,"containers":[],"prices":[]}"#.utf8), "the catalog: produce is missing")
        ),
        Named("no containers", (Array(#"{"version":1,"produce":[],"prices":[]}"#.utf8), "the catalog: containers is")),
        Named(
            "no prices", (Array(#"{"version":1,"produce":[],"containers":[]}"#.utf8), "the catalog: prices is missing")),
        Named("produce as text", (body(["番茄"]), "produce 1 is no object")),
        Named("an id with a space", (body([produce { $0["id"] = "to mato" }]), "produce 1: id has not the form")),
        Named("no number", (body([produce { $0["number"] = nil }]), "produce 1: number is missing")),
        Named(
            "number 0", (body([produce { $0["number"] = 0 }]), "produce 1: number is no whole number from 1 to 9999")),
        Named("number 10000", (body([produce { $0["number"] = 10_000 }]), "produce 1: number is no whole number")),
        Named("no name", (body([produce { $0["name"] = nil }]), "produce 1: name is missing")),
        Named("a printer's escape", (body([produce { $0["name"] = "番\u{1B}@茄" }]), "produce 1: name holds a control")),
        Named(
            "41 English letters",
            (body([produce { $0["english"] = .string(String(repeating: "a", count: 41)) }]), "english has not 1 to 40")
        ),
        Named("a blank English name", (body([produce { $0["english"] = " " }]), "produce 1: english is blank")),
        Named("no grades", (body([produce { $0["grades"] = [] }]), "produce 1: no grades")),
        Named(
            "ten grades",
            (
                body([
                    produce {
                        $0["grades"] = .array((0..<10).map { ["id": .string("\($0)"), "name": "级"] })
                    }
                ]), "produce 1: more than 9 grades"
            )),
        Named(
            "a grade in small letters",
            (
                body([produce { $0["grades"] = [["id": "a", "name": "级"]] }]),
                "produce 1: grade 1: id has not the form of 1 to 4"
            )
        ),
        Named(
            "a long grade",
            (
                body([produce { $0["grades"] = [["id": "AAAAA", "name": "级"]] }]),
                "produce 1: grade 1: id has not the form"
            )
        ),
        Named(
            "a grade twice",
            (
                body([produce { $0["grades"] = [["id": "A", "name": "级"], ["id": "A", "name": "级"]] }]),
                "produce 1: grade 2: the same id twice"
            )),
        Named("an id twice", (body([produce(), produce { $0["number"] = 12 }]), "produce 2: the same id twice")),
        Named("a number twice", (body([produce(), produce { $0["id"] = "t" }]), "produce 2: the same number twice")),
        Named("no tare", (body(containers: [container { $0["tare"] = nil }]), "container 1: tare is missing")),
        Named(
            "a tare below nothing", (body(containers: [container { $0["tare"] = -1 }]), "container 1: tare is no whole")
        ),
        Named(
            "a tare of 100 kg and a gram",
            (
                body(containers: [container { $0["tare"] = 100_001 }]),
                "container 1: tare is no whole number from 0 to 100000"
            )
        ),
        Named(
            "container 100", (body(containers: [container { $0["number"] = 100 }]), "container 1: number is no whole")),
        Named(
            "a container twice",
            (body(containers: [container(), container { $0["number"] = 2 }]), "container 2: the same id twice")
        ),
        Named(
            "a container's number twice",
            (body(containers: [container(), container { $0["id"] = "b" }]), "container 2: the same number twice")
        ),
        Named("a price for nothing known", (body([], prices: [price()]), "price 1: produce is not in this catalog")),
        Named(
            "a grade that is not known", (body(prices: [price(grade: "3")]), "price 1: grade is none of that produce")),
        Named("a price below nothing", (body(prices: [price(fen: -1)]), "price 1: fenperkg is no whole number from 0")),
        Named(
            "a price beyond reason", (body(prices: [price(fen: 10_000_001)]), "price 1: fenperkg is no whole number")),
        Named("a price as text", (body(prices: [price(fen: "3.20")]), "price 1: fenperkg is no whole number")),
        Named("no price", (body(prices: [["produce": "tomato", "grade": "1"]]), "price 1: fenperkg is missing")),
        Named("a time as number", (body(prices: [price(1_795_000_000)]), "price 1: from is no text")),
        Named(
            "until from itself", (body(prices: [price(midnight[0], midnight[0])]), "price 1: until is not after from")
        ),
        Named(
            "from behind until", (body(prices: [price(midnight[1], midnight[0])]), "price 1: until is not after from")
        ),
    ]

    @Test(arguments: refused)
    func `is refused with words that name the place`(_ row: Named<([UInt8], String)>) {
        let said = problem { () throws(WireError) in try Catalog(parsing: row.value.0) } ?? "nothing, it was read"
        #expect(said.contains(row.value.1), "said: \(said)")
    }

    @Test func `holds its bounds and not one more`() throws {
        func many(_ count: Int, _ make: (Int) -> JSON) -> [JSON] { (1...count).map(make) }
        func produce(_ count: Int) -> [JSON] {
            many(count) {
                [
                    "id": .string("p\($0)"), "number": .integer(Int64($0)), "name": "菜",
                    "grades": [["id": "1", "name": "一级"]],
                ]
            }
        }
        func prices(_ count: Int) -> [JSON] {
            many(count) { number in
                let day = Timestamp(milliseconds: 1_795_000_000_000 + Int64(number) * 86_400_000)
                return Self.price(
                    .string(day.description), .string(Timestamp(milliseconds: day.milliseconds + 1).description))
            }
        }
        #expect(try Catalog(parsing: Self.body(produce(200), prices: [])).produce.count == 200)
        #expect(throws: WireError("the catalog: more than 200 produce")) {
            try Catalog(parsing: Self.body(produce(201), prices: []))
        }
        #expect(throws: WireError("the catalog: more than 99 containers")) {
            try Catalog(parsing: Self.body(containers: Array(repeating: Self.container(), count: 100)))
        }
        let large = Self.body(prices: prices(2000))
        #expect(try Catalog(parsing: large).offers.count == 2000)
        #expect(Document.catalog(try Catalog(parsing: large)).body.bytes.count < Document.mostBytes)
        #expect(throws: WireError("the catalog: more than 2000 prices")) {
            try Catalog(parsing: Self.body(prices: Array(repeating: Self.price(), count: 2001)))
        }
    }

    @Test func `and orders of Config are what a kiosk understands, in every member`() throws {
        func sample(_ name: String) throws -> [UInt8] {
            var root = URL(filePath: #filePath)
            for _ in 0..<3 { root.deleteLastPathComponent() }
            return [UInt8](try Data(contentsOf: root.appending(path: "Config/\(name)")))
        }
        guard case .catalog(let catalog) = try Document(.catalog, parsing: sample("catalog.json")),
            case .orders(let list) = try Document(.orders, parsing: sample("orders.json"))
        else {
            Issue.record("another kind")
            return
        }
        for (name, json) in [("catalog.json", catalog.json), ("orders.json", list.json)] {
            #expect(names(try JSON(parsing: sample(name))) == names(json), "a member that is not known in \(name)")
        }
        for line in list.orders.flatMap(\.lines) {
            #expect(catalog.produce(line.produce)?.grades.contains { $0.id == line.grade } == true)
        }
        let time = try #require(Timestamp("2026-12-24T00:00:00.000Z"))
        for produce in catalog.produce {
            for grade in produce.grades {
                #expect(
                    catalog.price(of: produce.id, grade: grade.id, at: TimeSpan(around: time, within: 0)) != nil,
                    "\(produce.id) \(grade.id)")
            }
        }
    }
}

/// The name of every member, wherever it stands.
func names(_ json: JSON) -> Set<String> {
    switch json {
    case .object(let members): members.values.reduce(into: Set(members.keys)) { $0.formUnion(names($1)) }
    case .array(let list): list.reduce(into: []) { $0.formUnion(names($1)) }
    default: []
    }
}
