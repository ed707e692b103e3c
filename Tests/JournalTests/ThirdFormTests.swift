import Delivery
import Domain
import Foundation
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing
import Workflow

/// A journal whose parcels are their own index, in pages of 4 KiB. Its format stands here as it was, and is never changed.
@Suite struct ThirdFormTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    @Test func `a journal of the third form is carried over with all that its events do not tell`()
        async throws
    {
        var journal = try bench.open()
        var check = bench.draft("", type: .scaleChecked)
        (check.subject, check.data) = (nil, Array(#"{"passed":true}"#.utf8))
        try await journal.record { [check] in _ = try $0.record(check) }
        let subjects = (1...300).map { "SF\(String(format: "%013d", $0))" }
        let events = try bench.record(journal, subjects)
        let collected = bench.draft(subjects[5], type: .parcelCollected)
        try await journal.record { _ = try $0.record(collected) }
        let job = PrintJob.Request(kind: .receipt, reference: subjects[7], sequence: 9, isAsked: true)
        let time = bench.now.wall
        _ = try await journal.record { try $0.enqueue(job, at: time) }
        #expect(
            try journal.acknowledge(Head(sequence: 101, hash: events[99].hash), of: journal.state.epoch)
                == .moved)
        try bench.record(journal, ["JT7777777777777"])
        #expect(try await journal.prune(before: Timestamp(milliseconds: time.milliseconds + 1)) == 101)
        let before = try await picture(journal)
        let epoch = journal.state.epoch
        journal.close()
        try bench.putBack(form: 3)

        journal = try bench.open()
        defer { journal.close() }
        // No damage, so no alarm.
        #expect(journal.state.recoveries == 0)
        #expect(journal.state.epoch == epoch)
        let report = try JSON(parsing: try #require(try bench.all(journal).last).draft.data)
        #expect(report["cause"]?.string == "upgraded")
        #expect(report["lost"]?.array == [])
        #expect(report["salvaged"]?.integer == 202)
        #expect(try await picture(journal) == before)
        // That form kept only checks that the scale had passed.
        let kept = try await journal.record { try $0.lastCheck() }
        #expect(kept?.isPassed == true && kept?.moment.bootID == "boot-1")
        #expect(
            try await journal.look { try $0.prints(limit: 10) }.map(\.request.reference) == [subjects[7]])
        // The file's header tells the size of its pages, big-endian.
        let header = try Data(contentsOf: URL(fileURLWithPath: bench.database)).prefix(18)
        #expect(Int(header[16]) << 8 | Int(header[17]) == JournalFixture.page)
        #expect(bench.failures.withLock { $0.isEmpty })
    }

    /// What a person sees of the parcels here: the numbers of events are those of a journal.
    private func picture(_ journal: Journal) async throws -> [Parcel] {
        try await journal.look { try $0.here(after: "", limit: 1000) }.map(\.parcel).map { parcel in
            var parcel = parcel
            parcel.sequence = 0
            return parcel
        }
    }
}
