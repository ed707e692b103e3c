import Domain
import Glibc
import Harness
import Journal
import LabDevices
import Logging
import SQLite

/// What an event costs the card, counted at the block device: the journal's log and file, its mark, and the file system's own
/// journal. The floor is one bare row by SQLite as it comes.
extension SpeedBenchmark {
    /// Bytes that a bare row, alone in its commit, needs on ext4. The budget of a single commit stands on it.
    static let bareRow: Int64 = 12_595
    private static let group = Journal.mostWaiting
    /// Longer than the kernel's clock for files stands still: a commit minutes after the last one changes their times too.
    fileprivate static let pauseMicroseconds: UInt32 = 6000

    func flash(_ place: String) throws -> [Figure] {
        let device = try BlockDevice(under: place)
        progress("a point with 10,000 parcels that have gone, and 500 that are here")
        let ours = try JournalFlashProbe(place, seed: seed, device)
        let floor = try SQLiteFlashBaseline(place, seed: seed, device)
        let commits = scans
        progress("\(commits) single commits, as often as the device takes them")
        let single = try (ours.came(commits), floor.came(commits))
        let fetched = try ours.fetched(commits)
        progress("weigh-ins")
        let weighed = try ours.weighed(commits)
        progress("single commits with all written back between them")
        let (few, pause) = (max(commits / 4, 10), Self.pauseMicroseconds)
        let apart = try (ours.came(few, pause: pause), floor.came(few, pause: pause))
        progress("\(commits) events in groups of \(Self.group)")
        let burst = try (ours.came(commits, group: Self.group), floor.came(commits, group: Self.group))
        ours.close()
        floor.close()
        progress("three days, each with a list of the center, an erasure and a stop")
        let days = try CardDays(place, seed: seed, device).bytesADay(days: 3)
        func figure(_ what: String, _ value: Int64, floor: Int64? = nil, budget: Budget? = nil)
            -> Figure
        {
            Figure(.flash, what, value, "B an event", floor: floor, budget: budget)
        }
        return [
            figure("a parcel that came, its own commit", single.0, floor: single.1, budget: .single),
            figure("a parcel that was fetched", fetched, budget: .single),
            figure("a weigh-in", weighed),
            figure("a parcel, minutes after the last", apart.0, floor: apart.1, budget: .singleApart),
            figure("a parcel in a burst", burst.0, floor: burst.1, budget: .burstBytes),
            Figure(.flash, "a day of 250 parcels' events, an erasure and a clean stop", days / 1000, "kB a day"),
        ]
    }
}

/// A kiosk's journal, in which as many parcels come as go.
private final class JournalFlashProbe {
    private let journal: Journal
    private let device: BlockDevice
    private var waybills: WaybillGenerator
    private var here: [String] = []
    private var crates = CrateGenerator()

    init(_ place: String, seed: UInt64, _ device: BlockDevice) throws {
        self.device = device
        waybills = WaybillGenerator(seed: seed)
        let configuration = Journal.Configuration(
            directory: place + "/kiosk", kiosk: try SpeedBenchmark.kiosk(), reserveBytes: 0,
            bootID: "lab",
            now: { ParcelLifeGenerator.now })
        journal = try Journal.open(
            configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in
        }
        for _ in 0..<20 {
            let subjects = waybills.next(500)
            try journal.record { transaction in
                for subject in subjects { _ = try transaction.record(ParcelLifeGenerator.came(subject)) }
                for subject in subjects { _ = try transaction.record(ParcelLifeGenerator.fetched(subject)) }
            }
        }
        // The log grows once; from then on it is written over, and that is what is measured.
        for _ in 0..<3 {
            _ = try came(500)
            _ = try fetched(500)
        }
        _ = try came(500)
    }

    func close() { journal.close() }

    /// Bytes an event.
    func came(_ count: Int, group: Int = 1, pause: UInt32? = nil) throws -> Int64 {
        let subjects = waybills.next(count)
        here += subjects
        return try measure(count) {
            for first in stride(from: 0, to: count, by: group) {
                try commit(subjects[first..<min(first + group, count)].map(ParcelLifeGenerator.came), pause)
            }
        }
    }

    func fetched(_ count: Int) throws -> Int64 {
        let subjects = Array(here.prefix(count))
        here.removeFirst(subjects.count)
        return try measure(subjects.count) {
            for subject in subjects { try commit([ParcelLifeGenerator.fetched(subject)], nil) }
        }
    }

    func weighed(_ count: Int) throws -> Int64 {
        try measure(count) {
            for _ in 0..<count { try commit([crates.next(journal.state.epoch)], nil) }
        }
    }

    private func commit(_ drafts: [EventDraft], _ pause: UInt32?) throws {
        try journal.record { transaction in
            for draft in drafts { _ = try transaction.record(draft) }
        }
        // The center answers at once, so that each commit takes the cursor along.
        let state = journal.state
        _ = try journal.acknowledge(state.head, of: state.epoch)
        if let pause {
            _ = try device.settled()
            usleep(pause)
        }
    }

    private func measure(_ count: Int, _ body: () throws -> Void) throws -> Int64 {
        let before = try device.settled()
        try body()
        return (try device.settled() - before) / Int64(max(count, 1))
    }
}

/// Days of a point: the center announces who gets what, each event comes minutes after the last, at night names are erased, and
/// the board is switched off.
private final class CardDays {
    private static let parcelsADay = 125
    private let configuration: Journal.Configuration
    private let device: BlockDevice
    private var waybills: WaybillGenerator

    init(_ place: String, seed: UInt64, _ device: BlockDevice) throws {
        self.device = device
        waybills = WaybillGenerator(seed: seed &+ 1)
        configuration = Journal.Configuration(
            directory: place + "/days", kiosk: try SpeedBenchmark.kiosk(), reserveBytes: 0, bootID: "lab",
            now: { ParcelLifeGenerator.now })
        // What a new journal costs once is no day's.
        try open().close()
    }

    private func open() throws -> Journal {
        try Journal.open(configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }) { _ in }
    }

    func bytesADay(days: Int) throws -> Int64 {
        let before = try device.settled()
        for day in 1...days { try play(Int64(day)) }
        return (try device.settled() - before) / Int64(days)
    }

    private func play(_ day: Int64) throws {
        let journal = try open()
        defer { journal.close() }
        let subjects = waybills.next(Self.parcelsADay)
        let list = subjects.map {
            ExpectedParcel(
                subject: $0, recipient: Recipient(id: "r-\($0.suffix(4))", name: "张*", phoneTail: String($0.suffix(4))))
        }
        try journal.record {
            try $0.apply(CenterDocument(version: day, digest: Digest(of: [UInt8(day)]), content: .expected(list)))
        }
        for draft in subjects.map(ParcelLifeGenerator.came) + subjects.map(ParcelLifeGenerator.fetched) {
            try journal.record { _ = try $0.record(draft) }
            let state = journal.state
            _ = try journal.acknowledge(state.head, of: state.epoch)
            _ = try device.settled()
            usleep(SpeedBenchmark.pauseMicroseconds)
        }
        let night = ParcelLifeGenerator.now.wall
        let erased = try journal.record { try $0.eraseRecipients(goneBefore: night.adding(1), now: night) }
        guard erased > 0 else { throw ChildProgram.Failure("nobody was erased") }
    }
}

/// The same events as bare rows.
private final class SQLiteFlashBaseline {
    private let connection: Connection
    private let device: BlockDevice
    private var waybills: WaybillGenerator
    private var sequence: Int64 = 0

    init(_ place: String, seed: UInt64, _ device: BlockDevice) throws {
        self.device = device
        waybills = WaybillGenerator(seed: seed)
        connection = try LibraryBaseline.open(place + "/floor.db")
        _ = try came(1500)
    }

    func close() { connection.close() }

    func came(_ count: Int, group: Int = 1, pause: UInt32? = nil) throws -> Int64 {
        let drafts = waybills.next(count).map(ParcelLifeGenerator.came)
        let before = try device.settled()
        for first in stride(from: 0, to: count, by: group) {
            try connection.transaction {
                for draft in drafts[first..<min(first + group, count)] {
                    sequence += 1
                    try LibraryBaseline.insert(
                        connection, sequence, draft, String(decoding: draft.data, as: UTF8.self))
                }
            }
            if let pause {
                _ = try device.settled()
                usleep(pause)
            }
        }
        return (try device.settled() - before) / Int64(max(count, 1))
    }
}
