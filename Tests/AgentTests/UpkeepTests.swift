import Domain
import Journal
import Logging
import TestSupport
import Testing
import Workflow

@testable import KioskAgent

/// What is done once in a while, on a real journal and with a clock of the test's own.
@Suite struct UpkeepTests {
    static let day: Int64 = 86_400_000
    static let start: Int64 = 1_790_000_000_000

    private let directory: TemporaryDirectory
    private let journal: Journal

    init() throws {
        directory = try TemporaryDirectory()
        let kiosk = try #require(KioskID("k1310020007"))
        journal = try Journal.open(
            Journal.Configuration(
                directory: directory.file("kiosk"), kiosk: kiosk, reserveBytes: 0, bootID: "boot-1",
                now: { Self.moment(days: 0).now }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onFailure: { Issue.record("\($0)") })
    }

    static func moment(days: Int64, _ clock: ClockTrust = .synced, boot: String = "boot-1") -> Moment {
        Moment(
            now: Now(
                wall: Timestamp(milliseconds: clock == .synced ? start + days * day : days * day),
                uptime: Uptime(milliseconds: days * day), clock: clock), bootID: boot)
    }

    private func record(
        _ type: EventType, _ subject: String?, _ data: JSON, at moment: Moment
    ) async throws {
        _ = try await journal.record { transaction in
            var generator = SystemRandomNumberGenerator()
            return try transaction.record(
                EventDraft(
                    id: .make(at: moment.now.wall, using: &generator), type: type, subject: subject, now: moment.now,
                    bootID: moment.bootID, actor: nil, data: data.canonical))
        }
    }

    private func flags(_ subject: String) async throws -> Set<Parcel.Flag> {
        try await journal.look { try $0.parcel(subject)?.parcel.condition.flags ?? [] }
    }

    @Test func `a parcel is overdue after its days and flagged once`() async throws {
        try await record(.parcelReceived, "SF1", [:], at: Self.moment(days: 0))
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 6)) == 0)
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 7)) == 1)
        #expect(try await flags("SF1") == [.overdue])
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 8)) == 0)
    }

    @Test func `a clock that cannot be believed makes nothing overdue, whatever it says`() async throws {
        try await record(.parcelReceived, "SF1", [:], at: Self.moment(days: 0))
        let jump = Moment(
            now: Now(
                wall: Timestamp(milliseconds: Self.start + 3650 * Self.day), uptime: Uptime(milliseconds: 1),
                clock: .unsynced), bootID: "boot-1")
        #expect(try await journal.flagOverdue(after: 7, at: jump) == 0)
        #expect(try await flags("SF1").isEmpty)
    }

    @Test func `a parcel of 1970 is overdue only when its boot has learnt the time`() async throws {
        try await record(.parcelReceived, "SF1", [:], at: Self.moment(days: 0, .unsynced))
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 300, boot: "boot-2")) == 0)
        // That boot's clock was set an hour after the parcel came: it came on day 0.
        let hour = Moment(
            now: Now(
                wall: Timestamp(milliseconds: Self.start + 3_600_000), uptime: Uptime(milliseconds: 3_600_000),
                clock: .synced), bootID: "boot-1")
        try await record(.clockSynced, nil, ["source": "kernel"], at: hour)
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 6, boot: "boot-2")) == 0)
        // In that hour its clock may have gone wrong by a third of a second.
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 7, boot: "boot-2")) == 0)
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 8, boot: "boot-2")) == 1)
    }

    @Test func `more parcels than one page holds are all looked at`() async throws {
        for number in 0..<450 {
            try await record(.parcelReceived, "SF\(number)", [:], at: Self.moment(days: number % 2 == 0 ? 0 : 5))
        }
        var pages = 0
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 7)) { pages += 1 } == 225)
        #expect(pages == 3)
    }

    @Test func `what a villager handed in and what has gone is never overdue`() async throws {
        try await record(.parcelAccepted, "SF1", [:], at: Self.moment(days: 0))
        try await record(.parcelReceived, "SF2", [:], at: Self.moment(days: 0))
        try await record(.parcelCollected, "SF2", ["by": "code"], at: Self.moment(days: 1))
        #expect(try await journal.flagOverdue(after: 7, at: Self.moment(days: 70)) == 0)
    }

    @Test func `whom parcels were for is erased when all of theirs have been gone for long enough`() async throws {
        let recipient = Recipient(id: "r-1", name: "张*", phoneTail: "5678")
        try await journal.record { transaction in
            try transaction.apply(
                CenterDocument(
                    version: 1, digest: .genesis,
                    content: .expected(["SF1", "SF2"].map { ExpectedParcel(subject: $0, recipient: recipient) })))
        }
        for subject in ["SF1", "SF2"] {
            try await record(.parcelReceived, subject, ["recipient": "r-1"], at: Self.moment(days: 0))
        }
        try await record(.parcelCollected, "SF1", ["by": "code"], at: Self.moment(days: 1))
        #expect(try await journal.eraseRecipients(after: 30, at: Self.moment(days: 100).now) == 0)
        try await record(.parcelCollected, "SF2", ["by": "code"], at: Self.moment(days: 100))
        // Counted from the first trusted look after the last parcel left.
        #expect(try await journal.eraseRecipients(after: 30, at: Self.moment(days: 100).now) == 0)
        #expect(try await journal.eraseRecipients(after: 30, at: Self.moment(days: 900, .unsynced).now) == 0)
        #expect(try await journal.eraseRecipients(after: 30, at: Self.moment(days: 131).now) == 1)
        let left = try await journal.look { view in
            (try view.parcel("SF1")?.recipient, try view.expected("SF1")?.recipient)
        }
        #expect(left.0 == nil && left.1 == nil)
    }
}
