import Domain

/// Hengtian HT9800: looks like a short Toledo frame, and has the opposite word for motion.
///
///     STX  A  B  C  weight×6  CR  LF        12 bytes
///
/// A holds the place of the point as on Toledo; B bit 1 negative, bit 2 overload, **bit 3 stable** (moving on Toledo).
/// What else is in B and C is not known, so kg or lb and gross or net are not read; the fixed bits of Toledo are asked
/// for, since a frame without them is something else. There is no checksum.
/// Sources: the page beside this file.
public struct HT9800: FramedScale {
    private let unit: ScaleUnit
    private let kind: ScaleReading.Kind
    var frames = FixedLengthFramer(start: Control.stx, length: 12)

    /// - Parameters:
    ///   - unit: the frames name none.
    ///   - kind: gross or net; the frames do not tell.
    public init(unit: ScaleUnit = .kilogram, kind: ScaleReading.Kind = .unknown) {
        self.unit = unit
        self.kind = kind
    }

    /// In steps of a gram, which six digits have room for up to 999.999 kg.
    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let power = unit.powerOfGrams, power <= 3 else { return nil }
        let isOver = reading.range == .over
        guard let mass = isOver ? .zero : reading.mass, let digits = DecimalField.encode(mass.grams.magnitude, width: 6)
        else { return nil }
        let a: UInt8 = 0x28 | UInt8(2 + power)
        let b: UInt8 =
            0x30 | (mass < .zero ? 0x02 : 0) | (isOver ? 0x04 : 0) | (reading.stability == .unstable ? 0 : 0x08)
        return [Control.stx, a, b, 0x20] + digits + Control.lineEnd
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        guard let status = ToledoStatus(a: frame[1], b: frame[2], c: frame[3]),
            let weight = DecimalField(frame[4..<10]),
            frame[10...].elementsEqual(Control.lineEnd)
        else { return .refused }
        var reading = ScaleReading(
            kind: kind, stability: status.b & 0x08 != 0 ? .stable : .unstable,
            range: status.b & 0x04 != 0 ? .over : .ok, raw: frame)
        guard reading.range == .ok else { return .reading(reading) }
        guard case .digits(let digits) = weight else {
            reading.range = .unknown
            return .reading(reading)
        }
        let number = DecimalText(digits: status.isNegative ? -digits : digits, decimals: Int(status.a & 0x07) - 2)
        reading.setWeight(number, expected: unit)
        return .reading(reading)
    }
}
