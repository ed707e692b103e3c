/// The bytes of a scale that talks unasked, as readings. Pure: no clock, no line.
///
/// A frame that fails its length, character class or checksum is dropped and counted, never repaired; after it the next
/// start byte is looked for, also inside the dropped bytes. Bytes between frames are skipped. However the bytes are cut
/// into calls, the readings are the same, and no more than one frame is held.
public protocol ScaleProtocol: Sendable {
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading]

    /// How many frames were refused since the value was made.
    var dropped: Int { get }

    /// Forgets a frame that has begun: the line was opened anew. The count of dropped frames stays.
    mutating func reset()

    /// The frame by which a scale says this reading, for simulators. What the format has no field for is left out;
    /// nil when a number does not fit its field.
    func encode(_ reading: ScaleReading) -> [UInt8]?
}

/// The protocols by the names they have in settings.
public enum ScaleProtocolName: String, CaseIterable, Sendable {
    case toledoContinuous = "toledo-continuous"
    case yaohuaA9 = "yaohua-a9"

    /// A decoder with the protocol's usual options.
    public func make() -> any ScaleProtocol {
        switch self {
        case .toledoContinuous: ToledoContinuous()
        case .yaohuaA9: YaohuaA9()
        }
    }
}
