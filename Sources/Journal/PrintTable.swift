import Domain
import SQLite

/// The print queue as a table. No event, and nothing that is paid on: a row that cannot be read costs that paper alone.
struct PrintTable {
    static let create = """
        CREATE TABLE print_job (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, reference TEXT NOT NULL, seq INTEGER NOT NULL,
            asked INTEGER NOT NULL, state TEXT NOT NULL, copy INTEGER NOT NULL, tries INTEGER NOT NULL,
            created_at INTEGER NOT NULL, problem TEXT) STRICT;
        CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('waiting', 'printing', 'uncertain');
        """

    /// More than so many wait only where the paper has been out for days; the oldest is then of no use to anybody.
    static let mostOpen: Int64 = 100
    /// So many that are done stay, to be counted and shown.
    static let mostDone: Int64 = 200
    /// A printer that fails in the middle each time must not use up its paper on one slip.
    static let mostTries = 5
    static let tooMany = "too many slips waited"
    static let gaveUp = "it failed on the way too often"

    private static let open = "state IN ('waiting', 'printing', 'uncertain')"
    private static let columns = "id, kind, reference, seq, asked, state, copy, tries, created_at, problem"

    let connection: Connection

    // MARK: Looking

    func job(_ id: Int64) throws -> PrintJob? {
        try connection.statement("SELECT \(Self.columns) FROM print_job WHERE id = ?1").first(.integer(id)) {
            Self.job($0)
        } ?? nil
    }

    /// The oldest that is to be printed.
    func next() throws -> PrintJob? {
        try connection.statement(
            "SELECT \(Self.columns) FROM print_job INDEXED BY print_job_open WHERE \(Self.open) "
                + "AND state IN ('waiting', 'uncertain') ORDER BY id"
        ).map([]) { Self.job($0) }.lazy.compactMap(\.self).first
    }

    /// The newest first.
    func all(limit: Int) throws -> [PrintJob] {
        try connection.statement("SELECT \(Self.columns) FROM print_job ORDER BY id DESC LIMIT ?1").map(
            [.integer(Int64(limit))]
        ) { Self.job($0) }.compactMap(\.self)
    }

    func openCount() throws -> Int64 {
        try connection.statement("SELECT count(*) FROM print_job INDEXED BY print_job_open WHERE \(Self.open)").first {
            $0.integer(0)
        } ?? 0
    }

    private static func job(_ row: Row) -> PrintJob? {
        guard let kind = PrintJob.Kind(rawValue: row.text(1)), let state = PrintJob.State(rawValue: row.text(5)),
            let copy = Int(exactly: row.integer(6)), let tries = Int(exactly: row.integer(7)),
            (0...1_000_000).contains(copy), (0...1_000_000).contains(tries)
        else { return nil }
        return PrintJob(
            id: row.integer(0),
            request: .init(
                kind: kind, reference: row.text(2), sequence: row.integer(3), isAsked: row.integer(4) != 0),
            state: state, copy: copy, tries: tries, created: Timestamp(milliseconds: row.integer(8)),
            problem: row.optionalText(9))
    }

    func place(of id: EventID, in range: Range<Int64>) throws -> Int64? {
        try connection.statement("SELECT seq FROM event WHERE seq >= ?1 AND seq < ?2 AND id = ?3").first(
            .integer(range.lowerBound), .integer(range.upperBound), .text(id.text)
        ) { $0.integer(0) }
    }

    // MARK: Changing; inside a transaction only

    /// An event wants its paper once. Whoever asks for one gets a copy: that the queue has forgotten the first proves nothing.
    func add(_ request: PrintJob.Request, at time: Timestamp) throws -> Int64 {
        let last =
            try connection.statement(
                "SELECT max(copy) FROM print_job WHERE kind = ?1 AND reference = ?2"
            ).first(.text(request.kind.rawValue), .text(request.reference)) { $0.integer(0) } ?? 0
        let copy = request.isAsked ? min(max(last, 0), 999_999) + 1 : 0
        try connection.statement(
            "INSERT INTO print_job (kind, reference, seq, asked, state, copy, tries, created_at) "
                + "VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, 0, ?6)"
        ).run(
            .text(request.kind.rawValue), .text(request.reference), .integer(request.sequence),
            .integer(request.isAsked ? 1 : 0), .integer(copy), .integer(time.milliseconds))
        let id = try connection.statement("SELECT last_insert_rowid()").first { $0.integer(0) } ?? 0
        try bound()
        return id
    }

    /// Makes room: first what nobody has asked for, the oldest first; never what the printer has in its hands.
    private func bound() throws {
        let surplus = try openCount() - Self.mostOpen
        if surplus > 0 {
            try connection.statement(
                """
                UPDATE print_job SET state = 'cancelled', problem = ?1 WHERE id IN (
                    SELECT id FROM print_job WHERE state IN ('waiting', 'uncertain') ORDER BY asked, id LIMIT ?2)
                """
            ).run(.text(Self.tooMany), .integer(surplus))
        }
        try connection.statement(
            """
            DELETE FROM print_job WHERE NOT \(Self.open) AND id <= (
                SELECT id FROM print_job WHERE NOT \(Self.open) ORDER BY id DESC LIMIT 1 OFFSET ?1)
            """
        ).run(.integer(Self.mostDone))
    }

    /// Before the first byte. `nil` when it is not to be printed any more.
    func begin(_ id: Int64) throws -> PrintJob? {
        guard var job = try job(id), job.state == .waiting || job.state == .uncertain else { return nil }
        job.copy = job.nextCopy
        job.tries += 1
        job.state = .printing
        job.problem = nil
        try put(job)
        return job
    }

    /// What became of it. A job that has been tried too often is given up.
    func end(_ id: Int64, _ state: PrintJob.State, problem: String?) throws {
        guard var job = try job(id), job.state.isOpen else { return }
        job.state = state
        job.problem = problem
        if state == .uncertain, job.tries >= Self.mostTries {
            job.state = .cancelled
            job.problem = Self.gaveUp
        }
        try put(job)
    }

    private func put(_ job: PrintJob) throws {
        try connection.statement(
            "UPDATE print_job SET state = ?2, copy = ?3, tries = ?4, problem = ?5 WHERE id = ?1"
        ).run(
            .integer(job.id), .text(job.state.rawValue), .integer(Int64(job.copy)), .integer(Int64(job.tries)),
            .text(job.problem))
    }

    /// After a start: what was under way may be on paper.
    func resume() throws {
        try connection.statement(
            "UPDATE print_job SET state = 'uncertain', problem = ?1 WHERE state = 'printing'"
        ).run(.text("kioskd ended while it was printed"))
    }

    // MARK: Into a new journal

    /// What still waits comes along. Its event has another number there.
    /// - Parameter target: the new journal with its events.
    func carryOver(to target: Connection) throws {
        let open = try connection.statement(
            "SELECT \(Self.columns) FROM print_job WHERE \(Self.open) ORDER BY id LIMIT \(Self.mostOpen)"
        ).map([]) { Self.job($0) }.compactMap(\.self)
        guard !open.isEmpty else { return }
        let insert = try target.statement(
            "INSERT INTO print_job (\(Self.columns)) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9)")
        for job in open {
            try insert.run(
                .integer(job.id), .text(job.request.kind.rawValue), .text(job.request.reference),
                .integer(job.request.isAsked ? 1 : 0), .text(job.state.rawValue), .integer(Int64(job.copy)),
                .integer(Int64(job.tries)), .integer(job.created.milliseconds), .text(job.problem))
        }
        // One walk for all of them: neither ids nor subjects have an index.
        let places = try target.statement(
            """
            SELECT max(seq), type, coalesce(subject, id) AS name FROM event
            WHERE name IN (SELECT reference FROM print_job) GROUP BY type, name
            """
        ).map([]) { (sequence: $0.integer(0), type: $0.text(1), name: $0.text(2)) }
        let place = try target.statement("UPDATE print_job SET seq = ?1 WHERE kind = ?2 AND reference = ?3")
        for (sequence, type, name) in places {
            for kind in EventType(type).map(PrintJob.Kind.wanted) ?? [] {
                try place.run(.integer(sequence), .text(kind.rawValue), .text(name))
            }
        }
    }
}
