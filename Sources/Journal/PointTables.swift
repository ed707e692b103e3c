import Domain
import SQLite
import Workflow

/// The point's state as tables: what a decision asks, and what an event changes. Writing is for inside a transaction only.
struct PointTables {
    let connection: Connection
    /// What the center sent, read once; see `PointTables+produce`.
    let bodies = BodyCache()

    // MARK: Writing what events say

    func put(_ parcel: Parcel?, _ subject: String) throws {
        guard let parcel else {
            return try connection.statement("DELETE FROM parcel WHERE subject = ?1").run(.text(subject))
        }
        // A row that changes stays where it lies; REPLACE would move it to the end.
        try connection.statement(
            """
            INSERT INTO parcel (\(ParcelRecord.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO UPDATE SET status = ?2, slot = ?3, code = ?4, recipient = ?5, seq = ?6, touched = ?7,
                detail = ?8, proof = ?9
            """
        ).run(ParcelRecord.values(parcel))
    }

    func open(_ batch: Batch) throws {
        try connection.statement("INSERT OR REPLACE INTO batch VALUES (?1, ?2, ?3, ?4, ?5, ?6)").run(
            .text(batch.id), .text(batch.kind.rawValue), .text(batch.carrier?.rawValue), .text(batch.courier),
            .text(batch.desk), .integer(batch.opened.milliseconds))
    }

    func closeBatch(_ id: String) throws {
        try connection.statement("DELETE FROM batch WHERE id = ?1").run(.text(id))
        try connection.statement("DELETE FROM batch_item WHERE batch = ?1").run(.text(id))
    }

    /// Items of a hand-over that is closed are not kept.
    func add(_ subject: String, to batch: String) throws {
        try connection.statement(
            "INSERT OR IGNORE INTO batch_item SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM batch WHERE id = ?1)"
        ).run(.text(batch), .text(subject))
    }

    func remove(_ subject: String, from batch: String) throws {
        try connection.statement("DELETE FROM batch_item WHERE batch = ?1 AND subject = ?2").run(
            .text(batch), .text(subject))
    }

    /// - Parameter sequence: of the event that tells it; with that one it goes.
    func put(former records: [MovedRecord], toldBy sequence: Int64) throws {
        let insert = try connection.statement("INSERT OR REPLACE INTO former VALUES (?1, ?2, ?3, ?4)")
        for record in records {
            try insert.run(
                .text(record.epoch.text), .integer(record.sequence), .integer(sequence),
                .text(MovedRecord.json([record], of: record.epoch).canonicalText))
        }
    }

    /// What stood in that place of an earlier journal, as far as the events that are here tell.
    func former(_ epoch: Epoch, _ sequence: Int64) throws -> MovedRecord? {
        let found = try connection.statement("SELECT detail FROM former WHERE epoch = ?1 AND seq = ?2").first(
            .text(epoch.text), .integer(sequence)
        ) { (try? JSON(parsing: $0.bytes(0))).flatMap { MovedRecord.read($0).first } }
        return found ?? nil
    }

    func setSession(_ person: String?, at desk: String) throws {
        if let person {
            try connection.statement("INSERT OR REPLACE INTO session VALUES (?1, ?2)").run(.text(desk), .text(person))
        } else {
            try connection.statement("DELETE FROM session WHERE desk = ?1").run(.text(desk))
        }
    }

    func placeBoot(of draft: EventDraft) throws {
        guard let start = BootStart(draft) else { return }
        var times = try bootTimes(draft.bootID) ?? BootTimes(start)
        times.add(start)
        try place(boot: draft.bootID, times)
    }

    func place(boot: String, _ times: BootTimes) throws {
        try connection.statement("DELETE FROM boot WHERE id = ?1").run(.text(boot))
        for mark in times.marks {
            try connection.statement("INSERT INTO boot VALUES (?1, ?2, ?3, ?4)").run(
                .text(boot), .integer(mark.milliseconds), .integer(mark.bound), .integer(mark.uptime.milliseconds))
        }
    }

    /// Keeps whom a parcel is for, as the center announced it, as long as it is needed.
    func keep(_ recipient: String, from subject: String) throws {
        try connection.statement(
            """
            INSERT INTO recipient SELECT recipient, name, tail, NULL, secret FROM expected
            WHERE subject = ?1 AND recipient = ?2
            ON CONFLICT DO UPDATE SET name = excluded.name, tail = excluded.tail, gone_at = NULL, secret = excluded.secret
            """
        ).run(.text(subject), .text(recipient))
    }

    func count(_ key: String, _ attempts: AttemptLimiter?) throws {
        guard let attempts else {
            return try connection.statement("DELETE FROM attempt WHERE key = ?1").run(.text(key))
        }
        try connection.statement("INSERT OR REPLACE INTO attempt VALUES (?1, ?2, ?3, ?4, ?5)").run(
            .text(key), .integer(Int64(attempts.failures)), .integer(attempts.lock.milliseconds),
            .text(attempts.bootID), .integer(attempts.at.milliseconds))
    }

    // MARK: Listing

    func parcelCount() throws -> Int64 {
        try connection.statement("SELECT count(*) FROM parcel WHERE \(ParcelRecord.here)").first { $0.integer(0) } ?? 0
    }

    /// The parcels here, in the order of their subjects, after one of them.
    func here(after subject: String, limit: Int) throws -> [Parcel] {
        try parcels(
            "SELECT \(ParcelRecord.columns) FROM parcel INDEXED BY parcel_here WHERE \(ParcelRecord.here) "
                + "AND subject > ?1 ORDER BY subject LIMIT ?2", .text(subject), .integer(Int64(limit)))
    }

    /// Every parcel that is known, present or gone: for comparing a rebuilt state with the live one.
    func all(after subject: String, limit: Int) throws -> [Parcel] {
        try parcels(
            "SELECT \(ParcelRecord.columns) FROM parcel WHERE subject > ?1 ORDER BY subject LIMIT ?2", .text(subject),
            .integer(Int64(limit)))
    }

    func batches() throws -> [Batch] {
        try connection.statement("SELECT id, kind, carrier, courier, desk, opened FROM batch ORDER BY opened, id")
            .map { try batch($0) }
    }

    func sessions() throws -> [(desk: String, person: String)] {
        try connection.statement("SELECT desk, person FROM session ORDER BY desk").map { ($0.text(0), $0.text(1)) }
    }

    func bootTimes(_ id: String) throws -> BootTimes? {
        // All columns: a journal of an earlier form did not say how far it may be wrong, and knew one word of each boot.
        let marks = try connection.statement("SELECT * FROM boot WHERE id = ?1").map([.text(id)]) { row in
            let (bound, uptime) = row.count < 4 ? (0, 0) : (row.integer(2), row.integer(3))
            // One that no clock can show would move everything that was recorded then.
            guard Self.clock.contains(row.integer(1)), (0...ClockTrust.widest).contains(bound),
                (0..<Self.clock.upperBound).contains(uptime)
            else { throw Damage("the start of a boot is unreadable") }
            return BootStart(milliseconds: row.integer(1), bound: bound, uptime: Uptime(milliseconds: uptime))
        }
        return BootTimes(marks.sorted { $0.uptime < $1.uptime })
    }

    /// Between which times a crate was recorded: by the clocks of its own boot, or, where that never knew the time, by those of
    /// the boots around it.
    /// - Parameter anchor: events up to this one are pruned.
    func span(of entry: WeighInEntry, after anchor: Int64, now: Now) throws -> TimeSpan? {
        if let span = try entry.moment.span(by: bootTimes) { return span }
        guard let now = now.span else { return nil }
        let earliest = try neighbour("seq < ?1 ORDER BY seq DESC", entry.sequence)?.earliest
        let latest = try neighbour("seq > ?1 ORDER BY seq", max(entry.sequence, anchor))?.latest
        return TimeSpan(between: earliest ?? Timestamp(milliseconds: 0), and: min(latest ?? now.latest, now.latest))
    }

    /// The nearest event whose time is known, among so many that a question may look at.
    private func neighbour(_ condition: String, _ sequence: Int64) throws -> TimeSpan? {
        var known: [String: BootTimes?] = [:]
        var last = sequence
        for _ in 0..<Self.mostNeighbours / 100 {
            let page = try connection.statement(
                "SELECT recorded_at, uptime_ms, clock, boot_id, seq FROM event WHERE \(condition) LIMIT 100"
            ).map([.integer(last)]) { row in
                let now = Now(
                    wall: Timestamp(milliseconds: row.integer(0)), uptime: Uptime(milliseconds: row.integer(1)),
                    clock: ClockTrust(row.text(2)) ?? .unsynced)
                return (moment: Moment(now: now, bootID: row.text(3)), sequence: row.integer(4))
            }
            for event in page {
                let span = try event.moment.span { boot in
                    if let times = known[boot] { return times }
                    let times = try bootTimes(boot)
                    known[boot] = .some(times)
                    return times
                }
                if let span { return span }
            }
            guard let next = page.last?.sequence, page.count == 100 else { return nil }
            last = next
        }
        return nil
    }

    private static let mostNeighbours = 5000

    /// One walk over the events since; nobody's clock is contradicted every day.
    func decided(in boot: String, by source: String) throws -> (events: ClosedRange<Int64>, count: Int64)? {
        let marks = try connection.statement(
            """
            SELECT seq, type, data FROM event WHERE boot_id = ?1 AND type IN (?2, ?3) ORDER BY seq
            """
        ).map([.text(boot), .text(EventType.clockSynced.text), .text(EventType.clockConfirmed.text)]) { row in
            let told = (try? JSON(parsing: Array(row.text(2).utf8)))?["source"]?.string
            return (sequence: row.integer(0), source: row.text(1) == EventType.clockConfirmed.text ? "operator" : told)
        }
        // From where that source was believed, after another one or from the beginning.
        let others = marks.lastIndex { $0.source != source }.map { $0 + 1 } ?? marks.startIndex
        guard others < marks.endIndex else { return nil }
        return try connection.statement(
            """
            SELECT min(seq), max(seq), count(*) FROM event WHERE seq > ?1 AND boot_id = ?2 AND clock <> 'unsynced'
                AND (type IN (?3, ?4, ?5, ?6) OR type = ?7 AND data LIKE '%"overdue"%')
            """
        ).first(
            .integer(marks[others].sequence), .text(boot), .text(EventType.weighInRecorded.text),
            .text(EventType.weighInPriced.text), .text(EventType.scaleChecked.text), .text(EventType.lotOffered.text),
            .text(EventType.parcelFlagged.text)
        ) { row in row.isNull(0) ? nil : (row.integer(0)...row.integer(1), row.integer(2)) } ?? nil
    }

    /// Milliseconds since 1970 that a clock may show, a wrong one too: until the year 10000, and as far back.
    private static let clock: Range<Int64> = -253_402_300_800_000..<253_402_300_800_000

    static let expectedColumns = "subject, carrier, handling, code, recipient, name, tail, consent, secret"

    func allExpected() throws -> [ExpectedParcel] {
        try connection.statement("SELECT \(Self.expectedColumns) FROM expected ORDER BY subject").map([]) {
            expected($0)
        }
    }

    private func expected(_ row: Row) -> ExpectedParcel {
        ExpectedParcel(
            subject: row.text(0), carrier: row.optionalText(1).flatMap(Carrier.init),
            recipient: row.optionalText(4).map {
                Recipient(
                    id: $0, name: row.text(5), phoneTail: row.text(6),
                    secret: Digest(bytes: row.bytes(8)).map { BadgeHash($0) })
            },
            handling: Parcel.Handling(rawValue: row.text(2)) ?? .normal,
            code: row.optionalText(3).flatMap(PickUpCode.Form.init),
            consent: row.optionalText(7).flatMap(Parcel.Consent.init))
    }

    private func parcels(_ sql: String, _ values: Value...) throws -> [Parcel] {
        try connection.statement(sql).map(values) { try ParcelRecord.parcel($0) }
    }

    private func batch(_ row: Row) throws -> Batch {
        guard let kind = Batch.Kind(rawValue: row.text(1)) else { throw Damage("a hand-over is unreadable") }
        return Batch(
            id: row.text(0), kind: kind, carrier: row.optionalText(2).flatMap(Carrier.init), courier: row.text(3),
            desk: row.text(4), opened: Timestamp(milliseconds: row.integer(5)))
    }
}

extension PointTables {
    func parcel(_ subject: String) throws -> Parcel? {
        try parcels("SELECT \(ParcelRecord.columns) FROM parcel WHERE subject = ?1", .text(subject)).first
    }

    func knowsPackages(of number: String) throws -> Bool {
        try ["parcel", "expected"].contains { table in
            // "." is the sign behind "-".
            try connection.statement("SELECT 1 FROM \(table) WHERE subject > ?1 || '-' AND subject < ?1 || '.' LIMIT 1")
                .first(.text(number)) { _ in true } ?? false
        }
    }

    func parcel(code: String) throws -> Parcel? {
        try parcels(
            "SELECT \(ParcelRecord.columns) FROM parcel INDEXED BY parcel_here WHERE code = ?1 AND \(ParcelRecord.here)",
            .text(code)
        ).first
    }

    func parcels(of recipient: String) throws -> [Parcel] {
        // The parcels here are few; the index holds all that is looked at. Scanners and cards know capitals only, so an id
        // is the same in capitals.
        try parcels(
            "SELECT \(ParcelRecord.columns) FROM parcel INDEXED BY parcel_here WHERE recipient = ?1 COLLATE NOCASE "
                + "AND \(ParcelRecord.here) ORDER BY subject", .text(recipient))
    }

    func occupancy() throws -> [String: Int] {
        let rows = try connection.statement(
            "SELECT slot, count(*) FROM parcel INDEXED BY parcel_here WHERE slot IS NOT NULL AND \(ParcelRecord.here) "
                + "GROUP BY slot"
        ).map([]) { ($0.text(0), Int($0.integer(1))) }
        return Dictionary(rows) { first, _ in first }
    }

    func accepted(for carrier: Carrier?) throws -> [String] {
        try parcels(
            "SELECT \(ParcelRecord.columns) FROM parcel INDEXED BY parcel_here WHERE status = 'accepted' "
                + "AND \(ParcelRecord.here) ORDER BY subject"
        ).filter { carrier == nil || $0.condition.carrier == nil || $0.condition.carrier == carrier }.map(\.subject)
    }

    func expected(_ subject: String) throws -> ExpectedParcel? {
        try connection.statement("SELECT \(Self.expectedColumns) FROM expected WHERE subject = ?1").first(
            .text(subject)
        ) {
            expected($0)
        }
    }

    func hasExpectations() throws -> Bool {
        try connection.statement("SELECT 1 FROM expected LIMIT 1").first { _ in true } ?? false
    }

    func awaited(from carrier: Carrier?) throws -> [String] {
        try connection.statement(
            """
            SELECT subject FROM expected WHERE (?1 IS NULL OR carrier = ?1)
                AND NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.subject = expected.subject) ORDER BY subject
            """
        ).map([.text(carrier?.rawValue)]) { $0.text(0) }
    }

    func recipient(_ id: String) throws -> Recipient? {
        try connection.statement("SELECT name, tail FROM recipient WHERE id = ?1").first(.text(id)) {
            Recipient(id: id, name: $0.text(0), phoneTail: $0.text(1))
        }
    }

    /// Whose secret that is, among those of whom the center has told.
    func recipient(secret: BadgeHash) throws -> String? {
        try connection.statement(
            """
            SELECT id FROM recipient WHERE secret = ?1
            UNION ALL SELECT recipient FROM expected WHERE secret = ?1 AND recipient IS NOT NULL LIMIT 1
            """
        ).first(.blob(secret.digest.bytes)) { $0.text(0) }
    }

    func attempts(_ key: String) throws -> AttemptLimiter? {
        try connection.statement("SELECT failures, lock_ms, boot_id, uptime_ms FROM attempt WHERE key = ?1")
            .first(.text(key)) { row in
                let (failures, lock, at) = (row.integer(0), row.integer(1), row.integer(3))
                // A lock of a million years would never be opened again, and times are subtracted from each other.
                guard (0...Int64(AttemptLimiter.mostFailures)).contains(failures),
                    (0...AttemptLimiter.Rule.longestLock).contains(lock), (0..<Self.clock.upperBound).contains(at)
                else { throw Damage("a count of guesses is unreadable") }
                return AttemptLimiter(
                    failures: Int(failures), lock: .milliseconds(lock), bootID: row.text(2),
                    at: Uptime(milliseconds: at))
            }
    }

    func batch(of courier: String) throws -> Batch? { try batch("courier = ?1", courier) }
    func batch(at desk: String) throws -> Batch? { try batch("desk = ?1", desk) }

    private func batch(_ condition: String, _ value: String) throws -> Batch? {
        try connection.statement(
            "SELECT id, kind, carrier, courier, desk, opened FROM batch WHERE \(condition) ORDER BY opened DESC, id DESC LIMIT 1"
        ).first(.text(value)) { try batch($0) }
    }

    /// The number of the newest event of that type about that subject. No index: it looks at each event of the range.
    func newest(_ type: EventType, _ subject: String, in range: Range<Int64>) throws -> Int64? {
        try connection.statement(
            "SELECT seq FROM event WHERE seq >= ?1 AND seq < ?2 AND type = ?3 AND subject = ?4 ORDER BY seq DESC LIMIT 1"
        ).first(.integer(range.lowerBound), .integer(range.upperBound), .text(type.text), .text(subject)) {
            $0.integer(0)
        }
    }

    func items(of batch: String) throws -> [String] {
        try connection.statement("SELECT subject FROM batch_item WHERE batch = ?1").map([.text(batch)]) { $0.text(0) }
    }
}
