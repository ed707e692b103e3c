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
/// Sources: the page beside this file.
public struct YaohuaA9: FramedScale {
    private let unit: ScaleUnit
    private let kind: ScaleReading.Kind
    var frames = FixedLengthFramer(start: Control.stx, length: 12)

    /// - Parameters:
    ///   - unit: of the indicator's display.
    ///   - kind: what the display shows, where one knows.
    public init(unit: ScaleUnit = .kilogram, kind: ScaleReading.Kind = .unknown) {
        self.unit = unit
        self.kind = kind
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        reading.mass.flatMap { YaohuaNumber.encode($0, unit: unit) }.map(YaohuaNumber.frame)
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        guard let number = YaohuaNumber.read(frame[1..<9]), YaohuaNumber.isCheck(frame[9..<11], of: frame[1..<9]),
            frame[11] == Control.etx
        else { return .refused }
        var reading = ScaleReading(kind: kind, raw: frame)
        reading.setWeight(number, expected: unit)
        return .reading(reading)
    }
}
