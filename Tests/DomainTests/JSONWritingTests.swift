import Domain
import TestSupport
import Testing

@Suite struct `Canonical JSON` {
    static let values: [Named<(JSON, String)>] = [
        Named("null", (.null, "null")), Named("true", (true, "true")), Named("false", (false, "false")),
        Named("zero", (0, "0")), Named("negative", (-7, "-7")),
        Named("the largest", (.integer(.max), "9223372036854775807")),
        Named("the smallest", (.integer(.min), "-9223372036854775808")),
        Named("empty text", ("", #""""#)), Named("empty list", ([], "[]")), Named("empty object", ([:], "{}")),
        Named("no white space", (["a": [1, 2, ["b": .null]]], #"{"a":[1,2,{"b":null}]}"#)),
        Named("Chinese as it is", ("顺丰", #""顺丰""#)), Named("outside the BMP as it is", ("😀", #""😀""#)),
        Named("quotation mark and backslash", ("\"\\", #""\"\\""#)), Named("slash as it is", ("/", #""/""#)),
        Named("short escapes", ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#)),
        Named("DEL as it is", ("\u{7F}", "\"\u{7F}\"")), Named("line separator as it is", ("\u{2028}", "\"\u{2028}\"")),
        // RFC 8785, section 3.2.2: the expected text of its example, without the numbers.
        Named(
            "the standard's example",
            (
                [
                    "string": "€$\u{000F}\u{000A}A'\u{0042}\u{0022}\u{005C}\\\"/",
                    "literals": [.null, true, false],
                ], #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
            )),
    ]

    @Test(arguments: values)
    func `a value has one spelling`(_ pair: Named<(JSON, String)>) throws {
        #expect(pair.value.0.canonicalText == pair.value.1)
        #expect(try JSON(parsing: pair.value.1.utf8) == pair.value.0)
    }

    @Test func `every control character is escaped the shortest way, in lower case`() throws {
        let short: [UInt8: String] = [8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"]
        for code in UInt8(0)..<0x20 {
            let hex = String(code, radix: 16)
            let expected = short[code] ?? "\\u00" + (hex.count == 1 ? "0" + hex : hex)
            let value = JSON.string(String(Unicode.Scalar(code)))
            #expect(value.canonicalText == "\"\(expected)\"")
            #expect(try JSON(parsing: value.canonical) == value)
        }
    }

    /// RFC 8785, section 3.2.3: its keys, in its order. By UTF-8 or by code point U+FB33 would come before U+1F600.
    @Test func `members are sorted by UTF-16 code units`() {
        let order = ["\r", "1", "\u{80}", "\u{F6}", "\u{20AC}", "\u{1F600}", "\u{FB33}"]
        let object = JSON.object(Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, .integer(Int64($0))) }))
        #expect(object.canonicalText == "{\"\\r\":0,\"1\":1,\"\u{80}\":2,\"ö\":3,\"€\":4,\"😀\":5,\"\u{FB33}\":6}")
    }

    @Test func `any members are in the order of their UTF-16 code units`() {
        var random = SeededGenerator(seed: 16)
        let letters = ["", "a", "\"", "é", "丰", "\u{D7FF}", "\u{E000}", "\u{FB33}", "\u{FFFF}", "😀", "\u{10FFFF}"]
        for _ in 0..<2000 {
            let keys = Set((0..<6).map { _ in (0..<3).map { _ in letters.randomElement(using: &random)! }.joined() })
            let sorted = keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            let object = JSON.object(Dictionary(uniqueKeysWithValues: keys.map { ($0, 0) }))
            let expected = sorted.map { "\(JSON.string($0).canonicalText):0" }.joined(separator: ",")
            #expect(object.canonicalText == "{\(expected)}")
        }
    }

    @Test func `members are sorted by their beginning, the shorter first, capitals before small letters`() {
        let object: JSON = ["aa": 1, "a": 2, "B": 3, "": 4, "b": 5, "_": 6, "10": 7, "9": 8]
        #expect(object.canonicalText == #"{"":4,"10":7,"9":8,"B":3,"_":6,"a":2,"aa":1,"b":5}"#)
    }

    @Test func `a member without a value is left out, one that is null stays`() {
        #expect(JSON.members(["a": nil, "b": .null, "c": 1]).canonicalText == #"{"b":null,"c":1}"#)
    }

    @Test func `each kind of value answers only for itself`() {
        let all: [JSON] = [.null, true, 1, "1", [1], ["a": 1]]
        #expect(all.map { $0.boolean != nil } == [false, true, false, false, false, false])
        #expect(all.map { $0.integer != nil } == [false, false, true, false, false, false])
        #expect(all.map { $0.string != nil } == [false, false, false, true, false, false])
        #expect(all.map { $0.array != nil } == [false, false, false, false, true, false])
        #expect(all.map { $0.object != nil } == [false, false, false, false, false, true])
        #expect(all.map { $0["a"] } == [nil, nil, nil, nil, nil, 1])
    }
}
