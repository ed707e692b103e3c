import Barcodes
import Domain
import Testing

@Suite struct `Framing a scanner's bytes` {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: String
        var inputs: [ScanInput]

        init(_ name: String, _ bytes: String, _ inputs: [ScanInput]) {
            testDescription = name
            self.bytes = bytes
            self.inputs = inputs
        }
    }

    static let cases = [
        Case("CR ends a scan", "SF123\r", [.scan("SF123")]),
        Case("LF ends a scan", "SF123\n", [.scan("SF123")]),
        Case("Tab ends a scan", "SF123\t", [.scan("SF123")]),
        Case("the LF after a CR belongs to it", "01\u{0D}\u{0A}02\u{0D}\u{0A}", [.scan("01"), .scan("02")]),
        Case("a CR after an LF does not", "01\n\r", [.scan("01"), .fault(.empty)]),
        Case("only one LF is swallowed", "01\u{0D}\u{0A}\u{0A}", [.scan("01"), .fault(.empty)]),
        Case("frames without data are empty", "\r\r", [.fault(.empty), .fault(.empty)]),
        Case("GS arrives as it is", "]C110AB\u{1D}21X\r", [.scan("]C110AB\u{1D}21X")]),
        Case("a frame of the limit is whole", "123456789012\r", [.scan("123456789012")]),
        Case("a frame over the limit is one fault", "1234567890123\r", [.fault(.tooLong)]),
        Case("the next frame after it is whole", "12345678901234567890\r42\r", [.fault(.tooLong), .scan("42")]),
    ]

    @Test(arguments: cases) func `a stream gives its scans, however it is cut`(_ example: Case) {
        var whole = ScanFramer(limit: 12)
        var bytewise = ScanFramer(limit: 12)
        #expect(whole.feed(example.bytes.utf8) == example.inputs)
        #expect(example.bytes.utf8.flatMap { bytewise.feed([$0]) } == example.inputs)
        #expect(!whole.isOpen && whole.idle() == nil)
    }

    @Test func `silence ends an open frame as unterminated`() {
        var framer = ScanFramer()
        #expect(framer.idle() == nil)
        #expect(framer.feed("AB".utf8).isEmpty && framer.isOpen)
        #expect(framer.idle() == .scan("AB", terminated: false))
        #expect(!framer.isOpen && framer.idle() == nil)
    }

    @Test func `silence ends a frame over the limit`() {
        var framer = ScanFramer(limit: 3)
        #expect(framer.feed("ABCDEF".utf8).isEmpty && framer.isOpen)
        #expect(framer.idle() == .fault(.tooLong))
        #expect(framer.feed("AB\r".utf8) == [.scan("AB")])
    }

    @Test func `the tail of an interrupted scan is not a scan`() {
        var framer = ScanFramer()
        #expect(framer.interrupt() == nil)
        #expect(framer.feed("SF1234".utf8).isEmpty)
        #expect(framer.interrupt() == .fault(.interrupted))
        #expect(framer.interrupt() == nil, "told once")
        #expect(framer.feed("567890\rJD1\r".utf8) == [.scan("JD1")])
    }

    @Test func `silence also ends an interrupted scan`() {
        var framer = ScanFramer()
        _ = framer.feed("SF1234".utf8)
        _ = framer.interrupt()
        #expect(framer.isOpen && framer.idle() == nil && !framer.isOpen)
        #expect(framer.feed("JD1\r".utf8) == [.scan("JD1")])
    }

    @Test(arguments: [
        ("567890\rJD1\r", [ScanInput.fault(.interrupted), .scan("JD1")]),
        ("\rJD1\r", [.fault(.interrupted), .scan("JD1")]),
        ("\r\nJD1\r\n", [.fault(.interrupted), .scan("JD1")]),
        ("12345678901234567890\rJD1\r", [.fault(.interrupted), .scan("JD1")]),
    ]) func `a scan under way when the line is opened is refused, and only that`(bytes: String, inputs: [ScanInput]) {
        var whole = ScanFramer(limit: 12)
        whole.open()
        var bytewise = whole
        #expect(whole.isOpen && whole.isOpening)
        #expect(whole.feed(bytes.utf8) == inputs)
        #expect(bytes.utf8.flatMap { bytewise.feed([$0]) } == inputs)
        #expect(!whole.isOpen && !whole.isOpening)
    }

    @Test func `a line that is silent when it is opened gives its first scan`() {
        var framer = ScanFramer()
        framer.open()
        #expect(framer.idle() == nil && !framer.isOpen && !framer.isOpening)
        #expect(framer.feed("SF1\r".utf8) == [.scan("SF1")])
    }

    @Test func `a line that goes at once has lost nothing`() {
        var framer = ScanFramer()
        framer.open()
        #expect(framer.interrupt() == nil)
    }

    @Test func `silence ends the rest of a scan that was under way`() {
        var framer = ScanFramer()
        framer.open()
        #expect(framer.feed("567".utf8) == [.fault(.interrupted)])
        #expect(framer.isOpen && !framer.isOpening && framer.idle() == nil && !framer.isOpen)
        #expect(framer.feed("SF1\r".utf8) == [.scan("SF1")])
    }

    @Test func `a byte stream without end is held in bounded memory`() {
        var framer = ScanFramer(limit: 16)
        let largest = (0..<10_000).map { _ in
            _ = framer.feed([0x41])
            return footprint(of: framer)
        }.max()
        #expect(largest! < 50)
    }

    @Test func `random bytes give the same inputs whole, by the byte and in pieces`() {
        var random = SeededGenerator(seed: 1)
        let alphabet: [UInt8] = [0x09, 0x0A, 0x0D] + (0...255) + [0x0D, 0x0A, 0x0D, 0x0A, 0x0D, 0x0A]
        let bytes = (0..<100_000).map { _ in alphabet.randomElement(using: &random)! }
        var whole = ScanFramer(limit: 40)
        let inputs = whole.feed(bytes)

        var bytewise = ScanFramer(limit: 40)
        #expect(bytes.flatMap { bytewise.feed([$0]) } == inputs)

        var pieces = ScanFramer(limit: 40)
        var rest = bytes[...]
        var collected: [ScanInput] = []
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...97, using: &random))
            rest = rest.dropFirst(piece.count)
            collected += pieces.feed(piece)
        }
        #expect(collected == inputs)
        for case .scan(let scan) in inputs {
            #expect((1...40).contains(scan.bytes.count) && scan.terminated)
        }
        #expect(inputs.contains(.fault(.tooLong)) && inputs.contains(.fault(.empty)))
    }
}
