import Board
import Domain
import Logging
import SQLite

/// Reads what can be read of a journal in quarantine. It goes over the rows twice, once to count and once to copy, so
/// that its memory does not grow with the journal. Nothing is believed that does not prove itself: a row by its hash, the
/// anchor by the row behind it, the end by the watermark.
final class Salvage {
    struct Survey {
        var chain: HashChain?
        var good: Int64 = 0
        /// The last event that proves itself.
        var head: Head?
        var lost: [ClosedRange<Int64>] = []
        /// Whether each event follows the one before, from the anchor on, and the marks are what they were: nothing is missing.
        var isWhole = true
        var lostEvents: Int64 { lost.reduce(0) { $0 + Int64($1.count) } }
    }

    private let files: JournalFiles
    private let directory: String
    private let identity: HashChain?
    let cause: Recovery.Cause
    let logger: Logger
    private let onProgress: @Sendable () -> Void
    private var rows = 0
    private(set) var connection: Connection?
    private var chains: [HashChain] = []
    private(set) var anchor = Head.genesis
    /// How far the center had acknowledged; `nil` when that cannot be read.
    private(set) var cursor: Head?

    init(files: JournalFiles, note: RecoveryNote, logger: Logger, onProgress: @escaping @Sendable () -> Void) {
        self.onProgress = onProgress
        self.files = files
        directory = note.place
        identity = note.identity
        cause = note.cause
        self.logger = logger
        open()
        if connection == nil, replaceSchema() { open() }
    }

    /// The cursor as far as it can be believed: it never stands behind the end.
    var acknowledged: Int64 { min(cursor?.sequence ?? 0, survey().head?.sequence ?? 0) }

    /// Whose the rows are: of the kiosk by whose name one proves itself, else of the one that the journal or the file beside it
    /// names. `nil` when nothing tells; then there is nothing that could be carried over under a wrong name.
    static func owner(of database: String, identity: HashChain?, files: JournalFiles) -> KioskID? {
        // Looking makes a log where there is none, and that none is there is what the recovery is about.
        let log = database + "-wal"
        let hadLog = files.exists(log)
        defer { if !hadLog { for end in ["-wal", "-shm"] { try? files.disk.remove(database + end) } } }
        var chains = identity.map { [$0] } ?? []
        var named: HashChain?
        var owner: KioskID?
        if files.disk.isFile(database), let connection = try? Connection(path: database, mode: .readOnly) {
            defer { connection.close() }
            named = chain(connection)
            if let named, !chains.contains(named) { chains.append(named) }
            try? connection.statement(Schema.selectEvents).forEach(.integer(0), .integer(ownerLimit)) { row in
                guard owner == nil, let event = Event(row) else { return }
                owner = chains.first { $0.holds(event) }?.kiosk
            }
        }
        return owner ?? named?.kiosk ?? identity?.kiosk
    }

    /// Whether the journal, or the file beside it, says that it is this kiosk's.
    func names(_ kiosk: KioskID) -> Bool { chains.contains { $0.kiosk == kiosk } }

    /// So many rows are looked at for one that proves itself.
    private static let ownerLimit: Int64 = 10_000

    private static func chain(_ connection: Connection) -> HashChain? {
        guard let kiosk = meta("kiosk", connection).flatMap(KioskID.init),
            let epoch = meta("epoch", connection).flatMap(Epoch.init)
        else { return nil }
        return HashChain(kiosk: kiosk, epoch: epoch)
    }

    private func open() {
        chains = identity.map { [$0] } ?? []
        // A pipe would hold up whoever opens it.
        guard files.disk.isFile(directory + "/journal.db") else { return }
        do {
            let opened = try Connection(path: directory + "/journal.db", mode: .readOnly)
            _ = try opened.statement(Schema.selectEvents)
            connection = opened
        } catch {
            logger.warning("the damaged journal cannot be opened as it is", metadata: ["error": "\(error)"])
            return
        }
        if let named = connection.flatMap(Self.chain), !chains.contains(named) { chains.insert(named, at: 0) }
        anchor = mark("anchor") ?? .genesis
        cursor = mark("cursor")
    }

    private static func meta(_ name: String, _ connection: Connection) -> String? {
        // Unreadable is the same as absent here; the identity file stands in.
        (try? connection.statement("SELECT value FROM meta WHERE name = ?1").first(.text(name)) { $0.text(0) }) ?? nil
    }

    private func mark(_ table: String) -> Head? {
        let found = try? connection?.statement("SELECT seq, hash FROM \(table)").first { row in
            Digest(bytes: row.bytes(1)).map { Head(sequence: row.integer(0), hash: $0) }
        }
        return (found ?? nil) ?? nil
    }

    func survey() -> Survey {
        var survey = Survey()
        survey.chain = chains.first
        var expected: Int64 = 1
        var before = anchor
        var cursorHolds = cursor.map { $0.sequence <= anchor.sequence && $0.hash == anchor.hash } ?? false
        forEachProved { event, chain in
            if event.sequence != before.sequence + 1 || event.previousHash != before.hash || chain != chains.first {
                survey.isWhole = false
            }
            before = Head(sequence: event.sequence, hash: event.hash)
            if before == cursor { cursorHolds = true }
            if survey.good == 0 {
                survey.chain = chain
                expected = beginning(before: event)
            }
            if event.sequence > expected { survey.lost.append(expected...event.sequence - 1) }
            expected = event.sequence + 1
            survey.good += 1
            survey.head = Head(sequence: event.sequence, hash: event.hash)
        }
        if survey.good == 0, anchor.sequence > 0, anchor == cursor {
            // All was acknowledged, and is pruned.
            expected = anchor.sequence + 1
            survey.head = anchor
        }
        // The watermark is our own word about the end; without it the cursor is all there is.
        let known = survey.chain.flatMap { Watermark.read(files, epoch: $0.epoch)?.sequence } ?? cursor?.sequence ?? 0
        if known >= expected { survey.lost.append(expected...known) }
        if !survey.lost.isEmpty || !cursorHolds { survey.isWhole = false }
        return survey
    }

    /// Where the journal began: behind the anchor, if the first row bears the anchor out.
    private func beginning(before first: Event) -> Int64 {
        if first.previousHash == .genesis { return first.sequence }
        if first.previousHash == anchor.hash { return first.sequence }
        return anchor.sequence < first.sequence && anchor.sequence <= cursor?.sequence ?? 0 ? anchor.sequence + 1 : 1
    }

    /// Whether this event of the old journal can be read, proves itself, and tells of `subject`.
    func isProved(_ sequence: Int64, of subject: String) -> Bool {
        var isProved = false
        try? connection?.statement(Schema.selectEvents).forEach(.integer(sequence - 1), .integer(1)) { row in
            guard let event = Event(row), event.sequence == sequence, event.draft.subject == subject else { return }
            isProved = chains.contains { $0.holds(event) }
        }
        return isProved
    }

    func forEachGood(after sequence: Int64, _ body: (Event, HashChain) throws -> Void) throws {
        var failure: (any Error)?
        forEachProved { event, chain in
            guard failure == nil, event.sequence > sequence else { return }
            do { try body(event, chain) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// A row was read. Whoever waits for the point to open hears that it is being worked on.
    func step() {
        rows += 1
        if rows % 1000 == 0 { onProgress() }
        if rows % 100_000 == 0 { logger.notice("the recovery goes on", metadata: ["rows": "\(rows)"]) }
    }

    /// Goes forward over the rows. Where SQLite itself cannot read on, it steps over the damage, from the last row that
    /// proved itself: one row at first, then further and further, so that a damaged page costs little more than its rows.
    private func forEachProved(_ body: (Event, HashChain) -> Void) {
        guard let connection, let statement = try? connection.statement(Schema.selectEvents) else { return }
        var last: Int64 = 0
        var stride: Int64 = 0
        var failures = 0
        while failures < 10_000, stride < 1 << 40 {
            do {
                // No limit: rows come in the order in which they lie, and a damaged number must not send us past others.
                try statement.forEach(.integer(last + stride), .integer(-1)) { row in
                    guard let event = Event(row), event.sequence > last,
                        let chain = chains.first(where: { $0.holds(event) })
                    else { return }
                    last = event.sequence
                    stride = 0
                    step()
                    body(event, chain)
                }
                return
            } catch {
                failures += 1
                stride = stride < 16 ? stride + 1 : stride * 2
            }
        }
    }

    /// Without the pages of its schema SQLite opens nothing, though every other page may be whole. A journal built today has
    /// the same ones but for counters, because the schema is always made in the same order: they are put in place of the
    /// damaged ones, which are kept beside.
    private func replaceSchema() -> Bool {
        let path = directory + "/journal.db"
        let template = directory + "/template.db"
        let size = Self.pageSize
        do {
            let connection = try Connection(path: template)
            defer { connection.close() }
            try connection.execute("PRAGMA page_size = \(Schema.pageBytes); PRAGMA journal_mode = DELETE;")
            try connection.transaction { try Schema.create(in: connection) }
        } catch {
            logger.warning("no template could be made", metadata: ["error": "\(error)"])
            return false
        }
        defer { try? files.disk.remove(template) }
        guard let whole = files.disk.read(template, limit: 1 << 20), whole.count % size == 0, whole.count >= size else {
            return false
        }
        guard files.exists(path), let file = try? files.disk.open(path, .readWrite) else { return false }
        let length = file.size
        // Where not even as many pages are left as an empty journal has, the log may hold the rest: it gets all of them.
        let pages = length < whole.count ? Array(0..<whole.count / size) : Self.schemaPages(of: whole)
        let count = UInt32(clamping: max(length, whole.count) / size)
        for number in pages {
            var page = Array(whole[number * size..<(number + 1) * size])
            if number == 0 {
                for index in 0..<4 { page[28 + index] = UInt8(truncatingIfNeeded: count >> (24 - 8 * UInt32(index))) }
            }
            guard (try? replace(number, of: file, by: page)) != nil else { return false }
        }
        return (try? file.synchronise()) != nil
    }

    private static let pageSize = Int(Schema.pageBytes)

    /// Writes a page, and keeps what was there beside the journal: what lies in quarantine is evidence.
    private func replace(_ number: Int, of file: any DiskFile, by page: [UInt8]) throws(DiskError) {
        let offset = number * Self.pageSize
        let before = try file.read(Self.pageSize, at: offset)
        if !before.isEmpty {
            try files.disk.open(directory + "/page\(number + 1).damaged", .replace).write(before, at: 0)
        }
        try file.write(page, at: offset)
    }

    /// The pages that hold the schema, counted from 0: the first, and those it points to when the schema does not fit there.
    ///
    ///     after the file's header of 100 bytes: kind(1) … cells(2) … rightmost page(4) at 8, cells' places(2 each) at 12
    ///     a cell of an inner page begins with the number of its page (4). All big-endian; kind 05 is an inner page.
    ///
    /// Source: SQLite's file format, section 1.6.
    private static func schemaPages(of file: [UInt8]) -> [Int] {
        func number(_ at: Int, _ length: Int) -> Int {
            file[at..<at + length].reduce(0) { $0 << 8 | Int($1) }
        }
        guard file[100] == 0x05 else { return [0] }
        let cells = (0..<number(103, 2)).map { number(number(112 + 2 * $0, 2), 4) }
        return [0] + (cells + [number(108, 4)]).map { $0 - 1 }.filter { $0 > 0 && ($0 + 1) * pageSize <= file.count }
    }
}
