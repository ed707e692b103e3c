-- The journal as the program of form 1 made it. Never changed.
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
