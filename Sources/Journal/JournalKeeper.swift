import Board
import Domain
import Glibc
import Logging
import SQLite

/// What the journal's thread works with: the open store, the lock, and how to begin anew.
final class JournalKeeper {
    private(set) var store: Store
    private let configuration: Journal.Configuration
    private let files: JournalFiles
    private let logger: Logger
    private var lock: Int32
    private var recoveries = 0
    private var freeBytes: Int64 = .max

    init(configuration: Journal.Configuration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        files = JournalFiles(directory: configuration.directory)
        try files.prepareDirectory()
        lock = try files.takeLock()
        do {
            let recovery = Recovery(
                files: files, kiosk: configuration.kiosk, bootID: configuration.bootID, logger: logger)
            (store, recoveries) = try Self.openOrRecover(recovery, now: configuration.now)
        } catch {
            Glibc.close(lock)
            throw error
        }
        measureSpace()
    }

    deinit { close() }

    /// Lets go of the file and then of the lock, so that the next process finds both.
    func close() {
        guard lock >= 0 else { return }
        store.close()
        Glibc.close(lock)
        lock = -1
    }

    private static func openOrRecover(_ recovery: Recovery, now: () -> Now) throws -> (Store, Int) {
        let files = recovery.files
        var recoveries = 0
        if !files.exists(files.database) {
            if files.exists(files.log) || files.recordedIdentity != nil {
                try recovery.rebuild(cause: .damaged, detail: "the database file is gone", now: now())
                recoveries += 1
            } else {
                try recovery.createEmpty()
            }
        } else if files.headerNamesLog, !files.exists(files.log) {
            try recovery.rebuild(cause: .logMissing, detail: "the write-ahead log is gone", now: now())
            recoveries += 1
        }
        do {
            return (try open(recovery), recoveries)
        } catch let error where isDamage(error) {
            try recovery.rebuild(cause: .damaged, detail: "\(error)", now: now())
            return (try open(recovery), recoveries + 1)
        }
    }

    private static func open(_ recovery: Recovery) throws -> Store {
        let files = recovery.files
        let chain: HashChain
        do {
            // A look before the store is opened for good: whose is it, and of which format?
            let connection = try Connection(path: files.database)
            try connection.keepWAL()
            let version = try connection.statement("PRAGMA user_version").first { $0.integer(0) } ?? 0
            guard version <= Schema.version else {
                throw JournalError.newerSchema(found: version, known: Schema.version)
            }
            func meta(_ name: String) throws -> String? {
                try connection.statement("SELECT value FROM meta WHERE name = ?1").first(.text(name)) { $0.text(0) }
            }
            guard version == Schema.version, let kiosk = try meta("kiosk").flatMap(KioskID.init),
                let epoch = try meta("epoch").flatMap(Epoch.init)
            else { throw Damage("its format, kiosk or epoch is unreadable") }
            chain = HashChain(kiosk: kiosk, epoch: epoch)
        }
        let store = try Store(path: files.database, chain: chain)
        try store.checkTail(length: Journal.tailLength)
        // Only a whole journal can be believed about whose it is.
        guard chain.kiosk == recovery.kiosk else {
            throw JournalError.otherKiosk(journal: chain.kiosk.text, settings: recovery.kiosk.text)
        }
        if files.recordedIdentity != chain { try files.write("\(chain.kiosk) \(chain.epoch)\n", to: files.identity) }
        return store
    }

    /// What a new journal can mend; everything else (no space, no permission, a failed write) it cannot.
    private static func isDamage(_ error: any Error) -> Bool {
        if error is Damage { return true }
        guard let error = error as? SQLiteError else { return false }
        return error.isCorruption || error.isWrongSchema
    }

    var state: Journal.State {
        Journal.State(
            epoch: store.chain.epoch, head: store.head, acknowledged: store.acknowledged.sequence,
            pruned: store.anchor, freeBytes: freeBytes, recoveries: recoveries)
    }

    /// Runs the recordings in one transaction. The answers are given by the caller after this returns, which is after
    /// the COMMIT.
    func record(_ jobs: [Job], cursorIsDue: Bool) throws -> [Job.Tell] {
        let recordings = jobs.filter(\.isRecording)
        guard !recordings.isEmpty || (cursorIsDue && store.cursorIsStale) else { return [] }
        measureSpace()
        do {
            return try store.transaction {
                let transaction = Transaction(
                    store: store, freeBytes: freeBytes, reserveBytes: configuration.reserveBytes)
                if store.cursorIsStale { try store.writeCursor() }
                return try recordings.compactMap { job in
                    if case .recording(let run, _) = job { try run(transaction) } else { nil }
                }
            }
        } catch let error where Self.isDamage(error) {
            // Nothing of this group was saved; its callers are told so, and the point stays open.
            try rebuild(cause: .damaged, detail: "\(error)")
            return recordings.map { job in { job.refuse(.replaced) } }
        }
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

    func oldestPending() throws -> Event? { try store.events(after: store.acknowledged.sequence, limit: 1).first }

    func rebuild(cause: Recovery.Cause, detail: String) throws {
        store.close()
        let recovery = Recovery(files: files, kiosk: configuration.kiosk, bootID: configuration.bootID, logger: logger)
        try recovery.rebuild(cause: cause, detail: detail, now: configuration.now())
        store = try Self.open(recovery)
        recoveries += 1
    }

    private func measureSpace() {
        freeBytes = BoardState.freeBytes(at: files.directory) ?? freeBytes
    }
}
