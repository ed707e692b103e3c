/// A picture of dark and light dots, as a receipt printer burns it and PNG stores it: row by row from the top, eight dots a
/// byte with the leftmost in the highest bit, 1 dark, each row padded with light dots to whole bytes.
///
/// Columns and rows are counted from 0 at the upper left. What is drawn beyond an edge is cut off, so no arithmetic on
/// places can go wrong; and no picture is larger than `widest` by `highest`.
public struct Bitmap: Hashable, Sendable {
    /// In dots. The widest paper has 832 (A4 on a thermal head); a line of a hostile name must not take the memory.
    public static let widest = 4096
    /// In dots: four metres of paper.
    public static let highest = 32_768

    /// In dots.
    public let width: Int
    /// In dots.
    public private(set) var height: Int
    public private(set) var bytes: [UInt8]

    /// All light. Lengths below 0 are 0, above the limits they are the limits.
    public init(width: Int, height: Int) {
        self.width = min(max(width, 0), Self.widest)
        self.height = min(max(height, 0), Self.highest)
        bytes = [UInt8](repeating: 0, count: (self.width + 7) / 8 * self.height)
    }

    public var bytesPerRow: Int { (width + 7) / 8 }

    /// Outside everything is light, like the paper, and stays so.
    public subscript(x: Int, y: Int) -> Bool {
        get { contains(x, y) && bytes[y * bytesPerRow + x / 8] & Self.bit(x) != 0 }
        set {
            guard contains(x, y) else { return }
            if newValue {
                bytes[y * bytesPerRow + x / 8] |= Self.bit(x)
            } else {
                bytes[y * bytesPerRow + x / 8] &= ~Self.bit(x)
            }
        }
    }

    public var darkDots: Int { bytes.reduce(0) { $0 + $1.nonzeroBitCount } }

    // MARK: Drawing

    /// Lays another picture over this one, its upper left at the place given: dark dots darken, light ones leave what is.
    public mutating func draw(_ other: Bitmap, x: Int, y: Int) {
        guard let rows = Self.overlap(of: other.height, at: y, with: height),
            let columns = Self.overlap(of: other.width, at: x, with: width)
        else { return }
        let (from, to) = (other.bytesPerRow, bytesPerRow)
        for row in rows {
            for index in (columns.lowerBound - x) / 8...(columns.upperBound - 1 - x) / 8 {
                let dots = other.bytes[(row - y) * from + index]
                if dots == 0 { continue }
                // A byte there is spread over two here. Left of 0, `>>` rounds down, as it must.
                let left = x + index * 8
                let (byte, shift) = (left >> 3, UInt8(left & 7))
                if byte >= 0 { bytes[row * to + byte] |= dots >> shift }
                if shift > 0, byte + 1 < to { bytes[row * to + byte + 1] |= dots << (8 - shift) }
            }
            lightenPadding(row: row)
        }
    }

    /// Darkens a rectangle.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int) {
        guard let rows = Self.overlap(of: height, at: y, with: self.height),
            let columns = Self.overlap(of: width, at: x, with: self.width)
        else { return }
        for row in rows {
            let base = row * bytesPerRow
            for byte in columns.lowerBound / 8...(columns.upperBound - 1) / 8 {
                var dots: UInt8 = 0xFF
                if byte == columns.lowerBound / 8 { dots &= 0xFF >> UInt8(columns.lowerBound % 8) }
                let end = columns.upperBound - byte * 8
                if end < 8 { dots &= ~(0xFF >> UInt8(end)) }
                bytes[base + byte] |= dots
            }
        }
    }

    /// A line from edge to edge.
    public mutating func rule(y: Int, thickness: Int = 1) { fill(x: 0, y: y, width: width, height: thickness) }

    /// Puts another picture below this one; narrower ones begin at the left edge, wider ones are cut.
    public mutating func append(_ other: Bitmap) {
        let y = height
        feed(other.height)
        draw(other, x: 0, y: y)
    }

    /// Makes the picture so many light rows higher.
    public mutating func feed(_ rows: Int) {
        let more = min(max(rows, 0), Self.highest - height)
        bytes += [UInt8](repeating: 0, count: more * bytesPerRow)
        height += more
    }

    /// Each dot as a square of so many.
    public func scaled(by factor: Int) -> Bitmap {
        let factor = min(max(factor, 1), Self.highest)
        var large = Bitmap(width: width * factor, height: height * factor)
        for y in 0..<height {
            for x in 0..<width where self[x, y] {
                large.fill(x: x * factor, y: y * factor, width: factor, height: factor)
            }
        }
        return large
    }

    // MARK: Places

    private func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && x < width && y >= 0 && y < height }

    private static func bit(_ x: Int) -> UInt8 { 0x80 >> UInt8(x & 7) }

    /// Which of this picture's places below `limit` are covered by `length` of them from `start`; `nil` when none is.
    private static func overlap(of length: Int, at start: Int, with limit: Int) -> Range<Int>? {
        guard length > 0, start < limit else { return nil }
        // The sum is too large only for a length beyond any limit.
        let (sum, isBeyond) = start.addingReportingOverflow(length)
        let (first, end) = (max(start, 0), isBeyond ? limit : min(sum, limit))
        return first < end ? first..<end : nil
    }

    /// Light padding is what makes equal pictures equal, and what a printer wants at the paper's edge.
    private mutating func lightenPadding(row: Int) {
        guard width % 8 != 0 else { return }
        bytes[row * bytesPerRow + bytesPerRow - 1] &= 0xFF << UInt8(8 - width % 8)
    }
}
