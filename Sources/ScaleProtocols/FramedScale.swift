/// What a whole frame comes to.
enum FrameContent {
    case reading(ScaleReading)
    /// A sound frame that is no reading: an answer to an order, a line about the device, one for another host.
    case nothing
    /// Not a frame.
    case refused

    /// A reading without mass that says why.
    static func fault(_ words: String, _ frame: [UInt8]) -> FrameContent {
        .reading(ScaleReading(fault: words, raw: frame))
    }
}

/// Cuts a stream into what may be frames. Holds no more than one.
protocol ScaleFramer: Sendable {
    /// How many were refused.
    var dropped: Int { get }

    /// The bytes that may be a whole frame with this one; then comes `accept` or `refuse`.
    mutating func push(_ byte: UInt8) -> [UInt8]?
    mutating func accept()
    mutating func refuse()
    mutating func reset()
}

/// A scale protocol made of a framer and what one frame means.
protocol FramedScale: ScaleProtocol {
    associatedtype Framer: ScaleFramer
    var frames: Framer { get set }

    mutating func parse(_ frame: [UInt8]) -> FrameContent
}

extension FramedScale {
    public var dropped: Int { frames.dropped }

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading] {
        bytes.compactMap { step($0) }
    }

    mutating func step(_ byte: UInt8) -> ScaleReading? {
        guard let frame = frames.push(byte) else { return nil }
        switch parse(frame) {
        case .reading(let reading):
            frames.accept()
            return reading
        case .nothing: frames.accept()
        case .refused: frames.refuse()
        }
        return nil
    }

    public mutating func reset() {
        frames.reset()
    }
}
