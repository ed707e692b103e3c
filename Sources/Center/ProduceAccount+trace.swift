import Domain

/// From a farmer's crate to the parcel in the city, and back.
extension ProduceAccount {
    /// One thing on the way.
    struct Step: Hashable {
        enum What: String { case crate, lot, order, parcel }

        var what: What
        var name: String
        var status: String
        var weight: Mass?
        var time: Timestamp?
        var more: [String: JSON]

        func row(_ kiosk: KioskID) -> [String] {
            let more = more.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.string ?? $0.value.canonicalText)" }
            return [
                what.rawValue, name, kiosk.text, status, weight.map(CenterProgram.kilograms) ?? "-",
                time?.description ?? "unknown", more.joined(separator: ", "),
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

    /// Crates first, then lots, orders and parcels; empty when nothing here has that name. From a crate or lot the way leads
    /// to the parcels that may hold of it, from an order or parcel to the crates that may be in it: within a lot nobody tells
    /// one crate's produce from another's.
    func trace(_ name: String) -> [Step] {
        let label = name.uppercased()
        var lots: Set<String>
        var crates: Set<Int>
        var orders: Set<String>
        if let number = WeighIn.Number(label) {
            crates = Set(self.crates.indices.filter { self.crates[$0].weighIn.number == number })
            lots = Set(crates.map { self.crates[$0].weighIn.lot })
            orders = ordersOf(lots)
        } else if let lot = self.lots.keys.first(where: { $0.uppercased() == label }) {
            lots = [lot]
            crates = Set(self.lots[lot]?.crates ?? [])
            orders = ordersOf(lots)
        } else if let order = self.orders[label] != nil ? label : order(in: label) {
            orders = [order]
            lots = Set(self.orders[order]?.packing.items.map(\.lot) ?? [])
            crates = Set(lots.flatMap { self.lots[$0]?.crates ?? [] })
        } else {
            return []
        }
        return crates.sorted().map(step) + lots.sorted().map(lotStep) + orders.sorted().flatMap(orderSteps)
    }

    private func ordersOf(_ lots: Set<String>) -> Set<String> {
        Set(
            orders.filter { _, order in
                order.status != .open && order.packing.items.contains { lots.contains($0.lot) }
            }.keys)
    }

    private func step(_ index: Int) -> Step {
        let crate = crates[index]
        let weighIn = crate.weighIn
        var more: [String: JSON] = [
            "farmer": .string(weighIn.farmer), "produce": .string(weighIn.produce), "grade": .string(weighIn.grade),
            "lot": .string(weighIn.lot),
        ]
        if let voided = crate.voided { more["reason"] = .string(voided.reason.rawValue) }
        return Step(
            what: .crate, name: weighIn.number.description, status: crate.counts ? "weighed" : "voided",
            weight: weighIn.net, time: time(of: crate.moment), more: more)
    }

    private func lotStep(_ id: String) -> Step {
        guard let lot = lots[id] else {
            return Step(what: .lot, name: id, status: "unknown", weight: nil, time: nil, more: [:])
        }
        return Step(
            what: .lot, name: id, status: lot.status.rawValue, weight: net(of: lot), time: time(of: lot.moment),
            more: [
                "farmer": .string(lot.farmer),
                "crates": .integer(Int64(lot.crates.count { crates[$0].counts })),
                "taken": .integer(taken()[id, default: .zero].grams),
            ])
    }

    /// The order and the parcel that it lies in.
    private func orderSteps(_ id: String) -> [Step] {
        guard let order = orders[id] else { return [] }
        let items = order.packing.items
        let weight = Mass(grams: items.reduce(0) { $0 &+ $1.quantity.grams })
        let step = Step(
            what: .order, name: id, status: order.status.rawValue, weight: weight, time: time(of: order.moment),
            more: ["lots": .string(Set(items.map(\.lot)).sorted().joined(separator: " "))])
        guard order.status != .open else { return [step] }
        var more: [String: JSON] = ["order": .string(id)]
        if let batch = order.batch { more["batch"] = .string(batch) }
        let parcel = Step(
            what: .parcel, name: order.packing.parcel, status: order.status == .packed ? "accepted" : "dispatched",
            weight: weight, time: time(of: order.moment), more: more)
        return [step, parcel]
    }
}
