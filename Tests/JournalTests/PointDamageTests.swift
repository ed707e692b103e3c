import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing
import Workflow

/// The point's state is proved when it is read: what a failing card made of it is never an answer. What is noticed ends in
/// a new epoch with the state that the events tell.
@Suite struct PointDamageTests {
    let bench: JournalFixture
    static let subjects = (1...300).map { "SF\(String(format: "%013d", $0))" }

    init() throws { bench = try JournalFixture() }

    private func draft(_ subject: String, _ type: EventType, _ data: JSON) -> EventDraft {
        var draft = bench.draft(subject, type: type)
        draft.data = data.canonical
        return draft
    }

    /// Three hundred parcels that came, lie in a slot, and were flagged or collected now and then; two people; a lock.
    private func fill() throws {
        let journal = try bench.open()
        defer { journal.close() }
        let people = [
            Person(id: "p1", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-1"), number: 7),
            Person(id: "p2", name: "王*", roles: [.courier], badge: BadgeHash(of: "KB-2"), number: 8),
        ]
        let drafts = Self.subjects.enumerated().flatMap { index, subject in
            [
                draft(subject, .parcelReceived, [:]),
                draft(subject, .parcelRelocated, ["slot": "1-1", "code": .string("1-1-\(1000 + index)")]),
            ] + (index % 3 == 0 ? [draft(subject, .parcelCollected, [:])] : [])
                + (index % 3 == 1 ? [draft(subject, .parcelFlagged, ["flag": "damaged", "resolved": false])] : [])
        }
        let opened = draft("", .batchOpened, ["kind": "delivery", "courier": "p2", "desk": "desk"])
        try journal.record { transaction in
            try transaction.apply(.init(version: 3, digest: .genesis, content: .roster(people)))
            for draft in drafts { _ = try transaction.record(draft) }
            _ = try transaction.record(opened)
            let lock = AttemptLimiter(
                failures: 7, lock: .seconds(3_600), bootID: "boot-1", at: Uptime(milliseconds: 4000))
            try transaction.count("pin:7", lock)
        }
    }

    /// Everything that can be asked of the parcels, by subject.
    private func picture(_ journal: Journal) async throws -> [Parcel] {
        try await journal.look { view in
            try view.all(after: "", limit: 10_000).map {
                var parcel = $0
                parcel.sequence = 0
                return parcel
            }
        }
    }

    private func undamaged() async throws -> [Parcel] {
        try fill()
        let journal = try bench.open()
        defer { journal.close() }
        return try await picture(journal)
    }

    static let victim = "SF0000000000002"

    @Test(arguments: [
        "UPDATE parcel SET status = 'collected'", "UPDATE parcel SET status = 'received'",
        "UPDATE parcel SET slot = '1-2'", "UPDATE parcel SET slot = NULL", "UPDATE parcel SET code = '1-1-9999'",
        "UPDATE parcel SET code = NULL", "UPDATE parcel SET recipient = 'r1'", "UPDATE parcel SET seq = 1",
        "UPDATE parcel SET seq = seq + 1", "UPDATE parcel SET touched = touched + 1",
        "UPDATE parcel SET proof = proof + 1", "UPDATE parcel SET detail = '{}'",
        "UPDATE parcel SET detail = replace(detail, 'shelved', 'receive')",
        "UPDATE parcel SET detail = replace(detail, 'damaged', 'missing')",
        "UPDATE parcel SET detail = substr(detail, 2)",
    ])
    func `a parcel's row that is not as it was written is noticed`(sql: String) async throws {
        let before = try await undamaged()
        try bench.tamper("\(sql) WHERE subject = '\(Self.victim)'")
        let journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 0)
        await #expect(throws: JournalError.replaced) { try await journal.record { try $0.parcel(Self.victim) } }
        #expect(journal.state.recoveries == 1)
        #expect(try await picture(journal) == before)
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    @Test func `a flipped bit anywhere in the state is noticed or changes no answer`() async throws {
        let before = try await undamaged()
        try bench.tamper("PRAGMA wal_checkpoint(TRUNCATE)")
        let whole = try Data(contentsOf: URL(fileURLWithPath: bench.database))
        // Pages of the parcels (13: leaves of a table) that tell of one.
        let pages = stride(from: JournalFixture.page, to: whole.count, by: JournalFixture.page).filter {
            whole[$0] == 13 && whole[$0..<$0 + JournalFixture.page].range(of: Data("arrived".utf8)) != nil
        }
        #expect(pages.count > 20)
        var generator = SeededGenerator(seed: 5)
        var noticed = 0
        for _ in 0..<50 {
            var damaged = whole
            let byte =
                pages.randomElement(using: &generator)! + Int.random(in: 0..<JournalFixture.page, using: &generator)
            damaged[byte] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            let other = try JournalFixture()
            try damaged.write(to: URL(fileURLWithPath: other.database))
            for name in ["journal.id", "journal.head", "journal.db-wal"] {
                try FileManager.default.copyItem(
                    atPath: bench.directory.file(name), toPath: other.directory.file(name))
            }
            let journal = try other.open()
            defer { journal.close() }
            for attempt in 1...2 {
                do {
                    let now = try await picture(journal)
                    // A row that vanished is the known limit: nothing is told of it, and nothing wrong.
                    let known = Dictionary(uniqueKeysWithValues: before.map { ($0.subject, $0) })
                    for parcel in now { #expect(known[parcel.subject] == parcel, "bit in byte \(byte)") }
                    if journal.state.recoveries > 0 { #expect(now.count == before.count, "bit in byte \(byte)") }
                    break
                } catch {
                    noticed += 1
                    #expect(attempt == 1, "bit in byte \(byte): \(error)")
                }
            }
            #expect(other.failures.withLock { $0.isEmpty }, "bit in byte \(byte)")
        }
        #expect(noticed > 15, "only \(noticed) were noticed")
    }

    @Test func `a damaged code is noticed by whoever asks with it or for the parcel`() async throws {
        _ = try await undamaged()
        try bench.tamper("UPDATE parcel SET code = '1-1-9999' WHERE subject = '\(Self.victim)'")
        let journal = try bench.open()
        defer { journal.close() }
        // The known limit: the right code finds nothing, because nothing shows that it ever was one.
        #expect(try await journal.record { try $0.parcel(code: "1-1-1001") } == nil)
        await #expect(throws: JournalError.replaced) { try await journal.record { try $0.parcel(code: "1-1-9999") } }
        #expect(try await journal.record { try $0.parcel(code: "1-1-1001") }?.subject == Self.victim)
        #expect(try await journal.record { try $0.parcel(code: "1-1-9999") } == nil)
    }

    /// The known limit: a row that is gone is like a parcel that never came, and its next scan receives it again. The
    /// events still tell; a rebuild brings it back.
    @Test func `a row that vanished comes back with a rebuild`() async throws {
        let before = try await undamaged()
        try bench.tamper("DELETE FROM parcel WHERE subject = '\(Self.victim)'")
        let journal = try bench.open()
        defer { journal.close() }
        #expect(try await journal.record { try $0.parcel(Self.victim) } == nil)
        #expect(journal.state.recoveries == 0)
        try journal.supersede(forked: false, detail: "a test")
        #expect(try await picture(journal) == before)
    }

    @Test(arguments: [
        "DROP INDEX parcel_here", "DROP TABLE parcel", "DROP TABLE batch", "DROP TABLE batch_item",
        "DROP TABLE session", "DROP TABLE recipient", "DROP TABLE attempt", "DROP TABLE person", "DROP TABLE document",
        "DROP TABLE expected", "DROP TABLE boot", "UPDATE batch SET kind = 'delivary'",
        "UPDATE document SET version = 1 << 62", "UPDATE document SET digest = zeroblob(31)",
        "UPDATE attempt SET lock_ms = 1 << 60", "UPDATE attempt SET uptime_ms = -9223372036854775807",
        "UPDATE attempt SET failures = -1", "UPDATE person SET detail = replace(detail, 'operator', 'courier')",
        "UPDATE person SET detail = '{}' WHERE id = 'p1'", "UPDATE person SET number = 9 WHERE id = 'p1'",
        "UPDATE person SET badge = zeroblob(32) WHERE id = 'p1'", "UPDATE person SET proof = 0 WHERE id = 'p1'",
        "UPDATE person SET id = 'p9' WHERE id = 'p1'",
    ])
    func `damage beside the parcels is mended once and costs no parcel`(sql: String) async throws {
        let before = try await undamaged()
        try bench.tamper(sql)
        let journal = try bench.open()
        defer { journal.close() }
        let scan = draft("SF7777777777777", .parcelReceived, ["recipient": "r1"])
        let synced = draft("", .clockSynced, [:])
        let out = draft("p1", .operatorSignedOut, ["desk": "desk"])
        // A day's questions: somewhere the damage is met, once.
        func ask() async throws {
            try await journal.record { transaction in
                _ = try transaction.parcel(code: "1-1-1001")
                _ = try transaction.person(number: 7)
                _ = try transaction.person(badge: BadgeHash(of: "KB-1"))
                _ = try transaction.attempts("pin:7")
                _ = try transaction.batch(of: "p2").map { try transaction.items(of: $0.id) }
                _ = try transaction.sessions()
                _ = try transaction.recipient("r1")
                _ = try transaction.awaited(from: nil)
                _ = try transaction.isNews(.init(version: 4, digest: .genesis, content: .roster([])))
                _ = try transaction.bootTimes("boot-9")
                _ = try transaction.eraseRecipients(goneBefore: bench.now.wall, now: bench.now.wall)
                for event in [scan, synced, out] { _ = try transaction.record(event) }
            }
        }
        _ = try? await ask()
        #expect(journal.state.recoveries == 1)
        try await ask()
        #expect(journal.state.recoveries == 1)
        #expect(try await picture(journal).filter { $0.subject != scan.subject } == before)
        #expect(try await journal.record { try $0.isNews(.init(version: 4, digest: .genesis, content: .roster([]))) })
        #expect(bench.failures.withLock { $0.isEmpty })
    }
}
