import Domain

/// Yaohua A9+, A1+, DS1 and C602 in command mode: the indicator speaks only when asked by its address.
///
///     STX  address  command  data…  XOR-high  XOR-low  ETX        6 to 14 bytes
///
/// Commands: B gross, C tare, D net, each answered with itself and a `YaohuaNumber`; A handshake, E truck and F cargo
/// number are no readings. XOR is over address to data. The address is `A`…`Z` for 1…26; frames of others are ignored.
/// A wrong command comes back as 04.
///
/// Unless one of gross and net is asked for alone, a reading takes three questions: gross, tare, net. They must agree,
/// else the load changed between them. Stability and overload are not told; see `StabilityInference`.
/// Sources: the page beside this file.
public struct YaohuaCommand: FramedScale {
    private enum Command {
        static let handshake = UInt8(ascii: "A")
        static let gross = UInt8(ascii: "B")
        static let tare = UInt8(ascii: "C")
        static let net = UInt8(ascii: "D")
        static let truck = UInt8(ascii: "E")
        static let cargo = UInt8(ascii: "F")
        static let wrong: UInt8 = 0x04
    }

    /// What has come of a dialogue.
    private struct Part {
        var number: DecimalText
        var frame: [UInt8]

        /// Six digits and four decimals at most: never near the end of 64 bits.
        var tenThousandths: Int64 { number.digits * .powerOfTen(4 - number.decimals) }
    }

    private let address: UInt8
    private let unit: ScaleUnit
    private let kind: ScaleReading.Kind?
    private var gross: Part?
    private var tare: Part?
    private var reply: [UInt8] = []
    var frames = DelimitedFramer(start: Control.stx, end: Control.etx, longest: 14)

    /// - Parameters:
    ///   - address: 1…26.
    ///   - kind: `gross` or `net` to ask for that alone; nil to ask for both and the tare, and check them.
    public init(address: Int = 1, unit: ScaleUnit = .kilogram, kind: ScaleReading.Kind? = nil) {
        self.address = YaohuaNumber.letter(address)
        self.unit = unit
        self.kind = kind
    }

    /// At most five questions a second, 300 ms for each answer.
    public var polling: ScalePolling? {
        kind == nil
            ? ScalePolling(interval: .milliseconds(600), timeout: .milliseconds(900))
            : ScalePolling(interval: .milliseconds(250), timeout: .milliseconds(300))
    }

    public mutating func ask() -> [UInt8] {
        reset()
        return request(kind == .net ? Command.net : Command.gross)
    }

    public mutating func takeReply() -> [UInt8] {
        defer { reply = [] }
        return reply
    }

    public mutating func reset() {
        frames.reset()
        gross = nil
        tare = nil
        reply = []
    }

    private func request(_ command: UInt8) -> [UInt8] { YaohuaNumber.frame([address, command]) }

    /// One frame, or the three of a whole dialogue.
    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let mass = reading.mass else { return nil }
        let tare = reading.tare ?? .zero
        switch kind {
        case .gross: return frame(Command.gross, mass)
        case .net: return frame(Command.net, mass)
        default:
            let gross = reading.kind == .net ? Mass(grams: mass.grams &+ tare.grams) : mass
            guard let first = frame(Command.gross, gross), let second = frame(Command.tare, tare),
                let third = frame(Command.net, Mass(grams: gross.grams &- tare.grams))
            else { return nil }
            return first + second + third
        }
    }

    private func frame(_ command: UInt8, _ mass: Mass) -> [UInt8]? {
        YaohuaNumber.encode(mass, unit: unit).map { YaohuaNumber.frame([address, command] + $0) }
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        let tare = reading.tare ?? .zero
        let mass = reading.mass
        let gross = reading.kind == .net ? mass.map { Mass(grams: $0.grams &+ tare.grams) } : mass
        switch request {
        case self.request(Command.handshake): return request
        case self.request(Command.gross): return gross.flatMap { frame(Command.gross, $0) } ?? []
        case self.request(Command.tare): return frame(Command.tare, tare) ?? []
        case self.request(Command.net):
            return gross.flatMap { frame(Command.net, Mass(grams: $0.grams &- tare.grams)) } ?? []
        default: return YaohuaNumber.frame([address, Command.wrong])
        }
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame.count >= 6,
            YaohuaNumber.isCheck(frame.suffix(3).dropLast(), of: frame[1..<(frame.count - 3)])
        else { return .refused }
        let data = frame[3..<(frame.count - 3)]
        let isOurs = frame[1] == address
        switch (frame[2], data.count) {
        case (Command.handshake, 0): return .nothing
        case (Command.truck, 5), (Command.cargo, 3): return data.allSatisfy(\.isDigit) ? .nothing : .refused
        case (Command.wrong, 0): return isOurs ? .fault(ScaleFault.unknownRequest, frame) : .nothing
        case (Command.gross...Command.net, YaohuaNumber.count):
            guard let number = YaohuaNumber.read(data) else { return .refused }
            return isOurs ? weight(Part(number: number, frame: frame), of: frame[2]) : .nothing
        default: return .refused
        }
    }

    private mutating func weight(_ part: Part, of command: UInt8) -> FrameContent {
        if let kind {
            guard command == (kind == .net ? Command.net : Command.gross) else { return .nothing }
            var reading = ScaleReading(kind: kind, raw: part.frame)
            reading.setWeight(part.number, expected: unit)
            return .reading(reading)
        }
        switch command {
        case Command.gross:
            gross = part
            tare = nil
            reply = request(Command.tare)
        case Command.tare where gross != nil && tare == nil:
            tare = part
            reply = request(Command.net)
        case Command.net:
            guard let gross, let tare else { return .nothing }
            self.gross = nil
            self.tare = nil
            return .reading(reading(gross: gross, tare: tare, net: part))
        default: break
        }
        return .nothing
    }

    private func reading(gross: Part, tare: Part, net: Part) -> ScaleReading {
        let isTared = tare.number.digits != 0
        var reading = ScaleReading(
            kind: isTared ? .net : .gross, tareMode: isTared ? .unknown : .none,
            raw: gross.frame + tare.frame + net.frame)
        guard gross.tenThousandths - tare.tenThousandths == net.tenThousandths else {
            reading.stability = .unstable
            reading.fault = "gross, tare and net do not agree: the load changed between them"
            return reading
        }
        var tareReading = reading
        tareReading.setWeight(tare.number, expected: unit)
        reading.setWeight(isTared ? net.number : gross.number, expected: unit)
        reading.tare = tareReading.mass
        if let fault = tareReading.fault {
            reading.mass = nil
            reading.fault = fault
        }
        return reading
    }
}
