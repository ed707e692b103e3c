import Board
import Domain
import Journal
import LocalAPIModel
import Projections
import Wire
import Workflow

/// Weigh-ins, lots, orders and accounts as the local API shows them.
extension Kiosk {
    func catalog() async throws -> JSON? { try await journal.look { try $0.catalog()?.json } }

    func weighIns(after number: String?, limit: Int) async throws -> [ShownWeighIn]? {
        let start = number.map(WeighIn.Number.init)
        if start == .some(nil) { return nil }
        return try await journal.look { view in
            try view.weighIns(after: start ?? nil, limit: limit).map { try Self.shown($0, view) }
        }
    }

    func weighIn(_ number: String) async throws -> ShownWeighIn? {
        try await journal.look { view in try view.weighIn(number).map { try Self.shown($0, view) } }
    }

    func lot(_ id: String) async throws -> ShownLot? {
        try await journal.look { view in try view.lot(Lot.id(in: id) ?? id).map { try Self.shown($0, view) } }
    }

    func orders() async throws -> [ShownOrder] {
        try await journal.look { view in
            try view.orders().map { order in
                let shipment = try view.shipment(order: order.id)
                return ShownOrder(
                    order, status: Self.status(shipment), waybill: shipment.flatMap { $0.takes ? $0.waybill : nil })
            }
        }
    }

    /// A crate, a lot, an order or a waybill: whichever it is, the way from the field to the parcel, and back.
    func trace(_ text: String) async throws -> Trace? {
        try await journal.look { view in
            if let entry = try view.weighIn(text) {
                return Trace(
                    weighIn: try Self.shown(entry, view),
                    lot: try view.lot(entry.weighIn.lot).map { try Self.shown($0, view) },
                    shipments: try view.trace(lot: entry.weighIn.lot).shipments.map { try Self.shown($0, view) })
            }
            if let lot = try view.lot(Lot.id(in: text) ?? text) {
                return Trace(
                    lot: try Self.shown(lot, view),
                    shipments: try view.trace(lot: lot.id).shipments.map { try Self.shown($0, view) })
            }
            guard let shipment = try view.shipment(order: text) ?? view.shipment(waybill: text) else { return nil }
            return Trace(
                lots: try Set(shipment.lines.map(\.lot)).sorted().compactMap { id in
                    try view.lot(id).map { try Self.shown($0, view) }
                }, shipments: [try Self.shown(shipment, view)])
        }
    }

    func statement(of farmer: String, from: Timestamp?, until: Timestamp?) async throws -> ShownStatement? {
        try await journal.look { view in
            guard let (id, name) = try Self.farmer(farmer, view) else { return nil }
            let statement = try view.statement(of: id, from: from, until: until)
            let unplaced = try statement.unplaced.map { try Self.shown($0, view) }
            return ShownStatement(
                farmer: id, name: name, from: from, until: until, before: statement.before,
                lines: try statement.lines.map { try Self.shown($0, view) },
                unplaced: unplaced.isEmpty ? nil : unplaced,
                totals: statement.totals.map {
                    ShownStatement.Totals(
                        $0, owed: Money(fen: statement.before.fen.addingReportingOverflow($0.owed.fen).partialValue))
                })
        }
    }

    private static func status(_ shipment: Shipment?) -> String {
        shipment.map { $0.takes ? $0.status.rawValue : "open" } ?? "open"
    }

    // MARK: As they are shown

    private static func shown(_ line: AccountStatement.Line, _ view: PointView) throws -> ShownStatement.Line {
        func change(
            _ kind: ShownStatement.Change.Kind, _ number: String, _ method: Payment.Method? = nil
        ) throws -> ShownStatement.Line {
            .change(
                ShownStatement.Change(
                    kind, number: number, change: line.change, time: try view.placed(line.moment), method: method))
        }
        switch line.what {
        case .crate(let entry):
            var crate = try shown(entry, view)
            crate.details.kind = "crate"
            crate.details.change = line.change
            return .crate(crate)
        case .price(let entry): return try change(.price, entry.weighIn.number.description)
        case .voiding(let entry): return try change(.voiding, entry.weighIn.number.description)
        case .payment(let entry):
            return try change(.payment, entry.payment.number.description, entry.payment.method)
        case .reversal(let entry): return try change(.reversal, entry.payment.number.description)
        }
    }

    static func shown(_ entry: WeighInEntry, _ view: PointView) throws -> ShownWeighIn {
        var weighIn = entry.weighIn
        if let price = entry.laterPrice { weighIn.pricing = price.pricing }
        return ShownWeighIn(
            weighIn,
            WeighInDetails(
                name: try view.person(weighIn.farmer)?.name, sequence: entry.sequence,
                time: try view.placed(entry.moment), pricedLater: entry.laterPrice?.reason, payment: entry.paidBy,
                voided: entry.voiding?.reason))
    }

    private static func shown(_ lot: Lot, _ view: PointView) throws -> ShownLot {
        ShownLot(
            lot, name: try view.person(lot.farmer)?.name,
            onSale: lot.offer.map { _ in lot.onSale(at: BoardClock.now.span) })
    }

    private static func shown(_ shipment: Shipment, _ view: PointView) throws -> ShownShipment {
        ShownShipment(
            order: shipment.order, status: status(shipment), waybill: shipment.waybill,
            parcel: try view.parcel(shipment.waybill)?.parcel.status, items: shipment.lines)
    }
}
