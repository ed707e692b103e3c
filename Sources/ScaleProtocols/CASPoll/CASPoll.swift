import Domain

/// CAS AP-1, ER, SW-II, PD-II: scales at a till, asked by control characters.
///
///     host ENQ,  scale ACK (NAK: not now, ask again),  host DC1,  scale:
///     SOH STX  S or U  SP or -  weight×6  unit×2  BCC  ETX EOT        15 bytes
///
/// S is at rest for half a second, U not. The weight has its point. BCC is the exclusive or of the ten bytes before it;
/// it can be any byte, so the frame is cut by length. After three NAK there is a reading that says so. No code for
/// overload is known: another letter in the place of S and U is a fault. Nor is an order known.
/// Sources: the page beside this file.
///
/// OS2X checkout scales (Pinnacle, 顶尖) speak the same, or unasked, ten times a second, with one more byte behind: bit 4 is
/// zero, 5 a tare, 6 out of range or never zeroed. F in the place of S and U says that too. Source: the maker's manual.
public struct CASPoll: FramedScale {
    /// How often ENQ is sent for one reading.
    private static let attempts = 3

    private static let isZero: UInt8 = 0x10
    private static let hasTare: UInt8 = 0x20
    private static let isOutside: UInt8 = 0x40

    private enum Step {
        case idle
        /// ENQ has been sent so many times.
        case enquired(Int)
        case requested
    }

    private let unit: ScaleUnit?
    private let isOS2X: Bool
    private let isAsked: Bool
    private var step = Step.idle
    private var reply: [UInt8] = []
    var frames = FixedLengthFramer(start: Control.soh, length: 15)

    /// - Parameter unit: what a frame without one is taken for; `nil` to refuse it.
    public init(unit: ScaleUnit? = nil) { self.init(unit: unit, isOS2X: false, isAsked: true) }

    /// As OS2X scales speak it.
    public static func os2x(unit: ScaleUnit? = nil, isAsked: Bool = false) -> CASPoll {
        CASPoll(unit: unit, isOS2X: true, isAsked: isAsked)
    }

    private init(unit: ScaleUnit?, isOS2X: Bool, isAsked: Bool) {
        self.unit = unit
        self.isOS2X = isOS2X
        self.isAsked = isAsked
        if !isAsked { frames = FixedLengthFramer(start: Control.soh, length: 16) }
    }

    public var polling: ScalePolling? {
        isAsked ? ScalePolling(interval: .milliseconds(300), timeout: .milliseconds(800)) : nil
    }

    public func order(_ order: ScaleCommand) -> [UInt8]? {
        guard isOS2X else { return nil }
        switch order {
        case .zero: return [0x3C, 0x5A, 0x4B, 0x3E, 0x09]
        case .tare: return [0x3C, 0x54, 0x4B, 0x3E, 0x09]
        case .clearTare: return nil
        }
    }

    public mutating func ask() -> [UInt8] {
        reset()
        step = .enquired(1)
        return [Control.enq]
    }

    public mutating func takeReply() -> [UInt8] {
        defer { reply = [] }
        return reply
    }

    public mutating func reset() {
        frames.reset()
        step = .idle
        reply = []
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading] {
        bytes.compactMap { byte in
            // Inside a frame ACK and NAK are a checksum.
            frames.isEmpty && (byte == Control.ack || byte == Control.nak) ? handshake(byte) : step(byte)
        }
    }

    private mutating func handshake(_ byte: UInt8) -> ScaleReading? {
        guard isAsked, case .enquired(let count) = step else { return nil }
        if byte == Control.ack {
            step = .requested
            reply = [Control.dc1]
        } else if count < Self.attempts {
            step = .enquired(count + 1)
            reply = [Control.enq]
        } else {
            step = .idle
            return ScaleReading(fault: ScaleFault.notNow, raw: [byte])
        }
        return nil
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        guard reading.range != .over, reading.range != .under, let mass = reading.mass,
            let number = DecimalText.encode(mass, unit: unit, width: 6)
        else { return nil }
        let body =
            [UInt8(ascii: reading.stability == .unstable ? "U" : "S"), UInt8(ascii: mass < .zero ? "-" : " ")]
            + number.leftPadded(to: 6, with: UInt8(ascii: "0")) + unit.text.leftPadded(to: 2, with: UInt8(ascii: " "))
        let frame = [Control.soh, Control.stx] + body + [body.reduce(0, ^), Control.etx, Control.eot]
        guard !isAsked else { return frame }
        return frame + [(mass == .zero ? Self.isZero : 0) | (reading.kind == .net ? Self.hasTare : 0)]
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        switch request {
        case [Control.enq]: [encode(reading) == nil ? Control.nak : Control.ack]
        case [Control.dc1]: encode(reading) ?? [Control.nak]
        default: []
        }
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        guard frame[1] == Control.stx, frame[2..<12].reduce(0, ^) == frame[12], frame[13] == Control.etx,
            frame[14] == Control.eot, isAsked || frame[15] & 0x8F == 0,
            frame[3] == UInt8(ascii: " ") || frame[3] == UInt8(ascii: "-"),
            let number = DecimalText(frame[3..<10]), !isOS2X || number.decimals > 0,
            frame[10..<12].allSatisfy({ $0.isUnitSign || $0 == UInt8(ascii: " ") })
        else { return .refused }
        step = .idle
        var reading = ScaleReading(range: .ok, raw: frame)
        switch frame[2] {
        case UInt8(ascii: "S"): reading.stability = .stable
        case UInt8(ascii: "U"): reading.stability = .unstable
        case UInt8(ascii: "F") where isOS2X: return .fault(ScaleFault.outside, frame)
        default: return .fault(ScaleFault.unknownState, frame)
        }
        if !isAsked {
            if frame[15] & Self.isOutside != 0 { return .fault(ScaleFault.outside, frame) }
            reading.kind = frame[15] & Self.hasTare != 0 ? .net : .gross
        }
        reading.setWeight(number, unit: frame[10..<12], expected: unit)
        return .reading(reading)
    }
}
