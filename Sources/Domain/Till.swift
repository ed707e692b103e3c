/// The operator's cash, by the events since it was counted last: what should lie in it.
public struct Till: Hashable, Sendable {
    public var isOpen: Bool
    /// What was counted last.
    public var before: Money
    /// Paid out since, in so many payments.
    public var paid: Money
    public var payments: Int64
    /// Come back since, by payments that were reversed.
    public var returned: Money

    public init(
        isOpen: Bool, before: Money, paid: Money = .zero, payments: Int64 = 0, returned: Money = .zero
    ) {
        self.isOpen = isOpen
        self.before = before
        self.paid = paid
        self.payments = payments
        self.returned = returned
    }

    public var expected: Money { Money(fen: before.fen &- paid.fen &+ returned.fen) }

    /// The data of `kiosk.till.counted.v1`.
    public struct Count: Hashable, Sendable {
        public enum Occasion: String, Sendable, CaseIterable {
            case opened, counted, closed
        }

        public var occasion: Occasion
        public var counted: Money
        /// By the events since the count before; `nil` for the first count of all.
        public var till: Till?

        public init(_ occasion: Occasion, counted: Money, till: Till?) {
            self.occasion = occasion
            self.counted = counted
            self.till = till
        }

        /// More than there should be, or less.
        public var difference: Money? { till.map { Money(fen: counted.fen &- $0.expected.fen) } }

        public var json: JSON {
            .members([
                "occasion": .string(occasion.rawValue), "counted": .integer(counted.fen),
                "before": till.map { .integer($0.before.fen) }, "paid": till.map { .integer($0.paid.fen) },
                "payments": till.map { .integer($0.payments) }, "returned": till.map { .integer($0.returned.fen) },
                "expected": till.map { .integer($0.expected.fen) }, "difference": difference.map { .integer($0.fen) },
            ])
        }

        /// `nil` also when its sums are not what they are made of.
        public init?(_ json: JSON) {
            guard let occasion = json["occasion"]?.string.flatMap(Occasion.init),
                let counted = json["counted"]?.integer, counted >= 0
            else { return nil }
            var till: Till?
            if let before = json["before"]?.integer {
                guard let paid = json["paid"]?.integer, let payments = json["payments"]?.integer,
                    let returned = json["returned"]?.integer
                else { return nil }
                till = Till(
                    isOpen: false, before: Money(fen: before), paid: Money(fen: paid), payments: payments,
                    returned: Money(fen: returned))
            }
            self.init(occasion, counted: Money(fen: counted), till: till)
            guard json["expected"]?.integer == till?.expected.fen, json["difference"]?.integer == difference?.fen else {
                return nil
            }
        }
    }
}

extension Till {
    /// What it is after an event of the account of produce; what does not touch cash changes nothing.
    public static func after(_ count: Count) -> Till {
        Till(isOpen: count.occasion != .closed, before: count.counted)
    }

    public mutating func take(_ payment: Payment) {
        guard payment.method == .cash else { return }
        paid = Money(fen: paid.fen &+ payment.amount.fen)
        payments += 1
    }

    public mutating func takeBack(_ payment: Payment) {
        guard payment.method == .cash else { return }
        returned = Money(fen: returned.fen &+ payment.amount.fen)
    }
}

extension Money {
    /// Yuan as somebody types them with digits and a dash alone: `120`, `120-50`. `nil` for anything else.
    public init?(digits: String) {
        let parts = digits.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...7).contains(parts[0].utf8.count),
            digits.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }), let yuan = Int64(parts[0])
        else { return nil }
        guard parts.count == 2 else {
            self.init(fen: yuan * 100)
            return
        }
        guard parts[1].utf8.count == 2, let fen = Int64(parts[1]) else { return nil }
        self.init(fen: yuan * 100 + fen)
    }
}
