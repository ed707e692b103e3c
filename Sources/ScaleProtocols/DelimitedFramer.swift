/// Finds frames by the byte that ends them and, where there is one, the byte that starts them; neither occurs inside.
///
/// Without a start byte all bytes up to the end are the frame: a line with noise in front of it is refused whole, since
/// in a number without a checksum the noise could be one more digit.
struct DelimitedFramer: ScaleFramer {
    let start: UInt8?
    let end: UInt8
    /// The end included. A frame that grows longer is dropped.
    let longest: Int
    /// Whether the line may be read with the sender's parity bit left in; see `UInt8.withoutEvenParity`.
    let hasParity: Bool
    private(set) var dropped = 0

    private var window: [UInt8] = []
    /// In a frame that is too long, or in one whose beginning is lost.
    private var isSkipping = false

    init(start: UInt8? = nil, end: UInt8, longest: Int, hasParity: Bool = false) {
        self.start = start
        self.end = end
        self.longest = longest
        self.hasParity = hasParity
    }

    /// Lines that end in CR LF. Where the CR is missing, the codec refuses or takes them.
    static func lines(longest: Int) -> DelimitedFramer {
        DelimitedFramer(end: Control.lineFeed, longest: longest)
    }

    mutating func push(_ byte: UInt8) -> [UInt8]? {
        let plain = hasParity ? byte.withoutEvenParity : byte
        if let start, plain == start {
            if !window.isEmpty { dropped += 1 }
            window = [byte]
            return nil
        }
        if isSkipping || (start != nil && window.isEmpty) {
            isSkipping = isSkipping && plain != end
            return nil
        }
        window.append(byte)
        if plain == end {
            // An empty line is no frame, and no wrong one either.
            guard window.dropLast().contains(where: { $0 != Control.carriageReturn }) else {
                window = []
                return nil
            }
            return window
        }
        if window.count == longest {
            refuse()
            isSkipping = start == nil
        }
        return nil
    }

    mutating func accept() {
        window = []
    }

    mutating func refuse() {
        dropped += 1
        window = []
    }

    mutating func reset() {
        window = []
        isSkipping = false
    }
}

extension UInt8 {
    /// The character of a 7E1 line that is read as 8N1: bit 7, where it makes the number of ones even, is the parity.
    var withoutEvenParity: UInt8 { self >= 0x80 && nonzeroBitCount.isMultiple(of: 2) ? self & 0x7F : self }
}
