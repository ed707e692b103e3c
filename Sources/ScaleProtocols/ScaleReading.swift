public import Domain

/// What one frame of a scale says, in the one model that every protocol is read into. What a format does not tell is
/// `unknown` or nil here, never a guess.
public struct ScaleReading: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case gross, net, tare, unknown
    }

    public enum Stability: String, Sendable, CaseIterable {
        case stable
        case unstable
        /// Our software compared frames (see `StabilityInference`). Never to be printed as the device's word.
        case inferredStable = "inferred-stable"
        case unknown
    }

    public enum Range: String, Sendable, CaseIterable {
        case ok, over, under, unknown
    }

    /// How the tare came about. A preset one needs its mark on the receipt.
    public enum TareMode: String, Sendable, CaseIterable {
        case none, measured, preset, unknown
    }

    /// Nil when out of range, when the display is blank, and with any fault. Zero is a value; absence is not zero.
    public var mass: Mass?
    public var kind: Kind
    public var stability: Stability
    public var range: Range
    public var tare: Mass?
    public var tareMode: TareMode

    /// The displayed scale interval d, when the frame tells it.
    public var interval: Mass?

    /// What one step of the last digit that was shown stands for, in a frame that names no unit. Coarser than d, it is no weight in
    /// the unit that is expected: a count, or another unit.
    @Incidental public var resolution: Mass? = nil

    /// Why a sound frame gives no mass, in words for the operator.
    public var fault: String?

    /// The frame, to be kept with the record.
    public var raw: [UInt8]

    /// Whatever a frame does not tell stays unknown; nothing is guessed.
    public init(
        mass: Mass? = nil, kind: Kind = .unknown, stability: Stability = .unknown, range: Range = .unknown,
        tare: Mass? = nil, tareMode: TareMode = .unknown, interval: Mass? = nil, fault: String? = nil, raw: [UInt8] = []
    ) {
        self.mass = mass
        self.kind = kind
        self.stability = stability
        self.range = range
        self.tare = tare
        self.tareMode = tareMode
        self.interval = interval
        self.fault = fault
        self.raw = raw
    }
}

/// Goes with a value and is no part of what it is: two readings that differ in this alone are the same.
@propertyWrapper public struct Incidental<Value: Sendable>: Sendable, Hashable {
    public var wrappedValue: Value

    /// - Parameter wrappedValue: compares equal to any other.
    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
    public static func == (left: Self, right: Self) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
}
