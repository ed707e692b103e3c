import Domain
import Foundation
import Harness
import LabDevices
import LocalAPIClient
import TestSupport
import Testing
import Wire

/// Paper and the loss of power: a real daemon, killed as power kills it, and a printer that outlives it.
@Suite struct PaperTests {
    static let cut: [UInt8] = [0x1D, 0x56, 0x42, 0x00]
    /// 补打
    static let copy: [UInt8] = [0xB2, 0xB9, 0xB4, 0xF2]

    private func village(_ paper: SimulatedPrinter, text: String = "gb18030") throws -> Village {
        try Village.withCourier(printer: "{path: \(paper.path), width: 32, text: \(text)}")
    }

    private func handOver(_ village: Village, _ first: Int = 0) throws {
        for text in [
            "KB-COURIER1", "KC-BATCH-IN", "SF123456789012\(first)", "SF123456789013\(first)", "KC-BATCH-CLOSE",
        ] {
            #expect(try village.kioskctl("scan", text).code == 0, "\(text)")
        }
    }

    private func jobs(_ village: Village) throws -> [JSON] {
        try village.ask("/v1/prints").lines(JSON.self)
    }

    @Test func `a paper that was on its way when the power failed comes once more, marked as a copy`() throws {
        // It prints and has not said so yet.
        var slow = SimulatedPrinter.Condition.fine
        slow.afterwards = nil
        let paper = try SimulatedPrinter(slow)
        let village = try village(paper)
        try handOver(village)
        try eventually("it is on paper") { paper.count(Self.cut) == 1 }
        #expect(try jobs(village).first?["state"]?.string == "printing")
        village.kiosk?.kill()
        paper.become(.fine)
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("the copy came out") { try self.jobs(village).first?["state"]?.string == "printed" }
        #expect(paper.count(Self.cut) == 2 && paper.count(Self.copy) == 1)
        #expect(try jobs(village).count == 1 && jobs(village).first?["copy"]?.integer == 1)
        // And not a third time.
        village.kiosk?.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        try handOver(village, 1)
        try eventually("the next came out") { try self.jobs(village).first?["state"]?.string == "printed" }
        #expect(paper.count(Self.cut) == 3 && paper.count(Self.copy) == 1)
    }

    @Test func `without paper it waits over a power cut, says why, and comes out once when there is paper`() throws {
        let paper = try SimulatedPrinter(.paperOut)
        let village = try village(paper)
        try handOver(village)
        try eventually("the queue says why") {
            try village.ask("/v1/prints").text.contains("paper is out")
        }
        try eventually("the alarm is raised") { try village.ask("/v1/status").text.contains("slips-wait") }
        #expect(try village.kioskctl("prints").output.contains("paper is out"))
        let status = try village.kioskctl("status").output
        #expect(status.contains("slips-wait: slips wait for the printer: paper is out"), "\(status)")
        let batch = try #require(try jobs(village).first?["reference"]?.string)
        let again = try village.kioskctl("slip", "--print", batch)
        #expect(again.code == 0 && again.output.contains("It waits for the printer: paper is out"), "\(again)")
        #expect(paper.printed.isEmpty)
        village.kiosk?.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try jobs(village).map { $0["state"]?.string } == ["waiting", "waiting"])
        let asked = try #require(try jobs(village).first?["job"]?.integer)
        #expect(try village.kioskctl("prints", "cancel", "\(asked)").output == "Cancelled.\n")
        #expect(try village.kioskctl("prints", "cancel", "\(asked)").code == 70)
        #expect(try village.kioskctl("prints", "cancel", "99").code == 70)
        paper.become(.fine)
        try eventually("it came out", within: 60) { try self.jobs(village).last?["state"]?.string == "printed" }
        #expect(paper.count(Self.cut) == 1 && paper.count(Self.copy) == 0)
        try eventually("the alarm is over") { try !village.ask("/v1/status").text.contains("slips-wait") }
    }

    @Test func `a printer without Chinese gets pictures, and a screen the same`() throws {
        let paper = try SimulatedPrinter(.fine)
        let village = try village(paper, text: "raster")
        try handOver(village)
        try eventually("it is known what became of it") { try self.jobs(village).first?["state"]?.string == "printed" }
        // Bands of 384 dots and no text.
        #expect(paper.count([0x1D, 0x76, 0x30, 0x00, 48, 0]) > 20 && paper.count([0xB9, 0xB2]) == 0)
        let batch = try #require(try jobs(village).first?["reference"]?.string)
        let (png, html) = (village.directory.file("slip.png"), village.directory.file("slip.html"))
        #expect(try village.kioskctl("slip", batch, "--png", png, "--html", html).code == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: png)).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
        #expect(try String(contentsOfFile: html, encoding: .utf8).contains("交接单 Hand-over"))
        let socket = village.directory.file("kiosk/kioskd.sock")
        for path in ["/v1/slips/\(batch)?format=gif", "/v1/slips/\(batch)?kind=poem", "/v1/slips/x?from=monday"] {
            #expect(try Recorder.ask("GET", path, socket: socket).status == 400, "\(path)")
        }
        #expect(try Recorder.ask("GET", "/v1/prints?limit=0", socket: socket).status == 400)
        #expect(try Recorder.ask("DELETE", "/v1/prints/1", socket: socket).status == 409)
        #expect(try Recorder.ask("DELETE", "/v1/prints/77", socket: socket).status == 404)
    }

    @Test func `the code of a receipt is checked at the point and at the center`() throws {
        let paper = try SimulatedPrinter(.fine)
        let village = try village(paper)
        try handOver(village)
        try village.waitUntilDelivered()
        let event = try JSON(parsing: try #require(try village.recordedEvents().last).utf8)
        let proof = RecordProof(
            kiosk: try #require(KioskID(Village.id)), epoch: try #require(event["epoch"]?.string.flatMap(Epoch.init)),
            sequence: try #require(event["sequence"]?.string.flatMap { Int64($0) }),
            hash: try #require(event["hash"]?.string.flatMap { Digest($0) }))
        var (other, later, foreign) = (proof, proof, proof)
        other.hash = Digest(of: [1])
        later.sequence += 1000
        foreign.epoch = try #require(Epoch("0123456789abcdef0123456789abcdef"))
        for (text, code, words) in [
            (proof.description, Int32(0), "The code is genuine"), (other.description, 1, "its hash is another"),
            (later.description, 1, "no such record"), (foreign.description, 1, ""), ("KR-nothing", 64, ""),
        ] {
            let point = try village.kioskctl("verify-receipt", text)
            #expect(point.code == code && (words.isEmpty || point.output.contains(words)), "\(point)")
            let center = try village.centerctl("verify-receipt", text)
            #expect(center.code == code && (words.isEmpty || center.output.contains(words)), "\(center)")
        }
    }
}

extension Village {
    /// Running, with a printer (`devices.printer`, on one line), and a courier of SF in its roster.
    static func withCourier(printer: String) throws -> Village {
        let village = try Village(kioskExtra: "  printer: \(printer)")
        let people = [
            Person(id: "p-sf", name: "王*", roles: [.courier], badge: BadgeHash(of: "KB-COURIER1"), carrier: .sf)
        ]
        let roster = try village.directory.write(Roster(version: 1, people: people).json.canonicalText, to: "roster")
        #expect(try village.centerctl("send", "roster", "--kiosk", Village.id, roster).code == 0)
        try village.start()
        try eventually("the kiosk has its roster") { try village.hasRoster(1) }
        return village
    }
}
