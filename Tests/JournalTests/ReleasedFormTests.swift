import Domain
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Journal

/// Journals as each released program left them: of this kiosk and of another, whole, cut and damaged.
@Suite struct ReleasedFormTests {
    let bench: JournalFixture
    static let other = KioskID("k1310020099")!

    init() throws { bench = try JournalFixture() }

    enum State: String, CaseIterable, Sendable {
        case whole
        /// Its log was taken away.
        case withoutLog
        /// The database's last third is gone.
        case cut
        case damagedRow
        case damagedSchema
        /// The database is gone, and what names it is still there.
        case deleted
        /// An upgrade was under way when the power failed.
        case movedInPart, moved
    }

    private var epoch: Epoch { get throws { try #require(Epoch(words[1])) } }
    private var words: [String] {
        get throws {
            try String(contentsOfFile: bench.directory.file("journal.id"), encoding: .utf8).split(
                whereSeparator: \.isWhitespace
            ).map(String.init)
        }
    }

    /// A journal with parcels and a weigh-in, of which the center has some.
    private func write(form: Int, _ state: State) throws -> [Event] {
        let events = try bench.filled(60, acknowledged: 40)
        if form < 9 { try bench.putBack(form: form) }
        let files = FileManager.default
        switch state {
        case .whole: break
        case .withoutLog:
            // As a program that is killed leaves the mark beside it.
            let mark = "\(try epoch) 60 \(events[59].hash) 60\n"
            try bench.directory.write(mark, to: "journal.head")
            try files.removeItem(atPath: bench.database + "-wal")
        case .cut:
            let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.database))
            try bytes.prefix(bytes.count / 3 / 4096 * 2 * 4096).write(to: URL(fileURLWithPath: bench.database))
        case .damagedRow: try bench.tamper("UPDATE event SET data = '{}' WHERE seq = 9")
        case .damagedSchema:
            var bytes = try Data(contentsOf: URL(fileURLWithPath: bench.database))
            bytes.replaceSubrange(100..<164, with: Data(repeating: 0xFF, count: 64))
            try bytes.write(to: URL(fileURLWithPath: bench.database))
        case .deleted: for end in ["", "-wal"] { try files.removeItem(atPath: bench.database + end) }
        case .movedInPart, .moved:
            let place = bench.directory.file("quarantine/1")
            try files.createDirectory(atPath: place, withIntermediateDirectories: true)
            for name in state == .moved ? ["journal.db-wal", "journal.db"] : ["journal.db-wal"] {
                try files.moveItem(atPath: bench.directory.file(name), toPath: "\(place)/\(name)")
            }
            let note: JSON = [
                "place": .string(place), "phase": .string(state == .moved ? "moved" : "moving"), "cause": "upgraded",
                "detail": "a test", "kiosk": .string(try words[0]), "epoch": .string(try words[1]),
            ]
            try bench.directory.write(note.canonicalText, to: "journal.recovering")
        }
        return events
    }

    private func picture() throws -> [String: Int] {
        let files = try #require(FileManager.default.enumerator(atPath: bench.directory.path))
        var picture: [String: Int] = [:]
        for case let name as String in files
        where !name.hasSuffix("-shm") && !name.hasSuffix(".lock") && name != "ballast" {
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.directory.file(name))
            picture[name] = attributes[.size] as? Int
        }
        return picture
    }

    /// Otherwise its events were signed with this kiosk's name and counted twice at the center.
    @Test(arguments: JournalFixture.forms + [9], State.allCases)
    func `a journal of another kiosk is left alone, whatever befell it`(form: Int, state: State) throws {
        let events = try write(form: form, state)
        let before = try picture()
        #expect {
            try bench.open(kiosk: Self.other).close()
        } throws: { error in
            guard case JournalError.otherKiosk(let journal, let settings) = error else { return false }
            return journal == bench.kiosk.text && settings == Self.other.text
        }
        let after = try picture()
        #expect(after == before, "\(after) \(before)")

        // Put right, it is opened as if nothing had been.
        let journal = try bench.open()
        defer { journal.close() }
        let kept = Set(try bench.all(journal).map(\.draft))
        switch state {
        case .whole, .withoutLog, .movedInPart, .moved: #expect(events.allSatisfy { kept.contains($0.draft) })
        case .damagedRow: #expect(events.allSatisfy { kept.contains($0.draft) || $0.sequence == 9 })
        case .cut, .damagedSchema:
            // Today's log still holds all that the closed journal was written with.
            #expect(form < 9 ? journal.state.recoveries == 1 : events.allSatisfy { kept.contains($0.draft) })
        case .deleted: #expect(journal.state.recoveries == 1)
        }
        try bench.record(journal, ["JT7777777777777"])
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    /// Nothing is sent again that was acknowledged; a journal that is not whole begins a new epoch, by which the center knows.
    @Test(arguments: JournalFixture.forms, [State.whole, .damagedRow])
    func `a journal that is whole goes on under its name, a damaged one under another`(form: Int, state: State) throws {
        let before = try write(form: form, state)
        let epoch = try epoch
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.all(journal)
        if state == .whole {
            #expect(journal.state.epoch == epoch && journal.state.acknowledged == 40 && journal.state.recoveries == 0)
            #expect(events.dropLast() == before[...])
            #expect(try journal.oldestPending() == before[40])
        } else {
            #expect(journal.state.epoch != epoch && journal.state.acknowledged == 0 && journal.state.recoveries == 1)
            let report = try JSON(parsing: events[0].draft.data)
            #expect(report["cause"]?.string == "damaged" && report["lost"] == [[9, 9]])
            #expect(report["lostevents"]?.integer == 1)
        }
    }

    /// The older program comes back after an update that failed: the point opens, and says so.
    @Test func `a journal of a newer form is moved aside, and what can be read of it goes on in a new epoch`() throws {
        let before = try bench.filled(60, acknowledged: 40)
        let epoch = try epoch
        try bench.tamper("UPDATE meta SET value = '99' WHERE name = 'format'; PRAGMA user_version = 99;")
        let journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 1 && journal.state.epoch != epoch)
        let events = try bench.all(journal)
        #expect(try JSON(parsing: events[0].draft.data)["cause"]?.string == "newer-form")
        #expect(events.dropFirst().map(\.draft) == before.map(\.draft))
    }

    /// What shows itself as one message was one once: 50,000 rows, every second damaged, gave 339,631 bytes.
    @Test func `a recovery names a hundred lost ranges and counts the rest`() throws {
        _ = try bench.filled(1000)
        try bench.tamper("UPDATE event SET data = '{}' WHERE seq % 2 = 0")
        let journal = try bench.open()
        defer { journal.close() }
        let first = try #require(try bench.all(journal).first)
        let report = try JSON(parsing: first.draft.data)
        #expect(report["lost"]?.array?.count == 100)
        #expect(report["lostranges"]?.integer == 500 && report["lostevents"]?.integer == 500)
        #expect(first.draft.data.count < 4096)
    }

    @Test func `an event that no message could hold is refused, and the journal goes on`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        var large = bench.draft("SF1234567890123")
        large.data = JSON.object(["raw": .string(String(repeating: "x", count: 40_000))]).canonical
        #expect {
            _ = try journal.record { [large] in try $0.record(large) }
        } throws: { error in
            if case JournalError.tooLarge = error { true } else { false }
        }
        try bench.record(journal, ["SF1234567890124"])
        #expect(try bench.all(journal).count == 1)
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    @Test func `eight journals are kept aside, the newest`() throws {
        _ = try bench.filled(3)
        for _ in 0..<11 {
            let journal = try bench.open()
            try journal.supersede(forked: true, detail: "a test")
            journal.close()
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: bench.directory.file("quarantine"))
        #expect(kept.compactMap(Int.init).sorted() == Array(4...11))
    }

    // MARK: What an attack found

    /// A power cut while a new journal was given its log: every start after it took that for damage, and threw the journal away.
    @Test func `a change that was under way when the power failed is taken back, and costs nothing`() throws {
        let before = try bench.filled(40, acknowledged: 10)
        let epoch = try epoch
        let connection = try Connection(path: bench.database)
        try connection.execute("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;")
        for number in 0..<3000 { try connection.execute("INSERT INTO meta VALUES ('x\(number)', '\(number)')") }
        let names = ["journal.db", "journal.db-journal"]
        let content = try names.map { try Data(contentsOf: URL(fileURLWithPath: bench.directory.file($0))) }
        try connection.execute("ROLLBACK")
        connection.close()
        #expect(content[1].count > 1000, "it is to be hot")
        for (name, bytes) in zip(names, content) {
            try bytes.write(to: URL(fileURLWithPath: bench.directory.file(name)))
        }
        for _ in 0..<3 {
            let journal = try bench.open()
            #expect(journal.state.recoveries == 0 && journal.state.epoch == epoch)
            #expect(try bench.all(journal) == before)
            journal.close()
            #expect(!FileManager.default.fileExists(atPath: bench.directory.file("journal.db-journal")))
        }
    }

    /// The draft has its log's name before it has its own: nothing is left half done beside it.
    @Test func `a new journal names its log from the first moment`() throws {
        try bench.open().close()
        let header = try Data(contentsOf: URL(fileURLWithPath: bench.database)).prefix(20)
        #expect(header[18] == 2 && header[19] == 2)
    }

    @Test func `a log that was made for a journal which never got its name is no loss`() throws {
        try FileManager.default.createDirectory(atPath: bench.directory.path, withIntermediateDirectories: true)
        try Data(count: 4 << 20).write(to: URL(fileURLWithPath: bench.database + "-wal"))
        let journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 0)
        try bench.record(journal, ["SF1234567890123"])
    }

    /// A number that is given a second time is another person's: her crates, her card.
    @Test(arguments: [7, 8])
    func `numbers go on after an upgrade also where everything that had them is pruned`(form: Int) throws {
        _ = try bench.filled(5)
        let connection = try Connection(path: bench.database)
        try connection.keepWAL()
        let tables = PointTables(connection: connection)
        let names = ["KW-ab180e", "PM-ab180e", "KL-ab180e", "PN-ab180e"]
        for (place, name) in names.enumerated() { try tables.note(name, Int64(40 + place)) }
        connection.close()
        try bench.putBack(form: form)
        try bench.open().close()
        let after = try Connection(path: bench.database, mode: .readOnly)
        defer { after.close() }
        #expect(try names.map { try PointTables(connection: after).counter($0) } == [40, 41, 42, 43])
    }

    /// Rows that add up to something bear nobody's name: they come along only with events that do.
    @Test func `of a journal that nobody can say whose it is nothing is taken over`() throws {
        let files = FileManager.default
        _ = try bench.filled(5)
        try bench.tamper(
            "DELETE FROM meta; UPDATE counter SET value = value; INSERT INTO counter VALUES ('KW-ffffff', 9, 0)")
        try files.removeItem(atPath: bench.directory.file("journal.id"))
        let journal = try bench.open(kiosk: Self.other)
        defer { journal.close() }
        #expect(try bench.all(journal).map(\.draft.type) == [.journalRecovered])
        #expect(try journal.oldestPending()?.draft.type == .journalRecovered)
    }

    @Test func `a database that is gone is told with what is known of it`() throws {
        _ = try bench.filled(11, acknowledged: 8)
        let epoch = try epoch
        for end in ["", "-wal"] { try FileManager.default.removeItem(atPath: bench.database + end) }
        let journal = try bench.open()
        defer { journal.close() }
        let report = try JSON(parsing: try #require(try bench.all(journal).first).draft.data)
        #expect(report["oldepoch"]?.string == epoch.text && report["lost"] == [[1, 11]])
    }
}
