import Board
import Domain
import Glibc

/// Where the journal lies on the file system, and the few things done to its files as files.
struct JournalFiles: Sendable {
    let directory: String

    var database: String { directory + "/journal.db" }
    var log: String { directory + "/journal.db-wal" }
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

    func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    func prepareDirectory() throws(JournalError) { try makeDirectory(directory) }

    /// Removes a journal that nobody needs, with all that belongs to it.
    func removeAll() {
        removeDraft()
        for path in [database, log, sharedMemory, identity, watermark, recovering] { unsafe unlink(path) }
    }

    /// Only whoever holds the lock may do this: the draft may be another process's, in the making.
    func removeDraft() {
        for leftover in ["", "-journal", "-wal", "-shm"] { unsafe unlink(draft + leftover) }
    }

    func makeDirectory(_ path: String) throws(JournalError) {
        var prefix = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            prefix += prefix.isEmpty && part.isEmpty ? "/" : prefix.hasSuffix("/") || prefix.isEmpty ? part : "/" + part
            if unsafe mkdir(prefix, 0o750) != 0, errno != EEXIST, errno != EISDIR, !exists(prefix) {
                throw failure(path, "making the directory")
            }
        }
    }

    /// Takes the lock for as long as the returned descriptor stays open; the kernel drops it with the process.
    func takeLock() throws(JournalError) -> Int32 {
        let descriptor = unsafe open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(lock, "opening the lock file") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = SmallFile.read(lock, limit: 32).map { String(decoding: $0, as: UTF8.self) } ?? ""
            close(descriptor)
            let process = holder.filter(\.isNumber)
            throw .inUse(directory: directory, by: process.isEmpty ? "another process" : "process \(process)")
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        unsafe pwrite(descriptor, text, text.count, 0)
        return descriptor
    }

    /// Whether the database says that a write-ahead log belongs to it. A file that we just built says that none does.
    var headerNamesLog: Bool {
        guard let header = SmallFile.read(database, limit: 20), header.count == 20 else { return false }
        return header[18] == 2 || header[19] == 2
    }

    /// Puts a finished draft in the journal's place, durably. The identity follows: a journal can name itself, but an
    /// identity without its journal would look like a loss.
    func install(kiosk: KioskID, epoch: Epoch) throws(JournalError) {
        guard unsafe rename(draft, database) == 0 else { throw failure(database, "putting the new journal in place") }
        try synchronise(directory)
        try write("\(kiosk) \(epoch)\n", to: identity)
    }

    var recordedIdentity: HashChain? {
        guard let bytes = SmallFile.read(identity, limit: 128) else { return nil }
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
            for number in 1..<100_000 {
                if unsafe mkdir(prefix + String(number), 0o750) == 0 { return prefix + String(number) }
                if errno != EEXIST {
                    refusal = failure(prefix + String(number), "making a quarantine directory")
                    break
                }
            }
        }
        throw refusal ?? failure(directory, "making a quarantine directory")
    }

    /// Moves what there is of the journal, the database last. It may be called again after it was cut short.
    func move(to place: String) throws(JournalError) {
        for (from, name) in [(log, "/journal.db-wal"), (sharedMemory, "/journal.db-shm"), (database, "/journal.db")]
        where exists(from) {
            guard unsafe rename(from, place + name) == 0 else { throw failure(from, "moving it to quarantine") }
        }
        try synchronise(place)
        try synchronise(directory)
    }

    var isRegularDatabase: Bool {
        var state = stat()
        return unsafe stat(database, &state) == 0 && state.st_mode & S_IFMT == S_IFREG
    }

    func size(of path: String) -> Int64 {
        var state = stat()
        return unsafe stat(path, &state) == 0 ? Int64(state.st_size) : 0
    }

    func write(_ text: String, to path: String) throws(JournalError) {
        let descriptor = unsafe open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(path, "writing") }
        let bytes = Array(text.utf8)
        let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0, unsafe rename(path + ".new", path) == 0 else {
            throw failure(path, "writing")
        }
    }

    func synchronise(_ path: String) throws(JournalError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "opening") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            // A failed sync is a failed write, whatever it was of.
            throw .failed("synchronising \(path): \(unsafe String(cString: strerror(errno)))")
        }
    }

    private func failure(_ path: String, _ during: String) -> JournalError {
        let code = errno
        return unsafe .directory(path: path, during: during, code: code, words: String(cString: strerror(code)))
    }
}
