import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing

/// A damaged journal never stops the point: the files are kept aside, what proves itself is carried over, and the rest
/// is named.
@Suite struct RecoveryTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }
    init(bench: JournalFixture) { self.bench = bench }

    /// Opens the journal after the damage and returns what it holds besides the report of the recovery.
    private func recover(expecting lost: [[Int]]? = nil) throws -> (report: JSON, events: [Event], journal: Journal) {
        let journal = try bench.open()
        let events = try bench.all(journal)
        let first = try #require(events.first)
        #expect(journal.state.recoveries == 1)
        #expect(first.draft.type == .journalRecovered)
        let report = try JSON(parsing: first.draft.data)
        let place = try #require(report["quarantine"]?.string)
        #expect(!(try FileManager.default.contentsOfDirectory(atPath: bench.directory.file(place))).isEmpty)
        if let lost {
            let told = report["lost"]?.array?.map { $0.array?.map { Int($0.integer ?? 0) } ?? [] }
            #expect(told == lost)
        }
        let chain = HashChain(kiosk: bench.kiosk, epoch: journal.state.epoch)
        #expect(events.allSatisfy(chain.holds))
        // The point is open: the next parcel is recorded.
        try bench.record(journal, ["JT7777777777777"])
        return (report, Array(events.dropFirst()), journal)
    }

    private func epoch() throws -> Epoch {
        let journal = try bench.open()
        defer { journal.close() }
        return journal.state.epoch
    }

    @Test func `a changed row at the end is left out and named, the others keep their ids`() throws {
        let before = try bench.filled(10)
        let oldEpoch = try epoch()
        try bench.tamper("UPDATE event SET data = '{\"raw\":\"forged\"}' WHERE seq = 8")
        let (report, events, journal) = try recover(expecting: [[8, 8]])
        defer { journal.close() }
        #expect(journal.state.epoch != oldEpoch)
        #expect(report["oldepoch"]?.string == oldEpoch.text)
        #expect(report["oldhead"]?["sequence"]?.integer == 10)
        #expect(report["oldhead"]?["hash"]?.string == before[9].hash.description)
        #expect(events.map(\.draft) == before.filter { $0.sequence != 8 }.map(\.draft))
        #expect(events.map(\.sequence) == Array(2...10))
    }

    @Test func `rows missing at the end below the cursor are named`() throws {
        _ = try bench.filled(10, acknowledged: 9)
        try bench.tamper("DELETE FROM event WHERE seq > 6")
        let (_, events, journal) = try recover(expecting: [[7, 10]])
        defer { journal.close() }
        #expect(events.count == 6)
    }

    @Test func `a journal whose write-ahead log was taken away begins a new epoch and says that more may be lost`()
        throws
    {
        let before = try bench.filled(10)
        let running = try bench.open()
        try bench.record(running, ["JT7777777777778"])
        try bench.kill(running)
        try FileManager.default.removeItem(atPath: bench.directory.file("journal.db-wal"))
        let (report, events, journal) = try recover()
        defer { journal.close() }
        #expect(report["cause"]?.string == "log-missing", "\(report)")
        #expect(report["mayhavelostmore"]?.boolean == true)
        #expect(events.map(\.draft) == before.map(\.draft))
    }

    /// A log that grows costs the file system's own log with every commit: it is made once, of blocks that were written.
    @Test func `the log has its full size from the first moment and keeps it over stops and erasures`() throws {
        let log = bench.directory.file("journal.db-wal")
        func size() throws -> (bytes: Int, blocks: Int) {
            var state = stat()
            #expect(unsafe stat(log, &state) == 0)
            return (Int(state.st_size), Int(state.st_blocks) * 512)
        }
        for _ in 0..<3 {
            let journal = try bench.open()
            #expect(try size() >= (4 << 20, 4 << 20))
            try bench.record(journal, ["JT7777777777777"])
            #expect(try size().bytes == 4 << 20)
            journal.close()
            #expect(try size().bytes == 4 << 20)
        }
        // As a program that tidies up leaves it.
        try FileManager.default.removeItem(atPath: log)
        let journal = try bench.open()
        defer { journal.close() }
        #expect(try size().bytes == 4 << 20)
        #expect(journal.state.recoveries == 0)
    }

    /// Somebody looks into a journal that was closed, with a program that tidies up after itself.
    @Test func `a closed journal that another program folded into one file is whole`() throws {
        let before = try bench.filled(10)
        let epoch = try epoch()
        let connection = try Connection(path: bench.database)
        #expect(try connection.text("SELECT count(*) FROM event") == "10")
        connection.close()
        #expect(!FileManager.default.fileExists(atPath: bench.directory.file("journal.db-wal")))
        let journal = try bench.open()
        #expect(journal.state.recoveries == 0 && journal.state.epoch == epoch)
        #expect(try bench.all(journal) == before)
        // From then on a log that has gone is a loss again, though nothing was recorded.
        try bench.kill(journal)
        try FileManager.default.removeItem(atPath: bench.directory.file("journal.db-wal"))
        let (report, _, again) = try recover()
        defer { again.close() }
        #expect(report["cause"]?.string == "log-missing", "\(report)")
    }

    /// A pipe in its place would hold up whoever opens it for ever.
    @Test(arguments: ["journal.id", "journal.head", "journal.recovering", "journal.db-wal", "journal.db"])
    func `a pipe in the place of a file does not hold up the start`(name: String) throws {
        let before = try bench.filled(10)
        try? FileManager.default.removeItem(atPath: bench.directory.file(name))
        #expect(unsafe mkfifo(bench.directory.file(name), 0o600) == 0)
        let journal = try bench.open()
        defer { journal.close() }
        try bench.record(journal, ["JT7777777777777"])
        let kept = Set(try bench.all(journal).map(\.draft))
        #expect(name == "journal.db" || before.allSatisfy { kept.contains($0.draft) })
    }

    @Test(arguments: [
        "journal.id", "journal.head", "journal.head.new", "journal.recovering", "journal.new", "journal.new-wal",
        "journal.lock", "ballast", "journal.db-wal", "journal.db",
    ])
    func `a folder in the place of a file does not keep the point closed`(name: String) throws {
        let before = try bench.filled(10)
        let place = bench.directory.file(name)
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try Data("kept".utf8).write(to: URL(fileURLWithPath: place + "/something"))
        for _ in 0..<2 {
            let journal = try bench.open()
            try bench.record(journal, ["JT7777777777777"])
            let kept = Set(try bench.all(journal).map(\.draft))
            #expect(name == "journal.db" || before.allSatisfy { kept.contains($0.draft) })
            journal.close()
        }
        let files = FileManager.default.enumerator(atPath: bench.directory.path)?.compactMap { $0 as? String } ?? []
        #expect(files.contains { $0.hasSuffix("/something") })
    }

    @Test func `a link in the place of the lock does not keep the point closed, and leads nowhere`() throws {
        let place = bench.directory.file("journal.lock")
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: bench.directory.file("else"))
        try bench.open().close()
        #expect(!FileManager.default.fileExists(atPath: bench.directory.file("else")))
    }

    @Test func `what the write-ahead log still holds is not lost with the database`() throws {
        let running = try bench.open()
        let before = try bench.record(running, (1...5).map { "SF000000000000\($0)" })
        let log = URL(fileURLWithPath: bench.directory.file("journal.db-wal"))
        let whole = try Data(contentsOf: log)
        running.close()
        try whole.write(to: log)
        try Data("not a database at all".utf8).write(to: URL(fileURLWithPath: bench.database))
        let journal = try bench.open()
        defer { journal.close() }
        let kept = Set(try bench.all(journal).map(\.draft))
        #expect(before.allSatisfy { kept.contains($0.draft) })
    }

    @Test func `a zeroed first page costs nothing that the other pages hold`() throws {
        let before = try bench.filled(40)
        try emptyLog()
        try overwrite(bench.database, at: 0, with: [UInt8](repeating: 0, count: JournalFixture.page))
        let (report, events, journal) = try recover()
        defer { journal.close() }
        #expect(report["cause"]?.string == "damaged")
        #expect(events.map(\.draft) == before.map(\.draft))
    }

    @Test func `zeroed pages of the schema cost nothing that the other pages hold`() throws {
        let before = try bench.filled(40)
        try emptyLog()
        let whole = try Data(contentsOf: URL(fileURLWithPath: bench.database))
        let pages = stride(from: 0, to: whole.count, by: JournalFixture.page).filter {
            whole[$0..<$0 + JournalFixture.page].range(of: Data("CREATE ".utf8)) != nil
        }
        // The first page only names those on which the schema lies.
        #expect(pages.count > 1 && pages.allSatisfy { whole[$0] == 13 || $0 == 0 })
        for page in Set(pages + [0]) {
            try overwrite(bench.database, at: UInt64(page), with: [UInt8](repeating: 0, count: JournalFixture.page))
        }
        let (report, events, journal) = try recover()
        defer { journal.close() }
        #expect(report["cause"]?.string == "damaged")
        #expect(events.map(\.draft) == before.map(\.draft))
    }

    @Test func `a zeroed page in the middle costs its own rows and no others`() throws {
        let before = try bench.filled(400)
        try emptyLog()
        // A leaf of the event table (its kind is 13), far from the end: the tail check must not be what finds it.
        let whole = try Data(contentsOf: URL(fileURLWithPath: bench.database))
        let content = Data(before[150].draft.data)
        let page = try #require(
            stride(from: JournalFixture.page, to: whole.count, by: JournalFixture.page).first {
                whole[$0] == 13 && whole[$0..<$0 + JournalFixture.page].range(of: content) != nil
            })
        try overwrite(bench.database, at: UInt64(page), with: [UInt8](repeating: 0, count: JournalFixture.page))
        let journal = try bench.open()
        var all: [Event] = []
        // Either the opening or the first reading stumbles over it; both end in a new epoch.
        for _ in 0..<3 where all.isEmpty { all = (try? bench.all(journal)) ?? [] }
        defer { journal.close() }
        #expect(journal.state.recoveries == 1)
        let kept = Set(all.map(\.draft.id))
        let lost = before.filter { !kept.contains($0.draft.id) }
        #expect(!lost.isEmpty && lost.count < 40)
        let report = try JSON(parsing: try #require(all.first).draft.data)
        var named: Set<Int64> = []
        for range in report["lost"]?.array ?? [] {
            if let from = range.array?[0].integer, let to = range.array?[1].integer { named.formUnion(from...to) }
        }
        #expect(named == Set(lost.map(\.sequence)))
    }

    @Test(arguments: ["", "not a database at all", String(repeating: "\u{0}", count: 8192)])
    func `a file that is no journal is put aside and the point opens`(content: String) throws {
        _ = try bench.filled(5)
        try emptyLog()
        try Data(content.utf8).write(to: URL(fileURLWithPath: bench.database))
        let (report, events, journal) = try recover()
        defer { journal.close() }
        #expect(events.isEmpty)
        #expect(report["salvaged"]?.integer == 0)
    }

    @Test func `a journal cut short keeps what is left of it`() throws {
        let before = try bench.filled(400)
        try emptyLog()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: bench.database))
        let size = try handle.seekToEnd()
        try handle.truncate(atOffset: size / 2 / UInt64(JournalFixture.page) * UInt64(JournalFixture.page))
        try handle.close()
        let journal = try bench.open()
        defer { journal.close() }
        var all: [Event] = []
        for _ in 0..<3 where all.isEmpty { all = (try? bench.all(journal)) ?? [] }
        #expect(journal.state.recoveries == 1)
        #expect(all.count > 20)
        let known = Set(before.map(\.draft))
        #expect(all.dropFirst().allSatisfy { known.contains($0.draft) })
    }

    @Test func `a database that vanished is noticed`() throws {
        _ = try bench.filled(5)
        try FileManager.default.removeItem(atPath: bench.database)
        let (report, _, journal) = try recover()
        defer { journal.close() }
        #expect(report["cause"]?.string == "damaged")
    }

    @Test(arguments: [
        "UPDATE meta SET value = 'k1310020009' WHERE name = 'kiosk'",
        "UPDATE meta SET value = '0123456789abcdef0123456789abcdef' WHERE name = 'epoch'",
        "DELETE FROM meta", "DROP TABLE parcel", "DROP TABLE cursor", "PRAGMA user_version = 0",
        "PRAGMA user_version = 10",
    ])
    func `damage outside the events costs no event`(sql: String) throws {
        let before = try bench.filled(10)
        try bench.tamper(sql)
        let journal = try bench.open()
        defer { journal.close() }
        // What the opening does not need is missed at the first scan.
        _ = try? bench.record(journal, ["JT7777777777777"])
        #expect(journal.state.recoveries == 1)
        #expect(bench.failures.withLock { $0.isEmpty })
        let kept = Set(try bench.all(journal).map(\.draft))
        #expect(before.allSatisfy { kept.contains($0.draft) })
        try bench.record(journal, ["JT8888888888888"])
    }

    @Test func `a bad row met while sending is never given out and the rest goes on in a new epoch`() throws {
        let before = try bench.filled(300)
        try bench.tamper("UPDATE event SET subject = 'SF9999999999999' WHERE seq = 5")
        let journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 0)
        #expect(throws: JournalError.replaced) { try journal.page(after: 0, limit: 50) }
        #expect(journal.state.recoveries == 1)
        let kept = try bench.all(journal).dropFirst().map(\.draft)
        #expect(kept == before.filter { $0.sequence != 5 }.map(\.draft))
        #expect(try journal.record { try $0.parcel("SF9999999999999") } == nil)
        #expect(try journal.record { try $0.parcel("SF0000000000006") }?.status == .received)
    }

    @Test func `verify names the first bad event`() async throws {
        _ = try bench.filled(300)
        try bench.tamper("UPDATE event SET prev_hash = zeroblob(32) WHERE seq = 7")
        let journal = try bench.open()
        defer { journal.close() }
        let result = try await journal.verify(after: 0, limit: 1000)
        #expect(result.through == 6)
        #expect(result.firstBad?.sequence == 7)
        let short = try await journal.verify(after: 0, limit: 3)
        #expect(short.through == 3 && short.firstBad == nil)
    }

    @Test func `an older copy put back is superseded when the center knows more`() throws {
        let before = try bench.filled(10)
        let journal = try bench.open()
        let old = journal.state.epoch
        try journal.supersede(forked: false, detail: "the center holds event 12")
        #expect(journal.state.epoch != old)
        #expect(try bench.all(journal).dropFirst().map(\.draft) == before.map(\.draft))
        journal.close()
        let again = try bench.open()
        defer { again.close() }
        #expect(again.state.recoveries == 0)
        #expect(again.state.head.sequence == 11)
    }

    /// Moves everything into the database, so that what is done to it cannot be mended from the log.
    private func emptyLog() throws { try bench.tamper("PRAGMA wal_checkpoint(TRUNCATE)") }

    // MARK: Numbers that lie

    @Test func `a row whose number was damaged takes no other row with it`() throws {
        let before = try bench.filled(2600)
        try bench.tamper("UPDATE event SET seq = 900000 WHERE seq = 300")
        let (_, events, journal) = try recover(expecting: [[300, 300]])
        defer { journal.close() }
        #expect(events.map(\.draft) == before.filter { $0.sequence != 300 }.map(\.draft))
    }

    @Test(arguments: [
        "UPDATE anchor SET seq = 69", "UPDATE cursor SET seq = 500",
        "UPDATE cursor SET seq = 3; UPDATE anchor SET seq = 8",
    ])
    func `a mark that was damaged costs no event and claims no loss`(sql: String) throws {
        let before = try bench.filled(20, acknowledged: 10)
        try bench.tamper(sql)
        let (_, events, journal) = try recover(expecting: [])
        defer { journal.close() }
        #expect(events.map(\.draft) == before.map(\.draft))
    }

    @Test func `a parcel that its event does not bear out is never answered as already in`() throws {
        _ = try bench.filled(300)
        try bench.tamper("UPDATE parcel SET subject = 'SF9999999999999' WHERE subject = 'SF0000000000007'")
        let journal = try bench.open()
        defer { journal.close() }
        #expect(throws: JournalError.replaced) { try journal.record { try $0.parcel("SF9999999999999") } }
        #expect(try journal.record { try $0.parcel("SF9999999999999") } == nil)
        #expect(try journal.record { try $0.parcel("SF0000000000007") }?.status == .received)
    }

    // MARK: The write-ahead log

    /// A journal as a killed process leaves it, with everything still in its log.
    private func killed(_ count: Int) throws -> (events: [Event], log: Data) {
        let running = try bench.open()
        let events = try bench.record(running, (1...count).map { "SF\(String(format: "%013d", $0))" })
        let (log, database) = (bench.directory.file("journal.db-wal"), bench.database)
        let (whole, empty) = (
            try Data(contentsOf: URL(fileURLWithPath: log)), try Data(contentsOf: URL(fileURLWithPath: database))
        )
        running.close()
        try whole.write(to: URL(fileURLWithPath: log))
        try empty.write(to: URL(fileURLWithPath: database))
        return (events, whole)
    }

    /// Opens what is left; whatever of `events` is not there must be named as lost, or said to be perhaps lost.
    private func checkNothingIsHidden(_ events: [Event], _ what: String) throws {
        let journal = try bench.open()
        defer { journal.close() }
        let all = try bench.all(journal)
        let kept = Set(all.map(\.draft))
        let gone = events.filter { !kept.contains($0.draft) }
        guard !gone.isEmpty else { return }
        let first = try #require(all.first, "\(what): \(gone.count) events are gone and nothing says so")
        #expect(first.draft.type == .journalRecovered, "\(what): \(gone.count) events are gone and nothing says so")
        let report = try JSON(parsing: first.draft.data)
        var named: Set<Int64> = []
        for range in report["lost"]?.array ?? [] {
            if let from = range.array?[0].integer, let to = range.array?[1].integer { named.formUnion(from...to) }
        }
        #expect(Set(gone.map(\.sequence)).isSubset(of: named), "\(what)")
    }

    @Test func `a flipped bit anywhere in the log hides no loss`() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<40 {
            let bench = try JournalFixture()
            let test = RecoveryTests(bench: bench)
            let (events, whole) = try test.killed(12)
            var damaged = whole
            let byte = round < 8 ? round * 4 : Int.random(in: 0..<whole.count, using: &generator)
            damaged[byte] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try damaged.write(to: URL(fileURLWithPath: bench.directory.file("journal.db-wal")))
            try test.checkNothingIsHidden(events, "bit in byte \(byte) of \(whole.count)")
        }
    }

    @Test(arguments: [0, 20, 32, 4000, 30_000])
    func `a log cut short hides no loss`(length: Int) throws {
        let (events, whole) = try killed(12)
        try whole.prefix(length).write(to: URL(fileURLWithPath: bench.directory.file("journal.db-wal")))
        try checkNothingIsHidden(events, "cut to \(length)")
    }

    @Test func `an older log put back hides no loss`() throws {
        let (early, old) = try killed(5)
        let running = try bench.open()
        let late = try bench.record(running, (20...30).map { "SF\(String(format: "%013d", $0))" })
        running.close()
        try old.write(to: URL(fileURLWithPath: bench.directory.file("journal.db-wal")))
        try checkNothingIsHidden(early + late, "older log")
    }

    // MARK: A recovery that is itself cut short

    private func note(_ phase: String, _ place: String, epoch: Epoch) throws {
        let json: JSON = [
            "place": .string(place), "phase": .string(phase), "cause": "damaged", "detail": "a test",
            "kiosk": .string(bench.kiosk.text), "epoch": .string(epoch.text),
        ]
        try Data(json.canonical).write(to: URL(fileURLWithPath: bench.directory.file("journal.recovering")))
    }

    @Test(arguments: [
        "nothing moved", "log moved", "all moved, note old", "all moved", "draft half built", "installed",
    ])
    func `a recovery that was cut short goes on where it was`(stage: String) throws {
        let before = try bench.filled(50)
        let oldEpoch = try epoch()
        let manager = FileManager.default
        let place = bench.directory.file("quarantine/1")
        try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
        func move(_ names: String...) throws {
            for name in names { try manager.moveItem(atPath: bench.directory.file(name), toPath: place + "/" + name) }
        }
        switch stage {
        case "nothing moved": try note("moving", place, epoch: oldEpoch)
        case "log moved":
            try note("moving", place, epoch: oldEpoch)
            try move("journal.db-wal")
        case "all moved, note old":
            try note("moving", place, epoch: oldEpoch)
            try move("journal.db-wal", "journal.db")
        case "installed":
            // The new journal lies in its place; only the note was not removed yet.
            try note("moved", place, epoch: oldEpoch)
        default:
            try note("moved", place, epoch: oldEpoch)
            try move("journal.db-wal", "journal.db")
            if stage == "draft half built" {
                try Data("half".utf8).write(to: URL(fileURLWithPath: bench.directory.file("journal.new")))
            }
        }
        let journal = try bench.open()
        defer { journal.close() }
        let kept = Set(try bench.all(journal).map(\.draft))
        #expect(before.allSatisfy { kept.contains($0.draft) }, "\(stage)")
        #expect(!manager.fileExists(atPath: bench.directory.file("journal.recovering")))
    }

    @Test(arguments: ["a file", "a directory"])
    func `what stands in the way does not keep the point closed`(what: String) throws {
        let before = try bench.filled(10)
        try emptyLog()
        if what == "a file" {
            try Data().write(to: URL(fileURLWithPath: bench.directory.file("quarantine")))
            try bench.tamper("DELETE FROM meta")
        } else {
            try FileManager.default.removeItem(atPath: bench.database)
            try FileManager.default.createDirectory(atPath: bench.database, withIntermediateDirectories: true)
        }
        let journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 1)
        if what == "a file" { #expect(try bench.all(journal).dropFirst().map(\.draft) == before.map(\.draft)) }
        try bench.record(journal, ["JT7777777777777"])
    }

    private func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: bytes)
        try handle.close()
    }
}
