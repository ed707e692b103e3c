-- The journal as the program of form 5 made it. Never changed.
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
    subject TEXT NOT NULL PRIMARY KEY, status TEXT NOT NULL, slot TEXT, code TEXT, recipient TEXT,
    seq INTEGER NOT NULL, touched INTEGER NOT NULL, detail TEXT NOT NULL, proof INTEGER NOT NULL) STRICT;
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
    boot_id TEXT NOT NULL, clock TEXT NOT NULL, passed INTEGER NOT NULL) STRICT;
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
PRAGMA user_version = 5;

CREATE TABLE print_job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, reference TEXT NOT NULL, seq INTEGER NOT NULL,
    asked INTEGER NOT NULL, state TEXT NOT NULL, copy INTEGER NOT NULL, tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL, problem TEXT) STRICT;
CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('waiting', 'printing', 'uncertain');
