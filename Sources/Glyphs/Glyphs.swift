public import Receipts
import Synchronization

/// Text as dots, for paper on which a printer cannot write Chinese itself, and for pictures of receipts.
///
/// Nothing is opened before the first text, and `close` gives everything back: a kiosk prints some minutes a day and shall
/// not carry a font the whole time. Any thread may ask; they take turns.
public final class Glyphs: Sendable {
    /// Where Debian's fonts-wqy-microhei puts it: even strokes two dots wide at the 24 dots of a receipt, all of GB18030's
    /// common characters, 5 MB. Why this one: DecisionGlyphs in the documentation.
    public static let font = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
    /// Where Debian's fonts-hanazono puts signs that stand in names and in no common font, `𠮷` say. Without it they are boxes.
    public static let rareFonts = [
        "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
    ]
    /// In dots. Below it Chinese is no longer legible in black and white.
    public static let smallest = 12
    /// In dots: a character as wide as a third of narrow paper.
    public static let largest = 128

    /// How far the next character stands from the last.
    public enum Spacing: Sendable {
        /// As the font says.
        case proportional
        /// A printer's columns: ASCII takes half the height, everything else the whole, so that tables stand in line. Latin
        /// letters are those of the collection's second font, all equally wide, where there is one.
        case columns
    }

    private let path: String
    private let rarePaths: [String]
    private let pen = Mutex<GlyphRasterizer?>(nil)
    private let absent = Mutex(0)

    /// Opens nothing; a font that is not there is told by the first text.
    /// - Parameter font: an absolute path. Of a collection the first font is taken, and in columns the second.
    /// - Parameter rare: fonts that are asked for what that one does not have; those that are not there are passed over.
    public init(font: String = Glyphs.font, rare: [String] = Glyphs.rareFonts) {
        path = font
        rarePaths = rare
    }

    /// Since start: characters that the font does not have and that were drawn as a box.
    public var missing: Int { absent.withLock { $0 } }

    /// Whether the font is held in memory at the moment.
    public var isOpen: Bool { pen.withLock { $0 != nil } }

    /// One line of text. All lines of one `pixelHeight` are equally high, about a sixth more than it, and stand on the same
    /// baseline. What the font does not have, and control characters, become a box of its own width: a gap would hide that
    /// something stood there.
    /// - Parameter pixelHeight: of a Chinese character, in dots.
    public func render(
        _ text: String, pixelHeight: Int, spacing: Spacing = .proportional
    ) throws(GlyphError) -> Bitmap {
        try draw(pixelHeight) { pen throws(GlyphError) in try pen.render(text, spacing) }
    }

    /// How many dots wide the line would be.
    public func width(
        of text: String, pixelHeight: Int, spacing: Spacing = .proportional
    ) throws(GlyphError) -> Int {
        try draw(pixelHeight) { pen throws(GlyphError) in try pen.width(of: text, spacing) }
    }

    /// How many dots high every line of this `pixelHeight` is.
    public func lineHeight(pixelHeight: Int) throws(GlyphError) -> Int {
        try draw(pixelHeight) { pen throws(GlyphError) in pen.lineHeight }
    }

    /// Gives the font, FreeType and the drawn characters back. The next text opens them again.
    public func close() { pen.withLock { $0 = nil } }

    private func draw<Answer: Sendable>(
        _ pixelHeight: Int, _ work: (inout GlyphRasterizer) throws(GlyphError) -> Answer
    ) throws(GlyphError) -> Answer {
        guard (Self.smallest...Self.largest).contains(pixelHeight) else { throw .badHeight(pixelHeight) }
        return try pen.withLock { (held: inout sending GlyphRasterizer?) throws(GlyphError) -> Answer in
            var pen: GlyphRasterizer
            if let open = held.take() { pen = open } else { pen = try GlyphRasterizer(font: path, rare: rarePaths) }
            // Given back however the work ends.
            let before = pen.missing
            let result: Result<Answer, GlyphError>
            do throws(GlyphError) {
                try pen.take(pixelHeight)
                result = .success(try work(&pen))
            } catch {
                result = .failure(error)
            }
            absent.withLock { $0 += pen.missing - before }
            held = consume pen
            return try result.get()
        }
    }
}
