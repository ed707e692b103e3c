import Domain
import Foundation
import Harness
import LabDevices
import LocalAPIClient
import LocalAPIModel

/// A whole village point with its county: a real broker, a center and a kiosk, each a process of its own, and a
/// simulated scanner. Everything can be killed and started again.
public final class Village: @unchecked Sendable {
    // Sendable: each part is used by one thread at a time; the killing tests hand one part to one other thread.
    public let directory: TemporaryDirectory
    public let broker: Broker
    public private(set) var center: ChildProgram?
    public private(set) var kiosk: ChildProgram?
    public let scanner: SimulatedLine
    public let kioskSettings: String
    public let centerSettings: String
    public static let id = "k1310020007"

    private let recorder: Recorder?

    /// - Parameter isCaptured: whether what crosses the broker is written down; the recorder is a subscriber too, which
    ///   a test about nobody listening cannot have.
    /// - Parameter kioskExtra: more lines for the kiosk's settings.
    public init(
        brokerExtra: String = "", isCaptured: Bool = true, kioskExtra: String = "", centerExtra: String = ""
    ) throws {
        directory = try TemporaryDirectory()
        broker = try Broker(in: directory, extra: brokerExtra)
        recorder = isCaptured ? try Recorder(broker) : nil
        scanner = try SimulatedLine(link: directory.file("scanner"))
        // Quick to return after a kill: the schedule itself has tests of its own.
        kioskSettings = try directory.write(
            """
            kiosk: {id: \(Self.id)}
            storage: {directory: \(directory.file("kiosk"))}
            broker: \(try broker.authority.settings(Self.id, port: broker.port))
            link: {spread: 0.1, base: 0.1, cap: 0.5}
            devices:
              scanners:
                - path: \(directory.file("scanner"))
            \(kioskExtra)
            """, to: "kiosk.yaml")
        centerSettings = try directory.write(
            """
            broker: \(try broker.authority.settings("center", port: broker.port))
            storage: {directory: \(directory.file("center"))}
            link: {spread: 0.1}
            \(centerExtra)
            """, to: "center.yaml")
    }

    /// Where the kiosk goes while its storage is out.
    public var refuge: [String: String] { ["RUNTIME_DIRECTORY": directory.file("run")] }

    public func startCenter() throws {
        center = try ChildProgram(
            Products.path("kiosk-center"), ["--config", centerSettings], log: directory.file("center.log"))
    }

    public func startKiosk(environment: [String: String] = [:]) throws {
        // Through env: a preloaded library adds to the environment of the first program that it is loaded into, and Swift finds
        // its arguments by where the environment lies.
        kiosk = try ChildProgram(
            environment["LD_PRELOAD"] == nil ? Products.path("kioskd") : "/usr/bin/env",
            (environment["LD_PRELOAD"] == nil ? [] : [Products.path("kioskd")]) + ["--config", kioskSettings],
            log: directory.file("kiosk.log"), environment: refuge.merging(environment) { $1 })
    }

    /// For a kiosk whose wall clock is off by so many seconds; the clock since the start goes on as it is.
    public static func wrongClock(bySeconds seconds: Int) throws -> [String: String] {
        let libraries = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib").map {
            "/usr/lib/\($0)/faketime/libfaketimeMT.so.1"
        }
        guard let library = libraries.first(where: FileManager.default.fileExists) else {
            throw TimedOut(description: "libfaketime is not there")
        }
        return [
            "LD_PRELOAD": library, "FAKETIME": "\(seconds < 0 ? "" : "+")\(seconds)",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// Until it answers, has the scanner, and has each other device or knows why not.
    public func waitUntilReady() throws {
        try eventually("kioskd is ready") {
            guard let devices = try? self.status()["peripherals"] as? [[String: Any]] else { return false }
            return devices.allSatisfy { device in
                if device["connected"] as? Bool == true { return true }
                return device["kind"] as? String != "scanner" && device["problem"] != nil
            }
        }
    }

    public func start() throws {
        try startCenter()
        try startKiosk()
        try waitUntilReady()
    }

    public func scan(_ text: String) throws { try scanner.send(Array(text.utf8) + [0x0D]) }

    /// Scans a parcel and waits until it is in: that nothing is pending says nothing of what nobody has read yet.
    public func receive(_ waybill: String) throws {
        try scan(waybill)
        try eventually("\(waybill) is in") { (try? self.ask("/v1/parcels/\(waybill)"))?.status == 200 }
    }

    // MARK: Looking

    public func kioskctl(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try run(Products.path("kioskctl"), ["--config", kioskSettings] + arguments, environment: refuge)
    }

    public func centerctl(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try run(Products.path("kiosk-center"), ["--config", centerSettings] + arguments)
    }

    /// The local API, where kioskd serves it now: in its storage directory, or in its refuge while the storage is out.
    public func ask(_ route: String) throws -> LocalAPIClient.Answer {
        let places = [directory.file("kiosk/kioskd.sock"), directory.file("run/kioskd.sock")]
        do {
            return try LocalAPIClient(path: places[0]).exchanged(.get, route)
        } catch let failure as LocalAPIClient.Failure where failure.kind == .unreachable {
            return try LocalAPIClient(path: places[1]).exchanged(.get, route)
        }
    }

    public func status() throws -> [String: Any] {
        let answer = try ask("/v1/status")
        guard answer.status == 200,
            let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        else { throw TimedOut(description: "no status: \(answer.text)") }
        return object
    }

    /// Whether the roster of that version is in force at the point.
    public func hasRoster(_ version: Int) throws -> Bool {
        try ask("/v1/point").value(PointState.self).roster == Int64(version)
    }

    public func number(_ key: String) throws -> Int {
        guard let number = try status()[key] as? Int else { throw TimedOut(description: "no \(key) in the status") }
        return number
    }

    public func linkStatus() throws -> [String: Any] { try status()["link"] as? [String: Any] ?? [:] }

    public func waitUntilDelivered(within seconds: Double = 60) throws {
        try eventually("everything is acknowledged", within: seconds, every: 50) {
            // While kioskd starts again there is no answer; that is no failure yet.
            guard let status = try? self.status() else { return false }
            return status["pending"] as? Int == 0
        }
    }

    /// The lines of all events, in one form on both sides.
    public func recordedEvents() throws -> [String] {
        var lines: [String] = []
        var after: Int64 = 0
        while true {
            let answer = try ask("/v1/events?after=\(after)&limit=1000")
            let page = try answer.lines(JSON.self)
            guard answer.status == 200 else { throw TimedOut(description: "no events: \(answer.text)") }
            guard let last = page.last?["sequence"]?.string.flatMap(Int64.init) else { return lines }
            lines += answer.text.split(separator: "\n").map(String.init)
            after = last
        }
    }

    public func storedEvents() throws -> [String] { try lines(centerctl("events")) }

    private func lines(_ answer: (code: Int32, output: String, errors: String)) throws -> [String] {
        guard answer.code == 0 else { throw TimedOut(description: answer.errors) }
        return answer.output.split(separator: "\n").map(String.init)
    }
}
