import Delivery
import Domain
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing

@Suite struct CursorTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    private func head(_ event: Event) -> Head { Head(sequence: event.sequence, hash: event.hash) }

    @Test func `the cursor moves to an event whose hash is ours and survives a restart`() throws {
        let journal = try bench.open()
        let events = try bench.record(journal, (0..<5).map { "SF123456789012\($0)" })
        #expect(try journal.acknowledge(head(events[2]), of: journal.state.epoch) == .moved)
        #expect(journal.state.acknowledged == 3)
        journal.close()
        let again = try bench.open()
        defer { again.close() }
        #expect(again.state.acknowledged == 3)
    }

    @Test func `the cursor is on disk within moments even if nothing is recorded`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.record(journal, ["SF1234567890123", "SF1234567890124"])
        #expect(try journal.acknowledge(head(events[1]), of: journal.state.epoch) == .moved)
        let log = bench.directory.file("journal.db-wal")
        func content() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: log)) }
        let before = try content()
        try eventually("the cursor is written", within: 5) { try content() != before }
    }

    @Test func `a hash that is not ours moves nothing`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.record(journal, ["SF1234567890123", "SF1234567890124", "SF1234567890125"])
        let wrong = Head(sequence: 2, hash: events[0].hash)
        #expect(try journal.acknowledge(wrong, of: journal.state.epoch) == .notOurs)
        let beyond = Head(sequence: 9, hash: events[0].hash)
        #expect(try journal.acknowledge(beyond, of: journal.state.epoch) == .notOurs)
        #expect(journal.state.acknowledged == 0)
    }

    @Test func `an acknowledgement of less or of another epoch changes nothing`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let events = try bench.record(journal, ["SF1234567890123", "SF1234567890124", "SF1234567890125"])
        #expect(try journal.acknowledge(head(events[1]), of: journal.state.epoch) == .moved)
        #expect(try journal.acknowledge(head(events[0]), of: journal.state.epoch) == .unchanged)
        #expect(try journal.acknowledge(.genesis, of: journal.state.epoch) == .unchanged)
        let other = Epoch(String(repeating: "a", count: 32))!
        #expect(try journal.acknowledge(head(events[2]), of: other) == .unchanged)
        #expect(journal.state.acknowledged == 2)
    }

    @Test func `only acknowledged events older than the retention are pruned and the chain still holds`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let old = try bench.record(journal, (0..<6).map { "SF100000000000\($0)" })
        bench.wall.withLock { $0 += 100 * 86_400_000 }
        let new = try bench.record(journal, (0..<4).map { "SF200000000000\($0)" })
        let cutoff = Timestamp(milliseconds: bench.wall.withLock { $0 } - 90 * 86_400_000)
        #expect(try await journal.prune(before: cutoff) == 0)
        #expect(try journal.acknowledge(head(old[3]), of: journal.state.epoch) == .moved)
        // The cursor goes to disk with the next recording; pruning believes only what is on disk.
        while try await journal.prune(before: cutoff) > 0 {}
        #expect(journal.state.anchor == 4)
        #expect(try bench.all(journal).map(\.sequence) == Array(5...10))
        #expect(try journal.acknowledge(head(new[3]), of: journal.state.epoch) == .moved)
        try await journal.record { _ in }
        while try await journal.prune(before: cutoff) > 0 {}
        #expect(journal.state.anchor == 6)
        journal.close()
        let again = try bench.open()
        defer { again.close() }
        #expect(again.state.recoveries == 0)
        #expect(try bench.all(again).map(\.sequence) == Array(7...10))
        #expect(try await again.page(after: 0, limit: 100).events.first?.previousHash == old[5].hash)
    }

    @Test func `events of a clock that was wrong are never pruned by their own time`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        bench.trust.withLock { $0 = .unsynced }
        bench.wall.withLock { $0 = 5000 }
        let events = try bench.record(journal, (0..<4).map { "SF100000000000\($0)" })
        #expect(try journal.acknowledge(head(events[3]), of: journal.state.epoch) == .moved)
        try await journal.record { _ in }
        #expect(try await journal.prune(before: Timestamp(milliseconds: 1_790_000_000_000)) == 0)
        #expect(journal.state.anchor == 0)
    }

    @Test func `weeks that no clock told are pruned with what comes after them`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        bench.trust.withLock { $0 = .unsynced }
        // More than are looked at in one go.
        let silent = try bench.record(journal, (0..<1200).map { "SF\(1_000_000_000_000 + $0)" })
        bench.trust.withLock { $0 = .holdover(within: 60_000) }
        let told = try bench.record(journal, ["SF2000000000001"])
        #expect(try journal.acknowledge(head(told[0]), of: journal.state.epoch) == .moved)
        try await journal.record { _ in }
        let wall = bench.now.wall
        #expect(try await journal.prune(before: wall.adding(60_000)) == 0, "it may be a minute younger")
        #expect(try await journal.prune(before: wall.adding(60_001)) == 1000)
        while try await journal.prune(before: wall.adding(60_001)) > 0 {}
        #expect(journal.state.anchor == Int64(silent.count) + 1)
    }
}
