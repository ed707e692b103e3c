import Foundation
import Lab
import MQTT
import TestSupport
import Testing

/// What an attack and a review found, each kept from coming back.
@Suite struct TroubleTests {
    @Test func `a huge message that a broker keeps for the kiosk is never sent to it`() throws {
        let village = try Village(isCaptured: false)
        let huge = [UInt8](repeating: UInt8(ascii: "["), count: 8 << 20)
        try publish(
            [MQTTMessage(topic: "kiosk/v1/131002/\(Village.id)/down/roster", payload: huge, isRetained: true)],
            port: village.broker.port)
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.linkStatus()["state"] as? String == "connected")
        // It would have been refused as too large, and an alarm.
        #expect(!"\(try village.status()["alarms"] ?? "")".contains("document-refused"))
        let counters = try village.linkStatus()["counters"] as? [String: Int]
        #expect(counters?["connections"] == 1, "\(counters ?? [:])")
    }

    @Test func `a broker that takes only small messages gets smaller batches`() throws {
        let village = try Village(brokerExtra: "max_packet_size 2000", isCaptured: false)
        village.broker.kill()
        try village.startKiosk()
        try village.waitUntilReady()
        for waybill in WaybillGenerator(seed: 5).prefix(200) { try village.scan(waybill) }
        try eventually("all are in") { try village.number("parcels") == 200 }
        try village.broker.start()
        try village.startCenter()
        try village.waitUntilDelivered()
        #expect(try village.storedEvents() == village.recordedEvents())
    }

    @Test func `a center that finds the statuses of many kiosks goes on listening`() throws {
        let village = try Village(brokerExtra: "max_queued_messages 10000", isCaptured: false)
        // 2,500 kiosks that spoke before the center was there; the broker remembers each.
        let statuses = (0..<2500).map { number in
            let kiosk = "k131002\(String(format: "%04d", number))"
            let body = """
                {"acknowledged":0,"alarms":[],"board":{"freebytes":1,"residentkib":1,"uptimems":1},"clock":"unsynced",\
                "config":"c","epoch":"\(String(format: "%032x", number + 1))","hash":"\(String(repeating: "A", count: 43))",\
                "head":0,"kiosk":"\(kiosk)","peripherals":[],"state":"online","time":"2026-11-23T00:00:00.000Z",\
                "versions":{"agent":"1"}}
                """
            return MQTTMessage(
                topic: "kiosk/v1/131002/\(kiosk)/up/status", payload: Array(body.utf8), isRetained: true)
        }
        try publish(statuses, port: village.broker.port)
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        try eventually("every kiosk is known", every: 100) {
            try village.centerctl("list").output.split(separator: "\n").count == 2501
        }
        let log = village.center?.logText ?? ""
        #expect(!log.contains("no connection"))
    }

    @Test func `a center that lost its data gets it back from a quiet kiosk`() throws {
        let village = try Village()
        try village.start()
        for number in 0..<60 { try village.scan("SF12345678901\(10 + number)") }
        try eventually("all are in") { try village.number("parcels") == 60 }
        try village.waitUntilDelivered()
        village.center?.kill()
        try FileManager.default.removeItem(atPath: village.directory.file("center"))
        try village.startCenter()
        try eventually("everything is stored again", within: 60, every: 50) {
            let stored = (try? village.storedEvents()) ?? []
            return try stored.count == 61 && stored == village.recordedEvents()
        }
        #expect(!(try village.centerctl("list").output.contains("rolled-back")))
    }

    @Test func `a restart of the center raises no alarm`() throws {
        let village = try Village()
        try village.start()
        for number in 0..<20 { try village.scan("SF12345678901\(10 + number)") }
        try eventually("all are in") { try village.number("parcels") == 20 }
        try village.waitUntilDelivered()
        village.center?.kill()
        try village.startCenter()
        try village.receive("SF9999999999999")
        try village.waitUntilDelivered()
        let list = try village.centerctl("list", "--json").output
        #expect(list.contains(#""alarms":[]"#), "\(list)")
    }

    @Test func `a second center on the same store is refused`() throws {
        let village = try Village()
        try village.start()
        let second = try run(Products.path("kiosk-center"), ["--config", village.centerSettings])
        #expect(second.code == 75)
        #expect(second.errors.contains("in use by another process"))
    }

    @Test func `the socket's place is taken from nobody`() throws {
        let village = try Village()
        try village.start()
        let precious = try village.directory.write("precious", to: "precious")
        for (place, words) in [
            (precious, "is no socket"), (village.directory.file("kiosk/kioskd.sock"), "answers on"),
            ("/nonexistent/x.sock", "cannot be made"),
        ] {
            let answer = try run(
                Products.path("kioskd"), ["--config", village.kioskSettings],
                environment: [
                    "KIOSK_API_SOCKET": place, "KIOSK_STORAGE_DIRECTORY": village.directory.file("other"),
                ])
            #expect(answer.code == 78, "\(place)")
            #expect(answer.errors.contains("api.socket") && answer.errors.contains(words), "\(answer.errors)")
        }
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
        #expect(try village.kioskctl("status").code == 0)
    }

    @Test func `kioskctl does not wait for ever for a daemon that hangs`() throws {
        let village = try Village()
        try village.start()
        village.kiosk?.signal(SIGSTOP)
        let answer = try village.kioskctl("status")
        #expect(answer.code == 69)
        #expect(answer.errors.contains("has not answered"))
        village.kiosk?.signal(SIGCONT)
        try village.waitUntilReady()
    }

    @Test func `a follower whose reader is gone ends, and a full output is an error`() throws {
        let village = try Village()
        try village.start()
        let kioskctl = "\(Products.path("kioskctl")) --config \(village.kioskSettings)"
        // The next event finds nobody at the other end.
        let follower = try ChildProcess(
            "/bin/bash", ["-c", "\(kioskctl) events --follow | head -n 1"], log: village.directory.file("head.log"))
        try eventually("the reader has its line") { follower.logText.contains("SEQUENCE") }
        for number in 0..<3 { try village.scan("SF123456789012\(number)") }
        try follower.waitForExit()
        let full = try run("/bin/bash", ["-c", "\(kioskctl) status > /dev/full"])
        #expect(full.code == 74)
        #expect(full.errors.contains("cannot be written"))
    }
}
