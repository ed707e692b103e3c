import Domain

/// Kern KET and KEN, and Radwag: looks like MT-SICS, but is read by column.
///
///     S  SP or I  SP  stability  SP  sign  weight×9  SP  unit×3  CR  LF        21 bytes
///
/// Stability is a space at rest, `?` in motion; Radwag also has `^` over and `v` under. The answer to `SI` begins with
/// `SI` and a space, while `S I` of five bytes is "not now": so the length is looked at first. Orders are answered twice,
/// `A` for accepted and `D` for done. There is no checksum; the columns are the guard.
/// Sources: the page beside this file.
public struct Kern: CommandedScale {
    private let unit: ScaleUnit?
    let commands: ScaleCommands
    private var outcome: ScaleOrderOutcome?
    var frames = DelimitedFramer.lines(longest: 24)

    /// - Parameters:
    ///   - unit: what a frame without one is taken for; `nil` to refuse it.
    ///   - isAsked: the scale sends only what it is asked for.
    public init(unit: ScaleUnit? = nil, isAsked: Bool = true) {
        self.unit = unit
        commands = .lines("SI", every: isAsked ? (200, 800) : nil, zero: "Z", tare: "T")
    }

    public mutating func takeOrderOutcome() -> ScaleOrderOutcome? {
        defer { outcome = nil }
        return outcome
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let space = UInt8(ascii: " ")
        let state: UInt8 =
            switch (reading.range, reading.stability) {
            case (.over, _): UInt8(ascii: "^")
            case (.under, _): UInt8(ascii: "v")
            case (_, .unstable): UInt8(ascii: "?")
            default: space
            }
        let isOutside = reading.range == .over || reading.range == .under
        guard let mass = isOutside ? .zero : reading.mass, let number = DecimalText.encode(mass, unit: unit, width: 9)
        else { return nil }
        var frame = Array("SI ".utf8)
        frame += [state, space, mass < .zero ? UInt8(ascii: "-") : space]
        frame += number.leftPadded(to: 9, with: space)
        frame.append(space)
        frame += unit.text
        frame += Array(repeating: space, count: 3 - unit.text.count)
        return frame + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        switch request {
        case ScaleCommands.line("SI"): encode(reading) ?? ScaleCommands.line("S I")
        case ScaleCommands.line("Z"): ScaleCommands.line("Z A") + ScaleCommands.line("Z D")
        case ScaleCommands.line("T"): ScaleCommands.line("T A") + ScaleCommands.line("T D")
        default: ScaleCommands.line("ES")
        }
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame.suffix(2).elementsEqual(Control.lineEnd), frame.dropLast(2).allSatisfy(\.isPrintable) else {
            return .refused
        }
        return frame.count == 21 && frame[0] == UInt8(ascii: "S") ? weighing(frame) : answered(frame)
    }

    private func weighing(_ frame: [UInt8]) -> FrameContent {
        let space = UInt8(ascii: " ")
        let unitField = frame[16..<19]
        guard frame[1] == space || frame[1] == UInt8(ascii: "I"), frame[2] == space, frame[4] == space,
            frame[5] == space || frame[5] == UInt8(ascii: "-"), frame[15] == space
        else { return .refused }
        var reading = ScaleReading(range: .ok, raw: frame)
        switch frame[3] {
        case space: reading.stability = .stable
        case UInt8(ascii: "?"): reading.stability = .unstable
        case UInt8(ascii: "^"): reading.range = .over
        case UInt8(ascii: "v"): reading.range = .under
        default: return .refused
        }
        guard reading.range == .ok else { return .reading(reading) }
        let name = unitField.prefix(while: \.isUnitSign)
        guard frame[6] != UInt8(ascii: "-"), frame[6] != UInt8(ascii: "+"),
            frame[6..<15].allSatisfy({ $0.isDigit || $0 == space || $0 == UInt8(ascii: ".") }),
            let number = DecimalText(frame[5..<15]), !name.isEmpty,
            unitField.dropFirst(name.count).allSatisfy({ $0 == space })
        else { return .refused }
        reading.setWeight(number, unit: name, expected: unit)
        return .reading(reading)
    }

    private mutating func answered(_ frame: [UInt8]) -> FrameContent {
        let words = String(decoding: frame.dropLast(2), as: UTF8.self).split(separator: " ")
        switch (words.first, words.dropFirst().first, words.count) {
        case ("S", "A", 2), ("SI", "A", 2), ("Z", "A", 2), ("T", "A", 2), ("UT", "OK", 2), ("C1", "A", 2),
            ("C0", "A", 2), ("OT", _, 3):
            return .nothing
        case ("S", "I", 2), ("SI", "I", 2): return .fault(ScaleFault.notNow, frame)
        case ("S", "E", 2): return .fault("the scale did not come to rest in time", frame)
        case ("ES", _, 1): return .fault(ScaleFault.unknownRequest, frame)
        case ("Z", "D", 2), ("T", "D", 2): outcome = .done
        case ("Z", "^", 2), ("T", "^", 2): outcome = .refused("too much lies on the scale")
        case ("Z", "v", 2), ("T", "v", 2): outcome = .refused("the scale is too far below zero")
        case ("Z", "E", 2), ("T", "E", 2), ("Z", "I", 2), ("T", "I", 2):
            outcome = .refused("the scale is not at rest or busy")
        default: return .refused
        }
        return .nothing
    }
}
