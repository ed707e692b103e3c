import Domain
import TestSupport
import Testing

@Suite struct `The hash chain` {
    static func draft() throws -> EventDraft {
        EventDraft(
            id: try require(EventID("019a7c3e-5d00-7abc-8def-0123456789ab")), type: .parcelReceived,
            subject: "SF1234567890123",
            now: Now(
                wall: try require(Timestamp("2026-11-23T08:05:09.007Z")), uptime: Uptime(milliseconds: 123_456),
                clock: .synced),
            bootID: "b0f1c2d3-0000-4000-8000-000000000001", actor: "op-7",
            data: Array(#"{"raw":"顺丰\t\"1\"","waybill":"SF1234567890123"}"#.utf8))
    }

    static func chain() throws -> HashChain {
        HashChain(
            kiosk: try require(KioskID("k1310020007")), epoch: try require(Epoch("00112233445566778899aabbccddeeff")))
    }

    static let canonical =
        #"{"actor":"op-7","bootid":"b0f1c2d3-0000-4000-8000-000000000001","clock":"synced","#
        + #""data":{"raw":"顺丰\t\"1\"","waybill":"SF1234567890123"},"id":"019a7c3e-5d00-7abc-8def-0123456789ab","#
        + #""subject":"SF1234567890123","time":"2026-11-23T08:05:09.007Z","type":"kiosk.parcel.received.v1","#
        + #""uptimems":123456}"#

    @Test func `the bytes that are hashed are canonical JSON`() throws {
        let bytes = try Self.draft().canonical
        #expect(String(decoding: bytes, as: UTF8.self) == Self.canonical)
        #expect(try JSON(parsing: bytes).canonical == bytes)
    }

    @Test func `without subject and actor they stay canonical`() throws {
        var draft = try Self.draft()
        draft.subject = nil
        draft.actor = nil
        draft.bootID = "boot \"1\"\n"
        #expect(try JSON(parsing: draft.canonical).canonical == draft.canonical)
        #expect(!String(decoding: draft.canonical, as: UTF8.self).contains("actor"))
    }

    /// Found once, not by this code, with
    ///
    ///     python3 -c 'import hashlib, base64, sys
    ///     body = sys.stdin.buffer.read()                      # the text of `canonical` above, without a line feed
    ///     data = b"kiosk-event-v1\nk1310020007\n00112233445566778899aabbccddeeff\n7\n" + bytes(range(32)) + body
    ///     print(base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode())'
    @Test func `the hash is SHA-256 over the documented bytes`() throws {
        let previous = try require(Digest(bytes: Array(0..<32)))
        let chain = try Self.chain()
        let hash = chain.hash(sequence: 7, previous: previous, canonical: Array(Self.canonical.utf8))
        #expect(hash.description == "6QTeDcLoxv92ZGLPEcU0JqoeT29GdT1JJok_ABLKfz8")
        let event = chain.append(try Self.draft(), after: Head(sequence: 6, hash: previous))
        #expect(event.hash == hash && event.sequence == 7 && event.previousHash == previous)
        // The first event, with `bytes(32)`, `1` and the body `{}`.
        let first = chain.hash(sequence: 1, previous: .genesis, canonical: Array("{}".utf8))
        #expect(first.description == "YgxwBC1oTlRpp1gTRaxNuecOirBQrfkZD568iwaVeeQ")
    }

    @Test func `an unchanged event holds`() throws {
        let chain = try Self.chain()
        #expect(chain.holds(chain.append(try Self.draft(), after: .genesis)))
    }

    static let changes: [Named<@Sendable (inout EventDraft) throws -> Void>] = [
        Named("id", { $0.id = try require(EventID("019a7c3e-5d00-7abc-8def-0123456789ac")) }),
        Named("type", { $0.type = .deviceStarted }), Named("subject", { $0.subject = "SF1234567890124" }),
        Named("no subject", { $0.subject = nil }), Named("empty subject", { $0.subject = "" }),
        Named("time", { $0.now.wall = Timestamp(milliseconds: $0.now.wall.milliseconds + 1) }),
        Named("uptime", { $0.now.uptime = Uptime(milliseconds: 123_457) }),
        Named("clock", { $0.now.clock = .unsynced }), Named("boot", { $0.bootID += "0" }),
        Named("actor", { $0.actor = "op-8" }), Named("no actor", { $0.actor = nil }),
        Named("data", { $0.data = Array("{}".utf8) }),
        // One text in two Unicode spellings is equal to Swift; it is not to the hash.
        Named("normalisation", { $0.actor = "e\u{301}" }), Named("normalisation", { $0.actor = "\u{E9}" }),
    ]

    @Test(arguments: changes)
    func `a changed field changes the hash`(_ change: Named<@Sendable (inout EventDraft) throws -> Void>) throws {
        let chain = try Self.chain()
        let event = chain.append(try Self.draft(), after: .genesis)
        var draft = event.draft
        try change.value(&draft)
        #expect(chain.append(draft, after: .genesis).hash != event.hash)
        #expect(!chain.holds(Event(draft: draft, sequence: 1, previousHash: .genesis, hash: event.hash)))
    }

    @Test func `no two of these events have one hash`() throws {
        let chain = try Self.chain()
        let hashes = try Self.changes.map { change in
            var draft = try Self.draft()
            try change.value(&draft)
            return chain.append(draft, after: .genesis).hash
        }
        #expect(Set(hashes).count == Self.changes.count)
    }

    @Test func `another place, predecessor, kiosk or epoch changes the hash`() throws {
        let chain = try Self.chain()
        let draft = try Self.draft()
        let previous = try require(Digest(bytes: Array(0..<32)))
        let event = chain.append(draft, after: .genesis)
        let others = [
            chain.append(draft, after: Head(sequence: 1, hash: .genesis)).hash,
            chain.append(draft, after: Head(sequence: 0, hash: previous)).hash,
            HashChain(kiosk: try require(KioskID("k1310020008")), epoch: chain.epoch).append(draft, after: .genesis)
                .hash,
            HashChain(kiosk: chain.kiosk, epoch: try require(Epoch("00112233445566778899aabbccddeefe")))
                .append(draft, after: .genesis).hash,
        ]
        #expect(Set(others + [event.hash]).count == 5)
        #expect(!chain.holds(Event(draft: draft, sequence: 2, previousHash: .genesis, hash: event.hash)))
        #expect(!chain.holds(Event(draft: draft, sequence: 1, previousHash: previous, hash: event.hash)))
    }
}
