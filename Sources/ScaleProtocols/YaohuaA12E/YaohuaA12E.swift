import Domain

/// Yaohua XK3190-A12E: text with an exclusive or.
///
///     W  G or N  value×7  kg  XOR-high  XOR-low  CR  LF        15 bytes
///
/// G is gross, N net. The value has its point among seven characters, a minus in the first of them, a space in the last
/// when there is no point. XOR is over all eleven before it, two hexadecimal characters. Nine spaces and `OL` in place
/// of all that is overload, `LO` is too far below zero. Stability is not told; see `StabilityInference`.
/// In command mode one letter asks, tares or zeroes.
/// Sources: the page beside this file.
public struct YaohuaA12E: CommandedScale {
    private static let overload = [UInt8]("         OL".utf8)
    private static let underload = [UInt8]("         LO".utf8)

    private let unit: ScaleUnit?
    let commands: ScaleCommands
    var frames = DelimitedFramer.lines(longest: 15)

    /// - Parameters:
    ///   - unit: what a frame without one is taken for; `nil` to refuse it.
    ///   - isAsked: the scale sends only what it is asked for.
    public init(unit: ScaleUnit? = nil, isAsked: Bool = false) {
        self.unit = unit
        commands = .yaohuaLetters(isAsked: isAsked)
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        switch (reading.range, reading.mass) {
        case (.over, _): return Self.frame(Self.overload)
        case (.under, _): return Self.frame(Self.underload)
        case (_, let mass?):
            let unit = unit ?? .kilogram
            let width = mass < .zero ? 6 : 7
            guard unit.text.count == 2, var text = DecimalText.encode(mass, unit: unit, width: width) else {
                return nil
            }
            if text.contains(UInt8(ascii: ".")) {
                text = text.leftPadded(to: width, with: UInt8(ascii: "0"))
            } else {
                guard text.count < width else { return nil }
                text = text.leftPadded(to: width - 1, with: UInt8(ascii: "0")) + [UInt8(ascii: " ")]
            }
            if mass < .zero { text.insert(UInt8(ascii: "-"), at: 0) }
            return Self.frame(Array((reading.kind == .net ? "WN" : "WG").utf8) + text + unit.text)
        default: return nil
        }
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? [] : []
    }

    private static func frame(_ body: [UInt8]) -> [UInt8] { body + YaohuaNumber.check(body) + Control.lineEnd }

    func parse(_ frame: [UInt8]) -> FrameContent {
        let body = frame.prefix(11)
        guard frame.count == 15, frame.suffix(2).elementsEqual(Control.lineEnd),
            YaohuaNumber.isCheck(frame[11..<13], of: body)
        else { return .refused }
        if body.elementsEqual(Self.overload) { return .reading(ScaleReading(range: .over, raw: frame)) }
        if body.elementsEqual(Self.underload) { return .reading(ScaleReading(range: .under, raw: frame)) }
        let isWhole = frame[8] == UInt8(ascii: " ")
        guard frame[0] == UInt8(ascii: "W"), frame[1] == UInt8(ascii: "G") || frame[1] == UInt8(ascii: "N"),
            let number = DecimalText(isWhole ? frame[2..<8] : frame[2..<9]), number.hasPoint != isWhole,
            frame[9..<11].allSatisfy(\.isLetter)
        else { return .refused }
        var reading = ScaleReading(kind: frame[1] == UInt8(ascii: "G") ? .gross : .net, range: .ok, raw: frame)
        reading.setWeight(number, unit: frame[9..<11], expected: unit)
        return .reading(reading)
    }
}
