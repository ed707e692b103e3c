/// An amount of money in whole fen (1/100 yuan). No floating point ever touches an amount.
public struct Money: Hashable, Comparable, Sendable {
    public let fen: Int64

    public init(fen: Int64) { self.fen = fen }

    public static let zero = Money(fen: 0)

    public static func < (left: Money, right: Money) -> Bool { left.fen < right.fen }
}

extension Money: CustomStringConvertible {
    /// Yuan with two decimals: `39.50`.
    public var description: String {
        let magnitude = fen.magnitude
        let rest = magnitude % 100
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// What a kilogram costs, in whole fen.
public struct Price: Hashable, Comparable, Sendable {
    public let fenPerKilogram: Int64

    public init(fenPerKilogram: Int64) { self.fenPerKilogram = fenPerKilogram }

    public static func < (left: Price, right: Price) -> Bool { left.fenPerKilogram < right.fenPerKilogram }

    /// Net × price, rounded once, at the very end.
    /// - Returns: `nil` for a negative net or price, and for a product that no amount can hold.
    public func amount(for net: Mass, _ rounding: Rounding) -> Money? {
        guard net >= .zero, fenPerKilogram >= 0 else { return nil }
        let (product, overflow) = net.grams.multipliedReportingOverflow(by: fenPerKilogram)
        guard !overflow else { return nil }
        let (fen, rest) = product.quotientAndRemainder(dividingBy: 1000)
        switch rounding {
        case .halfUp: return Money(fen: rest >= 500 ? fen + 1 : fen)
        case .halfEven: return Money(fen: rest > 500 || rest == 500 && fen % 2 == 1 ? fen + 1 : fen)
        }
    }
}

/// How an amount that is no whole number of fen becomes one.
public enum Rounding: String, Sendable, CaseIterable {
    /// 四舍五入: trade practice.
    case halfUp = "half-up"
    /// 四舍六入五成双 (GB/T 8170): for whom the regulations ask for it.
    case halfEven = "half-even"
}
