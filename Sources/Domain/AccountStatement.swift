/// A farmer's account over a time, as a book keeps it: what came in when it came, what was taken out when that was done, what was
/// paid when it was paid. Its sums are the lines' own, so that a day's statement says the same for ever.
public struct AccountStatement: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public enum What: Hashable, Sendable {
            /// With the price that it was recorded with, if any.
            case crate(WeighInEntry)
            case price(WeighInEntry)
            case voiding(WeighInEntry)
            case payment(PaymentEntry)
            case reversal(PaymentEntry)
        }

        public var what: What

        public init(_ what: What) { self.what = what }

        public var moment: Moment {
            switch what {
            case .crate(let entry): entry.moment
            case .price(let entry): entry.laterPrice?.moment ?? entry.moment
            case .voiding(let entry): entry.voiding?.moment ?? entry.moment
            case .payment(let entry): entry.moment
            case .reversal(let entry): entry.reversal?.moment ?? entry.moment
            }
        }

        public var sequence: Int64 {
            switch what {
            case .crate(let entry): entry.sequence
            case .price(let entry): entry.laterPrice?.sequence ?? entry.sequence
            case .voiding(let entry): entry.voiding?.sequence ?? entry.sequence
            case .payment(let entry): entry.sequence
            case .reversal(let entry): entry.reversal?.sequence ?? entry.sequence
            }
        }

        /// The crate that it is about, if it is about one.
        public var crate: WeighInEntry? {
            switch what {
            case .crate(let entry), .price(let entry), .voiding(let entry): entry
            case .payment, .reversal: nil
            }
        }

        /// By how much it changes what the farmer is owed.
        public var change: Money {
            switch what {
            case .crate(let entry): entry.weighIn.pricing?.amount ?? .zero
            case .price(let entry): entry.laterPrice?.pricing.amount ?? .zero
            case .voiding(let entry): Money(fen: -(entry.amount?.fen ?? 0))
            case .payment(let entry): Money(fen: -entry.payment.amount.fen)
            case .reversal(let entry): entry.payment.amount
            }
        }
    }

    public var farmer: String
    /// In the order in which they were recorded.
    public var lines: [Line]
    /// Of which nobody can tell yet whether they belong to this time; in no total.
    public var unplaced: [Line]
    /// What was owed before; negative when the farmer owed.
    public var before: Money

    public init(farmer: String, lines: [Line], unplaced: [Line] = [], before: Money = .zero) {
        self.farmer = farmer
        self.lines = lines
        self.unplaced = unplaced
        self.before = before
    }

    /// Of everything that is known, in no particular time.
    public init(farmer: String, crates: [WeighInEntry], payments: [PaymentEntry] = []) {
        self.init(farmer: farmer, lines: Self.lines(crates, payments))
    }

    /// Each thing that happened is a line of its own, in the order in which it happened.
    public static func lines(_ crates: [WeighInEntry], _ payments: [PaymentEntry]) -> [Line] {
        var lines: [Line] = []
        for entry in crates {
            lines.append(Line(.crate(entry)))
            if entry.laterPrice != nil { lines.append(Line(.price(entry))) }
            if entry.voiding != nil { lines.append(Line(.voiding(entry))) }
        }
        for entry in payments {
            lines.append(Line(.payment(entry)))
            if entry.reversal != nil { lines.append(Line(.reversal(entry))) }
        }
        let places = lines.enumerated().sorted {
            ($0.element.sequence, $0.offset) < ($1.element.sequence, $1.offset)
        }
        return places.map(\.element)
    }

    /// Those of one time.
    /// - Parameter placed: when a line was, as far as anybody can tell.
    public init(
        farmer: String, crates: [WeighInEntry], payments: [PaymentEntry], from: Timestamp?, until: Timestamp?,
        placed: (Moment) throws -> Timestamp?
    ) rethrows {
        self.init(farmer: farmer, lines: [])
        let all = Self.lines(crates, payments)
        guard from != nil || until != nil else {
            lines = all
            return
        }
        var owed: Int64 = 0
        for (line, time) in zip(all, try Self.times(of: all, placed)) {
            guard let time else {
                unplaced.append(line)
                continue
            }
            if let from, time < from {
                owed = owed.addingReportingOverflow(line.change.fen).partialValue
            } else if until.map({ time < $0 }) ?? true {
                lines.append(line)
            }
        }
        before = Money(fen: owed)
    }

    public struct Totals: Hashable, Sendable {
        /// What was delivered and counts: what was voided in this time is taken off, also of what came before it.
        public var count = 0
        public var net = Mass.zero
        public var amount = Money.zero
        /// Delivered in this time, not voided, and without a price.
        public var unpriced = 0
        public var unpricedNet = Mass.zero
        /// Voided in this time.
        public var voided = 0
        public var voidedNet = Mass.zero
        public var voidedAmount = Money.zero
        /// Paid in this time, less what was reversed.
        public var paid = Money.zero

        public init() {}

        /// What the farmer is owed of it; negative when the farmer owes.
        public var owed: Money { Money(fen: amount.fen.subtractingReportingOverflow(paid.fen).partialValue) }
    }

    /// - Returns: `nil` when a sum is beyond what can be counted, which no honest account reaches.
    public var totals: Totals? {
        var totals = Totals()
        // Delivered in this time, and neither priced nor voided in it: in whatever order the lines stand, since those of a journal
        // that was recovered or upgraded are numbered anew.
        var open: [EventID: Mass] = [:]
        var closed: Set<EventID> = []
        for line in lines {
            switch line.what {
            case .crate(let entry):
                guard let net = sum(totals.net.grams, entry.weighIn.net.grams),
                    let fen = sum(totals.amount.fen, line.change.fen)
                else { return nil }
                totals.count += 1
                totals.net = Mass(grams: net)
                totals.amount = Money(fen: fen)
                if entry.weighIn.pricing == nil { open[entry.id] = entry.weighIn.net }
            case .price(let entry):
                guard let fen = sum(totals.amount.fen, line.change.fen) else { return nil }
                totals.amount = Money(fen: fen)
                closed.insert(entry.id)
            case .voiding(let entry):
                guard let net = sum(totals.net.grams, -entry.weighIn.net.grams),
                    let fen = sum(totals.amount.fen, line.change.fen),
                    let voidedNet = sum(totals.voidedNet.grams, entry.weighIn.net.grams),
                    let voidedFen = sum(totals.voidedAmount.fen, -line.change.fen)
                else { return nil }
                totals.count -= 1
                totals.net = Mass(grams: net)
                totals.amount = Money(fen: fen)
                totals.voided += 1
                totals.voidedNet = Mass(grams: voidedNet)
                totals.voidedAmount = Money(fen: voidedFen)
                closed.insert(entry.id)
            case .payment, .reversal:
                guard let fen = sum(totals.paid.fen, -line.change.fen) else { return nil }
                totals.paid = Money(fen: fen)
            }
        }
        for id in closed { open[id] = nil }
        totals.unpriced = open.count
        totals.unpricedNet = open.values.reduce(.zero) { $0.adding($1) }
        return totals
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? nil : sum
    }
}

/// What a farmer is owed now, by whole crates.
public struct FarmerBalance: Hashable, Sendable {
    /// Priced and not paid, the oldest first.
    public var unpaid: [WeighInEntry]
    /// Paid and voided since.
    public var refunds: [WeighInEntry]
    /// Without a price: kilograms beside the money, and never nothing.
    public var unpriced: [WeighInEntry]

    /// - Parameter entries: of one farmer.
    public init(_ entries: [WeighInEntry]) {
        func with(_ due: WeighInEntry.Due) -> [WeighInEntry] {
            entries.filter { $0.due == due }.sorted {
                ($0.sequence, $0.weighIn.number.count) < ($1.sequence, $1.weighIn.number.count)
            }
        }
        unpaid = with(.payment)
        refunds = with(.refund)
        unpriced = with(.price)
    }

    /// Negative when the farmer owes; held at the bounds, which no honest account reaches.
    public var owed: Money {
        func sum(_ entries: [WeighInEntry]) -> Int64 {
            entries.reduce(0) { $0.addingReportingOverflow($1.amount?.fen ?? 0).partialValue }
        }
        return Money(fen: sum(unpaid).subtractingReportingOverflow(sum(refunds)).partialValue)
    }

    public var unpricedNet: Mass { unpriced.reduce(.zero) { $0.adding($1.weighIn.net) } }
}
