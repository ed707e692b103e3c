import Barcodes
import Domain
import Testing

@Suite struct `Decoding key events` {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var keys: [(UInt16, Int32)]
        var inputs: [ScanInput]

        init(_ name: String, _ keys: [(UInt16, Int32)], types text: String) {
            self.init(name, keys, [.scan(text)])
        }

        init(_ name: String, _ keys: [(UInt16, Int32)], _ inputs: [ScanInput]) {
            testDescription = name
            self.keys = keys + [(28, 1), (28, 0)]
            self.inputs = inputs
        }
    }

    static let cases = [
        Case("A-1", [(42, 1), (30, 1), (30, 0), (42, 0), (12, 1), (12, 0), (2, 1), (2, 0)], types: "A-1"),
        Case("Ctrl+] is GS", [(30, 1), (29, 1), (27, 1), (27, 0), (29, 0)], types: "a\u{1D}"),
        Case("Ctrl+letter is a control code", [(97, 1), (30, 1), (30, 0), (97, 0)], types: "\u{01}"),
        Case("Ctrl+Shift+minus is US", [(29, 1), (42, 1), (12, 1), (12, 0), (42, 0), (29, 0)], types: "\u{1F}"),
        Case("autorepeat types nothing", [(30, 1), (30, 2), (30, 2), (30, 0)], types: "a"),
        Case("overlapping keys", [(2, 1), (3, 1), (2, 0), (3, 0)], types: "12"),
        Case("a Shift released early still counts", [(42, 1), (30, 1), (42, 0), (30, 0)], types: "A"),
        Case("one of two Shifts released", [(42, 1), (54, 1), (42, 0), (30, 1), (54, 0), (30, 1)], types: "Aa"),
        Case("caps lock, letters only", [(58, 1), (58, 0), (30, 1), (2, 1), (12, 1), (58, 1), (30, 1)], types: "A1-a"),
        Case("caps lock and Shift cancel out", [(58, 1), (42, 1), (30, 1), (2, 1), (42, 0), (58, 1)], types: "a!"),
        Case(
            "the keypad types digits and signs",
            [82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 98, 55, 74, 78].map { ($0, 1) }, types: "0123456789./*-+"),
        Case("the 102nd key", [(86, 1), (86, 0), (42, 1), (86, 1)], types: "\\|"),
        Case("Alt+029 is GS", [(30, 1), (56, 1), (82, 1), (80, 1), (73, 1), (56, 0), (48, 1)], types: "a\u{1D}b"),
        Case("Alt+0029 is GS", [(56, 1), (82, 1), (82, 1), (80, 1), (73, 1), (56, 0)], types: "\u{1D}"),
        Case(
            "the number is typed when the last Alt comes up, not before",
            [(56, 1), (100, 1), (80, 1), (42, 1), (42, 0), (100, 0), (73, 1), (56, 0)], types: "\u{1D}"),
        Case("Alt alone types nothing", [(30, 1), (56, 1), (56, 0)], types: "a"),
        Case("Alt+22269 is no byte", [(56, 1)] + [80, 80, 80, 77, 73].map { ($0, 1) } + [(56, 0)], types: "\u{1A}"),
        Case("Alt+letter is not dropped in silence", [(100, 1), (16, 1), (16, 0), (100, 0)], types: "\u{1A}"),
        Case("Ctrl+digit neither", [(29, 1), (2, 1), (2, 0), (29, 0)], types: "\u{1A}"),
        Case("keys without a character type nothing", [(30, 1), (88, 1), (108, 1), (125, 1), (69, 1)], types: "a"),
        Case("Enter alone is an empty scan", [], [.fault(.empty)]),
        Case(
            "keypad Enter and Tab terminate", [(30, 1), (96, 1), (48, 1), (15, 1), (46, 1)],
            [.scan("a"), .scan("b"), .scan("c")]),
    ]

    @Test(arguments: cases) func `keys type what the US layout says`(_ example: Case) {
        var decoder = KeyDecoder()
        let inputs = example.keys.flatMap { decoder.feed(.key($0.0, $0.1)) + decoder.feed(.report) }
        #expect(inputs == example.inputs)
        #expect(!decoder.isOpen)
    }

    static let printable = String(decoding: Array(UInt8(0x20)...0x7E), as: UTF8.self)
    static let controls = (UInt8(0)..<0x20).filter { ![0x09, 0x0A, 0x0D].contains($0) }

    @Test(arguments: [
        Array("SF1234567890123".utf8), Array("]C1010690123456789210LOT7\u{1D}3103001250".utf8), Array(printable.utf8),
        controls,
        [],
    ])
    func `what is typed is what is read`(_ text: [UInt8]) throws {
        var decoder = KeyDecoder()
        let inputs = try #require(KeyStrokes.events(typing: text)).flatMap { decoder.feed($0) }
        #expect(inputs == [text.isEmpty ? .fault(.empty) : .scan(Scan(bytes: text, terminated: true))])
    }

    @Test func `random text survives typing`() throws {
        var random = SeededGenerator(seed: 2)
        let alphabet = Array(Self.printable.utf8) + Self.controls
        var decoder = KeyDecoder()
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 1...60, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
            let inputs = try #require(KeyStrokes.events(typing: text)).flatMap { decoder.feed($0) }
            #expect(inputs == [.scan(Scan(bytes: text, terminated: true))])
        }
    }

    @Test func `a byte that is on no key cannot be typed`() {
        #expect(KeyStrokes.events(typing: [0x41, 0xC4]) == nil)
        #expect(KeyStrokes.events(typing: [0x7F]) == nil)
    }

    @Test func `dropped events break the scan, and its tail is discarded`() throws {
        var decoder = KeyDecoder()
        let events = try #require(KeyStrokes.events(typing: Array("SF1234567890123".utf8)))
        let next = try #require(KeyStrokes.events(typing: Array("JD1".utf8)))
        let shift = InputEvent.key(42, 1)
        #expect((events.prefix(30) + [shift]).flatMap { decoder.feed($0) }.isEmpty)
        #expect(decoder.feed(.dropped) == [.fault(.interrupted)])
        #expect(decoder.feed(.dropped).isEmpty, "told once")
        #expect(decoder.feed(.key(28, 1)).isEmpty, "part of a report that is not whole")
        #expect(decoder.feed(.report).isEmpty)
        #expect(decoder.isOpen)
        #expect(events.suffix(20).flatMap { decoder.feed($0) }.isEmpty)
        #expect(next.flatMap { decoder.feed($0) } == [.scan("JD1")])
    }

    @Test func `dropped events are told even when no scan had begun`() {
        var decoder = KeyDecoder()
        #expect(decoder.feed(.dropped) == [.fault(.interrupted)])
        #expect(decoder.feed(.report).isEmpty && decoder.feed(.key(2, 1)).isEmpty)
        #expect(decoder.idle() == nil && !decoder.isOpen, "silence ends what was left")
        #expect([.key(3, 1), .key(28, 1)].flatMap { decoder.feed($0) } == [.scan("2")])
    }

    @Test func `a modifier whose release was dropped does not stay down`() {
        var decoder = KeyDecoder()
        let events: [InputEvent] = [.key(42, 1), .dropped, .report, .key(28, 1), .key(30, 1), .key(28, 1)]
        #expect(events.flatMap { decoder.feed($0) } == [.fault(.interrupted), .scan("a")])
    }

    @Test func `silence ends a scan as unterminated`() {
        var decoder = KeyDecoder()
        #expect(decoder.idle() == nil)
        _ = decoder.feed(.key(30, 1))
        #expect(decoder.isOpen && decoder.idle() == .scan("a", terminated: false))
    }

    @Test func `a scan over the limit is one fault`() {
        var decoder = KeyDecoder(limit: 4)
        let keys: [InputEvent] = (0..<9).map { _ in .key(2, 1) } + [.key(28, 1), .key(3, 1), .key(28, 1)]
        #expect(keys.flatMap { decoder.feed($0) } == [.fault(.tooLong), .scan("2")])
    }

    @Test func `a scan under way when the scanner is plugged in is refused, and only that`() {
        var decoder = KeyDecoder()
        decoder.open()
        #expect([.key(42, 0), .key(2, 1), .key(3, 1)].flatMap { decoder.feed($0) } == [.fault(.interrupted)])
        #expect([.key(28, 1), .key(3, 1), .key(28, 1)].flatMap { decoder.feed($0) } == [.scan("2")])
    }

    @Test func `opening forgets held keys, caps lock and the open scan`() {
        var decoder = KeyDecoder()
        for event in [InputEvent.key(58, 1), .key(42, 1), .key(30, 1), .dropped] { _ = decoder.feed(event) }
        decoder.open()
        #expect(decoder.isOpening && decoder.idle() == nil && !decoder.isOpen)
        #expect([.key(30, 1), .key(28, 1)].flatMap { decoder.feed($0) } == [.scan("a")])
    }

    @Test func `random events neither trap nor pile up`() {
        var random = SeededGenerator(seed: 3)
        var decoder = KeyDecoder(limit: 32)
        var largest = 0
        for _ in 0..<100_000 {
            let event = InputEvent(
                type: .random(in: 0...2, using: &random), code: .random(in: 0...130, using: &random),
                value: .random(in: -1...3, using: &random))
            for case .scan(let scan) in decoder.feed(event) { #expect((1...32).contains(scan.bytes.count)) }
            if Int.random(in: 0..<50, using: &random) == 0 { _ = decoder.idle() }
            largest = max(largest, footprint(of: decoder))
        }
        #expect(largest < 100)
        for _ in 0..<10_000 {
            let size = InputEvent.size
            let record = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let event = InputEvent(record: record) { _ = decoder.feed(event) }
        }
    }

    @Test func `a stuck Alt does not overflow its number`() {
        var decoder = KeyDecoder()
        _ = decoder.feed(.key(56, 1))
        for _ in 0..<100 { _ = decoder.feed(.key(73, 1)) }
        #expect([.key(56, 0), .key(28, 1)].flatMap { decoder.feed($0) } == [.scan("\u{1A}")])
    }
}

@Suite struct `The evdev record` {
    @Test func `its size is two words and eight bytes`() {
        #expect(InputEvent.size == (MemoryLayout<Int>.size == 8 ? 24 : 16))
    }

    @Test func `a key going down is read from its bytes`() {
        let record = [UInt8](repeating: 0x77, count: InputEvent.size - 8) + [0x01, 0, 0x1E, 0, 0x01, 0, 0, 0]
        #expect(InputEvent(record: record) == .key(30, 1))
    }

    @Test func `every byte of type, code and value counts`() {
        let event = InputEvent(type: 0x1234, code: 0xFEDC, value: -0x0102_0304)
        #expect(InputEvent(record: event.bytes) == event)
        #expect(event.bytes.suffix(8) == [0x34, 0x12, 0xDC, 0xFE, 0xFC, 0xFC, 0xFD, 0xFE])
    }

    @Test func `a record of another length is none`() {
        let record = InputEvent.key(30, 1).bytes
        #expect(InputEvent(record: record.dropLast()) == nil)
        #expect(InputEvent(record: record + [0]) == nil)
        #expect(InputEvent(record: [UInt8]()) == nil)
    }
}

extension InputEvent {
    static let report = InputEvent(type: 0, code: 0, value: 0)
    static let dropped = InputEvent(type: 0, code: 3, value: 0)

    static func key(_ code: UInt16, _ value: Int32) -> InputEvent {
        InputEvent(type: 1, code: code, value: value)
    }
}
