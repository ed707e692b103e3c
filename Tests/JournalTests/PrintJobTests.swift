import Domain
import Foundation
import Journal
import TestSupport
import Testing
import Workflow

@Suite struct `The print queue` {
    let bench: JournalFixture
    let time = Timestamp(milliseconds: 1_795_561_509_007)

    init() throws { bench = try JournalFixture() }

    func request(_ name: String, kind: PrintJob.Kind = .receipt, isAsked: Bool = false) -> PrintJob.Request {
        PrintJob.Request(kind: kind, reference: name, sequence: 0, isAsked: isAsked)
    }

    func add(_ name: String, isAsked: Bool = false, to journal: Journal) throws -> Int64 {
        let request = request(name, isAsked: isAsked)
        return try journal.record { [time] in try $0.enqueue(request, at: time) }
    }

    /// Waits for the commit, also where an asynchronous test would be given the other form.
    func recorded<Result: Sendable>(
        in journal: Journal, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) throws -> Result {
        try journal.record(body)
    }

    func begin(_ id: Int64, _ journal: Journal) throws -> PrintJob? { try journal.record { try $0.beginPrint(id) } }

    func end(_ id: Int64, _ state: PrintJob.State, _ problem: String? = nil, _ journal: Journal) throws {
        try journal.record { try $0.endPrint(id, state, problem: problem) }
    }

    func jobs(_ journal: Journal) async throws -> [PrintJob] { try await journal.look { try $0.prints(limit: 1000) } }
    func next(_ journal: Journal) async throws -> PrintJob? { try await journal.look { try $0.nextPrint() } }

    @Test func `comes out in the order in which it was wanted, each once`() async throws {
        let journal = try bench.open()
        for name in ["a", "b", "c"] { _ = try add(name, to: journal) }
        var out: [String] = []
        while let job = try await next(journal) {
            out.append(job.request.reference)
            #expect(try begin(job.id, journal)?.state == .printing)
            // What is in the printer's hands is not given out a second time.
            #expect(try await next(journal)?.id != job.id)
            #expect(try begin(job.id, journal) == nil)
            try end(job.id, .printed, nil, journal)
        }
        #expect(out == ["a", "b", "c"])
        #expect(try await jobs(journal).allSatisfy { $0.state == .printed && $0.copy == 0 && $0.tries == 1 })
        #expect(try await journal.look { try $0.openPrints() } == 0)
    }

    @Test func `is there with its record or not at all`() async throws {
        var journal = try bench.open()
        let request = request("a")
        let draft = bench.draft("SF1")
        #expect(throws: JournalError.self) {
            try journal.record { [time] transaction in
                _ = try transaction.record(draft)
                try transaction.enqueue(request, at: time)
                throw JournalError.failed("the card")
            }
        }
        journal.close()
        journal = try bench.open()
        #expect(try await jobs(journal).isEmpty && journal.state.head.sequence == 0)
        try recorded(in: journal) { [time] transaction in
            _ = try transaction.record(draft)
            try transaction.enqueue(request, at: time)
        }
        try bench.kill(journal)
        journal = try bench.open()
        #expect(try await jobs(journal).count == 1 && journal.state.head.sequence == 1)
    }

    @Test func `survives a power cut, and what was being printed comes again as a copy`() async throws {
        var journal = try bench.open()
        let waiting = try add("waiting", to: journal)
        let begun = try add("begun", to: journal)
        let done = try add("done", to: journal)
        _ = try begin(begun, journal)
        _ = try begin(done, journal)
        try end(done, .sent, nil, journal)
        try bench.kill(journal)
        journal = try bench.open()
        try recorded(in: journal) { try $0.resumePrints() }
        let jobs = Dictionary(uniqueKeysWithValues: try await jobs(journal).map { ($0.id, $0) })
        #expect(jobs[waiting]?.state == .waiting && jobs[waiting]?.nextCopy == 0)
        #expect(jobs[begun]?.state == .uncertain && jobs[begun]?.nextCopy == 1)
        #expect(jobs[done]?.state == .sent)
        #expect(try begin(begun, journal)?.copy == 1)
        #expect(try begin(waiting, journal)?.copy == 0)
    }

    @Test func `numbers the copies that somebody asks for`() async throws {
        let journal = try bench.open()
        let first = try add("a", to: journal)
        _ = try begin(first, journal)
        try end(first, .uncertain, "power", journal)
        _ = try begin(first, journal)
        try end(first, .printed, nil, journal)
        for copy in [2, 3] {
            let id = try add("a", isAsked: true, to: journal)
            #expect(try begin(id, journal)?.copy == copy)
            try end(id, .printed, nil, journal)
        }
        // Of another paper nothing is known, and it may have come out all the same.
        let other = try add("b", isAsked: true, to: journal)
        #expect(try begin(other, journal)?.copy == 1)
    }

    @Test func `gives up what fails on the way five times`() async throws {
        let journal = try bench.open()
        let id = try add("a", to: journal)
        var tries = 0
        while let job = try await next(journal) {
            #expect(try begin(job.id, journal)?.copy == tries)
            tries += 1
            try end(job.id, .uncertain, "jam", journal)
        }
        #expect(tries == 5)
        let job = try await journal.look { try $0.print(id) }
        #expect(job?.state == .cancelled && job?.problem == "it failed on the way too often")
    }

    @Test func `holds a hundred, and gives up first what nobody has asked for`() async throws {
        let journal = try bench.open()
        let asked = try add("asked", isAsked: true, to: journal)
        let held = try add("held", to: journal)
        _ = try begin(held, journal)
        for number in 0..<200 { _ = try add("\(number)", to: journal) }
        let all = try await jobs(journal)
        let open = all.filter(\.state.isOpen)
        #expect(open.count == 100 && open.contains { $0.id == asked } && open.contains { $0.id == held })
        #expect(
            open.filter { $0.id != asked && $0.id != held }.map(\.request.reference).sorted { Int($0)! < Int($1)! }
                == (102..<200).map(String.init))
        let gone = all.filter { $0.state == .cancelled }
        #expect(gone.count == 102 && gone.allSatisfy { $0.problem == "too many slips waited" })
        // Copies are bounded too.
        for number in 0..<150 { _ = try add("copy \(number)", isAsked: true, to: journal) }
        #expect(try await journal.look { try $0.openPrints() } == 100)
        // What is done does not grow without end.
        for _ in 0..<300 {
            let id = try add("x", to: journal)
            _ = try recorded(in: journal) { try $0.cancelPrint(id) }
        }
        #expect(try await jobs(journal).count <= 301)
    }

    @Test func `lets go of what is cancelled, unless the printer has it`() async throws {
        let journal = try bench.open()
        let (a, b) = (try add("a", to: journal), try add("b", to: journal))
        #expect(try recorded(in: journal) { try $0.cancelPrint(a) })
        #expect(try begin(a, journal) == nil)
        _ = try begin(b, journal)
        #expect(try !recorded(in: journal) { try $0.cancelPrint(b) })
        #expect(try !recorded(in: journal) { try $0.cancelPrint(999) })
        // What is done stays as it is.
        try end(a, .printed, nil, journal)
        #expect(try await journal.look { try $0.print(a) }?.state == .cancelled)
    }

    @Test func `comes along into a new journal, and finds its event there`() async throws {
        var journal = try bench.open()
        try bench.record(journal, (0..<5).map { "SF\($0)" })
        let draft = bench.draft("batch-1", type: .batchClosed)
        let event = try recorded(in: journal) { transaction in
            let event = try transaction.record(draft)
            try transaction.enqueuePrints(of: event)
            return event
        }
        #expect(try await next(journal)?.request.sequence == event.sequence)
        try journal.supersede(forked: true, detail: "test")
        let job = try #require(try await next(journal))
        #expect(job.request.reference == "batch-1" && job.request.kind == .handOver)
        #expect(job.request.sequence != event.sequence)
        let found = try await journal.look { try $0.event(job.request.sequence) }
        #expect(found?.draft == draft)
        journal.close()
        journal = try bench.open()
        #expect(try await next(journal) == job)
    }
}
