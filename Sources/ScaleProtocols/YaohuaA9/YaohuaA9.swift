import Domain

/// Yaohua XK3190-A9 and its family, continuous format with XOR: the displayed value, unasked.
///
///     STX  sign  digit×6  decimals  XOR-high  XOR-low  ETX        12 bytes
///
/// The sign is `+` or `-`, the digits come most significant first, decimals is `0`…`4`. XOR is over sign to decimals,
/// its two halves as upper-case hexadecimal. The frame tells neither unit, nor gross or net, nor stability, nor
/// overload: the unit is a setting, the rest is `unknown`; see `StabilityInference`.
///
/// A frame with a wrong XOR, a sign, digit or position of the point outside these is dropped and counted.
/// Source: PROTOCOLS.md, section 1.4.1.
public struct YaohuaA9: ScaleProtocol {
    /// The unit of the indicator's display.
    public enum Unit: Sendable {
        case gram, kilogram

        fileprivate var powerOfGrams: Int { self == .gram ? 0 : 3 }
    }

    private let unit: Unit
    private var framer = FixedLengthFramer(start: Control.stx, length: 12)

    public init(unit: Unit = .kilogram) {
        self.unit = unit
    }

    public var dropped: Int { framer.dropped }

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading] {
        let unit = unit
        return framer.feed(bytes) { Self.read($0, unit: unit) }
    }

    public mutating func reset() {
        framer.reset()
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let grams = reading.mass?.grams else { return nil }
        for decimals in (0...unit.powerOfGrams).reversed() {
            let (number, rest) = grams.quotientAndRemainder(dividingBy: .powerOfTen(unit.powerOfGrams - decimals))
            guard rest == 0, let digits = DecimalField.encode(number.magnitude, width: 6) else { continue }
            let body = [UInt8(ascii: grams < 0 ? "-" : "+")] + digits + [UInt8(ascii: "0") + UInt8(decimals)]
            return [Control.stx] + body + Self.checksum(body) + [Control.etx]
        }
        return nil
    }

    private static func read(_ frame: [UInt8], unit: Unit) -> ScaleReading? {
        guard frame[1] == UInt8(ascii: "+") || frame[1] == UInt8(ascii: "-"),
            !frame[2..<8].contains(UInt8(ascii: " ")), case .digits(let magnitude) = DecimalField(frame[2..<8]),
            (UInt8(ascii: "0")...UInt8(ascii: "4")).contains(frame[8]),
            checksum(frame[1..<9]) == Array(frame[9..<11]), frame[11] == Control.etx
        else { return nil }
        let digits = frame[1] == UInt8(ascii: "-") ? -magnitude : magnitude
        let decimals = Int(frame[8] - UInt8(ascii: "0"))
        let mass = Mass(digits, tensOfGrams: unit.powerOfGrams - decimals)
        return ScaleReading(mass: mass, fault: mass == nil ? Mass.fractionFault : nil, raw: frame)
    }

    private static func checksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let sum = bytes.reduce(0, ^)
        return [sum >> 4, sum & 0xF].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "A") + $0 - 10 }
    }
}
