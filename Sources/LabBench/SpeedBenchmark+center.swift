import Board
import Glibc
import Harness

/// What the center stores and acknowledges, with its broker and the simulated kiosks on the same machine.
extension SpeedBenchmark {
    func center(_ place: String) throws -> [Figure] {
        let run = try fleetRun(place, kiosks: 300, batches: max(events / 15_000, 1), eventsEach: 50)
        return [
            Figure(
                .center, "300 kiosks with full batches, stored and acknowledged", run.rate, "events/s",
                budget: .center, note: run.used)
        ]
    }

    func fleet(_ place: String) throws -> [Figure] {
        let most = min(connections, Fleet.mostConnections())
        let run = try fleetRun(place, kiosks: most, batches: 1, eventsEach: 8)
        let limit = most < connections ? "this system lets one process have no more; " : ""
        return [
            Figure(
                .fleet, "kiosks connected at once", Int64(run.connected), "kiosks", budget: .connections,
                note: "\(limit)broker \(run.brokerKiB / 1024) MiB"),
            Figure(
                .fleet, "a county comes back, eight events each", run.rate, "events/s", budget: .center,
                note: run.used),
        ]
    }

    /// As a county's: a certificate each, the rules to the letter, a list of the revoked.
    func secureFleet(_ place: String) throws -> [Figure] {
        let run = try fleetRun(place, kiosks: 1000, batches: 4, eventsEach: 50, isSecure: true)
        return [
            Figure(
                .fleet, "1,000 kiosks over TLS 1.3, four batches each", run.rate, "events/s", budget: .center,
                note: "\(run.used), broker \(run.brokerKiB / 1024) MiB")
        ]
    }

    private func fleetRun(
        _ place: String, kiosks: Int, batches: Int, eventsEach: Int, isSecure: Bool = false
    ) throws -> (connected: Int, rate: Int64, used: String, brokerKiB: Int64) {
        let stage = try BenchStage(directory: place, programs: programs, isSecure: isSecure)
        defer { stage.stop() }
        // The rules are of one county; without them it does not matter which.
        let fleet = try Fleet(
            kiosks: kiosks, from: isSecure ? 1_310_020_000 : 1_301_000_000, batches: batches, eventsEach: eventsEach,
            seed: seed
        ) {
            progress("\($0) of \(kiosks) kiosks have their events")
        }
        try stage.broker.start()
        try stage.startCenter()
        try Polling.wait("the center listens", seconds: 20) {
            BoundedFileReader.read(place + "/kiosk-center.log", limit: 1 << 16).map {
                String(decoding: $0, as: UTF8.self).contains("connected to the broker")
            } ?? false
        }
        try fleet.connect(port: stage.broker.port, authority: stage.broker.authority) {
            progress("\($0) of \(kiosks) kiosks are connected")
        }
        let used = UsedTime([stage.broker.child, stage.center])
        let nanoseconds = try fleet.deliver { progress("\($0) of 100 batches are acknowledged") }
        // In hundredths.
        let sends = fleet.sends * 100 / Int64(max(fleet.batches, 1))
        let words =
            used.words(events: fleet.events)
            + ", \(sends / 100).\(sends % 100 < 10 ? "0" : "")\(sends % 100) sends a batch"
        let resident = stage.broker.child.map { Self.residentKiB($0.id) } ?? 0
        return (fleet.ready, fleet.events * 1_000_000_000 / max(nanoseconds, 1), words, resident)
    }

    private static func residentKiB(_ process: pid_t) -> Int64 {
        let text =
            BoundedFileReader.read("/proc/\(process)/status", limit: 8192).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int64($0.split(separator: " ").dropLast().last?.split(separator: "\t").last ?? "") } ?? 0
    }
}
