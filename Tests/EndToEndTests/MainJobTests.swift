import Barcodes
import Foundation
import Harness
import LabDevices
import LocalAPIClient
import TestSupport
import Testing

/// The main job on real parts: a pty, a journal on disk, a mosquitto, a center, each program a process.
@Suite struct MainJobTests {
    @Test func `a scan is saved, delivered, stored once and acknowledged`() throws {
        let village = try Village()
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        try eventually("the parcel is stored") {
            try village.storedEvents().contains { $0.contains("SF1234567890123") }
        }
        let status = try village.status()
        #expect(status["acknowledged"] as? Int == status["head"] as? Int)
        #expect(status["parcels"] as? Int == 1)
        #expect(try village.recordedEvents() == village.storedEvents())
        let parcel = try #require(try village.storedEvents().last)
        #expect(parcel.contains(#""type":"kiosk.parcel.received.v1""#))
        #expect(parcel.contains(#""subject":"SF1234567890123""#))
        #expect(parcel.contains(#""source":"/kiosk/131002/k1310020007""#))
        #expect(try village.kioskctl("status").output.contains("all 2"))
    }

    @Test func `the same parcel again is answered and makes no event`() throws {
        let village = try Village()
        try village.start()
        for _ in 0..<5 { try village.scan("YT1234567890123") }
        try eventually("five answers") {
            let scans = try village.status()["scans"] as? [String: Int] ?? [:]
            return scans["saved"] == 1 && scans["already"] == 4
        }
        #expect(try village.recordedEvents().count { $0.contains("YT1234567890123") } == 1)
    }

    @Test func `a scanner that types like a keyboard is read through its input events`() throws {
        let village = try Village()
        let fifo = village.directory.file("keyboard")
        #expect(mkfifo(fifo, 0o600) == 0)
        try village.directory.write(
            String(contentsOfFile: village.kioskSettings, encoding: .utf8)
                + "\n    - {path: \(fifo), kind: evdev}\n", to: "kiosk.yaml")
        try village.start()
        let events = try #require(KeyStrokes.events(typing: Array("JDVA12345678901-1-2".utf8)))
        let handle = try #require(FileHandle(forWritingAtPath: fifo))
        try handle.write(contentsOf: events.flatMap(\.bytes))
        try handle.close()
        try eventually("the parcel is in") {
            try village.recordedEvents().contains { $0.contains("JDVA12345678901-1") }
        }
        try village.waitUntilDelivered()
    }

    @Test func `a burst of 500 scans is saved whole and in order`() throws {
        let village = try Village()
        try village.start()
        let waybills = WaybillGenerator(seed: 7).prefix(500)
        // kioskd answers before it has opened its lines; what is on them then is thrown away, and may be cut in the middle.
        try eventually("the scanner is open") {
            try village.ask("/v1/status").text.contains(#""connected":true"#)
        }
        try village.scanner.send(waybills.flatMap { Array($0.utf8) + [0x0D] })
        try eventually("all are in") { try village.number("parcels") == 500 }
        try village.waitUntilDelivered()
        let stored = try village.storedEvents().filter { $0.contains("parcel.received") }
        #expect(stored.count == 500)
        for (line, waybill) in zip(stored, waybills) { #expect(line.contains(#""subject":"\#(waybill)""#)) }
    }

    @Test func `without a broker the kiosk works and delivers when there is one`() throws {
        let village = try Village()
        village.broker.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        try village.scan("SF1234567890123")
        try eventually("the parcel is saved") { try village.number("parcels") == 1 }
        try eventually("the link says why it is down") {
            let trouble = try village.linkStatus()["trouble"] as? String
            return trouble?.contains("refused") == true
        }
        try village.broker.start()
        try village.startCenter()
        try village.waitUntilDelivered()
        #expect(try village.storedEvents().count == 2)
    }

    @Test func `without a center delivery is held and resumes when it comes`() throws {
        let village = try Village(isCaptured: false)
        try village.startKiosk()
        try village.waitUntilReady()
        try village.scan("SF1234567890123")
        try eventually("delivery is held") { try village.linkStatus()["hold"] != nil }
        #expect(try village.number("acknowledged") == 0)
        try village.startCenter()
        try village.waitUntilDelivered()
        #expect(try village.linkStatus()["hold"] == nil)
    }

    @Test func `a kiosk without any broker in its settings is whole`() throws {
        let directory = try TemporaryDirectory()
        let line = try SimulatedLine(link: directory.file("scanner"))
        let settings = try directory.write(
            """
            kiosk: {id: k1310020007}
            storage: {directory: \(directory.file("kiosk"))}
            devices: {scanners: [{path: \(directory.file("scanner"))}]}
            """, to: "kiosk.yaml")
        let kiosk = try ChildProgram(Products.path("kioskd"), ["--config", settings], log: directory.file("log"))
        func ask(_ arguments: String...) throws -> String {
            try run(Products.path("kioskctl"), arguments + ["--config", settings]).output
        }
        try eventually("kioskd is ready") { try ask("status").contains("Link          off") }
        try eventually("the scanner is there") {
            try String(contentsOfFile: directory.file("log"), encoding: .utf8).contains("scanner-1 connected")
        }
        try line.send(Array("SF1234567890123\r".utf8))
        try eventually("the parcel is in") { try ask("events").contains("SF1234567890123") }
        #expect(try kiosk.terminate() == 0)
    }

    @Test func `SIGTERM stops everything in order`() throws {
        let village = try Village()
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.kiosk?.terminate() == 0)
        #expect(!FileManager.default.fileExists(atPath: village.directory.file("kiosk/kioskd.sock")))
        try eventually("the center knows that the kiosk left") {
            try village.centerctl("list").output.contains("offline")
        }
        #expect(try village.center?.terminate() == 0)
        try village.startKiosk()
        try village.waitUntilReady()
        let events = try village.recordedEvents()
        #expect(events.contains { $0.contains("kiosk.device.stopped.v1") })
    }

    @Test func `an open stream does not hold up the stop and ends with it`() throws {
        let village = try Village()
        try village.start()
        let follower = try ChildProgram(
            Products.path("kioskctl"), ["events", "--follow", "--json", "--config", village.kioskSettings],
            log: village.directory.file("follow"))
        try eventually("the follower has caught up") { follower.logText.contains("device.started") }
        try village.scan("SF1234567890123")
        try eventually("the follower sees the parcel") { follower.logText.contains("SF1234567890123") }
        #expect(try village.kiosk?.terminate() == 0)
        #expect(try follower.waitForExit() == 0)
    }

    @Test func `link now tries at once instead of at its turn`() throws {
        let village = try Village()
        try village.directory.write(
            String(contentsOfFile: village.kioskSettings, encoding: .utf8).replacing(
                "spread: 0.1", with: "spread: 600"),
            to: "kiosk.yaml")
        try village.startCenter()
        try eventually("the center listens") { village.center?.logText.contains("connected to the broker") == true }
        try village.startKiosk()
        try village.waitUntilReady()
        let waiting = try village.linkStatus()
        #expect(waiting["state"] as? String == "waiting")
        #expect(try village.kioskctl("link", "now").code == 0)
        try village.waitUntilDelivered(within: 10)
    }

    @Test func `an older copy of the journal put back is noticed and nothing is lost or overwritten`() throws {
        let village = try Village()
        try village.start()
        try village.receive("SF1111111111111")
        try village.waitUntilDelivered()
        try village.kiosk?.terminate()
        let manager = FileManager.default
        let (live, copy) = (village.directory.file("kiosk"), village.directory.file("copy"))
        try manager.copyItem(atPath: live, toPath: copy)
        try village.startKiosk()
        try village.waitUntilReady()
        for number in 0..<5 { try village.scan("SF222222222222\(number)") }
        do {
            try eventually("five more are in") { try village.number("parcels") == 6 }
        } catch {
            Issue.record("\(error): \(village.kiosk?.logText ?? "")")
        }
        try village.waitUntilDelivered()
        try village.kiosk?.terminate()
        try manager.removeItem(atPath: live)
        try manager.moveItem(atPath: copy, toPath: live)
        try village.startKiosk()
        try village.waitUntilReady()
        try village.receive("SF3333333333333")
        try eventually("a new epoch was begun") {
            (try? village.recordedEvents().contains { $0.contains("kiosk.journal.recovered.v1") }) == true
        }
        try village.waitUntilDelivered()
        let stored = try village.storedEvents()
        for subject in ["SF1111111111111", "SF3333333333333"] + (0..<5).map({ "SF222222222222\($0)" }) {
            #expect(stored.count { $0.contains(#""subject":"\#(subject)""#) } == 1, "\(subject)")
        }
        #expect(try village.centerctl("list").output.contains("rolled-back"))
    }
}
