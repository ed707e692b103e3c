import Domain

/// Toledo 8217 and 8213, a scale at a till that only speaks when asked.
///
///     STX  dd.ddd [N]  CR            kg; N for net
///     STX  dd.dd  [N]  CR            lb (8213); 0dd.dd on an 8217
///     STX  ?  status  CR             instead of a weight in motion, below zero and over capacity
///
/// Status bits: 0 in motion, 1 over capacity, 2 under zero, 5 net; bit 6 is 1 on real devices and means nothing here.
/// A line that is set to 8N1 where the scale sends 7E1 leaves the parity in bit 7: it is masked where it is right.
///
/// There is no checksum; one scale's weights are all of one width (`SteadyLength`). Nor is there a unit: the digits right of the point tell: three for kg, two for lb, unless `unit` says
/// otherwise. A status without a reason (as after an order) is no reading.
/// Sources: the page beside this file.
public struct Toledo8217: CommandedScale {
    private static let inMotion: UInt8 = 0x01
    private static let overCapacity: UInt8 = 0x02
    private static let underZero: UInt8 = 0x04
    private static let net: UInt8 = 0x20
    private static let always: UInt8 = 0x40

    /// An order is answered with the new state, which is no acknowledgement: the next weight tells.
    let commands = ScaleCommands(
        polling: ScalePolling(interval: .milliseconds(500), timeout: .milliseconds(800)), question: [UInt8(ascii: "W")],
        zero: [UInt8(ascii: "Z")], tare: [UInt8(ascii: "T"), Control.carriageReturn], clearTare: [UInt8(ascii: "C")])
    private let unit: ScaleUnit?
    private var width = SteadyLength()
    var frames = Toledo8217Framer()

    /// - Parameter unit: of the display; nil for kg with three decimals and lb with two.
    public init(unit: ScaleUnit? = nil) {
        self.unit = unit
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        var status = Self.always | (reading.kind == .net ? Self.net : 0)
        let reasons = status
        if reading.stability == .unstable { status |= Self.inMotion }
        if reading.range == .over { status |= Self.overCapacity }
        if reading.range == .under || (reading.mass ?? .zero) < .zero { status |= Self.underZero }
        guard status == reasons else { return Self.frame([UInt8(ascii: "?"), status]) }
        guard let mass = reading.mass, unit == nil || unit == .kilogram,
            mass.grams <= 99_999, let text = DecimalText.encode(mass, unit: .kilogram, width: 6)
        else { return nil }
        return Self.frame(
            text.leftPadded(to: 6, with: UInt8(ascii: "0")) + (reading.kind == .net ? [UInt8(ascii: "N")] : []))
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        if request == commands.question { return encode(reading) ?? [] }
        let orders = [commands.zero, commands.tare, commands.clearTare]
        return orders.contains(request) ? Self.frame([UInt8(ascii: "?"), Self.always]) : []
    }

    private static func frame(_ text: [UInt8]) -> [UInt8] { [Control.stx] + text + [Control.carriageReturn] }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        let text = frame.map(\.withoutEvenParity)
        guard text.last == Control.carriageReturn else { return .refused }
        if text.count == 4, text[1] == UInt8(ascii: "?") { return status(text[2], frame) }
        let isNet = text[text.count - 2] == UInt8(ascii: "N")
        let digits = text[1..<(text.count - (isNet ? 2 : 1))]
        guard let number = DecimalText(digits),
            digits.allSatisfy({ $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") })
        else { return .refused }
        switch (digits.count, number.decimals) {
        case (6, 3), (5, 2): break
        case (6, 2) where digits.first == UInt8(ascii: "0") || digits.first == UInt8(ascii: " "): break
        default: return .refused
        }
        var reading = ScaleReading(
            kind: isNet ? .net : .gross, stability: .stable, range: .ok, tareMode: isNet ? .unknown : .none, raw: frame)
        reading.setWeight(number, expected: unit ?? (number.decimals == 3 ? .kilogram : .pound))
        guard reading.mass == nil || width.accepts(digits.count) else { return .refused }
        return .reading(reading)
    }

    private func status(_ status: UInt8, _ frame: [UInt8]) -> FrameContent {
        guard status & (Self.inMotion | Self.overCapacity | Self.underZero) != 0 else { return .nothing }
        var reading = ScaleReading(kind: status & Self.net != 0 ? .net : .gross, raw: frame)
        reading.stability = status & Self.inMotion != 0 ? .unstable : .unknown
        if status & Self.overCapacity != 0 {
            reading.range = .over
        } else if status & Self.underZero != 0 {
            reading.range = .under
        }
        return .reading(reading)
    }
}
