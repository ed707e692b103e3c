import Domain
import TestSupport
import Testing
import Wire

@Suite struct `An event on the wire` {
    static let drafts: [Named<@Sendable (inout EventDraft) -> Void>] = [
        Named("as it comes", { _ in }), Named("with an actor", { $0.actor = "op-7" }),
        Named("without a subject", { $0.subject = nil }), Named("an empty subject", { $0.subject = "" }),
        Named(
            "an unsynced clock of 1970",
            { $0.now = Now(wall: .init(milliseconds: 17), uptime: .init(milliseconds: 0), clock: .unsynced) }),
        Named("a clock before 1970", { $0.now.wall = Timestamp(milliseconds: -1) }),
        Named("the longest uptime", { $0.now.uptime = Uptime(milliseconds: .max) }),
        Named("text that needs escapes", { $0.subject = "\"\\\u{0}\n\u{1F}/é\u{2028}😀顺丰" }),
        Named("decomposed letters", { $0.actor = "e\u{301}" }), Named("an odd boot", { $0.bootID = "\"," }),
        Named("empty data", { $0.data = Array("{}".utf8) }),
        Named("nested data", { $0.data = Array(#"{"a":[{"b":null},-1,true],"c":"\u0000é"}"#.utf8) }),
        Named(
            "data that looks like an event",
            { $0.data = Array(#"{"hash":"x","sequence":"9","type":"kiosk.a.b.v1"}"#.utf8) }),
        Named("another type", { $0.type = .journalRecovered }),
    ]

    @Test(arguments: drafts)
    func `is read back the same, and so are the bytes that were hashed`(
        _ change: Named<@Sendable (inout EventDraft) -> Void>
    ) throws {
        var kiosk = try SampleKiosk()
        _ = kiosk.next()
        var draft = kiosk.next().event.draft
        change.value(&draft)
        let event = kiosk.chain.append(draft, after: kiosk.head)
        let message = EventMessage(kiosk: kiosk.chain.kiosk, epoch: kiosk.chain.epoch, event: event)
        let json = try JSON(parsing: message.bytes)
        let read = try EventMessage(json)
        #expect(read == message)
        #expect(read.event.draft.canonical == draft.canonical)
        #expect(kiosk.chain.holds(read.event))
        #expect(json.canonical == message.bytes, "the wire form is canonical too")
    }

    @Test func `a sender's white space and order do not change what was hashed`() throws {
        var kiosk = try SampleKiosk()
        let message = kiosk.next(data: ["b": 1, "a": ["y", "x"]])
        let spaced = text(message.bytes)
            .replacing(#"{"a":["y","x"],"b":1}"#, with: #"{ "b" : 1, "\u0061":[ "\u0079", "x" ] }"#)
        #expect(spaced != text(message.bytes))
        #expect(try EventMessage(JSON(parsing: spaced.utf8)) == message)
    }

    @Test func `is a CloudEvent`() throws {
        var kiosk = try SampleKiosk()
        let json = try JSON(parsing: kiosk.next(actor: "op-7").bytes)
        #expect(json["specversion"] == "1.0" && json["datacontenttype"] == "application/json")
        #expect(json["source"] == "/kiosk/131002/k1310020007")
        #expect(json["sequence"] == "1", "a decimal string, for numbers beyond 2^53")
        #expect(
            json.object?.keys.sorted() == [
                "actor", "bootid", "clock", "data", "datacontenttype", "epoch", "hash", "id", "prevhash", "sequence",
                "source", "specversion", "subject", "time", "type", "uptimems",
            ])
    }

    // MARK: Refusals

    static let required = [
        "bootid", "clock", "data", "datacontenttype", "epoch", "hash", "id", "prevhash", "sequence", "source",
        "specversion",
        "time", "type", "uptimems",
    ]

    static func members() throws -> [String: JSON] {
        var kiosk = try SampleKiosk()
        return try #require(JSON(parsing: kiosk.next(actor: "op-7").bytes).object)
    }

    @Test(arguments: required)
    func `a missing member is refused by its name`(_ name: String) throws {
        var members = try Self.members()
        members[name] = nil
        #expect(
            problem { () throws(WireError) in try EventMessage(.object(members)) }?.contains("the event's \(name) ")
                == true)
    }

    @Test(arguments: required + ["actor", "subject"])
    func `a member of another type is refused by its name`(_ name: String) throws {
        var members = try Self.members()
        for wrong: JSON in [.null, true, 7, "7", ["7"], ["7": 7]] {
            if name == "data", wrong.object != nil { continue }
            if name == "uptimems", wrong.integer != nil { continue }
            if ["bootid", "actor", "subject"].contains(name), wrong.string != nil { continue }
            members[name] = wrong
            let said = problem { () throws(WireError) in try EventMessage(.object(members)) }
            let words = [
                "the event's \(name) ", "not CloudEvents 1.0", "the data is not JSON",
                "the event's source is not a kiosk",
            ]
            // Text in the wrong place is read, and refused for its content.
            let expected =
                switch (name, wrong.string != nil) {
                case ("specversion", true): words[1]
                case ("datacontenttype", true): words[2]
                case ("source", true): words[3]
                default: words[0]
                }
            if name == "sequence", wrong.string != nil { continue }
            #expect(said?.hasPrefix(expected) == true, "\(wrong) as \(name): \(said ?? "read")")
        }
    }

    static let malformed: [Named<(String, JSON, String)>] = [
        Named("another version", ("specversion", "1.1", "not CloudEvents 1.0")),
        Named("other data", ("datacontenttype", "text/plain", "the data is not JSON")),
        Named("capital content type", ("datacontenttype", "Application/JSON", "the data is not JSON")),
        Named("another county", ("source", "/kiosk/131003/k1310020007", "source is not a kiosk")),
        Named("no leading slash", ("source", "kiosk/131002/k1310020007", "source is not a kiosk")),
        Named("a slash at the end", ("source", "/kiosk/131002/k1310020007/", "source is not a kiosk")),
        Named("a double slash", ("source", "//kiosk/131002/k1310020007", "source is not a kiosk")),
        Named("a shop", ("source", "/shop/131002/k1310020007", "source is not a kiosk")),
        Named("not a kiosk's name", ("source", "/kiosk/131002/x1310020007", "source is not a kiosk")),
        Named("capital epoch", ("epoch", "00112233445566778899AABBCCDDEEFF", "epoch has not")),
        Named("sequence 0", ("sequence", "0", "sequence has not")),
        Named("sequence -1", ("sequence", "-1", "sequence has not")),
        Named("sequence +1", ("sequence", "+1", "sequence has not")),
        Named("sequence 01", ("sequence", "01", "sequence has not")),
        Named("sequence 1.0", ("sequence", "1.0", "sequence has not")),
        Named("sequence with a space", ("sequence", " 1", "sequence has not")),
        Named("sequence beyond 64 bits", ("sequence", "9223372036854775808", "sequence has not")),
        Named("no sequence in it", ("sequence", "", "sequence has not")),
        Named("uptime in words", ("uptimems", "1", "uptimems is missing or no whole number")),
        Named("a negative uptime", ("uptimems", -1, "uptimems is missing or no whole number")),
        Named("data as a list", ("data", [], "data is missing or no object")),
        Named("a time with an offset", ("time", "2026-11-23T08:05:09+08:00", "time has not")),
        Named("a date that is none", ("time", "2026-02-29T08:05:09.007Z", "time has not")),
        Named("year 0", ("time", "0000-02-29T08:05:09.007Z", "time has not")),
        Named("half a clock", ("clock", "maybe", "clock has not")),
        Named("capital clock", ("clock", "Synced", "clock has not")),
        Named("capital id", ("id", "019A7C3E-5D00-7abc-8def-0123456789ab", "id has not")),
        Named("a foreign type", ("type", "com.example.thing", "type has not")),
        Named("a type with a sign", ("type", "kiosk.parcel.received.v+1", "type has not")),
        Named("hexadecimal hash", ("hash", .string(String(repeating: "0", count: 64)), "hash has not")),
        Named(
            "another spelling of the hash", ("hash", .string(String(repeating: "A", count: 42) + "B"), "hash has not")),
        Named("a short previous hash", ("prevhash", "AAAA", "prevhash has not")),
        Named("a member more", ("extra", 1, "unknown member, extra")),
        Named("an empty name", ("", 1, "unknown member")),
        Named("a trace", ("traceparent", "00-…", "unknown member, traceparent")),
        Named("a capital name", ("Data", [:], "unknown member, Data")),
        Named("binary data", ("data_base64", "AA==", "unknown member, data_base64")),
    ]

    @Test(arguments: malformed)
    func `what has not the agreed form is refused with its own words`(_ row: Named<(String, JSON, String)>) throws {
        let (name, value, words) = row.value
        var members = try Self.members()
        members[name] = value
        let said = problem { () throws(WireError) in try EventMessage(.object(members)) }
        #expect(said?.contains(words) == true, "said: \(said ?? "nothing, it was read")")
    }

    @Test(arguments: [.null, true, 1, "{}", []] as [JSON])
    func `what is no object is refused`(_ value: JSON) {
        #expect(problem { () throws(WireError) in try EventMessage(value) } == "an event must be an object")
    }

    @Test func `a long hostile name is cut in the log`() throws {
        var members = try Self.members()
        members[String(repeating: "a", count: 100_000)] = 1
        let said = try #require(problem { () throws(WireError) in try EventMessage(.object(members)) })
        #expect(said.utf8.count < 100)
    }

    @Test(arguments: required.filter { !["datacontenttype", "specversion", "source", "epoch", "hash"].contains($0) })
    func `a changed member breaks the hash`(_ name: String) throws {
        var kiosk = try SampleKiosk()
        var members = try Self.members()
        let others: [String: JSON] = [
            "bootid": "another", "clock": "unsynced", "data": ["a": 1], "id": "019a7c3e-5d00-7abc-8def-0123456789ab",
            "prevhash": .string(String(repeating: "E", count: 43)), "sequence": "2", "time": "2026-11-23T08:05:09.007Z",
            "type": "kiosk.parcel.returned.v1", "uptimems": 1,
        ]
        let other = try #require(others[name] as JSON?)
        members[name] = other
        _ = kiosk.next()
        #expect(try !kiosk.chain.holds(EventMessage(.object(members)).event))
    }
}
