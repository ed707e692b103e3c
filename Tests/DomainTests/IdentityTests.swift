import Domain
import TestSupport
import Testing

@Suite struct `Identities` {
    // MARK: Kiosk

    @Test(arguments: ["k1310020007", "k0000000000", "k9999999999"])
    func `a kiosk is k and ten digits`(_ text: String) throws {
        let kiosk = try #require(KioskID(text))
        #expect(kiosk.text == text && "\(kiosk)" == text)
    }

    @Test func `a kiosk names its county`() throws {
        #expect(try #require(KioskID("k1310020007")).county == "131002")
    }

    static let notKiosks = [
        Named("empty", ""), Named("capital", "K1310020007"), Named("too short", "k131002000"),
        Named("too long", "k13100200070"), Named("no k", "11310020007"), Named("a letter", "k131002000a"),
        Named("a sign", "k+310020007"), Named("space before", " k131002007"), Named("space after", "k131002007 "),
        Named("line feed at the end", "k131002007\n"), Named("NUL", "k131002007\0"),
        Named("full-width digits", "k１３１００２０００７"), Named("eleven bytes, Arabic digits", "k١٢٣٤٥"),
        Named("combining accent", "k13100200\u{301}"), Named("wildcard", "k131002000+"),
        Named("wildcard", "k131002000#"), Named("path", "k13100/0007"), Named("very long", "k" + manyDigits),
    ]
    static let manyDigits = String(repeating: "1", count: 1_000_000)

    @Test(arguments: notKiosks)
    func `nothing else is a kiosk`(_ text: Named<String>) {
        #expect(KioskID(text.value) == nil)
    }

    // MARK: Epoch

    @Test func `an epoch is 32 lower-case hexadecimal digits`() throws {
        let text = "00112233445566778899aabbccddeeff"
        #expect(try #require(Epoch(text)).text == text)
    }

    @Test(arguments: [
        Named("empty", ""), Named("31", "00112233445566778899aabbccddeef"),
        Named("33", "00112233445566778899aabbccddeefff"), Named("capital", "00112233445566778899AABBCCDDEEFF"),
        Named("g", "00112233445566778899aabbccddeefg"), Named("dashes", "00112233-4455-6677-8899-aabbccddee"),
        Named("space", "00112233445566778899aabbccddeef "), Named("line feed", "00112233445566778899aabbccddeef\n"),
        Named("32 bytes of Chinese", "县县县县县县县县县县aa"), Named("slash, before 0", "0011223344556677889/aabbccddeeff"),
        Named("colon, after 9", "0011223344556677889:aabbccddeeff"),
        Named("backtick, before a", "0011223344556677889`aabbccddeeff"),
    ])
    func `nothing else is an epoch`(_ text: Named<String>) {
        #expect(Epoch(text.value) == nil)
    }

    @Test func `a random epoch can be read back and all its bits are random`() throws {
        var ones = ConstantGenerator(value: .max)
        var zeros = ConstantGenerator(value: 0)
        #expect(Epoch.random(using: &ones).text == String(repeating: "f", count: 32))
        #expect(Epoch.random(using: &zeros).text == String(repeating: "0", count: 32))
        var generator = SeededGenerator(seed: 1)
        var seen: Set<Epoch> = []
        for _ in 0..<1000 {
            let epoch = Epoch.random(using: &generator)
            #expect(Epoch(epoch.text) == epoch)
            seen.insert(epoch)
        }
        #expect(seen.count == 1000)
    }

    // MARK: Event

    @Test func `an event's name carries its time, version 7 and variant 10, and the rest is random`() {
        let time = Timestamp(milliseconds: 0x0123_4567_89AB)
        var zeros = ConstantGenerator(value: 0)
        var ones = ConstantGenerator(value: .max)
        #expect(EventID.make(at: time, using: &zeros).text == "01234567-89ab-7000-8000-000000000000")
        #expect(EventID.make(at: time, using: &ones).text == "01234567-89ab-7fff-bfff-ffffffffffff")
    }

    @Test func `events' names sort by their millisecond and can be read back`() {
        var generator = SeededGenerator(seed: 7)
        var previous = ""
        for step in 0..<2000 {
            let id = EventID.make(at: Timestamp(milliseconds: 1_795_000_000_000 + Int64(step)), using: &generator)
            #expect(EventID(id.text) == id)
            #expect(id.text > previous)
            previous = id.text
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 253_402_300_799_999, .max])
    func `any clock gives an event a name`(_ milliseconds: Int64) {
        var generator = SeededGenerator(seed: 3)
        let id = EventID.make(at: Timestamp(milliseconds: milliseconds), using: &generator)
        #expect(EventID(id.text) == id)
    }

    @Test(arguments: [
        Named("empty", ""), Named("no dashes", "0123456789ab70008000000000000000"),
        Named("capital", "01234567-89AB-7000-8000-000000000000"),
        Named("dash misplaced", "0123456-789ab-7000-8000-000000000000"),
        Named("short", "01234567-89ab-7000-8000-00000000000"),
        Named("long", "01234567-89ab-7000-8000-0000000000000"),
        Named("braces", "{1234567-89ab-7000-8000-00000000000}"),
        Named("not hexadecimal", "0123456g-89ab-7000-8000-000000000000"),
        Named("36 bytes of Chinese", "县县县县县县县县县县县县"),
    ])
    func `nothing else names an event`(_ text: Named<String>) {
        #expect(EventID(text.value) == nil)
    }

    // MARK: Type

    @Test(arguments: ["kiosk.parcel.received.v1", "kiosk.a.b.v12", "kiosk.weighin.voided.v999"])
    func `a type is kiosk, noun, participle and version`(_ text: String) throws {
        #expect(try #require(EventType(text)).text == text)
    }

    @Test func `the types that the code names have the agreed form`() {
        for type in [
            EventType.parcelReceived, .deviceStarted, .deviceStopped, .clockSynced, .journalRecovered,
        ] {
            #expect(EventType(type.text) == type)
        }
        #expect(EventType.parcelReceived.text == "kiosk.parcel.received.v1")
    }

    @Test(arguments: [
        Named("empty", ""), Named("no version", "kiosk.parcel.received"),
        Named("another root", "kiosc.parcel.received.v1"),
        Named("capital", "kiosk.Parcel.received.v1"), Named("digit", "kiosk.parcel2.received.v1"),
        Named("empty noun", "kiosk..received.v1"), Named("empty participle", "kiosk.parcel..v1"),
        Named("version 0", "kiosk.parcel.received.v0"), Named("negative version", "kiosk.parcel.received.v-1"),
        Named("version with a sign", "kiosk.parcel.received.v+1"),
        Named("version with a leading zero", "kiosk.parcel.received.v01"),
        Named("no number", "kiosk.parcel.received.v"), Named("no v", "kiosk.parcel.received.1"),
        Named("version too large", "kiosk.parcel.received.v99999999999999999999"),
        Named("a fifth part", "kiosk.parcel.received.v1.x"), Named("a dot at the end", "kiosk.parcel.received.v1."),
        Named("a quotation mark", "kiosk.parcel\".received.v1"), Named("Chinese", "kiosk.包裹.received.v1"),
        Named("Cyrillic", "kiosk.раrcel.received.v1"), Named("combining accent", "kiosk.parcel\u{301}.received.v1"),
        Named("full-width digit", "kiosk.parcel.received.v１"), Named("space", "kiosk.parcel.received.v1 "),
        Named("65 bytes", "kiosk.\(String(repeating: "a", count: 53)).bb.v1"),
    ])
    func `nothing else is a type`(_ text: Named<String>) {
        #expect(EventType(text.value) == nil)
    }

    @Test func `a type may have 64 bytes`() {
        let text = "kiosk.\(String(repeating: "a", count: 52)).bb.v1"
        #expect(text.utf8.count == 64 && EventType(text) != nil)
    }

    // MARK: Digest

    @Test(arguments: [
        Named("genesis", ([UInt8](repeating: 0, count: 32), String(repeating: "A", count: 43))),
        // python3: base64.urlsafe_b64encode(…).rstrip(b"=")
        Named("0 to 31", (Array(0..<32), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")),
        Named("all ones", ([UInt8](repeating: 0xFF, count: 32), String(repeating: "_", count: 42) + "8")),
    ])
    func `a digest is written as base64url`(_ pair: Named<([UInt8], String)>) throws {
        let digest = try #require(Digest(bytes: pair.value.0))
        #expect(digest.description == pair.value.1)
        #expect(Digest(pair.value.1) == digest)
        #expect(Digest(pair.value.1)?.bytes == pair.value.0)
    }

    @Test func `10,000 random digests are read back`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let digest = try require(Digest(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }))
            let text = digest.description
            guard text.utf8.count == 43, Digest(text) == digest else {
                Issue.record("\(digest.bytes) became \(text)")
                return
            }
        }
    }

    @Test(arguments: [
        Named("empty", ""), Named("42 characters", String(repeating: "A", count: 42)),
        Named("padded", String(repeating: "A", count: 43) + "="),
        Named("padding inside", String(repeating: "A", count: 42) + "="),
        Named("plain base64 plus", String(repeating: "A", count: 42) + "+"),
        Named("plain base64 slash", "/" + String(repeating: "A", count: 42)),
        Named("another spelling: the unused bit 0", String(repeating: "A", count: 42) + "B"),
        Named("another spelling: the unused bit 1", String(repeating: "A", count: 42) + "C"),
        Named("43 bytes that are not ASCII", String(repeating: "é", count: 21) + "A"),
        Named("NUL", "\0" + String(repeating: "A", count: 42)),
        Named("line feed", String(repeating: "A", count: 42) + "\n"),
    ])
    func `nothing else is a digest`(_ text: Named<String>) {
        #expect(Digest(text.value) == nil)
    }

    @Test(arguments: [0, 1, 31, 33])
    func `a digest has 32 bytes`(_ count: Int) {
        #expect(Digest(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }

    @Test func `what goes before the first event is zeros`() {
        #expect(Digest.genesis.bytes == [UInt8](repeating: 0, count: 32))
        #expect(Head.genesis == Head(sequence: 0, hash: .genesis))
    }

    // MARK: Waybill

    @Test func `each package of a waybill is a parcel of its own`() {
        #expect(Waybill(number: "SF1234567890123").subject == "SF1234567890123")
        #expect(Waybill(number: "JDVA12345678901", package: 2).subject == "JDVA12345678901-2")
    }
}
