public import Domain

/// Which crates a payment clears: whole ones, the oldest first, less what was paid for crates that were voided since.
public struct PaymentPlan: Hashable, Sendable {
    public var crates: [WeighInEntry]
    public var takenBack: [WeighInEntry]
    public var amount: Money

    /// - Parameter limit: pays no more than this.
    /// - Returns: `nil` when nothing is left to be paid, or the limit is less than the oldest crate needs.
    public init?(_ balance: FarmerBalance, limit: Money? = nil) {
        guard balance.owed >= .zero else { return nil }
        let open = Array(balance.unpaid.prefix(Payment.mostItems))
        // One payment names so many crates; what it cannot take back of what was voided, the next one does.
        let most = Self.sum(open)
        var refund: Int64 = 0
        takenBack = []
        for entry in balance.refunds.prefix(Payment.mostItems) {
            guard let amount = entry.amount, case (let next, false) = refund.addingReportingOverflow(amount.fen),
                next <= most
            else { break }
            refund = next
            takenBack.append(entry)
        }
        crates = []
        var sum: Int64 = 0
        for entry in open {
            guard let amount = entry.amount, case (let next, false) = sum.addingReportingOverflow(amount.fen),
                next &- refund <= min(limit ?? balance.owed, balance.owed).fen
            else { break }
            sum = next
            crates.append(entry)
        }
        guard !crates.isEmpty, sum >= refund else { return nil }
        amount = Money(fen: sum - refund)
    }

    private static func sum(_ entries: [WeighInEntry]) -> Int64 {
        entries.reduce(0) { sum, entry in
            let (next, overflows) = sum.addingReportingOverflow(entry.amount?.fen ?? 0)
            return overflows ? .max : next
        }
    }

    public func payment(_ number: Payment.Number, farmer: String, _ method: Payment.Method) -> Payment? {
        func items(_ entries: [WeighInEntry]) -> [Payment.Item] {
            entries.compactMap { entry in
                entry.amount.map { .init(id: entry.id, number: entry.weighIn.number, amount: $0) }
            }
        }
        return Payment(
            number: number, farmer: farmer, method: method, crates: items(crates), takenBack: items(takenBack))
    }
}
