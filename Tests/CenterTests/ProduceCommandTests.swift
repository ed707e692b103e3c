import Domain
import TestSupport
import Testing
import Wire

@testable import Center

/// What the commands print of a county's produce, run as programs over a center's database and documents.
@Suite struct `The commands of produce` {
    let directory: TemporaryDirectory
    let settings: String
    let market: Market
    let crate: Market.Weighed

    init() throws {
        directory = try TemporaryDirectory()
        settings = try directory.write(
            "broker: {host: 127.0.0.1}\nstorage: {directory: \(directory.path)}\n", to: "center.yaml")
        market = Market(try CenterStore(path: directory.file("center.db")))
        crate = try market.weigh(net: 10_845)
        _ = try directory.write(#"{"households":[{"person":"p-1"}]}"#, to: "list.json")
        let listed = try run(
            Products.path("kiosk-center"), ["households", directory.file("list.json"), "--config", settings])
        #expect(listed.code == 0 && listed.output.contains("1 person "))
        let wrong = try market.weigh("p-2", net: 3000, lot: 2)
        try market.void(wrong)
        try market.weigh("p-2", net: 2000, price: nil, lot: 2)
        market.wall = Timestamp("2026-12-01T00:00:00.000Z")!
        try market.weigh("p-2", "apple", net: 1000, lot: 3)
        try market.tell(.lotOffered, crate.weighIn.lot, ["quantity": 5000, "fenperkg": 990])
        try market.pack("O-2", "SF1234567890123", [(crate.weighIn.lot, 5020)])
        try market.tell(.orderDispatched, "O-2", ["parcel": "SF1234567890123"])
        try market.tell(.weighInRecorded, "KW-000000-000001", ["number": "KW-000000-000001"])
        let line = Order.Line(produce: "tomato", grade: "1", quantity: Mass(grams: 5000))
        let orders = ["O-1", "O-2"].map {
            Order(id: $0, recipient: nil, carrier: .sf, lines: [line], tolerancePermille: 50)
        }
        _ = try Documents(directory: directory.file("documents")).write(
            .orders(OrderList(version: 1, orders: orders)), for: .kiosk(market.kiosk))
    }

    private func ask(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try run(Products.path("kiosk-center"), arguments + ["--config", settings])
    }

    private func lines(_ arguments: String...) throws -> [JSON] {
        let answer = try run(Products.path("kiosk-center"), arguments + ["--json", "--config", settings])
        #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer)")
        return try answer.output.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
    }

    @Test func `produce shows farmers, registered households apart, and what counts for nothing`() throws {
        let output = try ask("produce").output
        #expect(
            output.contains("k1310020007  p-1     registered  tomato   1      1       10.845  34.70  -         -"),
            "\(output)")
        #expect(
            output.contains("k1310020007  p-2     -           tomato   1      1       2.000   0.00   1         1"),
            "\(output)")
        #expect(
            output.contains(
                "all: 2 farmers, 3 crates, 13.845 kg, 37.90 yuan, 1 of them (2.000 kg) without a price; voided 1 crate, 3.000 kg, 9.60"
            ),
            "\(output)")
        #expect(output.contains("registered households: 1 farmer, 1 crate, 10.845 kg, 34.70 yuan\n"), "\(output)")
        #expect(output.contains("1 events do not fit what came before") && output.contains("kiosk.weighin.recorded.v1"))
        let json = try lines("produce", "--until", "2026-11-30")
        #expect(json.map { $0["kind"]?.string } == ["produce", "produce", "all", "registered", "problem"])
        #expect(json[0]["registered"] == true && json[0]["amount"] == 3470 && json[1]["registered"] == nil)
        #expect(json[2]["net"] == 12_845 && json[2]["farmers"] == 2 && json[3]["farmers"] == 1)
        #expect(json[4]["sequence"] == 9 && json[4]["problem"]?.string?.isEmpty == false)
        #expect(try lines("produce", "--from", "2026-12-01", "--kiosk", "k1310020007")[0]["produce"] == "apple")
        #expect(try ask("produce", "--kiosk", "k1310020099").output.contains("No weigh-in is known here"))
    }

    @Test func `a statement's sum is that of its lines, and shows what is voided`() throws {
        let output = try ask("statement", "--farmer", "p-2").output
        #expect(output.split(separator: "\n").count == 8 && output.contains("voided: wrong-tare"), "\(output)")
        let json = try lines("statement", "--farmer", "p-2")
        let counted = json.filter { $0["kind"] == "weighin" && $0["voided"] == nil }
        let sum = try #require(json.last)
        #expect(json.count == 5 && sum["kind"] == "sum" && sum["owed"] == sum["amount"])
        #expect(sum["net"]?.integer == counted.compactMap { $0["net"]?.integer }.reduce(0, +))
        #expect(sum["amount"]?.integer == counted.compactMap { $0["amount"]?.integer }.reduce(0, +))
        #expect(sum["voidednet"] == 3000 && sum["unpriced"] == 1)
        #expect(try ask("statement", "--farmer", "p-9").output == "No weigh-in of p-9 is known here.\n")
    }

    @Test func `lots, orders and the way from a crate to its parcel are shown`() throws {
        let lots = try lines("lots")
        #expect(lots.map { $0["status"] } == ["offered", "open", "open"] && lots[0]["left"] == 5825)
        #expect(try ask("lots").output.contains("10.845  5.825    5.000 kg of 5.000 kg at 9.90 yuan/kg"))
        let orders = try lines("orders")
        #expect(orders.map { $0["status"] } == ["open", "dispatched"] && orders[1]["packed"] == 5020)
        #expect(orders[1]["items"]?.array?.first?["lot"]?.string == crate.weighIn.lot)
        let table = try ask("orders").output
        #expect(table.contains("O-2    dispatched  5.000       5.020      SF1234567890123  sf"), "\(table)")
        #expect(table.contains("O-1    open        5.000       -          -                sf"), "\(table)")
        let there = try lines("trace", crate.weighIn.number.description).map { $0["what"]?.string }
        #expect(there == ["crate", "lot", "order", "parcel"])
        #expect(try lines("trace", "SF1234567890123").first?["name"]?.string == crate.weighIn.number.description)
        #expect(try ask("trace", "KW-000000-000009").output.hasPrefix("No weigh-in, lot, order or parcel"))
    }

    @Test func `what cannot be meant is explained`() throws {
        for (arguments, words) in [
            (["produce", "--from", "tomorrow"], "tomorrow is no day and no time; write 2026-11-24 or"),
            (["produce", "--from", "2026-12-01", "--until", "2026-11-30"], "--until is before --from"),
            (["lots", "--kiosk", "7"], "7 is not a kiosk's name"), (["statement"], "--farmer"),
        ] {
            let answer = try run(Products.path("kiosk-center"), arguments + ["--config", settings])
            #expect(answer.code == 64 && answer.errors.contains(words), "\(answer)")
        }
    }
}
