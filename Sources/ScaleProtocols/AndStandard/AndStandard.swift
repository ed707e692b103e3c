import Domain

/// A&D standard format.
///
///     ST|US|OL|QT , sign  value×8  unit×3  CR  LF        17 bytes
///     ST|US|OL|QT , LO|OK|HI|-- , sign  value×8  unit×3  CR  LF        20 bytes, with the comparison on
///
/// `ST` at rest, `US` in motion, `OL` out of range (its digits mean nothing), `QT` a count. The value is zero-filled with
/// its point, the unit right-aligned. There is no checksum; the columns are the guard. Gross or net is not told.
/// Sources: the page beside this file. Commands are general knowledge, not from a manual.
public struct AndStandard: CommandedScale {
    private static let comparisons = ["LO,", "OK,", "HI,", "--,"].map { Array($0.utf8) }

    private let unit: ScaleUnit?
    let commands: ScaleCommands
    var frames = DelimitedFramer.lines(longest: 20)

    /// - Parameters:
    ///   - unit: what a frame without one is taken for; `nil` to refuse it.
    ///   - isAsked: the scale sends only what it is asked for.
    public init(unit: ScaleUnit? = nil, isAsked: Bool = false) {
        self.unit = unit
        commands = .lines("Q", every: isAsked ? (250, 800) : nil, zero: "Z", tare: "T")
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let name = unit.text.leftPadded(to: 3, with: UInt8(ascii: " "))
        if reading.range == .over || reading.range == .under {
            return Array((reading.range == .over ? "OL,+9999999.9" : "OL,-9999999.9").utf8.prefix(12)) + name
                + Control.lineEnd
        }
        guard let mass = reading.mass, let number = DecimalText.encode(mass, unit: unit, width: 8) else { return nil }
        return Array((reading.stability == .unstable ? "US," : "ST,").utf8)
            + [UInt8(ascii: mass < .zero ? "-" : "+")] + number.leftPadded(to: 8, with: UInt8(ascii: "0")) + name
            + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? [] : []
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame.suffix(2).elementsEqual(Control.lineEnd) else { return .refused }
        var text = Array(frame.dropLast(2))
        if text.count == 18, Self.comparisons.contains(Array(text[3..<6])) { text.removeSubrange(3..<6) }
        let unitField = text.dropFirst(12)
        // On some models what stands behind it has other columns.
        if text.count > 4, text.prefix(3).elementsEqual("OL,".utf8) {
            guard text[3] == UInt8(ascii: "+") || text[3] == UInt8(ascii: "-"), text.allSatisfy(\.isPrintable) else {
                return .refused
            }
            return .reading(ScaleReading(range: text[3] == UInt8(ascii: "-") ? .under : .over, raw: frame))
        }
        guard text.count == 15, text[2] == UInt8(ascii: ","),
            text[3] == UInt8(ascii: "+") || text[3] == UInt8(ascii: "-"),
            unitField.allSatisfy({ $0.isUnitSign || $0 == UInt8(ascii: " ") })
        else { return .refused }
        let number = DecimalText(text[3..<12])
        var reading = ScaleReading(range: .ok, raw: frame)
        switch String(decoding: text[0..<2], as: UTF8.self) {
        case "ST": reading.stability = .stable
        case "US": reading.stability = .unstable
        case "QT": return number == nil ? .refused : .fault(ScaleFault.pieces, frame)
        default: return .refused
        }
        guard let number else { return .refused }
        reading.setWeight(number, unit: unitField, expected: unit)
        return .reading(reading)
    }
}
