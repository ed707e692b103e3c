import Barcodes
import ScaleProtocols

/// What a device's bytes said, or its silence.
enum DeviceEvent: Sendable, Hashable {
    case scan(ScanInput)
    case weight(ScaleReading)
    /// The scale has not answered a question in time.
    case missed
    case ordered(ticket: UInt64, ScaleOrderResult)
}

/// The bytes of one scanner made into meanings. Owns no clock: silence comes in as a call.
protocol Decoder {
    /// The line was opened this moment: what comes before a silence may be the rest of something.
    mutating func open()
    mutating func feed(_ bytes: [UInt8]) -> [DeviceEvent]
    /// The line has been silent for a while, although something is open.
    mutating func idle() -> [DeviceEvent]
    /// The device is gone: what was half there will never be whole.
    mutating func interrupt() -> [DeviceEvent]
    /// Something has begun that silence would end.
    var isOpen: Bool { get }
    /// Nothing was heard since `open()`, neither a character nor a silence.
    var isOpening: Bool { get }
}

struct SerialScanDecoder: Decoder {
    private var framer = ScanFramer()

    var isOpen: Bool { framer.isOpen }
    var isOpening: Bool { framer.isOpening }

    mutating func open() { framer.open() }
    mutating func feed(_ bytes: [UInt8]) -> [DeviceEvent] { framer.feed(bytes).map(DeviceEvent.scan) }
    mutating func idle() -> [DeviceEvent] { framer.idle().map { [.scan($0)] } ?? [] }
    mutating func interrupt() -> [DeviceEvent] {
        // After an interruption a framer discards what still comes; but a line opened anew is a new line.
        defer { framer = ScanFramer() }
        return framer.interrupt().map { [.scan($0)] } ?? []
    }
}

/// An input device hands out whole records; a FIFO may be written, and read, in any pieces.
struct KeyScanDecoder: Decoder {
    private var keys = KeyDecoder()
    /// Shorter than a record.
    private var partial: [UInt8] = []

    var isOpen: Bool { keys.isOpen || !partial.isEmpty }
    var isOpening: Bool { keys.isOpening }

    mutating func open() { keys.open() }

    mutating func feed(_ bytes: [UInt8]) -> [DeviceEvent] {
        var meanings: [DeviceEvent] = []
        partial += bytes
        var start = 0
        while partial.count - start >= InputEvent.size {
            let record = partial[start..<start + InputEvent.size]
            start += InputEvent.size
            if let event = InputEvent(record: record) { meanings += keys.feed(event).map(DeviceEvent.scan) }
        }
        partial.removeFirst(start)
        return meanings
    }

    /// A writer that left in the middle of a record must not shift all records of the next one.
    mutating func idle() -> [DeviceEvent] {
        partial = []
        return keys.idle().map { [.scan($0)] } ?? []
    }

    /// To the decoder it is as when the kernel dropped events: it knows whether that was told already.
    mutating func interrupt() -> [DeviceEvent] {
        let inputs = keys.isOpen && !keys.isOpening ? keys.feed(Self.eventsDropped) : []
        keys = KeyDecoder()
        partial = []
        return inputs.map(DeviceEvent.scan)
    }

    /// EV_SYN, SYN_DROPPED.
    private static let eventsDropped = InputEvent(type: 0, code: 3, value: 0)
}
