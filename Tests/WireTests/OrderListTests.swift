import Domain
import TestSupport
import Testing
import Wire

@Suite struct `A list of orders` {
    static func line(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = [
            "produce": "tomato", "grade": "1", "quantity": 5000, "lot": "KL-3f9a1c-000045",
        ]
        change(&members)
        return .object(members)
    }

    static func order(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = [
            "id": "O-20261124-0007", "carrier": "sf", "tolerance": 50,
            "recipient": ["id": "r-7K2M9", "name": "张*", "tail": "5678"], "lines": [line()],
        ]
        change(&members)
        return .object(members)
    }

    static func body(_ orders: [JSON] = [order()]) -> [UInt8] {
        JSON.object(["version": 5, "orders": .array(orders)]).canonical
    }

    @Test func `has the form of the contract`() throws {
        let text =
            #"{"orders":[{"carrier":"sf","id":"O-20261124-0007","lines":[{"grade":"1","lot":"KL-3f9a1c-000045","#
            + #""produce":"tomato","quantity":5000},{"grade":"A","produce":"rice","quantity":1}],"#
            + #""recipient":{"id":"r-7K2M9","name":"张*","tail":"5678"},"tolerance":50},"#
            + #"{"id":"O-1","lines":[{"grade":"1","produce":"tomato","quantity":1000000}],"tolerance":0}],"version":5}"#
        let list = try OrderList(parsing: Array(text.utf8))
        #expect(
            list
                == OrderList(
                    version: 5,
                    orders: [
                        Order(
                            id: "O-20261124-0007", recipient: Recipient(id: "r-7K2M9", name: "张*", phoneTail: "5678"),
                            carrier: .sf,
                            lines: [
                                Order.Line(
                                    produce: "tomato", grade: "1", quantity: Mass(grams: 5000), lot: "KL-3f9a1c-000045"),
                                Order.Line(produce: "rice", grade: "A", quantity: Mass(grams: 1)),
                            ], tolerancePermille: 50),
                        Order(
                            id: "O-1", recipient: nil, carrier: nil,
                            lines: [Order.Line(produce: "tomato", grade: "1", quantity: Mass(grams: 1_000_000))],
                            tolerancePermille: 0),
                    ]))
        #expect(list.json.canonicalText == text)
        #expect(list.digest == Digest(of: Array(text.utf8)))
        let body = Document.orders(list).body
        #expect(try Document(.orders, parsing: body.bytes, encoding: body.encoding) == .orders(list))
    }

    @Test func `knows a lot's label as the journal writes it`() throws {
        for count in [Int64(1), 999_999, 1_000_000, 999_999_999_999_999_999] {
            let lot = Lot.id(journal: "3f9a1c", count: count)
            let list = try OrderList(
                parsing: Self.body([Self.order { $0["lines"] = [Self.line { $0["lot"] = .string(lot) }] }]))
            #expect(list.orders.first?.lines.first?.lot == lot)
        }
    }

    @Test func `takes a carrier that it does not know for none, and may be empty`() throws {
        #expect(
            try OrderList(parsing: Self.body([Self.order { $0["carrier"] = "rocket-post" }])).orders.first?.carrier
                == nil)
        #expect(try OrderList(parsing: Self.body([])).orders.isEmpty)
    }

    static func lines(_ change: (inout [String: JSON]) -> Void) -> JSON { order { $0["lines"] = [line(change)] } }

    static let refused: [Named<(JSON, String)>] = [
        Named("no object", ("O-1", "order 1 is no object")),
        Named("no id", (order { $0["id"] = nil }, "order 1: id is missing")),
        Named("another prefix", (order { $0["id"] = "KL-20261124" }, "order 1: id has not the form of O- and")),
        Named("nothing but the prefix", (order { $0["id"] = "O-" }, "order 1: id has not the form")),
        Named("small letters", (order { $0["id"] = "O-2026a" }, "order 1: id has not the form")),
        Named("a space", (order { $0["id"] = "O-2026 1" }, "order 1: id has not the form")),
        Named(
            "31 characters",
            (order { $0["id"] = .string("O-" + String(repeating: "1", count: 29)) }, "id has not the form")),
        Named("a telephone number", (order { $0["id"] = "O-13812345678" }, "order 1: id holds a full telephone")),
        Named("no tolerance", (order { $0["tolerance"] = nil }, "order 1: tolerance is missing")),
        Named(
            "a tolerance below nothing", (order { $0["tolerance"] = -1 }, "tolerance is no whole number from 0 to 1000")
        ),
        Named("more than all", (order { $0["tolerance"] = 1001 }, "order 1: tolerance is no whole number")),
        Named("a carrier as number", (order { $0["carrier"] = 3 }, "order 1: carrier is no text")),
        Named(
            "a whole name",
            (
                order { $0["recipient"] = ["id": "r-7K2M9", "name": "张三丰"] },
                "order 1: the recipient: name is not masked"
            )),
        Named("no lines", (order { $0["lines"] = [] }, "order 1: no lines")),
        Named("lines as object", (order { $0["lines"] = line() }, "order 1: lines is missing or no list")),
        Named(
            "21 lines",
            (order { $0["lines"] = .array(Array(repeating: line(), count: 21)) }, "order 1: more than 20 lines")),
        Named(
            "a line twice",
            (
                order { $0["lines"] = [line(), line { $0["quantity"] = 1 }] },
                "order 1: line 2: the same produce, grade and lot"
            )),
        Named("no produce", (lines { $0["produce"] = nil }, "order 1: line 1: produce is missing")),
        Named("no grade", (lines { $0["grade"] = nil }, "order 1: line 1: grade is missing")),
        Named("no quantity", (lines { $0["quantity"] = nil }, "order 1: line 1: quantity is missing")),
        Named(
            "nothing", (lines { $0["quantity"] = 0 }, "order 1: line 1: quantity is no whole number from 1 to 1000000")),
        Named("more than a tonne", (lines { $0["quantity"] = 1_000_001 }, "order 1: line 1: quantity is no whole")),
        Named("a weigh-in as lot", (lines { $0["lot"] = "KW-3f9a1c-000045" }, "order 1: line 1: lot has not the form")),
        Named("a lot in capitals", (lines { $0["lot"] = "KL-3F9A1C-000045" }, "order 1: line 1: lot has not the form")),
        Named("a short lot", (lines { $0["lot"] = "KL-3f9a1c-00045" }, "order 1: line 1: lot has not the form")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words, which tell nothing of the people`(_ row: Named<(JSON, String)>) {
        let said = problem { () throws(WireError) in try OrderList(parsing: Self.body([row.value.0])) }
        #expect(said?.contains(row.value.1) == true, "said: \(said ?? "nothing, it was read")")
        for secret in ["张", "丰", "138", "5678", "7K2M9"] { #expect(said?.contains(secret) == false) }
    }

    @Test func `holds 500 orders and not one more, and none twice`() throws {
        func orders(_ count: Int) -> [JSON] {
            (1...count).map { number in Self.order { $0["id"] = .string("O-20261124-\(number)") } }
        }
        let list = try OrderList(parsing: Self.body(orders(500)))
        #expect(list.orders.count == 500)
        #expect(Document.orders(list).body.bytes.count < Document.mostBytes)
        #expect(throws: WireError("the orders: more than 500 orders")) {
            try OrderList(parsing: Self.body(orders(501)))
        }
        #expect(throws: WireError("order 2: the same id twice")) {
            try OrderList(parsing: Self.body([Self.order(), Self.order()]))
        }
    }
}
