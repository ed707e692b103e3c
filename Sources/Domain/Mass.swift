/// A weight in whole grams. No floating point ever touches a weight, from the scale's frame to the receipt.
public struct Mass: Hashable, Comparable, Sendable {
    public let grams: Int64

    public init(grams: Int64) {
        self.grams = grams
    }

    public static let zero = Mass(grams: 0)

    public static func < (left: Mass, right: Mass) -> Bool { left.grams < right.grams }
}

extension Mass: CustomStringConvertible {
    /// Kilograms with three decimals, as on a Chinese trade receipt: `12.340 kg`.
    public var description: String {
        let magnitude = grams.magnitude
        let fraction = String(magnitude % 1000)
        let padding = String(repeating: "0", count: 3 - fraction.count)
        return "\(grams < 0 ? "-" : "")\(magnitude / 1000).\(padding)\(fraction) kg"
    }
}

extension Mass {
    /// Held at the bounds: no journal of ours comes near them, and a damaged or foreign one must not end the process.
    public func adding(_ other: Mass) -> Mass {
        let (sum, overflow) = grams.addingReportingOverflow(other.grams)
        return overflow ? Mass(grams: other.grams > 0 ? .max : .min) : Mass(grams: sum)
    }

    public func subtracting(_ other: Mass) -> Mass {
        let (difference, overflow) = grams.subtractingReportingOverflow(other.grams)
        return overflow ? Mass(grams: other.grams > 0 ? .min : .max) : Mass(grams: difference)
    }
}
