package import Domain
import Projections

/// From a farmer's crate to the parcel in the city, and back.
extension ProduceAccount {
    /// One thing on the way.
    package struct Step: Hashable {
        package enum What: String { case crate, lot, order, parcel }

        package var what: What
        package var name: String
        package var status: String
        package var weight: Mass?
        package var time: Timestamp?
        package var more: [String: JSON]
    }

    /// Crates first, then lots, orders and parcels; empty when nothing here has that name. From a crate or lot the way leads
    /// to the parcels that may hold of it, from an order or parcel to the crates that may be in it: within a lot nobody tells
    /// one crate's produce from another's.
    package func trace(_ name: String) -> [Step] {
        let label = name.uppercased()
        let crates: [Int]
        let lots: Set<String>
        let orders: Set<String>
        if let number = WeighIn.Number(label) {
            crates = entries.indices.filter { entries[$0].weighIn.number == number }
            lots = Set(crates.map { entries[$0].weighIn.lot })
            orders = ordersOf(lots)
        } else if let lot = Lot.id(in: label) {
            guard let group = groups[lot] else { return [] }
            lots = [lot]
            crates = group.entries
            orders = ordersOf(lots)
        } else {
            orders = Set(
                shipments.filter { $0.key == label || $0.value.shipment.waybill == label && $0.value.shipment.takes }
                    .keys)
            lots = Set(orders.flatMap { shipments[$0]?.shipment.lines.map(\.lot) ?? [] })
            crates = lots.flatMap { groups[$0]?.entries ?? [] }
        }
        return crates.sorted().map(step) + lots.sorted().map(lotStep) + orders.sorted().flatMap(orderSteps)
    }

    private func ordersOf(_ lots: Set<String>) -> Set<String> {
        Set(
            shipments.filter { _, entry in
                entry.shipment.takes && entry.shipment.lines.contains { lots.contains($0.lot) }
            }
            .keys)
    }

    private func step(_ index: Int) -> Step {
        let entry = entries[index]
        let weighIn = entry.weighIn
        var more: [String: JSON] = [
            "farmer": .string(weighIn.farmer), "produce": .string(weighIn.produce), "grade": .string(weighIn.grade),
            "lot": .string(weighIn.lot),
        ]
        if let voiding = entry.voiding { more["reason"] = .string(voiding.reason.rawValue) }
        return Step(
            what: .crate, name: weighIn.number.description, status: entry.counts ? "weighed" : "voided",
            weight: weighIn.net, time: time(of: entry.moment), more: more)
    }

    private func lotStep(_ id: String) -> Step {
        guard let lot = lot(id), let group = groups[id] else {
            return Step(what: .lot, name: id, status: "unknown", weight: nil, time: nil, more: [:])
        }
        return Step(
            what: .lot, name: id, status: lot.status.rawValue, weight: lot.net, time: time(of: group.moment),
            more: [
                "farmer": .string(lot.farmer), "crates": .integer(Int64(lot.crates.count)),
                "taken": .integer(lot.taken.grams),
            ])
    }

    /// The order and the parcel that it lies in.
    private func orderSteps(_ id: String) -> [Step] {
        guard let (shipment, moment) = shipments[id] else { return [] }
        let step = Step(
            what: .order, name: id, status: shipment.status.rawValue, weight: shipment.net, time: time(of: moment),
            more: ["lots": .string(Set(shipment.lines.map(\.lot)).sorted().joined(separator: " "))])
        guard shipment.takes else { return [step] }
        let parcel = Step(
            what: .parcel, name: shipment.waybill, status: shipment.status == .packed ? "accepted" : "dispatched",
            weight: shipment.net, time: time(of: moment), more: ["order": .string(id)])
        return [step, parcel]
    }
}

extension Shipment {
    /// What lies in the parcel.
    package var net: Mass { lines.reduce(.zero) { $0.adding($1.quantity) } }
}
