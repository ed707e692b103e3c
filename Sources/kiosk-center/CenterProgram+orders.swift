import Board
import Center
import Domain
import Phrases
import Projections
import Wire

/// `kiosk-center lots`, `orders` and `trace`: from a farmer's crate to the parcel in the city, and back.
extension CenterProgram {
    static func lots(
        configuration file: String, environment: [String: String], kiosk: String?, asJSON: Bool
    ) -> Int32 {
        guard let (wanted, _) = ReportFilter(kiosk: kiosk).read() else { return wrongUsage }
        return look(file, environment) { store in
            var rows: [[String]] = []
            try store.forEachProduce(of: wanted) { account in
                for lot in account.groups.keys.sorted().compactMap(account.lot) {
                    if asJSON {
                        print(
                            JSON.members([
                                "kiosk": .string(account.kiosk.text), "lot": .string(lot.id),
                                "status": .string(lot.status.rawValue), "farmer": .string(lot.farmer),
                                "produce": .string(lot.produce), "grade": .string(lot.grade),
                                "crates": .integer(Int64(lot.crates.count)), "net": .integer(lot.net.grams),
                                "taken": .integer(lot.taken.grams), "left": .integer(lot.left.grams),
                                "offer": lot.offer?.json,
                                "onsale": lot.offer.map { _ in .integer(lot.onSale(at: today).grams) },
                            ]).canonicalText)
                    } else {
                        rows.append([
                            account.kiosk.text, lot.id, lot.status.rawValue, lot.farmer, lot.produce, lot.grade,
                            String(lot.crates.count), kilograms(lot.net), kilograms(lot.left),
                            lot.offer.map { words($0, lot.onSale(at: today)) } ?? "-",
                        ])
                    }
                }
            }
            let header = [
                "KIOSK", "LOT", "STATUS", "FARMER", "PRODUCE", "GRADE", "CRATES", "NET kg", "LEFT kg", "ON SALE",
            ]
            show(header, rows, asJSON, nothing: "No lot is known here.")
        }
    }

    /// By the machine's own clock: people set it, or NTP does.
    private static var today: TimeSpan { TimeSpan(around: BoardClock.wall, within: 0) }

    private static func words(_ offer: Lot.Offer, _ left: Mass) -> String {
        "\(left) of \(offer.quantity) at \(Money(fen: offer.price.fenPerKilogram)) yuan/kg"
            + (offer.until.map { " until \($0.atPlace)" } ?? "")
    }

    /// Orders as they were sent to be packed, and as they were packed; one that was both is listed once.
    static func orders(
        configuration file: String, environment: [String: String], kiosk: String?, asJSON: Bool
    ) -> Int32 {
        guard let (wanted, _) = ReportFilter(kiosk: kiosk).read() else { return wrongUsage }
        guard let settings = load(file, environment) else { return misconfigured }
        let documents = Documents(directory: settings.documents)
        return look(file, environment) { store in
            var sent: [KioskID: [Order]] = [:]
            for place in try documents.places() where place.kind == .orders {
                guard case .kiosk(let kiosk) = place.addressee, wanted == nil || wanted == kiosk else { continue }
                do {
                    if case .orders(let list)? = try documents.read(place)?.document { sent[kiosk] = list.orders }
                } catch {
                    complain("note: \(error); what was sent to \(kiosk) is not in the list")
                }
            }
            var entries: [OrderEntry] = []
            try store.forEachProduce(of: wanted) { account in
                for (id, (shipment, _)) in account.shipments where shipment.takes {
                    let order = sent[account.kiosk]?.first { $0.id == id }
                    entries.append(OrderEntry(kiosk: account.kiosk, id: id, order: order, shipment: shipment))
                }
                sent[account.kiosk]?.removeAll { account.shipments[$0.id]?.shipment.takes ?? false }
            }
            for (kiosk, orders) in sent {
                entries += orders.map { OrderEntry(kiosk: kiosk, id: $0.id, order: $0, shipment: nil) }
            }
            entries.sort { ($0.kiosk.text, $0.id) < ($1.kiosk.text, $1.id) }
            if asJSON {
                for entry in entries { print(entry.json) }
                return
            }
            let header = ["KIOSK", "ORDER", "STATUS", "ORDERED kg", "PACKED kg", "WAYBILL", "CARRIER"]
            show(header, entries.map(\.row), asJSON, nothing: "No order is known here. See kiosk-center send --help.")
        }
    }

    private struct OrderEntry {
        var kiosk: KioskID
        var id: String
        /// `nil` when it is in no list any more.
        var order: Order?
        /// `nil` while it is not packed.
        var shipment: Shipment?

        private var status: String { shipment?.status.rawValue ?? "open" }
        private var ordered: Mass? { order.map { $0.lines.reduce(.zero) { $0.adding($1.quantity) } } }

        var row: [String] {
            [
                kiosk.text, id, status, ordered.map(kilograms) ?? "-", (shipment?.net).map(kilograms) ?? "-",
                shipment?.waybill ?? "-", order?.carrier?.rawValue ?? "-",
            ]
        }

        var json: String {
            JSON.members([
                "kiosk": .string(kiosk.text), "order": .string(id), "status": .string(status),
                "ordered": ordered.map { .integer($0.grams) }, "packed": (shipment?.net).map { .integer($0.grams) },
                "items": shipment.map { Order.Packing(parcel: $0.waybill, items: $0.lines).json["items"] } ?? nil,
                "waybill": shipment.map { .string($0.waybill) }, "carrier": order?.carrier.map { .string($0.rawValue) },
            ]).canonicalText
        }
    }

    private static func show(_ header: [String], _ rows: [[String]], _ asJSON: Bool, nothing: String) {
        guard !asJSON else { return }
        guard !rows.isEmpty else { return print(nothing) }
        for line in TextTable.lines(header: header, rows: rows) { print(line) }
    }

    // MARK: Tracing

    /// What a crate, lot, order or parcel came from, and what came of it.
    /// - Parameter name: `KW-…`, `KL-…`, `O-…`, or a parcel's waybill; in any case of letters.
    static func trace(
        configuration file: String, environment: [String: String], name: String, asJSON: Bool
    ) -> Int32 {
        look(file, environment) { store in
            var rows: [[String]] = []
            try store.forEachProduce(of: nil) { account in
                for step in account.trace(name) {
                    if asJSON { print(step.json(account.kiosk)) } else { rows.append(step.row(account.kiosk)) }
                }
            }
            let header = ["WHAT", "NAME", "KIOSK", "STATUS", "WEIGHT kg", "TIME", "MORE"]
            show(
                header, rows, asJSON, nothing: "No weigh-in, lot, order or parcel of produce is known here as \(name).")
        }
    }
}

extension ProduceAccount.Step {
    func row(_ kiosk: KioskID) -> [String] {
        let more = more.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.string ?? $0.value.canonicalText)" }
        return [
            what.rawValue, name, kiosk.text, status, weight.map(CenterProgram.kilograms) ?? "-",
            time?.atPlace ?? "unknown", more.joined(separator: ", "),
        ]
    }

    func json(_ kiosk: KioskID) -> String {
        var members = more
        members["what"] = .string(what.rawValue)
        members["name"] = .string(name)
        members["kiosk"] = .string(kiosk.text)
        members["status"] = .string(status)
        members["weight"] = weight.map { .integer($0.grams) }
        members["time"] = time.map { .string($0.description) }
        return JSON.object(members).canonicalText
    }
}
