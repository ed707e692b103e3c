import Domain
import Foundation
import Harness
import TestSupport
import Testing

/// What the center sends a kiosk to keep, over a real broker.
@Suite struct DocumentTests {
    static let roster = """
        {"version": %, "people": [
          {"id": "p-7K2M9", "name": "李*", "roles": ["operator", "courier"], "tail": "5678",
           "badge": "P-PomNxlVPgcDeRNNwnsOO_wZIdnS7ULr4Oe3xmOtnc",
           "pin": {"iterations": 20000, "salt": "AAECAwQFBgcICQoLDA0ODw",
                   "hash": "362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74"}},
          {"id": "p-2", "name": "王师傅", "roles": ["courier"]}]}
        """

    static func expected(_ version: Int, parcels: Int) -> String {
        let parcels = (0..<parcels).map {
            #"{"waybill":"SF\#(1_000_000_000_000 + $0)","recipient":{"id":"r-\#($0)","name":"张*","tail":"5678"}}"#
        }
        return #"{"version":\#(version),"parcels":[\#(parcels.joined(separator: ","))]}"#
    }

    private func send(
        _ village: Village, _ kind: String, _ text: String
    ) throws -> (code: Int32, output: String, errors: String) {
        let file = try village.directory.write(text, to: "document.json")
        return try village.centerctl("send", kind, "--kiosk", Village.id, file)
    }

    private func applied(_ village: Village, _ kind: String, _ version: Int) -> Int {
        let log = (try? String(contentsOfFile: village.directory.file("kiosk.log"), encoding: .utf8)) ?? ""
        return log.split(separator: "\n").count {
            $0.contains("a document of the center was applied") && $0.contains("kind=\(kind)")
                && $0.contains("version=\(version)")
        }
    }

    @Test func `a roster and expected parcels that are sent reach the kiosk, and again after the broker forgot them`()
        throws
    {
        let village = try Village()
        // Put down before anything runs.
        let first = try send(village, "roster", Self.roster.replacing("%", with: "3"))
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.contains("k1310020007: roster version 3 with 2 people is held now"))
        try village.start()
        try eventually("the roster is there") { applied(village, "roster", 3) == 1 }
        // While everything runs; large enough to be deflated.
        #expect(try send(village, "expected", Self.expected(12, parcels: 200)).code == 0)
        try eventually("the list is there") { applied(village, "expected", 12) == 1 }
        #expect(try send(village, "roster", Self.roster.replacing("%", with: "4")).code == 0)
        try eventually("the new roster is there") { applied(village, "roster", 4) == 1 }
        // Delivery goes its way meanwhile.
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()

        // The kiosk was away and its storage is new; the broker forgets.
        village.kiosk?.kill()
        village.broker.kill()
        try FileManager.default.removeItem(atPath: village.directory.file("kiosk"))
        try village.broker.start()
        try village.startKiosk()
        try eventually("both came again") {
            applied(village, "roster", 4) == 2 && applied(village, "expected", 12) == 2
        }
        #expect(applied(village, "roster", 3) == 1)
        // The center tells of the empty storage.
        try village.waitUntilDelivered()
        #expect(try village.centerctl("list").output.contains("history-abandoned, at "))
        #expect("\(try village.status()["alarms"] ?? "")".contains("document") == false)

        let table = try village.centerctl("documents")
        #expect(table.code == 0)
        #expect(table.output.split(separator: "\n").count == 3)
        #expect(table.output.contains("k1310020007  expected  12       200"))
        let lines = try village.centerctl("documents", "--json", "--kiosk", Village.id).output
        #expect(lines.contains(#""kind":"roster","kiosk":"k1310020007","version":4,"written":""#), "\(lines)")
        #expect(try village.centerctl("documents", "--kiosk", "k1310020008").output.contains("No document"))
    }

    @Test func `a document that is wrong is refused before it is sent, and says what is wrong`() throws {
        let village = try Village(isCaptured: false)
        #expect(try send(village, "roster", Self.roster.replacing("%", with: "3")).code == 0)
        for (kind, text, code, words) in [
            ("roster", Self.roster.replacing("%", with: "2"), Int32(65), "version 2 is not newer: version 3"),
            (
                "roster", Self.roster.replacing("%", with: "3").replacing("王师傅", with: "王*"), 65,
                "held already with another content"
            ),
            (
                "roster", Self.roster.replacing("%", with: "4").replacing("王师傅", with: "王13812345678"), 65,
                "person 2: name holds a full telephone"
            ),
            ("expected", Self.roster.replacing("%", with: "4"), 65, "parcels is missing"),
            (
                "expected", Self.expected(1, parcels: 3).replacing("张*", with: "张三"), 65,
                "parcel 1: the recipient: name is not masked"
            ),
            ("expected", "{\n\"version\": 1,\n\"parcels\": [\n}", 65, "line 4: unexpected character"),
            ("wishes", "{}", 64, "expected"), ("catalog", "{}", 64, "write --county, for example --county 131002"),
            (
                "orders", #"{"version":1,"orders":[{"id":"O-1","tolerance":5,"lines":[]}]}"#, 65, "order 1: no lines"
            ),
        ] {
            let answer = try send(village, kind, text)
            #expect(answer.code == code, "\(words): \(answer)")
            #expect(answer.errors.contains(words), "\(answer.errors)")
            #expect(!answer.errors.contains("13812345678") && !answer.errors.contains("张"))
        }
        let again = try send(village, "roster", Self.roster.replacing("%", with: "3"))
        #expect(again.code == 0 && again.output.contains("is held already, the same in every part"))
        #expect(try village.centerctl("send", "roster", "--kiosk", "131", "x").code == 64)
        #expect(try village.centerctl("send", "roster", "--kiosk", Village.id, "/nonexistent").code == 66)
        // What does no harm is told all the same.
        let typo = try send(
            village, "expected", Self.expected(1, parcels: 1).replacing("recipient", with: "recipent"))
        #expect(typo.code == 0 && typo.errors.contains(#"not known and left out: "recipent""#), "\(typo)")
    }

    /// The center was moved to another machine, and its documents were not: dismissed staff must not keep their badges in silence.
    @Test
    func `an older document than the one in force is refused to its sender, and told where it comes all the same`()
        throws
    {
        let village = try Village(isCaptured: false)
        try village.start()
        let roster = { (version: Int) in Self.roster.replacing("%", with: "\(version)") }
        #expect(try send(village, "roster", roster(3)).code == 0)
        try eventually("it is in force, and the center knows") {
            try applied(village, "roster", 3) == 1
                && "\(village.status()["documents"] ?? "")".contains("roster")
        }
        try FileManager.default.removeItem(atPath: village.directory.file("center/documents"))
        let older = roster(1).replacing("王师傅", with: "赵师傅")
        try eventually("the status has come") {
            let answer = try send(village, "roster", older)
            if answer.code == 0 {
                try FileManager.default.removeItem(atPath: village.directory.file("center/documents"))
            }
            return answer.code == 65 && answer.errors.contains("version 3 is in force at k1310020007")
        }
        // Somebody else than the center's own command put it there.
        let sent = try run(
            "/usr/bin/mosquitto_pub",
            try village.broker.sender() + [
                "-V", "5", "-q", "1", "-r", "-t",
                "kiosk/v1/131002/\(Village.id)/down/roster", "-m", older,
            ])
        #expect(sent.code == 0)
        try eventually("the kiosk says so") {
            "\(try village.status()["alarms"] ?? "")".contains("roster: version 1 came, 3 is in force")
        }
        let forced = try village.centerctl(
            "send", "roster", "--kiosk", Village.id, "--force", try village.directory.write(older, to: "document.json"))
        #expect(forced.code == 0 && forced.output.contains("version 4"), "\(forced)")
        try eventually("it is in force") { applied(village, "roster", 4) == 1 }
        #expect(!"\(try village.status()["alarms"] ?? "")".contains("document-ignored"))
        let highest = try send(
            village, "roster", roster(3).replacing(#""version": 3"#, with: #""version": 9223372036854775807"#))
        #expect(highest.code == 65)
    }

    @Test func `a kiosk refuses what is no document, says why in its status, and takes the next good one`() throws {
        let village = try Village(isCaptured: false)
        try village.start()
        #expect(try send(village, "roster", Self.roster.replacing("%", with: "3")).code == 0)
        try eventually("the roster is there") { applied(village, "roster", 3) == 1 }
        func publish(_ body: String) throws {
            let answer = try run(
                "/usr/bin/mosquitto_pub",
                try village.broker.sender() + [
                    "-V", "5", "-q", "1", "-r", "-t",
                    "kiosk/v1/131002/\(Village.id)/down/roster", "-m", body,
                ])
            #expect(answer.code == 0)
        }
        try publish(#"{"version":4,"people":[{"id":"p-1","name":"李13812345678","roles":["courier"]}]}"#)
        try eventually("the alarm says why") {
            let alarms = "\(try village.status()["alarms"] ?? "")"
            return alarms.contains("document-refused")
                && alarms.contains("roster: person 1: name holds a full telephone or identity number")
        }
        // A list of the other kind says nothing of the roster.
        #expect(try send(village, "expected", Self.expected(1, parcels: 1)).code == 0)
        try eventually("the list is there") { applied(village, "expected", 1) == 1 }
        #expect("\(try village.status()["alarms"] ?? "")".contains("document-refused"))
        #expect(try send(village, "roster", Self.roster.replacing("%", with: "5")).code == 0)
        try eventually("the alarm is gone") {
            !"\(try village.status()["alarms"] ?? "")".contains("document-refused")
        }
        #expect(applied(village, "roster", 5) == 1)
        let log = village.kiosk?.logText ?? ""
        #expect(!log.contains("13812345678"))
        // Receiving and delivery were never touched.
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
    }

    // MARK: Produce

    static func sample(_ file: String, _ version: Int) throws -> String {
        try String(contentsOfFile: Products.repository + "/Config/\(file).json", encoding: .utf8)
            .replacing("\"version\": 1,", with: "\"version\": \(version),")
    }

    private func sendCatalog(
        _ village: Village, _ text: String, county: String = "131002"
    ) throws -> (code: Int32, output: String, errors: String) {
        let file = try village.directory.write(text, to: "document.json")
        return try village.centerctl("send", "catalog", "--county", county, file)
    }

    /// The applied events of that kind that the center holds, as `version/count`.
    private func told(_ village: Village, _ kind: String) throws -> [String] {
        try village.waitUntilDelivered()
        return try village.storedEvents().filter { $0.contains("kiosk.\(kind).applied.v1") }.map { line in
            let data = try JSON(parsing: line.utf8)["data"]
            return "\(data?["version"]?.integer ?? 0)/\(data?["count"]?.integer ?? 0)"
        }
    }

    @Test func `a county's catalog and a kiosk's orders are applied once each, and an older one never`() throws {
        // What strangers publish here is no part of the contract.
        let village = try Village(isCaptured: false)
        // Put down before anything runs; the neighbours' too.
        let first = try sendCatalog(village, Self.sample("catalog", 7))
        #expect(first.code == 0 && first.errors.isEmpty, "\(first)")
        #expect(
            first.output.contains(
                "131002: catalog version 7 with 4 kinds of produce, 3 containers and 9 prices is held now"), "\(first)")
        #expect(try sendCatalog(village, Self.sample("catalog", 99), county: "131003").code == 0)
        try village.start()
        try eventually("the catalog is there") { applied(village, "catalog", 7) == 1 }
        let orders = try send(village, "orders", Self.sample("orders", 5))
        #expect(orders.code == 0 && orders.errors.isEmpty, "\(orders)")
        try eventually("the orders are there") { applied(village, "orders", 5) == 1 }
        #expect(try told(village, "catalog") == ["7/4"])
        #expect(try told(village, "orders") == ["5/2"])

        // What comes again, after a restart of everything, is known; what somebody publishes is not older than it.
        village.kiosk?.kill()
        village.broker.kill()
        try village.broker.start()
        try village.startKiosk()
        try village.waitUntilReady()
        func publish(_ topic: String, _ body: String) throws {
            let answer = try run(
                "/usr/bin/mosquitto_pub",
                try village.broker.sender() + [
                    "-V", "5", "-q", "1", "-t",
                    "kiosk/v1/\(topic)", "-m", body,
                ])
            #expect(answer.code == 0)
        }
        try eventually("the broker hears the kiosk") { try village.linkStatus()["state"] as? String == "connected" }
        let older = #"{"version":6,"produce":[],"containers":[],"prices":[]}"#
        try publish("131002/all/down/catalog", older)
        try publish("131003/all/down/catalog", older.replacing("6", with: "600"))
        try publish("131002/\(Village.id)/down/catalog", older.replacing("6", with: "601"))
        // The newest ones are taken after those; then all that went before has been looked at.
        #expect(try sendCatalog(village, Self.sample("catalog", 8)).code == 0)
        #expect(try send(village, "orders", Self.sample("orders", 6)).code == 0)
        try eventually("both came") { applied(village, "catalog", 8) == 1 && applied(village, "orders", 6) == 1 }
        #expect(try told(village, "catalog") == ["7/4", "8/4"])
        #expect(try told(village, "orders") == ["5/2", "6/2"])

        let table = try village.centerctl("documents", "--kiosk", Village.id).output
        #expect(table.contains("131002       catalog  8        4"), "\(table)")
        #expect(table.contains("k1310020007  orders   6        2") && !table.contains("131003"), "\(table)")
        let lines = try village.centerctl("documents", "--json").output
        #expect(lines.contains(#""county":"131003","#) && lines.contains(#""kind":"orders","kiosk":"k1310020007""#))
    }

    @Test func `a catalog that is wrong is refused before it is sent, and what cannot work is remarked on`() throws {
        let village = try Village(isCaptured: false)
        let good = try Self.sample("catalog", 7)
        for (text, code, words) in [
            (
                good.replacing("\"until\": \"2026-12-01", with: "\"until\": \"2026-12-02"), Int32(65),
                "price 2: it overlaps price 1 of the same grade; nothing was sent"
            ),
            (
                good.replacing("\"tare\": 340", with: "\"tare\": -340"), 65,
                "container 2: tare is no whole number from 0"
            ),
            (good.replacing("\"number\": 12", with: "\"number\": 11"), 65, "produce 2: the same number twice"),
            (
                good.replacing("T00:00:00+08:00", with: ""), 65,
                "price 1: from is no time of the form 2026-11-24T00:00:00+08:00"
            ),
            (good.replacing("320", with: "3.20"), 65, "line 19: only whole numbers"),
        ] {
            let answer = try sendCatalog(village, text)
            #expect(answer.code == code && answer.errors.contains(words), "\(words): \(answer)")
        }
        #expect(try village.centerctl("documents").output.contains("No document"))
        #expect(try sendCatalog(village, good, county: "13100").errors.contains("13100 is no county"))
        let lines = good.split(separator: "\n").filter { !$0.contains("\"grade\": \"X\"") }.joined(separator: "\n")
        let remarked = try sendCatalog(village, lines)
        #expect(
            remarked.code == 0 && remarked.errors.contains("without any price")
                && remarked.errors.contains("apple-fuji X"))
        let stranger = try send(
            village, "orders", Self.sample("orders", 1).replacing("\"tomato\"", with: "\"potato\""))
        #expect(stranger.code == 0 && stranger.errors.contains("not in the county's catalog: potato 1"), "\(stranger)")
        for arguments in [["catalog", "--kiosk", Village.id], ["orders", "--county", "131002"]] {
            let file = try village.directory.write(good, to: "document.json")
            let answer = try run(
                Products.path("kiosk-center"), ["--config", village.centerSettings, "send"] + arguments + [file])
            #expect(answer.code == 64, "\(arguments): \(answer)")
        }
    }
}
