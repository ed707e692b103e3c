import Board
import CDevices
import Domain
import Glibc
import Harness
import Journal
import LabDevices
import SQLite

/// How long a scan waits until it is saved, alone and among many.
extension SpeedBenchmark {
    /// From the bytes on the scanner's line to the journal's own mark, which it writes as soon as COMMIT has returned. Scans,
    /// bare inserts and bare lines take turns, so that all meet the same disturbances.
    func scan(_ place: String) throws -> [Figure] {
        let point = try ScanPoint(self, place)
        defer { point.stage.stop() }
        let floor = try LibraryBaseline.open(place + "/floor.db")
        let line = try SerialBaseline(place)
        defer { line.stop() }
        let used = UsedTime([point.stage.kiosk])
        var fixture = EventFixture(seed: seed)
        var ours: [Int64] = []
        var bare: [Int64] = []
        var woken: [Int64] = []
        for (index, waybill) in WaybillGenerator(seed: seed).prefix(scans).enumerated() {
            let scan = Array(waybill.utf8) + [0x0D]
            ours.append(try point.mark.wait { try point.scanner.send(scan) })
            let draft = fixture.next()
            let data = String(decoding: draft.data, as: UTF8.self)
            let floorBegan = ParcelBenchmark.nanoseconds
            try floor.transaction { try LibraryBaseline.insert(floor, Int64(index + 1), draft, data) }
            bare.append(ParcelBenchmark.nanoseconds - floorBegan)
            // What follows a scan, its sound and its log line, belongs to nobody's waiting time.
            usleep(1000)
            woken.append(try line.mark.wait { try line.scanner.send(scan) })
            usleep(1000)
        }
        let words = used.words(events: Int64(ours.count))
        let (times, floorTimes) = (ParcelBenchmark.Times(ours), ParcelBenchmark.Times(bare))
        let wokenTimes = ParcelBenchmark.Times(woken)
        return [
            Figure(
                .scan, "scan's bytes to saved, median", times.median / 1000, "µs", floor: floorTimes.median / 1000,
                budget: .scan, note: words),
            Figure(
                .scan, "scan's bytes to saved, 99 of 100", times.nearlyAll / 1000, "µs",
                floor: floorTimes.nearlyAll / 1000, budget: .scan),
            Figure(
                .scan, "the same beside a bare line and two bare threads", times.median / 1000, "µs",
                floor: wokenTimes.median / 1000),
        ]
    }

    /// As fast as the line takes them; the floor commits as many rows at a time as the journal at most does.
    func burst(_ place: String) throws -> [Figure] {
        let point = try ScanPoint(self, place)
        defer { point.stage.stop() }
        let count = max(scans * 5, 50)
        let bytes: [UInt8] = WaybillGenerator(seed: seed).prefix(count).flatMap { [UInt8]($0.utf8) + [0x0D] }
        let before = point.mark.head
        let used = UsedTime([point.stage.kiosk])
        let began = ParcelBenchmark.nanoseconds
        try point.scanner.send(bytes)
        while point.mark.head < before + Int64(count) {
            guard ParcelBenchmark.nanoseconds < began + 120_000_000_000 else {
                throw ChildProgram.Failure("of \(count) scans \(point.mark.head - before) were saved")
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
        let floor = try LibraryBaseline.open(place + "/floor.db")
        var fixture = EventFixture(seed: seed)
        let rows = (0..<count).map { _ in fixture.next() }
        let texts = rows.map { String(decoding: $0.data, as: UTF8.self) }
        let began = ParcelBenchmark.nanoseconds
        for first in stride(from: 0, to: count, by: Journal.mostWaiting) {
            try floor.transaction {
                for index in first..<min(first + Journal.mostWaiting, count) {
                    try LibraryBaseline.insert(floor, Int64(index + 1), rows[index], texts[index])
                }
            }
        }
        return Int64(count) * 1_000_000_000 / max(ParcelBenchmark.nanoseconds - began, 1)
    }

    /// A kiosk without a broker, and a scanner on its line.
    struct ScanPoint {
        let stage: BenchStage
        let scanner: SimulatedLine
        let mark: SavedMark

        init(_ bench: SpeedBenchmark, _ place: String) throws {
            stage = try BenchStage(directory: place, programs: bench.programs)
            scanner = try SimulatedLine(link: place + "/scanner")
            try stage.startKiosk(port: nil, scanner: place + "/scanner")
            try stage.waitForKiosk()
            // The start itself is recorded too.
            usleep(200_000)
            mark = try SavedMark(place + "/kiosk/journal.head")
        }
    }
}

/// A small file that says, as its second word, which was the last event that was saved.
struct SavedMark {
    private let path: String
    /// Wakes this thread when the mark is written: whoever looked all the time would take a processor from the kiosk.
    private let watch: Int32

    init(_ path: String) throws {
        self.path = path
        watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard unsafe inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0 else {
            throw ChildProgram.Failure("\(path): \(message(of: errno))")
        }
    }

    var head: Int64 {
        let words = BoundedFileReader.read(path, limit: 128).map {
            String(decoding: $0, as: UTF8.self).split(separator: " ")
        }
        guard let words, words.count > 1 else { return 0 }
        return Int64(words[1]) ?? 0
    }

    /// Nanoseconds from the deed until something more is saved.
    func wait(after action: () throws -> Void) throws -> Int64 {
        let before = head
        let began = ParcelBenchmark.nanoseconds
        try action()
        while head <= before {
            guard ParcelBenchmark.nanoseconds < began + 5_000_000_000 else {
                throw ChildProgram.Failure("a scan was not saved within 5 s")
            }
            var waiting = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, 100)
            var notes = [UInt8](repeating: 0, count: 1024)
            _ = unsafe read(watch, &notes, notes.count)
        }
        return ParcelBenchmark.nanoseconds - began
    }
}

/// What any program with one thread for the line and one for the file would need, and nothing else: a line that is read, a
/// thread that is woken, a bare row committed, a mark written.
final class SerialBaseline {
    let scanner: SimulatedLine
    let mark: SavedMark
    private let messages = Mailbox<Bool>(capacity: 1000)
    private let threads: [DedicatedThread]

    init(_ place: String) throws {
        let path = place + "/bare.head"
        scanner = try SimulatedLine(link: place + "/bare-scanner")
        let line = unsafe kiosk_serial_open(place + "/bare-scanner", 9600, 8, CChar(UInt8(ascii: "N")))
        let file = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard line >= 0, file >= 0 else { throw ChildProgram.Failure("the bare line cannot be opened: errno \(errno)") }
        mark = try SavedMark(path)
        let connection = try LibraryBaseline.open(place + "/bare.db")
        // Handed over to its thread; nobody else ever has it again.
        nonisolated(unsafe) let handedOver = connection
        threads = [
            DedicatedThread.start(name: "bare line") { [messages] in Self.read(line, messages) },
            DedicatedThread.start(name: "bare file") { [messages] in
                Self.write(unsafe handedOver, file, messages)
            },
        ]
    }

    func stop() {
        messages.post(false)
        for thread in threads { thread.join(within: .seconds(2)) }
    }

    private static func read(_ line: Int32, _ messages: Mailbox<Bool>) {
        defer { close(line) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            var waiting = pollfd(fd: line, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, 100)
            let count = unsafe Glibc.read(line, &bytes, bytes.count)
            for byte in bytes.prefix(max(count, 0)) where byte == 0x0D { messages.post(true) }
            // The box is closed when the file's thread has ended.
            if count <= 0, !messages.isOpen { return }
        }
    }

    private static func write(_ connection: Connection, _ file: Int32, _ messages: Mailbox<Bool>) {
        defer {
            _ = messages.close()
            connection.close()
            close(file)
        }
        var fixture = EventFixture(seed: 1)
        let draft = fixture.next()
        let data = String(decoding: draft.data, as: UTF8.self)
        var sequence: Int64 = 0
        while true {
            var waiting = pollfd(fd: messages.descriptor, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, -1)
            let rows = messages.drain()
            if rows.contains(false) { return }
            do {
                try connection.transaction {
                    for _ in rows {
                        sequence += 1
                        try LibraryBaseline.insert(connection, sequence, draft, data)
                    }
                }
            } catch { return }
            let text = Array("bare \(sequence) \n".utf8)
            _ = unsafe text.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
        }
    }
}
