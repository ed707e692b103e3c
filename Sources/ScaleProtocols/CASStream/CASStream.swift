import Domain

/// CAS CI, NT and PDS indicators, the stream of 22 bytes.
///
///     ST|US|OL , GS|NT , device lamp , value×8 SP unit×2 CR LF
///
/// Lamp: bit 7 one, bit 6 stable, bit 4 held, bit 2 gross, bit 1 tare, bit 0 zero; it is beyond ASCII. Two words tell of
/// stability, `ST` and the lamp: where they disagree the weight is in motion. A held display is no live weight. The
/// device byte is 30 hex plus the number of the scale. There is no checksum; the columns are the guard.
///
/// An indicator that waits is asked with `01RW`; it repeats an order that it has carried out, and answers `!` or `?` to
/// one that it could not or does not know.
/// Sources: the page beside this file.
public struct CASStream: CommandedScale {
    private static let stable: UInt8 = 0x40
    private static let held: UInt8 = 0x10

    private let unit: ScaleUnit?
    private let address: Int?
    let commands: ScaleCommands
    private var outcome: ScaleOrderOutcome?
    var frames = DelimitedFramer.lines(longest: 22)

    /// - Parameters:
    ///   - address: 1…99; nil to read any, and to ask the first.
    ///   - variant: `caston` for two letters without a number.
    public init(unit: ScaleUnit? = nil, address: Int? = nil, isAsked: Bool = false, variant: ScaleVariant? = nil) {
        self.unit = unit
        self.address = address
        let number = variant == .caston ? "" : address.map { $0 < 10 ? "0\($0)" : "\($0)" } ?? "01"
        let words = variant == .caston ? ("WT", "ZE", "TR") : ("RW", "MZ", "MT")
        commands = .lines(
            number + words.0, every: isAsked ? (250, 500) : nil, zero: number + words.1, tare: number + words.2)
    }

    public mutating func takeOrderOutcome() -> ScaleOrderOutcome? {
        defer { outcome = nil }
        return outcome
    }

    private func device(_ address: Int) -> UInt8 { 0x30 + UInt8(min(max(address, 0), 99)) }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let isOver = reading.range == .over
        var value = [UInt8](repeating: UInt8(ascii: " "), count: 8)
        if !isOver {
            guard let mass = reading.mass,
                let number = DecimalText.encode(mass, unit: unit, width: mass < .zero ? 7 : 8)
            else { return nil }
            value = number.leftPadded(to: mass < .zero ? 7 : 8, with: UInt8(ascii: "0"))
            if mass < .zero { value.insert(UInt8(ascii: "-"), at: 0) }
        }
        let isStable = reading.stability != .unstable && !isOver
        let isNet = reading.kind == .net
        let lamp: UInt8 = 0x80 | (isStable ? Self.stable : 0) | (isNet ? 0x02 : 0x04)
        let state = isOver ? "OL," : isStable ? "ST," : "US,"
        var frame = Array((state + (isNet ? "NT," : "GS,")).utf8)
        frame += [device(address ?? 1), lamp, UInt8(ascii: ",")]
        frame += value
        frame.append(UInt8(ascii: " "))
        frame += unit.text.leftPadded(to: 2, with: UInt8(ascii: " "))
        return frame + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        if request == commands.question { return encode(reading) ?? [UInt8(ascii: "!")] + Control.lineEnd }
        if request == commands.zero || request == commands.tare { return request }
        return [UInt8(ascii: "?")] + Control.lineEnd
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame.suffix(2).elementsEqual(Control.lineEnd) else { return .refused }
        if frame.count != 22 { return answered(frame) }
        guard let header = ScaleLineHeader(frame[0..<6]), header.range != .under, header.kind != .tare,
            frame[7] >= 0x80, frame[8] == UInt8(ascii: ","), frame[17] == UInt8(ascii: " "),
            frame[18..<20].allSatisfy({ $0.isUnitSign || $0 == UInt8(ascii: " ") })
        else { return .refused }
        guard address.map({ frame[6] == device($0) }) ?? true else { return .nothing }
        var reading = ScaleReading(kind: header.kind, stability: header.stability, range: header.range, raw: frame)
        guard reading.range == .ok else { return .reading(reading) }
        if frame[7] & Self.stable == 0 { reading.stability = .unstable }
        // Without decimals the place of the point stays blank on some models (CCB).
        let isWhole = frame[16] == UInt8(ascii: " ") && !frame[9..<16].contains(UInt8(ascii: "."))
        guard let number = DecimalText(isWhole ? frame[9..<16] : frame[9..<17]) else { return .refused }
        if frame[7] & Self.held != 0 {
            reading.fault = ScaleFault.held
        } else {
            reading.setWeight(number, unit: frame[18..<20], expected: unit)
        }
        return .reading(reading)
    }

    private mutating func answered(_ frame: [UInt8]) -> FrameContent {
        switch frame {
        case commands.question: return .nothing
        case commands.zero, commands.tare: outcome = .done
        case [UInt8(ascii: "!")] + Control.lineEnd: outcome = .refused("the scale could not do it")
        case [UInt8(ascii: "?")] + Control.lineEnd: outcome = .refused(ScaleFault.unknownRequest)
        default: return .refused
        }
        return .nothing
    }
}
