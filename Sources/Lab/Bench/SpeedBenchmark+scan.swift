import Board
import Domain
import Glibc
import SQLite

/// How long a scan waits until it is saved, alone and among many.
extension SpeedBenchmark {
    /// From the bytes on the scanner's line to the journal's own mark, which it writes as soon as COMMIT has returned. Scans
    /// and bare inserts take turns, so that both meet the same disturbances.
    func scan(_ place: String) throws -> [Figure] {
        let point = try ScanPoint(self, place)
        defer { point.stage.stop() }
        let floor = try LibraryFloor.open(place + "/floor.db")
        let used = UsedTime([point.stage.kiosk])
        var stock = EventStock(seed: seed)
        var ours: [Int64] = []
        var bare: [Int64] = []
        for (index, waybill) in WaybillGenerator(seed: seed).prefix(scans).enumerated() {
            let before = point.head
            let began = ParcelBenchmark.nanoseconds
            try point.scanner.send(Array(waybill.utf8) + [0x0D])
            try point.wait(past: before, until: began + 5_000_000_000)
            ours.append(ParcelBenchmark.nanoseconds - began)
            let draft = stock.next()
            let data = String(decoding: draft.data, as: UTF8.self)
            let floorBegan = ParcelBenchmark.nanoseconds
            try floor.transaction { try LibraryFloor.insert(floor, Int64(index + 1), draft, data) }
            bare.append(ParcelBenchmark.nanoseconds - floorBegan)
            // What follows a scan, its sound and its log line, belongs to nobody's waiting time.
            usleep(1000)
        }
        let words = used.words(events: Int64(ours.count))
        let (times, floorTimes) = (ParcelBenchmark.Times(ours), ParcelBenchmark.Times(bare))
        return [
            Figure(
                .scan, "scan's bytes to saved, median", times.median / 1000, "µs", floor: floorTimes.median / 1000,
                budget: .scan, note: words),
            Figure(
                .scan, "scan's bytes to saved, 99 of 100", times.nearlyAll / 1000, "µs",
                floor: floorTimes.nearlyAll / 1000, budget: .scan),
        ]
    }

    /// As fast as the line takes them; the floor commits as many rows at a time as the journal at most does.
    func burst(_ place: String) throws -> [Figure] {
        let point = try ScanPoint(self, place)
        defer { point.stage.stop() }
        let count = max(scans * 5, 50)
        let bytes: [UInt8] = WaybillGenerator(seed: seed).prefix(count).flatMap { [UInt8]($0.utf8) + [0x0D] }
        let before = point.head
        let used = UsedTime([point.stage.kiosk])
        let began = ParcelBenchmark.nanoseconds
        try point.scanner.send(bytes)
        while point.head < before + Int64(count) {
            guard ParcelBenchmark.nanoseconds < began + 120_000_000_000 else {
                throw ChildProgram.Failure("of \(count) scans \(point.head - before) were saved")
            }
            usleep(500)
        }
        let rate = Int64(count) * 1_000_000_000 / (ParcelBenchmark.nanoseconds - began)
        let words = used.words(events: Int64(count))
        point.stage.stop()
        return [
            Figure(
                .burst, "a burst of scans, saved", rate, "events/s", floor: try bareBurst(place, count),
                budget: .burst, note: words)
        ]
    }

    private func bareBurst(_ place: String, _ count: Int) throws -> Int64 {
        let floor = try LibraryFloor.open(place + "/floor.db")
        var stock = EventStock(seed: seed)
        let rows = (0..<count).map { _ in stock.next() }
        let texts = rows.map { String(decoding: $0.data, as: UTF8.self) }
        let began = ParcelBenchmark.nanoseconds
        for first in stride(from: 0, to: count, by: 50) {
            try floor.transaction {
                for index in first..<min(first + 50, count) {
                    try LibraryFloor.insert(floor, Int64(index + 1), rows[index], texts[index])
                }
            }
        }
        return Int64(count) * 1_000_000_000 / max(ParcelBenchmark.nanoseconds - began, 1)
    }

    /// A kiosk without a broker, and a scanner on its line.
    struct ScanPoint {
        let stage: BenchStage
        let scanner: SimulatedLine
        private let mark: String
        /// Wakes this thread when the mark is written: whoever looked all the time would take a processor from the kiosk.
        private let watch: Int32

        init(_ bench: SpeedBenchmark, _ place: String) throws {
            stage = try BenchStage(directory: place, programs: bench.programs)
            scanner = try SimulatedLine(link: place + "/scanner")
            mark = place + "/kiosk/journal.head"
            try stage.startKiosk(port: nil, scanner: place + "/scanner")
            try stage.waitForKiosk()
            // The start itself is recorded too.
            usleep(200_000)
            watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
            guard unsafe inotify_add_watch(watch, mark, UInt32(IN_MODIFY)) >= 0 else {
                throw ChildProgram.Failure("\(mark): \(unsafe String(cString: strerror(errno)))")
            }
        }

        /// The last event that was saved.
        var head: Int64 {
            let words = SmallFile.read(mark, limit: 128).map {
                String(decoding: $0, as: UTF8.self).split(separator: " ")
            }
            guard let words, words.count > 1 else { return 0 }
            return Int64(words[1]) ?? 0
        }

        func wait(past before: Int64, until deadline: Int64) throws {
            while head <= before {
                guard ParcelBenchmark.nanoseconds < deadline else {
                    throw ChildProgram.Failure("a scan was not saved within 5 s")
                }
                var waiting = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
                unsafe poll(&waiting, 1, 100)
                var notes = [UInt8](repeating: 0, count: 1024)
                _ = unsafe read(watch, &notes, notes.count)
            }
        }
    }
}
