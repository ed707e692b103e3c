import Deflate
import Testing

@testable import Receipts

@Suite struct BitmapTests {
    /// Repeatable noise.
    struct Noise: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    func noise(_ width: Int, _ height: Int, _ noise: inout Noise) -> Bitmap {
        var picture = Bitmap(width: width, height: height)
        for y in 0..<height { for x in 0..<width { picture[x, y] = Bool.random(using: &noise) } }
        return picture
    }

    func picture(_ rows: String...) -> Bitmap {
        var picture = Bitmap(width: rows.first?.count ?? 0, height: rows.count)
        for (y, row) in rows.enumerated() { for (x, dot) in row.enumerated() { picture[x, y] = dot == "#" } }
        return picture
    }

    @Test func `the leftmost of eight dots is the highest bit, and a row ends at a whole byte`() {
        var picture = Bitmap(width: 10, height: 2)
        picture[0, 0] = true
        picture[9, 1] = true
        #expect(picture.bytes == [0x80, 0x00, 0x00, 0x40] && picture.bytesPerRow == 2 && picture.darkDots == 2)
        picture[9, 1] = false
        #expect(picture == Bitmap(width: 10, height: 2).with { $0[0, 0] = true })
    }

    @Test func `outside is light, and stays so`() {
        var picture = Bitmap(width: 3, height: 3)
        for (x, y) in [(-1, 0), (3, 0), (0, -1), (0, 3), (Int.min, Int.max), (Int.max, Int.min)] {
            picture[x, y] = true
            #expect(!picture[x, y])
        }
        #expect(picture.darkDots == 0)
    }

    @Test func `whatever is drawn wherever, each dot is where a dot by dot drawing has it`() {
        var random = Noise(state: 5)
        for _ in 0..<400 {
            let below = noise(.random(in: 0...40, using: &random), .random(in: 0...6, using: &random), &random)
            let above = noise(.random(in: 0...40, using: &random), .random(in: 0...6, using: &random), &random)
            let (x, y) = (Int.random(in: -45...45, using: &random), Int.random(in: -8...8, using: &random))
            var (fast, slow) = (below, below)
            fast.draw(above, x: x, y: y)
            for row in 0..<above.height {
                for column in 0..<above.width where above[column, row] { slow[x + column, y + row] = true }
            }
            #expect(fast == slow, "\(above.width)×\(above.height) at \(x) \(y) on \(below.width)×\(below.height)")
        }
    }

    @Test func `a rectangle is as wide as it is said to be, wherever it begins`() {
        for x in 0..<18 {
            for width in 0..<18 {
                var picture = Bitmap(width: 17, height: 3)
                picture.fill(x: x, y: 1, width: width, height: 1)
                let dark = (0..<3).map { row in (0..<17).filter { picture[$0, row] } }
                #expect(dark == [[], (0..<17).filter { $0 >= x && $0 < x + width }, []], "\(x) \(width)")
            }
        }
    }

    @Test func `places and lengths beyond all sense are cut off`() {
        var picture = Bitmap(width: 9, height: 2)
        let dot = Bitmap(width: 1, height: 1).with { $0[0, 0] = true }
        for place in [Int.min, Int.min + 1, -1, 9, Int.max] {
            picture.draw(dot, x: place, y: 0)
            picture.draw(dot, x: 0, y: place)
            picture.fill(x: place, y: 0, width: 0, height: Int.max)
            picture.fill(x: place, y: 0, width: -1, height: Int.min)
        }
        #expect(picture.darkDots == 0)
        picture.fill(x: 1, y: 1, width: .max, height: .max)
        #expect(picture.darkDots == 8)
        picture.fill(x: Int.min + 1, y: Int.min + 1, width: .max, height: .max)
        #expect(picture.darkDots == 8, "it ends before the picture begins")
        #expect(Bitmap(width: .min, height: .min) == Bitmap(width: 0, height: 0))
        let most = Bitmap(width: .max, height: 1)
        #expect(most.width == Bitmap.widest && Bitmap(width: 1, height: .max).height == Bitmap.highest)
        #expect(dot.scaled(by: .max).height == Bitmap.highest && dot.scaled(by: .min) == dot)
    }

    @Test func `a picture grows by what is put below it, and not for ever`() {
        var paper = picture("##", "..")
        paper.append(picture("#..#"))
        paper.feed(1)
        paper.rule(y: 3)
        #expect(paper == picture("##", "..", "#.", "##"))
        paper.feed(.max)
        #expect(paper.height == Bitmap.highest)
        paper.append(paper)
        #expect(paper.height == Bitmap.highest && paper.bytes.count == Bitmap.highest)
    }

    @Test func `twice as large is each dot as four`() {
        #expect(picture("#.", ".#").scaled(by: 2) == picture("##..", "##..", "..##", "..##"))
    }

    @Test func `bands of a printer joined again are the picture`() throws {
        var random = Noise(state: 9)
        for (width, height) in [(384, 1), (576, 24), (576, 25), (13, 100), (4096, 2)] {
            let whole = noise(width, height, &random)
            var bytes = whole.escPos[...]
            var (rows, dots): (Int, [UInt8]) = (0, [])
            while let band = bytes.first {
                #expect(band == 0x1D && Array(bytes.prefix(4)) == [0x1D, 0x76, 0x30, 0x00])
                let numbers = bytes.dropFirst(4).prefix(4).map(Int.init)
                try #require(numbers.count == 4)
                let (row, count) = (numbers[0] + numbers[1] << 8, numbers[2] + numbers[3] << 8)
                #expect(row == (width + 7) / 8 && (1...24).contains(count))
                dots += bytes.dropFirst(8).prefix(row * count)
                rows += count
                bytes = bytes.dropFirst(8 + row * count)
            }
            #expect(rows == height && dots == whole.bytes)
        }
        #expect(Bitmap(width: 0, height: 5).escPos.isEmpty && Bitmap(width: 5, height: 0).escPos.isEmpty)
    }

    /// The chunks of a PNG file, their checks recomputed bit by bit.
    func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
        var rest = file.dropFirst(8)
        var chunks: [(String, [UInt8])] = []
        func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
        while !rest.isEmpty {
            let length = Int(number(rest.prefix(4)))
            let checked = rest.dropFirst(4).prefix(4 + length)
            var crc: UInt32 = .max
            for byte in checked {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            }
            #expect(number(rest.dropFirst(8 + length).prefix(4)) == ~crc)
            chunks.append((String(decoding: checked.prefix(4), as: UTF8.self), Array(checked.dropFirst(4))))
            rest = rest.dropFirst(12 + length)
        }
        return chunks
    }

    @Test func `a PNG file holds every dot, light around it`() throws {
        var random = Noise(state: 3)
        for (width, height, margin) in [(1, 1, 0), (9, 3, 0), (384, 50, 8), (0, 0, 0), (7, 0, 2)] {
            let whole = noise(width, height, &random)
            let file = try whole.png(margin: margin)
            #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            let parts = try chunks(file)
            #expect(parts.map(\.name) == ["IHDR", "IDAT", "IEND"])
            let (across, down) = (max(width + 2 * margin, 1), max(height + 2 * margin, 1))
            let header = [
                0, 0, UInt8(across >> 8), UInt8(across & 255), 0, 0, UInt8(down >> 8), UInt8(down & 255), 1, 0, 0, 0, 0,
            ]
            #expect(parts[0].content == header && parts[2].content.isEmpty)
            let rows = try Deflate.expand(parts[1].content, limit: 1 << 20)
            let row = (across + 7) / 8 + 1
            try #require(rows.count == row * down)
            for y in 0..<down {
                #expect(rows[y * row] == 0)
                for x in 0..<across {
                    let isLight = rows[y * row + 1 + x / 8] >> UInt8(7 - x % 8) & 1 == 1
                    if isLight == whole[x - margin, y - margin] { Issue.record("\(x) \(y) of \(width)×\(height)") }
                }
            }
        }
    }
}

extension Bitmap {
    fileprivate func with(_ change: (inout Bitmap) -> Void) -> Bitmap {
        var copy = self
        change(&copy)
        return copy
    }
}
