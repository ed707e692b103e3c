import Board
import Domain
import Journal
import Projections
import Wire
import Workflow

/// Weigh-ins, lots, orders and accounts as the local API shows them.
extension Kiosk {
    func catalog() async throws -> JSON? { try await journal.look { try $0.catalog()?.json } }

    func weighIns(after number: String?, limit: Int) async throws -> [JSON]? {
        let start = number.map(WeighIn.Number.init)
        if start == .some(nil) { return nil }
        return try await journal.look { view in
            try view.weighIns(after: start ?? nil, limit: limit).map { try Self.json($0, view) }
        }
    }

    func weighIn(_ number: String) async throws -> JSON? {
        try await journal.look { view in try view.weighIn(number).map { try Self.json($0, view) } }
    }

    func lot(_ id: String) async throws -> JSON? {
        try await journal.look { view in try view.lot(Lot.id(in: id) ?? id).map { try Self.json($0, view) } }
    }

    func orders() async throws -> [JSON] {
        try await journal.look { view in
            try view.orders().map { order in
                let shipment = try view.shipment(order: order.id)
                return .members([
                    "order": .string(order.id), "status": .string(Self.status(shipment)),
                    "carrier": order.carrier.map { .string($0.rawValue) },
                    "recipient": order.recipient.map { .string($0.name) },
                    "tolerance": .integer(Int64(order.tolerancePermille)),
                    "lines": .array(
                        order.lines.map {
                            .members([
                                "produce": .string($0.produce), "grade": .string($0.grade),
                                "quantity": .integer($0.quantity.grams), "lot": $0.lot.map { .string($0) },
                            ])
                        }),
                    "waybill": shipment.flatMap { $0.takes ? .string($0.waybill) : nil },
                ])
            }
        }
    }

    /// A crate, a lot, an order or a waybill: whichever it is, the way from the field to the parcel, and back.
    func trace(_ text: String) async throws -> JSON? {
        try await journal.look { view in
            if let entry = try view.weighIn(text) {
                return .members([
                    "weighin": try Self.json(entry, view),
                    "lot": try view.lot(entry.weighIn.lot).map { try Self.json($0, view) },
                    "shipments": .array(
                        try view.trace(lot: entry.weighIn.lot).shipments.map { try Self.json($0, view) }),
                ])
            }
            if let lot = try view.lot(Lot.id(in: text) ?? text) {
                return [
                    "lot": try Self.json(lot, view),
                    "shipments": .array(try view.trace(lot: lot.id).shipments.map { try Self.json($0, view) }),
                ]
            }
            guard let shipment = try view.shipment(order: text) ?? view.shipment(waybill: text) else { return nil }
            return [
                "shipments": .array([try Self.json(shipment, view)]),
                "lots": .array(
                    try Set(shipment.lines.map(\.lot)).sorted().compactMap { id in
                        try view.lot(id).map { try Self.json($0, view) }
                    }),
            ]
        }
    }

    func statement(of farmer: String, from: Timestamp?, until: Timestamp?) async throws -> JSON? {
        try await journal.look { view in
            guard let (id, name) = try Self.farmer(farmer, view) else { return nil }
            let statement = try view.statement(of: id, from: from, until: until)
            let totals = statement.totals
            return .members([
                "farmer": .string(id), "name": name.map { .string($0) },
                "from": from.map { .string($0.description) }, "until": until.map { .string($0.description) },
                "before": .integer(statement.before.fen),
                "lines": .array(try statement.lines.map { try Self.json($0, view) }),
                "unplaced": statement.unplaced.isEmpty
                    ? nil : .array(try statement.unplaced.map { try Self.json($0, view) }),
                "totals": totals.map {
                    [
                        "count": .integer(Int64($0.count)), "net": .integer($0.net.grams),
                        "amount": .integer($0.amount.fen), "unpriced": .integer(Int64($0.unpriced)),
                        "voided": .integer(Int64($0.voided)), "voidednet": .integer($0.voidedNet.grams),
                        "voidedamount": .integer($0.voidedAmount.fen),
                        "unpricednet": .integer($0.unpricedNet.grams), "paid": .integer($0.paid.fen),
                        "owed": .integer(
                            statement.before.fen.addingReportingOverflow($0.owed.fen).partialValue),
                    ]
                },
            ])
        }
    }

    private static func status(_ shipment: Shipment?) -> String {
        shipment.map { $0.takes ? $0.status.rawValue : "open" } ?? "open"
    }

    // MARK: JSON

    private static func json(_ line: AccountStatement.Line, _ view: PointView) throws -> JSON {
        func members(_ kind: String, _ number: String, _ more: [String: JSON?] = [:]) throws -> JSON {
            .members(
                [
                    "kind": .string(kind), "number": .string(number), "change": .integer(line.change.fen),
                    "time": try view.placed(line.moment).map { .string($0.description) },
                ].merging(more) { $1 })
        }
        switch line.what {
        case .crate(let entry):
            guard case .object(var members) = try json(entry, view) else { return try json(entry, view) }
            members["kind"] = "crate"
            members["change"] = .integer(line.change.fen)
            return .object(members)
        case .price(let entry): return try members("price", entry.weighIn.number.description)
        case .voiding(let entry): return try members("voiding", entry.weighIn.number.description)
        case .payment(let entry):
            return try members(
                "payment", entry.payment.number.description, ["method": .string(entry.payment.method.rawValue)])
        case .reversal(let entry): return try members("reversal", entry.payment.number.description)
        }
    }

    static func json(_ entry: WeighInEntry, _ view: PointView) throws -> JSON {
        guard case .object(var members) = entry.weighIn.json else { return entry.weighIn.json }
        members["name"] = try view.person(entry.weighIn.farmer).map { .string($0.name) }
        members["sequence"] = .integer(entry.sequence)
        members["time"] = try view.placed(entry.moment).map { .string($0.description) }
        if let price = entry.laterPrice {
            members["price"] = price.pricing.json
            members["amount"] = .integer(price.pricing.amount.fen)
            members["pricedlater"] = .string(price.reason.rawValue)
        }
        members["payment"] = entry.paidBy.map { .string($0.description) }
        members["voided"] = entry.voiding.map { .string($0.reason.rawValue) }
        return .object(members)
    }

    private static func json(_ lot: Lot, _ view: PointView) throws -> JSON {
        .members([
            "lot": .string(lot.id), "farmer": .string(lot.farmer),
            "name": try view.person(lot.farmer).map { .string($0.name) }, "produce": .string(lot.produce),
            "grade": .string(lot.grade), "status": .string(lot.status.rawValue),
            "crates": .array(lot.crates.map { .string($0) }), "net": .integer(lot.net.grams),
            "taken": .integer(lot.taken.grams), "left": .integer(lot.left.grams), "offer": lot.offer?.json,
            "onsale": lot.offer.map { _ in .integer(lot.onSale(at: BoardClock.now.span).grams) },
        ])
    }

    private static func json(_ shipment: Shipment, _ view: PointView) throws -> JSON {
        .members([
            "order": .string(shipment.order), "status": .string(status(shipment)),
            "waybill": .string(shipment.waybill),
            "parcel": try view.parcel(shipment.waybill).map { .string($0.parcel.status.rawValue) },
            "items": Order.Packing(parcel: shipment.waybill, items: shipment.lines).json["items"],
        ])
    }
}
