import Domain

extension Mass {
    /// `digits` × 10^`power` grams; nil when that is not a whole number of grams. Nothing is rounded.
    init?(_ digits: Int64, tensOfGrams power: Int) {
        if power >= 0 {
            self.init(grams: digits * .powerOfTen(power))
        } else {
            let (grams, rest) = digits.quotientAndRemainder(dividingBy: .powerOfTen(-power))
            guard rest == 0 else { return nil }
            self.init(grams: grams)
        }
    }

    static let fractionFault = "the weight is not a whole number of grams"
}

extension Int64 {
    static func powerOfTen(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
