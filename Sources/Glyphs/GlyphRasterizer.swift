import CFreeType
import Receipts

/// Owns one FreeType library and what it opened of one font. FreeType is not thread-safe: whoever holds the pen has it alone.
@safe struct GlyphRasterizer: ~Copyable {
    private let library: FT_Library
    private let face: FT_Face
    /// The collection's second font, whose Latin letters are all equally wide; `nil` when there is none.
    private let fixed: FT_Face?
    /// Of its letters, in the font's own units.
    private let fixedAdvance: Int
    private var cache: GlyphCache
    /// For characters that the font does not have; opened at the first of them, and empty where none is installed.
    private var rare: [FT_Face]
    private var isRareOpen: Bool
    private let rarePaths: [String]
    private var pixelHeight: Int
    /// Characters that were drawn as a box.
    private(set) var missing: Int
    /// What the drawn characters take, in bytes.
    var cached: Int { cache.used }

    init(font path: String, rare rarePaths: [String] = []) throws(GlyphError) {
        var library: FT_Library?
        let code = unsafe FT_Init_FreeType(&library)
        guard code == 0, let library = unsafe library else { throw .failed(code: code) }
        var face: FT_Face?
        // The file is mapped, not read: what is not drawn costs nothing.
        let opened = unsafe FT_New_Face(library, path, 0, &face)
        guard opened == 0, let face = unsafe face else {
            unsafe FT_Done_FreeType(library)
            throw .noFont(path: path, code: opened)
        }
        guard unsafe face.pointee.face_flags & FT_Long(FT_FACE_FLAG_SCALABLE) != 0 else {
            unsafe FT_Done_FreeType(library)
            throw .notScalable(path: path)
        }
        var fixed: FT_Face?
        var advance = 0
        if unsafe face.pointee.num_faces > 1, unsafe FT_New_Face(library, path, 1, &fixed) == 0 {
            // Measured, since the flag for it is not set in every font that is so.
            advance = unsafe Self.advance(of: "i", in: fixed)
            if unsafe advance < 1 || advance != Self.advance(of: "W", in: fixed) { unsafe fixed = nil }
        }
        fixedAdvance = advance
        self.rarePaths = rarePaths
        cache = GlyphCache()
        unsafe rare = []
        (isRareOpen, pixelHeight, missing) = (false, 0, 0)
        unsafe self.library = library
        unsafe self.face = face
        unsafe self.fixed = fixed
    }

    /// In the font's own units; 0 when it has none.
    private static func advance(of letter: Unicode.Scalar, in face: FT_Face?) -> Int {
        guard let face = unsafe face,
            unsafe FT_Load_Char(face, FT_ULong(letter.value), FT_Int32(FT_LOAD_NO_SCALE)) == 0
        else { return 0 }
        return unsafe Int(face.pointee.glyph.pointee.metrics.horiAdvance)
    }

    // The library closes what it opened.
    deinit { unsafe FT_Done_FreeType(library) }

    /// What follows is drawn in this height.
    mutating func take(_ pixelHeight: Int) throws(GlyphError) {
        if pixelHeight == self.pixelHeight { return }
        let code = unsafe FT_Set_Pixel_Sizes(face, 0, FT_UInt(pixelHeight))
        guard code == 0 else { throw .failed(code: code) }
        if let fixed = unsafe fixed {
            // As high as the others, and so narrow that a letter fills half a Chinese one but for the dot that parts it from
            // the next. In 64ths of a dot.
            let em = unsafe Int(fixed.pointee.units_per_EM)
            // A broken font may name any advance; the letters then keep a sane size.
            let width = 64 * (pixelHeight / 2 - 1) * em / max(fixedAdvance, em / 4, 1)
            let code = unsafe FT_Set_Char_Size(fixed, FT_F26Dot6(width), FT_F26Dot6(pixelHeight * 64), 72, 72)
            guard code == 0 else { throw .failed(code: code) }
        }
        self.pixelHeight = pixelHeight
    }

    /// From the line's upper edge to the baseline. FreeType measures in 64ths of a dot.
    private var ascent: Int { unsafe (Int(face.pointee.size.pointee.metrics.ascender) + 63) >> 6 }

    var lineHeight: Int { unsafe ascent + (63 - Int(face.pointee.size.pointee.metrics.descender)) >> 6 }

    mutating func render(_ text: String, _ spacing: Glyphs.Spacing) throws(GlyphError) -> Bitmap {
        var line = Bitmap(width: try width(of: text, spacing), height: lineHeight)
        var x = 0
        for scalar in text.unicodeScalars {
            let glyph = try glyph(scalar, spacing)
            if glyph.isMissing { missing += 1 }
            let step = step(scalar, glyph, spacing)
            // In a place wider than itself it stands in the middle.
            let left = glyph.left + (spacing == .columns ? (step - glyph.advance) / 2 : 0)
            // The first and the last character keep within the line, where a printer would cut them.
            let place = min(max(x + left, 0), max(line.width - glyph.picture.width, 0))
            line.draw(glyph.picture, x: place, y: ascent - glyph.top)
            x += step
        }
        return line
    }

    mutating func width(of text: String, _ spacing: Glyphs.Spacing) throws(GlyphError) -> Int {
        var width = 0
        for scalar in text.unicodeScalars {
            width += step(scalar, try glyph(scalar, spacing), spacing)
            // Asked for each, so that a text of megabytes ends here.
            guard width <= Bitmap.widest else { throw .tooWide(limit: Bitmap.widest) }
        }
        return width
    }

    private func step(_ scalar: Unicode.Scalar, _ glyph: Glyph, _ spacing: Glyphs.Spacing) -> Int {
        switch spacing {
        case .proportional: glyph.advance
        case .columns: scalar.isASCII ? pixelHeight / 2 : pixelHeight / 2 * 2
        }
    }

    private mutating func glyph(_ scalar: Unicode.Scalar, _ spacing: Glyphs.Spacing) throws(GlyphError) -> Glyph {
        var isNarrow = spacing == .columns && scalar.isASCII
        if unsafe fixed == nil { isNarrow = false }
        let key = GlyphCache.Key(character: scalar.value, pixelHeight: pixelHeight, isNarrow: isNarrow)
        if let known = cache[key] { return known }
        let glyph = try drawn(scalar, isNarrow: isNarrow) ?? box(scalar)
        cache.keep(glyph, as: key)
        return glyph
    }

    /// `nil` when the font does not have it, or has it but cannot draw it.
    private mutating func drawn(_ scalar: Unicode.Scalar, isNarrow: Bool) throws(GlyphError) -> Glyph? {
        guard scalar.properties.generalCategory != .control else { return nil }
        let face = unsafe isNarrow ? fixed ?? face : face
        let index = unsafe FT_Get_Char_Index(face, FT_ULong(scalar.value))
        if index != 0 { return try unsafe drawn(index, of: face) }
        // A name is not left with a box in it as long as any font has its sign.
        let faces = unsafe rareFaces()
        for place in unsafe faces.indices {
            let face = unsafe faces[place]
            let index = unsafe FT_Get_Char_Index(face, FT_ULong(scalar.value))
            guard index != 0, unsafe FT_Set_Pixel_Sizes(face, 0, FT_UInt(pixelHeight)) == 0 else { continue }
            if let glyph = try unsafe drawn(index, of: face) { return glyph }
        }
        return nil
    }

    private mutating func rareFaces() -> [FT_Face] {
        if !isRareOpen {
            isRareOpen = true
            for path in rarePaths {
                var opened: FT_Face?
                guard unsafe FT_New_Face(library, path, 0, &opened) == 0, let face = unsafe opened else { continue }
                unsafe rare.append(face)
            }
        }
        return unsafe rare
    }

    private func drawn(_ index: FT_UInt, of face: FT_Face) throws(GlyphError) -> Glyph? {
        let code = unsafe FT_Load_Glyph(face, index, kiosk_load_black_and_white)
        guard code != FT_Err_Out_Of_Memory else { throw .failed(code: code) }
        guard code == 0 else { return nil }
        let slot = unsafe face.pointee.glyph.pointee
        let source = unsafe slot.bitmap
        var picture = Bitmap(width: unsafe Int(source.width), height: unsafe Int(source.rows))
        for y in 0..<picture.height {
            for x in 0..<picture.width {
                // A pitch below 0 would mean rows from the bottom; FreeType draws from the top.
                let byte = unsafe source.buffer[y * Int(source.pitch) + x / 8]
                picture[x, y] = byte >> UInt8(7 - x % 8) & 1 == 1
            }
        }
        return unsafe Glyph(
            picture: picture, left: Int(slot.bitmap_left), top: Int(slot.bitmap_top),
            advance: Int(slot.advance.x) >> 6, isMissing: false)
    }

    /// A box as wide as the character would be, standing on the baseline.
    private func box(_ scalar: Unicode.Scalar) -> Glyph {
        let advance = scalar.isASCII ? pixelHeight / 2 : pixelHeight
        let (width, height) = (advance - 2, pixelHeight * 3 / 4)
        var picture = Bitmap(width: width, height: height)
        picture.fill(x: 0, y: 0, width: width, height: 1)
        picture.fill(x: 0, y: height - 1, width: width, height: 1)
        picture.fill(x: 0, y: 0, width: 1, height: height)
        picture.fill(x: width - 1, y: 0, width: 1, height: height)
        return Glyph(picture: picture, left: 1, top: height, advance: advance, isMissing: true)
    }
}
