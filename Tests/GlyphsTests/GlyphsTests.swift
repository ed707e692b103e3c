import Foundation
import Receipts
import Symbols
import TestSupport
import Testing

@testable import Glyphs

/// Text as dots, with the font that a board has.
@Suite struct GlyphsTests {
    let glyphs = Glyphs()

    func darkColumns(_ picture: Bitmap) -> [Int] {
        (0..<picture.width).filter { x in (0..<picture.height).contains { picture[x, $0] } }
    }

    func darkRows(_ picture: Bitmap) -> [Int] {
        (0..<picture.height).filter { y in (0..<picture.width).contains { picture[$0, y] } }
    }

    @Test func `each character looks different from every other`() throws {
        let text = "零一二三四五六七八九十百千万元角分整负公斤净毛皮重番茄黄瓜级0123456789.-¥kgABCDEFGHIJKLMNOPQRSTUVWXYZ壹贰叁肆伍陆柒捌玖拾佰仟"
        for height in [16, 24, 48] {
            let pictures = try text.map { try glyphs.render(String($0), pixelHeight: height) }
            #expect(Set(pictures).count == text.count && pictures.allSatisfy { $0.darkDots > 0 }, "\(height)")
        }
        #expect(glyphs.missing == 0)
    }

    @Test func `strokes of 24 dots are dark enough for a thermal head and light enough to read`() throws {
        let picture = try glyphs.render("净重番茄黄瓜一级收购凭证", pixelHeight: 24)
        let dark = picture.darkDots * 100 / (24 * 24 * 12)
        #expect((20...45).contains(dark), "\(dark) % is dark")
        // A horizontal stroke is two dots thick: one would be lost to a worn head.
        #expect(try darkRows(glyphs.render("一", pixelHeight: 24)).count == 2)
    }

    @Test func `lines of one height are equally high and stand on one baseline`() throws {
        let height = try glyphs.lineHeight(pixelHeight: 24)
        #expect((24...30).contains(height))
        for text in ["", " ", "g", "净", "Ag净", "—", "."] {
            let line = try glyphs.render(text, pixelHeight: 24)
            #expect(line.height == height, "\(text)")
            #expect(try line.width == glyphs.width(of: text, pixelHeight: 24))
        }
        let base = try #require(darkRows(try glyphs.render("H", pixelHeight: 24)).last)
        #expect(try darkRows(glyphs.render("1", pixelHeight: 24)).last == base)
        #expect(try darkRows(glyphs.render("g", pixelHeight: 24)).last ?? 0 > base)
    }

    @Test func `in columns every ASCII character takes half a Chinese one, and none touches the next`() throws {
        let ascii = String(String.UnicodeScalarView((0x21...0x7E).compactMap { Unicode.Scalar($0) }))
        let line = try glyphs.render(ascii + "净×é", pixelHeight: 24, spacing: .columns)
        #expect(line.width == ascii.count * 12 + 3 * 24)
        for character in ascii {
            // Between two bars, each in the middle of its own 12 dots, the letter has 3 dots of room and more on each side.
            let row = try darkColumns(glyphs.render("|\(character)|", pixelHeight: 24, spacing: .columns))
            let ink = row.filter { (9..<27).contains($0) }
            #expect(try #require(ink.first) >= 12 && #require(ink.last) < 24, "\(character)")
        }
    }

    @Test(arguments: ["\u{20BB7}", "\u{4DAE}"])
    func `a rare sign of a name is drawn by another font, and is a box without one`(_ sign: String) throws {
        let drawn = try glyphs.render(sign, pixelHeight: 24)
        #expect(glyphs.missing == 0)
        #expect(drawn.width >= 20)
        #expect(drawn.darkDots > 60)
        let poor = Glyphs(rare: ["/nowhere.ttf"])
        let box = try poor.render(sign, pixelHeight: 24)
        #expect(poor.missing == 1 || box == drawn)
        #expect(sign != "\u{20BB7}" || poor.missing == 1)
    }

    @Test func `what the font does not have is a box and is counted`() throws {
        let box = try glyphs.render("\u{1F345}", pixelHeight: 24)
        #expect(box.width == 24 && box.darkDots > 60 && glyphs.missing == 1)
        // The box is hollow, unlike a blot.
        #expect(!box[12, 14])
        let control = try glyphs.render("\u{1B}", pixelHeight: 24)
        #expect(control.width == 12 && control.darkDots > 40 && glyphs.missing == 2)
        _ = try glyphs.width(of: "\u{1F345}", pixelHeight: 24)
        #expect(glyphs.missing == 2, "measuring draws nothing")
    }

    @Test func `a font that is not there is an error that says what to do, and a later one is taken`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("font.ttc")
        let glyphs = Glyphs(font: file)
        let error = try #require(throws: GlyphError.self) { try glyphs.render("净", pixelHeight: 24) }
        #expect(error == .noFont(path: file, code: 1) && "\(error)".contains("apt-get install fonts-wqy-microhei"))
        try Data("no font".utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: GlyphError.noFont(path: file, code: 2)) { try glyphs.render("净", pixelHeight: 24) }
        #expect(!glyphs.isOpen)
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: Glyphs.font, toPath: file)
        #expect(try glyphs.render("净", pixelHeight: 24) == Glyphs().render("净", pixelHeight: 24))
    }

    @Test func `heights and lengths beyond sense are refused, and the next text is drawn`() throws {
        for height in [Int.min, 0, 11, 129, Int.max] {
            #expect(throws: GlyphError.badHeight(height)) { try glyphs.render("净", pixelHeight: height) }
        }
        #expect(!glyphs.isOpen)
        let long = String(repeating: "净", count: 1_000_000)
        #expect(throws: GlyphError.tooWide(limit: 4096)) { try glyphs.render(long, pixelHeight: 24) }
        #expect(try glyphs.render(String(repeating: "净", count: 170), pixelHeight: 24).width == 4080)
    }

    @Test func `nothing is open before the first text nor after the last`() throws {
        #expect(!glyphs.isOpen)
        let first = try glyphs.render("净重 10.19 公斤", pixelHeight: 24)
        #expect(glyphs.isOpen)
        glyphs.close()
        #expect(!glyphs.isOpen)
        #expect(try glyphs.render("净重 10.19 公斤", pixelHeight: 24) == first)
    }

    @Test func `all the characters of a language do not grow the memory, and come out the same again`() throws {
        var pen = try GlyphRasterizer(font: Glyphs.font)
        try pen.take(24)
        let first = try pen.render("净重", .proportional)
        for value in 0x4E00...0x9FA5 {
            _ = try pen.width(of: String(Unicode.Scalar(value).map(Character.init) ?? " "), .proportional)
            #expect(pen.cached <= GlyphCache.capacity)
        }
        #expect(try pen.render("净重", .proportional) == first)
    }

    @Test func `many threads may ask at once`() async throws {
        let expected = try (16...40).map { try Glyphs().render("净重\($0)", pixelHeight: $0) }
        let glyphs = glyphs
        try await withThrowingTaskGroup(of: Void.self) { group in
            for round in 0..<8 {
                group.addTask {
                    for height in 16...40 {
                        let picture = try glyphs.render("净重\(height)", pixelHeight: height)
                        #expect(picture == expected[height - 16])
                        if round == 0 { glyphs.close() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a receipt drawn with its QR code is read from the PNG file by a scanner`() throws {
        var paper = Bitmap(width: 384, height: 0)
        for (text, height) in [
            ("收购凭证 Weigh-in", 32), ("番茄 一级", 24), ("净重 10.190 kg  20.380 斤", 24), ("单价 3.20 元/kg", 24),
            ("¥ 32.61", 48), ("叁拾贰元陆角壹分", 24), ("k1310020007 2024-05-06 07:08", 16),
        ] {
            paper.append(try glyphs.render(text, pixelHeight: height))
        }
        for line in ["番茄 Tomato      10.190 kg", "黄瓜 Cucumber     8.000 kg", "\u{1F345} g y j Q ( ) W M @ %"] {
            paper.append(try glyphs.render(line, pixelHeight: 24, spacing: .columns))
        }
        paper.feed(8)
        paper.rule(y: paper.height - 4, thickness: 2)
        let text = "K1 k1310020007 0192f1a0 17 净重"
        let symbol = try Symbol.encode(text, as: .qr)
        var dots = Bitmap(width: symbol.width, height: symbol.height)
        for y in 0..<symbol.height { for x in 0..<symbol.width { dots[x, y] = symbol.isDark(x: x, y: y) } }
        paper.feed(16)
        paper.append(dots.scaled(by: 4))
        let directory = try TemporaryDirectory()
        let file = directory.file("receipt.png")
        try Data(paper.png(margin: 16)).write(to: URL(fileURLWithPath: file))
        let answer = try run("/usr/bin/zbarimg", ["--quiet", "--nodbus", "--raw", file])
        #expect(answer.code == 0 && answer.output == text + "\n", "\(answer.errors)")
        if let keep = ProcessInfo.processInfo.environment["KIOSK_TEST_PICTURES"] {
            try Data(paper.png(margin: 16)).write(to: URL(fileURLWithPath: keep + "/receipt.png"))
        }
    }
}
