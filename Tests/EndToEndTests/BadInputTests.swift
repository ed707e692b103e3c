import Foundation
import Harness
import LabDevices
import TestSupport
import Testing

@Suite struct BadInputTests {
    @Test func `each kind of bad scan has its own answer and counter and makes no event`() throws {
        let village = try Village()
        try village.start()
        let before = try village.recordedEvents().count
        try village.scan("")
        try village.scan(String(repeating: "7", count: 600))
        try village.scanner.send([0x01, 0x02, 0x80, 0xFF, 0x0D])
        try village.scan("HELLO")
        try village.scan("13812345678")
        try village.scan("11010519491231002X")
        try village.scan("]E06901234567892")
        try village.scan("RB123456786US")
        try village.scanner.send(Array("SF12345678".utf8))
        try eventually("every scan was answered") {
            let scans = try village.status()["scans"] as? [String: Int] ?? [:]
            return scans == [
                "empty": 1, "too-long": 1, "binary": 1, "unknown": 1, "personal": 2, "product": 1, "misread": 1,
                "incomplete": 1,
            ]
        }
        #expect(try village.recordedEvents().count == before)
        // Nobody's number reaches the log.
        let log = village.kiosk?.logText ?? ""
        #expect(!log.contains("13812345678") && !log.contains("11010519491231002X"))
        try village.scan("SF1234567890123")
        try eventually("the next good scan is saved") { try village.number("parcels") == 1 }
    }

    @Test func `malformed messages from the broker are refused, counted, and logged once`() throws {
        // What others publish here is no traffic of ours for the contract.
        let village = try Village(isCaptured: false)
        try village.start()
        try village.waitUntilDelivered()
        let topics = ["kiosk/v1/131002/k1310020007/down/ack", "kiosk/v1/center/state"]
        let payloads = [
            "", "{", "[]", "{}", #"{"epoch":1}"#, String(repeating: "[", count: 20_000),
            #"{"epoch":"x","through":1.5,"hash":"y","missing":[]}"#, #"{"state":"asleep","since":"never"}"#,
            "\u{0}\u{1}",
        ]
        for topic in topics {
            for payload in payloads {
                try village.directory.write(payload, to: "payload")
                let sent = try run(
                    "/usr/bin/mosquitto_pub",
                    try village.broker.sender() + [
                        "-t", topic, "-q", "1", "-f",
                        village.directory.file("payload"),
                    ])
                #expect(sent.code == 0)
            }
        }
        try eventually("all were refused") {
            let counters = try village.linkStatus()["counters"] as? [String: Int] ?? [:]
            return counters["refused"] == topics.count * payloads.count
        }
        let lines = (village.kiosk?.logText ?? "").split(separator: "\n").count { $0.contains("a message was refused") }
        #expect(lines == 1)
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        // The center refuses its own share in the same way.
        for payload in payloads.dropFirst() {
            try village.directory.write(payload, to: "payload")
            _ = try run(
                "/usr/bin/mosquitto_pub",
                try village.broker.sender() + [
                    "-t",
                    "kiosk/v1/131002/k1310020007/up/events",
                    "-q",
                    "1", "-f", village.directory.file("payload"),
                ])
        }
        try village.receive("SF1234567890124")
        try village.waitUntilDelivered()
        let refused = (village.center?.logText ?? "").split(separator: "\n").count { $0.contains("was refused") }
        #expect(refused == 1)
        #expect(try village.recordedEvents() == village.storedEvents())
    }

    @Test func `a second daemon on the same journal is refused with a clear line`() throws {
        let village = try Village()
        try village.start()
        let second = try run(Products.path("kioskd"), ["--config", village.kioskSettings])
        #expect(second.code == 75)
        #expect(second.errors.contains("is in use by process \(village.kiosk?.id ?? 0)"))
        // The first one still answers: its socket was left alone.
        #expect(try village.kioskctl("status").code == 0)
    }

    @Test(arguments: [
        ("kiosk: {id: k1310020007}\nstorage: {directory: /tmp/x}\nbroke: 1", "bad.yaml:3: broke: "),
        ("kiosk: {id: k1}\nstorage: {directory: /tmp/x}", "bad.yaml:1: kiosk.id: "),
        (
            "kiosk: {id: k1310020007}\nstorage: {directory: /tmp/x}\nbroker: {host: h, port: many}",
            "bad.yaml:3: broker.port: "
        ),
        ("storage: {directory: /tmp/x}", "bad.yaml:1: kiosk: "),
        (
            "kiosk: {id: k1310020007}\nstorage: {directory: /tmp/x}\ndevices: {scanners: [{path: /dev/x, kind: usb}]}",
            "devices.scanners[0].kind: "
        ),
        ("kiosk: {id: k1310020007}\nstorage: {directory: /tmp/x}\nscreen: {listen: \"0.0.0.0:80\"}", "screen.listen: "),
        ("kiosk: {id: k1310020007}\nstorage: {directory: /tmp/x}\nparcels: {rules: ''}", "bad.yaml:3: parcels.rules: "),
        ("kiosk: [", "bad.yaml:"),
    ])
    func `wrong settings end with one line that names file and key and with code 78`(text: String, words: String) throws
    {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, to: "bad.yaml")
        let answer = try run(Products.path("kioskd"), ["--config", file])
        #expect(answer.code == 78)
        #expect(answer.errors.contains(words), "\(answer.errors)")
        #expect(answer.errors.split(separator: "\n").count == 1)
    }

    @Test func `wrong waybill rules are told in the log with their line, and the point opens`() throws {
        let village = try Village()
        let rules = try village.directory.write("rules:\n  - {carrier: sf, pattern: 'SF+'}", to: "waybills.yaml")
        try village.startKiosk(environment: ["KIOSK_PARCELS_RULES": rules])
        try village.waitUntilReady()
        let lines = (village.kiosk?.logText ?? "").split(separator: "\n").filter { $0.contains(" error ") }
        #expect(lines.count == 1 && lines.first?.contains("waybills.yaml:2: rules[0].example: ") == true, "\(lines)")
        try village.scan("SF1234567890123")
        try eventually("the built-in rules go on") {
            try village.recordedEvents().contains { $0.contains(#""carriers":["sf"]"#) }
        }
    }

    @Test func `missing settings end with code 78 and an environment override wins`() throws {
        let missing = try run(Products.path("kioskd"), ["--config", "/nonexistent/kiosk.yaml"])
        #expect(missing.code == 78)
        #expect(missing.errors.contains("/nonexistent/kiosk.yaml"))
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "kiosk: {id: k1310020007}\nstorage: {directory: \(directory.file("k"))}", to: "kiosk.yaml")
        // A variable that sets nothing is said, and does no harm.
        let kiosk = try ChildProgram(
            Products.path("kioskd"), ["--config", file], log: directory.file("log"),
            environment: ["KIOSK_KIOSK_ID": "k1310020009", "KIOSK_STORAGE_DIRECTRY": "1"])
        try eventually("the name is the environment's") { kiosk.logText.contains("kiosk=k1310020009") }
        #expect(kiosk.logText.contains("did you mean KIOSK_STORAGE_DIRECTORY?"))
    }

    @Test func `kioskctl says what is wrong when there is no daemon`() throws {
        let answer = try run(Products.path("kioskctl"), ["status", "--socket", "/nonexistent/kioskd.sock"])
        #expect(answer.code == 69)
        #expect(answer.errors.contains("is it running"))
        #expect(try run(Products.path("kioskctl"), ["status", "--config", "/nonexistent"]).code == 78)
        #expect(try run(Products.path("kioskctl"), ["dance"]).code == 64)
    }
}
