import Domain

/// Shanghai Yousheng XK3100, TCS bench scales, HT9800 by setting: FF and packed digits, unasked.
///
///     FF  status  lo  mid  hi        5 bytes
///
/// Two digits in each of the last three bytes, least significant byte first. Status: the low three bits less one are the
/// digits right of the point, bit 5 is the minus. FF is in no sound digit byte and ends the frame before it, so a reading
/// comes with the FF after it, and a byte too many or too few is noticed; nothing else is, for there is no checksum. The
/// frame tells neither unit, nor gross or net, nor (as far as is known) stability and overload.
/// Source: PROTOCOLS.md, section 1.9.
public struct FFBCD: FramedScale {
    private static let mark: UInt8 = 0xFF
    private static let negative: UInt8 = 0x20

    private let unit: ScaleUnit
    private let kind: ScaleReading.Kind
    var frames = DelimitedFramer(end: FFBCD.mark, longest: 5)

    public init(unit: ScaleUnit = .kilogram, kind: ScaleReading.Kind = .unknown) {
        self.unit = unit
        self.kind = kind
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let mass = reading.mass, let power = unit.powerOfGrams else { return nil }
        for decimals in (0...power).reversed() {
            let (number, rest) = mass.grams.quotientAndRemainder(dividingBy: .powerOfTen(power - decimals))
            guard rest == 0, number.magnitude <= 999_999 else { continue }
            let digits = (0..<3).map { place -> UInt8 in
                let pair = UInt8(number.magnitude / UInt64(Int64.powerOfTen(2 * place)) % 100)
                return (pair / 10) << 4 | pair % 10
            }
            return [Self.mark, UInt8(decimals + 1) | (mass < .zero ? Self.negative : 0)] + digits
        }
        return nil
    }

    func take(_ frame: [UInt8]) -> FrameContent {
        let body = frame.dropLast()
        guard body.count == 4, body[0] & 0x07 > 0, body[1...].allSatisfy({ $0 >> 4 < 10 && $0 & 0x0F < 10 }) else {
            return .refused
        }
        let magnitude = body[1...].reversed().reduce(Int64(0)) { $0 * 100 + Int64($1 >> 4) * 10 + Int64($1 & 0x0F) }
        let number = DecimalText(
            digits: body[0] & Self.negative != 0 ? -magnitude : magnitude, decimals: Int(body[0] & 0x07) - 1)
        var reading = ScaleReading(kind: kind, raw: [Self.mark] + body)
        reading.setWeight(number, expected: unit)
        return .reading(reading)
    }
}
