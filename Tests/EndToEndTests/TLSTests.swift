import Foundation
import Harness
import TestSupport
import Testing

@Suite struct TLSTests {
    /// Without a center, and with a broker that is not there yet.
    private func village() throws -> Village {
        let village = try Village(isCaptured: false)
        village.broker.kill()
        return village
    }

    private enum Fault: String, CaseIterable {
        case wrongAuthority, expired, wrongName
    }

    private func bad(_ fault: Fault, _ village: Village) throws -> Authority.Client {
        switch fault {
        case .wrongAuthority:
            // The broker goes on knowing the kiosks; it is its own certificate that is wrong.
            let place = village.directory.file("strangers")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            return try Authority(directory: place).issue("localhost", alternative: "DNS:localhost")
        case .expired:
            let own = try village.broker.authority.issue("localhost")
            let answer = try run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-key", own.key, "-CA", own.authority, "-CAkey",
                    own.authority.replacing(".crt", with: ".key"), "-days", "30", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-out", own.certificate,
                ], environment: Village.wrongClock(bySeconds: -90 * 86_400))
            guard answer.code == 0 else { throw TimedOut(description: "openssl: \(answer.errors)") }
            // The broker's own has the same name, and another place.
            let place = village.directory.file("expired.crt")
            try FileManager.default.moveItem(atPath: own.certificate, toPath: place)
            return Authority.Client(authority: own.authority, certificate: place, key: own.key)
        case .wrongName:
            return try village.broker.authority.issue("other.example", alternative: "DNS:other.example")
        }
    }

    @Test(arguments: ["wrongAuthority", "expired", "wrongName"])
    func `a broker with a bad certificate is refused, tried for ever, and used once it is right`(name: String) throws {
        let fault = try #require(Fault(rawValue: name))
        let village = try village()
        try village.broker.start(as: bad(fault, village))
        try village.startKiosk()
        try village.waitUntilReady()
        try village.scan("SF1234567890123")
        try eventually("it was tried again and again", within: 30) {
            (try village.linkStatus()["counters"] as? [String: Int])?["attempts"] ?? 0 >= 8
        }
        let link = try village.linkStatus()
        let counters = link["counters"] as? [String: Int] ?? [:]
        #expect(counters["connections"] == 0)
        #expect(counters["batches"] == 0)
        // Scanning goes on meanwhile, and the reason is there for a person to read.
        try eventually("the parcel is in") { try village.number("parcels") == 1 }
        let log = village.kiosk?.logText ?? ""
        #expect(log.contains("no connection to the broker"))
        #expect(log.contains("certificate"), "\(log)")
        #expect(village.kiosk?.isRunning == true)

        village.broker.kill()
        try village.broker.start()
        try village.startCenter()
        try village.waitUntilDelivered()
        #expect(try village.storedEvents() == village.recordedEvents())
    }

    @Test func `a board of 1970 takes certificates of today, and the center's time over them`() throws {
        let village = try village()
        let center = try String(contentsOfFile: village.centerSettings, encoding: .utf8)
        try village.directory.write(center + "clock: {within: 0.5}\n", to: "center.yaml")
        try village.broker.start()
        try village.startCenter()
        try village.startKiosk(environment: ClockTests.board())
        try village.waitUntilReady()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        try eventually("it knows the time") { try village.status()["clocksource"] as? String == "center" }
    }

    @Test func `a certificate that ends soon is an alarm, at the point and at the center`() throws {
        let village = try Village()
        _ = try village.broker.authority.issue(Village.id, days: 10)
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        let alarms = "\(try village.status()["alarms"] ?? "")"
        #expect(alarms.contains("certificate-ends") && alarms.contains("ends on"), "\(alarms)")
        try eventually("the center knows") { try village.centerctl("list").output.contains("certificate-ends") }
        // Who brings another asks, and sees that it is good.
        _ = try village.broker.authority.issue(Village.id)
        #expect(try village.kioskctl("link", "now").code == 0)
        try eventually("it is gone") { !"\(try village.status()["alarms"] ?? "")".contains("certificate-ends") }
    }

    @Test func `the center says in time that the broker's certificate ends`() throws {
        let village = try Village()
        for (days, isTold) in [(10, true), (400, false)] {
            village.broker.kill()
            try village.broker.start(
                as: village.broker.authority.issue("broker-\(days)", alternative: "DNS:localhost", days: days))
            try village.startCenter()
            try eventually("the center is connected") { village.center?.logText.contains("connected to") == true }
            #expect(village.center?.logText.contains("the broker's certificate needs another in its place") == isTold)
            #expect(village.center?.logText.contains("the center's certificate") == false)
            village.center?.kill()
            try FileManager.default.removeItem(atPath: village.directory.file("center.log"))
        }
    }

    @Test func `a kiosk without its certificate is not let in and keeps everything`() throws {
        let village = try village()
        let text = try String(contentsOfFile: village.kioskSettings, encoding: .utf8)
        let start = try #require(text.range(of: ", certificate:"))
        let end = try #require(text.range(of: "}}", range: start.upperBound..<text.endIndex))
        try village.directory.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: ""), to: "kiosk.yaml")
        try village.broker.start()
        try village.startCenter()
        try village.startKiosk()
        try village.waitUntilReady()
        try village.scan("SF1234567890123")
        try eventually("it was tried again and again") {
            (try village.linkStatus()["counters"] as? [String: Int])?["attempts"] ?? 0 >= 4
        }
        #expect(try village.number("acknowledged") == 0)
        try eventually("the parcel is in") { try village.number("parcels") == 1 }
    }

    @Test(arguments: ["ca.crt", "\(Village.id).crt", "own.key"])
    func `a file that is missing on disk is a reason to retry, not to stop`(file: String) throws {
        let village = try village()
        let path = village.directory.file("keys/\(file)")
        // The broker has read at its start what is the kiosk's as well.
        try village.broker.start()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        try village.startKiosk()
        try village.waitUntilReady()
        let first = village.kiosk?.id
        try eventually("it was tried again and again, and the reason names the file") {
            let link = try village.linkStatus()
            let attempts = (link["counters"] as? [String: Int])?["attempts"] ?? 0
            return attempts >= 5 && (link["trouble"] as? String)?.contains("\(file): No such file") == true
        }
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        try village.startCenter()
        try village.waitUntilDelivered()
        // The very same process: it neither stopped nor was started again.
        #expect(village.kiosk?.isRunning == true && village.kiosk?.id == first)
    }
}
