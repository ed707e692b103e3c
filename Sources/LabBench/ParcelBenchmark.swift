import Domain
import Glibc
import Journal
import LabDevices
import Logging
import SQLite
import Workflow

/// How long a question about a parcel takes in a journal of many, beside the same statement of bare SQLite on a copy of the
/// same file, and what a commit writes to the log.
public struct ParcelBenchmark: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(_ description: String) { self.description = description }
    }

    /// Nanoseconds.
    public struct Times: Sendable {
        public var median: Int64
        public var nearlyAll: Int64
        public var most: Int64

        init(_ measured: [Int64]) {
            let sorted = measured.sorted()
            func at(_ share: Int) -> Int64 {
                sorted.isEmpty ? 0 : sorted[min(sorted.count * share / 100, sorted.count - 1)]
            }
            (median, nearlyAll, most) = (at(50), at(99), sorted.last ?? 0)
        }
    }

    public struct Line: Sendable {
        public var name: String
        public var ours: Times
        public var floor: Times

        /// Ours by the floor's, of the medians, in hundredths.
        public var ratio: Int64 { ours.median * 100 / max(floor.median, 1) }
    }

    public struct Result: Sendable {
        public var parcels: Int
        public var here: Int
        public var events: Int64
        public var lookups: Int
        public var bytes: Int64
        public var lines: [Line]
        public var commits: Int
        /// Written to the log by one commit of one parcel that came, on the average.
        public var logBytes: Int64
    }

    public var parcels = 100_000
    /// So many of them are still here.
    public var here = 50_000
    public var lookups = 10_000
    public var directory: String
    /// Which series of waybills and of questions.
    public var seed: UInt64 = 1

    public init(directory: String) { self.directory = directory }

    private static let slots = (1...40).flatMap { shelf in (1...5).map { "\(shelf)-\($0)" } }
    private static let commits = 1000

    /// - Parameter progress: how many parcels are recorded.
    public func run(progress: @Sendable @escaping (Int) -> Void) async throws -> Result {
        let subjects = Array(WaybillGenerator(seed: seed).prefix(parcels))
        var journal = try open()
        try await fill(journal, subjects, progress)
        let events = journal.state.head.sequence
        // Closing folds the log into the file, which is then whole by itself.
        journal.close()
        let copy = directory + "/floor.db"
        let bytes = try Self.copy(directory + "/journal.db", to: copy)
        let floor = try Floor(path: copy)
        journal = try open()
        let lines = [
            try await bySubject(journal, floor, subjects), try await byCode(journal, floor),
            try await occupancy(journal, floor),
        ]
        journal.close()
        floor.connection.close()
        return Result(
            parcels: parcels, here: here, events: events, lookups: lookups, bytes: bytes, lines: lines,
            commits: Self.commits, logBytes: try await logBytes())
    }

    private func open() throws -> Journal {
        guard let kiosk = KioskID("k1310020007") else { throw Failure("no kiosk") }
        let configuration = Journal.Configuration(
            directory: directory, kiosk: kiosk, reserveBytes: 0, bootID: "lab", now: { Self.now })
        return try Journal.open(configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }) { _ in }
    }

    private static var now: Now {
        Now(wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 1), clock: .synced)
    }

    // MARK: A journal of many parcels

    private func fill(_ journal: Journal, _ subjects: [String], _ progress: @Sendable (Int) -> Void) async throws {
        var done = 0
        while done < subjects.count {
            let batch = done..<min(done + 500, subjects.count)
            try await journal.record { transaction in
                for index in batch {
                    for draft in Self.life(of: subjects[index], index, isHere: index < here) {
                        _ = try transaction.record(draft)
                    }
                }
            }
            done = batch.upperBound
            progress(done)
        }
    }

    private static func code(_ index: Int) -> String { String(String(1_000_000 + index % 1_000_000).dropFirst()) }

    private static func life(of subject: String, _ index: Int, isHere: Bool) -> [EventDraft] {
        let shelved = draft(
            .parcelRelocated, subject, ["slot": .string(slots[index % slots.count]), "code": .string(code(index))])
        let collected = draft(.parcelCollected, subject, ["by": "code"])
        return [came(subject, recipient: index % 25_000), shelved] + (isHere ? [] : [collected])
    }

    private static func came(_ subject: String, recipient: Int) -> EventDraft {
        draft(
            .parcelReceived, subject,
            [
                "waybill": .string(subject), "raw": .string(subject), "carriers": ["sf"], "carrier": "sf",
                "scanner": "scanner-1", "symbology": "]C0", "recipient": .string("r\(recipient)"), "expected": true,
            ])
    }

    private static func draft(_ type: EventType, _ subject: String, _ data: JSON) -> EventDraft {
        var generator = SystemRandomNumberGenerator()
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: type, subject: subject, now: now, bootID: "lab",
            actor: "p1", data: data.canonical)
    }

    // MARK: Questions

    private func bySubject(_ journal: Journal, _ floor: Floor, _ subjects: [String]) async throws -> Line {
        var generator = SeededGenerator(seed: seed)
        let asked = (0..<lookups).map { _ in subjects[Int.random(in: 0..<subjects.count, using: &generator)] }
        var ours: [Int64] = []
        for subject in asked {
            let began = Self.nanoseconds
            let found = try await journal.look { try $0.parcel(subject) }
            ours.append(Self.nanoseconds - began)
            guard found?.parcel.subject == subject else { throw Failure("\(subject) was not found") }
        }
        var bare: [Int64] = []
        for subject in asked {
            let began = Self.nanoseconds
            let isFound = try floor.bySubject(subject)
            bare.append(Self.nanoseconds - began)
            guard isFound else { throw Failure("\(subject) was not found by the floor") }
        }
        return Line(name: "parcel by waybill", ours: Times(ours), floor: Times(bare))
    }

    /// As a desk asks: inside a recording's transaction.
    private func byCode(_ journal: Journal, _ floor: Floor) async throws -> Line {
        var generator = SeededGenerator(seed: seed &+ 1)
        let asked = (0..<lookups).map { _ in Self.code(Int.random(in: 0..<max(here, 1), using: &generator)) }
        var ours: [Int64] = []
        for code in asked {
            let began = Self.nanoseconds
            let found = try await journal.record { try $0.parcel(code: code) }
            ours.append(Self.nanoseconds - began)
            guard here == 0 || found?.condition.code == code else {
                throw Failure("the code \(code) was not found")
            }
        }
        var bare: [Int64] = []
        for code in asked {
            let began = Self.nanoseconds
            _ = try floor.byCode(code)
            bare.append(Self.nanoseconds - began)
        }
        return Line(name: "parcel by code", ours: Times(ours), floor: Times(bare))
    }

    private func occupancy(_ journal: Journal, _ floor: Floor) async throws -> Line {
        var ours: [Int64] = []
        var bare: [Int64] = []
        for _ in 0..<max(lookups / 100, 1) {
            var began = Self.nanoseconds
            let total = try await journal.look { try $0.occupancy() }.values.reduce(0, +)
            ours.append(Self.nanoseconds - began)
            guard total == here else { throw Failure("\(total) parcels lie in slots") }
            began = Self.nanoseconds
            _ = try floor.occupancy()
            bare.append(Self.nanoseconds - began)
        }
        return Line(name: "occupancy of all slots", ours: Times(ours), floor: Times(bare))
    }

    // MARK: What a commit writes

    /// Opening begins the log anew, and few enough commits follow that SQLite does not fold it into the file meanwhile: the
    /// log's length is what was written.
    private func logBytes() async throws -> Int64 {
        var total: Int64 = 0
        let subjects = Array(WaybillGenerator(seed: seed &+ 1000).prefix(Self.commits))
        for round in stride(from: 0, to: Self.commits, by: 100) {
            let journal = try open()
            let log = directory + "/journal.db-wal"
            let before = Self.size(log)
            for subject in subjects[round..<round + 100] {
                let draft = Self.came(subject, recipient: round)
                try await journal.record { _ = try $0.record(draft) }
            }
            total += Self.size(log) - before
            journal.close()
        }
        return total / Int64(Self.commits)
    }

    private static func size(_ path: String) -> Int64 {
        var state = stat()
        return unsafe stat(path, &state) == 0 ? Int64(state.st_size) : 0
    }

    private static func copy(_ source: String, to target: String) throws -> Int64 {
        let from = unsafe Glibc.open(source, O_RDONLY | O_CLOEXEC)
        let to = unsafe Glibc.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer {
            close(from)
            close(to)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total: Int64 = 0
        while true {
            let count = unsafe read(from, &buffer, buffer.count)
            if count == 0 { return total }
            guard count > 0, unsafe write(to, buffer, count) == count else {
                throw Failure("\(source) could not be copied: errno \(errno)")
            }
            total += Int64(count)
        }
    }

    static var nanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The bare statements, with the journal's own cache: what no code above SQLite could undercut.
    private struct Floor {
        let connection: Connection
        private static let columns = "subject, status, slot, code, recipient, seq, touched, detail, proof"
        private static let here = "status IN ('received', 'shelved', 'accepted')"

        init(path: String) throws {
            connection = try Connection(path: path, mode: .readOnly)
            try connection.execute("PRAGMA mmap_size = 0; PRAGMA cache_size = -1024;")
        }

        func bySubject(_ subject: String) throws -> Bool {
            try connection.statement("SELECT \(Self.columns) FROM parcel WHERE subject = ?1").first(.text(subject)) {
                $0.text(7).utf8.count > 0
            } ?? false
        }

        func byCode(_ code: String) throws -> Bool {
            try connection.statement(
                "SELECT \(Self.columns) FROM parcel INDEXED BY parcel_here WHERE code = ?1 AND \(Self.here)"
            ).first(.text(code)) { $0.text(7).utf8.count > 0 } ?? false
        }

        func occupancy() throws -> Int64 {
            try connection.statement(
                "SELECT slot, count(*) FROM parcel INDEXED BY parcel_here WHERE slot IS NOT NULL AND \(Self.here) "
                    + "GROUP BY slot"
            ).map { $0.integer(1) }.reduce(0, +)
        }
    }
}
