import Domain
import SQLite
import Workflow

/// Payments, which crates they clear, and the cash of the point.
extension PointTables {
    func put(_ entry: PaymentEntry) throws {
        try connection.statement(
            "INSERT OR REPLACE INTO payment (\(PaymentRecord.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ).run(PaymentRecord.values(entry))
    }

    func standingPayments() throws -> [Payment] {
        try connection.statement("SELECT \(PaymentRecord.columns) FROM payment").map([]) {
            try PaymentRecord.entry($0)
        }.filter(\.counts).map(\.payment)
    }

    /// Marks the crates of a payment as cleared by it, or as open again.
    func settle(_ payment: Payment, with number: Payment.Number?) throws {
        for item in payment.crates {
            try change(item.number.description) {
                if $0.id == item.id, $0.paidBy == (number == nil ? payment.number : nil) { $0.paidBy = number }
            }
        }
        for item in payment.takenBack {
            try change(item.number.description) {
                if $0.id == item.id, $0.takenBackBy == (number == nil ? payment.number : nil) {
                    $0.takenBackBy = number
                }
            }
        }
    }

    func payment(_ number: Payment.Number) throws -> PaymentEntry? {
        try payments("journal = ?1 AND count = ?2", .text(number.journal), .integer(number.count)).first
    }

    func payments(farmer: String) throws -> [PaymentEntry] {
        try payments("\(Self.isOf) ORDER BY seq, count", .text(try canonical(farmer)))
    }

    func payments(of transfers: Set<String>) throws -> [String: Payment] {
        let names = JSON.array(transfers.sorted().map { .string($0) }).canonicalText
        let entries = try payments(
            "json_extract(detail, '$.record.reference') IN (SELECT value FROM json_each(?1)) ORDER BY seq DESC, count DESC",
            .text(names))
        // Of two, which a recovery may have brought together, the first.
        return entries.reduce(into: [:]) { found, entry in
            if let name = entry.payment.reference { found[name] = entry.payment }
        }
    }

    func payments(after number: Payment.Number?, limit: Int) throws -> [PaymentEntry] {
        try payments(
            "(journal, count) > (?1, ?2) ORDER BY journal, count LIMIT ?3", .text(number?.journal ?? ""),
            .integer(number?.count ?? 0), .integer(Int64(limit)))
    }

    func nextPayment() throws -> Payment.Number {
        let journal = try journalName()
        let last = try counter(Payment.Number.prefix + journal)
        let highest = try connection.statement("SELECT max(count) FROM payment WHERE journal = ?1").first(
            .text(journal)
        ) { $0.isNull(0) ? 0 : $0.integer(0) }
        guard last == highest ?? 0 else { throw Damage("the last payment is not the last that was numbered") }
        return Payment.Number(journal: journal, count: last + 1)
    }

    func till() throws -> Till? {
        try connection.statement("SELECT detail, proof FROM till").first { row in
            let detail = row.text(0)
            guard ParcelRecord.proof("till", 0, 0, detail) == row.integer(1),
                let json = try? JSON(parsing: detail.utf8), let isOpen = json["open"]?.boolean,
                let before = json["before"]?.integer, let paid = json["paid"]?.integer,
                let payments = json["payments"]?.integer, let returned = json["returned"]?.integer
            else { throw Damage("the till is not what was written") }
            return Till(
                isOpen: isOpen, before: Money(fen: before), paid: Money(fen: paid), payments: payments,
                returned: Money(fen: returned))
        }
    }

    func put(_ till: Till) throws {
        let detail = JSON.members([
            "open": .boolean(till.isOpen), "before": .integer(till.before.fen), "paid": .integer(till.paid.fen),
            "payments": .integer(till.payments), "returned": .integer(till.returned.fen),
        ]).canonicalText
        try connection.statement("INSERT OR REPLACE INTO till VALUES (1, ?1, ?2)").run(
            .text(detail), .integer(ParcelRecord.proof("till", 0, 0, detail)))
    }

    /// What was never counted is not kept.
    func changeTill(_ body: (inout Till) -> Void) throws {
        guard var till = try till() else { return }
        body(&till)
        try put(till)
    }

    private func payments(_ condition: String, _ values: Value...) throws -> [PaymentEntry] {
        try connection.statement("SELECT \(PaymentRecord.columns) FROM payment WHERE \(condition)").map(values) {
            try PaymentRecord.entry($0)
        }
    }
}
