/// A slip as dots: for a printer without Chinese of its own, and for a screen.
///
/// Who draws the letters and the modules of symbols is the caller's: fonts and symbol libraries do not belong in here.
public struct SlipPicture: Hashable, Sendable {
    /// Whose modules are wanted.
    public enum Form: Hashable, Sendable {
        case qr
        case code128
    }

    /// Both may fail, and then there is no picture.
    public struct TextStyle: Sendable {
        /// A line of text in columns, its Chinese characters so many dots high and wide, ASCII half as wide.
        public var text: @Sendable (_ text: String, _ height: Int) throws -> Bitmap
        /// A symbol, one dot a module, without a quiet zone.
        public var modules: @Sendable (_ text: String, _ form: Form) throws -> Bitmap

        public init(
            text: @escaping @Sendable (_ text: String, _ height: Int) throws -> Bitmap,
            modules: @escaping @Sendable (_ text: String, _ form: Form) throws -> Bitmap
        ) {
            self.text = text
            self.modules = modules
        }
    }

    enum Part: Hashable, Sendable {
        case dots(Bitmap)
        case feed(rows: Int)
        case cut
    }

    /// Of a Chinese character in normal size, in dots: two columns.
    static let characterHeight = 2 * Slip.dotsPerColumn
    /// Ten millimetres.
    static let barcodeHeight = 80
    /// Half a millimetre: what a telephone reads from the hand.
    static let moduleDots = 4

    /// In dots: 384 for 58 mm, 576 for 80 mm.
    public let width: Int
    let parts: [Part]

    /// - Parameter columns: of the paper, 32 or 48.
    public init(_ slip: Slip, columns: Int, pen: TextStyle) throws {
        let width = max(columns, 8) * Slip.dotsPerColumn
        self.width = width
        parts = try slip.layout(width: columns).map { piece in
            switch piece {
            case .line(let line): .dots(try Self.draw(line, width, pen))
            case .feed(let lines): .feed(rows: min(lines, 255) * Self.characterHeight)
            case .symbol(let text): .dots(Self.center(try pen.modules(text, .qr), width))
            case .barcode(let text): .dots(Self.bars(try pen.modules(text, .code128), width))
            case .cut: .cut
            }
        }
    }

    private static func draw(_ line: Slip.Line, _ width: Int, _ pen: TextStyle) throws -> Bitmap {
        if line.isRule {
            var rule = Bitmap(width: width, height: 12)
            rule.rule(y: 5, thickness: 2)
            return rule
        }
        let text = try pen.text(line.text, line.size == .double ? 2 * characterHeight : characterHeight)
        var paper = Bitmap(width: width, height: text.height)
        let room = max(width - text.width, 0)
        let x =
            switch line.alignment {
            case .left: 0
            case .center: room / 2
            case .right: room
            }
        paper.draw(text, x: x, y: 0)
        // A thermal head has no second weight: the same again, one dot beside it.
        if line.isBold { paper.draw(text, x: x + 1, y: 0) }
        return paper
    }

    /// In the middle, as large as is usual or as the paper allows, with its quiet zone above and below.
    private static func center(_ modules: Bitmap, _ width: Int) -> Bitmap {
        let scale = max(min(moduleDots, width / max(modules.width + 8, 1)), 1)
        var paper = Bitmap(width: width, height: (modules.height + 8) * scale)
        let symbol = modules.scaled(by: scale)
        paper.draw(symbol, x: (width - symbol.width) / 2, y: 4 * scale)
        return paper
    }

    private static func bars(_ modules: Bitmap, _ width: Int) -> Bitmap {
        var paper = Bitmap(width: width, height: barcodeHeight + 8)
        let left = (width - modules.width * 2) / 2
        for x in 0..<modules.width where modules[x, 0] {
            paper.fill(x: left + 2 * x, y: 4, width: 2, height: barcodeHeight)
        }
        return paper
    }

    /// All of it as one picture; where the paper is cut there is a line of dashes.
    public var bitmap: Bitmap {
        var whole = Bitmap(width: width, height: 0)
        for part in parts {
            switch part {
            case .dots(let dots): whole.append(dots)
            case .feed(let rows): whole.feed(rows)
            case .cut:
                whole.feed(1)
                for x in stride(from: 0, to: width, by: 12) {
                    whole.fill(x: x, y: whole.height - 1, width: 6, height: 1)
                }
            }
        }
        return whole
    }

    /// The job for an ESC/POS printer: initialised, bands of dots, feeds and cuts.
    public var escPos: [UInt8] {
        var bytes: [UInt8] = [0x1B, 0x40]
        for part in parts {
            switch part {
            case .dots(let dots): bytes += Self.hushed(dots.escPos)
            case .feed(let rows):
                // `1B 4A n` feeds n dots; at most 255 at a time.
                for first in stride(from: 0, to: rows, by: 240) {
                    bytes += [0x1B, 0x4A, UInt8(min(240, rows - first))]
                }
            case .cut: bytes += EscPos.cut
            }
        }
        return bytes
    }

    /// 10 with 04, 05 or 14 behind it, which many printers look for before anything else and obey at once, wherever it stands: a
    /// question, a recovery, a pulse to the cash drawer.
    static func isObeyed(_ bytes: some Sequence<UInt8>) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == 0x10 && [0x04, 0x05, 0x14].contains($1) }
    }

    /// Dots that would be obeyed are made one wider, which nobody sees.
    ///
    /// The numbers of a band's head never hold that pair: its 10 is a count of rows and has 00 behind it.
    static func hushed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for index in bytes.indices.dropLast() where isObeyed(bytes[index...index + 1]) { bytes[index] = 0x18 }
        return bytes
    }
}

extension Slip.Line {
    /// Drawn as a line rather than as dashes.
    var isRule: Bool { text.utf8.count >= 8 && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") } }
}
