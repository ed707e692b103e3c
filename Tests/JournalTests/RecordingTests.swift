import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite struct RecordingTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    @Test func `what was recorded is there after the journal is opened again`() throws {
        let events = try bench.filled(20)
        let journal = try bench.open()
        defer { journal.close() }
        #expect(try bench.all(journal) == events)
        #expect(journal.state.head.sequence == 20)
        #expect(journal.state.recoveries == 0)
    }

    @Test func `events are numbered from one without a gap and each names the hash before it`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.record(journal, (0..<30).map { "YT000000000\(1000 + $0)" })
        #expect(events.map(\.sequence) == Array(1...30))
        #expect(events[0].previousHash == .genesis)
        for (earlier, later) in zip(events, events.dropFirst()) { #expect(later.previousHash == earlier.hash) }
        let chain = HashChain(kiosk: bench.kiosk, epoch: journal.state.epoch)
        #expect(events.allSatisfy(chain.holds))
    }

    /// SQLite itself would go on writing into files that nobody finds again.
    @Test(arguments: ["journal.db", "journal.db-wal"], [false, true])
    func `nothing is told as saved when another program took a file away`(_ name: String, isReplaced: Bool) throws {
        let journal = try bench.open()
        defer { journal.close() }
        try bench.record(journal, ["SF0000000000001"])
        let path = bench.directory.file(name)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        if isReplaced { try bytes.write(to: URL(fileURLWithPath: path)) }
        #expect(throws: JournalError.self) { try bench.record(journal, ["SF0000000000002"]) }
        try expectRefusal()
    }

    @Test func `nothing is told as saved when another program cut the log`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try bench.record(journal, ["SF0000000000001"])
        try #require(truncate(bench.directory.file("journal.db-wal"), 100) == 0)
        #expect(throws: JournalError.self) { try bench.record(journal, ["SF0000000000002"]) }
        try expectRefusal()
    }

    @Test func `nothing is told as saved when the directory was moved away`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try bench.record(journal, ["SF0000000000001"])
        let moved = bench.directory.path + ".moved"
        try FileManager.default.moveItem(atPath: bench.directory.path, toPath: moved)
        defer { try? FileManager.default.moveItem(atPath: moved, toPath: bench.directory.path) }
        #expect(throws: JournalError.self) { try bench.record(journal, ["SF0000000000002"]) }
        try expectRefusal()
    }

    private func expectRefusal() throws {
        let failures = bench.failures.withLock { $0 }
        #expect(failures.count == 1 && failures[0].isOutage)
        #expect("\(failures)".contains("another program"))
    }

    @Test func `an event and the parcel it brings are saved together`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let event = try bench.record(journal, ["SF1234567890123"])[0]
        let parcel = try journal.record { try $0.parcel("SF1234567890123") }
        #expect(parcel?.status == .received)
        #expect(parcel?.sequence == event.sequence)
        #expect(try journal.record { try $0.parcel("SF9999999999999") } == nil)
    }

    @Test func `recordings that wait together share a transaction and each gets its own answer`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let saved = Mutex<[Int64]>([])
        let gate = DispatchSemaphore(value: 0)
        // The first holds the thread until the others wait.
        let first = bench.draft("SF0000000000000")
        let wasTaken = journal.record({ try $0.record(first) }, then: { _ in gate.wait() })
        #expect(wasTaken)
        for number in 1...40 {
            let draft = bench.draft("SF00000000000\(10 + number)")
            let isWaiting = journal.record({ try $0.record(draft) }) { result in
                if case .success(let event) = result { saved.withLock { $0.append(event.sequence) } }
            }
            #expect(isWaiting)
        }
        gate.signal()
        try journal.record { _ in }
        #expect(saved.withLock { $0 } == Array(2...41))
    }

    @Test func `when too many recordings wait the next one is refused and nothing grows`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let gate = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let wasTaken = journal.record({ _ in
            started.signal()
            gate.wait()
        }) { _ in }
        #expect(wasTaken)
        started.wait()
        var accepted = 0
        while journal.record({ _ in }, then: { _ in }) { accepted += 1 }
        gate.signal()
        #expect(accepted == Journal.mostWaiting)
        try eventually("the journal takes recordings again") { (try? journal.record { _ in }) != nil }
    }

    @Test func `below the reserve nothing is recorded and the reason is told`() throws {
        let journal = try bench.open(reserve: .max)
        defer { journal.close() }
        #expect {
            try bench.record(journal, ["SF1234567890123"])
        } throws: { error in
            if case JournalError.belowReserve = error { true } else { false }
        }
        #expect(journal.state.head.sequence == 0)
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    @Test func `a second journal on the same directory is refused with the holder's number`() throws {
        let journal = try bench.open()
        #expect {
            _ = try bench.open()
        } throws: { error in
            "\(error)".contains("in use by process \(getpid())")
        }
        journal.close()
        let next = try bench.open()
        next.close()
    }

    @Test func `the journal of another kiosk is left alone`() throws {
        _ = try bench.filled(3)
        #expect {
            _ = try bench.open(kiosk: KioskID("k1310020008"))
        } throws: { error in
            error as? JournalError == .otherKiosk(journal: "k1310020007", settings: "k1310020008")
        }
        let journal = try bench.open()
        #expect(journal.state.head.sequence == 3)
        journal.close()
    }

    @Test func `a closed journal answers instead of hanging`() throws {
        let journal = try bench.open()
        journal.close()
        #expect(throws: JournalError.self) { try journal.page(after: 0, limit: 1) }
        #expect(throws: JournalError.self) { try journal.record { _ in } }
    }

    @Test(arguments: [
        ("UPDATE event SET data = '{}' WHERE seq = 2", "events are never changed"),
        ("DELETE FROM event WHERE seq = 3", "events are only deleted up to the anchor"),
        ("UPDATE anchor SET seq = 3", "only acknowledged events may be pruned"),
        ("UPDATE cursor SET seq = 1", "the cursor never steps back"),
        ("DELETE FROM cursor", "the cursor is one row"),
        ("DELETE FROM anchor", "the anchor is one row"),
    ])
    func `the triggers stop whoever would rewrite history`(sql: String, words: String) throws {
        _ = try bench.filled(4, acknowledged: 2)
        let connection = try Connection(path: bench.database)
        #expect {
            try connection.execute(sql)
        } throws: { error in
            (error as? SQLiteError)?.isConstraint == true && "\(error)".contains(words)
        }
    }
}
