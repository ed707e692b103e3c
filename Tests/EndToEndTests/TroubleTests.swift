import Foundation
import Glibc
import Harness
import LabDevices
import LocalAPIClient
import MQTT
import TestSupport
import Testing

/// What an attack and a review found, each kept from coming back.
@Suite struct TroubleTests {
    @Test func `a huge message that a broker keeps for the kiosk is never sent to it`() throws {
        // Another broker than ours: that one takes no such packet.
        let village = try Village(brokerExtra: "max_packet_size 268435455", isCaptured: false)
        let huge = [UInt8](repeating: UInt8(ascii: "["), count: 8 << 20)
        try publish(
            [MQTTMessage(topic: "kiosk/v1/131002/\(Village.id)/down/roster", payload: huge, isRetained: true)],
            to: village.broker)
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

    /// With the broker as it is shipped: 200 counties, 25,000 villages.
    @Test func `a center that returns learns of every kiosk, and what is remembered is no news`() throws {
        let village = try Village(isCaptured: false)
        // They spoke before the center was there; the broker remembers each.
        let statuses = (0..<25_000).map { number in
            let kiosk = "k\(131_002 + number / 125)\(String(format: "%04d", number % 125 + 100))"
            let body = """
                {"acknowledged":0,"alarms":[],"board":{"freebytes":1,"residentkib":1,"uptimems":1},"clock":"unsynced",\
                "config":"c","epoch":"\(String(format: "%032x", number + 1))","hash":"\(String(repeating: "A", count: 43))",\
                "head":0,"kiosk":"\(kiosk)","peripherals":[],"state":"online","time":"2026-11-23T00:00:00.000Z",\
                "versions":{"agent":"1"}}
                """
            return MQTTMessage(
                topic: "kiosk/v1/\(kiosk.dropFirst().prefix(6))/\(kiosk)/up/status", payload: Array(body.utf8),
                isRetained: true)
        }
        try publish(statuses, to: village.broker)
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        try eventually("every kiosk is known", within: 60, every: 500) {
            try village.centerctl("list", "--json").output.split(separator: "\n").count == 25_001
        }
        let log = village.center?.logText ?? ""
        #expect(!log.contains("no connection"))
        // One has just spoken; of the others nobody knows when they did.
        let seen = try village.centerctl("list", "--json").output.split(separator: "\n").count {
            !$0.contains(#""seen":"1970-01-01"#)
        }
        #expect(seen == 1)
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

    /// Its word rules over ours (MQTT 5, 3.2.2.3.14); whoever does not hear it is dropped after one and a half of it, for ever.
    @Test func `a broker that wants a shorter keep alive gets it, from kiosk and center`() throws {
        let village = try Village(brokerExtra: "max_keepalive 10", isCaptured: false)
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        Thread.sleep(forTimeInterval: 17)
        let counters = try village.linkStatus()["counters"] as? [String: Int]
        #expect(counters?["connections"] == 1, "\(counters ?? [:])")
        let log = village.center?.logText ?? ""
        #expect(!log.contains("no connection"))
    }

    @Test func `a broker that keeps no retained messages is told in words, with an alarm`() throws {
        let village = try Village(brokerExtra: "retain_available false", isCaptured: false)
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("the status says why") {
            let alarms = "\(try village.status()["alarms"] ?? "")"
            return alarms.contains("broker-refuses") && alarms.contains("0x9a, the broker keeps no retained messages")
        }
        // The point works on.
        try village.receive("SF1234567890123")
    }

    /// Its reason string cannot: this libmosquitto reads the properties of a DISCONNECT and gives none of them to anybody.
    @Test func `why a broker ends the connection stands in the log`() throws {
        let village = try Village(isCaptured: false)
        village.broker.kill()
        // CONNACK, and DISCONNECT: server moved (0x9D), with a reason string.
        let words = "go to the other county"
        let end: [UInt8] = [0x9D, UInt8(words.utf8.count + 3), 0x1F, 0, UInt8(words.utf8.count)] + Array(words.utf8)
        let server = try ScriptedBroker(answers: [0x20, 3, 0, 0, 0, 0xE0, UInt8(end.count)] + end)
        defer { server.close() }
        try village.directory.write(
            """
            kiosk: {id: \(Village.id)}
            storage: {directory: \(village.directory.file("kiosk"))}
            broker: {host: 127.0.0.1, port: \(server.port)}
            link: {spread: 0.1, base: 0.1, cap: 0.5}
            """, to: "kiosk.yaml")
        try village.startKiosk()
        try eventually("it is told") {
            let log = village.kiosk?.logText ?? ""
            return log.contains("the broker ended the connection: 0x9d, the broker wants another server to be used")
        }
    }

    /// libmosquitto 2.0.11 asserts, and would take the desk along.
    @Test func `a broker that sends what the MQTT library does not survive costs the link alone`() throws {
        let village = try Village(isCaptured: false)
        village.broker.kill()
        // CONNACK with a property of no known name.
        let server = try ScriptedBroker(answers: [0x20, 5, 0, 0, 2, 0x7F, 1])
        defer { server.close() }
        try village.directory.write(
            """
            kiosk: {id: \(Village.id)}
            storage: {directory: \(village.directory.file("kiosk"))}
            broker: {host: 127.0.0.1, port: \(server.port)}
            link: {spread: 0.1, base: 0.1, cap: 0.5}
            devices: {scanners: [{path: \(village.directory.file("scanner"))}]}
            """, to: "kiosk.yaml")
        try village.startKiosk()
        try village.waitUntilReady()
        let first = village.kiosk?.id
        try eventually("it has given up twice") {
            (village.kiosk?.logText ?? "").split(separator: "\n").count { $0.contains("the MQTT library gave up") } >= 2
        }
        try village.receive("SF1234567890123")
        // Of the link that began anew; the one before may have said last that it was refused.
        try eventually("the alarm says so") { try village.ask("/v1/status").text.contains("does not survive") }
        #expect(village.kiosk?.isRunning == true && village.kiosk?.id == first)
        #expect(try village.kiosk?.terminate() == 0)
    }

    @Test func `two hundred that hold the socket do not keep the scanner from being served`() throws {
        let village = try Village(isCaptured: false)
        try village.startKiosk()
        try village.waitUntilReady()
        let sockets = (0..<200).map { _ in LocalSocketClient(path: village.directory.file("kiosk/kioskd.sock")) }
        defer { for socket in sockets { socket.close() } }
        try village.scan("SF1234567890123")
        try eventually("it is recorded") {
            let log = village.kiosk?.logText ?? ""
            return log.contains("received")
        }
        for socket in sockets { socket.close() }
        try eventually("it is in") { (try? village.number("parcels")) == 1 }
    }

    @Test func `those who hold the socket and ask nothing lose their places to whoever asks`() throws {
        let village = try Village(isCaptured: false)
        try village.startKiosk()
        try village.waitUntilReady()
        let sockets = (0..<100).map { _ in LocalSocketClient(path: village.directory.file("kiosk/kioskd.sock")) }
        defer { for socket in sockets { socket.close() } }
        try eventually("the status is answered", within: 60) { (try? village.number("parcels")) == 0 }
        // Nor do those who follow take every place.
        for socket in sockets { socket.send("GET /v1/events/stream HTTP/1.1\r\nHost: x\r\n\r\n") }
        let followers = (0..<60).map { _ in LocalSocketClient(path: village.directory.file("kiosk/kioskd.sock")) }
        defer { for socket in followers { socket.close() } }
        for socket in followers { socket.send("GET /v1/events/stream HTTP/1.1\r\nHost: x\r\n\r\n") }
        try eventually("the status is answered still", within: 30) { (try? village.number("parcels")) == 0 }
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
            // People are served all the same; only nobody can look in.
            let other = village.directory.file("other-\(words.count)")
            let second = try ChildProgram(
                Products.path("kioskd"), ["--config", village.kioskSettings], log: other + ".log",
                environment: [
                    "KIOSK_API_SOCKET": place, "KIOSK_STORAGE_DIRECTORY": other, "KIOSK_KIOSK_ID": "k1310020008",
                ])
            try eventually("it serves") { second.logText.contains("kioskd is ready") }
            #expect(second.logText.contains("api.socket") && second.logText.contains(words), "\(second.logText)")
            #expect(try second.terminate() == 0)
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
        let follower = try ChildProgram(
            "/bin/bash", ["-c", "\(kioskctl) events --follow | head -n 1"], log: village.directory.file("head.log"))
        try eventually("the reader has its line") { follower.logText.contains("SEQUENCE") }
        for number in 0..<3 { try village.scan("SF123456789012\(number)") }
        try follower.waitForExit()
        let full = try run("/bin/bash", ["-c", "\(kioskctl) status > /dev/full"])
        #expect(full.code == 74)
        #expect(full.errors.contains("cannot be written"))
    }
}

/// Answers whoever connects with the same bytes, whatever he says.
private final class ScriptedBroker: @unchecked Sendable {
    let port: Int
    private let listener: Int32

    init(answers: [UInt8]) throws {
        port = try Loopback.freePort()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(listener, 4) == 0 else { throw TimedOut(description: "no port for a broker") }
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                // Closed here and nowhere else: its number may be the next test's listener a moment later.
                guard client >= 0 else { return _ = Glibc.close(listener) }
                var bytes = [UInt8](repeating: 0, count: 4096)
                _ = recv(client, &bytes, bytes.count, 0)
                _ = send(client, answers, answers.count, Int32(MSG_NOSIGNAL))
                Thread.sleep(forTimeInterval: 0.2)
                _ = Glibc.close(client)
            }
        }
    }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// Holds a connection and says nothing.
private final class LocalSocketClient {
    private var descriptor: Int32

    init(path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe connect(descriptor, $0, length)
            }
        }
    }

    func send(_ text: String) {
        _ = Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    func close() {
        guard descriptor >= 0 else { return }
        _ = Glibc.close(descriptor)
        descriptor = -1
    }
}
