import Domain
import Foundation
import Harness
import TestSupport
import Testing
import Wire

/// Brings about every message and every answer there is; with a capture directory, `Device/check-contract` then checks
/// what this and all other tests put on the wire.
@Suite struct ContractTests {
    static let shelves = "shelves: [{name: A1, layers: 2}, {name: C, for: cold, capacity: 8}]"

    @Test func `every route of the local API answers, refuses and explains`() throws {
        let village = try Village()
        try village.start()
        for waybill in ["SF1234567890123", "JDVA12345678901-2-3", "]C0YT1234567890123", "ABCD234567890"] {
            try village.scan(waybill)
        }
        try eventually("they are in") { try village.status()["head"] as? Int == 5 }
        try village.waitUntilDelivered()
        let socket = village.directory.file("kiosk/kioskd.sock")
        func ask(_ path: String, _ method: String = "GET") throws -> (status: Int, body: String) {
            try Recorder.ask(method, path, socket: socket)
        }
        #expect(try ask("/v1/status").status == 200)
        let page = try ask("/v1/events?after=1&limit=2")
        #expect(page.status == 200)
        #expect(page.body.split(separator: "\n").count == 2)
        #expect(try ask("/v1/events?after=100").body.isEmpty)
        // The largest number there is; it ended kioskd once.
        #expect(try ask("/v1/events?after=9223372036854775807").body.isEmpty)
        #expect(try ask("/v1/verify?after=9223372036854775807").status == 200)
        #expect(try ask("/v1/verify").body.contains(#""through":5"#))
        #expect(try ask("/v1/link/now", "POST").status == 202)
        for path in [
            "/v1/events?after=-1", "/v1/events?limit=0", "/v1/events?limit=1001", "/v1/events?after=x",
            "/v1/verify?limit=9999",
            "/v1/events/stream?after=no",
        ] {
            let answer = try ask(path)
            #expect(answer.status == 400, "\(path)")
            #expect(answer.body.contains(#""error":"bad-parameter""#), "\(path)")
        }
        // Produce, before anything was sent or weighed; ProduceTests ask the rest.
        for (path, error) in [
            ("catalog", "no-catalog"), ("weighins/KW-000000-000001", "no-such-weighin"),
            ("lots/KL-000000-000001", "no-such-lot"), ("trace/SF1234567890123", "no-trace"),
            ("statements/7", "no-such-farmer"),
        ] {
            let answer = try ask("/v1/\(path)")
            #expect(answer.status == 404 && answer.body.contains(#""error":"\#(error)""#), "\(path): \(answer.body)")
        }
        for path in ["/v1/weighins", "/v1/weighins?after=", "/v1/orders"] {
            let answer = try ask(path)
            #expect(answer.status == 200 && answer.body.isEmpty, "\(path)")
        }
        #expect(try ask("/v2/nothing").status == 404)
        #expect(try ask("/v1/status", "DELETE").status == 404 || ask("/v1/status", "DELETE").status == 405)
        #expect(try ask("/v1/../../etc/passwd").status == 404)
    }

    @Test func `parcels, the point and its desks answer, refuse and explain`() throws {
        let village = try Village(kioskExtra: Self.shelves)
        try village.start()
        let socket = village.directory.file("kiosk/kioskd.sock")
        func ask(_ path: String) throws -> (status: Int, body: String) {
            try Recorder.ask("GET", path, socket: socket)
        }
        func tell(_ verb: String, _ body: String, desk: String = "screen") throws -> (status: Int, body: String) {
            try Recorder.ask("POST", "/v1/desks/\(desk)/\(verb)", body: body, socket: socket)
        }
        func word(scanning text: String) throws -> String? { try said(text, socket: socket)["word"]?.string }
        #expect(try ask("/v1/parcels").body.isEmpty)
        for (text, expected) in [
            ("SF1234567890123", "received"), ("SF1234567890123", "already"), ("JDVA12345678901-2-3", "received"),
            ("123456789012", "received"), ("", "scan"), ("13812345678", "scan"), ("ABC", "scan"),
            (String(repeating: "7", count: 513), "scan"), ("KB-NOBODYS", "unknown-person"), ("KC-FIND", "mode"),
            ("SF1234567890123", "found"), ("SF9999999999999", "impossible"), ("KC-COLLECT", "mode"),
            ("SF1234567890123", "ask-code"), ("204866", "wrong-code"), ("KC-OVERRIDE", "sign-in-first"),
            ("KC-CANCEL", "cancelled"), ("KC-CONFIRM", "nothing-asked"), ("A1-2-0417", "wrong-code"),
            ("KC-SHELVE", "sign-in-first"), ("KC-BATCH-IN", "sign-in-first"), ("KC-FLAG-DAMAGED", "sign-in-first"),
            ("KC-SIZE-COLD", "armed"), ("KC-7", "typed"), ("KC-DASH", "typed"), ("KC-2", "typed"),
            ("KC-CANCEL", "cancelled"), ("KC-RECEIVE", "mode"), ("KC-SIGN-OUT", "nothing-asked"),
        ] {
            #expect(try word(scanning: text) == expected, "\(text.prefix(20))")
        }

        let page = try ask("/v1/parcels?limit=2")
        #expect(page.status == 200)
        #expect(page.body.split(separator: "\n").count == 2)
        let rest = try ask("/v1/parcels?after=JDVA12345678901-2&limit=1000").body
        #expect(rest.contains(#""subject":"SF1234567890123""#))
        #expect(rest.split(separator: "\n").count == 1)
        #expect(try ask("/v1/parcels?limit=0").status == 400)
        #expect(try ask("/v1/parcels?limit=1001").status == 400)
        #expect(try ask("/v1/parcels/JDVA12345678901-2").body.contains(#""status":"received""#))
        let absent = try ask("/v1/parcels/SF9999999999999")
        #expect(absent.status == 404)
        #expect(absent.body.contains(#""error":"not-here""#))
        #expect(try ask("/v1/parcels/SF1234567890123/label").body.contains(#""error":"not-found""#))
        let point = try ask("/v1/point").body
        #expect(point.contains(#""name":"screen""#))
        #expect(point.contains(#""slot":"C-1""#))

        // Nobody has that number, and after five tries nobody may try it.
        for attempt in 1...6 {
            let answer = try tell("signin", #"{"number":7,"pin":"2468"}"#)
            #expect(answer.body.contains(attempt <= 5 ? #""word":"wrong-pin""# : #""word":"locked""#), "\(attempt)")
        }
        #expect(try tell("practice", #"{"on":true}"#).body.contains(#""word":"practice-began""#))
        #expect(try tell("scan", #"{"text":"SF1234567890124"}"#).body.contains(#""practice":true"#))
        #expect(try ask("/v1/parcels/SF1234567890124").status == 404)
        #expect(try ask("/v1/point").body.contains(#""practice":true"#))
        #expect(try tell("practice", #"{"on":false}"#).body.contains(#""word":"practice-ended""#))

        for (verb, body) in [
            ("scan", ""), ("scan", "[]"), ("scan", #"{"text":7}"#), ("scan", "SF1234567890123"),
            ("signin", #"{"number":7}"#), ("signin", #"{"number":-1,"pin":"2468"}"#),
            ("signin", #"{"number":7,"pin":"12345678901234567"}"#), ("practice", #"{"on":"yes"}"#),
        ] {
            let answer = try tell(verb, body)
            #expect(answer.status == 400, "\(verb) \(body)")
            #expect(answer.body.contains(#""error":"bad-body""#), "\(verb) \(body)")
        }
        let large = #"{"text":"\#(String(repeating: "7", count: 4096))"}"#
        for (verb, body) in [
            ("scan", #"{"text":"x"}"#), ("signin", #"{"number":7,"pin":"2468"}"#), ("practice", #"{"on":true}"#),
        ] {
            #expect(try tell(verb, large).status == 413, "\(verb)")
            let answer = try tell(verb, body, desk: "door")
            #expect(answer.status == 404, "\(verb)")
            #expect(answer.body.contains(#""error":"no-such-desk""#), "\(verb)")
        }
        #expect(try ask("/v1/desks/screen/scan").status == 404)
        try village.waitUntilDelivered()
    }

    @Test func `every kind of event that people bring about reaches the center`() throws {
        let village = try Village(kioskExtra: Self.shelves)
        let people = [
            Person(id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-OPERATOR1")),
            Person(id: "p-sf", name: "王*", roles: [.courier], badge: BadgeHash(of: "KB-COURIER1"), carrier: .sf),
        ]
        let expected = (1...2).map { number in
            ExpectedParcel(
                subject: "SF000000000000\(number)", carrier: .sf,
                recipient: Recipient(id: "r-A1", name: "张*", phoneTail: "8642", secret: BadgeHash(of: "R-A1")),
                handling: number == 2 ? .cold : .normal, consent: number == 1 ? .order : nil)
        }
        for (kind, json) in [
            ("roster", Roster(version: 1, people: people).json),
            ("expected", ExpectedList(version: 1, parcels: expected).json),
        ] {
            let file = try village.directory.write(json.canonicalText, to: "\(kind).json")
            #expect(try village.centerctl("send", kind, "--kiosk", Village.id, file).code == 0)
        }
        let samples = Products.repository + "/Config"
        #expect(try village.centerctl("send", "catalog", "--county", "131002", samples + "/catalog.json").code == 0)
        #expect(try village.centerctl("send", "orders", "--kiosk", Village.id, samples + "/orders.json").code == 0)
        try village.start()
        let socket = village.directory.file("kiosk/kioskd.sock")
        func ask(_ path: String) throws -> String { try Recorder.ask("GET", path, socket: socket).body }
        try eventually("the kiosk has its documents") {
            let point = try ask("/v1/point")
            return point.contains(#""roster":1"#) && point.contains(#""expected":1"#)
        }
        #expect(try ask("/v1/parcels/SF0000000000002").contains(#""status":"expected""#))
        for (text, word) in [
            ("KB-COURIER1", "signed-in"), ("SF0000000000001", "open-batch-first"), ("KC-BATCH-IN", "batch-opened"),
            ("KC-BATCH-OUT", "batch-is-open"), ("SF0000000000001", "received"), ("SF0000000000003", "received"),
            ("KC-SHELVE", "not-permitted"), ("KC-UNDO", "undone"), ("SF0000000000001", "already"),
            ("KC-BATCH-CLOSE", "batch-closed"), ("KC-BATCH-CLOSE", "no-batch"), ("KB-OPERATOR1", "signed-in"),
            ("KB-OPERATOR1", "already"), ("KC-SHELVE", "mode"), ("SF0000000000001", "shelved"),
            ("SF0000000000007", "ask-consent"), ("KC-CONSENT-NO", "consent-refused"), ("KC-UNDO", "undone"),
            ("KC-UNDO", "undone"), ("SF0000000000002", "ask-consent"), ("KC-CONSENT-TELEPHONE", "shelved"),
            ("SF0000000000001", "already"), ("KC-NEXT-SHELF", "no-slot"),
            ("SF0000000000004", "ask-consent"), ("KC-CONSENT-IN-PERSON", "shelved"), ("KC-NEXT-SHELF", "moved"),
            ("KC-FLAG-DAMAGED", "armed"),
            ("SF0000000000004", "flagged"), ("KC-RESOLVE", "armed"), ("SF0000000000004", "resolved"),
            ("KC-DISPATCH", "mode"), ("SF0000000000004", "dispatched"), ("KC-ACCEPT", "mode"),
            ("123456789012", "ask-carrier"), ("SF0000000000005", "answer-first"), ("KC-CARRIER-ZTO", "accepted"),
            ("KC-BATCH-OUT", "batch-opened"), ("SF0000000000001", "not-for-dispatch"), ("123456789012", "dispatched"),
            ("KC-BATCH-CLOSE", "batch-closed"), ("KC-RECEIVE", "mode"), ("SF0000000000006", "received"),
            ("KC-RETURN", "mode"), ("SF0000000000006", "returned"), ("KC-COLLECT", "mode"),
            ("SF0000000000001", "ask-code"), ("KC-OVERRIDE", "ask-reason"), ("KC-REASON-KNOWN", "collected"),
            ("HTTPS://VILLAGE.EXAMPLE/M/R-A1", "pick-up"), ("SF0000000000006", "wrong-parcel"),
            ("SF0000000000002", "collected"), ("HTTPS://VILLAGE.EXAMPLE/M/R-A1", "nothing-here"), ("KC-FIND", "mode"),
            ("SF0000000000001", "found"), ("KC-UNDO", "undone"), ("KC-RECEIVE", "mode"), ("KC-UNDO", "undone"),
            ("KC-UNDO", "undone"), ("KC-SIGN-OUT", "signed-out"),
        ] {
            let answer = try said(text, socket: socket)
            #expect(answer["word"]?.string == word, "\(text): \(answer.canonicalText)")
        }
        try village.waitUntilDelivered()
        let stored = try village.storedEvents()
        for noun in [
            "received", "relocated", "collected", "returned", "dispatched", "accepted", "flagged", "corrected",
        ] {
            #expect(stored.contains { $0.contains("kiosk.parcel.\(noun).v1") }, "\(noun)")
        }
        for type in [
            "batch.opened", "batch.closed", "operator.signedin", "operator.signedout", "expected.applied",
            "roster.applied", "catalog.applied", "orders.applied",
        ] { #expect(stored.contains { $0.contains("kiosk.\(type).v1") }, "\(type)") }
        for path in ["/v1/parcels", "/v1/point", "/v1/parcels/SF0000000000001", "/v1/parcels/SF0000000000006"] {
            #expect(try !ask(path).isEmpty)
        }
    }

    /// What the screen's desk says to a text.
    private func said(_ text: String, socket: String) throws -> JSON {
        let body = JSON.object(["text": .string(text)]).canonicalText
        let answer = try Recorder.ask("POST", "/v1/desks/screen/scan", body: body, socket: socket)
        #expect(answer.status == 200, "\(text.prefix(20))")
        return try JSON(parsing: answer.body.utf8)
    }

    @Test func `the socket is for the owner and the group alone`() throws {
        let village = try Village()
        try village.start()
        func mode(_ name: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: village.directory.file("kiosk/\(name)"))
            return (attributes[.posixPermissions] as? Int ?? 0o777) & 0o777
        }
        try eventually("it is shared") { try mode("kioskd.sock") == 0o660 }
        #expect(try mode("") == 0o750)
        // Hashes of PINs lie in the journal: the group has no business there. Nor in what an older program left.
        let files = try FileManager.default.contentsOfDirectory(atPath: village.directory.file("kiosk"))
        #expect(files.contains("journal.db") && files.contains("journal.db-wal"))
        for name in files where name != "kioskd.sock" { #expect(try mode(name) & 0o077 == 0, "\(name)") }
        try #require(try village.kiosk?.terminate() == 0)
        for name in files where name.hasPrefix("journal") {
            try? FileManager.default.setAttributes(
                [.posixPermissions: 0o640], ofItemAtPath: village.directory.file("kiosk/\(name)"))
        }
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try mode("journal.db") == 0o600 && mode("journal.db-wal") == 0o600)
    }
}
