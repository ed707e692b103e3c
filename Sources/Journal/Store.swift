package import Delivery
package import Domain
import SQLite

/// The open journal file: one connection, used by the journal's own thread alone. It knows nothing of threads, and
/// commits nothing by itself.
public final class Store {
    package let chain: HashChain
    private let connection: Connection
    private let writer: EventWriter
    let tables: PointTables
    let prints: PrintTable
    package private(set) var head: Head
    package private(set) var anchor: Head
    /// What the center has acknowledged. It runs ahead of the row on disk, which may be old without harm: then something
    /// is sent once more.
    package private(set) var acknowledged: Head
    private(set) var cursorIsStale = false
    /// Personal data was erased, and the write-ahead log still holds what the pages looked like before.
    private(set) var logIsToBeEmptied = false

    init(path: String, chain: HashChain) throws {
        self.chain = chain
        connection = try Connection(path: path)
        writer = EventWriter(connection: connection)
        tables = writer.tables
        prints = PrintTable(connection: connection)
        try connection.keepWAL()
        // Exclusive: no second process, and with it no shared memory map.
        try connection.execute(
            """
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            PRAGMA mmap_size = 0; PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY;
            PRAGMA wal_autocheckpoint = \(Schema.logBytes / (Schema.pageBytes + 24));
            PRAGMA journal_size_limit = \(Schema.logBytes); PRAGMA foreign_keys = ON; PRAGMA secure_delete = FAST;
            """)
        // Measured elsewhere: a library that lowers this to NORMAL loses what it called saved. Never take it on trust.
        guard try connection.text("PRAGMA journal_mode") == "wal", try connection.text("PRAGMA synchronous") == "2"
        else {
            throw JournalError.failed("SQLite did not accept a write-ahead log with full synchronisation")
        }
        acknowledged = try Self.mark("cursor", connection)
        anchor = try Self.mark("anchor", connection)
        head = anchor
        if let last = try connection.statement("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")
            .first(map: { Head(sequence: $0.integer(0), hash: Digest(bytes: $0.bytes(1)) ?? .genesis) })
        {
            head = last
        }
    }

    private static func mark(_ table: String, _ connection: Connection) throws -> Head {
        let mark = try connection.statement("SELECT seq, hash FROM \(table)").first { row in
            Digest(bytes: row.bytes(1)).map { Head(sequence: row.integer(0), hash: $0) }
        }
        guard let mark = mark ?? nil else { throw Damage("the \(table) is missing or unreadable") }
        return mark
    }

    /// Folds the log into the database and lets go of both; the log stays as long as it is. The store is of no use afterwards.
    /// - Returns: whether all of it lies in the one file now.
    @discardableResult func close() -> Bool {
        let isFolded = try? connection.statement("PRAGMA wal_checkpoint(PASSIVE)").first {
            $0.integer(0) == 0 && $0.integer(1) == $0.integer(2)
        }
        // With a limit SQLite would cut it to nothing, and a log that has to grow again costs the card twice as much a commit.
        try? connection.execute("PRAGMA journal_size_limit = -1")
        connection.close()
        return (isFolded ?? nil) ?? false
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result { try connection.transaction(body) }

    /// How many rows this connection has changed, ever.
    var changes: Int64 { connection.changes }

    // MARK: Recording

    /// Writes the next event of the chain and everything it changes. Inside a transaction only.
    /// - Throws: `JournalError.tooLarge`, before anything was written: such an event could never be delivered.
    func record(_ draft: EventDraft) throws -> Event {
        guard draft.data.count <= EventDraft.mostDataBytes else {
            throw JournalError.tooLarge(type: draft.type.text, bytes: draft.data.count)
        }
        let event = chain.append(draft, after: head)
        try writer.insert(event)
        head = Head(sequence: event.sequence, hash: event.hash)
        return event
    }

    func eraseRecipients(goneBefore cutoff: Timestamp, now: Timestamp) throws -> Int {
        let erased = try tables.eraseRecipients(goneBefore: cutoff, now: now)
        if erased > 0 { logIsToBeEmptied = true }
        return erased
    }

    /// Folds the log into the database, so that nothing in it is needed any more. Outside of any transaction only.
    func emptyLog() throws {
        let isBusy = try connection.statement("PRAGMA wal_checkpoint(RESTART)").first { $0.integer(0) != 0 }
        guard isBusy == false else { throw JournalError.failed("the log could not be folded into the journal") }
        logIsToBeEmptied = false
    }

    // MARK: Reading

    /// The parcel's state, proved by the event that it refers to: "already in" is an answer that sends a courier home.
    func parcel(_ subject: String) throws -> Parcel? {
        let parcel = try tables.parcel(subject)
        guard let parcel, parcel.sequence > anchor.sequence else { return parcel }
        var proof: Event?
        try rows(after: parcel.sequence - 1, limit: 1) { proof = $0 }
        guard let proof, proof.sequence == parcel.sequence, proof.draft.subject == subject, chain.holds(proof) else {
            throw Damage("a parcel's state does not follow from its event")
        }
        return parcel
    }

    /// The next events as they stand, each proved to be byte for byte what was hashed and to follow the one before.
    package func events(after sequence: Int64, limit: Int) throws -> [Event] {
        // Also what keeps a number from outside, as large as there is one, from being counted on.
        guard sequence < head.sequence else { return [] }
        var expected = max(sequence, anchor.sequence) + 1
        var events: [Event] = []
        try rows(after: sequence, limit: limit) { event in
            guard let event, event.sequence == expected, chain.holds(event) else {
                throw Damage("event \(expected) is not what was recorded")
            }
            if let previous = events.last?.hash, previous != event.previousHash {
                throw Damage("event \(expected) does not follow the one before it")
            }
            events.append(event)
            expected += 1
        }
        if events.count < limit, expected <= head.sequence { throw Damage("event \(expected) is missing") }
        return events
    }

    /// The event of that number, proved to be what was recorded; `nil` when there is none, or it is pruned.
    func event(_ sequence: Int64) throws -> Event? {
        guard sequence > anchor.sequence, sequence <= head.sequence else { return nil }
        return try events(after: sequence - 1, limit: 1).first
    }

    /// The event that closed a lot, the newest if there are several. It costs a look at each event.
    func packing(of lot: String) throws -> Event? {
        try tables.newest(.lotPacked, lot, in: 0..<head.sequence + 1).flatMap { try event($0) }
    }

    /// Raw rows; `nil` for one that does not even have the form of an event.
    func rows(after sequence: Int64, limit: Int, body: (Event?) throws -> Void) throws {
        try connection.statement(Schema.selectEvents).forEach(.integer(sequence), .integer(Int64(limit))) { row in
            try body(Event(row))
        }
    }

    func hash(of sequence: Int64) throws -> Digest? {
        if sequence == anchor.sequence { return anchor.hash }
        if sequence == head.sequence { return head.hash }
        return try connection.statement("SELECT hash FROM event WHERE seq = ?1").first(.integer(sequence)) {
            Digest(bytes: $0.bytes(0))
        } ?? nil
    }

    // MARK: Cursor and pruning

    /// Takes the center's word, but only for an event whose hash is our own.
    package func acknowledge(_ mark: Head) throws -> CursorMove {
        guard mark.sequence <= head.sequence else { return .notOurs }
        if mark.sequence < anchor.sequence { return .unchanged }
        let own = mark.sequence == 0 ? Digest.genesis : try hash(of: mark.sequence)
        guard own == mark.hash else { return .notOurs }
        guard mark.sequence > acknowledged.sequence else { return .unchanged }
        acknowledged = mark
        cursorIsStale = true
        return .moved
    }

    func writeCursor() throws {
        try connection.statement("UPDATE cursor SET seq = ?1, hash = ?2").run(
            .integer(acknowledged.sequence), .blob(acknowledged.hash.bytes))
        cursorIsStale = false
    }

    /// Deletes at most `limit` of the oldest events that are acknowledged on disk and recorded before `cutoff` by a
    /// clock that could be believed. Events between two such are covered by their order, never by their own time.
    package func prune(before cutoff: Timestamp, limit: Int64) throws -> Int64 {
        let oldest = anchor.sequence + 1
        guard let mark = try pruneMark(before: cutoff, from: oldest, limit: limit) else { return 0 }
        try connection.statement("UPDATE anchor SET seq = ?1, hash = ?2").run(
            .integer(mark.sequence), .blob(mark.hash.bytes))
        // What has left the point goes with the last event that tells of it; what is here stays.
        try connection.statement(
            """
            DELETE FROM parcel WHERE seq <= ?1 AND NOT \(ParcelRecord.here)
                AND subject IN (SELECT subject FROM event WHERE seq BETWEEN ?2 AND ?1 AND subject IS NOT NULL)
            """
        ).run(.integer(mark.sequence), .integer(oldest))
        try connection.statement("DELETE FROM event WHERE seq <= ?1").run(.integer(mark.sequence))
        try connection.statement("DELETE FROM former WHERE told <= ?1").run(.integer(mark.sequence))
        defer { anchor = mark }
        return mark.sequence - anchor.sequence
    }

    /// The last of the oldest `limit` events that is certainly old enough, or that stands before such a one: weeks that no clock
    /// told are passed over to the first that one did.
    private func pruneMark(before cutoff: Timestamp, from oldest: Int64, limit: Int64) throws -> Head? {
        let first = try connection.statement(
            """
            SELECT seq FROM event WHERE seq BETWEEN ?1 AND (SELECT seq FROM cursor) AND clock <> 'unsynced'
            ORDER BY seq LIMIT 1
            """
        ).first(.integer(oldest)) { $0.integer(0) }
        guard let first else { return nil }
        let old = try connection.statement(
            """
            SELECT seq FROM event WHERE seq BETWEEN ?1 AND min(?2, (SELECT seq FROM cursor)) AND clock <> 'unsynced'
                AND recorded_at + CAST(substr(clock, instr(clock, ' ')) AS INTEGER) < ?3 ORDER BY seq DESC LIMIT 1
            """
        ).first(.integer(first), .integer(first + limit - 1), .integer(cutoff.milliseconds)) { $0.integer(0) }
        guard let old else { return nil }
        let mark = try connection.statement("SELECT seq, hash FROM event WHERE seq = ?1").first(
            .integer(min(old, oldest + limit - 1))
        ) { row in
            Digest(bytes: row.bytes(1)).map { Head(sequence: row.integer(0), hash: $0) }
        }
        return mark ?? nil
    }

    func emptyBytes() throws -> Int64 {
        Schema.pageBytes * (try connection.statement("PRAGMA freelist_count").first { $0.integer(0) } ?? 0)
    }

    // MARK: Checking

    /// Walks at most `limit` events after `sequence` and names the first that is not as recorded.
    package func verify(after sequence: Int64, limit: Int) throws -> Journal.Verification {
        let start = min(max(sequence, anchor.sequence), head.sequence)
        guard var previous = try hash(of: start) else {
            return Journal.Verification(through: start, firstBad: .init(sequence: start, problem: "it is missing"))
        }
        var result = Journal.Verification(through: start, firstBad: nil)
        try rows(after: start, limit: limit) { event in
            guard result.firstBad == nil else { return }
            let expected = result.through + 1
            guard let event else {
                result.firstBad = .init(sequence: expected, problem: "it has not the form of an event")
                return
            }
            if event.sequence != expected {
                result.firstBad = .init(sequence: expected, problem: "it is missing; the next is \(event.sequence)")
            } else if event.previousHash != previous {
                result.firstBad = .init(sequence: expected, problem: "it does not follow the event before it")
            } else if !chain.holds(event) {
                result.firstBad = .init(sequence: expected, problem: "its content is not what was hashed")
            } else {
                previous = event.hash
                result.through = expected
            }
        }
        if result.firstBad == nil, result.through < min(head.sequence, start + Int64(limit)) {
            result.firstBad = .init(sequence: result.through + 1, problem: "it is missing")
        }
        return result
    }

    /// What was told as saved must be there, and the same.
    func checkEnd(against mark: Head) throws {
        guard mark.sequence <= head.sequence else {
            throw Damage("events up to \(mark.sequence) were saved, now they end at \(head.sequence)")
        }
        if mark.sequence > anchor.sequence, try hash(of: mark.sequence) != mark.hash {
            throw Damage("event \(mark.sequence) is another than was saved")
        }
    }

    /// The end of the journal must be whole before anything is added to it.
    func checkTail(length: Int64) throws {
        guard acknowledged.sequence <= head.sequence, anchor.sequence <= acknowledged.sequence else {
            let known = max(acknowledged.sequence, anchor.sequence)
            throw Damage("events up to \(known) were there, now they end at \(head.sequence)")
        }
        let start = max(anchor.sequence, head.sequence - length)
        if let bad = try verify(after: start, limit: Int(length)).firstBad {
            throw Damage("event \(bad.sequence): \(bad.problem)")
        }
    }
}

/// The journal is not what we wrote. Recovery follows, never a repair in place.
struct Damage: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Event {
    /// `nil` when a column has not the form it was written in.
    init?(_ row: Row) {
        guard let id = EventID(row.text(1)), let type = EventType(row.text(2)),
            let clock = ClockTrust(row.text(7)), let previousHash = Digest(bytes: row.bytes(10)),
            let hash = Digest(bytes: row.bytes(11))
        else { return nil }
        let now = Now(
            wall: Timestamp(milliseconds: row.integer(4)), uptime: Uptime(milliseconds: row.integer(6)), clock: clock)
        let draft = EventDraft(
            id: id, type: type, subject: row.optionalText(3), now: now, bootID: row.text(5),
            actor: row.optionalText(8), data: row.bytes(9))
        self.init(draft: draft, sequence: row.integer(0), previousHash: previousHash, hash: hash)
    }
}
