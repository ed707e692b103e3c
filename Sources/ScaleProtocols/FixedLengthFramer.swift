/// Finds frames of one length by their start byte. The start byte may occur inside a frame (a checksum can have any
/// value), so a frame is cut by length; when it is refused, the search goes on right behind its start byte.
struct FixedLengthFramer: ScaleFramer {
    let start: UInt8
    let length: Int
    private(set) var dropped = 0

    /// Empty, or the start byte and at most `length - 1` bytes after it.
    private var window: [UInt8] = []

    init(start: UInt8, length: Int) {
        self.start = start
        self.length = length
    }

    var isEmpty: Bool { window.isEmpty }

    mutating func push(_ byte: UInt8) -> [UInt8]? {
        guard !window.isEmpty || byte == start else { return nil }
        window.append(byte)
        return window.count == length ? window : nil
    }

    mutating func accept() {
        window = []
    }

    mutating func refuse() {
        dropped += 1
        window.removeSubrange(..<(window.dropFirst().firstIndex(of: start) ?? window.endIndex))
    }

    mutating func reset() {
        window = []
    }
}

/// Control characters that frames are made of.
enum Control {
    static let soh: UInt8 = 0x01
    static let stx: UInt8 = 0x02
    static let etx: UInt8 = 0x03
    static let eot: UInt8 = 0x04
    static let enq: UInt8 = 0x05
    static let ack: UInt8 = 0x06
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let dc1: UInt8 = 0x11
    static let nak: UInt8 = 0x15

    static let lineEnd: [UInt8] = [carriageReturn, lineFeed]
}
