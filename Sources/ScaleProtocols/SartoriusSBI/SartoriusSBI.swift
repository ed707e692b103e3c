import Domain

/// Sartorius SBI: sixteen characters, by column.
///
///     sign  SP  weight×8  SP  unit×3  CR  LF        16 bytes
///
/// The unit is there at rest and blank in motion: a weight without one is no weight here, unless the unit is set, and then it is
/// a moving one. `H` or `High` in the place of the weight is over, `L` or `Low` under, `Err` an error of the scale. There is
/// no checksum; the columns are the guard. It talks unasked, or is asked with ESC P. Orders are not sent: what they are called
/// differs from model to model. Source: the maker's manuals of SBI balances.
public struct SartoriusSBI: CommandedScale {
    private let unit: ScaleUnit?
    let commands: ScaleCommands
    var frames = DelimitedFramer.lines(longest: 24)

    /// - Parameters:
    ///   - unit: what a frame without one is taken for; `nil` to refuse it.
    ///   - isAsked: the scale sends only what it is asked for.
    public init(unit: ScaleUnit? = nil, isAsked: Bool = false) {
        self.unit = unit
        var commands = ScaleCommands(question: [0x1B, UInt8(ascii: "P")] + Control.lineEnd)
        if isAsked { commands.polling = ScalePolling(interval: .milliseconds(250), timeout: .milliseconds(800)) }
        self.commands = commands
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        switch reading.range {
        case .over: return ScaleCommands.line("      H       ")
        case .under: return ScaleCommands.line("      L       ")
        default: break
        }
        let unit = unit ?? .gram
        let space = UInt8(ascii: " ")
        guard let mass = reading.mass, let number = DecimalText.encode(mass, unit: unit, width: 8) else { return nil }
        let name = reading.stability == .unstable ? [] : unit.text
        return [mass < .zero ? UInt8(ascii: "-") : UInt8(ascii: "+"), space]
            + number.leftPadded(to: 8, with: space) + [space] + name
            + [UInt8](repeating: space, count: 3 - name.count) + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? ScaleCommands.line("   Err 54     ") : []
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        let text = Array(frame.dropLast(2))
        guard frame.suffix(2).elementsEqual(Control.lineEnd), text.count == 14, text.allSatisfy(\.isPrintable) else {
            return .refused
        }
        let space = UInt8(ascii: " ")
        let words = String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init)
        switch words.first {
        case "H" where words.count == 1, "High" where words.count == 1, "HIGH" where words.count == 1:
            return .reading(ScaleReading(range: .over, raw: frame))
        case "L" where words.count == 1, "Low" where words.count == 1, "LOW" where words.count == 1:
            return .reading(ScaleReading(range: .under, raw: frame))
        case "C" where words.count == 1: return .fault("the scale adjusts itself", frame)
        case "Err", "ERR": return .fault("the scale reports: \(words.joined(separator: " "))", frame)
        default: break
        }
        let name = text[11..<14].prefix(while: \.isUnitSign)
        guard [space, UInt8(ascii: "+"), UInt8(ascii: "-")].contains(text[0]), text[1] == space, text[10] == space,
            text[2..<10].allSatisfy({ $0.isDigit || $0 == space || $0 == UInt8(ascii: ".") }),
            text[11..<14].dropFirst(name.count).allSatisfy({ $0 == space }),
            let number = DecimalText([text[0] == UInt8(ascii: "-") ? text[0] : space] + text[2..<10])
        else { return .refused }
        var reading = ScaleReading(stability: name.isEmpty ? .unstable : .stable, range: .ok, raw: frame)
        reading.setWeight(number, unit: name.isEmpty ? nil : name, expected: unit)
        return .reading(reading)
    }
}
