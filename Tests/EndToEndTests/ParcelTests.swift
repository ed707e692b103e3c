import Domain
import Foundation
import Harness
import LabDevices
import LocalAPIClient
import TestSupport
import Testing
import Wire

/// The life of a parcel on real parts: a pty as the scanner, a journal on disk, a mosquitto, a center.
@Suite struct ParcelTests {
    static let shelves = """
        shelves:
          - {name: "1", layers: 2, capacity: 2}
          - {name: C, capacity: 1, for: cold}
        """

    static let people = [
        Person(id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-OPERATOR1"), pin: pin, number: 12),
        Person(
            id: "p-sf", name: "王*", roles: [.courier], badge: BadgeHash(of: "KB-COURIER1"), carrier: .sf),
        Person(id: "p-card", name: "赵*", roles: [.operator], badge: BadgeHash(of: "0045131261")),
    ]

    /// 4711
    static let pin: PINVerifier? = {
        var generator = SeededGenerator(seed: 1)
        return PINVerifier.make(pin: "4711", iterations: 1000, using: &generator)
    }()

    static let expected = (1...3).map { number in
        ExpectedParcel(
            subject: "SF000000000000\(number)", carrier: .sf,
            recipient: Recipient(id: "r-A\(number / 3)", name: "张*", phoneTail: "8642"),
            handling: number == 3 ? .cold : .normal, consent: number == 2 ? nil : .order)
    }

    /// A village whose kiosk has its people and its list.
    private func village(_ extra: String = shelves) throws -> Village {
        let village = try Village(kioskExtra: extra)
        try send(village, "roster", Roster(version: 1, people: Self.people).json)
        try send(village, "expected", ExpectedList(version: 1, parcels: Self.expected).json)
        try village.start()
        try eventually("the kiosk has its documents") {
            let point = try self.point(village)
            return point["roster"]?.integer == 1 && point["expected"]?.integer == 1
        }
        return village
    }

    private func send(_ village: Village, _ kind: String, _ json: JSON) throws {
        let file = try village.directory.write(json.canonicalText, to: "\(kind).json")
        let answer = try village.centerctl("send", kind, "--kiosk", Village.id, file)
        #expect(answer.code == 0, "\(answer.errors)")
    }

    private func point(_ village: Village) throws -> JSON {
        try #require(village.ask("/v1/point").lines(JSON.self).first)
    }

    /// Enters it at the screen's desk and returns the answer.
    @discardableResult
    private func enter(_ village: Village, _ text: String, desk: String = "screen") throws -> JSON {
        let answer = try Recorder.ask(
            "POST", "/v1/desks/\(desk)/scan", body: JSON.object(["text": .string(text)]).canonicalText,
            socket: village.directory.file("kiosk/kioskd.sock"))
        return try JSON(parsing: answer.body.utf8)
    }

    private func parcel(_ village: Village, _ subject: String) throws -> JSON {
        try JSON(parsing: village.kioskctl("parcel", subject, "--json").output.dropLast().utf8)
    }

    private func signIn(_ village: Village, _ pin: String) throws -> String? {
        let directory = village.directory.path
        let answer = try run(
            "/bin/sh",
            [
                "-c",
                "echo \(pin) | \(Products.path("kioskctl")) signin 12 --json --config \(directory)/kiosk.yaml",
            ])
        return try JSON(parsing: answer.output.dropLast().utf8)["word"]?.string
    }

    @Test func `by the scanner alone a parcel comes with a courier, goes on a shelf and to its recipient`() throws {
        let village = try village()
        for text in [
            "KB-COURIER1", "KC-BATCH-IN", "SF0000000000001", "SF0000000000002", "SF0000000000002", "YT1234567890123",
            "KC-BATCH-CLOSE", "KC-SIGN-OUT", "KB-OPERATOR1", "KC-SHELVE", "SF0000000000001", "SF0000000000002",
            "KC-CONSENT-TELEPHONE", "KC-NEXT-SHELF", "KC-SIGN-OUT",
        ] { try village.scan(text) }
        try eventually("both are on the shelf") {
            try parcel(village, "SF0000000000002")["status"]?.string == "shelved"
        }
        try eventually("the operator has gone") {
            try village.recordedEvents().count { $0.contains("kiosk.operator.signedout.v1") } == 2
        }
        let code = try #require(try parcel(village, "SF0000000000001")["code"]?.string)
        // One code fetches both of this recipient; the third parcel is somebody else's.
        for text in [code, "YT1234567890123", "SF0000000000002", "SF0000000000001"] { try village.scan(text) }
        try eventually("both are collected") {
            try parcel(village, "SF0000000000001")["status"]?.string == "collected"
        }
        #expect(try parcel(village, "SF0000000000002")["status"]?.string == "collected")
        #expect(try parcel(village, "YT1234567890123")["status"]?.string == "received")
        let scans = try village.status()["scans"] as? [String: Int] ?? [:]
        #expect(scans["wrong-parcel"] == 1 && scans["already"] == 1)

        try village.waitUntilDelivered()
        let stored = try village.storedEvents()
        #expect(try stored == village.recordedEvents())
        let closed = try JSON(parsing: #require(stored.first { $0.contains("kiosk.batch.closed.v1") }).utf8)["data"]
        #expect(closed?["scanned"] == 3 && closed?["courier"] == "p-sf" && closed?["carrier"] == "sf")
        #expect(closed?["missing"] == ["SF0000000000003"] && closed?["unexpected"] == ["YT1234567890123"])
        // Who it is for is known here and nowhere else.
        let facts = try stored.filter { !$0.contains(".applied.v1") }.map {
            try JSON(parsing: $0.utf8)["data"]?.canonicalText ?? ""
        }
        for secret in ["张", "李", "王", "8642"] { #expect(!facts.contains { $0.contains(secret) }, "\(secret)") }
        let log = village.kiosk?.logText ?? ""
        for secret in ["张", "李", "王", code] { #expect(!log.contains(secret), "\(secret)") }
    }

    @Test func `what the center sent lasts over a restart without any network`() throws {
        let village = try village()
        village.broker.kill()
        village.kiosk?.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try enter(village, "KB-OPERATOR1")["word"] == "signed-in")
        try enter(village, "KC-SHELVE")
        let answer = try enter(village, "SF0000000000003")
        #expect(answer["word"] == "shelved" && answer["slot"] == "C-1" && answer["recipient"]?["name"] == "张*")
        #expect(try point(village)["awaited"]?.array?.count == 2)
    }

    @Test func `a guess at a PIN is on disk before its answer, so pulling the plug gives no new ones`() throws {
        let village = try village()
        for guess in 1...5 {
            #expect(try signIn(village, "000\(guess)") == "wrong-pin")
            village.kiosk?.kill()
            try village.startKiosk()
            try village.waitUntilReady()
        }
        // The right one too: it is not even looked at.
        #expect(try signIn(village, "4711") == "locked")
        #expect(try enter(village, "KB-OPERATOR1")["word"] == "signed-in")
    }

    @Test func `the right PIN signs in and clears the count`() throws {
        let village = try village()
        for _ in 0..<3 {
            for _ in 0..<4 { #expect(try signIn(village, "0000") == "wrong-pin") }
            #expect(try signIn(village, "4711") == "signed-in")
            try enter(village, "KC-SIGN-OUT")
        }
        // By the printed digits too.
        for digit in "12" { try enter(village, "KC-\(digit)") }
        try enter(village, "KC-DASH")
        for digit in "4711" { try enter(village, "KC-\(digit)") }
        #expect(try enter(village, "KC-CONFIRM")["word"] == "signed-in")
    }

    @Test func `wrong codes are counted on disk and then locked`() throws {
        let village = try village()
        for number in 0..<10 {
            #expect(try enter(village, "1-1-000\(number)")["word"] == "wrong-code")
            guard number % 4 == 0 else { continue }
            village.kiosk?.kill()
            try village.startKiosk()
            try village.waitUntilReady()
        }
        #expect(try enter(village, "1-1-0000")["word"] == "locked")
    }

    @Test func `practice works like the real thing and leaves no trace`() throws {
        let village = try village()
        #expect(try village.kioskctl("practice", "on", "--desk", "scanner-1").output.contains("PRACTICE"))
        let before = try village.recordedEvents()
        for text in ["SF9999999999999", "KB-OPERATOR1", "KC-SHELVE", "SF0000000000001"] {
            let answer = try enter(village, text, desk: "scanner-1")
            #expect(answer["practice"] == true && answer["outcome"] != "refused", "\(text): \(answer.canonicalText)")
        }
        #expect(try enter(village, "SF8888888888888")["practice"] == nil)
        #expect(try village.number("parcels") == 1)
        #expect(try village.kioskctl("practice", "off", "--desk", "scanner-1").code == 0)
        try village.waitUntilDelivered()
        let events = try village.recordedEvents()
        #expect(events.dropLast() == before[...])
        #expect(events.last?.contains("SF8888888888888") == true)
        #expect(try village.storedEvents() == events)
        #expect(try enter(village, "SF9999999999999", desk: "scanner-1")["word"] == "received")
    }

    @Test func `whoever has gone is signed out, and nobody stays signed in over a restart`() throws {
        let village = try village("desk: {idle: 1}")
        try enter(village, "KB-OPERATOR1")
        try eventually("the operator is signed out") {
            try village.recordedEvents().contains { $0.contains(#""reason":"idle""#) }
        }
        try enter(village, "KB-OPERATOR1")
        village.kiosk?.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("the restart ended the session") {
            let events = try village.recordedEvents()
            return events.count { $0.contains("signedin") } == events.count { $0.contains("signedout") }
        }
        #expect(try enter(village, "KC-SHELVE")["word"] == "sign-in-first")
    }

    @Test func `a card at a reader signs in at the scanner's desk`() throws {
        let directory = try TemporaryDirectory()
        let reader = try SimulatedLine(link: directory.file("cards"))
        let village = try Village(kioskExtra: "")
        try village.directory.write(
            String(contentsOfFile: village.kioskSettings, encoding: .utf8)
                + "\n    - {path: \(directory.file("cards")), reads: cards}\n", to: "kiosk.yaml")
        try send(village, "roster", Roster(version: 1, people: Self.people).json)
        try village.start()
        try eventually("the roster is there") { try point(village)["roster"]?.integer == 1 }
        // A number that a scanner's desk would take for a waybill.
        try reader.send(Array("0045131261\r".utf8))
        try eventually("somebody has signed in") {
            try point(village)["desks"]?.array?.first { $0["name"] == "scanner-1" }?["person"] == "赵*"
        }
        #expect(try village.number("parcels") == 0)
    }

    @Test func `a hand-over goes on after its courier left in the middle and the plug was pulled`() throws {
        let village = try village()
        for text in ["KB-COURIER1", "KC-BATCH-IN", "SF0000000000001", "SF0000000000002"] { try enter(village, text) }
        village.kiosk?.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try enter(village, "SF0000000000003")["word"] == "received")
        let back = try enter(village, "KB-COURIER1")
        #expect(back["batch"]?["scanned"] == 2)
        try enter(village, "SF7777777777777")
        let closed = try enter(village, "KC-BATCH-CLOSE")
        #expect(closed["batch"]?["scanned"] == 3)
        #expect(closed["batch"]?["unexpected"] == ["SF7777777777777"])
    }
}
