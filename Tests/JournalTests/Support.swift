import Delivery
import Domain
import Foundation
import Journal
import Logging
import SQLite
import Synchronization
import TestSupport
import Testing

/// A journal in a directory of its own, with a clock that the test sets.
final class JournalFixture: Sendable {
    /// Bytes of a page of the file.
    static let page = 1024

    let directory: TemporaryDirectory
    let kiosk = KioskID("k1310020007")!
    let wall = Mutex<Int64>(1_790_000_000_000)
    let trust = Mutex(ClockTrust.synced)
    let failures = Mutex<[JournalError]>([])

    init() throws { directory = try TemporaryDirectory() }

    static let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    var database: String { directory.file("journal.db") }

    func open(kiosk: KioskID? = nil, reserve: Int64 = 0) throws -> Journal {
        let configuration = Journal.Configuration(
            directory: directory.path, kiosk: kiosk ?? self.kiosk, reserveBytes: reserve, bootID: "boot-1",
            now: { [self] in now })
        return try Journal.open(
            configuration, logger: Self.silence,
            onFailure: { [self] error in failures.withLock { $0.append(error) } })
    }

    var now: Now {
        Now(
            wall: Timestamp(milliseconds: wall.withLock { $0 }), uptime: Uptime(milliseconds: 5000),
            clock: trust.withLock { $0 })
    }

    func draft(_ subject: String, type: EventType = .parcelReceived) -> EventDraft {
        var generator = SystemRandomNumberGenerator()
        let now = now
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: type, subject: subject, now: now, bootID: "boot-1",
            actor: nil, data: JSON.object(["raw": .string(subject)]).canonical)
    }

    @discardableResult
    func record(_ journal: Journal, _ subjects: [String]) throws -> [Event] {
        try subjects.map { subject in
            let draft = draft(subject)
            return try journal.record { try $0.record(draft) }
        }
    }

    /// A journal of `count` parcels, closed again.
    func filled(_ count: Int, acknowledged: Int = 0) throws -> [Event] {
        let journal = try open()
        let events = try record(journal, (1...count).map { "SF\(String(format: "%013d", $0))" })
        if acknowledged > 0 {
            let mark = events[acknowledged - 1]
            #expect(
                try journal.acknowledge(Head(sequence: mark.sequence, hash: mark.hash), of: journal.state.epoch)
                    == .moved)
        }
        journal.close()
        return events
    }

    /// Leaves the files as a killed process does: closing changes nothing of them.
    func kill(_ journal: Journal) throws {
        let names = ["journal.db", "journal.db-wal", "journal.head"]
        let content = try names.map { try Data(contentsOf: URL(fileURLWithPath: directory.file($0))) }
        journal.close()
        for (name, bytes) in zip(names, content) {
            try bytes.write(to: URL(fileURLWithPath: directory.file(name)))
        }
    }

    /// Runs SQL on the closed journal, as an attacker or a failing card would: past the triggers.
    func tamper(_ sql: String) throws {
        let connection = try Connection(path: database)
        try connection.keepWAL()
        for name in [
            "event_is_never_changed", "event_is_only_pruned", "anchor_stays_behind_cursor", "cursor_moves_forward",
        ] {
            try connection.execute("DROP TRIGGER IF EXISTS \(name)")
        }
        try connection.execute(sql)
        connection.close()
    }

    func all(_ journal: Journal) throws -> [Event] {
        (try journal.page(after: 0, limit: 100_000)).events
    }
}
