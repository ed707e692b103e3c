import Board
import Domain
import Glibc
import SQLite
import Testing

@testable import Simulation

/// The disk that loses what was not synchronised. A disk that loses too little would let everything pass.
@Suite struct `A simulated disk` {
    let disk = SimulatedDisk(bug: nil)
    private var generator = SeededGenerator(seed: 1)

    private func write(_ text: String, _ name: String, synchronised: Bool = true) throws {
        let file = try disk.open(disk.root + name, .readWrite)
        try file.write(Array(text.utf8), at: 0)
        if synchronised { try file.synchronise() }
    }

    private func text(_ name: String) -> String? {
        disk.read(disk.root + name, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    private func cut(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        disk.dieNow(.powerCut)
        disk.losePower(using: &generator)
        disk.restart()
    }

    @Test func `keeps what was synchronised, whatever is cut`() throws {
        try write("saved", "/a")
        try disk.synchronise(disk.root)
        for seed in 0..<50 {
            try write("SAVED and more", "/a")
            try write("other", "/a", synchronised: false)
            cut(UInt64(seed))
            #expect(["SAVED and more", "other and more"].contains(try #require(text("/a"))))
        }
    }

    @Test func `loses, keeps or tears what was not`() throws {
        var seen: Set<String> = []
        for seed in 0..<200 {
            try write(String(repeating: "a", count: 1024), "/a")
            try disk.synchronise(disk.root)
            try write(String(repeating: "b", count: 1024), "/a", synchronised: false)
            cut(UInt64(seed))
            seen.insert(try #require(text("/a")))
        }
        // Sectors of 512 bytes, each old or new.
        let halves = ["a", "b"].flatMap { first in
            ["a", "b"].map { String(repeating: first, count: 512) + String(repeating: $0, count: 512) }
        }
        #expect(seen == Set(halves))
    }

    @Test func `loses the name of a file whose directory was not synchronised`() throws {
        var seen: Set<String?> = []
        for seed in 0..<40 {
            try write("new", "/fresh")
            cut(UInt64(seed))
            seen.insert(text("/fresh"))
            try? disk.remove(disk.root + "/fresh")
            try disk.synchronise(disk.root)
        }
        #expect(seen == ["new", nil])
    }

    @Test func `shows what a failed synchronisation left in memory, until the power fails`() throws {
        try write("old", "/a")
        try disk.synchronise(disk.root)
        let file = try disk.open(disk.root + "/a", .readWrite)
        try file.write(Array("new".utf8), at: 0)
        disk.fail(after: 0, .sync)
        #expect(throws: DiskError(code: EIO)) { try file.synchronise() }
        try file.synchronise()
        #expect(text("/a") == "new")
        cut(1)
        #expect(text("/a") == "old")
    }

    @Test func `is dead to a process that was killed in the middle of a call`() throws {
        try write("old", "/a")
        let file = try disk.open(disk.root + "/a", .readWrite)
        disk.die(after: 1, .kill)
        try file.write(Array("new".utf8), at: 0)
        #expect(throws: DiskError.self) { try file.write(Array("gone".utf8), at: 0) }
        #expect(throws: DiskError.self) { try file.synchronise() }
        #expect(throws: DiskError.self) { try file.read(3, at: 0) }
        disk.restart()
        #expect(throws: DiskError.self) { try file.write(Array("late".utf8), at: 0) }
        #expect(text("/a") == "new")
    }

    @Test func `has an end, which real blocks that hold nothing bring nearer and their release moves away`() throws {
        let block = 4096
        disk.free = Int64(3 * block)
        let ballast = try disk.open(disk.root + "/ballast", .readWrite)
        try ballast.allocate(2 * block)
        #expect(disk.free == block && disk.takenBytes(disk.root + "/ballast") == 2 * block)
        let file = try disk.open(disk.root + "/a", .readWrite)
        #expect(throws: DiskError(code: ENOSPC)) { try file.write([UInt8](repeating: 1, count: block + 1), at: 0) }
        #expect(throws: DiskError(code: ENOSPC)) { try ballast.allocate(4 * block) }
        try ballast.truncate(to: block)
        try file.write([UInt8](repeating: 1, count: block + 1), at: 0)
        #expect(disk.free == 0)
        // What is there already takes no more.
        try file.write([UInt8](repeating: 2, count: 2 * block), at: 0)
        try disk.remove(disk.root + "/ballast")
        #expect(disk.free == block)
    }

    @Test func `carries a database, and the other disks of the process stay as they were`() throws {
        DiskVFS.mount(disk)
        defer { DiskVFS.unmount(disk) }
        let connection = try Connection(path: disk.root + "/some.db")
        try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE fact (n INTEGER); INSERT INTO fact VALUES (7)")
        #expect(disk.exists(disk.root + "/some.db-wal"))
        #expect(try connection.text("SELECT n FROM fact") == "7")
        #expect(try Connection(path: ":memory:").text("SELECT 1") == "1")
    }
}
