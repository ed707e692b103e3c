import Receipts

/// A character as it was drawn once.
struct Glyph {
    /// The dark part alone.
    let picture: Bitmap
    /// From the place where the character begins to the picture's left edge, in dots; may be below 0.
    let left: Int
    /// From the baseline up to the picture's upper edge, in dots.
    let top: Int
    /// To the place where the next character begins, in dots.
    let advance: Int
    /// The font does not have it: this is a box.
    let isMissing: Bool
}

/// The characters drawn last, as many as fit. A receipt uses a hundred, most of them again and again.
struct GlyphCache {
    struct Key: Hashable {
        let character: UInt32
        let pixelHeight: Int
        /// Drawn with the letters that are all equally wide.
        let isNarrow: Bool
    }

    /// In bytes of pictures and what they cost beside: some 800 characters of a receipt's size. When it is full everything
    /// goes, which costs some milliseconds once in many receipts and needs no account of who came when.
    static let capacity = 128 * 1024
    /// What a picture costs beside its dots.
    static let overhead = 96

    private var glyphs: [Key: Glyph] = [:]
    private(set) var used = 0

    var count: Int { glyphs.count }

    subscript(key: Key) -> Glyph? { glyphs[key] }

    mutating func keep(_ glyph: Glyph, as key: Key) {
        let cost = glyph.picture.bytes.count + Self.overhead
        if used + cost > Self.capacity {
            glyphs = [:]
            used = 0
        }
        used += cost
        glyphs[key] = glyph
    }
}
