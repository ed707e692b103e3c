public import Domain

/// The body of `…/down/orders`, retained: every order that the point is still to pick, pack and ship, not only the new ones.
/// One that is no longer in it was withdrawn, or has left.
///
///     {"version":5,"orders":[{"id":"O-20261124-0007","carrier":"sf","tolerance":50,
///      "recipient":{"id":"r-7K2M9","name":"张*","tail":"5678"},
///      "lines":[{"produce":"tomato","grade":"1","quantity":5000,"lot":"KL-3f9a1c-000045"}]}]}
///
/// `recipient`, its `tail`, `carrier` and `lot` may be absent. Quantities are grams, the tolerance thousandths of them.
public struct OrderList: Hashable, Sendable {
    /// From 1; a list with a higher one takes the place of the one before.
    public var version: Int64
    public var orders: [Order]

    /// - Parameter version: from 1; a higher one replaces a lower.
    public init(version: Int64, orders: [Order]) {
        self.version = version
        self.orders = orders
    }

    public static let mostOrders = 500
    public static let mostLines = 20
    /// A tonne; nothing in a village is packed by more.
    public static let heaviestLine = Mass(grams: 1_000_000)
    /// What an order's id begins with: so that its label, scanned, is never taken for a waybill or a code.
    public static let prefix = "O-"

    public var json: JSON {
        ["version": .integer(version), "orders": .array(orders.map(Self.json))]
    }

    /// The SHA-256 of the canonical JSON of what was understood; it rides in `kiosk.orders.applied.v1`.
    public var digest: Digest { Digest(of: json.canonical) }

    /// - Parameter encoding: the user property `content-encoding`.
    public init(parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        let fields = try ObjectDecoder(document: bytes, encoding, "the orders")
        version = try fields.version()
        orders = []
        var ids: Set<String> = []
        for (index, element) in try fields.list("orders", atMost: Self.mostOrders).enumerated() {
            let fields = try ObjectDecoder(element, "order \(index + 1)")
            let order = try Self.order(fields)
            guard ids.insert(order.id).inserted else { throw fields.wrong("the same id twice") }
            orders.append(order)
        }
    }

    private static func order(_ fields: ObjectDecoder) throws(WireError) -> Order {
        let id = try fields.text("id")
        guard id.hasPrefix(prefix), (3...30).contains(id.utf8.count), id.utf8.allSatisfy(isLabelCharacter) else {
            throw fields.wrong("id has not the form of O- and 1 to 28 capitals, digits and dashes")
        }
        // Nobody packs to the gram: how near is near enough is for whoever sells to say.
        guard let tolerance = try fields.integer("tolerance", in: 0...1000) else {
            throw fields.wrong("tolerance is missing")
        }
        var lines: [Order.Line] = []
        for (index, element) in try fields.list("lines", atMost: mostLines).enumerated() {
            let fields = try ObjectDecoder(element, "\(fields.place): line \(index + 1)")
            let line = try Self.line(fields)
            guard
                !lines.contains(where: { ($0.produce, $0.grade, $0.lot) == (line.produce, line.grade, line.lot) })
            else { throw fields.wrong("the same produce, grade and lot twice") }
            lines.append(line)
        }
        guard !lines.isEmpty else { throw fields.wrong("no lines") }
        return Order(
            id: id, recipient: try fields.recipient(),
            // A hint; one that is not known here is no reason to refuse.
            carrier: try fields.optionalText("carrier").flatMap { Carrier(rawValue: $0) }, lines: lines,
            tolerancePermille: Int(tolerance))
    }

    private static func line(_ fields: ObjectDecoder) throws(WireError) -> Order.Line {
        guard let quantity = try fields.integer("quantity", in: 1...heaviestLine.grams) else {
            throw fields.wrong("quantity is missing")
        }
        let lot = try fields.optionalText("lot")
        if let lot, Lot.id(in: lot) != lot { throw fields.wrong("lot has not the form of KL-3f9a1c-000045") }
        return Order.Line(
            produce: try fields.identity("produce"), grade: try fields.grade("grade"), quantity: Mass(grams: quantity),
            lot: lot)
    }

    private static func json(_ order: Order) -> JSON {
        .members([
            "id": .string(order.id), "recipient": order.recipient.map(\.json),
            "carrier": order.carrier.map { .string($0.rawValue) },
            "tolerance": .integer(Int64(order.tolerancePermille)),
            "lines": .array(
                order.lines.map {
                    .members([
                        "produce": .string($0.produce), "grade": .string($0.grade),
                        "quantity": .integer($0.quantity.grams), "lot": $0.lot.map { .string($0) },
                    ])
                }),
        ])
    }
}
