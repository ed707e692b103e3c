extension Bitmap {
    /// Rows in one band. A band of 80 mm paper is 1.7 KB, which the buffer of every cheap printer holds, so that the paper
    /// moves on while the next arrives; one command for the whole picture would stop in the middle on many.
    static let rowsInBand = 24

    /// The picture for an ESC/POS printer that has no Chinese, or to print what its own characters cannot: bands of
    ///
    ///     1D 76 30 m  xL xH  yL yH  dots…      x bytes a row, y rows, m 0: one dot a dot
    ///
    /// which follow one another without a seam. The command counts only at the start of a line, and needs no end of line.
    /// Source: Epson ESC/POS, GS v 0; obsolete there and known to every clone.
    public var escPos: [UInt8] {
        let (row, most) = (bytesPerRow, Self.rowsInBand)
        guard row > 0 else { return [] }
        var command: [UInt8] = []
        command.reserveCapacity(bytes.count + (height / most + 1) * 8)
        for first in stride(from: 0, to: height, by: most) {
            let rows = min(most, height - first)
            command += [0x1D, 0x76, 0x30, 0x00, UInt8(row & 0xFF), UInt8(row >> 8), UInt8(rows), 0x00]
            command += bytes[first * row..<(first + rows) * row]
        }
        return command
    }
}
