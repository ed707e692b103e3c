import Domain
import TestSupport
import Testing
import Wire

@Suite struct `An acknowledgement` {
    static let hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    static let epoch = "00112233445566778899aabbccddeeff"

    static func body(_ change: (inout [String: JSON]) -> Void = { _ in }) -> [UInt8] {
        var members: [String: JSON] = [
            "epoch": .string(epoch), "through": 7, "hash": .string(hash), "missing": [[9, 12]],
        ]
        change(&members)
        return JSON.object(members).canonical
    }

    @Test(arguments: [
        Named("nothing missing", []), Named("one range", [3...3]), Named("several", [1...2, 5...9, 100...Int64.max]),
        Named("64 ranges", (1...64).map { Int64($0)...Int64($0) }),
    ])
    func `is read back the same`(_ missing: Named<[ClosedRange<Int64>]>) throws {
        let sent = Acknowledgement(
            epoch: try #require(Epoch(Self.epoch)),
            through: Head(sequence: .max, hash: try #require(Digest(Self.hash))), missing: missing.value)
        #expect(try Acknowledgement(parsing: sent.json.canonical) == sent)
    }

    @Test func `has the form of the contract`() throws {
        let sent = Acknowledgement(
            epoch: try #require(Epoch(Self.epoch)), through: Head(sequence: 7, hash: try #require(Digest(Self.hash))),
            missing: [9...12])
        #expect(
            sent.json.canonicalText
                == #"{"epoch":"\#(Self.epoch)","hash":"\#(Self.hash)","missing":[[9,12]],"through":7}"#)
        #expect(sent.json.canonical == Self.body())
    }

    @Test func `of a center that holds nothing names the genesis`() throws {
        let sent = Acknowledgement(epoch: try #require(Epoch(Self.epoch)), through: .genesis)
        #expect(try Acknowledgement(parsing: sent.json.canonical).through == .genesis)
    }

    @Test func `may grow members that this version does not know`() throws {
        #expect(try Acknowledgement(parsing: Self.body { $0["later"] = true }).through.sequence == 7)
    }

    static let refused: [Named<(@Sendable (inout [String: JSON]) -> Void, String)>] = [
        Named("no epoch", ({ $0["epoch"] = nil }, "no epoch")),
        Named("an epoch in capitals", ({ $0["epoch"] = "00112233445566778899AABBCCDDEEFF" }, "no epoch")),
        Named("no through", ({ $0["through"] = nil }, "no through")),
        Named("through as text", ({ $0["through"] = "7" }, "no through")),
        Named("through below 0", ({ $0["through"] = -1 }, "no through")),
        Named("no hash", ({ $0["hash"] = nil }, "no hash")),
        Named("a short hash", ({ $0["hash"] = "AAAA" }, "no hash")),
        Named("no missing", ({ $0["missing"] = nil }, "no missing")),
        Named("missing as an object", ({ $0["missing"] = [:] }, "no missing")),
        Named("65 ranges", ({ $0["missing"] = .array((1...65).map { [.integer($0), .integer($0)] }) }, "no missing")),
        Named("half a range", ({ $0["missing"] = [[1]] }, "missing range")),
        Named("three ends", ({ $0["missing"] = [[1, 2, 3]] }, "missing range")),
        Named("a number for a range", ({ $0["missing"] = [1, 2] }, "missing range")),
        Named("text in a range", ({ $0["missing"] = [["1", "2"]] }, "missing range")),
        Named("a range backwards", ({ $0["missing"] = [[5, 4]] }, "missing range")),
        Named("a range from 0", ({ $0["missing"] = [[0, 4]] }, "missing range")),
        Named("one bad range of many", ({ $0["missing"] = [[1, 4], [6, 5]] }, "missing range")),
        Named("too large", ({ $0["later"] = .string(String(repeating: "x", count: 8192)) }, "larger than 8192 bytes")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words`(_ row: Named<(@Sendable (inout [String: JSON]) -> Void, String)>) {
        let said = problem { () throws(WireError) in try Acknowledgement(parsing: Self.body(row.value.0)) }
        #expect(said?.contains(row.value.1) == true, "said: \(said ?? "nothing, it was read")")
    }

    @Test func `cut short at any byte is refused`() {
        let body = Self.body()
        for count in body.indices {
            #expect(problem { () throws(WireError) in try Acknowledgement(parsing: Array(body.prefix(count))) } != nil)
        }
    }

    @Test(arguments: ["", "[]", "null", "7", "\"online\"", "{}{}", "\u{FEFF}{}"])
    func `is an object and nothing else`(_ body: String) {
        #expect(problem { () throws(WireError) in try Acknowledgement(parsing: Array(body.utf8)) } != nil)
    }
}

@Suite struct `The center's state` {
    @Test(arguments: [true, false])
    func `is read back the same`(_ isOnline: Bool) throws {
        let sent = CenterState(isOnline: isOnline, since: Timestamp(milliseconds: 1_795_000_000_123))
        #expect(try CenterState(parsing: sent.json.canonical) == sent)
        #expect(sent.json["state"] == (isOnline ? "online" : "offline"))
    }

    @Test(arguments: [
        ("{}", "neither online nor offline"), (#"{"state":"Online","since":"2026-11-23T08:05:09.007Z"}"#, "neither"),
        (#"{"state":true,"since":"2026-11-23T08:05:09.007Z"}"#, "neither"), (#"{"state":"online"}"#, "no since"),
        (#"{"state":"online","since":1795000000}"#, "no since"),
        (#"{"state":"offline","since":"yesterday"}"#, "no since"),
        ("[]", "no object"), ("", "not the JSON agreed on"),
        ("{\"x\":\"\(String(repeating: "x", count: 1024))\"}", "larger than 1024 bytes"),
    ])
    func `is refused with its own words`(_ body: String, _ words: String) {
        let said = problem { () throws(WireError) in try CenterState(parsing: Array(body.utf8)) }
        #expect(said?.contains(words) == true, "said: \(said ?? "nothing, it was read")")
    }
}
