import Domain

/// A number as a display shows it: spaces, a sign, spaces, digits with at most one point among them.
struct DecimalText: Equatable {
    /// The digits without the point, with the sign.
    let digits: Int64
    /// How many of them stand right of the point.
    let decimals: Int
    let hasPoint: Bool

    init(digits: Int64, decimals: Int) {
        self.digits = digits
        self.decimals = decimals
        hasPoint = decimals > 0
    }

    /// Nil for anything else; so `-`, `1.`, `.5`, `1..2` and `1 2` are none. More than 12 digits are on no scale.
    init?(_ text: some Collection<UInt8>) {
        let space = UInt8(ascii: " ")
        var rest = text.drop { $0 == space }[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst().drop { $0 == space }[...] }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }),
            parts.reduce(0, { $0 + $1.count }) <= 12
        else { return nil }
        let magnitude = parts.joined().reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        digits = isNegative ? -magnitude : magnitude
        hasPoint = parts.count == 2
        decimals = hasPoint ? parts[1].count : 0
    }

    /// The magnitude of a mass with its point, in as many decimals as are worth a gram or as `width` has room for; nil
    /// when even the last that would be exact does not fit.
    static func encode(_ mass: Mass, unit: ScaleUnit, width: Int) -> [UInt8]? {
        guard let power = unit.powerOfGrams else { return nil }
        for decimals in (0...power).reversed() {
            let (number, rest) = mass.grams.quotientAndRemainder(dividingBy: .powerOfTen(power - decimals))
            guard rest == 0 else { return nil }
            var text = Array(String(number.magnitude).utf8)
            text = text.leftPadded(to: decimals + 1, with: UInt8(ascii: "0"))
            if decimals > 0 { text.insert(UInt8(ascii: "."), at: text.count - decimals) }
            if text.count <= width { return text }
        }
        return nil
    }
}

extension UInt8 {

    /// A unit is written in letters, or is percent.
    var isUnitSign: Bool { isLetter || self == UInt8(ascii: "%") }

    /// Seen on paper: neither a control character nor beyond ASCII.
    var isPrintable: Bool { (0x20...0x7E).contains(self) }
}

extension Array<UInt8> {
    /// Unchanged when it is longer already.
    func leftPadded(to width: Int, with fill: UInt8) -> [UInt8] {
        [UInt8](repeating: fill, count: Swift.max(0, width - count)) + self
    }
}
