public import Domain

/// One row of the table: numbers of this form may be this carrier's.
public struct WaybillRule: Sendable {
    public enum Suffix: String, Sendable, CaseIterable {
        case none
        /// `-2`: the package alone.
        case package
        /// `-2-3`, `-2-3-`, `-2-3-A01`: the package, how many there are, and perhaps a route; in the older form `N2S3H…`.
        /// The total changes when a package is added, so it is not kept.
        case packageOfTotal = "package-of-total"
    }

    public enum Check: String, Sendable, CaseIterable {
        case none, s10
    }

    public let carrier: Carrier
    public let example: String
    /// The form alone tells the carrier.
    public let isSure: Bool
    public let suffix: Suffix
    public let check: Check
    let pattern: Pattern

    /// A row that could make a parcel of anything but a parcel, or that does not know its own example, is refused.
    public init(
        _ carrier: Carrier, _ pattern: String, example: String, isSure: Bool = false, suffix: Suffix = .none,
        check: Check = .none
    ) throws(WaybillRuleError) {
        guard let form = Pattern(parsing: pattern) else { throw .pattern }
        guard form.members & ~Pattern.waybillMembers == 0 else { throw .characters }
        guard WaybillRules.lengths.contains(form.lengths.lowerBound),
            WaybillRules.lengths.contains(form.lengths.upperBound)
        else { throw .length }
        guard check == .none || form.isS10 else { throw .check }
        self.carrier = carrier
        self.pattern = form
        self.example = example
        self.isSure = isSure
        self.suffix = suffix
        self.check = check
        guard form.matches(example) else { throw .example }
        guard passesCheck(Waybill(number: example)) else { throw .exampleCheck }
        guard !OtherText.isReserved(example), !PersonalNumber.isOne(example) else { throw .reservedExample }
    }

    /// The waybill that `text` is by this rule, its check digit not looked at. A package goes before a whole number: the
    /// wide form of JD knows `JD…N2S3H` as a number too.
    func waybill(in text: [UInt8]) -> Waybill? {
        if let package = package(in: text) { return package }
        return pattern.matches(text[...]) ? Waybill(number: String(decoding: text, as: UTF8.self)) : nil
    }

    func passesCheck(_ waybill: Waybill) -> Bool {
        switch check {
        case .none:
            true
        case .s10:
            CheckDigit.s10(serial: waybill.number.dropFirst(2).prefix(8))
                == waybill.number.dropFirst(10).first?.wholeNumberValue
        }
    }

    private static let packageForm: Pattern = #"\d{1,4}"#
    private static let packageOfTotalForm: Pattern = #"\d{1,4}-\d{1,4}-?[0-9A-Z]{0,20}"#
    private static let olderForm: Pattern = #"\d{1,4}S\d{1,4}H[0-9A-Z]{0,20}"#

    private func package(in text: [UInt8]) -> Waybill? {
        switch suffix {
        case .none: nil
        case .package: package(in: text, after: UInt8(ascii: "-"), Self.packageForm)
        case .packageOfTotal:
            package(in: text, after: UInt8(ascii: "-"), Self.packageOfTotalForm)
                ?? package(in: text, after: UInt8(ascii: "N"), Self.olderForm)
        }
    }

    private func package(in text: [UInt8], after mark: UInt8, _ form: Pattern) -> Waybill? {
        for index in text.indices where text[index] == mark {
            let tail = text[(index + 1)...]
            guard form.matches(tail), pattern.matches(text[..<index]) else { continue }
            let digits = tail.prefix { $0.isDigit }
            guard let package = Int(String(decoding: digits, as: UTF8.self)), package > 0 else { continue }
            // The only package of one is the parcel itself: the label bears the number alone beside it.
            let total = tail.dropFirst(digits.count + 1).prefix { $0.isDigit }
            if suffix == .packageOfTotal, String(decoding: total, as: UTF8.self) == "1" {
                return Waybill(number: String(decoding: text[..<index], as: UTF8.self))
            }
            return Waybill(number: String(decoding: text[..<index], as: UTF8.self), package: package)
        }
        return nil
    }
}

/// Why a row of the table is refused.
public enum WaybillRuleError: Error, Hashable, Sendable, CaseIterable {
    /// The pattern has a sign that its language does not know, one that is not finished, or is far too long.
    case pattern
    /// The pattern asks for a character that no waybill has: a small letter, a space, a colon.
    case characters
    /// The pattern knows numbers shorter than 8 or longer than 30.
    case length
    /// The check digit asked for needs another form of number.
    case check
    /// The example does not match its own pattern.
    case example
    /// The example's check digit is wrong.
    case exampleCheck
    /// The example is a person's number, a pick-up code, a command or a badge, which are never parcels.
    case reservedExample
}
