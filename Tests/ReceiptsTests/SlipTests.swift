import Testing

@testable import Receipts

@Suite struct `A slip` {
    @Test func `is laid out for its paper`() {
        let slip = Slip([
            .text("交接单", size: .double, alignment: .center, isBold: true), .rule, .row("快递员 Courier", "王*"),
            .text("右", alignment: .right), .feed(1), .symbol("b-1"), .cut,
        ])
        #expect(
            slip.lines(width: 32) == [
                "          交接单", "--------------------------------", "快递员 Courier               王*",
                "                              右", "", "[QR] b-1", "- - - - - - - - - - - - - - - - ",
            ])
        #expect(slip.lines(width: 48)[2] == "快递员 Courier                               王*")
    }

    @Test func `gives a value that does not fit beside its name a line of its own`() {
        let slip = Slip([.row("批次 Batch", "0123456789012345678901234")])
        #expect(slip.lines(width: 32) == ["批次 Batch", "       0123456789012345678901234"])
        #expect(slip.lines(width: 48).count == 1)
        // Eight columns and seven are no room for a space between.
        #expect(Slip([.row("12345678", "1234567")]).lines(width: 15) == ["12345678", "        1234567"])
        #expect(Slip([.row("12345678", "1234567")]).lines(width: 16) == ["12345678 1234567"])
    }

    @Test func `has no symbol that is too long to be read`() {
        let long = String(repeating: "x", count: Slip.longestSymbol + 1)
        #expect(Slip([.symbol(String(long.dropLast()))]).layout(width: 32).count == 1)
        let pieces = Slip([.symbol(long)]).layout(width: 32)
        #expect(pieces.count == 9 && pieces[0] == .line(.init(text: String(repeating: "x", count: 32))))
    }
}

@Suite struct `Text on paper` {
    @Test(arguments: [
        ("one two three", 8, ["one two", "three"]), ("ab-cdef", 5, ["ab-", "cdef"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("净重公斤", 5, ["净重", "公斤"]), ("净重公斤", 8, ["净重公斤"]), ("a净b重", 4, ["a净b", "重"]),
        // Not in front of a Latin word that would fit as a whole.
        ("净重 kilogram", 10, ["净重", "kilogram"]), ("净kilo", 5, ["净", "kilo"]), ("one  two", 4, ["one", "two"]),
        ("", 8, [""]), ("a\nb", 8, ["a", "b"]), ("a\n\nb", 8, ["a", "", "b"]), ("  indented", 12, ["  indented"]),
        // What a printer sends as two bytes takes two columns, whatever a terminal makes of it.
        ("é…é", 4, ["é…", "é"]),
    ])
    func `is wrapped`(_ text: String, _ columns: Int, _ lines: [String]) {
        #expect(Paper.wrap(text, columns: columns) == lines)
    }

    @Test func `cannot carry a command`() {
        #expect(Paper.wrap("a\u{1B}@\u{1D}V\u{7F}\u{9B}\t\r", columns: 32) == ["a?@?V????"])
    }

    @Test func `is never wider than the paper, and nothing but spaces is lost, whatever it says`() {
        var generator = SplitMix(state: 20_261_124)
        let alphabet = Array("ab cd-1 23净重公斤取件码，。…éＡ㐂𠀀 WAYBILL".unicodeScalars)
        for _ in 0..<3000 {
            let scalars = (0..<Int.random(in: 0...70, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? " "
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let text = String(view)
            for width in [8, 9, 16, 32, 48] {
                let slip = Slip([.text(text), .text(text, size: .double, alignment: .center), .row(text, text)])
                for line in slip.lines(width: width) {
                    #expect(columns(line) <= width, "\(text) on \(width): \(line)")
                }
                for case .line(let line) in slip.layout(width: width) where line.size == .double {
                    #expect(2 * columns(line.text) <= width, "\(text) on \(width): \(line.text)")
                }
                let kept = Paper.wrap(text, columns: width).joined()
                #expect(kept.filter { $0 != " " } == text.filter { $0 != " " })
            }
        }
    }
}

/// As the printer counts, apart from how the slip does.
private func columns(_ text: String) -> Int { text.utf16.reduce(0) { $0 + ($1 < 0x80 ? 1 : $1 >> 10 == 0x37 ? 0 : 2) } }

/// The same sequence in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
