/// A weigh-in in the account: what was recorded, where it stands in the journal, and whether it still counts.
public struct WeighInEntry: Hashable, Sendable {
    /// A later event that took it out of the account; nothing is edited.
    public struct Voiding: Hashable, Sendable {
        public var reason: WeighIn.Voiding.Reason
        public var sequence: Int64

        public init(reason: WeighIn.Voiding.Reason, sequence: Int64) {
            self.reason = reason
            self.sequence = sequence
        }
    }

    public var weighIn: WeighIn
    /// The event that recorded it.
    public var id: EventID
    public var sequence: Int64
    public var moment: Moment
    public var voiding: Voiding?

    public init(weighIn: WeighIn, id: EventID, sequence: Int64, moment: Moment, voiding: Voiding? = nil) {
        self.weighIn = weighIn
        self.id = id
        self.sequence = sequence
        self.moment = moment
        self.voiding = voiding
    }

    public var counts: Bool { voiding == nil }
}

/// A farmer's account over a time: every line, and sums that are the lines' own.
public struct Statement: Hashable, Sendable {
    public var farmer: String
    /// In the order in which they were recorded.
    public var lines: [WeighInEntry]
    /// Of which nobody can tell yet whether they belong to this time; in no total.
    public var unplaced: [WeighInEntry]

    public init(farmer: String, lines: [WeighInEntry], unplaced: [WeighInEntry] = []) {
        self.farmer = farmer
        self.lines = lines
        self.unplaced = unplaced
    }

    public struct Totals: Hashable, Sendable {
        public var count = 0
        public var net = Mass.zero
        public var amount = Money.zero
        /// Of those that count: the center prices them.
        public var unpriced = 0
        public var voided = 0
        public var voidedNet = Mass.zero
        public var voidedAmount = Money.zero

        public init() {}
    }

    /// - Returns: `nil` when a sum is beyond what can be counted, which no honest account reaches.
    public var totals: Totals? {
        var totals = Totals()
        for line in lines {
            let amount = line.weighIn.pricing?.amount.fen ?? 0
            guard line.counts else {
                guard let net = sum(totals.voidedNet.grams, line.weighIn.net.grams),
                    let fen = sum(totals.voidedAmount.fen, amount)
                else { return nil }
                totals.voided += 1
                totals.voidedNet = Mass(grams: net)
                totals.voidedAmount = Money(fen: fen)
                continue
            }
            guard let net = sum(totals.net.grams, line.weighIn.net.grams), let fen = sum(totals.amount.fen, amount)
            else { return nil }
            totals.count += 1
            totals.net = Mass(grams: net)
            totals.amount = Money(fen: fen)
            if line.weighIn.pricing == nil { totals.unpriced += 1 }
        }
        return totals
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : sum
    }
}
