import Domain
import Logging
import Projections
import SQLite
import Wire
import Workflow

/// What a new journal takes over beside the events: what the center sent, guesses that were counted, and the state whose
/// events are not there any more. Nothing of this stops a recovery: the center sends its documents again, and whoever opens
/// the point finds it open.
extension Salvage {
    /// Before the events: whom a parcel is for is found in the list of expected ones.
    func carryOverDocuments(to target: Connection) {
        guard let connection, has("document") else { return }
        let before = PointTables(connection: connection)
        let after = PointTables(connection: target)
        attempt("the roster") {
            try after.replace(people: try before.roster())
            // Without its version the center's next one is news in any case.
            if let document = try before.document(.roster) { try after.set(document, .roster) }
        }
        attempt("the list of expected parcels") {
            try copy("expected", from: connection, to: target)
            if let document = try before.document(.expected) { try after.set(document, .expected) }
        }
        if has("body") {
            for kind in [PointTables.Kind.catalog, .orders] {
                attempt("the \(kind.rawValue)") {
                    // Read first: what is not what the center sent is left to the center to send again.
                    guard let document = try before.document(kind) else { return }
                    switch kind {
                    case .catalog:
                        guard let catalog = try before.catalog() else { return }
                        try after.replace(body: catalog.json, kind)
                    case .orders:
                        guard let orders = try before.orders() else { return }
                        try after.replace(body: orders.json, kind)
                    case .expected, .roster, .payments: return
                    }
                    try after.set(document, kind)
                }
            }
        }
        attempt("the version of the payments") {
            if let document = try before.document(.payments) { try after.set(document, .payments) }
        }
        attempt("guesses") {
            for key in try connection.statement("SELECT key FROM attempt").map([], row: { $0.text(0) }) {
                if let attempts = try? before.attempts(key) { try after.count(key, attempts) }
            }
        }
    }

    /// After the events.
    /// - Parameter first: events up to this one stay behind.
    func carryOverState(to target: Connection, after first: Int64) {
        guard let connection else { return }
        let before = PointTables(connection: connection)
        let after = PointTables(connection: target)
        guard has("document") else {
            attempt("older parcels") {
                try carryOverFirstForm(through: max(first, anchor.sequence), from: connection, to: after)
            }
            return
        }
        // As they stood: the events know neither a name nor since when somebody is gone.
        attempt("recipients") {
            try target.statement("DELETE FROM recipient").run()
            try copy("recipient", from: connection, to: target)
        }
        attempt("older parcels") {
            try connection.statement("SELECT \(ParcelRecord.columns) FROM parcel").forEach { row in
                step()
                guard let parcel = try? ParcelRecord.parcel(row) else { return }
                try carryOver(parcel, to: after, after: first)
            }
        }
        if has("newcomer") { attempt("people met here") { try carryOverNewcomers(from: before, to: after) } }
        if has("weighin") { carryOverProduce(from: before, to: after, after: first) }
        attempt("older hand-overs") {
            let known = Set(try after.batches().map(\.id))
            for batch in try before.batches() {
                if !known.contains(batch.id) { try after.open(batch) }
                for subject in try before.items(of: batch.id) { try after.add(subject, to: batch.id) }
            }
        }
        // Numbers go on where they stood: one that is given twice is another person's paper.
        attempt("how far numbers have come") { try carryOverCounters(from: before, to: after) }
        if has("print_job") {
            attempt("slips that wait") { try PrintTable(connection: connection).carryOver(to: target) }
        }
        attempt("sessions") {
            let known = Set(try after.sessions().map(\.desk))
            for session in try before.sessions() where !known.contains(session.desk) {
                try after.setSession(session.person, at: session.desk)
            }
        }
        attempt("starts of the board") {
            for boot in try connection.statement("SELECT DISTINCT id FROM boot").map([], row: { $0.text(0) }) {
                guard try after.bootTimes(boot) == nil, let start = try? before.bootTimes(boot) else { continue }
                try after.place(boot: boot, start)
            }
        }
    }

    /// Before the events: a reversal takes back what was paid, and the till holds it again, also where the payment's own event is
    /// not there any more.
    func carryOverOlderPayments(to target: Connection, after first: Int64) {
        guard let connection, has("payment") else { return }
        let after = PointTables(connection: target)
        let kept = max(first, anchor.sequence)
        attempt("payments from before the events") {
            try connection.statement("SELECT \(PaymentRecord.columns) FROM payment").forEach { row in
                guard var entry = try? PaymentRecord.entry(row), entry.sequence <= kept else { return }
                entry.sequence = 0
                // Taken back by an event that is here, it is so again.
                if let reversal = entry.reversal, reversal.sequence > kept { entry.reversal = nil }
                entry.reversal?.sequence = 0
                try after.put(entry)
            }
        }
    }

    /// By the old journal's own count, and by what was carried over, should that be unreadable.
    private func carryOverCounters(from before: PointTables, to after: PointTables) throws {
        if has("counter") {
            for name in try before.connection.statement("SELECT name FROM counter").map([], row: { $0.text(0) }) {
                if let value = try? before.counter(name) { try after.note(name, value) }
            }
        }
        for (table, prefix) in [
            ("weighin", WeighIn.Number.prefix), ("payment", Payment.Number.prefix), ("lot", Lot.prefix),
        ] {
            let last = try after.connection.statement("SELECT journal, max(count) FROM \(table) GROUP BY journal").map(
                []) {
                    ($0.text(0), $0.integer(1))
                }
            for (journal, count) in last { try after.note(prefix + journal, count) }
        }
        let ids = try after.connection.statement("SELECT DISTINCT lot FROM weighin UNION SELECT id FROM newcomer").map(
            []) {
                $0.text(0)
            }
        for id in ids {
            // `KL-3f9a1c-000045`, `PN-3f9a1c-000001`
            let parts = id.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, let count = Int64(parts[2]) else { continue }
            try after.note("\(parts[0])-\(parts[1])", count)
        }
    }

    /// Everybody who proves himself, also where the event is lost: a farmer with a card is owed what she brought. What the events do
    /// not know, the secret of the card, comes along.
    private func carryOverNewcomers(from before: PointTables, to after: PointTables) throws {
        try before.connection.statement("SELECT \(NewcomerRecord.columns) FROM newcomer").forEach { row in
            step()
            guard let old = try? NewcomerRecord.newcomer(row) else { return }
            guard var known = try after.newcomer(old.person.id) else { return try after.put(old) }
            known.mergedInto = known.mergedInto ?? old.mergedInto
            known.card = known.mergedInto == nil ? old.card : nil
            try after.put(known)
        }
    }

    /// The account of produce whose events are not there any more: a farmer's statement reaches further back than they do. A
    /// crate that proves itself was saved, and is owed, also where its own event is spoilt.
    private func carryOverProduce(from before: PointTables, to after: PointTables, after first: Int64) {
        let kept = max(first, anchor.sequence)
        if has("payment") { attempt("older payments") { try carryOverPayments(from: before, to: after) } }
        attempt("older weigh-ins") {
            let columns = has("payment") ? WeighInRecord.columns : WeighInRecord.formerColumns
            try before.connection.statement("SELECT \(columns) FROM weighin").forEach { row in
                step()
                guard var entry = try? WeighInRecord.entry(row) else { return }
                let number = entry.weighIn.number.description
                guard try after.weighIn(number) == nil else { return }
                func isLost(_ sequence: Int64) -> Bool { sequence > kept && !isProved(sequence, of: number) }
                // What became of it later holds only if that event is there, or is as old as this one. Its place in the old
                // journal is no place in this one.
                func stands(_ number: Payment.Number?) throws -> Payment.Number? {
                    guard let number, try after.payment(number)?.counts == true else { return nil }
                    return number
                }
                entry.paidBy = try stands(entry.paidBy)
                entry.takenBackBy = try stands(entry.takenBackBy)
                if let voiding = entry.voiding, entry.takenBackBy == nil, isLost(voiding.sequence) {
                    entry.voiding = nil
                }
                if let price = entry.laterPrice, entry.paidBy == nil, isLost(price.sequence) { entry.laterPrice = nil }
                entry.sequence = 0
                entry.voiding?.sequence = 0
                entry.laterPrice?.sequence = 0
                try after.put(entry)
            }
        }
        if has("payment") {
            attempt("what was paid") {
                // Also crates whose own events are there, where the payment's is not.
                for payment in try after.standingPayments() {
                    step()
                    try restore(payment, from: before, to: after)
                    try after.settle(payment, with: payment.number)
                }
            }
        }
        attempt("older lots") { try copyOld("lot", from: before, to: after) }
        attempt("older orders") {
            for order in try before.connection.statement("SELECT order_id FROM shipment").map([], row: { $0.text(0) }) {
                guard try after.shipment(order: order) == nil, let old = try? before.shipment(order: order) else {
                    continue
                }
                try after.put(old)
            }
        }
        attempt("the till") {
            // If it was counted since, that is there by its event; else payments since are, on top of nothing.
            guard has("till"), try after.till() == nil, let till = try before.till() else { return }
            try after.put(till)
        }
        attempt("the last check of the scale") {
            guard try after.lastCheck() == nil, let check = try before.lastCheck() else { return }
            try after.put(check)
        }
    }

    /// A payment that stands proves that its crates had their prices, and that what it takes back was voided, also where those
    /// events are lost: or a crate would be priced once more that is paid, and what was taken back from a farmer stay with nobody.
    private func restore(_ payment: Payment, from before: PointTables, to after: PointTables) throws {
        func change(_ item: Payment.Item, _ body: (WeighInEntry, inout WeighInEntry) -> Void) throws {
            let number = item.number.description
            guard let old = (try? before.weighIn(number)) ?? nil, old.id == item.id else { return }
            try after.change(number) { if $0.id == item.id { body(old, &$0) } }
        }
        for item in payment.crates {
            try change(item) { old, new in
                guard new.pricing == nil, old.amount == item.amount, var price = old.laterPrice else { return }
                price.sequence = 0
                new.laterPrice = price
            }
        }
        for item in payment.takenBack {
            try change(item) { old, new in
                guard new.counts, var voiding = old.voiding else { return }
                voiding.sequence = 0
                new.voiding = voiding
            }
        }
    }

    /// Every payment that proves itself, also where its event is lost: the farmer has the money and its paper, and crates that
    /// were forgotten to be paid would be paid again. So it is with a reversal.
    private func carryOverPayments(from before: PointTables, to after: PointTables) throws {
        try before.connection.statement("SELECT \(PaymentRecord.columns) FROM payment").forEach { row in
            step()
            guard var entry = try? PaymentRecord.entry(row) else { return }
            let number = entry.payment.number
            entry.sequence = 0
            entry.reversal?.sequence = 0
            if let replayed = try after.payment(number) {
                guard replayed.counts, replayed.id == entry.id, let reversal = entry.reversal else { return }
                return try after.perform(.reverse(number: number.description, reversal))
            }
            try after.put(entry)
        }
    }

    /// Rows that the new journal has none of under the same key.
    private func copyOld(_ table: String, from before: PointTables, to after: PointTables) throws {
        let insert = try after.connection.statement("INSERT OR IGNORE INTO \(table) VALUES (?1, ?2, ?3, ?4)")
        try before.connection.statement("SELECT * FROM \(table)").forEach { row in
            try insert.run((0..<Int32(4)).map { row.value($0) })
        }
    }

    /// A parcel of which not every event is there any more. If what is here stood in the old journal as it was written, it
    /// comes along; so does what has gone, as long as the event by which it went; and so does what an undo puts back.
    private func carryOver(_ old: Parcel, to target: PointTables, after first: Int64) throws {
        var parcel = old
        if let replayed = try target.parcel(old.subject) {
            guard replayed.condition == old.condition, replayed.change == old.change, replayed.past != old.past else {
                return
            }
            parcel.sequence = replayed.sequence
        } else {
            guard old.isPresent || old.sequence > first && isProved(old.sequence, of: old.subject) else { return }
            parcel.sequence = 0
        }
        try target.put(parcel, old.subject)
    }

    /// The first form knew of parcels only that they had come, and its rows bear no proof: they are believed in an upgrade,
    /// of parcels whose events have been pruned or stay behind.
    private func carryOverFirstForm(
        through last: Int64, from connection: Connection, to target: PointTables
    ) throws {
        guard cause == .upgraded else { return }
        try connection.statement(
            "SELECT subject, recorded_at FROM parcel WHERE state = 'received' AND seq <= ?1"
        ).forEach(.integer(last)) { row in
            let subject = row.text(0)
            guard try target.parcel(subject) == nil else { return }
            let came = Timestamp(milliseconds: row.integer(1))
            // Nobody knows any more whether that clock could be believed.
            let now = Now(wall: came, uptime: Uptime(milliseconds: 0), clock: .unsynced)
            let condition = Parcel.Condition(status: .received, arrived: Moment(now: now, bootID: ""))
            try target.put(
                Parcel(subject: subject, condition: condition, change: nil, past: [], sequence: 0, touched: came),
                subject)
        }
    }

    private func has(_ table: String) -> Bool {
        let found = try? connection?.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1").first(
            .text(table)
        ) { _ in true }
        return (found ?? nil) ?? false
    }

    private func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            logger.warning(
                "not all of the old state could be carried over", metadata: ["what": "\(what)", "error": "\(error)"])
        }
    }

    /// The columns that both forms have.
    private func copy(_ table: String, from source: Connection, to target: Connection) throws {
        func columns(_ connection: Connection) throws -> [String] {
            try connection.statement("SELECT name FROM pragma_table_info('\(table)')").map([]) { $0.text(0) }
        }
        let known = Set(try columns(target))
        let both = try columns(source).filter(known.contains)
        guard !both.isEmpty else { return }
        let names = both.joined(separator: ", ")
        let places = both.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let insert = try target.statement("INSERT OR REPLACE INTO \(table) (\(names)) VALUES (\(places))")
        try source.statement("SELECT \(names) FROM \(table)").forEach { row in
            try insert.run(both.indices.map { row.value(Int32($0)) })
        }
    }
}
