/// Finds frames of one length by their start byte. The start byte may occur inside a frame (a checksum can have any
/// value), so a frame is cut by length; when it is refused, the search goes on right behind its start byte.
struct FixedLengthFramer: Sendable {
    let start: UInt8
    let length: Int
    private(set) var dropped = 0

    /// Empty, or the start byte and at most `length - 1` bytes after it.
    private var window: [UInt8] = []

    init(start: UInt8, length: Int) {
        self.start = start
        self.length = length
    }

    /// `read` gets `length` bytes and gives nil to refuse them.
    mutating func feed(_ bytes: some Sequence<UInt8>, read: ([UInt8]) -> ScaleReading?) -> [ScaleReading] {
        var readings: [ScaleReading] = []
        for byte in bytes where !window.isEmpty || byte == start {
            window.append(byte)
            guard window.count == length else { continue }
            if let reading = read(window) {
                readings.append(reading)
                window = []
            } else {
                dropped += 1
                window.removeSubrange(..<(window.dropFirst().firstIndex(of: start) ?? window.endIndex))
            }
        }
        return readings
    }

    mutating func reset() {
        window = []
    }
}

/// Control characters that frames are made of.
enum Control {
    static let stx: UInt8 = 0x02
    static let etx: UInt8 = 0x03
    static let carriageReturn: UInt8 = 0x0D
}
