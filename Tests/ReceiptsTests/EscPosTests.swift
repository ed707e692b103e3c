import Testing

@testable import Receipts

/// The vectors of Protocols.md in the catalogue.
private let table: [Unicode.Scalar: [UInt8]] = [
    "净": [0xBE, 0xBB], "重": [0xD6, 0xD8], "㐂": [0x81, 0x39, 0xEF, 0x31], "€": [0x80], "☃": [], "乗": [0x81, 0x5C],
    "×": [0xA1, 0x0A],
]

private func bytes(_ elements: Slip.Element..., width: Int = 32) -> [UInt8] {
    EscPos.bytes(Slip(elements), width: width) { table[$0] }
}

@Suite struct `The bytes of a slip` {
    let begin: [UInt8] = [0x1B, 0x40, 0x1C, 0x26]

    @Test func `begin with the initialisation and Chinese mode`() {
        #expect(bytes() == begin)
        #expect(bytes(.text("净重 A")) == begin + [0xBE, 0xBB, 0xD6, 0xD8, 0x20, 0x41, 0x0A])
    }

    @Test(arguments: [
        ("㐂", [0xA1, 0xF5] as [UInt8]), ("☃", [0x3F]), ("龍", [0x3F]), ("€", [0x3F]), ("乗", [0x81, 0x5C]), ("×", [0x3F]),
    ])
    func `have a box for what printers do not know, and a question mark for what has no bytes`(
        _ text: String, _ expected: [UInt8]
    ) {
        #expect(EscPos.text(text) { table[$0] } == expected)
    }

    @Test func `hold no control character of a text`() {
        let text = "a\u{1B}@\u{1D}V\u{0}\u{0A}\u{10}\u{04}"
        #expect(EscPos.text(text) { table[$0] } == Array("a?@?V????".utf8))
        // Nor of an encoder that answers for one.
        #expect(EscPos.text("\u{9B}") { _ in [0x1B, 0x40] } == [0x3F])
    }

    @Test func `change size, alignment and weight only where they differ`() {
        let double: [UInt8] = [0x1B, 0x61, 0x01, 0x1B, 0x45, 0x01, 0x1D, 0x21, 0x11]
        let normal: [UInt8] = [0x1B, 0x61, 0x00, 0x1B, 0x45, 0x00, 0x1D, 0x21, 0x00]
        let big = { (text: String) in Slip.Element.text(text, size: .double, alignment: .center, isBold: true) }
        #expect(
            bytes(big("A"), big("B"), .text("C"), .text("D")) == begin + double + [0x41, 0x0A, 0x42, 0x0A] + normal
                + [0x43, 0x0A, 0x44, 0x0A])
        #expect(bytes(.text("R", alignment: .right)) == begin + [0x1B, 0x61, 0x02, 0x52, 0x0A])
        #expect(bytes(.feed(3), .feed(1000), .feed(0)) == begin + [0x1B, 0x64, 0x03, 0x1B, 0x64, 0xFF])
    }

    @Test func `end with a feed to the cutter and a partial cut`() {
        #expect(bytes(.cut) == begin + [0x1D, 0x56, 0x42, 0x00])
    }

    @Test func `draw a QR code`() {
        let store: [UInt8] = [
            0x1D, 0x28, 0x6B, 0x0F, 0x00, 0x31, 0x50, 0x30, 0x4A, 0x44, 0x30, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36,
            0x37, 0x38,
        ]
        #expect(
            EscPos.symbol("JD0012345678") == [0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00]
                + [0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, 0x04] + [0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31]
                + store + [0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30])
        // 256 bytes and the three before them: low byte first.
        let long = EscPos.symbol(String(repeating: "x", count: 256))
        #expect(Array(long.dropFirst(25).prefix(8)) == [0x1D, 0x28, 0x6B, 0x03, 0x01, 0x31, 0x50, 0x30])
        #expect(Array(bytes(.symbol("x")).dropFirst(4).prefix(3)) == [0x1B, 0x61, 0x01])
    }
}

@Suite struct `A printer's status` {
    static func status(_ answers: [UInt8]) -> EscPosStatus {
        var status = EscPosStatus()
        for (question, answer) in zip(EscPosStatus.Question.allCases, answers) { status.note(answer, to: question) }
        return status
    }

    @Test(
        arguments: [
            ([0x12, 0x12, 0x12], nil, false), ([0x12, 0x12, 0x1E], nil, true), ([0x1A, 0x32, 0x7E], .paperOut, true),
            ([0x12, 0x12, 0x72], .paperOut, false), ([0x1A, 0x16, 0x12], .coverOpen, false), ([0x1A], .offline, false),
            ([0x1A, 0x52, 0x12], .error, false), ([0x1A, 0x36, 0x12], .paperOut, false), ([], nil, false),
        ] as [([UInt8], EscPosStatus.PrinterFault?, Bool)])
    func `says what a person can mend`(_ answers: [UInt8], _ obstacle: EscPosStatus.PrinterFault?, _ isLow: Bool) {
        let status = Self.status(answers)
        #expect(status.obstacle == obstacle)
        #expect(status.isPaperLow == isLow)
        #expect(status.isKnown == !answers.isEmpty)
    }

    @Test func `is asked with three bytes and answered with one of its pattern`() {
        #expect(EscPosStatus.Question.allCases.map(\.bytes) == [[0x10, 0x04, 1], [0x10, 0x04, 2], [0x10, 0x04, 4]])
        #expect([0x12, 0x1E, 0x7E, 0x16, 0x1A, 0x32].allSatisfy(EscPosStatus.isAnswer))
        // XON, XOFF, unasked status, text.
        #expect(![0x11, 0x13, 0x10, 0x14, 0x41, 0xFF, 0x00].contains(where: EscPosStatus.isAnswer))
    }

    @Test(
        arguments: [(0x00, true), (0x03, true), (0x0C, false), (0x0F, false), (0x12, nil), (0x11, nil), (0x80, nil)]
            as [(UInt8, Bool?)])
    func `after printing tells whether the paper lasted`(_ byte: UInt8, _ hasPaper: Bool?) {
        #expect(EscPosStatus.hasPaper(answer: byte) == hasPaper)
    }
}
