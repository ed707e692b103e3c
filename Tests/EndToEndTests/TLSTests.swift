import Foundation
import TestSupport
import Testing

/// Certificates of a test's own authority.
private struct Authority {
    let directory: TemporaryDirectory
    let name: String
    var certificate: String { directory.file("\(name).crt") }

    init(_ name: String, in directory: TemporaryDirectory) throws {
        self.directory = directory
        self.name = name
        try openssl(
            ["req", "-x509"] + Self.key + [
                "-nodes", "-keyout", directory.file("\(name).key"), "-out", certificate, "-subj", "/CN=\(name)",
                "-days",
                "30",
            ])
    }

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    /// A certificate for thirty days, of so many days ago.
    func issue(
        _ file: String, commonName: String, daysAgo: Int = 0, alternative: String? = nil
    ) throws -> Broker.TLS {
        let (key, request, signed) = (
            directory.file("\(file).key"), directory.file("\(file).csr"), directory.file("\(file).crt")
        )
        try openssl(["req"] + Self.key + ["-nodes", "-keyout", key, "-out", request, "-subj", "/CN=\(commonName)"])
        var arguments = [
            "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", directory.file("\(name).key"),
            "-CAcreateserial", "-days", "30", "-out", signed,
        ]
        if let alternative {
            arguments += ["-extfile", try directory.write("subjectAltName=\(alternative)", to: "\(file).ext")]
        }
        try openssl(arguments, daysAgo == 0 ? [:] : Village.wrongClock(bySeconds: -daysAgo * 86_400))
        return Broker.TLS(authority: certificate, certificate: signed, key: key)
    }

    private func openssl(_ arguments: [String], _ environment: [String: String] = [:]) throws {
        let answer = try run("/usr/bin/openssl", arguments, environment: environment)
        guard answer.code == 0 else { throw TimedOut(description: "openssl: \(answer.errors)") }
    }
}

@Suite struct TLSTests {
    /// A kiosk that knows the authority `fleet` and has a certificate of it.
    private func village() throws -> (Village, Authority) {
        let keys = try TemporaryDirectory()
        let fleet = try Authority("fleet", in: keys)
        let mine = try fleet.issue("kiosk", commonName: Village.id)
        let center = try fleet.issue("center", commonName: "center")
        let village = try Village(isCaptured: false)
        village.broker.kill()
        func secure(_ file: String, _ own: Broker.TLS) throws {
            let text = try String(contentsOfFile: village.directory.file(file), encoding: .utf8)
            try village.directory.write(
                text.replacing(
                    "{host: 127.0.0.1, port: \(village.broker.port)}",
                    with: """
                        {host: localhost, port: \(village.broker.port), tls: {ca: \(own.authority), \
                        certificate: \(own.certificate), key: \(own.key)}}
                        """), to: file)
        }
        try secure("kiosk.yaml", mine)
        try secure("center.yaml", center)
        return (village, fleet)
    }

    private enum Fault: String, CaseIterable {
        case wrongAuthority, expired, wrongName
    }

    private func bad(_ fault: Fault, _ fleet: Authority) throws -> Broker.TLS {
        switch fault {
        case .wrongAuthority:
            var tls = try Authority("stranger", in: fleet.directory).issue(
                "stranger-server", commonName: "localhost", alternative: "DNS:localhost")
            // The broker goes on knowing the kiosks; it is its own certificate that is wrong.
            tls.authority = fleet.certificate
            return tls
        case .expired:
            return try fleet.issue("expired", commonName: "localhost", daysAgo: 90, alternative: "DNS:localhost")
        case .wrongName:
            return try fleet.issue("other", commonName: "other.example", alternative: "DNS:other.example")
        }
    }

    @Test(arguments: ["wrongAuthority", "expired", "wrongName"])
    func `a broker with a bad certificate is refused, tried for ever, and used once it is right`(name: String) throws {
        let fault = try #require(Fault(rawValue: name))
        let (village, fleet) = try village()
        try village.broker.start(tls: bad(fault, fleet))
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
        try village.broker.start(tls: fleet.issue("good", commonName: "localhost", alternative: "DNS:localhost"))
        try village.startCenter()
        try village.waitUntilDelivered()
        #expect(try village.storedEvents() == village.recordedEvents())
    }

    @Test func `a board of 1970 takes certificates of today, and the center's time over them`() throws {
        let (village, fleet) = try village()
        let center = try String(contentsOfFile: village.centerSettings, encoding: .utf8)
        try village.directory.write(center + "clock: {within: 0.5}\n", to: "center.yaml")
        try village.broker.start(tls: fleet.issue("good", commonName: "localhost", alternative: "DNS:localhost"))
        try village.startCenter()
        try village.startKiosk(environment: ClockTests.board())
        try village.waitUntilReady()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        try eventually("it knows the time") { try village.status()["clocksource"] as? String == "center" }
    }

    @Test func `a kiosk without its certificate is not let in and keeps everything`() throws {
        let (village, fleet) = try village()
        let text = try String(contentsOfFile: village.kioskSettings, encoding: .utf8)
        let start = try #require(text.range(of: ", certificate:"))
        let end = try #require(text.range(of: "}}", range: start.upperBound..<text.endIndex))
        try village.directory.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: ""), to: "kiosk.yaml")
        try village.broker.start(tls: fleet.issue("good", commonName: "localhost", alternative: "DNS:localhost"))
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

    @Test(arguments: ["fleet.crt", "kiosk.crt", "kiosk.key"])
    func `a file that is missing on disk is a reason to retry, not to stop`(file: String) throws {
        let (village, fleet) = try village()
        let path = fleet.directory.file(file)
        let broker = try fleet.issue("good", commonName: "localhost", alternative: "DNS:localhost")
        // The broker reads its authority at the start; the kiosk's is the same file.
        try village.broker.start(tls: broker)
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
