import Domain
import TestSupport
import Testing

@Suite struct `Reading JSON` {
    /// Something of everything that a text may hold.
    static let rich = Array(
        #" { "a" : [ 1, -20 , 0, 9223372036854775807, true, false, null, [], {} ], "顺丰\u4e30\ud83d\uDe00é" : "\"\\\/\b\f\n\r\t\u0000", "z":{"y":{"x":[[["😀"]]]}} }"#
            .utf8)

    static let accepted: [Named<(String, String)>] = [
        Named("white space around everything", (" \t\r\n[ 1 , 2 ]\n", "[1,2]")),
        Named("escapes that need none", (#""\u0041\/""#, #""A/""#)),
        Named("hexadecimal in both cases", (#""\u00e9\u00E9""#, #""éé""#)),
        Named("a surrogate pair", (#""\ud83d\ude00""#, #""😀""#)),
        Named("the first pair", (#""\ud800\udc00""#, "\"\u{10000}\"")),
        Named("the last pair", (#""\udbff\udfff""#, "\"\u{10FFFF}\"")), Named("NUL", (#""\u0000""#, #""\u0000""#)),
        Named("minus zero", ("-0", "0")), Named("the smallest", ("-9223372036854775808", "-9223372036854775808")),
        Named("an empty name", (#"{"":1}"#, #"{"":1}"#)), Named("a noncharacter", ("\"\u{FFFF}\"", "\"\u{FFFF}\"")),
    ]

    @Test(arguments: accepted)
    func `a correct text is read`(_ pair: Named<(String, String)>) throws {
        #expect(try JSON(parsing: pair.value.0.utf8).canonicalText == pair.value.1)
    }

    static let refused: [Named<(String, String)>] = [
        Named("nothing", ("", "ends too early")), Named("only space", (" \n", "ends too early")),
        Named("a fraction", ("1.0", "only whole numbers")), Named("a fraction inside", (#"{"a":[1.5]}"#, "only whole")),
        Named("an exponent", ("1e3", "only whole numbers")), Named("a capital exponent", ("1E3", "only whole numbers")),
        Named("zero with a fraction", ("0.1", "only whole numbers")), Named("zero, exponent", ("0e0", "only whole")),
        Named("a point alone", (".5", "unexpected character")), Named("a point at the end", ("1.", "only whole")),
        Named("a leading zero", ("01", "begin with 0")), Named("two zeros", ("00", "begin with 0")),
        Named("minus, leading zero", ("-01", "begin with 0")), Named("minus alone", ("-", "expected a digit")),
        Named("two minus", ("--1", "expected a digit")), Named("plus", ("+1", "unexpected character")),
        Named("hexadecimal", ("0x10", "after the value")), Named("NaN", ("NaN", "unexpected character")),
        Named("Infinity", ("-Infinity", "expected a digit")),
        Named("64 bits and one", ("9223372036854775808", "too large")),
        Named("minus 64 bits and one", ("-9223372036854775809", "too large")),
        Named("a hundred digits", (String(repeating: "9", count: 100), "too large")),
        Named("a full-width digit", ("１", "unexpected character")),
        Named("the same member twice", (#"{"a":1,"a":1}"#, "twice")),
        Named("twice, once escaped", (#"{"a":1,"\u0061":2}"#, "twice")),
        Named("twice, once composed", ("{\"\u{E9}\":1,\"e\u{301}\":2}", "twice")),
        Named("twice, deep", (#"[{"b":{"a":1,"c":2,"a":3}}]"#, "twice")),
        Named("two values", ("1 2", "after the value")),
        Named("a brace too many", ("{}}", "after the value")), Named("NUL after it", ("{}\0", "after the value")),
        Named("a byte order mark", ("\u{FEFF}{}", "unexpected character")),
        Named("a comment", ("/**/{}", "unexpected character")),
        Named("a comma at the end", ("[1,]", "unexpected character")),
        Named("a comma in front", ("[,1]", "unexpected character")),
        Named("no comma", ("[1 2]", "comma or a closing bracket")),
        Named("a comma at an object's end", (#"{"a":1,}"#, "member name")),
        Named("no colon", (#"{"a" 1}"#, "expected a colon")), Named("no value", (#"{"a":}"#, "unexpected character")),
        Named("no comma in an object", (#"{"a":1 "b":2}"#, "comma or a closing brace")),
        Named("a name without quotes", ("{a:1}", "member name")), Named("a number as a name", ("{1:1}", "member name")),
        Named("closed by the other", ("[1}", "closing bracket")),
        Named("single quotes", ("'a'", "unexpected character")),
        Named("half a word", ("tru", "unknown word")), Named("a capital word", ("True", "unexpected character")),
        Named("a word too long", ("nullx", "after the value")),
        Named("undefined", ("undefined", "unexpected character")),
        Named("an open string", (#""abc"#, "ends inside a string")),
        Named("ends at the escape", (#""\"#, "ends inside a string")),
        Named("unknown escape", (#""\x41""#, "unknown escape")), Named("capital U", (#""\U0041""#, "unknown escape")),
        Named("three digits", (#""\u004""#, "four hexadecimal")),
        Named("not hexadecimal", (#""\u00g0""#, "four hexadecimal")),
        Named("sign in the escape", (#""\u+041""#, "four hexadecimal")),
        Named("a line feed", ("\"a\nb\"", "control character")), Named("a tab", ("\"\t\"", "control character")),
        Named("NUL inside", ("\"\0\"", "control character")),
        Named("control after an escape", ("\"\\n\u{1F}\"", "control character")),
        Named("control in a name", ("{\"a\u{1}\":1}", "control character")),
        Named("high surrogate alone", (#""\ud83d""#, "half a surrogate")),
        Named("high surrogate, letter", (#""\ud83dx""#, "half a surrogate")),
        Named("high surrogate, other escape", (#""\ud83d\n""#, "half a surrogate")),
        Named("two high surrogates", (#""\ud83d\ud83d""#, "half a surrogate")),
        Named("low surrogate alone", (#""\ude00""#, "half a surrogate")),
        Named("the pair the wrong way", (#""\ude00\ud83d""#, "half a surrogate")),
        Named("high surrogate, not low", (#""\ud83d\u0041""#, "half a surrogate")),
        Named("a form feed between values", ("[1,\u{C}2]", "unexpected character")),
        Named("a no-break space", ("[1,\u{A0}2]", "unexpected character")),
    ]

    @Test(arguments: refused)
    func `every other text is refused, and the words say why`(_ pair: Named<(String, String)>) {
        let problem = problem(Array(pair.value.0.utf8))
        #expect(problem?.contains(pair.value.1) == true, "said: \(problem ?? "nothing, it was read")")
    }

    @Test(arguments: [
        Named("a continuation byte alone", [0x80]), Named("a lead byte alone", [0xC3]),
        Named("cut short", [0xE9, 0xA1]), Named("an overlong slash", [0xC0, 0xAF]),
        Named("an overlong NUL", [0xE0, 0x80, 0x80]), Named("an encoded surrogate", [0xED, 0xA0, 0xBD]),
        Named("beyond U+10FFFF", [0xF4, 0x90, 0x80, 0x80]), Named("five bytes", [0xF8, 0x88, 0x80, 0x80, 0x80]),
        Named("0xFF", [0xFF]),
    ])
    func `bytes that are not UTF-8 are refused, in values, names and after an escape`(_ bytes: Named<[UInt8]>) {
        let quote: [UInt8] = [0x22]
        #expect(problem(quote + bytes.value + quote)?.contains("not UTF-8") == true)
        #expect(problem(quote + Array("\\n".utf8) + bytes.value + quote)?.contains("not UTF-8") == true)
        #expect(problem([0x7B] + quote + bytes.value + Array("\":1}".utf8))?.contains("not UTF-8") == true)
        #expect(problem(bytes.value)?.contains("unexpected character") == true)
    }

    @Test func `half a letter is not completed across an escape`() {
        #expect(problem([0x22, 0xE9, 0xA1] + Array("\\u00ba".utf8) + [0x22])?.contains("not UTF-8") == true)
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `nesting ends at 32`(_ open: String, _ close: String) throws {
        func nested(_ depth: Int) -> [UInt8] {
            let inner = open == "[" ? "" : "1"
            // The innermost object needs a value, which is a level of its own.
            let count = open == "[" ? depth : depth - 1
            let text = String(repeating: open, count: count) + inner + String(repeating: close, count: count)
            return Array(text.utf8)
        }
        #expect(try JSON(parsing: nested(32)).canonical == nested(32))
        #expect(problem(nested(33))?.contains("nested too deeply") == true)
        #expect(problem(Array(String(repeating: open, count: 200_000).utf8))?.contains("nested too deeply") == true)
    }

    @Test func `an error names its byte`() {
        let error = #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: #"{"a":x}"#.utf8) }
        #expect(error?.offset == 5)
        #expect(error?.description == "unexpected character at byte 5")
    }

    @Test func `a text that ends early is refused at every byte`() throws {
        _ = try JSON(parsing: Self.rich)
        for count in Self.rich.indices {
            #expect(problem(Array(Self.rich.prefix(count))) != nil, "the first \(count) bytes were read")
        }
    }

    /// Whatever is accepted has one spelling that is read as the same value again; nothing traps.
    @Test func `100,000 random mutations are read alike or refused`() throws {
        let seed: UInt64 = 8785
        var generator = SeededGenerator(seed: seed)
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "0", "-", "1", "é", "\u{0}", " ", "null",
        ]
        .map { Array($0.utf8) }
        var read = 0
        for round in 0..<100_000 {
            var bytes = Self.rich
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: tokens[Int.random(in: 0..<tokens.count, using: &generator)], at: at)
                case 3: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                default:
                    let end = min(bytes.count, at + Int.random(in: 1...20, using: &generator))
                    bytes.insert(
                        contentsOf: Array(bytes[at..<end]), at: Int.random(in: 0...bytes.count, using: &generator))
                }
                if bytes.isEmpty { bytes = Self.rich }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            read += 1
            let canonical = value.canonical
            guard let again = try? JSON(parsing: canonical), again == value, again.canonical == canonical else {
                Issue.record("seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
                return
            }
        }
        // Both ways are walked often enough to mean something.
        #expect((5000...95_000).contains(read), "\(read) were read")
    }

    private func problem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try JSON(parsing: bytes)
            return nil
        } catch {
            return error.problem
        }
    }
}
