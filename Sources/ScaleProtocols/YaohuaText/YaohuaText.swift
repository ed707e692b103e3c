import Domain

/// The older text of A12+E, A27E and Liden's "format A": lower case, without a check.
///
///     w  w or n or t  value×7…8  kg or lb  CR  LF        13 or 14 bytes
///
/// `ww` is gross, `wn` net, `wt` tare (no reading: it is not what lies on the scale). The value has an optional minus
/// and a point. Stability and overload are not told. Nothing but the length guards against a lost or added digit; see
/// `SteadyLength`. In command mode one letter asks, tares or zeroes.
/// Sources: the page beside this file.
public struct YaohuaText: CommandedScale {
    private let unit: ScaleUnit?
    private let characters: Int?
    let commands: ScaleCommands
    private var length = SteadyLength()
    var frames = DelimitedFramer.lines(longest: 14)

    /// - Parameter characters: how wide the value is; nil for any of the two, as long as it does not change.
    public init(unit: ScaleUnit? = nil, characters: Int? = nil, isAsked: Bool = false) {
        self.unit = unit
        self.characters = characters
        commands = .yaohuaLetters(isAsked: isAsked)
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let width = characters ?? 7
        guard let mass = reading.mass, unit.text.count == 2,
            var text = DecimalText.encode(mass, unit: unit, width: mass < .zero ? width - 1 : width)
        else { return nil }
        text = text.leftPadded(to: mass < .zero ? width - 1 : width, with: UInt8(ascii: "0"))
        if mass < .zero { text.insert(UInt8(ascii: "-"), at: 0) }
        return Array((reading.kind == .net ? "wn" : "ww").utf8) + text + unit.text + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? [] : []
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        let width = frame.count - 6
        guard frame.suffix(2).elementsEqual(Control.lineEnd),
            characters.map({ $0 == width }) ?? (7...8).contains(width),
            frame[0] == UInt8(ascii: "w"), let number = DecimalText(frame[2..<(2 + width)]),
            frame[(2 + width)..<(4 + width)].allSatisfy(\.isLetter)
        else { return .refused }
        let kind: ScaleReading.Kind
        switch frame[1] {
        case UInt8(ascii: "w"): kind = .gross
        case UInt8(ascii: "n"): kind = .net
        case UInt8(ascii: "t"): kind = .tare
        default: return .refused
        }
        guard length.accepts(width) else { return .refused }
        guard kind != .tare else { return .nothing }
        var reading = ScaleReading(kind: kind, raw: frame)
        reading.setWeight(number, unit: frame[(2 + width)..<(4 + width)], expected: unit)
        return .reading(reading)
    }
}
