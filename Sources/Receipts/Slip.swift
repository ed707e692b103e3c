/// What is to stand on a piece of paper, whatever prints or shows it: a list of elements from top to bottom.
public struct Slip: Hashable, Sendable {
    public enum Size: Hashable, Sendable {
        case normal
        /// Twice as wide and twice as high.
        case double
    }

    public enum Alignment: UInt8, Hashable, Sendable {
        case left = 0
        case center
        case right
    }

    public enum Element: Hashable, Sendable {
        case text(String, size: Size = .normal, alignment: Alignment = .left, isBold: Bool = false)
        /// A line across the paper.
        case rule
        /// What is said at the left and its value at the right edge; the value gets lines of its own when both do not fit.
        case row(String, String)
        /// Empty lines.
        case feed(Int)
        /// A QR code of this text; beyond `Slip.longestSymbol` bytes the text itself.
        case symbol(String)
        /// A Code 128 of this text, or a QR code where that does not fit the paper, and below it the text.
        case barcode(String)
        case cut
    }

    /// Dots that a column has; every printer of 58 and of 80 mm has eight dots a millimetre.
    public static let dotsPerColumn = 12

    /// More would fill a hand's breadth of paper with a symbol that no cheap scanner reads.
    public static let longestSymbol = 256

    public var elements: [Element]

    public init(_ elements: [Element] = []) { self.elements = elements }
}

extension Slip {
    /// One line as it is printed. `text` is no wider than the paper.
    struct Line: Hashable {
        var text: String
        var size = Size.normal
        var alignment = Alignment.left
        var isBold = false
    }

    enum Piece: Hashable {
        case line(Line)
        case feed(Int)
        case symbol(String)
        case barcode(String)
        case cut
    }

    /// The elements as lines of a paper of so many columns; a paper has eight at least.
    func layout(width: Int) -> [Piece] {
        let width = max(width, 8)
        return elements.flatMap { element -> [Piece] in
            switch element {
            case .text(let text, let size, let alignment, let isBold):
                return Paper.wrap(text, columns: size == .double ? width / 2 : width).map {
                    .line(Line(text: $0, size: size, alignment: alignment, isBold: isBold))
                }
            case .rule: return [.line(Line(text: String(repeating: "-", count: width)))]
            case .row(let key, let value): return row(key, value, width)
            case .feed(let lines): return lines > 0 ? [.feed(lines)] : []
            case .symbol(let text):
                guard text.utf8.count <= Self.longestSymbol else {
                    return Paper.wrap(text, columns: width).map { .line(Line(text: $0)) }
                }
                return [.symbol(text)]
            case .barcode(let text):
                let lines = Paper.wrap(text, columns: width).map { Piece.line(Line(text: $0, alignment: .center)) }
                if let code = Code128(text), code.modules * 2 <= width * Self.dotsPerColumn {
                    return [.barcode(text)] + lines
                }
                return text.utf8.count <= Self.longestSymbol ? [.symbol(text)] + lines : lines
            case .cut: return [.cut]
            }
        }
    }

    private func row(_ key: String, _ value: String, _ width: Int) -> [Piece] {
        let keys = Paper.wrap(key, columns: width)
        let values = Paper.wrap(value, columns: width)
        let gap = width - Paper.columns(keys.last ?? "") - Paper.columns(values.first ?? "")
        guard values.count == 1, gap >= 1 else {
            return keys.map { .line(Line(text: $0)) } + values.map { .line(Line(text: $0, alignment: .right)) }
        }
        let last = (keys.last ?? "") + String(repeating: " ", count: gap) + values[0]
        return keys.dropLast().map { .line(Line(text: $0)) } + [.line(Line(text: last))]
    }

    /// The slip as plain text, for a terminal. Double size is shown as normal, a symbol by what it says.
    public func lines(width: Int) -> [String] {
        let paper = max(width, 8)
        return layout(width: width).flatMap { piece -> [String] in
            switch piece {
            case .line(let line):
                let columns = Paper.columns(line.text) * (line.size == .double ? 2 : 1)
                let margin =
                    switch line.alignment {
                    case .left: 0
                    case .center: (paper - columns) / 2
                    case .right: paper - columns
                    }
                return [String(repeating: " ", count: max(margin, 0)) + line.text]
            case .feed(let lines): return Array(repeating: "", count: lines)
            case .symbol(let text): return Paper.wrap("[QR] \(text)", columns: paper)
            case .barcode: return [String(repeating: "|", count: paper / 2)]
            case .cut: return [String(repeating: "- ", count: paper / 2)]
            }
        }
    }
}
