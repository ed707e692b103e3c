import Board
import Domain
import Glibc

/// Where the journal lies on the file system, and the few things done to its files as files.
struct JournalFiles: Sendable {
    let directory: String
    let disk: any Disk

    init(directory: String, disk: any Disk = BoardDisk()) {
        self.directory = directory
        self.disk = disk
    }

    var database: String { directory + "/journal.db" }
    var log: String { directory + "/journal.db-wal" }
    /// Of a change that was under way while the file had no log yet: SQLite takes it back when the file is opened for writing.
    var rollback: String { directory + "/journal.db-journal" }
    var sharedMemory: String { directory + "/journal.db-shm" }
    /// A journal being built; renamed into place when it is whole.
    var draft: String { directory + "/journal.new" }
    /// Kiosk and epoch once more, outside the database: without the epoch no row can prove itself.
    var identity: String { directory + "/journal.id" }
    /// The last event that was told as saved, outside the database: it can be old, never too new.
    var watermark: String { directory + "/journal.head" }
    /// Says that a recovery is under way, and from where; it outlives a power cut.
    var recovering: String { directory + "/journal.recovering" }
    var lock: String { directory + "/journal.lock" }
    /// Holds nothing; see `Space`.
    var ballast: String { directory + "/ballast" }

    func exists(_ path: String) -> Bool { disk.exists(path) }

    /// Which files bear the names of the database and its log.
    struct FileIdentities: Hashable, Sendable {
        var database: DiskIdentity?
        var log: DiskIdentity?

        /// Whether these are still the files of before. Nobody but SQLite shortens the log, and never below what it keeps.
        func follows(_ before: FileIdentities) -> Bool {
            guard let database, let log, let old = before.database, let oldLog = before.log else { return false }
            return (database.device, database.inode) == (old.device, old.inode)
                && (log.device, log.inode) == (oldLog.device, oldLog.inode)
                && log.size >= min(oldLog.size, Schema.logBytes)
        }
    }

    var standing: FileIdentities { FileIdentities(database: disk.identity(database), log: disk.identity(log)) }

    func prepareDirectory() throws(JournalError) { try makeDirectory(directory) }

    /// Removes a journal that nobody needs, with all that belongs to it.
    func removeAll() {
        removeDraft()
        for path in [database, rollback, log, sharedMemory, identity, watermark, recovering] { try? disk.remove(path) }
    }

    /// Only whoever holds the lock may do this: the draft may be another process's, in the making.
    func removeDraft() {
        for leftover in ["", "-journal", "-wal", "-shm"] { try? disk.remove(draft + leftover) }
    }

    func makeDirectory(_ path: String) throws(JournalError) {
        var prefix = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            prefix += prefix.isEmpty && part.isEmpty ? "/" : prefix.hasSuffix("/") || prefix.isEmpty ? part : "/" + part
            do throws(DiskError) {
                try disk.makeDirectory(prefix)
            } catch {
                guard error.code == EEXIST || error.code == EISDIR || exists(prefix) else {
                    throw failure(path, "making the directory", error)
                }
            }
        }
    }

    /// Takes the lock for as long as the returned file stays open; the kernel drops it with the process.
    func takeLock() throws(JournalError) -> any DiskFile {
        let file: any DiskFile
        do throws(DiskError) {
            do throws(DiskError) {
                file = try disk.open(lock, .readWrite)
            } catch {
                // A folder or a link is in its place: nobody can hold such a lock.
                guard [EISDIR, EINVAL, ELOOP, ENXIO].contains(error.code) else { throw error }
                try setAside("journal.lock")
                file = try disk.open(lock, .readWrite)
            }
        } catch {
            throw failure(lock, "opening the lock file", error)
        }
        do throws(DiskError) {
            try file.lock()
        } catch {
            let holder = (try? file.read(32, at: 0)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let process = holder.filter(\.isNumber)
            throw .inUse(directory: directory, by: process.isEmpty ? "another process" : "process \(process)")
        }
        // Only for people: the lock itself is the kernel's.
        try? file.truncate(to: 0)
        try? file.write(Array("\(getpid())\n".utf8), at: 0)
        return file
    }

    /// Moves out of the way what is no file and has the name of one that is written here. It is kept, because somebody put it there.
    /// Only whoever holds the lock may do this.
    func setAsideStrangers() throws(JournalError) {
        let ours =
            [identity, watermark, recovering].flatMap { [$0, $0 + ".new"] } + [draft, ballast]
            + ["-journal", "-wal", "-shm"].map { draft + $0 }
        let standing = Set(disk.names(in: directory))
        for path in ours {
            let name = String(path.dropFirst(directory.count + 1))
            guard standing.contains(name), !disk.isFile(path) else { continue }
            do throws(DiskError) { try setAside(name) } catch { throw failure(path, "moving it out of the way", error) }
        }
    }

    private func setAside(_ name: String) throws(DiskError) {
        let standing = Set(disk.names(in: directory))
        let free = (1...).lazy.map { "\(name).other-\($0)" }.first { !standing.contains($0) }
        try disk.rename("\(directory)/\(name)", to: "\(directory)/\(free ?? name + ".other")")
    }

    /// Whether the database says that a write-ahead log belongs to it. A file that we just built says that none does.
    var headerNamesLog: Bool {
        guard let header = disk.read(database, limit: 20), header.count == 20 else { return false }
        return header[18] == 2 || header[19] == 2
    }

    /// Puts a finished draft in the journal's place, durably. The identity follows: a journal can name itself, but an
    /// identity without its journal would look like a loss.
    func install(kiosk: KioskID, epoch: Epoch) throws(JournalError) {
        do throws(DiskError) {
            try disk.rename(draft, to: database)
        } catch {
            throw failure(database, "putting the new journal in place", error)
        }
        try synchronise(directory)
        try write("\(kiosk) \(epoch)\n", to: identity)
    }

    var recordedIdentity: HashChain? {
        guard let bytes = disk.read(identity, limit: 128) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let kiosk = KioskID(String(words[0])), let epoch = Epoch(String(words[1])) else {
            return nil
        }
        return HashChain(kiosk: kiosk, epoch: epoch)
    }

    /// A new directory for damaged files. Whatever stands in the way of the usual place must not keep the point closed.
    func makeQuarantine() throws(JournalError) -> String {
        var refusal: JournalError?
        for base in [directory + "/quarantine", directory + "/quarantine-2", directory] {
            do {
                try makeDirectory(base)
            } catch {
                refusal = error
                continue
            }
            let prefix = base == directory ? base + "/damaged-" : base + "/"
            // Counted on, so that the oldest has the smallest number.
            let first = (disk.names(in: base).compactMap { Int($0.drop { !$0.isNumber }) }.max() ?? 0) + 1
            for number in first..<first + 1000 {
                do throws(DiskError) {
                    try disk.makeDirectory(prefix + String(number))
                    return prefix + String(number)
                } catch {
                    if error.code == EEXIST { continue }
                    refusal = failure(prefix + String(number), "making a quarantine directory", error)
                    break
                }
            }
        }
        throw refusal ?? failure(directory, "making a quarantine directory", DiskError(code: EEXIST))
    }

    /// So many journals are kept aside: what could not be read of them may still be wanted, but not for ever, and a center that
    /// goes on telling another story must not fill the card.
    static let mostQuarantined = 8

    /// Removes the oldest of what was moved aside. What cannot be removed stays, and is tried again the next time.
    func pruneQuarantine() {
        let base = directory + "/quarantine"
        for number in disk.names(in: base).compactMap(Int.init).sorted().dropLast(Self.mostQuarantined) {
            let place = "\(base)/\(number)"
            for name in disk.names(in: place) { try? disk.remove("\(place)/\(name)") }
            try? disk.removeDirectory(place)
        }
    }

    /// Moves what there is of the journal, the database last. It may be called again after it was cut short.
    func move(to place: String) throws(JournalError) {
        for (from, name) in [
            (rollback, "/journal.db-journal"), (log, "/journal.db-wal"), (sharedMemory, "/journal.db-shm"),
            (database, "/journal.db"),
        ] where exists(from) {
            do throws(DiskError) {
                // What is no file is kept too, but not where SQLite would open it.
                try disk.rename(from, to: place + name + (disk.isFile(from) ? "" : ".other"))
            } catch {
                throw failure(from, "moving it to quarantine", error)
            }
        }
        try synchronise(place)
        try synchronise(directory)
    }

    /// How long a journal and its log are, there or in quarantine.
    func journalBytes(in place: String) -> Int64 {
        ["/journal.db", "/journal.db-wal"].reduce(0) { $0 + (disk.identity(place + $1)?.size ?? 0) }
    }

    var isRegularDatabase: Bool { disk.isFile(database) }

    func write(_ text: String, to path: String) throws(JournalError) {
        do throws(DiskError) {
            let file = try disk.open(path + ".new", .replace)
            try file.write(Array(text.utf8), at: 0)
            try file.synchronise()
            try disk.rename(path + ".new", to: path)
        } catch {
            throw failure(path, "writing", error)
        }
    }

    /// The log at its full size, of blocks that were written: one that grows costs the file system's own log with each commit.
    func makeLog() throws(JournalError) {
        let size = Int(disk.identity(log)?.size ?? 0)
        // On a disk that is nearly full it grows by itself, at a price: what is free is for what people begin.
        let lacking = Schema.logBytes - Int64(size)
        guard lacking > 0, disk.freeBytes(at: directory).map({ $0 >= lacking + Space.step }) ?? true else { return }
        do throws(DiskError) {
            let file = try disk.open(log, .readWrite)
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            // Zeros behind the frames that are there are no frames.
            for offset in stride(from: size, to: Int(Schema.logBytes), by: zeros.count) {
                try file.write(Array(zeros.prefix(Int(Schema.logBytes) - offset)), at: offset)
            }
            try file.synchronise()
        } catch {
            // It grows by itself, at a price.
            guard error.code == ENOSPC || error.code == EDQUOT else { throw failure(log, "writing the log", error) }
        }
    }

    /// Puts zeros in the place of all that was ever written into a log that holds nothing needed: names that were erased too. Its
    /// beginning first, on the card before the rest: half a log must never be read as one.
    func overwriteLog() throws(JournalError) {
        do throws(DiskError) {
            let file = try disk.open(log, .readWrite)
            let block = 1 << 16
            let head = try file.read(32, at: 0).count
            try file.write([UInt8](repeating: 0, count: head), at: 0)
            try file.synchronise()
            for offset in stride(from: 0, to: file.size, by: block) {
                let bytes = try file.read(block, at: offset)
                if bytes.contains(where: { $0 != 0 }) {
                    try file.write([UInt8](repeating: 0, count: bytes.count), at: offset)
                }
            }
            try file.synchronise()
        } catch {
            throw .failed("overwriting \(log): \(error)")
        }
    }

    /// Makes sure that what can be read of the log is on the card. The process before may have ended because it was not.
    func renewLog() throws(JournalError) {
        guard disk.isFile(log) else { return }
        do throws(DiskError) {
            try disk.renew(log, length: WriteAheadLog.length(at: log, on: disk))
        } catch {
            throw .failed("writing \(log) anew: \(error)")
        }
    }

    func synchronise(_ path: String) throws(JournalError) {
        do throws(DiskError) {
            try disk.synchronise(path)
        } catch {
            // A failed sync is a failed write, whatever it was of.
            throw .failed("synchronising \(path): \(error)")
        }
    }

    private func failure(_ path: String, _ during: String, _ error: DiskError) -> JournalError {
        .directory(path: path, during: during, code: error.code, words: error.description)
    }
}
