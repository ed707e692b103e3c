import Domain

/// Shanghai Yousheng XK3100 and JCS-B, TCS bench scales, HT9800 by setting: FF and packed digits, unasked.
///
///     FF  status  lo  mid  hi  [unit]        5 bytes, or 6
///
/// Two digits in each of the three bytes, least significant byte first. Status: the low three bits less one are the digits
/// right of the point, bits 3 and 4 the mode (00 weighing, 01 counting, 10 percent), bit 5 the minus, bit 6 rest, bit 7
/// overflow. Older indicators leave bit 6 at 0 always: that is a variant, and their rest is inferred. The sixth byte, where the
/// indicator sends one, is 0 for kg and 1 for lb. FF is in no sound digit byte and ends the frame before it, so a reading comes
/// with the FF after it, and a byte too many or too few is noticed; nothing else is, for there is no checksum. The frame does not
/// tell gross from net.
/// Sources: the page beside this file.
public struct FFBCD: FramedScale {
    private static let mark: UInt8 = 0xFF
    private static let negative: UInt8 = 0x20
    private static let isAtRest: UInt8 = 0x40
    private static let overflow: UInt8 = 0x80

    private let unit: ScaleUnit
    private let kind: ScaleReading.Kind
    private let characters: Int
    private let tellsRest: Bool
    var frames = DelimitedFramer(end: FFBCD.mark, longest: 6)

    /// - Parameters:
    ///   - characters: how many bytes a frame has: a byte that was lost or added must not take or give the unit.
    ///   - tellsRest: whether bit 6 means something.
    public init(
        unit: ScaleUnit = .kilogram, kind: ScaleReading.Kind = .unknown, characters: Int = 5, tellsRest: Bool = true
    ) {
        self.unit = unit
        self.kind = kind
        self.characters = characters
        self.tellsRest = tellsRest
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let end: [UInt8] = characters == 6 ? [unit == .pound ? 1 : 0] : []
        if reading.range == .over { return [Self.mark, Self.overflow | 1, 0, 0, 0] + end }
        guard let mass = reading.mass, let power = unit.powerOfGrams else { return nil }
        let rest = tellsRest && reading.stability == .stable ? Self.isAtRest : 0
        for decimals in (0...power).reversed() {
            let (number, remainder) = mass.grams.quotientAndRemainder(dividingBy: .powerOfTen(power - decimals))
            guard remainder == 0, number.magnitude <= 999_999 else { continue }
            let digits = (0..<3).map { place -> UInt8 in
                let pair = UInt8(number.magnitude / UInt64(Int64.powerOfTen(2 * place)) % 100)
                return (pair / 10) << 4 | pair % 10
            }
            return [Self.mark, UInt8(decimals + 1) | (mass < .zero ? Self.negative : 0) | rest] + digits + end
        }
        return nil
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        let body = frame.dropLast()
        let digits = body.dropFirst().prefix(3)
        guard body.count == characters - 1, body[0] & 0x07 > 0,
            digits.allSatisfy({ $0 >> 4 < 10 && $0 & 0x0F < 10 })
        else { return .refused }
        let status = body[0]
        let raw = [Self.mark] + body
        if status & Self.overflow != 0 { return .reading(ScaleReading(kind: kind, range: .over, raw: raw)) }
        switch (status >> 3) & 0x03 {
        case 0: break
        case 1: return .fault(ScaleFault.pieces, raw)
        case 2: return .fault(ScaleFault.percent, raw)
        default: return .fault(ScaleFault.unknownState, raw)
        }
        let magnitude = digits.reversed().reduce(Int64(0)) { $0 * 100 + Int64($1 >> 4) * 10 + Int64($1 & 0x0F) }
        let number = DecimalText(
            digits: status & Self.negative != 0 ? -magnitude : magnitude, decimals: Int(status & 0x07) - 1)
        // By bit 7 nothing is over; what lies below the range has no word.
        var reading = ScaleReading(kind: kind, raw: raw)
        if tellsRest { reading.stability = status & Self.isAtRest != 0 ? .stable : .unstable }
        switch body.count == 5 ? body[4] : nil {
        case nil: reading.setWeight(number, expected: unit)
        case 0:
            reading.setWeight(number, unit: Array("kg".utf8)[...], expected: unit)
            // The maker's own pages do not agree on what the point's bits count from.
            reading.setResolution(number, 3)
        case 1: reading.setWeight(number, unit: Array("lb".utf8)[...], expected: unit)
        default: return .fault(ScaleFault.unknownUnit, raw)
        }
        return .reading(reading)
    }
}
