public import Deflate

extension Bitmap {
    /// The picture as a PNG file of one bit a dot, for a screen or a mail; all numbers are big-endian:
    ///
    ///     89 50 4E 47 0D 0A 1A 0A                                        signature
    ///     length ×4  "IHDR"  width ×4  height ×4  1  0  0  0  0  CRC ×4  one bit of grey, not interlaced
    ///     length ×4  "IDAT"  zlib (each row: filter 0, dots)     CRC ×4
    ///     0      ×4  "IEND"                                      CRC ×4
    ///
    /// The CRC covers a chunk's name and content. PNG's 1 is light, ours is dark. zlib is linked already; libpng would
    /// add a library and its jumps out of C, to write what a picture of this one kind says in four chunks.
    ///
    /// A picture without rows or columns becomes one of a single light dot, since PNG has no empty ones.
    /// - Parameter margin: light dots on every side.
    public func png(margin: Int = 0) throws(Deflate.Failure) -> [UInt8] {
        let margin = min(max(margin, 0), 256)
        var page = Bitmap(width: max(width + 2 * margin, 1), height: max(height + 2 * margin, 1))
        page.draw(self, x: margin, y: margin)
        let row = page.bytesPerRow
        var rows: [UInt8] = []
        rows.reserveCapacity(page.height * (row + 1))
        for y in 0..<page.height {
            rows.append(0)
            rows += page.bytes[y * row..<(y + 1) * row].lazy.map(~)
        }
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += Self.chunk("IHDR", Self.big(page.width) + Self.big(page.height) + [1, 0, 0, 0, 0])
        file += Self.chunk("IDAT", try Deflate.compress(rows))
        file += Self.chunk("IEND", [])
        return file
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + content
        return big(content.count) + checked + big(Int(Deflate.crc32(checked)))
    }

    private static func big(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
