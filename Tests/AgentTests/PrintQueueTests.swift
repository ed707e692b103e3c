import Domain
import Foundation
import Journal
import LabDevices
import TestSupport
import Testing

@testable import KioskAgent

@Suite(.timeLimit(.minutes(1)))
struct `A print queue with its printer` {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `prints each paper once, in order, from what the journal holds`() async throws {
        let bench = try PaperBench(directory.file("kiosk"), .fine)
        bench.start()
        defer { bench.stop() }
        for number in 1...3 { try bench.handOver("batch-\(number)") }
        try await bench.wait("all have come out") { try await bench.jobs().allSatisfy { $0.state == .printed } }
        #expect(try await bench.jobs().map(\.request.reference) == ["batch-1", "batch-2", "batch-3"])
        #expect(bench.paper.count(PaperBench.cut) == 3 && bench.paper.count(PaperBench.copy) == 0)
        let printed = String(decoding: bench.paper.printed, as: UTF8.self)
        let places = try (1...3).map { try #require(printed.range(of: "batch-\($0)")).lowerBound }
        #expect(places == places.sorted())
        #expect(bench.queue.obstacle == nil)
    }

    @Test func `waits while the paper is out, says why, and goes on when there is paper`() async throws {
        let bench = try PaperBench(directory.file("kiosk"), .paperOut)
        bench.start()
        defer { bench.stop() }
        try bench.handOver("batch-1")
        try bench.handOver("batch-2")
        try await bench.wait("the queue says why") { bench.queue.obstacle == "paper is out" }
        try await bench.wait("the job says why") { try await bench.jobs()[0].problem == "paper is out" }
        #expect(try await bench.jobs().allSatisfy { $0.state == .waiting && $0.tries == 0 })
        #expect(bench.paper.printed.isEmpty)
        bench.paper.become(.fine)
        try await bench.wait("both have come out") { try await bench.jobs().allSatisfy { $0.state == .printed } }
        // Nothing had gone out before, so neither is a copy.
        #expect(bench.paper.count(PaperBench.cut) == 2 && bench.paper.count(PaperBench.copy) == 0)
        try await bench.wait("nothing is in the way") { bench.queue.obstacle == nil }
    }

    @Test func `prints again as a copy what was torn off by the end of the paper`() async throws {
        var condition = SimulatedPrinter.Condition.fine
        condition.afterwards = 0x0C
        condition.answersAfterwards = SimulatedPrinter.Condition.paperOut.answers
        let bench = try PaperBench(directory.file("kiosk"), condition)
        bench.start()
        defer { bench.stop() }
        try bench.handOver("batch-1")
        try await bench.wait("it is known to be torn") { try await bench.jobs()[0].state == .uncertain }
        bench.paper.become(.fine)
        try await bench.wait("the copy came out") { try await bench.jobs()[0].state == .printed }
        #expect(bench.paper.count(PaperBench.cut) == 2 && bench.paper.count(PaperBench.copy) == 1)
        #expect(try await bench.jobs()[0].copy == 1)
    }

    /// A power cut at each place where one could tell the difference.
    @Test func `after a power cut each paper comes out once, or once more marked as a copy`() async throws {
        // The printer is slow to answer: there is time to pull the plug while the paper is under way.
        var slow = SimulatedPrinter.Condition.fine
        slow.afterwards = nil
        let bench = try PaperBench(directory.file("kiosk"), slow, printing: 10_000)
        defer { bench.stop() }
        try bench.handOver("batch-1")
        try bench.snapshot(to: directory.file("before"))
        bench.start()
        try await bench.wait("it is on the way") { bench.paper.count(PaperBench.cut) == 1 }
        try bench.snapshot(to: directory.file("during"))

        let done = try PaperBench(directory.file("done"), .fine)
        done.start()
        try done.handOver("batch-1")
        try await done.wait("it came out") { try await done.jobs()[0].state == .printed }
        try done.snapshot(to: directory.file("after"))
        done.stop()

        for (place, cuts, copies) in [("before", 1, 0), ("during", 1, 1), ("after", 0, 0)] {
            let again = try PaperBench(directory.file(place), .fine)
            again.start()
            try await again.wait("\(place): it is done") {
                try await again.jobs().map(\.state) == [.printed]
            }
            // Anything more would come now, before the next.
            try again.handOver("batch-2")
            try await again.wait("\(place): the next is done") { try await again.jobs().last?.state == .printed }
            #expect(again.paper.count(PaperBench.cut) == cuts + 1, "\(place)")
            #expect(again.paper.count(PaperBench.copy) == copies, "\(place)")
            again.stop()
        }
    }

    @Test func `gives up what has no record any more, and goes on with the next`() async throws {
        let bench = try PaperBench(directory.file("kiosk"), .fine)
        defer { bench.stop() }
        _ = try await bench.journal.record {
            try $0.enqueue(
                .init(kind: .handOver, reference: "nothing", sequence: 77, isAsked: false),
                at: Timestamp(milliseconds: 0))
        }
        // The number of another event proves nothing.
        let other = try bench.handOver("batch-1")
        _ = try await bench.journal.record {
            try $0.enqueue(
                .init(kind: .handOver, reference: "other", sequence: other.sequence, isAsked: false),
                at: Timestamp(milliseconds: 0))
        }
        bench.start()
        try await bench.wait("all are done") { try await bench.jobs().allSatisfy { !$0.state.isOpen } }
        #expect(try await bench.jobs().map(\.state) == [.cancelled, .printed, .cancelled])
        #expect(try await bench.jobs()[0].problem == "its record is not there any more")
        #expect(bench.paper.count(PaperBench.cut) == 1)
    }

    @Test func `prints nothing that was cancelled while the printer was away`() async throws {
        let bench = try PaperBench(directory.file("kiosk"), .coverOpen)
        bench.start()
        defer { bench.stop() }
        try bench.handOver("batch-1")
        try bench.handOver("batch-2")
        try await bench.wait("it waits") { bench.queue.obstacle == "the cover is open" }
        let waiting = try await bench.jobs()
        let first = try #require(waiting.first).id
        let isCancelled = try await bench.journal.record { try $0.cancelPrint(first) }
        #expect(isCancelled)
        bench.paper.become(.fine)
        try await bench.wait("the second came out") { try await bench.jobs().last?.state == .printed }
        #expect(try await bench.jobs().map(\.state) == [.cancelled, .printed])
        #expect(bench.paper.count(PaperBench.cut) == 1)
    }
}
