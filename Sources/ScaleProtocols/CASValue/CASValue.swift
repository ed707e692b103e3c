import Domain

/// The shortest format on the menu of CAS indicators: a bare number.
///
///     value×8 CR LF        10 bytes
///
/// Zero-filled with its point, a minus in front. It tells neither unit, nor gross or net, nor stability, nor overload;
/// the length is its only guard. Choose another format on the indicator where there is a choice.
/// Sources: the page beside this file.
public struct CASValue: FramedScale {
    private let unit: ScaleUnit
    private let decimals: Int
    private let kind: ScaleReading.Kind
    var frames = DelimitedFramer.lines(longest: 10)

    /// - Parameter decimals: how many digits stand right of the point when the display sends none.
    public init(unit: ScaleUnit = .kilogram, decimals: Int = 0, kind: ScaleReading.Kind = .unknown) {
        self.unit = unit
        self.decimals = decimals
        self.kind = kind
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let mass = reading.mass else { return nil }
        let width = mass < .zero ? 7 : 8
        guard let number = DecimalText.encode(mass, unit: unit, width: width),
            number.contains(UInt8(ascii: ".")) || decimals == 0
        else { return nil }
        let value = number.leftPadded(to: width, with: UInt8(ascii: "0"))
        return (mass < .zero ? [UInt8(ascii: "-")] : []) + value + Control.lineEnd
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame.count == 10, frame.suffix(2).elementsEqual(Control.lineEnd),
            let number = DecimalText(frame.prefix(8))
        else { return .refused }
        var reading = ScaleReading(kind: kind, raw: frame)
        let shown = DecimalText(digits: number.digits, decimals: number.hasPoint ? number.decimals : decimals)
        reading.setWeight(shown, expected: unit)
        return .reading(reading)
    }
}
