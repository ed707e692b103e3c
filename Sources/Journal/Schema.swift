import SQLite

/// The journal file. `event` is the append-only table. `parcel`, `batch`, `batch_item`, `session` and `boot` are what its
/// rows add up to, and can be rebuilt from them. `document`, `expected`, `person` and `recipient` are what the center sent:
/// personal data, which has no place in events, because those can never be erased. `newcomer` are people whom the point met before
/// the county knew them, from events, with the secret of their card. `attempt` counts guesses. `weighin`, `lot`,
/// `shipment`, `shipment_line`, `payment`, `till` and `scale_check` are the account of produce, from events too; `former` says where
/// records stood before a recovery, for the papers that name those places. `body` holds the catalog and the
/// orders as the center sent them. A `clock` is its word and, behind a space, how many milliseconds the time may be wrong.
///
/// The triggers hold whoever writes to the rules, ourselves included: an event is never changed; it is deleted only up
/// to the anchor; the anchor never passes the cursor; neither steps back.
enum Schema {
    static let version: Int64 = 9

    /// A commit writes each page that it changed, and a card writes whole blocks of 4 KiB: four pages of this size fit in one.
    /// `DecisionFlash` has the measurements.
    static let pageBytes: Int64 = 1024
    /// The log is folded into the file when it has so many bytes, and keeps them.
    static let logBytes: Int64 = 4 << 20

    /// Makes all that a journal has, the print queue too, always in this order: recovery builds the same pages anew.
    static func create(in connection: Connection) throws(SQLiteError) {
        try connection.execute(create)
        try connection.execute(PrintTable.create)
    }

    private static let create = """
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
        CREATE TABLE boot (
            id TEXT NOT NULL, offset INTEGER NOT NULL, bound INTEGER NOT NULL, uptime_ms INTEGER NOT NULL,
            PRIMARY KEY (id, uptime_ms)) STRICT, WITHOUT ROWID;
        CREATE TABLE document (
            kind TEXT PRIMARY KEY, version INTEGER NOT NULL, digest BLOB NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE expected (
            subject TEXT PRIMARY KEY, carrier TEXT, handling TEXT NOT NULL, code TEXT, recipient TEXT, name TEXT,
            tail TEXT, consent TEXT, secret BLOB) STRICT, WITHOUT ROWID;
        CREATE TABLE person (
            id TEXT PRIMARY KEY, badge BLOB, number INTEGER, detail TEXT NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE newcomer (
            id TEXT PRIMARY KEY, badge BLOB, number INTEGER, person TEXT, detail TEXT NOT NULL,
            proof INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX newcomer_badge ON newcomer (badge);
        CREATE INDEX newcomer_number ON newcomer (number);
        CREATE INDEX newcomer_person ON newcomer (person) WHERE person IS NOT NULL;
        CREATE TABLE recipient (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, tail TEXT NOT NULL, gone_at INTEGER,
            secret BLOB) STRICT, WITHOUT ROWID;
        CREATE TABLE attempt (
            key TEXT PRIMARY KEY, failures INTEGER NOT NULL, lock_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,
            uptime_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE weighin (
            journal TEXT NOT NULL, count INTEGER NOT NULL, farmer TEXT NOT NULL, lot TEXT NOT NULL,
            seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL, voided INTEGER, detail TEXT NOT NULL,
            proof INTEGER NOT NULL, due INTEGER, PRIMARY KEY (journal, count)) STRICT, WITHOUT ROWID;
        CREATE INDEX weighin_farmer ON weighin (farmer);
        CREATE INDEX weighin_lot ON weighin (lot);
        CREATE INDEX weighin_due ON weighin (due, farmer) WHERE due IS NOT NULL;
        CREATE TABLE payment (
            journal TEXT NOT NULL, count INTEGER NOT NULL, farmer TEXT NOT NULL, seq INTEGER NOT NULL,
            detail TEXT NOT NULL, proof INTEGER NOT NULL, PRIMARY KEY (journal, count)) STRICT, WITHOUT ROWID;
        CREATE INDEX payment_farmer ON payment (farmer);
        CREATE TABLE till (one INTEGER PRIMARY KEY CHECK (one = 1), detail TEXT NOT NULL, proof INTEGER NOT NULL) STRICT;
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
        CREATE TABLE former (
            epoch TEXT NOT NULL, seq INTEGER NOT NULL, told INTEGER NOT NULL, detail TEXT NOT NULL,
            PRIMARY KEY (epoch, seq)) STRICT, WITHOUT ROWID;
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
        PRAGMA user_version = 9;
        """

    static let insertEvent = "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    static let selectEvents = """
        SELECT seq, id, type, subject, recorded_at, boot_id, uptime_ms, clock, actor, data, prev_hash, hash
        FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2
        """
}
