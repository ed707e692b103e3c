import Board
import Domain
import Glibc
import Harness
import LabDevices
import LocalAPIClient
import LocalAPIModel

/// Whether the daemon's memory grows with what waits for the center.
extension SpeedBenchmark {
    /// Scans by the line while there is no broker, then the broker and the center come and take all of it.
    func flat(_ place: String) throws -> [Figure] {
        let stage = try BenchStage(directory: place, programs: programs)
        defer { stage.stop() }
        let scanner = try SimulatedLine(link: place + "/scanner")
        try stage.startKiosk(port: stage.broker.port, scanner: place + "/scanner")
        try stage.waitForKiosk()
        guard let kiosk = stage.kiosk else { throw ChildProgram.Failure("kioskd is not there") }
        var generator = WaybillGenerator(seed: seed)
        var saved = 0
        func scan(until count: Int) throws {
            while saved < count {
                try scanner.send(generator.next(1000).flatMap { [UInt8]($0.utf8) + [0x0D] })
                let goal = saved + 1000
                // On a busy machine some are refused, which whoever scans would hear; the next thousand makes up for them.
                var patience = 50
                while saved < goal, patience > 0 {
                    usleep(20_000)
                    guard kiosk.isRunning else { throw ChildProgram.Failure("kioskd has ended; see \(place)") }
                    let now = stage.saved
                    patience = now > saved ? 50 : patience - 1
                    saved = now
                }
            }
        }
        // What the first of them needs is needed by all: from there on nothing may grow.
        try scan(until: min(10_000, backlog))
        let first = try MemoryUse(of: kiosk.id)
        progress("\(saved) events: \(first)")
        var offline = first
        for step in 1...10 {
            try scan(until: backlog * step / 10)
            let now = try MemoryUse(of: kiosk.id)
            progress("\(saved) events: \(now)")
            offline.raise(to: now)
        }
        try stage.broker.start()
        try stage.startCenter()
        var draining = try MemoryUse(of: kiosk.id)
        var told = BoardClock.uptime
        try Polling.wait("the center has everything", seconds: 1800) {
            // Each question about a million parcels here costs the kiosk time; nobody has so many.
            sleep(1)
            let now = try MemoryUse(of: kiosk.id)
            draining.raise(to: now)
            let left = try stage.pending()
            if BoardClock.uptime >= told + 10_000 {
                progress("\(left) events wait: \(now)")
                told = BoardClock.uptime
            }
            return left == 0
        }
        func figure(_ what: String, _ value: Int64, _ budget: Budget? = nil) -> Figure {
            Figure(.flat, what, value, "KiB", budget: budget)
        }
        return [
            figure(
                "anonymous memory, growth to \(backlog) events", offline.anonymous - first.anonymous, .flat),
            figure(
                "resident memory, growth to \(backlog) events", offline.resident - first.resident, .flat),
            figure("anonymous memory, growth while they drain", draining.anonymous - first.anonymous),
            figure("resident memory, growth while they drain", draining.resident - first.resident),
            figure("resident memory, the most", max(offline.resident, draining.resident)),
        ]
    }
}

/// What a process holds, in KiB.
struct MemoryUse: CustomStringConvertible {
    var resident: Int64
    /// What no file stands behind, and so cannot be dropped when memory is short.
    var anonymous: Int64

    init(of process: pid_t) throws {
        guard let bytes = BoundedFileReader.read("/proc/\(process)/status", limit: 8192) else {
            throw ChildProgram.Failure("process \(process) is not there")
        }
        func field(_ name: String) -> Int64 {
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
                $0.hasPrefix(name + ":")
            }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }
                ?? 0
        }
        (resident, anonymous) = (field("VmRSS"), field("RssAnon"))
    }

    var description: String { "\(resident) KiB resident, \(anonymous) anonymous" }

    mutating func raise(to other: MemoryUse) {
        (resident, anonymous) = (max(resident, other.resident), max(anonymous, other.anonymous))
    }
}

extension BenchStage {
    /// The last event that is on the card, by the journal's own mark: to read it disturbs nobody.
    var saved: Int {
        let words = BoundedFileReader.read(directory + "/kiosk/journal.head", limit: 128).map {
            String(decoding: $0, as: UTF8.self).split(separator: " ")
        }
        return words.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0
    }

    /// Events that the center has not acknowledged, as the kiosk tells.
    func pending() throws -> Int64 {
        guard let pending = try client.asked(.get, "/v1/status").value(LocalStatus.self).pending else {
            throw ChildProgram.Failure("kioskd does not tell what waits")
        }
        return pending
    }
}
