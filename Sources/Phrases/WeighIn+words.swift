public import Domain

extension WeighIn.Warning {
    /// For the screen and for whoever holds the paper.
    public var title: Phrase {
        switch self {
        case .belowMinimum: Phrase("低于最小秤量", "below the scale's minimum load")
        case .verificationExpired: Phrase("秤的检定已过期", "the scale's verification has run out")
        case .scaleWrong: Phrase("砝码核查不合格", "the last check found the scale wrong")
        case .unchecked: Phrase("今天没有核查秤", "the scale was not checked today")
        case .unpriced: Phrase("还没有价格，由县里核价", "priced later by the county")
        }
    }
}

extension WeighIn {
    /// For whoever holds the paper: what was recorded of this crate, and whether it still counts.
    public func comparison(voided reason: Voiding.Reason?) -> String {
        let money = pricing.map { ", \($0.amount) yuan" } ?? ", without a price"
        let recorded = "Recorded: \(number), net \(net)\(money), lot \(lot). Compare this with the paper."
        return reason.map { "\(recorded)\nVOIDED since (\($0.rawValue)): it counts no more." } ?? recorded
    }
}

extension WeighIn {
    /// What a paper of its voiding is to be compared with.
    public func voidingWords(_ reason: Voiding.Reason?) -> String {
        "This paper is the voiding of \(number), net \(net)\(reason.map { " (\($0.rawValue))" } ?? ""). Compare this with it."
    }
}

extension WeighInEntry {
    /// The same, with the price that it got later.
    public var comparison: String {
        let recorded = weighIn.comparison(voided: voiding?.reason)
        guard let later = laterPrice?.pricing else { return recorded }
        return "\(recorded)\nPriced since: \(later.amount) yuan by list \(later.list)."
    }
}

extension Payment {
    /// What a paper of its reversal is to be compared with.
    public func reversalWords(_ reason: Reversal.Reason?) -> String {
        "This paper is the reversal of \(number), \(amount) yuan\(reason.map { " (\($0.rawValue))" } ?? ""). Compare this with it."
    }

    /// For whoever holds the paper: what was recorded of this payment, and whether it still counts.
    public func comparison(reversed reason: Reversal.Reason?) -> String {
        let recorded = "Recorded: \(number), \(amount) yuan (\(method.rawValue)). Compare this with the paper."
        return reason.map { "\(recorded)\nREVERSED since (\($0.rawValue)): it counts no more." } ?? recorded
    }
}

extension WeighIn.Voiding.Reason {
    public var title: Phrase {
        switch self {
        case .mistake: Phrase("录错了", "entered wrongly")
        case .wrongFarmer: Phrase("农户不对", "wrong farmer")
        case .wrongProduce: Phrase("品种或等级不对", "wrong produce")
        case .wrongTare: Phrase("皮重不对", "wrong tare")
        case .returned: Phrase("农户取回", "taken back")
        }
    }
}

extension Payment.Reversal.Reason {
    public var title: Phrase {
        switch self {
        case .mistake: Phrase("付错了", "paid wrongly")
        case .wrongFarmer: Phrase("农户不对", "wrong farmer")
        case .failed: Phrase("转账没到", "the transfer failed")
        }
    }
}
