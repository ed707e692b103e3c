import Domain

/// Weights and prices as a receipt writes them. The kilogram is the legal unit and stands first; the 斤, half a kilogram, is
/// what a village reckons in. Both are exact: nothing is rounded here.
extension Mass {
    /// `24.69 斤`: two decimals, three where a single gram needs them.
    var jin: String {
        let (doubled, overflow) = grams.multipliedReportingOverflow(by: 2)
        return overflow ? "" : "\(decimal(thousandths: doubled)) 斤"
    }
}

extension Price {
    /// `3.20 元/公斤`
    var perKilogram: String { "\(Money(fen: fenPerKilogram)) 元/公斤" }

    /// `1.60 元/斤`; half a fen is written, since it is paid.
    var perJin: String {
        let (thousandths, overflow) = fenPerKilogram.multipliedReportingOverflow(by: 5)
        return overflow ? "" : "\(decimal(thousandths: thousandths)) 元/斤"
    }
}

/// Two decimals, three where the last is not 0.
private func decimal(thousandths: Int64) -> String {
    let magnitude = thousandths.magnitude
    let digits = String(magnitude % 1000)
    var fraction = String(repeating: "0", count: 3 - digits.count) + digits
    if fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(thousandths < 0 ? "-" : "")\(magnitude / 1000).\(fraction)"
}
