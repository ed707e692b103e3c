import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing
import Workflow

/// A journal whose parcels are their own index, in pages of 4 KiB. Its format stands here as it was, and is never changed.
@Suite struct ThirdFormTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let thirdForm = """
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
            subject TEXT PRIMARY KEY, status TEXT NOT NULL, slot TEXT, code TEXT, recipient TEXT, seq INTEGER NOT NULL,
            touched INTEGER NOT NULL, detail TEXT NOT NULL, proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX parcel_here ON parcel (code, slot, recipient, status)
            WHERE status IN ('received', 'shelved', 'accepted');
        CREATE TABLE batch (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, carrier TEXT, courier TEXT NOT NULL, desk TEXT NOT NULL,
            opened INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE batch_item (
            batch TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (batch, subject)) STRICT, WITHOUT ROWID;
        CREATE TABLE session (desk TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE boot (id TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE document (
            kind TEXT PRIMARY KEY, version INTEGER NOT NULL, digest BLOB NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE expected (
            subject TEXT PRIMARY KEY, carrier TEXT, handling TEXT NOT NULL, code TEXT, recipient TEXT, name TEXT,
            tail TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE person (
            id TEXT PRIMARY KEY, badge BLOB, number INTEGER, detail TEXT NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE recipient (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, tail TEXT NOT NULL, gone_at INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE attempt (
            key TEXT PRIMARY KEY, failures INTEGER NOT NULL, lock_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,
            uptime_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE weighin (
            journal TEXT NOT NULL, count INTEGER NOT NULL, farmer TEXT NOT NULL, lot TEXT NOT NULL,
            seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL, voided INTEGER, detail TEXT NOT NULL,
            proof INTEGER NOT NULL, PRIMARY KEY (journal, count)) STRICT, WITHOUT ROWID;
        CREATE INDEX weighin_farmer ON weighin (farmer);
        CREATE INDEX weighin_lot ON weighin (lot);
        CREATE TABLE counter (
            name TEXT PRIMARY KEY, value INTEGER NOT NULL, proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE lot (
            journal TEXT NOT NULL, count INTEGER NOT NULL, detail TEXT NOT NULL, proof INTEGER NOT NULL,
            PRIMARY KEY (journal, count)) STRICT, WITHOUT ROWID;
        CREATE TABLE shipment (
            order_id TEXT PRIMARY KEY, waybill TEXT NOT NULL, detail TEXT NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX shipment_waybill ON shipment (waybill);
        CREATE TABLE shipment_line (
            lot TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (lot, order_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE scale_check (
            one INTEGER PRIMARY KEY CHECK (one = 1), recorded_at INTEGER NOT NULL, uptime_ms INTEGER NOT NULL,
            boot_id TEXT NOT NULL, clock TEXT NOT NULL) STRICT;
        CREATE TABLE body (kind TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
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
        PRAGMA user_version = 3;
        CREATE TABLE print_job (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, reference TEXT NOT NULL, seq INTEGER NOT NULL,
            asked INTEGER NOT NULL, state TEXT NOT NULL, copy INTEGER NOT NULL, tries INTEGER NOT NULL,
            created_at INTEGER NOT NULL, problem TEXT) STRICT;
        CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('waiting', 'printing', 'uncertain');
        """

    /// Puts what the closed journal holds into a file of the third form.
    private func putBack() throws {
        let old = bench.directory.file("third.db")
        let connection = try Connection(path: old)
        try connection.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = DELETE;")
        try connection.execute(Self.thirdForm)
        try connection.execute("ATTACH '\(bench.database)' AS now")
        let names = try connection.statement(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).map([]) { $0.text(0) }
        for name in names {
            // The two marks are rows that may be moved and not replaced.
            if name == "cursor" || name == "anchor" {
                try connection.execute(
                    "UPDATE main.\(name) SET (seq, hash) = (SELECT seq, hash FROM now.\(name))")
            } else {
                let columns = try connection.statement(
                    "SELECT group_concat(name) FROM pragma_table_info('\(name)', 'main')"
                ).first { $0.text(0) }
                try connection.execute(
                    "INSERT INTO main.\(name) SELECT \(columns ?? "*") FROM now.\(name)")
            }
        }
        try connection.execute("UPDATE main.meta SET value = '3' WHERE name = 'format'; DETACH now;")
        try connection.keepWAL()
        try connection.execute("PRAGMA journal_mode = WAL; UPDATE meta SET value = value;")
        connection.close()
        for end in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: bench.database + end)
            try FileManager.default.moveItem(atPath: old + end, toPath: bench.database + end)
        }
    }

    @Test func `a journal of the third form is carried over with all that its events do not tell`()
        async throws
    {
        var journal = try bench.open()
        var check = bench.draft("", type: .scaleChecked)
        (check.subject, check.data) = (nil, Array(#"{"passed":true}"#.utf8))
        try await journal.record { [check] in _ = try $0.record(check) }
        let subjects = (1...300).map { "SF\(String(format: "%013d", $0))" }
        let events = try bench.record(journal, subjects)
        let collected = bench.draft(subjects[5], type: .parcelCollected)
        try await journal.record { _ = try $0.record(collected) }
        let job = PrintJob.Request(kind: .receipt, reference: subjects[7], sequence: 9, isAsked: true)
        let time = bench.now.wall
        _ = try await journal.record { try $0.enqueue(job, at: time) }
        #expect(
            try journal.acknowledge(Head(sequence: 101, hash: events[99].hash), of: journal.state.epoch)
                == .moved)
        try bench.record(journal, ["JT7777777777777"])
        #expect(try await journal.prune(before: Timestamp(milliseconds: time.milliseconds + 1)) == 101)
        let before = try await picture(journal)
        let epoch = journal.state.epoch
        journal.close()
        try putBack()

        journal = try bench.open()
        defer { journal.close() }
        // No damage, so no alarm.
        #expect(journal.state.recoveries == 0)
        #expect(journal.state.epoch != epoch)
        let report = try JSON(parsing: try #require(try bench.all(journal).first).draft.data)
        #expect(report["cause"]?.string == "upgraded")
        #expect(report["lost"]?.array == [])
        #expect(report["salvaged"]?.integer == 202)
        #expect(try await picture(journal) == before)
        // That form kept only checks that the scale had passed.
        let kept = try await journal.record { try $0.lastCheck() }
        #expect(kept?.isPassed == true && kept?.moment.bootID == "boot-1")
        #expect(
            try await journal.look { try $0.prints(limit: 10) }.map(\.request.reference) == [subjects[7]])
        // The file's header tells the size of its pages, big-endian.
        let header = try Data(contentsOf: URL(fileURLWithPath: bench.database)).prefix(18)
        #expect(Int(header[16]) << 8 | Int(header[17]) == Bench.page)
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    /// What a person sees of the parcels here: the numbers of events are those of a journal.
    private func picture(_ journal: Journal) async throws -> [Parcel] {
        try await journal.look { try $0.here(after: "", limit: 1000) }.map(\.parcel).map { parcel in
            var parcel = parcel
            parcel.sequence = 0
            return parcel
        }
    }
}
