/// Cuts a scanner's bytes into pulls of the trigger.
///
///     data… CR | LF | CR LF | Tab        terminated
///     data… silence                      unterminated, see `idle()`
///
/// Every frame gives exactly one input. A frame without data is `empty`. A frame over the limit is discarded to its
/// end and then told as one `tooLong`, so no more than `limit` bytes are ever held. The framer owns no clock: the
/// driver calls `idle()` when its line was silent for longer than any pause in a scan, while `isOpen`.
public struct ScanFramer: Sendable {
    private enum State {
        /// The line was opened a moment ago: what comes now may be the rest of a scan that was under way.
        case opening
        case collecting
        case overflowed
        /// A part of the frame was lost and told; the rest must not pass for a shorter barcode.
        case broken
    }

    /// Of a scan, in bytes. Numbers are short; SF's square on a label has some hundreds.
    public static let longest = 512

    private let limit: Int
    private var buffer: [UInt8] = []
    private var state = State.collecting
    private var followsReturn = false

    /// - Parameter limit: in bytes; a longer scan is told as too long.
    public init(limit: Int = ScanFramer.longest) {
        self.limit = limit
    }

    /// Whether a frame has begun, or may have, and has not ended, so that silence would mean something.
    public var isOpen: Bool { state != .collecting || !buffer.isEmpty }

    /// Neither a byte nor silence has come since `open()`.
    public var isOpening: Bool { state == .opening }

    /// The line was opened this moment. Unless silence comes first, the frame that comes has lost its beginning, and what is
    /// left of a waybill may look like a shorter one.
    public mutating func open() {
        self = ScanFramer(limit: limit)
        state = .opening
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScanInput] {
        var inputs: [ScanInput] = []
        for byte in bytes {
            if isOpening, let fault = abandon() { inputs.append(fault) }
            let endsReturn = followsReturn && byte == ASCII.lineFeed
            followsReturn = byte == ASCII.carriageReturn
            if endsReturn { continue }
            switch byte {
            case ASCII.carriageReturn, ASCII.lineFeed, ASCII.tab:
                if let input = end(terminated: true) { inputs.append(input) }
            default:
                collect(byte)
            }
        }
        return inputs
    }

    /// The line was silent for long enough: an open frame ends here, unterminated.
    public mutating func idle() -> ScanInput? {
        if isOpening { state = .collecting }
        return isOpen ? end(terminated: false) : nil
    }

    /// The line was lost. An open frame is told as `interrupted` once; what still comes of it, up to its terminator or
    /// silence, is discarded. A line that was opened anew deserves a new framer.
    public mutating func interrupt() -> ScanInput? {
        isOpen && !isOpening ? abandon() : nil
    }

    /// Like `interrupt()` when even the start of a frame may be among what was lost.
    mutating func abandon() -> ScanInput? {
        let isKnown = state == .broken
        buffer = []
        state = .broken
        return isKnown ? nil : .fault(.interrupted)
    }

    private mutating func collect(_ byte: UInt8) {
        guard state == .collecting else { return }
        if buffer.count < limit {
            buffer.append(byte)
        } else {
            buffer = []
            state = .overflowed
        }
    }

    private mutating func end(terminated: Bool) -> ScanInput? {
        defer {
            buffer = []
            state = .collecting
        }
        return switch state {
        case .broken, .opening: nil
        case .overflowed: .fault(.tooLong)
        case .collecting where buffer.isEmpty: .fault(.empty)
        case .collecting: .scan(Scan(bytes: buffer, terminated: terminated))
        }
    }
}

/// The bytes this module has names for.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    /// Stands for a character that was typed and cannot be told.
    static let substitute: UInt8 = 0x1A
    /// GS, the end of a variable GS1 field.
    static let groupSeparator: UInt8 = 0x1D
}
