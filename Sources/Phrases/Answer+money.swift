public import Domain

// MARK: Of money

extension Answer {
    /// What a farmer is owed, and what of it would be paid now.
    public struct Account: Hashable, Sendable {
        public var farmer: String
        /// Negative when the farmer owes.
        public var owed: Money
        /// Priced and not paid.
        public var crates: Int
        /// Paid, and voided since: it is taken off.
        public var refunds: Int
        public var refund: Money
        /// Without a price.
        public var unpriced: Int
        public var unpricedNet: Mass
        /// No more than this was wanted.
        public var limit: Money?
        /// `nil` when nothing can be paid.
        public var payable: Money?
        public var payableCrates: Int

        public init(
            farmer: String, _ balance: FarmerBalance, limit: Money? = nil, payable: Money?, _ payableCrates: Int
        ) {
            self.farmer = farmer
            owed = balance.owed
            crates = balance.unpaid.count
            refunds = balance.refunds.count
            refund = Money(fen: balance.refunds.reduce(0) { $0 &+ ($1.amount?.fen ?? 0) })
            unpriced = balance.unpriced.count
            unpricedNet = balance.unpricedNet
            self.limit = limit
            self.payable = payable
            self.payableCrates = payableCrates
        }
    }

    /// A payment as it is recorded.
    public struct Payout: Hashable, Sendable {
        public var number: String
        public var farmer: String?
        public var amount: Money
        public var method: Payment.Method
        public var crates: Int
        /// What the farmer is owed then.
        public var left: Money
        public var isReversed = false

        public init(_ payment: Payment, farmer: String?, left: Money) {
            number = payment.number.description
            self.farmer = farmer
            amount = payment.amount
            method = payment.method
            crates = payment.crates.count
            self.left = left
        }
    }

    /// Somebody whom the county does not know yet. The name is masked from the beginning.
    public struct NewPerson: Hashable, Sendable {
        public var name: String
        public var role: Person.Role
        public var tail: String?
        public var carrier: Carrier?
        public var number: Int?
        /// Somebody of that role, surname and telephone number is known already.
        public var isKnown: Bool

        public init(name: String, _ role: Person.Role, tail: String?, carrier: Carrier?, isKnown: Bool) {
            self.name = name
            self.role = role
            self.tail = tail
            self.carrier = carrier
            self.isKnown = isKnown
        }
    }

    /// What a supervisor is asked to agree to; what it is about is `nil` when it is not there any more.
    public enum Proposal: Hashable, Sendable {
        case void(Crate?, WeighIn.Voiding.Reason)
        case reverse(Payout?, Payment.Reversal.Reason)

        /// Whether who heard the one has heard what matters of the other.
        public func isSame(as other: Proposal) -> Bool {
            switch (self, other) {
            case (.void(let one, let why), .void(let two, let reason)):
                why == reason && one?.number == two?.number && one?.amount == two?.amount && one?.paidBy == two?.paidBy
                    && one?.isVoided == two?.isVoided
            case (.reverse(let one, let why), .reverse(let two, let reason)):
                why == reason && one?.number == two?.number && one?.amount == two?.amount
                    && one?.isReversed == two?.isReversed
            case (.void, .reverse), (.reverse, .void): false
            }
        }

        var subject: String? {
            switch self {
            case .void(let crate, _): crate?.number
            case .reverse(let payout, _): payout?.number
            }
        }
    }
}

extension Answer.Account {
    var members: [String: JSON?] {
        [
            "farmer": .string(farmer), "owed": .integer(owed.fen), "crates": .integer(Int64(crates)),
            "refund": refunds == 0 ? nil : .integer(refund.fen),
            "unpriced": unpriced == 0 ? nil : .integer(Int64(unpriced)),
            "unpricednet": unpriced == 0 ? nil : .integer(unpricedNet.grams),
            "limit": limit.map { .integer($0.fen) }, "payable": payable.map { .integer($0.fen) },
            "payablecrates": payable.map { _ in .integer(Int64(payableCrates)) },
        ]
    }

    var phrase: Phrase {
        var phrase =
            owed < .zero
            ? Phrase("\(farmer) 应退 \(Money(fen: -owed.fen)) 元", "\(farmer) owes \(Money(fen: -owed.fen)) yuan")
            : Phrase(
                "\(farmer) 应付 \(owed) 元，\(crates) 筐",
                "\(farmer) is owed \(owed) yuan for \(crates == 1 ? "1 crate" : "\(crates) crates")")
        if refunds > 0 {
            phrase = phrase + Phrase("，已扣付后作废 \(refund) 元", ", \(refund) yuan of voided crates taken off")
        }
        if unpriced > 0 {
            phrase =
                phrase
                + Phrase("，另有 \(unpriced) 筐 \(unpricedNet) 待核价", "; \(unpriced) more (\(unpricedNet)) not priced yet")
        }
        return phrase
    }

    /// What "confirm" would do.
    var offer: Phrase {
        guard let payable else { return .empty }
        return payable == owed
            ? Phrase("。付现金请“确认”", ". Confirm to pay it in cash")
            : Phrase(
                "。这次付 \(payable) 元（\(payableCrates) 筐），请“确认”",
                ". Confirm to pay \(payable) yuan now (\(payableCrates) of them)")
    }
}

extension Answer.Payout {
    var members: [String: JSON?] {
        [
            "farmer": farmer.map { .string($0) }, "amount": .integer(amount.fen), "method": .string(method.rawValue),
            "crates": .integer(Int64(crates)), "owed": .integer(left.fen), "reversed": isReversed ? true : nil,
        ]
    }

    var phrase: Phrase {
        let way = method == .cash ? Phrase("现金", " in cash") : Phrase("转账", " by transfer")
        return Phrase(
            "\(number) \(way.chinese) \(amount) 元，\(crates) 筐",
            "\(number): \(amount) yuan\(way.english), \(crates == 1 ? "1 crate" : "\(crates) crates")")
            + (isReversed ? Phrase("（已冲正）", " (reversed)") : .empty)
    }

    var rest: Phrase {
        left == .zero
            ? .empty
            : left < .zero
                ? Phrase("，还应退 \(Money(fen: -left.fen)) 元", "; \(Money(fen: -left.fen)) yuan are owed to us")
                : Phrase("，还欠 \(left) 元", "; \(left) yuan are still owed")
    }
}

extension Till.Count {
    var members: [String: JSON?] {
        [
            "occasion": .string(occasion.rawValue), "counted": .integer(counted.fen),
            "expected": till.map { .integer($0.expected.fen) }, "difference": difference.map { .integer($0.fen) },
        ]
    }

    var phrase: Phrase {
        let begin =
            switch occasion {
            case .opened: Phrase("钱箱已开", "The till is open")
            case .counted: Phrase("钱已点", "The till is counted")
            case .closed: Phrase("钱箱已关", "The till is closed")
            }
        let sum = begin + Phrase("：\(counted) 元", ": \(counted) yuan")
        guard let till, let difference, difference != .zero else { return sum }
        let magnitude = Money(fen: Int64(clamping: difference.fen.magnitude))
        return sum
            + (difference > .zero
                ? Phrase(
                    "，账上 \(till.expected) 元，多 \(magnitude) 元",
                    ", by the account \(till.expected): \(magnitude) too much")
                : Phrase(
                    "，账上 \(till.expected) 元，少 \(magnitude) 元", ", by the account \(till.expected): \(magnitude) missing"
                ))
    }
}
