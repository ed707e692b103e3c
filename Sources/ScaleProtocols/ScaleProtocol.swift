/// The bytes of a scale as readings, and what has to be sent to it. Pure: no clock, no line.
///
/// A frame that fails its length, character class or checksum is dropped and counted, never repaired; after it the next
/// start byte is looked for, also inside the dropped bytes. Bytes between frames are skipped. However the bytes are cut
/// into calls, the readings are the same, and no more than one frame, or one dialogue of frames, is held.
///
/// A scale that talks unasked needs `feed` only. The driver of one that wants to be asked sends what `ask()` gives every
/// `polling.interval.milliseconds`, and after each `feed` what `takeReply()` gives; no reading within
/// `polling.timeout.milliseconds` is "no reading", and the next `ask()` begins anew.
public protocol ScaleProtocol: Sendable {
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading]

    /// How many frames were refused since the value was made.
    var dropped: Int { get }

    /// Forgets a frame or dialogue that has begun: the line was opened anew. The count of dropped frames stays.
    mutating func reset()

    /// The frame by which a scale says this reading, for simulators. What the format has no field for is left out;
    /// nil when a number does not fit its field.
    func encode(_ reading: ScaleReading) -> [UInt8]?

    /// How often a scale that only speaks when asked is asked, and how long its answer may take; nil for one that talks
    /// unasked.
    var polling: ScalePolling? { get }

    /// What asks for one reading now; begins a dialogue anew, so that a late answer to an earlier question is no answer.
    mutating func ask() -> [UInt8]

    /// What the dialogue has to send next (the second half of a request, the next of gross, tare and net), to be called
    /// after each `feed`; empty for nothing. Gives each reply once.
    mutating func takeReply() -> [UInt8]

    /// The bytes of an order; nil when the protocol has none for it.
    func order(_ order: ScaleCommand) -> [UInt8]?

    /// What the scale has answered to an order since the last call; nil for nothing. Many scales never answer one: then
    /// only the next reading tells.
    mutating func takeOrderOutcome() -> ScaleOrderOutcome?

    /// For simulators: what a scale that shows `reading` sends back for these bytes from the host; empty for nothing.
    mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8]
}

/// The pace of asking.
public struct ScalePolling: Sendable, Hashable {
    public var interval: Duration
    /// From the question to the whole answer. Never longer than a reading stays fresh (a second).
    public var timeout: Duration

    /// - Parameters:
    ///   - interval: from one question to the next.
    ///   - timeout: from a question to its whole answer.
    public init(interval: Duration, timeout: Duration) {
        self.interval = interval
        self.timeout = timeout
    }
}

/// What a scale can be told to do. Each changes what the scale shows: never to be sent for trying a line out.
public enum ScaleCommand: String, Sendable, CaseIterable {
    case zero
    /// Takes what lies on the scale as the tare.
    case tare
    case clearTare = "clear-tare"
}

/// A scale's answer to an order.
public enum ScaleOrderOutcome: Sendable, Hashable {
    case done
    /// With why, in words for the operator.
    case refused(String)
}

/// A scale that talks unasked and takes no orders needs to say nothing of this.
extension ScaleProtocol {
    public var polling: ScalePolling? { nil }
    public mutating func ask() -> [UInt8] { [] }
    public mutating func takeReply() -> [UInt8] { [] }
    public func order(_ order: ScaleCommand) -> [UInt8]? { nil }
    public mutating func takeOrderOutcome() -> ScaleOrderOutcome? { nil }
    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] { [] }
}
