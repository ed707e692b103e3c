import Domain

/// One row of the table: numbers of this form may be this carrier's.
struct WaybillRule: Sendable {
    enum Suffix {
        case none
        /// `-2`: the package alone.
        case package
        /// `-2-3`, `-2-3-`, `-2-3-A01`: the package, how many there are, and perhaps a route. The total changes when a
        /// package is added, so it is not kept.
        case packageOfTotal
    }

    enum Check {
        case none, s10
    }

    let carrier: Carrier
    let pattern: Pattern
    let example: String
    let suffix: Suffix
    let check: Check

    init(_ carrier: Carrier, _ pattern: Pattern, _ example: String, suffix: Suffix = .none, check: Check = .none) {
        self.carrier = carrier
        self.pattern = pattern
        self.example = example
        self.suffix = suffix
        self.check = check
    }

    /// The waybill that `text` is by this rule, its check digit not looked at.
    func waybill(in text: String) -> Waybill? {
        if pattern.matches(text) {
            return Waybill(number: text)
        }
        guard suffix != .none, let dash = text.firstIndex(of: "-"), pattern.matches(text[..<dash]),
            let package = package(in: text[text.index(after: dash)...])
        else { return nil }
        return Waybill(number: String(text[..<dash]), package: package)
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

    private func package(in tail: Substring) -> Int? {
        let form = suffix == .package ? Self.packageForm : Self.packageOfTotalForm
        guard form.matches(tail), let package = Int(tail.prefix { $0 != "-" }), package > 0 else { return nil }
        return package
    }
}
