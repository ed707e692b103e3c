/// Why a text could not be drawn. The text can still be printed by a printer that has characters of its own, and shown.
public enum GlyphError: Error, Hashable, Sendable, CustomStringConvertible {
    /// FreeType's own code; 1 when the file is not there or may not be read.
    case noFont(path: String, code: Int32)
    /// The file is a font, but holds no outlines that can be drawn at any size.
    case notScalable(path: String)
    case badHeight(Int)
    /// Wider than any paper. Break the text into lines.
    case tooWide(limit: Int)
    /// FreeType's own code, which only lack of memory can cause.
    case failed(code: Int32)

    public var description: String {
        switch self {
        case .noFont(let path, 1): "the font \(path) is not there; apt-get install fonts-wqy-microhei"
        case .noFont(let path, let code):
            "\(path) is not a font (FreeType says \(code)); apt-get install --reinstall fonts-wqy-microhei"
        case .notScalable(let path): "the font \(path) has no outlines; choose another"
        case .badHeight(let height):
            "text of \(height) dots cannot be drawn; \(Glyphs.smallest) to \(Glyphs.largest) can"
        case .tooWide(let limit): "the text is wider than \(limit) dots; break it into lines"
        case .failed(let code): "no text could be drawn (FreeType says \(code)); there may be no memory left"
        }
    }
}
