import Delivery
import Domain
import TestSupport
import Testing
import Workflow

@Suite struct `The center's judgement of an event` {
    let sample: SampleChain

    init() throws { sample = try SampleChain(epoch: "a", count: 20) }

    /// What the center has stored of the sample, and how often it was asked.
    final class Stored {
        let events: [Event]
        var asked: [Int64] = []
        init(_ events: some Sequence<Event>) { self.events = Array(events) }

        func hash(_ sequence: Int64) -> Digest? {
            asked.append(sequence)
            return events.first { $0.sequence == sequence }?.hash
        }
    }

    /// The same facts under the same name, but from another journal file: every hash from `from` on differs.
    func otherHistory(from: Int64, count: Int) -> [Event] {
        var head = sample.head(at: from - 1)
        return (0..<count).map { _ in
            var draft = sample.events[Int(head.sequence)].draft
            draft.actor = "someone"
            let event = sample.chain.append(draft, after: head)
            head = Head(sequence: event.sequence, hash: event.hash)
            return event
        }
    }

    @Test func `the next event moves on, the first after the genesis included`() {
        var intake = ChainVerifier(chain: sample.chain)
        for event in sample.events {
            let judgement = intake.verify(event) { _ in nil }
            #expect(judgement == .next)
            #expect(intake.through == Head(sequence: event.sequence, hash: event.hash))
        }
    }

    @Test func `an event stored already is known, and nothing moves`() {
        let stored = Stored(sample.events.prefix(10))
        var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: 10))
        for event in sample.events.prefix(10) {
            let judgement = intake.verify(event, stored: stored.hash)
            #expect(judgement == .known)
        }
        #expect(intake.through == sample.head(at: 10))
        #expect(stored.asked == Array(1...9), "the last is known without a look-up")
    }

    @Test(
        arguments: [
            (0, 2, 1...1), (0, 20, 1...19), (10, 12, 11...11), (10, 20, 11...19),
        ] as [(Int64, Int, ClosedRange<Int64>)])
    func `an event too far ahead tells the gap before it, and nothing moves`(
        _ through: Int64, _ sequence: Int, _ gap: ClosedRange<Int64>
    ) {
        var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: through))
        let judgement = intake.verify(sample.events[sequence - 1]) { _ in nil }
        #expect(judgement == .gap(gap))
        #expect(intake.through == sample.head(at: through))
    }

    @Test func `another event in a stored place is a fork, at the end and before it`() {
        let stored = Stored(sample.events.prefix(10))
        let other = otherHistory(from: 8, count: 3)
        var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: 10))
        for event in other {
            let judgement = intake.verify(event, stored: stored.hash)
            #expect(judgement == .fork, "event \(event.sequence)")
        }
        #expect(intake.through == sample.head(at: 10))
    }

    @Test func `a next event that names another predecessor is a fork`() {
        var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: 10))
        let other = otherHistory(from: 10, count: 2)
        let judgement = intake.verify(other[1]) { _ in nil }
        #expect(other[1].sequence == 11 && judgement == .fork)
        #expect(intake.through == sample.head(at: 10))
    }

    @Test func `a first event that does not begin at the genesis is a fork`() {
        var intake = ChainVerifier(chain: sample.chain)
        let event = sample.chain.append(sample.events[0].draft, after: Head(sequence: 0, hash: sample.events[3].hash))
        let judgement = intake.verify(event) { _ in nil }
        #expect(judgement == .fork)
    }

    static let breakages: [Named<@Sendable (Event, SampleChain) -> Event>] = [
        Named(
            "its data",
            { event, _ in
                var draft = event.draft
                draft.data = Array(#"{"a":1}"#.utf8)
                return Event(draft: draft, sequence: event.sequence, previousHash: event.previousHash, hash: event.hash)
            }),
        Named(
            "its place",
            { event, _ in
                Event(
                    draft: event.draft, sequence: event.sequence - 1, previousHash: event.previousHash, hash: event.hash
                )
            }),
        Named(
            "its predecessor",
            { event, sample in
                Event(
                    draft: event.draft, sequence: event.sequence, previousHash: sample.events[0].hash, hash: event.hash)
            }),
        Named(
            "its hash",
            { event, sample in
                Event(
                    draft: event.draft, sequence: event.sequence, previousHash: event.previousHash,
                    hash: sample.events[0].hash)
            }),
    ]

    @Test(arguments: breakages)
    func `an event that is not what was hashed is broken, wherever it would stand`(
        _ change: Named<@Sendable (Event, SampleChain) -> Event>
    ) {
        let event = change.value(sample.events[10], sample)
        for through in [0, 9, 10, 11, 15] as [Int64] {
            let stored = Stored(sample.events.prefix(Int(through)))
            var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: through))
            let judgement = intake.verify(event, stored: stored.hash)
            #expect(judgement == .broken, "after \(through)")
            #expect(intake.through == sample.head(at: through))
            #expect(stored.asked.isEmpty)
        }
    }

    @Test func `an event of another epoch does not hold`() throws {
        let other = try SampleChain(epoch: "b", count: 1)
        var intake = ChainVerifier(chain: sample.chain)
        let judgement = intake.verify(other.events[0]) { _ in nil }
        #expect(judgement == .broken)
    }

    @Test func `a failed look-up is handed on, and nothing moves`() {
        struct Failure: Error {}
        var intake = ChainVerifier(chain: sample.chain, through: sample.head(at: 10))
        #expect(throws: Failure.self) {
            _ = try intake.verify(sample.events[4]) { _ throws(Failure) in throw Failure() }
        }
        #expect(intake.through == sample.head(at: 10))
    }
}
