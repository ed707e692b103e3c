import Board
package import Delivery
package import Domain
package import Logging
import SQLite

/// What the journal's thread works with: the open store, the lock, and how to begin anew.
package final class JournalKeeper {
    package private(set) var store: Store
    private let configuration: Journal.Configuration
    private let files: JournalFiles
    private let logger: Logger
    private var lock: (any DiskFile)?
    private let watermark: Watermark?
    private var recoveries = 0
    /// The files that the open store writes into.
    private var standing: JournalFiles.FileIdentities
    private let space: Space
    /// By when a cursor that moved has to be on disk; `nil` while it is.
    package private(set) var cursorDeadline: Uptime?

    /// Opens the journal, and recovers it where it has to be.
    /// - Throws: `JournalError`, when it belongs to another kiosk or program, is in use, or cannot be written.
    package init(configuration: Journal.Configuration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        files = JournalFiles(directory: configuration.directory, disk: configuration.disk)
        try files.prepareDirectory()
        lock = try files.takeLock()
        try files.setAsideStrangers()
        space = Space(
            files: files, reserve: configuration.reserveBytes, ballast: configuration.ballastBytes,
            uptime: { configuration.now().uptime })
        // Opening needs a little too.
        space.makeRoom()
        watermark = Watermark(files: files)
        let recovery = Recovery(
            files: files, kiosk: configuration.kiosk, bootID: configuration.bootID, random: configuration.random,
            logger: logger, onProgress: configuration.onRecovering, makeRoom: space.makeRoom(forJournalOf:))
        (store, recoveries) = try Self.openOrRecover(recovery, now: configuration.now)
        standing = files.standing
        measureSpace()
    }

    deinit { close() }

    /// What lay there is removed first: for practice, never for what counts.
    package static func empty(configuration: Journal.Configuration, logger: Logger) throws -> JournalKeeper {
        let files = JournalFiles(directory: configuration.directory, disk: configuration.disk)
        try files.prepareDirectory()
        do {
            let lock = try files.takeLock()
            withExtendedLifetime(lock) { files.removeAll() }
            // Let go of here: the journal itself takes it again at once.
        }
        return try JournalKeeper(configuration: configuration, logger: logger)
    }

    /// Lets go of the file and then of the lock, so that the next process finds both.
    /// - Parameter hasFailed: what it wrote may not be on the card.
    package func close(hasFailed: Bool = false) {
        guard lock != nil else { return }
        let isFolded = store.close()
        if isFolded, !hasFailed { watermark?.close() }
        lock = nil
    }

    private static func openOrRecover(_ recovery: Recovery, now: () -> Now) throws -> (Store, Int) {
        try recovery.files.renewLog()
        if recovery.files.exists(recovery.files.rollback), recovery.files.isRegularDatabase {
            // A program before this one was cut short when it gave the file its log. Opening it to write takes that back.
            let connection = try? Connection(path: recovery.files.database)
            _ = try? connection?.text("SELECT count(*) FROM sqlite_schema")
            connection?.close()
        }
        var causes: [Recovery.Cause] = []
        func rebuild(_ cause: Recovery.Cause, _ detail: String) throws {
            causes.append(try recovery.rebuild(cause: cause, detail: detail, now: now()))
        }
        if let resumed = try recovery.resume(now: now()) { causes.append(resumed) }
        if let (cause, detail) = lookBeforeOpening(recovery.files) {
            try rebuild(cause, detail)
        } else if !recovery.files.exists(recovery.files.database) {
            try recovery.createEmpty()
        }
        let store: Store
        do {
            store = try open(recovery)
        } catch let error as OtherForm {
            try rebuild(error.format < Schema.version ? .upgraded : .newerForm, "\(error)")
            store = try open(recovery)
        } catch let error where isDamage(error) {
            try rebuild(.damaged, "\(error)")
            store = try open(recovery)
        }
        // An upgrade is no loss, also if it was cut short.
        return (store, causes.count { $0 != .upgraded })
    }

    /// Written by an older or a newer program.
    private struct OtherForm: Error, CustomStringConvertible {
        let format: Int64
        var description: String { "the journal has format \(format), this program's is \(Schema.version)" }
    }

    /// What can be seen of the files as files; SQLite would take some of it for normal.
    private static func lookBeforeOpening(_ files: JournalFiles) -> (Recovery.Cause, String)? {
        guard files.exists(files.database) else {
            // A log that was made for a journal that never got its name holds nothing.
            let wasThere = files.recordedIdentity != nil || WriteAheadLog.length(at: files.log, on: files.disk) > 32
            return wasThere ? (.damaged, "the database file is gone") : nil
        }
        guard files.isRegularDatabase else { return (.damaged, "the database is no file") }
        guard !files.exists(files.log) || files.disk.isFile(files.log) else {
            return (.damaged, "the write-ahead log is no file")
        }
        if files.headerNamesLog, !files.exists(files.log) {
            // A power cut in the first moments of a journal leaves the same picture, with nothing in it yet. And so does somebody
            // who looked into a journal that was closed with another program, which folds the log into it and deletes it.
            let isWhole = files.recordedIdentity.map { identity in
                Watermark.read(files, epoch: identity.epoch) == nil || Watermark.isClosed(files, epoch: identity.epoch)
            }
            return isWhole ?? true ? nil : (.logMissing, "the write-ahead log is gone")
        }
        return WriteAheadLog.damage(at: files.log, on: files.disk).map { (.damaged, $0) }
    }

    private static func open(_ recovery: Recovery) throws -> Store {
        let files = recovery.files
        let chain: HashChain
        do {
            // A look before the store is opened for good: whose is it, and of which format?
            let connection = try Connection(path: files.database, mode: .readOnly)
            try connection.keepWAL()
            let version = try connection.statement("PRAGMA user_version").first { $0.integer(0) } ?? 0
            func meta(_ name: String) throws -> String? {
                try connection.statement("SELECT value FROM meta WHERE name = ?1").first(.text(name)) { $0.text(0) }
            }
            // Two places must agree that a newer program wrote it; one alone is damage.
            if version > Schema.version, let format = try meta("format").flatMap({ Int64($0) }), format > Schema.version
            {
                throw OtherForm(format: format)
            }
            // Here too both places must agree.
            if version < Schema.version, version >= 1, try meta("format") == String(version) {
                throw OtherForm(format: version)
            }
            guard version == Schema.version, let kiosk = try meta("kiosk").flatMap(KioskID.init),
                let epoch = try meta("epoch").flatMap(Epoch.init)
            else { throw Damage("its format, kiosk or epoch is unreadable") }
            chain = HashChain(kiosk: kiosk, epoch: epoch)
        }
        // Before anything of it is changed. The name alone may be damaged: the rows tell whose they are.
        if chain.kiosk != recovery.kiosk {
            try recovery.requireOwn(
                Salvage.owner(of: files.database, identity: files.recordedIdentity, files: files))
            throw Damage("it names \(chain.kiosk), and its events are this kiosk's")
        }
        let store = try Store(path: files.database, chain: chain)
        // Only now: beside a database that does not name it yet, SQLite would take it for its log and never say so in the file.
        try files.makeLog()
        try store.checkTail(length: Journal.tailLength)
        if let mark = Watermark.read(files, epoch: chain.epoch) { try store.checkEnd(against: mark) }
        // The log's name must be on the card before anything is told as saved.
        try files.synchronise(files.directory)
        // From here on the end may move.
        try Watermark.open(files, epoch: chain.epoch)
        if files.recordedIdentity != chain { try files.write("\(chain.kiosk) \(chain.epoch)\n", to: files.identity) }
        return store
    }

    /// What a new journal can mend; everything else (no space, no permission, a failed write) it cannot.
    private static func isDamage(_ error: any Error) -> Bool {
        if error is Damage { return true }
        guard let error = error as? SQLiteError else { return false }
        // Our own statements break no rule of the schema and write only where we may: if they seem to, the file is wrong.
        return error.isCorruption || error.isWrongSchema || error.isConstraint || error.isReadOnly
    }

    package var state: Journal.State {
        Journal.State(
            epoch: store.chain.epoch, head: store.head, acknowledged: store.acknowledged.sequence,
            pruned: store.anchor, freeBytes: space.freeBytes, hasRoom: space.hasRoom, recoveries: recoveries)
    }

    /// Does all that waits: what is to be recorded in one transaction first, then the questions. Each is answered when its
    /// answer holds, and leaves `jobs`; when this throws, those that are left have no answer, and nothing more may be asked.
    package func work(_ jobs: inout [Job], at now: Uptime, publish: (Journal.State) -> Void) throws {
        let cursorIsDue = jobs.contains(where: \.isClose) || cursorDeadline.map { $0 <= now } ?? false
        let answers = try record(jobs, cursorIsDue: cursorIsDue)
        publish(state)
        for answer in answers { answer() }
        jobs.removeAll(where: \.isRecording)
        while let job = jobs.first {
            let tell = try answer(job)
            jobs.removeFirst()
            // Whoever gets an answer finds it in `state` too.
            publish(state)
            tell()
        }
        // On a full disk it stays where it is: that is tried again after a while, and not over and over.
        let isAhead = cursorDeadline.map { $0 > now } ?? false
        if !store.cursorIsStale || !isAhead {
            cursorDeadline = store.cursorIsStale ? now + Journal.cursorDelayMilliseconds : nil
        }
    }

    /// Runs the recordings in one transaction. The answers are given by the caller after this returns, which is after
    /// the COMMIT.
    func record(_ jobs: [Job], cursorIsDue: Bool) throws -> [Job.Tell] {
        let recordings = jobs.filter(\.isRecording)
        guard !recordings.isEmpty || (cursorIsDue && store.cursorIsStale) else { return [] }
        measureSpace()
        // Before as well: the commit makes a log that was cut long again.
        try checkNames()
        do {
            let answers = try store.transaction {
                let before = store.changes
                let transaction = Transaction(store: store, space: space, reserveBytes: configuration.reserveBytes)
                // An old cursor does no harm; it is not what the last of the space is for.
                if store.cursorIsStale, !space.isTight { try store.writeCursor() }
                let answers = try recordings.compactMap { job in
                    if case .recording(let run, _) = job { try run(transaction) } else { nil }
                }
                if store.changes != before { space.makeRoom() }
                return answers
            }
            try checkNames()
            watermark?.write(store.chain.epoch, store.head)
            return try emptyLog() ? answers : recordings.map { job in { job.refuse(.replaced) } }
        } catch let error where Self.isDamage(error) {
            // Nothing of this group was saved; its callers are told so, and the point stays open.
            try rebuild(cause: .damaged, detail: "\(error)")
            return recordings.map { job in { job.refuse(.replaced) } }
        }
    }

    /// What was recorded is saved by now: when the log is found damaged after that, who recorded it must not be told otherwise.
    /// - Returns: `false` when the damage has taken it all the same.
    private func emptyLog() throws -> Bool {
        guard store.logIsToBeEmptied else { return true }
        let last = try store.event(store.head.sequence)?.draft.id
        do {
            try store.emptyLog()
            try files.overwriteLog()
            return true
        } catch let error where Self.isDamage(error) {
            try rebuild(cause: .damaged, detail: "\(error)")
            return try last == nil || store.event(store.head.sequence)?.draft.id == last
        }
    }

    /// SQLite goes on writing into files that have lost their names, and what lies in those is gone with this process.
    private func checkNames() throws(JournalError) {
        let now = files.standing
        guard now.follows(standing) else {
            throw .failed(
                "\(files.database) or its log was deleted, moved or cut by another program; leave \(files.directory) to kioskd"
            )
        }
        standing = now
    }

    /// Works out the answer to a question; outside of any transaction.
    func answer(_ job: Job) throws -> Job.Tell {
        guard case .question(let run, let refuse) = job else { return {} }
        do {
            return try run(self)
        } catch let error where Self.isDamage(error) {
            try rebuild(cause: .damaged, detail: "\(error)")
            return { refuse(.replaced) }
        }
    }

    /// The events after `sequence`, each checked against its hash, and whose they are.
    package func page(after sequence: Int64, limit: Int) throws -> EventPage {
        EventPage(epoch: store.chain.epoch, events: try store.events(after: sequence, limit: limit))
    }

    /// Takes the center's word for `mark`, if its hash is our own.
    package func acknowledge(_ mark: Head, of epoch: Epoch) throws -> CursorMove {
        store.chain.epoch == epoch ? try store.acknowledge(mark) : .unchanged
    }

    func oldestPending() throws -> Event? { try store.events(after: store.acknowledged.sequence, limit: 1).first }

    /// Puts the journal aside and begins another from what of it can be proved.
    /// - Parameter detail: for the log and the event that tells of it.
    /// - Throws: `JournalError`, when the disk does not take the new one; the old one stays as it is.
    package func rebuild(cause: Recovery.Cause, detail: String) throws {
        // Closing moves the log into the database, which may grow by it.
        space.makeRoom()
        store.close()
        let recovery = Recovery(
            files: files, kiosk: configuration.kiosk, bootID: configuration.bootID, random: configuration.random,
            logger: logger, onProgress: configuration.onRecovering, makeRoom: space.makeRoom(forJournalOf:))
        try recovery.rebuild(cause: cause, detail: detail, now: configuration.now())
        store = try Self.open(recovery)
        standing = files.standing
        recoveries += 1
    }

    func measureSpace() { space.measure(emptyBytes: (try? store.emptyBytes()) ?? 0) }
}
