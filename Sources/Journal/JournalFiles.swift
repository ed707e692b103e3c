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
    var lock: String { directory + "/journal.lock" }
    var quarantine: String { directory + "/quarantine" }

    func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    func prepareDirectory() throws(JournalError) {
        try makeDirectory(directory)
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

    /// Puts a finished draft in the journal's place, durably.
    func install(kiosk: KioskID, epoch: Epoch) throws(JournalError) {
        try write("\(kiosk) \(epoch)\n", to: identity)
        guard unsafe rename(draft, database) == 0 else { throw failure(database, "putting the new journal in place") }
        try synchronise(directory)
    }

    var recordedIdentity: HashChain? {
        guard let bytes = SmallFile.read(identity, limit: 128) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let kiosk = KioskID(String(words[0])), let epoch = Epoch(String(words[1])) else {
            return nil
        }
        return HashChain(kiosk: kiosk, epoch: epoch)
    }

    /// Moves the journal's files into a new directory of their own, and returns its path.
    func moveToQuarantine() throws(JournalError) -> String {
        try makeDirectory(quarantine)
        var number = 1
        var place: String { quarantine + "/\(number)" }
        while unsafe mkdir(place, 0o750) != 0 {
            guard errno == EEXIST, number < 100_000 else { throw failure(place, "making a quarantine directory") }
            number += 1
        }
        for (from, name) in [(log, "/journal.db-wal"), (sharedMemory, "/journal.db-shm"), (database, "/journal.db")]
        where exists(from) {
            guard unsafe rename(from, place + name) == 0 else { throw failure(from, "moving it to quarantine") }
        }
        try synchronise(place)
        try synchronise(directory)
        return place
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
        guard fsync(descriptor) == 0 else { throw failure(path, "synchronising") }
    }

    private func failure(_ path: String, _ during: String) -> JournalError {
        let code = errno
        return unsafe .directory(path: path, during: during, code: code, words: String(cString: strerror(code)))
    }
}
