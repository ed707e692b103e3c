import Delivery
import Domain
import Journal
import Testing
import Workflow

/// What the journal knows beside what the book says.
extension ProducePlay {
    func compare(crate number: String, _ transaction: Transaction) throws {
        guard let entry = try transaction.weighIn(number), let crate = world.book.crates[number] else {
            throw Disagreement(description: "seed \(seed): \(number) is not there")
        }
        try compare(entry, crate, number)
        let lot = try transaction.lot(crate.lot)
        try compare(lot, crate.lot)
    }

    private func compare(_ entry: WeighInEntry, _ crate: ProduceBook.Crate, _ number: String) throws {
        let weighIn = entry.weighIn
        guard weighIn.farmer == crate.farmer, weighIn.lot == crate.lot, weighIn.net.grams == crate.net,
            entry.amount.map({ Int($0.fen) }) == crate.fen,
            entry.paidBy?.description == crate.payment, entry.counts != crate.isVoided,
            entry.id.text == crate.event, weighIn.gross.grams - weighIn.tare.grams == crate.net
        else { throw Disagreement(description: "seed \(seed): \(number) is \(entry), not \(crate)") }
    }

    private func compare(_ lot: Lot?, _ id: String) throws {
        guard let known = world.book.lots[id], let lot, lot.farmer == known.farmer, lot.produce == known.produce,
            lot.grade == known.grade, lot.status.rawValue == known.status, lot.crates == world.book.counting(id),
            lot.net.grams == world.book.net(id), lot.left.grams == world.book.left(id),
            lot.offer.map({ Int($0.quantity.grams) }) == known.offered
        else {
            throw Disagreement(
                description:
                    "seed \(seed): \(id) is \(String(describing: lot)), not \(String(describing: world.book.lots[id]))"
            )
        }
    }

    /// Every crate, lot, order and statement.
    func compareAll(_ when: String) async throws {
        try await journal.look { [self] view in
            let entries = try view.weighIns(after: nil, limit: 1_000_000)
            guard Set(entries.map(\.weighIn.number.description)) == Set(world.book.crates.keys) else {
                throw Disagreement(description: "seed \(seed), \(when): other crates than were weighed")
            }
            for entry in entries {
                let number = entry.weighIn.number.description
                guard let crate = world.book.crates[number] else { continue }
                try compare(entry, crate, number)
            }
            // Of each journal from 1, and none is missing.
            for (journal, counts) in world.book.counts {
                let numbers = entries.map(\.weighIn.number).filter { $0.journal == journal }.map(\.count)
                guard numbers.sorted() == (0..<counts.crates).map({ Int64($0 + 1) }) else {
                    throw Disagreement(description: "seed \(seed), \(when): the numbers of \(journal) have gaps")
                }
            }
            for id in world.book.lots.keys { try compare(try view.lot(id), id) }
            for order in world.orders {
                let waybill = world.book.waybill(of: order.id)
                let shipment = try view.shipment(order: order.id)
                let isPacked = shipment.map { $0.status != .unpacked } ?? false
                guard isPacked == (waybill != nil), !isPacked || shipment?.waybill == waybill else {
                    throw Disagreement(
                        description: "seed \(seed), \(when): \(order.id) is \(String(describing: shipment))")
                }
            }
            try compareTraces(view, when)
            try compareStatements(view, when)
        }
    }

    /// From each crate to the parcels that its lot went into, and back from each parcel to the crates.
    private func compareTraces(_ view: PointView, _ when: String) throws {
        for (waybill, parcel) in world.book.parcels {
            guard let shipment = try view.shipment(waybill: waybill), shipment.order == parcel.order,
                shipment.status.rawValue == (parcel.changes.count == 1 ? "packed" : "dispatched"),
                shipment.lines.map({ Int($0.quantity.grams) }) == parcel.taken.map(\.grams),
                shipment.lines.map(\.lot) == parcel.taken.map(\.lot)
            else { throw Disagreement(description: "seed \(seed), \(when): \(waybill) is not what was packed") }
            for lot in Set(shipment.lines.map(\.lot)) {
                let trace = try view.trace(lot: lot)
                guard trace.crates.map(\.weighIn.number.description) == world.book.lots[lot]?.crates,
                    trace.shipments.contains(where: { $0.waybill == waybill })
                else { throw Disagreement(description: "seed \(seed), \(when): \(lot) does not lead to \(waybill)") }
            }
        }
    }

    /// A statement of everything, and months that follow one another, add up to the events and to each other.
    private func compareStatements(_ view: PointView, _ when: String) throws {
        let half: Int64 = 12 * 3_600_000
        let first: Int64 = 1_795_000_000_000
        let bounds = (0...60).map { first + Int64($0) * half }
        for farmer in world.people where farmer.roles == [.farmer] {
            let whole = try view.statement(of: farmer.id, from: nil, until: nil)
            try check(whole, world.book.sums(of: farmer.id, in: nil), farmer.id, "\(when), everything")
            // By whole crates and by the lines of the book: the same to the fen.
            let balance = try view.balance(of: farmer.id)
            guard Int(balance.owed.fen) == world.book.owed(farmer.id) else {
                throw Disagreement(
                    description: "seed \(seed), \(when): \(farmer.id) is owed \(balance.owed), by the book "
                        + "\(world.book.owed(farmer.id)) fen")
            }
            for (from, until) in zip(bounds, bounds.dropFirst()) {
                let part = try view.statement(
                    of: farmer.id, from: Timestamp(milliseconds: from), until: Timestamp(milliseconds: until))
                try check(
                    part, world.book.sums(of: farmer.id, in: from..<until), farmer.id, "\(when), \(from) to \(until)")
            }
        }
    }

    private func check(
        _ statement: AccountStatement, _ sums: ProduceBook.Sums, _ farmer: String, _ what: String
    ) throws {
        let totals = statement.totals
        let said = totals.map {
            ProduceBook.Sums(
                count: $0.count, net: Int($0.net.grams), fen: Int($0.amount.fen), unpriced: $0.unpriced,
                voided: $0.voided, voidedNet: Int($0.voidedNet.grams), voidedFen: Int($0.voidedAmount.fen),
                paid: Int($0.paid.fen))
        }
        guard said == sums else {
            throw Disagreement(
                description: "seed \(seed), \(what): \(farmer) has \(String(describing: said)), not \(sums)")
        }
    }

    func picture() async throws -> Picture {
        let (lots, orders) = (world.book.lots.keys.sorted(), world.orders.map(\.id))
        return try await journal.look { view in
            Picture(
                crates: try view.weighIns(after: nil, limit: 1_000_000).map {
                    // Its place is another one in each journal.
                    var entry = $0
                    entry.sequence = 0
                    entry.voiding?.sequence = 0
                    entry.laterPrice?.sequence = 0
                    return entry
                }, lots: try lots.map { try view.lot($0) }, shipments: try orders.map { try view.shipment(order: $0) },
                payments: try view.payments(after: nil, limit: 1_000_000).map {
                    var entry = $0
                    entry.sequence = 0
                    entry.reversal?.sequence = 0
                    return entry
                })
        }
    }

    /// Begins a new epoch from what the old journal holds; numbers count from 1 again under another name.
    func rebuild() async throws {
        try journal.supersede(forked: false, detail: "a test")
        renewJournal()
    }

    func prune() async throws {
        let head = journal.state.head
        #expect(try journal.acknowledge(head, of: journal.state.epoch) == .moved)
        try await journal.record { _ in }
        while try await journal.prune(before: Timestamp(milliseconds: 1_795_000_000_000 + 9 * 86_400_000)) > 0 {}
        #expect(journal.state.anchor > head.sequence / 3)
        try await journal.record { [self] transaction in
            for (waybill, parcel) in world.book.parcels where try transaction.parcel(waybill) == nil {
                guard parcel.changes.count == 2 else {
                    throw Disagreement(description: "seed \(seed), pruned: \(waybill) is here, and is forgotten")
                }
                forgotten.insert(waybill)
            }
        }
    }
}
