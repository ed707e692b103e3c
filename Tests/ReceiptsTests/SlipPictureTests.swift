import Domain
import Testing

@testable import Receipts

@Suite struct `A slip as dots` {
    struct NoFont: Error {}

    /// Each character a dark box, each symbol a chequered square: what is tested is where things lie.
    static let pen = SlipPicture.TextStyle(
        text: { text, height in
            let columns = text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 2) }
            var line = Bitmap(width: columns * height / 2, height: height + 4)
            line.fill(x: 0, y: 2, width: line.width, height: height)
            return line
        },
        modules: { text, form in
            var modules = Bitmap(width: form == .qr ? 21 : 100, height: form == .qr ? 21 : 1)
            for y in 0..<modules.height {
                for x in 0..<modules.width where (x + y) % 2 == 0 { modules[x, y] = true }
            }
            return modules
        })

    func picture(_ elements: Slip.Element..., columns: Int = 32) throws -> SlipPicture {
        try SlipPicture(Slip(elements), columns: columns, pen: Self.pen)
    }

    /// The dark columns of a row, from the first to the last.
    func extent(_ bitmap: Bitmap, row: Int) -> Range<Int>? {
        let dark = (0..<bitmap.width).filter { bitmap[$0, row] }
        return dark.first.map { $0..<(dark.last ?? $0) + 1 }
    }

    @Test(arguments: [(32, 384), (48, 576)]) func `is as wide as its paper`(_ columns: Int, _ dots: Int) throws {
        let picture = try picture(.text("净重"), .rule, .symbol("x"), .barcode("KL-3f9a1c-000045"), columns: columns)
        #expect(picture.width == dots && picture.bitmap.width == dots)
    }

    @Test func `stands where it is aligned, and is bold by one dot`() throws {
        #expect(extent(try picture(.text("AB")).bitmap, row: 10) == 0..<24)
        #expect(extent(try picture(.text("AB", alignment: .right)).bitmap, row: 10) == 360..<384)
        #expect(extent(try picture(.text("净", alignment: .center)).bitmap, row: 10) == 180..<204)
        #expect(extent(try picture(.text("净", isBold: true)).bitmap, row: 10) == 0..<25)
        let double = try picture(.text("净", size: .double)).bitmap
        #expect(extent(double, row: 10) == 0..<48 && double.height == 52)
        // A whole line, and a row with both its ends.
        #expect(extent(try picture(.text(String(repeating: "x", count: 32))).bitmap, row: 10) == 0..<384)
    }

    @Test func `has symbols in the middle with their quiet zone, and bars two dots wide`() throws {
        let qr = try picture(.symbol("x")).bitmap
        #expect(qr.height == (21 + 8) * 4 && extent(qr, row: 15) == nil)
        #expect(extent(qr, row: 16) == 150..<234)
        let bars = try picture(.barcode("KL-3f9a1c-000045")).bitmap
        #expect(bars[92, 10] && bars[93, 10] && !bars[94, 10] && bars[92, 83] && !bars[92, 84])
    }

    @Test func `is sent as bands between which paper is fed and cut`() throws {
        let bytes = try picture(.text("AB"), .feed(3), .cut, .text("C")).escPos
        #expect(bytes.prefix(2) == [0x1B, 0x40])
        var (rows, rest, cuts, fed) = (0, bytes.dropFirst(2), 0, 0)
        while let first = rest.first {
            let body = Array(rest.prefix(8))
            if first == 0x1B {
                #expect(body[1] == 0x4A)
                fed += Int(body[2])
                rest = rest.dropFirst(3)
            } else if body[1] == 0x56 {
                cuts += 1
                rest = rest.dropFirst(4)
            } else {
                #expect(Array(body[..<6]) == [0x1D, 0x76, 0x30, 0x00, 48, 0] && body[7] == 0)
                rows += Int(body[6])
                rest = rest.dropFirst(8 + 48 * Int(body[6]))
            }
        }
        #expect(rows == 28 * 2 && cuts == 1 && fed == 72)
    }

    @Test func `holds nothing that a printer obeys in the middle of a picture`() throws {
        #expect(
            SlipPicture.hushed([0x10, 0x04, 0x10, 0x05, 0x10, 0x14, 0x10, 0x10, 0x04]) == [
                0x18, 0x04, 0x18, 0x05, 0x18, 0x14, 0x10, 0x18, 0x04,
            ])
        #expect(SlipPicture.hushed([0x10]) == [0x10] && SlipPicture.hushed([]).isEmpty)
        #expect(SlipPicture.hushed([0x10, 0x00, 0x04]) == [0x10, 0x00, 0x04])
        let pen = SlipPicture.TextStyle(
            text: { _, _ in
                var line = Bitmap(width: 384, height: 30)
                for y in 0..<30 { (line[3, y], line[13, y]) = (true, true) }
                return line
            }, modules: Self.pen.modules)
        let bytes = try SlipPicture(Slip([.text("x")]), columns: 32, pen: pen).escPos
        #expect(zip(bytes, bytes.dropFirst()).allSatisfy { $0 != 0x10 || ![0x04, 0x05, 0x14].contains($1) })
    }

    @Test func `is not there at all when the font is not`() {
        let pen = SlipPicture.TextStyle(text: { _, _ in throw NoFont() }, modules: Self.pen.modules)
        #expect(throws: NoFont.self) { try SlipPicture(Slip([.text("x")]), columns: 32, pen: pen) }
    }

    @Test func `has a line of dashes where the paper is cut`() throws {
        let bitmap = try picture(.cut).bitmap
        #expect(bitmap.height == 1 && bitmap[0, 0] && !bitmap[6, 0] && bitmap[12, 0])
    }
}
