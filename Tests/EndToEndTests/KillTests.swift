import Foundation
import Lab
import TestSupport
import Testing

/// kill -9 of any part at any moment loses nothing that was told as saved and doubles nothing.
@Suite(.serialized) struct KillTests {
    /// Random instants differ from run to run; the seed is printed so that a failing run can be told apart.
    static let repetitions = 50
    static let parcels = 200

    @Test func `200 scans survive the kill of a random part at a random instant, fifty times`() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("kill test, seed \(seed)")
        let village = try Village()
        try village.start()
        var waybills = WaybillGenerator(seed: seed)
        var saved: Set<String> = []
        var kills: [String: Int] = [:]
        for repetition in 1...Self.repetitions {
            let courier = Courier(village: village, waybills: (0..<Self.parcels).compactMap { _ in waybills.next() })
            let part = ["kioskd", "broker", "center"].randomElement() ?? "kioskd"
            kills[part, default: 0] += 1
            let delay = UInt32.random(in: 0...450_000)
            let killer = Thread {
                usleep(delay)
                do { try village.killAndRestart(part) } catch { Issue.record("\(part) did not come back: \(error)") }
            }
            killer.start()
            try courier.work()
            try eventually("the killer is done") { killer.isFinished }
            saved.formUnion(courier.saved)
            if repetition % 10 == 0 {
                try village.waitUntilDelivered(within: 60)
                try check(village, saved, "after \(repetition) kills, seed \(seed)")
            }
        }
        print("kill test: \(kills.sorted { $0.key < $1.key }), \(saved.count) parcels, 0 lost, 0 doubled")
        #expect(saved.count == Self.parcels * Self.repetitions)
    }

    private func check(_ village: Village, _ saved: Set<String>, _ when: String) throws {
        let stored = try village.storedEvents().filter { $0.contains("parcel.received") }.map(subject)
        #expect(stored.count == Set(stored).count, "doubled \(when)")
        #expect(saved.subtracting(stored).isEmpty, "lost \(when)")
        #expect(try village.recordedEvents() == village.storedEvents(), "kiosk and center differ \(when)")
        let verified = try village.kioskctl("verify")
        #expect(verified.code == 0, "\(verified.output) \(when)")
    }

    private func subject(_ line: String) -> String {
        line.split(separator: #""subject":""#).last?.split(separator: "\"").first.map(String.init) ?? line
    }
}

/// Scans one parcel after another and goes on only when the kiosk has said that it is in; when the kiosk is silent, he
/// scans again, as a person would who heard no beep.
private final class Courier {
    private let village: Village
    private let waybills: [String]
    private(set) var saved: Set<String> = []
    private var log = ""
    private var offset: UInt64 = 0

    init(village: Village, waybills: [String]) {
        self.village = village
        self.waybills = waybills
    }

    func work() throws {
        for waybill in waybills {
            var heard = false
            for _ in 0..<60 where !heard {
                try village.scan(waybill)
                heard = try hears(waybill)
            }
            guard heard else { throw TimedOut(description: "no answer to \(waybill); \(log.suffix(500))") }
            saved.insert(waybill)
        }
    }

    /// The log line is written after the COMMIT, where the beep is.
    private func hears(_ waybill: String) throws -> Bool {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: village.directory.file("kiosk.log")))
        defer { try? handle.close() }
        let deadline = Date(timeIntervalSinceNow: 0.5)
        repeat {
            try handle.seek(toOffset: offset)
            let data = try handle.readToEnd() ?? Data()
            offset += UInt64(data.count)
            log = String((log + String(decoding: data, as: UTF8.self)).suffix(4000))
            if log.contains("waybill=\(waybill)\n") { return true }
            usleep(500)
        } while Date() < deadline
        return false
    }
}

extension Village {
    func killAndRestart(_ part: String) throws {
        switch part {
        case "kioskd":
            kiosk?.kill()
            try startKiosk()
            try waitUntilReady()
        case "broker":
            broker.kill()
            try broker.start()
        default:
            center?.kill()
            try startCenter()
        }
    }
}
