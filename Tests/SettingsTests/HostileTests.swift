import Board
import Glibc
import Settings
import Testing

/// Whatever stands in the file, reading it ends soon, in a tree or in an error.
@Suite struct HostileTests {
    static func filled(_ piece: String) -> String { String(repeating: piece, count: (1 << 20) / piece.utf8.count) }

    static let texts: [(name: String, text: String)] = [
        ("10,000 lists open", String(repeating: "[", count: 10_000)),
        ("10,000 lists, closed again", String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)),
        ("10,000 maps", String(repeating: "{a: ", count: 10_000)),
        ("10,000 dashes", String(repeating: "- ", count: 10_000)),
        ("1,000 levels of blocks", (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        ("1 MiB of [", filled("[")), ("1 MiB of {", filled("{")), ("1 MiB of ? ", filled("? ")),
        ("1 MiB of dashes", filled("- ")), ("1 MiB of colons", filled(": ")), ("1 MiB of lines", filled("\n")),
        ("1 MiB of one key", filled("a")), ("1 MiB of keys", filled("a: ")),
        ("1 MiB of keys, in lines", filled("a: 1\n")),
        ("1 MiB of open quotes", filled("\"")), ("1 MiB of tabs", filled("\t")), ("1 MiB of comment", filled("#")),
        ("1 MiB of anchors", filled("&a ")), ("1 MiB of tags", filled("!a ")), ("1 MiB of documents", filled("---\n")),
        ("1 MiB of entries", "a:\n" + filled("- b\n").dropLast(8)),
        ("1 MiB in one flow list", "a: [" + filled("1,").dropLast(8)),
        ("1 MiB of NUL", filled("\0")), ("1 MiB of byte order marks", filled("\u{FEFF}")),
        ("1 MiB of directives", filled("%YAML 1.2\n")), ("1 MiB of block text", "a: |\n" + filled(" x\n").dropLast(8)),
        (
            "an alias bomb",
            "a: &a [x, x]\n" + (1..<10).map { "a\($0): &a\($0) [*a, *a, *a]\n" }.joined()
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: texts)
    func `a hostile text ends in an answer`(name: String, text: String) {
        _ = errorLine(text) { _ = try $0.optionalString("a") }
    }

    @Test(arguments: [
        ("lists", String(repeating: "[", count: 15), String(repeating: "]", count: 15)),
        ("maps", String(repeating: "{a: ", count: 15), "1" + String(repeating: "}", count: 15)),
    ])
    func `sixteen levels are allowed and seventeen are not`(name: String, open: String, close: String) {
        #expect(errorLine("a: \(open)\(close)") == "kiosk.yaml:1: a: unknown key; delete it")
        let line = errorLine("a: [\(open)\(close)]")
        #expect(line.hasSuffix("nested deeper than 16 levels; is this the right file?"))
    }

    @Test func `a valid file cut off at any byte gives a tree or an error`() {
        let bytes = Array(village.utf8)
        var outcomes: Set<Bool> = []
        for end in 0...bytes.count {
            let line = errorLine(String(decoding: bytes[..<end], as: UTF8.self), reading: readVillage)
            outcomes.insert(line == "no error")
            #expect(line == "no error" || line.hasPrefix("kiosk.yaml:"))
        }
        #expect(outcomes == [true, false])
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `a file with bytes changed at random gives a tree or an error`(seed: UInt64) {
        var random = Random(state: seed)
        let marks = Array("[]{}:-?&*!|>'\"#%@`, \n\t\0\u{7f}~<\\0a".utf8)
        for _ in 0..<1000 {
            var bytes = Array(village.utf8)
            for _ in 0...random.next() % 4 { bytes[random.below(bytes.count)] = marks[random.below(marks.count)] }
            let line = errorLine(String(decoding: bytes, as: UTF8.self), reading: readVillage)
            #expect(line == "no error" || line.hasPrefix("kiosk.yaml:"), "seed \(seed): \(bytes)")
            #expect(!line.contains("\n"))
        }
    }

    /// In a process of its own, whose memory no other test takes. A round leaving behind the text, its long scalar or the
    /// parser's buffers grows by 24 MB or more.
    @Test func `good or bad, a text leaves no memory behind`() async {
        await #expect(processExitsWith: .success) {
            let long = "a: \(String(repeating: "x", count: 20_000))\n"
            func read(_ count: Int) {
                for _ in 0..<count {
                    for end in ["b: c", "b: [", "b: *x", "b: &x 1"] { _ = errorLine(long + end) }
                }
            }
            read(20)
            let before = BoardState.residentKiB
            read(300)
            #expect(before > 0 && BoardState.residentKiB - before < 8192)
        }
    }
}

/// splitmix64: the same bytes for the same seed, everywhere.
struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
