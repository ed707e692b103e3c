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
        takenBack = Array(balance.refunds.prefix(Payment.mostItems))
        let refund = takenBack.reduce(Int64(0)) { $0 &+ ($1.amount?.fen ?? 0) }
        crates = []
        var sum: Int64 = 0
        for entry in balance.unpaid.prefix(Payment.mostItems) {
            guard let amount = entry.amount, case (let next, false) = sum.addingReportingOverflow(amount.fen),
                limit.map({ next &- refund <= $0.fen }) ?? true
            else { break }
            sum = next
            crates.append(entry)
        }
        guard !crates.isEmpty, sum >= refund else { return nil }
        amount = Money(fen: sum - refund)
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
