import Domain
import TestSupport
import Testing
import Wire

@Suite struct `A status` {
    static func status() throws -> Status {
        Status(
            kiosk: try #require(KioskID("k1310020007")), epoch: try #require(Epoch("00112233445566778899aabbccddeeff")),
            head: Head(sequence: 12, hash: try #require(Digest(bytes: Array(0..<32)))), acknowledged: 10,
            oldestMilliseconds: 5000, time: Timestamp(milliseconds: 1_795_000_000_000), clock: .unsynced,
            version: "1.0.0",
            configuration: "abc", alarms: [.init(code: "disk-reserve", detail: "空间不足")],
            peripherals: [
                .init(name: "scanner-1", kind: "scanner", isConnected: true, problem: nil),
                .init(name: "scale-1", kind: "scale", isConnected: false, problem: "unplugged"),
            ], board: .init(uptimeMilliseconds: 60_000, freeBytes: 1 << 33, residentKiB: 20_000))
    }

    @Test func `has the form of the contract`() throws {
        let expected = #"""
            {"acknowledged":10,"alarms":[{"code":"disk-reserve","detail":"空间不足"}],
            "board":{"freebytes":8589934592,"residentkib":20000,"uptimems":60000},"clock":"unsynced","config":"abc",
            "epoch":"00112233445566778899aabbccddeeff","hash":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","head":12,
            "kiosk":"k1310020007","oldestms":5000,
            "peripherals":[{"connected":true,"kind":"scanner","name":"scanner-1"},
            {"connected":false,"kind":"scale","name":"scale-1","problem":"unplugged"}],
            "state":"online","time":"2026-11-18T11:06:40.000Z","versions":{"agent":"1.0.0"}}
            """#.split(separator: "\n").joined()
        #expect(try Self.status().json.canonicalText == expected)
    }

    @Test func `leaves out an age that nobody knows`() throws {
        var status = try Self.status()
        status.oldestMilliseconds = nil
        #expect(status.json["oldestms"] == nil)
    }

    @Test func `tells the center where the journal ends, and the rest is kept as it came`() throws {
        let status = try Self.status()
        let read = try ReportedStatus(parsing: status.json.canonical, from: status.kiosk)
        #expect(read.report == .online(epoch: status.epoch, head: status.head))
        #expect(read.body == status.json)
    }

    @Test func `of a kiosk that left without a word says offline`() throws {
        let read = try ReportedStatus(parsing: Status.offline.canonical, from: try Self.status().kiosk)
        #expect(read.report == .offline)
    }

    @Test func `without a journal says nothing of it`() throws {
        var status = try Self.status()
        status.isDegraded = true
        status.oldestMilliseconds = nil
        #expect(status.json["state"] == "degraded")
        for name in ["epoch", "head", "hash", "acknowledged", "oldestms"] { #expect(status.json[name] == nil) }
        #expect(try ReportedStatus(parsing: status.json.canonical, from: status.kiosk).report == .degraded)
        #expect(throws: WireError.self) {
            try ReportedStatus(parsing: status.json.canonical, from: #require(KioskID("k1310020008")))
        }
    }

    static let refused: [Named<(@Sendable (inout [String: JSON]) -> Void, String)>] = [
        Named("no state", ({ $0["state"] = nil }, "neither online nor degraded nor offline")),
        Named("another state", ({ $0["state"] = "sleeping" }, "neither online nor degraded nor offline")),
        Named("state as a boolean", ({ $0["state"] = true }, "neither online nor degraded nor offline")),
        Named("no kiosk", ({ $0["kiosk"] = nil }, "another kiosk")),
        Named("another kiosk", ({ $0["kiosk"] = "k1310020008" }, "another kiosk")),
        Named("no epoch", ({ $0["epoch"] = nil }, "no epoch or head")),
        Named("no head", ({ $0["head"] = nil }, "no epoch or head")),
        Named("head as text", ({ $0["head"] = "12" }, "no epoch or head")),
        Named("head below 0", ({ $0["head"] = -1 }, "no epoch or head")),
        Named("no hash", ({ $0["hash"] = nil }, "no epoch or head")),
        Named("too large", ({ $0["x"] = .string(String(repeating: "x", count: 16_384)) }, "larger than 16384 bytes")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words`(_ row: Named<(@Sendable (inout [String: JSON]) -> Void, String)>) throws {
        let status = try Self.status()
        var members = try #require(status.json.object)
        row.value.0(&members)
        let said = problem { () throws(WireError) in
            try ReportedStatus(parsing: JSON.object(members).canonical, from: status.kiosk)
        }
        #expect(said?.contains(row.value.1) == true, "said: \(said ?? "nothing, it was read")")
    }

    @Test func `cut short at any byte is refused`() throws {
        let status = try Self.status()
        let body = status.json.canonical
        for count in body.indices {
            let said = problem { () throws(WireError) in
                try ReportedStatus(parsing: Array(body.prefix(count)), from: status.kiosk)
            }
            #expect(said?.contains("not the JSON agreed on") == true, "the first \(count) bytes")
        }
    }
}
