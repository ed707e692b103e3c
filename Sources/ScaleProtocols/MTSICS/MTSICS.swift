import Domain

/// Mettler-Toledo MT-SICS, also spoken by Ohaus, Kern and Sartorius terminals that offer "SICS": one line asks, one
/// answers.
///
///     S SP status SP weight×10 SP unit CR LF        status S stable, D moving
///     S SP status CR LF                             status I not now, + over, - under
///
/// The weight is right-aligned, a minus directly before its first digit. `SI` is what asks: the answer comes at once,
/// and begins with `S` all the same. There is no checksum; the width of the weight is the guard against a lost or an
/// added byte, so a terminal that pads otherwise needs `characters`. Whether the weight is gross or net is not told.
///
/// `ES`, `ET`, `EL` and an error in the place of the weight are readings with a fault. Other answers (`TA`, `I4`, …) are
/// no readings. A line with a byte that is not printable, or of another layout, is dropped and counted.
/// Sources: the page beside this file.
public struct MTSICS: CommandedScale {
    private let unit: ScaleUnit?
    private let characters: Int
    let commands: ScaleCommands
    private var outcome: ScaleOrderOutcome?
    var frames = DelimitedFramer.lines(longest: 64)

    /// - Parameters:
    ///   - unit: of the display; nil to believe every frame.
    ///   - characters: how wide the weight is; 0 for any width.
    ///   - isAsked: false for a terminal that is set to print by itself.
    public init(unit: ScaleUnit? = nil, characters: Int = 10, isAsked: Bool = true) {
        self.unit = unit
        self.characters = characters
        commands = .lines("SI", every: isAsked ? (200, 800) : nil, zero: "Z", tare: "T", clearTare: "TAC")
    }

    public mutating func takeOrderOutcome() -> ScaleOrderOutcome? {
        defer { outcome = nil }
        return outcome
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let weight = weight(reading.mass) else {
            switch reading.range {
            case .over: return ScaleCommands.line("S +")
            case .under: return ScaleCommands.line("S -")
            default: return reading.mass == nil ? ScaleCommands.line("S I") : nil
            }
        }
        return Array((reading.stability == .unstable ? "S D " : "S S ").utf8) + weight + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        switch request {
        case ScaleCommands.line("S"), ScaleCommands.line("SI"): encode(reading) ?? ScaleCommands.line("S I")
        case ScaleCommands.line("Z"): ScaleCommands.line("Z A")
        case ScaleCommands.line("T"):
            weight(reading.mass).map { Array("T S ".utf8) + $0 + Control.lineEnd } ?? ScaleCommands.line("T I")
        case ScaleCommands.line("TAC"): ScaleCommands.line("TAC A")
        case ScaleCommands.line("@"): ScaleCommands.line("I4 A \"SIMULATED\"")
        default: ScaleCommands.line("ES")
        }
    }

    private func weight(_ mass: Mass?) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let width = characters == 0 ? 10 : characters
        guard let mass, let number = DecimalText.encode(mass, unit: unit, width: width - (mass < .zero ? 1 : 0)) else {
            return nil
        }
        let signed = mass < .zero ? [UInt8(ascii: "-")] + number : number
        return signed.leftPadded(to: width, with: UInt8(ascii: " ")) + [UInt8(ascii: " ")] + unit.text
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        let text = frame.dropLast(2)
        guard frame.suffix(2).elementsEqual(Control.lineEnd), text.allSatisfy(\.isPrintable) else { return .refused }
        let words = String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init)
        switch words.first {
        case "S": return weighing(frame, words: words)
        case "ES" where words.count == 1: return .fault(ScaleFault.unknownRequest, frame)
        case "ET" where words.count == 1: return .fault("the scale received a garbled request", frame)
        case "EL" where words.count == 1: return .fault("the scale finds no sense in the request", frame)
        case "Z", "ZI", "T", "TI", "TAC": return ordered(words.dropFirst().first)
        case "TA", "I0", "I1", "I2", "I3", "I4": return .nothing
        default: return .refused
        }
    }

    private func weighing(_ frame: [UInt8], words: [String]) -> FrameContent {
        switch words.dropFirst() {
        case ["I"]: return .fault(ScaleFault.notNow, frame)
        case ["+"]: return .reading(ScaleReading(range: .over, raw: frame))
        case ["-"]: return .reading(ScaleReading(range: .under, raw: frame))
        case let rest where rest.count == 3 && rest.first == "S" && rest.dropFirst().first == "Error":
            return .fault("the scale reports: Error \(words[3])", frame)
        default: break
        }
        guard words.count == 4, words[1] == "S" || words[1] == "D", hasLayout(frame),
            let number = DecimalText(words[2].utf8), words[3].utf8.allSatisfy(\.isUnitSign), words[3].utf8.count <= 4
        else { return .refused }
        var reading = ScaleReading(stability: words[1] == "S" ? .stable : .unstable, range: .ok, raw: frame)
        reading.setWeight(number, unit: Array(words[3].utf8)[...], expected: unit)
        return .reading(reading)
    }

    private func hasLayout(_ frame: [UInt8]) -> Bool {
        let space = UInt8(ascii: " ")
        guard characters > 0 else { return true }
        return frame.count > 4 + characters && frame[1] == space && frame[3] == space && frame[4 + characters] == space
            && !frame[5 + characters..<frame.endIndex].contains(space)
    }

    private mutating func ordered(_ status: String?) -> FrameContent {
        switch status {
        case "A", "S", "D": outcome = .done
        case "I": outcome = .refused("the scale is not at rest or busy")
        case "+": outcome = .refused("too much lies on the scale")
        case "-": outcome = .refused("the scale is too far below zero")
        case "L": outcome = .refused("the scale does not accept the value")
        default: return .refused
        }
        return .nothing
    }
}
