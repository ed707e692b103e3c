import Domain

/// Ohaus text lines: Defender 3000 indicators, Ranger counting scales, balances; see `OhausLayout`.
///
///     - or SP  SP  weight×7  SP  unit×5  ? or SP  legend×3  CR  LF        21 bytes, Defender
///
/// `?` is motion, **and a missing `?` is the only word for rest**. The legend is `G` or `B/G`, `NET`, `T` (the tare, and
/// no reading). There is no checksum; the columns are the guard, and for balances the width of the weight, which does
/// not change. A line with `Err` is a fault.
/// Sources: the page beside this file.
public struct Ohaus: CommandedScale {
    private let layout: OhausLayout
    private let unit: ScaleUnit?
    let commands: ScaleCommands
    private var width = SteadyLength()
    var frames = DelimitedFramer.lines(longest: 32)

    /// - Parameters:
    ///   - unit: what a frame without one is taken for; `nil` to refuse it.
    ///   - isAsked: the scale sends only what it is asked for.
    public init(layout: OhausLayout = .defender, unit: ScaleUnit? = nil, isAsked: Bool = false) {
        self.layout = layout
        self.unit = unit
        commands = .lines("IP", every: isAsked ? (250, 800) : nil, zero: "Z", tare: "T")
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        guard reading.range != .over, reading.range != .under, let mass = reading.mass,
            let number = DecimalText.encode(mass, unit: unit, width: 7)
        else { return nil }
        return layout.encode(
            number: number, isNegative: mass < .zero, unit: unit, isMoving: reading.stability == .unstable,
            isNet: reading.kind == .net)
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? ScaleCommands.line("     Err 8.3") : []
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        let text = Array(frame.dropLast(2))
        guard frame.suffix(2).elementsEqual(Control.lineEnd), text.allSatisfy(\.isPrintable) else { return .refused }
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        if words.count == 2, words[0] == "Err" { return .fault("the scale reports: Err \(words[1])", frame) }
        guard let fields = layout.fields(text), let kind = Self.kind(fields.legend) else { return .refused }
        guard layout != .balance || width.accepts(fields.width) else { return .refused }
        guard kind != .tare else { return .nothing }
        var reading = ScaleReading(kind: kind, stability: fields.isMoving ? .unstable : .stable, range: .ok, raw: frame)
        reading.setWeight(fields.number, unit: fields.unit, expected: unit)
        return .reading(reading)
    }

    private static func kind(_ legend: String) -> ScaleReading.Kind? {
        switch legend {
        case "G", "B/G", "B": .gross
        case "NET", "N": .net
        case "T", "PT": .tare
        case "": .unknown
        default: nil
        }
    }
}
