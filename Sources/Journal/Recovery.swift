import Board
import Domain
import Logging
import SQLite

/// Building journals: an empty one at first, and a new one out of what can be read of a damaged one.
///
/// The damaged files are moved aside. Every row that can be read and proves itself by its hash goes into a new epoch in its
/// old order and keeps its id, by which the center knows what it has already. The first event of the new epoch names the old
/// head and the ranges that are gone.
///
/// A recovery may itself be cut short, anywhere. A note says from where it draws; the next start goes on with it, and the
/// note is removed only when the new journal is in place.
package struct Recovery {
    let files: JournalFiles
    let kiosk: KioskID
    let bootID: String
    let random: Entropy
    let logger: Logger
    let onProgress: @Sendable () -> Void
    /// A new journal needs about so many bytes beside the old one.
    let makeRoom: (Int64) -> Void

    /// What befell the old journal; its words go into the event.
    package enum Cause: String, Sendable, CaseIterable {
        case damaged
        case logMissing = "log-missing"
        /// The center holds more of this epoch than we do: an older copy was put back.
        case rolledBack = "rolled-back"
        /// The center holds another event in this place of this epoch.
        case forked
        /// An older program wrote it; its events go into a journal of today's form.
        case upgraded
    }

    func createEmpty() throws {
        var generator = random
        try build(chain: HashChain(kiosk: kiosk, epoch: .random(using: &generator))) { _ in }
    }

    func rebuild(cause: Cause, detail: String, now: Now) throws {
        makeRoom(files.journalBytes(in: files.directory))
        let place = try files.makeQuarantine()
        let note = RecoveryNote(
            place: place, phase: .moving, cause: cause, detail: String(detail.prefix(200)),
            identity: files.recordedIdentity)
        try note.write(files)
        logger.log(
            level: cause == .upgraded ? .notice : .error,
            cause == .upgraded
                ? "the journal is of an older form; its events are carried over into a new one"
                : "the journal is damaged; it is moved aside and what can be read is salvaged",
            metadata: ["cause": "\(cause.rawValue)", "detail": "\(detail)", "moved-to": "\(place)"])
        try proceed(note, now: now)
    }

    /// Goes on with a recovery that was cut short, if there is one; says why it had begun.
    func resume(now: Now) throws -> Cause? {
        guard files.exists(files.recovering) else { return nil }
        guard let note = RecoveryNote(files) else {
            // The note is written in one piece, so this is damage too; what was moved lies in quarantine for a person.
            logger.error("the note of an unfinished recovery is unreadable; the journal is taken as it is")
            try? files.disk.remove(files.recovering)
            return nil
        }
        logger.warning("going on with an unfinished recovery", metadata: ["from": "\(note.place)"])
        makeRoom(files.journalBytes(in: note.place) + files.journalBytes(in: files.directory))
        try proceed(note, now: now)
        return note.cause
    }

    private func proceed(_ note: RecoveryNote, now: Now) throws {
        var note = note
        if note.phase == .moving {
            try files.move(to: note.place)
            note.phase = .moved
            try note.write(files)
        }
        // After the move, whatever lies in the journal's place is the new one, put there whole.
        if !files.exists(files.database) { try salvage(note, now: now) }
        try? files.disk.remove(files.recovering)
        try files.synchronise(files.directory)
    }

    private func salvage(_ note: RecoveryNote, now: Now) throws {
        do {
            try salvage(note, from: 0, now: now)
        } catch let error as SQLiteError where error.isFull {
            // No room for all: what the center has can be left in quarantine, what it has not must come along.
            let acknowledged = Salvage(files: files, note: note, logger: logger, onProgress: onProgress).acknowledged
            logger.warning("too little space; only unacknowledged events are carried over")
            try salvage(note, from: acknowledged, now: now)
        }
    }

    private func salvage(_ note: RecoveryNote, from first: Int64, now: Now) throws {
        var generator = random
        let chain = HashChain(kiosk: kiosk, epoch: .random(using: &generator))
        let source = Salvage(files: files, note: note, logger: logger, onProgress: onProgress)
        let survey = source.survey()
        let name = note.place.split(separator: "/").suffix(2).joined(separator: "/")
        let data: JSON = .members([
            "cause": .string(note.cause.rawValue), "detail": .string(note.detail), "quarantine": .string(name),
            "salvaged": .integer(survey.good), "oldepoch": survey.chain.map { .string($0.epoch.text) },
            "oldhead": survey.head.map { ["sequence": .integer($0.sequence), "hash": .string($0.hash.description)] },
            "lost": .array(survey.lost.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
            // What lay behind the last readable event cannot be counted from here; the center may know it.
            "mayhavelostmore": .boolean(note.cause == .logMissing || note.cause == .damaged),
        ])
        let recovered = EventDraft(
            id: .make(at: now.wall, using: &generator), type: .journalRecovered, subject: nil, now: now, bootID: bootID,
            actor: nil, data: data.canonical)
        try build(chain: chain) { store in
            _ = try store.record(recovered)
            source.carryOverDocuments(to: store.connection)
            try source.forEachGood(after: first) { draft in _ = try store.record(draft) }
            source.carryOverState(to: store.connection, after: first)
        }
        logger.notice(
            "a new journal was begun",
            metadata: [
                "epoch": "\(chain.epoch)", "salvaged": "\(survey.good)",
                "lost": "\(survey.lost.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " "))",
            ])
    }

    /// Builds a whole journal beside the place where it will lie, and puts it there in one step. It has no write-ahead
    /// log yet, and its header says so.
    private func build(chain: HashChain, _ fill: (Builder) throws -> Void) throws {
        files.removeDraft()
        do {
            let connection = try Connection(path: files.draft)
            defer { connection.close() }
            try connection.execute(
                "PRAGMA page_size = \(Schema.pageBytes); PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")
            let builder = Builder(connection: connection, chain: chain)
            try connection.transaction {
                try Schema.create(in: connection)
                let meta = try connection.statement("INSERT INTO meta VALUES (?1, ?2)")
                try meta.run(.text("kiosk"), .text(chain.kiosk.text))
                try meta.run(.text("epoch"), .text(chain.epoch.text))
                try meta.run(.text("format"), .text(String(Schema.version)))
                try fill(builder)
            }
        } catch {
            files.removeDraft()
            throw error
        }
        try files.install(kiosk: chain.kiosk, epoch: chain.epoch)
    }

    /// Appends to a journal being built.
    final class Builder {
        let connection: Connection
        private let writer: EventWriter
        private let chain: HashChain
        private var head = Head.genesis

        init(connection: Connection, chain: HashChain) {
            self.connection = connection
            writer = EventWriter(connection: connection)
            self.chain = chain
        }

        func record(_ draft: EventDraft) throws -> Event {
            let event = chain.append(draft, after: head)
            try writer.insert(event)
            head = Head(sequence: event.sequence, hash: event.hash)
            return event
        }
    }
}
