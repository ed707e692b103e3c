import Domain
public import ScaleProtocols

/// A scale as the lab plays it: it speaks any protocol, asked or unasked, obeys orders, and has what goes wrong with scales.
/// Pure: whoever holds the line carries the bytes.
public struct SimulatedScale: Sendable {
    public enum Fault: String, Sendable, CaseIterable {
        case none
        /// Whatever is laid on it, it shows what it showed.
        case freeze
        case garbage
        /// Every second byte of a frame is lost.
        case half
        case overload
        /// Twenty grams below zero.
        case negative
        case pounds
        case silence
        /// The cable is pulled: not ours to play, whoever holds the line does.
        case unplug
    }

    public var grams: Int64 {
        didSet { if fault != .freeze { shown = grams } }
    }
    public var isStable = true
    public var fault = Fault.none {
        didSet { if fault != .freeze { shown = grams } }
    }

    private let name: ScaleProtocolName
    private var codec: any ScaleProtocol
    private var shown: Int64
    /// What the display calls zero, and what it takes off.
    private var zero: Int64 = 0
    private var tare: Int64?

    public init(
        _ name: ScaleProtocolName, options: ScaleOptions = ScaleOptions(), grams: Int64 = 0
    ) throws(ScaleOptionFault) {
        self.name = name
        codec = try name.make(options)
        self.grams = grams
        shown = grams
    }

    public var isAsked: Bool { codec.polling != nil }

    /// The display.
    public var reading: ScaleReading {
        var reading = ScaleReading(
            kind: tare == nil ? .gross : .net, stability: isStable ? .stable : .unstable, range: .ok,
            tare: Mass(grams: tare ?? 0), tareMode: tare == nil ? ScaleReading.TareMode.none : .measured)
        switch fault {
        case .overload: reading.range = .over
        case .negative: reading.mass = Mass(grams: -20)
        default: reading.mass = Mass(grams: shown - zero - (tare ?? 0))
        }
        return reading
    }

    /// What it sends by itself; nothing while it is silent or waits to be asked.
    public mutating func frame() throws(SimulatedLine.Failure) -> [UInt8] {
        guard !isAsked else { return [] }
        if fault == .overload, codec.encode(reading) == nil {
            // Many formats have no word for it; their indicators stop sending.
            return []
        }
        guard let frame = codec.encode(reading) else {
            throw SimulatedLine.Failure(description: "\(shown) g does not fit a frame of \(name.rawValue)")
        }
        return try spoilt(frame)
    }

    /// What it sends back for these bytes of the host.
    public mutating func answer(_ request: [UInt8]) throws(SimulatedLine.Failure) -> [UInt8] {
        for order in ScaleCommand.allCases where codec.order(order) == request { execute(order) }
        let answer = codec.answer(request, showing: reading)
        return answer.isEmpty ? [] : try spoilt(answer)
    }

    /// Also a key of the indicator itself.
    public mutating func execute(_ order: ScaleCommand) {
        guard isStable, fault == .none else { return }
        switch order {
        case .zero: (zero, tare) = (shown, nil)
        case .tare: tare = shown - zero
        case .clearTare: tare = nil
        }
    }

    private func spoilt(_ frame: [UInt8]) throws(SimulatedLine.Failure) -> [UInt8] {
        switch fault {
        case .none, .freeze, .overload, .negative: return frame
        case .silence, .unplug: return []
        // Never a start byte, a digit or a line's end, of whatever protocol.
        case .garbage: return frame.map { 0xC0 | $0 & 0x3F }
        case .half: return frame.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        case .pounds:
            guard let pounds = Self.inPounds(frame, name) else {
                throw SimulatedLine.Failure(description: "a frame of \(name.rawValue) has no place for pounds")
            }
            return pounds
        }
    }

    /// The same frame with another unit; nil when the format has none, or guards it by a sum that is not known here.
    private static func inPounds(_ frame: [UInt8], _ name: ScaleProtocolName) -> [UInt8]? {
        var frame = frame
        if name == .toledoContinuous {
            guard frame.count >= 17 else { return nil }
            frame[2] &= ~0x10
            if frame.count == 18 { frame[17] = (0 &- frame[..<17].reduce(0, &+)) & 0x7F }
            return frame
        }
        guard let place = frame.indices.dropLast().first(where: { frame[$0] == 0x6B && frame[$0 + 1] == 0x67 }) else {
            return nil
        }
        frame.replaceSubrange(place...place + 1, with: [0x6C, 0x62])
        return frame
    }
}
