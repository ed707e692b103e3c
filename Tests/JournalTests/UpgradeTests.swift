import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing
import Workflow

/// A journal that the first version of this program wrote. Its format stands here as it was, and is never changed.
@Suite struct UpgradeTests {
    let bench: JournalFixture
    let epoch = Epoch("0123456789abcdef0123456789abcdef")!

    init() throws { bench = try JournalFixture() }

    private static let firstForm = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY CHECK (seq >= 1), id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT,
            recorded_at INTEGER NOT NULL, boot_id TEXT NOT NULL, uptime_ms INTEGER NOT NULL, clock TEXT NOT NULL,
            actor TEXT, data TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE cursor (
            one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE anchor (
            one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE parcel (
            subject TEXT PRIMARY KEY, state TEXT NOT NULL, seq INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO cursor VALUES (1, 0, zeroblob(32));
        INSERT INTO anchor VALUES (1, 0, zeroblob(32));
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
            BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
        CREATE TRIGGER event_is_only_pruned BEFORE DELETE ON event
            WHEN OLD.seq > (SELECT seq FROM anchor)
            BEGIN SELECT RAISE(ABORT, 'events are only deleted up to the anchor'); END;
        CREATE TRIGGER anchor_stays_behind_cursor BEFORE UPDATE ON anchor
            WHEN NEW.seq < OLD.seq OR NEW.seq > (SELECT seq FROM cursor)
            BEGIN SELECT RAISE(ABORT, 'only acknowledged events may be pruned'); END;
        CREATE TRIGGER cursor_moves_forward BEFORE UPDATE ON cursor
            WHEN NEW.seq < OLD.seq
            BEGIN SELECT RAISE(ABORT, 'the cursor never steps back'); END;
        CREATE TRIGGER cursor_stays BEFORE DELETE ON cursor
            BEGIN SELECT RAISE(ABORT, 'the cursor is one row'); END;
        CREATE TRIGGER anchor_stays BEFORE DELETE ON anchor
            BEGIN SELECT RAISE(ABORT, 'the anchor is one row'); END;
        PRAGMA user_version = 1;
        """

    /// Writes such a journal: a start of the daemon, then parcels, each received.
    /// - Parameter isKilled: its last words are in the log alone.
    private func write(
        _ count: Int, acknowledged: Int = 0, pruned: Int = 0, isKilled: Bool = false
    ) throws -> [Event] {
        let (draft, connection) = (bench.directory.file("old.db"), try Connection(path: bench.directory.file("old.db")))
        try connection.keepWAL()
        try connection.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        try connection.execute(Self.firstForm)
        let chain = HashChain(kiosk: bench.kiosk, epoch: epoch)
        let meta = try connection.statement("INSERT INTO meta VALUES (?1, ?2)")
        try meta.run(.text("kiosk"), .text(bench.kiosk.text))
        try meta.run(.text("epoch"), .text(epoch.text))
        try meta.run(.text("format"), .text("1"))
        var events: [Event] = []
        var head = Head.genesis
        for number in 0..<count {
            var draft = bench.draft("SF\(String(format: "%013d", number))")
            if number == 0 { (draft.type, draft.subject) = (.deviceStarted, nil) }
            let event = chain.append(draft, after: head)
            head = Head(sequence: event.sequence, hash: event.hash)
            events.append(event)
            try connection.transaction {
                try connection.statement("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
                    .run(
                        .integer(event.sequence), .text(draft.id.text), .text(draft.type.text), .text(draft.subject),
                        .integer(draft.now.wall.milliseconds), .text(draft.bootID),
                        .integer(draft.now.uptime.milliseconds), .text(draft.now.clock.description), .text(draft.actor),
                        .text(String(decoding: draft.data, as: UTF8.self)), .blob(event.previousHash.bytes),
                        .blob(event.hash.bytes))
                guard let subject = draft.subject else { return }
                try connection.statement("INSERT INTO parcel VALUES (?1, 'received', ?2, ?3)").run(
                    .text(subject), .integer(event.sequence), .integer(draft.now.wall.milliseconds))
            }
        }
        for (table, mark) in [("cursor", acknowledged), ("anchor", pruned)] where mark > 0 {
            try connection.statement("UPDATE \(table) SET seq = ?1, hash = ?2").run(
                .integer(Int64(mark)), .blob(events[mark - 1].hash.bytes))
        }
        if pruned > 0 { try connection.execute("DELETE FROM event WHERE seq <= \(pruned)") }
        if isKilled {
            for end in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: draft + end, toPath: bench.database + end)
            }
        }
        connection.close()
        for end in ["", "-wal"] where !isKilled {
            try FileManager.default.moveItem(atPath: draft + end, toPath: bench.database + end)
        }
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: draft + end) }
        try bench.directory.write("\(bench.kiosk) \(epoch)\n", to: "journal.id")
        try bench.directory.write("\(epoch) \(head.sequence) \(head.hash) \(head.sequence)\n", to: "journal.head")
        return events
    }

    /// Opens what the first version left, and checks all that an upgrade promises.
    private func check(
        _ before: [Event], acknowledged: Int = 0, pruned: Int = 0, _ what: Comment = ""
    ) async throws {
        let journal = try bench.open()
        defer { journal.close() }
        // No damage, so no alarm.
        #expect(journal.state.recoveries == 0, what)
        // The journal goes on: under its name, at its place, with what was acknowledged.
        #expect(journal.state.epoch == epoch, what)
        #expect(journal.state.acknowledged == acknowledged && journal.state.anchor == pruned, what)
        let events = try bench.all(journal)
        #expect(events.dropLast() == before.dropFirst(pruned), what)
        let last = try #require(events.last)
        let report = try JSON(parsing: last.draft.data)
        #expect(last.draft.type == .journalRecovered, what)
        #expect(report["cause"]?.string == "upgraded", what)
        #expect(report["lost"]?.array == [], what)
        #expect(report["mayhavelostmore"]?.boolean == false, what)
        #expect(report["oldepoch"]?.string == epoch.text, what)
        #expect(report["oldhead"]?["hash"]?.string == before.last?.hash.description, what)
        let chain = HashChain(kiosk: bench.kiosk, epoch: journal.state.epoch)
        #expect(events.allSatisfy(chain.holds), what)
        #expect(try await journal.verify(after: Int64(pruned), limit: 1000).firstBad == nil, what)
        // Nothing is sent again that was acknowledged.
        #expect(try await journal.oldestPending() == events[acknowledged - pruned], what)
        let subjects = before.compactMap(\.draft.subject)
        let here = try await journal.look { try $0.here(after: "", limit: 100_000) }.map(\.parcel)
        #expect(here.map(\.subject) == subjects, what)
        #expect(here.allSatisfy { $0.status == .received }, what)
        // And the point is open.
        let collected = bench.draft(subjects[0], type: .parcelCollected)
        try await journal.record { _ = try $0.record(collected) }
        #expect(try await journal.record { try $0.parcel(subjects[0]) }?.status == .collected, what)
        try bench.record(journal, ["JT7777777777777"])
        #expect(bench.failures.withLock { $0.isEmpty }, what)
    }

    @Test(arguments: [0, 40, 100])
    func `a journal of the first form is carried over whole`(acknowledged: Int) async throws {
        try await check(try write(100, acknowledged: acknowledged), acknowledged: acknowledged)
        let again = try bench.open()
        defer { again.close() }
        #expect(again.state.recoveries == 0)
        #expect(try bench.all(again).filter { $0.draft.type == .journalRecovered }.count == 1)
        #expect(again.state.head.sequence == 103)
    }

    @Test func `what the log alone holds is carried over too`() async throws {
        try await check(try write(100, isKilled: true))
    }

    @Test func `parcels whose events were pruned are still here`() async throws {
        let before = try write(60, acknowledged: 40, pruned: 30)
        try await check(before, acknowledged: 40, pruned: 30)
        let journal = try bench.open()
        defer { journal.close() }
        let old = try #require(try await journal.record { try $0.parcel(before[10].draft.subject ?? "") })
        #expect(old.touched == before[10].draft.now.wall)
        // When they came is known, but not whether that clock could be believed.
        #expect(old.condition.arrived.placed { _ in nil } == nil)
        #expect(!Overdue.isDue(old, after: 1, at: bench.now) { _ in nil })
    }

    @Test(arguments: [
        "nothing moved", "log moved", "all moved, note old", "all moved", "draft half built", "installed",
    ])
    func `an upgrade that was cut short goes on and is still no damage`(stage: String) async throws {
        let before = try write(50, acknowledged: 20)
        let manager = FileManager.default
        let place = bench.directory.file("quarantine/1")
        if stage == "installed" {
            // The new journal lies in its place; only the note was not removed yet.
            try bench.open().close()
        } else {
            try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
        }
        func move(_ names: String...) throws {
            for name in names { try manager.moveItem(atPath: bench.directory.file(name), toPath: place + "/" + name) }
        }
        if stage == "log moved" { try move("journal.db-wal") }
        if stage.hasPrefix("all moved") || stage.hasPrefix("draft") { try move("journal.db-wal", "journal.db") }
        if stage.hasPrefix("draft") { try bench.directory.write("half", to: "journal.new") }
        let isMoving = ["nothing moved", "log moved", "all moved, note old"].contains(stage)
        let note: JSON = [
            "place": .string(place), "phase": isMoving ? "moving" : "moved", "cause": "upgraded", "detail": "a test",
            "kiosk": .string(bench.kiosk.text), "epoch": .string(epoch.text),
        ]
        try bench.directory.write(note.canonicalText, to: "journal.recovering")
        try await check(before, acknowledged: 20, "\(stage)")
        #expect(!manager.fileExists(atPath: bench.directory.file("journal.recovering")))
    }

    /// One place alone that speaks of an older form is damage, and no reason to be silent.
    @Test(arguments: ["PRAGMA user_version = 2", "UPDATE meta SET value = '2' WHERE name = 'format'"])
    func `a form that only one place tells is damage, and costs no event`(sql: String) async throws {
        let before = try write(30)
        let connection = try Connection(path: bench.database)
        try connection.keepWAL()
        try connection.execute(sql)
        connection.close()
        let journal = try bench.open()
        defer { journal.close() }
        _ = try? bench.record(journal, ["JT7777777777777"])
        #expect(journal.state.recoveries == 1)
        let kept = Set(try bench.all(journal).map(\.draft))
        #expect(before.allSatisfy { kept.contains($0.draft) })
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    @Test func `a damaged journal of the first form is salvaged and says so`() async throws {
        let before = try write(300)
        let connection = try Connection(path: bench.database)
        try connection.keepWAL()
        try connection.execute(
            "DROP TRIGGER event_is_never_changed; UPDATE event SET data = '{}' WHERE seq = 9; "
                + "UPDATE parcel SET subject = 'SF9999999999999' WHERE seq = 9")
        connection.close()
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.all(journal)
        let report = try JSON(parsing: try #require(events.first).draft.data)
        #expect(report["lost"] == [[9, 9]])
        #expect(events.dropFirst().map(\.draft) == before.filter { $0.sequence != 9 }.map(\.draft))
        #expect(try await journal.record { try $0.parcel("SF9999999999999") } == nil)
    }
}
