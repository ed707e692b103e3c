import Board
import Foundation
import Symbols
import TestSupport
import Testing

@Suite struct SymbolTests {
    /// The modules of one row, as they stand in the tables of ISO/IEC 15417.
    func row(_ symbol: Symbol, _ y: Int = 0) -> String {
        (0..<symbol.width).map { symbol.isDark(x: $0, y: y) ? "1" : "0" }.joined()
    }

    @Test(
        arguments: [
            // Start B, A, check 34, stop.
            ("A", ["11010010000", "10100011000", "10001011000", "1100011101011"]),
            // Start C, 12, 34, 56, check 44, stop: digits go two a sign.
            ("123456", ["11010011100", "10110011100", "10001011000", "11100010110", "10001101110", "1100011101011"]),
        ])
    func `a Code 128 has exactly the modules of the standard`(_ text: String, _ signs: [String]) throws {
        let symbol = try Symbol.encode(text, as: .code128)
        #expect(row(symbol) == signs.joined())
        #expect(symbol.height == 1 && symbol.quietZone == 10)
    }

    @Test(
        arguments: [
            ("KC-UNDO", 21), ("KC-CARRIER-CHINA-POST", 25), (String(repeating: "9", count: 5596), 177),
        ])
    func `a QR code is as large as its text needs at level M`(_ text: String, _ size: Int) throws {
        let symbol = try Symbol.encode(text, as: .qr)
        #expect(symbol.width == size && symbol.height == size && symbol.quietZone == 4)
        // The finders at three corners and none at the fourth.
        for (x, y) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            #expect((0..<7).allSatisfy { symbol.isDark(x: x + $0, y: y) && symbol.isDark(x: x + $0, y: y + 6) })
            #expect((1..<6).allSatisfy { !symbol.isDark(x: x + $0, y: y + 1) })
        }
        #expect(!(0..<7).allSatisfy { symbol.isDark(x: size - 1 - $0, y: size - 1) })
        // The format's first two bits: 00 for level M, under the mask 10.
        #expect(symbol.isDark(x: 0, y: 8) && !symbol.isDark(x: 1, y: 8))
    }

    @Test func `runs and path tell the same modules as the grid`() throws {
        for symbology in Symbology.allCases {
            let symbol = try Symbol.encode("KC-0", as: symbology)
            for y in 0..<symbol.height {
                let dark = symbol.darkRuns(row: y).flatMap { $0 }
                #expect(dark == (0..<symbol.width).filter { symbol.isDark(x: $0, y: y) })
            }
            #expect(
                symbol.path.filter { $0 == "M" }.count
                    == (0..<symbol.height).map { symbol.darkRuns(row: $0).count }
                    .reduce(0, +))
        }
        #expect(try Symbol.encode("A", as: .code128).path.hasPrefix("M0 0h2v1h-2zM3 0h1v1h-1zM6 0h1v1h-1z"))
    }

    @Test func `outside a symbol everything is light`() throws {
        let symbol = try Symbol.encode("KC-0", as: .qr)
        for (x, y) in [(-1, 0), (0, -1), (symbol.width, 0), (0, symbol.height), (.max, .max), (.min, .min)] {
            #expect(!symbol.isDark(x: x, y: y))
        }
        #expect(symbol.darkRuns(row: -1).isEmpty && symbol.darkRuns(row: symbol.height).isEmpty)
    }

    @Test(
        arguments: [
            ("", .code128, .empty), ("", .qr, .empty),
            ("取件", .code128, .notASCII("取")), ("SF1é", .code128, .notASCII("é")),
            (String(repeating: "1", count: 120), .code128, nil),
            (String(repeating: "1", count: 122), .code128, .tooLong(bytes: 122)),
            (String(repeating: "a", count: 2331), .qr, nil),
            (String(repeating: "a", count: 2332), .qr, .tooLong(bytes: 2332)),
            (String(repeating: "9", count: 5597), .qr, .tooLong(bytes: 5597)),
            (String(repeating: "取", count: 3000), .code128, .tooLong(bytes: 9000)),
            // As Shift JIS, which not every phone understands, they would fit.
            (String(repeating: "取", count: 800), .qr, .tooLong(bytes: 2400)),
            (String(repeating: "a", count: 20_000_000), .qr, .tooLong(bytes: 20_000_000)),
        ] as [(String, Symbology, SymbolError?)])
    func `a text that has no symbol is refused with its reason`(
        _ text: String, _ symbology: Symbology, _ expected: SymbolError?
    ) {
        var refusal: SymbolError?
        do throws(SymbolError) { _ = try Symbol.encode(text, as: symbology) } catch { refusal = error }
        #expect(refusal == expected)
    }

    @Test(
        arguments: [
            ("SF1234567890123", .code128), ("k1310020007 a~!\"\\^", .code128), ("12345678901234567890", .code128),
            ("KC-UNDO", .qr), ("取件码 3-2-118，张三", .qr), ("點 日本 é 🍎", .qr), ("https://example.org/?a=1&b=\\n", .qr),
            (String(repeating: "红富士苹果 ", count: 40), .qr),
        ] as [(String, Symbology)])
    func `a scanner reads back what was encoded`(_ text: String, _ symbology: Symbology) throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("symbol.pgm")
        try Data(picture(try Symbol.encode(text, as: symbology))).write(to: URL(fileURLWithPath: file))
        let answer = try run("/usr/bin/zbarimg", ["--quiet", "--nodbus", "--raw", file])
        #expect(answer.output == text + "\n", "\(answer.errors)")
    }

    /// Four dots a module and the quiet zone around it, as a binary PGM.
    func picture(_ symbol: Symbol) -> [UInt8] {
        let quiet = symbol.quietZone
        let rows = symbol.height == 1 ? 40 : symbol.height
        let width = (symbol.width + 2 * quiet) * 4
        let height = (rows + 2 * quiet) * 4
        var bytes = Array("P5 \(width) \(height) 255\n".utf8)
        for y in 0..<height {
            for x in 0..<width {
                let row = y / 4 - quiet
                let isInside = (0..<rows).contains(row)
                let isDark = isInside && symbol.isDark(x: x / 4 - quiet, y: symbol.height == 1 ? 0 : row)
                bytes.append(isDark ? 0 : 255)
            }
        }
        return bytes
    }

    /// In a process of its own, whose memory no other test takes.
    @Test func `four thousand symbols leave no memory behind, refused ones included`() async {
        await #expect(processExitsWith: .success) {
            func encode(_ count: Int) {
                let tooLong = String(repeating: "a", count: 200)
                for number in 0..<count {
                    _ = try? Symbol.encode("SF\(number)", as: .code128)
                    _ = try? Symbol.encode(tooLong, as: .code128)
                }
            }
            encode(100)
            _ = try Symbol.encode("KC-UNDO", as: .qr)
            let before = BoardState.residentKiB
            encode(2000)
            // One forgotten encoder is 30 KiB; all of them would be 120 MB.
            #expect(before > 0 && BoardState.residentKiB - before < 8192)
        }
    }
}
