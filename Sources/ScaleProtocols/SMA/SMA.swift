import Domain

/// SMA (SCP-0499) level 1 and 2, an American standard for asking a scale.
///
///     host   LF  command  CR
///     scale  LF  state  range  G|N|T  M|SP  future  weight×10  unit×3  CR        20 bytes
///
/// State: space or `Z` (at zero), `O` over, `U` under; `E`, `I`, `T` are errors, with dashes for the weight. `M` is
/// motion. A lower-case gross, net or tare means ten times the resolution, which is not a weight for trade. `LF ? CR`
/// is "not understood". An order is answered with the new weight, so there is no word on whether it was done.
/// Sources: the page beside this file.
public struct SMA: CommandedScale {
    private let unit: ScaleUnit?
    let commands = ScaleCommands(
        polling: ScalePolling(interval: .milliseconds(200), timeout: .milliseconds(800)), question: SMA.frame("W"),
        zero: SMA.frame("Z"), tare: SMA.frame("T"), clearTare: SMA.frame("C"))
    var frames = DelimitedFramer(start: Control.lineFeed, end: Control.carriageReturn, longest: 20)

    /// - Parameter unit: what a frame without one is taken for; `nil` to refuse it.
    public init(unit: ScaleUnit? = nil) {
        self.unit = unit
    }

    private static func frame(_ text: String) -> [UInt8] {
        [Control.lineFeed] + Array(text.utf8) + [Control.carriageReturn]
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let state = reading.range == .over ? "O" : reading.range == .under ? "U" : " "
        guard let mass = state == " " ? reading.mass : .zero,
            let number = DecimalText.encode(mass, unit: unit, width: mass < .zero ? 9 : 10)
        else { return nil }
        let weight = ((mass < .zero ? [UInt8(ascii: "-")] : []) + number).leftPadded(to: 10, with: UInt8(ascii: " "))
        let flags = "\(state)1\(reading.kind == .net ? "N" : "G")\(reading.stability == .unstable ? "M" : " ") "
        let fill = [UInt8](repeating: UInt8(ascii: "_"), count: 3 - unit.text.count)
        return [Control.lineFeed] + Array(flags.utf8) + weight + unit.text + fill + [Control.carriageReturn]
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        let known = [commands.question, commands.zero, commands.tare, commands.clearTare]
        return known.contains(request) ? encode(reading) ?? Self.frame("?") : Self.frame("?")
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        if frame == Self.frame("?") { return .fault(ScaleFault.unknownRequest, frame) }
        let unitField = frame.dropFirst(16).prefix(3)
        guard frame.count == 20, frame.dropFirst().dropLast().allSatisfy(\.isPrintable), frame[2].isDigit,
            frame[4] == UInt8(ascii: "M") || frame[4] == UInt8(ascii: " "),
            unitField.allSatisfy({ $0.isUnitSign || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: " ") })
        else { return .refused }
        var reading = ScaleReading(
            stability: frame[4] == UInt8(ascii: "M") ? .unstable : .stable, range: .ok, raw: frame)
        switch frame[3] | 0x20 {
        case UInt8(ascii: "g"): reading.kind = .gross
        case UInt8(ascii: "n"): reading.kind = .net
        case UInt8(ascii: "t"): return .nothing
        default: return .refused
        }
        switch frame[1] {
        case UInt8(ascii: " "), UInt8(ascii: "Z"): break
        case UInt8(ascii: "O"): reading.range = .over
        case UInt8(ascii: "U"): reading.range = .under
        case UInt8(ascii: "E"): return .fault("the scale has a zero error", frame)
        case UInt8(ascii: "I"): return .fault("the scale could not find its zero at power-up", frame)
        case UInt8(ascii: "T"): return .fault("the scale has a tare error", frame)
        default: return .refused
        }
        guard reading.range == .ok else { return .reading(reading) }
        guard let number = DecimalText(frame[6..<16]) else { return .refused }
        if frame[3] >= UInt8(ascii: "a") {
            reading.fault = ScaleFault.expanded
        } else {
            reading.setWeight(number, unit: unitField, expected: unit)
        }
        return .reading(reading)
    }
}
