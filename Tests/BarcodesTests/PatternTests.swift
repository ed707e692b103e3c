import Domain
import Testing

@testable import Barcodes

@Suite struct `Patterns of numbers` {
    @Test(arguments: [
        ("SF\\d{3}", "SF123", true), ("SF\\d{3}", "SF12", false), ("SF\\d{3}", "SF1234", false),
        ("SF\\d{3}", "sf123", false),
        ("ZTO?\\d", "ZT1", true), ("ZTO?\\d", "ZTO1", true), ("ZTO?\\d", "ZTOO1", false),
        ("[0-9A-Z-]{2,4}", "A-9", true), ("[0-9A-Z-]{2,4}", "A", false), ("[0-9A-Z-]{2,4}", "A-9-A", false),
        ("[A-]", "-", true), ("[A-]", "B", false), ("[-A]", "-", true),
        ("\\d{1,4}-?\\d{2}", "1234", true), ("\\d{1,4}-?\\d{2}", "123456", true), ("\\d{1,4}-?\\d{2}", "12", false),
        ("A{0}B", "B", true), ("A{0}B", "AB", false), ("", "", true), ("", "A", false),
        ("\\d", "３", false), ("\\d", "é", false), ("A?A?A", "A", true), ("A?A?A", "AAA", true),
        ("A?A?A", "AAAA", false),
        ("A{0,2}[AB]{0,2}B", "AAB", true), ("A{0,2}[AB]{0,2}B", "ABBB", true), ("A{0,2}[AB]{0,2}B", "ABBBB", false),
        ("A{63}", String(repeating: "A", count: 63), true),
    ])
    func `match the whole text or nothing`(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
        #expect(try #require(Pattern(parsing: pattern)).matches(text) == isMatch)
    }

    @Test(arguments: [
        "[", "[]", "[Z-A]", "]", "\\", "\\w", "A{", "A{}", "A{x}", "A{3,2}", "A{-1}", "A{1,2,3}", "A{1,}", "A+", "A*",
        "(A)",
        "A|B", ".", "^A", "A$", "é", "[é]", "?", "A??", "A{99999999999999999999}", "A{64}", "A{0,64}", "A{63}B",
        "A{60}B{4}",
    ])
    func `signs that are not known are refused`(_ pattern: String) {
        #expect(Pattern(parsing: pattern) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `no pattern and no text can make matching slow`() throws {
        let pattern = try #require(Pattern(parsing: String(repeating: "[0-9]?", count: 62) + "A"))
        let text = String(repeating: "7", count: 62) + "B"
        // Trying every way would take longer than the world lasts.
        for _ in 0..<100 { #expect(!pattern.matches(text)) }
        #expect(Pattern(parsing: String(repeating: "A{0}", count: 100_000)) == nil)
    }

    @Test func `random patterns mean what they mean as regular expressions`() throws {
        var random = SeededGenerator(seed: 5)
        var matches = 0
        for _ in 0..<400 {
            let pattern = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let sign = ["A", "B", "7", #"\d"#, "[AB]", "[A7-]", "[0-9A-Z]"].randomElement(using: &random)!
                let low = Int.random(in: 0...2, using: &random)
                let counts = ["", "?", "{\(low)}", "{\(low),\(low + 2)}"].randomElement(using: &random)!
                return sign + counts
            }.joined()
            let regex = try Regex(pattern)
            let ours = try #require(Pattern(parsing: pattern))
            for _ in 0..<25 {
                let text = String(
                    (0..<Int.random(in: 0...7, using: &random)).map { _ in "AB7-9C".randomElement(using: &random)! })
                let expected = try regex.wholeMatch(in: text) != nil
                matches += expected ? 1 : 0
                #expect(ours.matches(text) == expected, "\(pattern) \(text)")
            }
        }
        #expect(matches > 500)
    }
}
