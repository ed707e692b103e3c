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
        /// An older program wrote it; its events go on in a journal of today's form.
        case upgraded
        /// A newer program wrote it: somebody put the older one back.
        case newerForm = "newer-form"
    }

    /// So many ranges of lost events are named; of more only how many they are. The event is one message, whatever a card did.
    static let mostLostRanges = 100

    func createEmpty() throws {
        var generator = random
        try build(chain: HashChain(kiosk: kiosk, epoch: .random(using: &generator))) { _ in }
    }

    /// - Returns: what befell it in the end: an older form that is not whole either is damaged.
    /// - Throws: `JournalError.otherKiosk`, before anything was moved, when the rows are another kiosk's.
    @discardableResult func rebuild(cause: Cause, detail: String, now: Now) throws -> Cause {
        let identity = files.recordedIdentity
        try requireOwn(Salvage.owner(of: files.database, identity: identity, files: files))
        makeRoom(files.journalBytes(in: files.directory))
        let place = try files.makeQuarantine()
        let note = RecoveryNote(
            place: place, phase: .moving, cause: cause, detail: String(detail.prefix(200)),
            identity: identity)
        try note.write(files)
        logger.log(
            level: cause == .upgraded ? .notice : .error, words(for: cause),
            metadata: ["cause": "\(cause.rawValue)", "detail": "\(detail)", "moved-to": "\(place)"])
        return try proceed(note, now: now)
    }

    private func words(for cause: Cause) -> Logger.Message {
        switch cause {
        case .upgraded: "the journal is of an older form; it goes on in one of today's, and the old file is kept aside"
        case .newerForm:
            """
            a newer program wrote the journal: it is moved aside, and what this one can read of it begins a new epoch; install \
            the newer program again
            """
        case .forked, .rolledBack:
            "the center knows another story of this journal: it is moved aside, and a new epoch begun"
        case .damaged, .logMissing: "the journal is damaged; it is moved aside and what can be read is salvaged"
        }
    }

    /// What another kiosk recorded is never signed with our name: the center would count it twice.
    func requireOwn(_ owner: KioskID?) throws(JournalError) {
        guard let owner, owner != kiosk else { return }
        throw .otherKiosk(journal: owner.text, settings: kiosk.text)
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
        if note.phase == .moving {
            let database = files.exists(files.database) ? files.database : note.place + "/journal.db"
            try requireOwn(Salvage.owner(of: database, identity: note.identity, files: files))
        }
        makeRoom(files.journalBytes(in: note.place) + files.journalBytes(in: files.directory))
        return try proceed(note, now: now)
    }

    private func proceed(_ note: RecoveryNote, now: Now) throws -> Cause {
        var note = note
        if note.phase == .moving {
            try files.move(to: note.place)
            note.phase = .moved
            try note.write(files)
        }
        // After the move, whatever lies in the journal's place is the new one, put there whole.
        var cause = note.cause
        if !files.exists(files.database) { cause = try salvage(note, now: now) }
        try? files.disk.remove(files.recovering)
        try files.synchronise(files.directory)
        files.pruneQuarantine()
        return cause
    }

    private func salvage(_ note: RecoveryNote, now: Now) throws -> Cause {
        do {
            return try salvage(note, from: 0, now: now)
        } catch let error as SQLiteError where error.isFull {
            // No room for all: what the center has can be left in quarantine, what it has not must come along.
            let acknowledged = Salvage(files: files, note: note, logger: logger, onProgress: onProgress).acknowledged
            logger.warning("too little space; only unacknowledged events are carried over")
            return try salvage(note, from: acknowledged, now: now)
        }
    }

    private func salvage(_ note: RecoveryNote, from first: Int64, now: Now) throws -> Cause {
        var note = note
        let source = Salvage(files: files, note: note, logger: logger, onProgress: onProgress)
        let survey = source.survey()
        try requireOwn(survey.head == nil ? nil : survey.chain?.kiosk)
        if note.cause == .upgraded {
            if survey.isWhole, let chain = survey.chain, let cursor = source.cursor, survey.head != nil {
                try goOn(chain, from: max(first, source.anchor.sequence), cursor, survey, source, note, now: now)
                return .upgraded
            }
            note.cause = survey.head == nil && survey.lost.isEmpty ? .upgraded : .damaged
        }
        // What the rows add up to bears nobody's name: without a row that does, it may be another kiosk's.
        let isOurs = survey.head != nil || source.names(kiosk)
        var generator = random
        let chain = HashChain(kiosk: kiosk, epoch: .random(using: &generator))
        try build(chain: chain) { store in
            _ = try store.record(report(survey, note, now, &generator))
            if isOurs { source.carryOverDocuments(to: store.connection) }
            source.carryOverOlderPayments(to: store.connection, after: first)
            var moved = MovedRecords()
            func write(_ data: JSON) throws { _ = try store.record(movedDraft(data, now: now, &generator)) }
            try source.forEachGood(after: first) { event, old in
                _ = try store.record(event.draft)
                try moved.note(event, of: old.epoch, write: write)
            }
            try moved.finish(write)
            if isOurs { source.carryOverState(to: store.connection, after: first) }
        }
        logger.notice(
            "a new journal was begun",
            metadata: [
                "epoch": "\(chain.epoch)", "salvaged": "\(survey.good)", "lost-events": "\(survey.lostEvents)",
                "lost": "\(survey.lost.prefix(10).map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " "))",
            ])
        return note.cause
    }

    /// A journal of an older form that is whole goes on under the same name: nothing that was acknowledged is sent again, and every
    /// paper still proves itself. Only what its events add up to is worked out anew.
    private func goOn(
        _ chain: HashChain, from first: Int64, _ cursor: Head, _ survey: Salvage.Survey, _ source: Salvage,
        _ note: RecoveryNote, now: Now
    ) throws {
        var generator = random
        let anchor = first == source.anchor.sequence ? source.anchor : cursor
        try build(chain: chain) { store in
            try store.begin(anchor: anchor, cursor: cursor)
            source.carryOverDocuments(to: store.connection)
            source.carryOverOlderPayments(to: store.connection, after: first)
            try source.forEachGood(after: first) { event, _ in try store.insert(event) }
            source.carryOverState(to: store.connection, after: first)
            _ = try store.record(report(survey, note, now, &generator))
        }
        logger.notice(
            "the journal goes on in today's form",
            metadata: ["epoch": "\(chain.epoch)", "through": "\(survey.head?.sequence ?? 0)"])
    }

    private func report(_ survey: Salvage.Survey, _ note: RecoveryNote, _ now: Now, _ generator: inout Entropy)
        -> EventDraft
    {
        let data: JSON = .members([
            "cause": .string(note.cause.rawValue), "detail": .string(note.detail),
            "quarantine": .string(note.place.split(separator: "/").suffix(2).joined(separator: "/")),
            "salvaged": .integer(survey.good), "oldepoch": survey.chain.map { .string($0.epoch.text) },
            "oldhead": survey.head.map { ["sequence": .integer($0.sequence), "hash": .string($0.hash.description)] },
            "lost": .array(
                survey.lost.prefix(Self.mostLostRanges).map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
            "lostranges": .integer(Int64(survey.lost.count)), "lostevents": .integer(survey.lostEvents),
            // What lay behind the last readable event cannot be counted from here; the center may know it.
            "mayhavelostmore": .boolean(note.cause == .logMissing || note.cause == .damaged),
        ])
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: .journalRecovered, subject: nil, now: now, bootID: bootID,
            actor: nil, data: data.canonical)
    }

    private func movedDraft(_ data: JSON, now: Now, _ generator: inout Entropy) -> EventDraft {
        EventDraft(
            id: .make(at: now.wall, using: &generator), type: .journalMoved, subject: nil, now: now, bootID: bootID,
            actor: nil, data: data.canonical)
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
            // Before it bears its name: a power cut while an open journal turns to a log leaves a rollback journal beside it.
            guard try connection.text("PRAGMA journal_mode = WAL") == "wal" else {
                throw JournalError.failed("SQLite did not accept a write-ahead log")
            }
        } catch {
            files.removeDraft()
            throw error
        }
        // And not without its log, whose absence would be a loss.
        try files.makeLog()
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
            try insert(event)
            return event
        }

        /// Takes an event as it stands.
        func insert(_ event: Event) throws {
            try writer.insert(event)
            head = Head(sequence: event.sequence, hash: event.hash)
        }

        /// Sets out behind events that are not carried over.
        func begin(anchor: Head, cursor: Head) throws {
            for (table, mark) in [("cursor", cursor), ("anchor", anchor)] where mark.sequence > 0 {
                try connection.statement("UPDATE \(table) SET seq = ?1, hash = ?2").run(
                    .integer(mark.sequence), .blob(mark.hash.bytes))
            }
            head = anchor
        }
    }
}
