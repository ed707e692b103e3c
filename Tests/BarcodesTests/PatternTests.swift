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
        ("\\d", "３", false), ("\\d", "é", false),
    ])
    func `match the whole text or nothing`(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
        #expect(try #require(Pattern(parsing: pattern)).matches(text) == isMatch)
    }

    @Test(arguments: [
        "[", "[]", "[Z-A]", "]", "\\", "\\w", "A{", "A{}", "A{x}", "A{3,2}", "A{-1}", "A{1,2,3}", "A{1,}", "A+", "A*",
        "(A)",
        "A|B", ".", "^A", "A$", "é", "[é]", "?", "A??", "A{99999999999999999999}",
    ])
    func `signs that are not known are refused`(_ pattern: String) {
        #expect(Pattern(parsing: pattern) == nil)
    }
}
