package import Board
package import Domain
package import SQLite
package import Wire

/// What the center keeps: every event under (kiosk, epoch, sequence), the end of each chain, what each kiosk last said of
/// itself, and what went wrong. Used by one thread; transactions are the caller's.
package final class CenterStore {
    private let connection: Connection

    static let schema = """
        CREATE TABLE IF NOT EXISTS event (
            kiosk TEXT NOT NULL, epoch TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
            subject TEXT, time TEXT NOT NULL, bootid TEXT NOT NULL, uptimems INTEGER NOT NULL, clock TEXT NOT NULL,
            actor TEXT, data TEXT NOT NULL, prevhash TEXT NOT NULL, hash TEXT NOT NULL, received INTEGER NOT NULL,
            UNIQUE (kiosk, epoch, sequence)) STRICT;
        -- By the id alone: what one kiosk recorded must not come under another's name.
        DROP INDEX IF EXISTS event_id;
        CREATE INDEX IF NOT EXISTS event_identity ON event (id, kiosk);
        CREATE INDEX IF NOT EXISTS event_moved ON event (kiosk) WHERE type = 'kiosk.journal.moved.v1';
        -- Events that a kiosk salvaged into a new epoch and that were stored before, under their first place.
        CREATE TABLE IF NOT EXISTS salvaged (
            kiosk TEXT NOT NULL, epoch TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL,
            PRIMARY KEY (kiosk, epoch, sequence)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS chain (
            kiosk TEXT NOT NULL, epoch TEXT NOT NULL, through INTEGER NOT NULL, hash TEXT NOT NULL,
            begun INTEGER NOT NULL, PRIMARY KEY (kiosk, epoch)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS kiosk (
            kiosk TEXT PRIMARY KEY, state TEXT NOT NULL, epoch TEXT, head INTEGER, status TEXT NOT NULL,
            seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS alarm (
            kiosk TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (kiosk, kind)) STRICT, WITHOUT ROWID;
        -- How far each journal was said to reach; it stays when the kiosk speaks of another one.
        CREATE TABLE IF NOT EXISTS told (
            kiosk TEXT NOT NULL, epoch TEXT NOT NULL, head INTEGER NOT NULL, seen INTEGER NOT NULL,
            PRIMARY KEY (kiosk, epoch)) STRICT, WITHOUT ROWID;
        INSERT OR IGNORE INTO told SELECT kiosk, epoch, head, seen FROM kiosk WHERE epoch IS NOT NULL;
        -- So that the account of produce does not read a county's parcels. Other types need an index of another name.
        DROP INDEX IF EXISTS event_produce;
        DROP INDEX IF EXISTS event_account;
        DROP INDEX IF EXISTS event_money;
        CREATE INDEX IF NOT EXISTS event_priced ON event (kiosk) WHERE \(isProduce);
        """

    /// Written the same in the index and in whatever is to use it.
    static let isProduce =
        "type IN (\(ProduceAccount.types.map { "'\($0.text)'" }.joined(separator: ", ")))"

    /// The form of the database. A program that is older than it would not keep its rules.
    static let form: Int64 = 1

    /// Opens the database, and makes it where there is none.
    /// - Throws: `CenterError` in words for an operator, or SQLite's own error.
    package init(path: String, mode: Connection.Mode = .readWrite, disk: any Disk = BoardDisk()) throws {
        // The process before may have ended because its log did not get to the disk; then it is in memory alone.
        if mode == .readWrite, disk.exists(path + "-wal") {
            do throws(DiskError) {
                try disk.renew(path + "-wal")
            } catch {
                throw CenterError(
                    "the database's log \(path)-wal cannot be written: \(error); see to the disk and its owner")
            }
        }
        connection = try Connection(path: path, mode: mode)
        let form = try connection.statement("PRAGMA user_version").first { $0.integer(0) } ?? 0
        guard form <= Self.form else {
            throw CenterError(
                "\(path) was written by a newer program (form \(form), this one knows \(Self.form)); install that one again"
            )
        }
        guard mode == .readWrite else { return }
        try connection.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA mmap_size = 0;")
        guard try connection.text("PRAGMA synchronous") == "2" else {
            throw CenterError("SQLite did not accept full synchronisation")
        }
        try connection.execute(Self.schema)
        try connection.execute("PRAGMA user_version = \(Self.form)")
    }

    /// All of it is on disk when this returns, or nothing.
    /// - Throws: what `body` throws, or SQLite's error; then nothing was stored.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result { try connection.transaction(body) }

    // MARK: Chains

    /// The last event of a chain that is held without a gap; its beginning when nothing is held.
    package func through(_ chain: HashChain) throws -> Head {
        let found = try connection.statement("SELECT through, hash FROM chain WHERE kiosk = ?1 AND epoch = ?2")
            .first(.text(chain.kiosk.text), .text(chain.epoch.text)) { row in
                Digest(row.text(1)).map { Head(sequence: row.integer(0), hash: $0) }
            }
        return (found ?? nil) ?? .genesis
    }

    /// - Parameter now: the center's clock. Of one kiosk, a chain begins later than those before it, whatever the clock says: which
    ///   journal is the newest must not hang on it.
    package func setThrough(_ chain: HashChain, _ head: Head, at now: Timestamp) throws {
        try connection.statement(
            """
            INSERT INTO chain VALUES (?1, ?2, ?3, ?4,
                max(?5, (SELECT coalesce(max(begun) + 1, 0) FROM chain WHERE kiosk = ?1)))
            ON CONFLICT DO UPDATE SET through = excluded.through, hash = excluded.hash
            """
        ).run(
            .text(chain.kiosk.text), .text(chain.epoch.text), .integer(head.sequence), .text(head.hash.description),
            .integer(now.milliseconds))
        // Its events are a word of it too; to the minute is close enough.
        try connection.statement("UPDATE kiosk SET seen = ?2 WHERE kiosk = ?1 AND seen < ?2 - 60000").run(
            .text(chain.kiosk.text), .integer(now.milliseconds))
    }

    /// The journal of which the kiosk sent or told something last, this one left out: how far it is stored, and how far it
    /// is known to have reached. `nil` when there is none that held anything.
    func predecessor(of chain: HashChain) throws -> (epoch: String, through: Int64, head: Int64)? {
        try connection.statement(
            """
            SELECT epoch, max(through), max(head) FROM (
                SELECT epoch, through, through AS head, begun AS heard FROM chain WHERE kiosk = ?1
                UNION ALL SELECT epoch, 0, head, seen FROM told WHERE kiosk = ?1)
            WHERE epoch <> ?2 GROUP BY epoch HAVING max(head) > 0 ORDER BY max(heard) DESC LIMIT 1
            """
        ).first(.text(chain.kiosk.text), .text(chain.epoch.text)) { ($0.text(0), $0.integer(1), $0.integer(2)) }
    }

    /// The hash stored in a place, be it an event's own or that of one salvaged there.
    package func hash(_ chain: HashChain, _ sequence: Int64) throws -> Digest? {
        try connection.statement(
            """
            SELECT hash FROM event WHERE kiosk = ?1 AND epoch = ?2 AND sequence = ?3
            UNION ALL SELECT hash FROM salvaged WHERE kiosk = ?1 AND epoch = ?2 AND sequence = ?3
            """
        ).first(.text(chain.kiosk.text), .text(chain.epoch.text), .integer(sequence)) { Digest($0.text(0)) } ?? nil
    }

    /// What stands in a place of a journal, be it there no more: the hash that a paper printed then names, and the event's id, by
    /// which it is found wherever it stands now.
    /// Two may have stood there: a journal that was copied goes on twice. All of them, so that each paper finds its own.
    package func records(_ chain: HashChain, _ sequence: Int64) throws -> [(hash: Digest, id: EventID)] {
        let stored = try connection.statement(
            """
            SELECT hash, id FROM event WHERE kiosk = ?1 AND epoch = ?2 AND sequence = ?3
            UNION ALL SELECT hash, id FROM salvaged WHERE kiosk = ?1 AND epoch = ?2 AND sequence = ?3
            """
        ).map([.text(chain.kiosk.text), .text(chain.epoch.text), .integer(sequence)]) { row in
            Digest(row.text(0)).flatMap { hash in EventID(row.text(1)).map { (hash, $0) } }
        }.compactMap(\.self)
        // It was salvaged before it was delivered; then its kiosk told where it had stood.
        let moved = try connection.statement(
            "SELECT data FROM event WHERE kiosk = ?1 AND type = 'kiosk.journal.moved.v1' ORDER BY rowid"
        ).map([.text(chain.kiosk.text)]) { (try? JSON(parsing: $0.bytes(0))).map(MovedRecord.read) ?? [] }
        return stored
            + moved.joined().filter { $0.epoch == chain.epoch && $0.sequence == sequence }.map { ($0.hash, $0.id) }
    }

    /// What that event says, whichever place it stands in.
    package func said(_ id: EventID, by kiosk: KioskID) throws -> (type: EventType, data: JSON)? {
        let found = try connection.statement("SELECT type, data FROM event WHERE id = ?1 AND kiosk = ?2").first(
            .text(id.text), .text(kiosk.text)
        ) { row in
            EventType(row.text(0)).flatMap { type in (try? JSON(parsing: row.bytes(1))).map { (type, $0) } }
        }
        return found ?? nil
    }

    // MARK: Events

    package enum Stored: Hashable {
        case new, salvaged, idTaken
        /// The same fact stands under another kiosk's name: a journal was moved, or copied.
        case knownOf(KioskID)
    }

    /// Stores an event that the chain accepted. One that is here already under another epoch, byte for byte the same
    /// fact, is noted as salvaged and not counted again.
    package func store(_ message: EventMessage, at now: Timestamp) throws -> Stored {
        let event = message.event
        let draft = event.draft
        // Whether this kiosk's event of that id is the same fact, and who else has one.
        var known: Bool?
        var other: KioskID?
        try connection.statement(
            "SELECT kiosk, type, subject, time, bootid, uptimems, clock, actor, data FROM event WHERE id = ?1"
        ).forEach(.text(draft.id.text)) { row in
            guard row.text(0) == message.kiosk.text else { return other = other ?? KioskID(row.text(0)) }
            let isSame =
                row.text(1) == draft.type.text && row.optionalText(2) == draft.subject
                && row.text(3) == draft.now.wall.description && row.text(4) == draft.bootID
                && row.integer(5) == draft.now.uptime.milliseconds && row.text(6) == draft.now.clock.description
                && row.optionalText(7) == draft.actor && row.bytes(8) == draft.data
            known = known ?? false || isSame
        }
        if known == true {
            try connection.statement("INSERT INTO salvaged VALUES (?1, ?2, ?3, ?4, ?5)").run(
                .text(message.kiosk.text), .text(message.epoch.text), .integer(event.sequence), .text(draft.id.text),
                .text(event.hash.description))
            return .salvaged
        }
        try connection.statement(
            "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        ).run(
            .text(message.kiosk.text), .text(message.epoch.text), .integer(event.sequence), .text(draft.id.text),
            .text(draft.type.text), .text(draft.subject), .text(draft.now.wall.description), .text(draft.bootID),
            .integer(draft.now.uptime.milliseconds), .text(draft.now.clock.description), .text(draft.actor),
            .text(String(decoding: draft.data, as: UTF8.self)), .text(event.previousHash.description),
            .text(event.hash.description), .integer(now.milliseconds))
        if known == false { return .idTaken }
        return other.map { .knownOf($0) } ?? .new
    }

    private static let eventColumns =
        "kiosk, epoch, sequence, id, type, subject, time, bootid, uptimems, clock, actor, data, prevhash, hash"

    private static func message(_ row: Row) throws -> EventMessage {
        guard let kiosk = KioskID(row.text(0)), let epoch = Epoch(row.text(1)), let id = EventID(row.text(3)),
            let type = EventType(row.text(4)), let wall = Timestamp(row.text(6)),
            let clock = ClockTrust(row.text(9)), let previous = Digest(row.text(12)),
            let hash = Digest(row.text(13))
        else { throw CenterError("event \(row.integer(2)) of \(row.text(0)) is unreadable") }
        let now = Now(wall: wall, uptime: Uptime(milliseconds: row.integer(8)), clock: clock)
        let draft = EventDraft(
            id: id, type: type, subject: row.optionalText(5), now: now, bootID: row.text(7),
            actor: row.optionalText(10), data: row.bytes(11))
        let event = Event(draft: draft, sequence: row.integer(2), previousHash: previous, hash: hash)
        return EventMessage(kiosk: kiosk, epoch: epoch, event: event)
    }

    /// Every stored event in the order it was stored, or one kiosk's.
    package func forEachEvent(of kiosk: KioskID?, _ body: (EventMessage) throws -> Void) throws {
        guard let kiosk else {
            return try connection.statement("SELECT \(Self.eventColumns) FROM event ORDER BY rowid").forEach {
                try body(Self.message($0))
            }
        }
        // By the index, then sorted: a county's table is not to be walked for each of its kiosks.
        try connection.statement("SELECT \(Self.eventColumns) FROM event WHERE kiosk = ?1 ORDER BY +rowid").forEach(
            .text(kiosk.text)
        ) { try body(Self.message($0)) }
    }

    /// What one kiosk's events of produce add up to, in the order in which they were stored.
    package func produce(of kiosk: KioskID) throws -> ProduceAccount {
        var account = ProduceAccount(kiosk: kiosk)
        try connection.statement(
            "SELECT \(Self.eventColumns) FROM event WHERE kiosk = ?1 AND \(Self.isProduce) ORDER BY rowid"
        ).forEach(.text(kiosk.text)) { account.take(try Self.message($0)) }
        account.lostAtPoint = try lostAtPoint(kiosk)
        return account
    }

    /// Crates that a card put back does not have: the journal that the kiosk goes on with took over nothing that came after the
    /// last of its former journal's events that it did take over. What lies before that and is not there was pruned, and its
    /// rows came along.
    private func lostAtPoint(_ kiosk: KioskID) throws -> Set<EventID> {
        let newest = try connection.statement(
            "SELECT epoch FROM chain WHERE kiosk = ?1 ORDER BY begun DESC, through DESC LIMIT 1"
        ).first(.text(kiosk.text)) { $0.text(0) }
        guard let newest else { return [] }
        let ids = try connection.statement(
            """
            SELECT id FROM event WHERE kiosk = ?1 AND \(Self.isProduce) AND type = 'kiosk.weighin.recorded.v1' AND epoch <> ?2
            AND id NOT IN (SELECT id FROM salvaged WHERE kiosk = ?1 AND epoch = ?2)
            AND sequence > (SELECT coalesce(max(known.sequence), 0) FROM salvaged AS taken
                JOIN event AS known ON known.id = taken.id AND known.kiosk = taken.kiosk
                WHERE taken.kiosk = ?1 AND taken.epoch = ?2 AND known.epoch = event.epoch)
            """
        ).map([.text(kiosk.text), .text(newest)]) { EventID($0.text(0)) }
        return Set(ids.compactMap(\.self))
    }

    /// The accounts of one kiosk or of all, one at a time, so that memory does not grow with the county.
    package func forEachProduce(of kiosk: KioskID?, _ body: (ProduceAccount) throws -> Void) throws {
        if let kiosk { return try body(produce(of: kiosk)) }
        let kiosks = try connection.statement(
            "SELECT DISTINCT kiosk FROM event WHERE \(Self.isProduce) ORDER BY kiosk"
        ).map([]) { KioskID($0.text(0)) }
        for case let kiosk? in kiosks { try body(produce(of: kiosk)) }
    }

    // MARK: Kiosks and alarms

    /// - Parameter isOld: the broker remembered it; who knows when it was said.
    func setStatus(_ kiosk: KioskID, _ status: ReportedStatus, isOld: Bool, at now: Timestamp) throws {
        let seen = isOld ? Timestamp(milliseconds: 0) : now
        switch status.report {
        case .offline:
            try connection.statement(
                """
                INSERT INTO kiosk VALUES (?1, 'offline', NULL, NULL, ?2, ?3)
                ON CONFLICT DO UPDATE SET state = 'offline', seen = max(seen, excluded.seen)
                """
            ).run(.text(kiosk.text), .text(status.body.canonicalText), .integer(seen.milliseconds))
        case .degraded:
            try connection.statement(
                """
                INSERT INTO kiosk VALUES (?1, 'degraded', NULL, NULL, ?2, ?3)
                ON CONFLICT DO UPDATE SET state = 'degraded', status = excluded.status, seen = max(seen, excluded.seen)
                """
            ).run(.text(kiosk.text), .text(status.body.canonicalText), .integer(seen.milliseconds))
        case .online(let epoch, let head):
            try connection.statement(
                """
                INSERT INTO kiosk VALUES (?1, 'online', ?2, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET state = 'online', epoch = excluded.epoch, head = excluded.head,
                    status = excluded.status, seen = max(seen, excluded.seen)
                """
            ).run(
                .text(kiosk.text), .text(epoch.text), .integer(head.sequence), .text(status.body.canonicalText),
                .integer(seen.milliseconds))
            try connection.statement(
                """
                INSERT INTO told VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET head = max(head, excluded.head), seen = max(seen, excluded.seen)
                """
            ).run(.text(kiosk.text), .text(epoch.text), .integer(head.sequence), .integer(seen.milliseconds))
        }
    }

    func raise(_ kind: String, _ kiosk: KioskID, _ detail: String, at now: Timestamp) throws {
        try connection.statement(
            """
            INSERT INTO alarm VALUES (?1, ?2, ?3, ?4, ?4, 1)
            ON CONFLICT DO UPDATE SET detail = excluded.detail, last = excluded.last, count = count + 1
            """
        ).run(.text(kiosk.text), .text(kind), .text(detail), .integer(now.milliseconds))
    }

    /// Nobody needs to look at it any more. It comes again when its cause does.
    /// - Returns: whether there was one.
    @discardableResult package func end(_ kind: String, _ kiosk: KioskID) throws -> Bool {
        let before = connection.changes
        try connection.statement("DELETE FROM alarm WHERE kiosk = ?1 AND kind = ?2").run(
            .text(kiosk.text), .text(kind))
        return connection.changes > before
    }

    package struct Alarm: Hashable {
        package var kiosk: String
        package var kind: String
        package var detail: String
        package var last: Timestamp
        package var count: Int64
    }

    /// What went wrong so far, each kind of a kiosk once, with the words of the last time.
    package func alarms() throws -> [Alarm] {
        try connection.statement("SELECT kiosk, kind, detail, last, count FROM alarm ORDER BY kiosk, kind").map { row in
            Alarm(
                kiosk: row.text(0), kind: row.text(1), detail: row.text(2),
                last: Timestamp(milliseconds: row.integer(3)), count: row.integer(4))
        }
    }

    /// What kiosks whose names begin so said last of themselves.
    package func statuses(ofNamesWith prefix: String) throws -> [(kiosk: String, status: JSON)] {
        try connection.statement("SELECT kiosk, status FROM kiosk WHERE kiosk >= ?1 AND kiosk < ?2").map(
            [.text(prefix), .text(prefix + "~")]
        ) { ($0.text(0), (try? JSON(parsing: $0.bytes(1))) ?? .null) }
    }

    package struct KioskRow {
        package var kiosk: String
        package var state: String
        package var epoch: String?
        package var through: Int64
        package var head: Int64?
        package var events: Int64
        package var epochs: Int64
        package var seen: Timestamp
        /// What it said last of itself; an offline one's last words from before.
        package var status: JSON
        package var alarms: [Alarm]
    }

    /// One row for each kiosk that was ever heard of.
    package func kiosks() throws -> [KioskRow] {
        let alarms = Dictionary(grouping: try alarms(), by: \.kiosk)
        return try connection.statement(
            """
            SELECT name.kiosk, coalesce(kiosk.state, 'unknown'), coalesce(kiosk.epoch, latest.epoch),
                coalesce(current.through, latest.through, 0), kiosk.head,
                (SELECT count(*) FROM event WHERE event.kiosk = name.kiosk),
                (SELECT count(*) FROM chain WHERE chain.kiosk = name.kiosk), coalesce(kiosk.seen, latest.begun, 0),
                coalesce(kiosk.status, '{}')
            FROM (SELECT kiosk FROM kiosk UNION SELECT kiosk FROM chain) AS name
            LEFT JOIN kiosk ON kiosk.kiosk = name.kiosk
            LEFT JOIN chain AS current ON current.kiosk = name.kiosk AND current.epoch = kiosk.epoch
            LEFT JOIN (SELECT kiosk, epoch, through, max(begun) AS begun FROM chain GROUP BY kiosk) AS latest
                ON latest.kiosk = name.kiosk
            ORDER BY name.kiosk
            """
        ).map { row in
            KioskRow(
                kiosk: row.text(0), state: row.text(1), epoch: row.optionalText(2), through: row.integer(3),
                head: row.isNull(4) ? nil : max(row.integer(4), row.integer(3)), events: row.integer(5),
                epochs: row.integer(6),
                seen: Timestamp(milliseconds: row.integer(7)),
                status: (try? JSON(parsing: row.bytes(8))) ?? .null, alarms: alarms[row.text(0), default: []])
        }
    }
}

/// Why the center cannot go on, in words for its operator.
public struct CenterError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// - Parameter description: in English: what, where, how to mend it.
    public init(_ description: String) { self.description = description }
}
