import Board
import Domain
import Foundation
import TestSupport
import Testing

@testable import Journal

/// The reserve, the ballast, and what may be recorded when both are needed.
@Suite struct SpaceTests {
    let bench: JournalFixture
    let files: JournalFiles

    init() throws {
        bench = try JournalFixture()
        files = JournalFiles(directory: bench.directory.path)
    }

    /// A disk of which another program takes what it likes; the ballast's blocks are real and are taken from it.
    private final class SharedDisk: Disk, @unchecked Sendable {
        // Sendable: one test, one thread.
        private let board = BoardDisk()
        let ballast: String
        var free: Int64
        private let before: Int64

        init(_ files: JournalFiles, free: Int64) {
            ballast = files.ballast
            self.free = free
            before = board.takenBytes(ballast)
        }

        var kept: Int64 { takenBytes(ballast) }
        func space(reserve: Int64, ballast size: Int64) -> Space {
            let files = JournalFiles(directory: String(ballast.dropLast("/ballast".count)), disk: self)
            return Space(files: files, reserve: reserve, ballast: size, uptime: { Uptime(milliseconds: 5000) })
        }

        func freeBytes(at path: String) -> Int64? { max(free - (kept - before), 0) }
        func exists(_ path: String) -> Bool { board.exists(path) }
        func isFile(_ path: String) -> Bool { board.isFile(path) }
        func identity(_ path: String) -> DiskIdentity? { board.identity(path) }
        func takenBytes(_ path: String) -> Int64 { board.takenBytes(path) }
        func makeDirectory(_ path: String) throws(DiskError) { try board.makeDirectory(path) }
        func rename(_ from: String, to: String) throws(DiskError) { try board.rename(from, to: to) }
        func remove(_ path: String) throws(DiskError) { try board.remove(path) }
        func names(in directory: String) -> [String] { board.names(in: directory) }
        func removeDirectory(_ path: String) throws(DiskError) { try board.removeDirectory(path) }
        func synchronise(_ directory: String) throws(DiskError) { try board.synchronise(directory) }
        func open(_ path: String, _ mode: DiskMode) throws(DiskError) -> any DiskFile { try board.open(path, mode) }
    }

    private let mebibyte: Int64 = 1 << 20

    @Test func `the ballast takes real space, beside the reserve`() {
        let disk = SharedDisk(files, free: 100 * mebibyte)
        let space = disk.space(reserve: 64 * mebibyte, ballast: 16 * mebibyte)
        #expect(disk.kept >= 16 * mebibyte)
        #expect(space.hasRoom)
        #expect(space.freeBytes == 84 * mebibyte)
    }

    @Test func `without space for both there is no ballast and no room, and with it both are there again`() {
        let disk = SharedDisk(files, free: 79 * mebibyte)
        let space = disk.space(reserve: 64 * mebibyte, ballast: 16 * mebibyte)
        #expect(disk.kept == 0)
        #expect(!space.hasRoom)
        disk.free = 80 * mebibyte
        space.measure(emptyBytes: 0)
        #expect(disk.kept >= 16 * mebibyte)
        #expect(space.hasRoom)
    }

    @Test func `a full disk gets the ballast a step at a time, and not before it is full`() {
        let disk = SharedDisk(files, free: 100 * mebibyte)
        let space = disk.space(reserve: 64 * mebibyte, ballast: 16 * mebibyte)
        disk.free -= 82 * mebibyte
        space.measure(emptyBytes: 0)
        space.makeRoom()
        #expect(!space.hasRoom)
        #expect(disk.kept >= 16 * mebibyte, "2 MiB are enough for a record")
        for kept in (0..<16).reversed().map({ Int64($0) }) {
            // Somebody takes all of it, each time.
            disk.free = kept * mebibyte + Space.step
            space.measure(emptyBytes: 0)
            #expect(space.isTight)
            space.makeRoom()
            #expect(disk.kept / mebibyte == kept)
        }
        space.makeRoom()
        #expect(!FileManager.default.fileExists(atPath: files.ballast))
    }

    @Test func `space that the ballast gave back is no room for anything new`() {
        let disk = SharedDisk(files, free: 24 * mebibyte)
        let space = disk.space(reserve: 2 * mebibyte, ballast: 16 * mebibyte)
        disk.free = 16 * mebibyte
        space.measure(emptyBytes: 0)
        space.makeRoom()
        disk.free = 17 * mebibyte
        space.measure(emptyBytes: 0)
        // 2 MiB are free now, as much as the reserve; one of them is the ballast's.
        #expect(!space.hasRoom)
        disk.free = 24 * mebibyte
        space.measure(emptyBytes: 0)
        #expect(space.hasRoom)
        #expect(disk.kept >= 16 * mebibyte)
    }

    @Test func `a new journal beside the old one gets of the ballast what it lacks`() {
        let disk = SharedDisk(files, free: 100 * mebibyte)
        let space = disk.space(reserve: 64 * mebibyte, ballast: 16 * mebibyte)
        disk.free = 18 * mebibyte
        space.makeRoom(forJournalOf: mebibyte)
        #expect(disk.kept >= 16 * mebibyte, "2 MiB are free")
        space.makeRoom(forJournalOf: 5 * mebibyte)
        #expect(disk.kept / mebibyte == 12)
        space.makeRoom(forJournalOf: 500 * mebibyte)
        #expect(disk.kept == 0)
    }

    @Test func `a smaller ballast gives the rest back, and none removes the file`() {
        let disk = SharedDisk(files, free: 100 * mebibyte)
        _ = disk.space(reserve: 0, ballast: 16 * mebibyte)
        _ = disk.space(reserve: 0, ballast: 2 * mebibyte)
        #expect(disk.kept / mebibyte == 2)
        _ = disk.space(reserve: 0, ballast: 0)
        #expect(!FileManager.default.fileExists(atPath: files.ballast))
    }

    @Test func `a ballast that cannot be made keeps nobody from recording, and is not tried with each record`() throws {
        // A directory stands in its place.
        try FileManager.default.createDirectory(atPath: files.ballast, withIntermediateDirectories: true)
        let space = SharedDisk(files, free: 100 * mebibyte).space(reserve: 64 * mebibyte, ballast: 16 * mebibyte)
        #expect(space.hasRoom)
        try FileManager.default.removeItem(atPath: files.ballast)
        space.measure(emptyBytes: 0)
        #expect(!FileManager.default.fileExists(atPath: files.ballast))
    }

    @Test func `below the reserve what was begun is finished and nothing else is recorded`() throws {
        let journal = try bench.open(reserve: .max)
        #expect(!journal.state.hasRoom)
        let ending = bench.draft("b-1", type: .batchClosed)
        _ = try journal.record { try $0.record(ending, needsRoom: false) }
        #expect(journal.state.head.sequence == 1)
        let new = bench.draft("SF1234567890123")
        #expect(throws: JournalError.self) { try journal.record { try $0.record(new) } }
        #expect(journal.state.head.sequence == 1)
        journal.close()
    }

    @Test func `a refusal after something was written undoes all of it`() throws {
        let journal = try bench.open(reserve: .max)
        let (ending, new) = (bench.draft("b-1", type: .batchClosed), bench.draft("SF1234567890123"))
        #expect(throws: JournalError.self) {
            try journal.record { transaction in
                _ = try transaction.record(ending, needsRoom: false)
                return try transaction.record(new)
            }
        }
        journal.close()
        #expect(try bench.open().state.head.sequence == 0)
    }

    @Test func `a journal that cannot be opened refuses everything with the reason`() async throws {
        let configuration = Journal.Configuration(
            directory: bench.directory.path, kiosk: bench.kiosk, reserveBytes: 0, bootID: "boot-1",
            now: { [bench] in bench.now })
        let reason = JournalError.failed("the card is gone")
        let journal = Journal.unavailable(configuration, because: reason, logger: JournalFixture.silence)
        let draft = bench.draft("SF1234567890123")
        #expect(throws: reason) { try journal.record { try $0.record(draft) } }
        await #expect(throws: reason) { try await journal.settle() }
        #expect(throws: reason) { try journal.page(after: 0, limit: 1) }
        journal.close()
        #expect(throws: JournalError.busy) { try journal.record { try $0.record(draft) } }
        #expect(!FileManager.default.fileExists(atPath: bench.database))
    }

    @Test func `a storage that fails is an outage, and a wrong setting is none`() {
        for code in [EIO, EROFS, ENOSPC] {
            #expect(JournalError.directory(path: "/x", during: "opening", code: code, words: "").isOutage)
        }
        for code in [EACCES, ENOENT, ENOTDIR] {
            #expect(!JournalError.directory(path: "/x", during: "opening", code: code, words: "").isOutage)
        }
        #expect(JournalError.failed("disk I/O error").isOutage)
        #expect(!JournalError.inUse(directory: "/x", by: "process 1").isOutage)
        #expect(!JournalError.belowReserve(free: 0, reserve: 1).isOutage)
    }
}
