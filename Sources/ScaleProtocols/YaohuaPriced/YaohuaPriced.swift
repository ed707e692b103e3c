import Domain

/// Yaohua's text format with unit, price and amount, unasked, without a check.
///
///     =  sign  weight×7  unit×2  separator  price×7  separator  amount×7        27 bytes
///
/// The weight is most significant first, the sign `0` or `-`, the unit `kg`, `lb` or `pc`. Price and amount must be
/// numbers or blank, and are not read: what is paid is never the scale's figure. As with `YaohuaEquals`, a reading comes
/// with the `=` after it.
/// Sources: the page beside this file.
public struct YaohuaPriced: FramedScale {
    private static let blank = [UInt8](repeating: UInt8(ascii: " "), count: 7)

    private let unit: ScaleUnit?
    var frames = DelimitedFramer(end: YaohuaEquals.mark, longest: 27)

    /// - Parameter unit: what a frame without one is taken for; `nil` to refuse it.
    public init(unit: ScaleUnit? = nil) {
        self.unit = unit
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let number = YaohuaEqualsNumber(isReversed: false, characters: 8, unit: unit, decimals: 0)
        guard let weight = reading.mass.flatMap(number.encode), let name = Self.name(unit) else { return nil }
        let zero = [UInt8](" 0000.00".utf8)
        return [YaohuaEquals.mark] + weight + name + zero + zero
    }

    private static func name(_ unit: ScaleUnit) -> [UInt8]? { unit.text.count == 2 ? unit.text : nil }

    func parse(_ frame: [UInt8]) -> FrameContent {
        let text = Array(frame.dropLast())
        guard text.count == 26, text[0] == UInt8(ascii: "0") || text[0] == UInt8(ascii: "-"),
            text[1..<8].allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }), let number = DecimalText(text[0..<8]),
            text[8..<10].allSatisfy(\.isLetter), Self.isSeparator(text[10]), Self.isFigure(text[11..<18]),
            Self.isSeparator(text[18]), Self.isFigure(text[19..<26])
        else { return .refused }
        var reading = ScaleReading(raw: [YaohuaEquals.mark] + text)
        reading.setWeight(number, unit: text[8..<10], expected: unit)
        return .reading(reading)
    }

    /// Which one it is, is not known.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte.isPrintable && !byte.isDigit && !byte.isLetter && byte != UInt8(ascii: ".")
    }

    private static func isFigure(_ text: ArraySlice<UInt8>) -> Bool {
        text.elementsEqual(blank) || DecimalText(text) != nil
    }
}
