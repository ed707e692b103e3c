import Delivery
import Domain
import Testing
import Workflow

/// Scripts: an input, what it must lead to, the next input.
@Suite struct `Delivering events` {
    /// A delivery with its clock and a driver that hands every batch of 50 over at once.
    struct Script {
        var delivery = Delivery(timing: steady, seed: 1)
        var now = Uptime(milliseconds: 0)
        var epoch: Epoch
        var head: Int64 = 0
        var cursor: Int64 = 0
        var anchor: Int64 = 0
        var lastID: Int32 = 0
        var answered: Int32 = 0

        /// With the whole window from the beginning and one patience: what makes them grow has tests of its own.
        static var steady: Delivery.Timing {
            var timing = Delivery.Timing()
            timing.firstAhead = Delivery.mostAhead
            timing.patienceSpread = 0
            timing.longestAcknowledgementTimeout = timing.acknowledgementTimeout
            timing.brokerTimeout = .milliseconds(0)
            return timing
        }

        init(head: Int64 = 0, cursor: Int64 = 0, anchor: Int64 = 0) throws {
            epoch = try #require(Epoch(String(repeating: "a", count: 32)))
            (self.head, self.cursor, self.anchor) = (head, cursor, anchor)
            _ = delivery.handle(journal, at: now)
        }

        /// Linked, with nothing said of the center yet.
        static func linked(head: Int64, cursor: Int64 = 0, anchor: Int64 = 0, receiveMaximum: Int = 65_535) throws -> (
            Script, [Int64]
        ) {
            var script = try Script(head: head, cursor: cursor, anchor: anchor)
            let sends = script.feed(.linkUp(receiveMaximum: receiveMaximum))
            return (script, sends)
        }

        var journal: Delivery.Input { .journal(epoch: epoch, head: head, acknowledged: cursor, anchor: anchor) }

        /// After which events batches left.
        mutating func feed(_ input: Delivery.Input) -> [Int64] {
            var sends: [Int64] = []
            var inputs = [input]
            while let next = inputs.popLast() {
                for case .send(let after) in delivery.handle(next, at: now) {
                    sends.append(after)
                    lastID += 1
                    inputs.append(.sent(id: lastID, through: min(after + 50, head)))
                }
            }
            return sends
        }

        mutating func record(_ count: Int64 = 1) -> [Int64] {
            head += count
            return feed(journal)
        }

        mutating func acknowledge(_ through: Int64, missing: [ClosedRange<Int64>] = []) -> [Int64] {
            cursor = max(cursor, through)
            return feed(journal) + feed(.acknowledged(missing: missing))
        }

        /// The broker's answer to every batch up to this id.
        mutating func answer(_ ids: ClosedRange<Int32>, _ answer: Delivery.Answer = .taken) -> [Int64] {
            ids.flatMap { feed(.published(id: $0, answer)) }
        }

        /// The broker takes all that is under way and all that leaves for it.
        mutating func answerAll() -> [Int64] {
            var sends: [Int64] = []
            while answered < lastID {
                answered += 1
                sends += answer(answered...answered)
            }
            return sends
        }

        mutating func wait(_ milliseconds: Int64) -> [Int64] {
            now = now + milliseconds
            return feed(.tick)
        }

        var due: Int64? { delivery.deadline.map { $0 - now } }
    }

    // MARK: The window

    @Test func `nothing is sent before the link is up`() throws {
        var script = try Script(head: 500)
        #expect(script.feed(.tick) == [] && script.feed(.asked) == [] && script.record() == [])
        #expect(script.wait(10_000_000) == [] && script.due == nil)
    }

    @Test func `a live event leaves at once`() throws {
        var (script, sends) = try Script.linked(head: 0)
        #expect(sends == [])
        #expect(script.record() == [0])
        #expect(script.record() == [1], "without waiting for an answer")
        #expect(script.record(3) == [2])
        #expect(script.feed(script.journal) == [], "nothing new")
    }

    @Test(arguments: [(0, 1), (1, 1), (2, 2), (15, 15), (16, 16), (17, 16), (65_535, 16)])
    func `at most min(Receive Maximum, 16) batches wait for the broker`(_ receiveMaximum: Int, _ window: Int) throws {
        var (script, sends) = try Script.linked(head: 2000, receiveMaximum: receiveMaximum)
        #expect(sends == (0..<Int64(window)).map { $0 * 50 })
        #expect(script.record() == [] && script.wait(1000) == [])
        #expect(script.answer(1...1) == [Int64(window) * 50], "an answer opens the window by one")
        #expect(script.answer(1...1) == [], "the same answer again does not")
        #expect(script.answer(1000...1000) == [], "nor one that nobody waits for")
    }

    @Test func `no batch leaves while the last is being handed over`() throws {
        var script = try Script(head: 500)
        #expect(script.delivery.handle(.linkUp(receiveMaximum: 5), at: script.now) == [.send(after: 0)])
        #expect(script.delivery.handle(script.journal, at: script.now) == [])
        #expect(script.delivery.handle(.tick, at: script.now) == [])
        #expect(script.delivery.handle(.sent(id: 1, through: 37), at: script.now) == [.send(after: 37)])
    }

    @Test func `sending never runs further ahead of the cursor than agreed`() throws {
        var (script, sends) = try Script.linked(head: 100_000)
        var id: Int32 = 0
        while id < script.lastID {
            id += 1
            sends += script.answer(id...id)
        }
        #expect(sends.count == 64 && sends.last == 3150)
        #expect(sends.allSatisfy { $0 - script.cursor < Delivery.mostAhead })
        #expect(script.acknowledge(49) == [3200])
        #expect(script.acknowledge(50) == [] && script.acknowledge(51) == [3250])
    }

    // MARK: The cursor

    @Test func `the broker's answers open the window but never move the cursor`() throws {
        var (script, sends) = try Script.linked(head: 100)
        #expect(sends == [0, 50])
        #expect(script.answer(1...2) == [])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [0, 50], "as if nothing had been sent")
    }

    @Test func `without a word for 30 s everything after the cursor is sent again`() throws {
        var (script, _) = try Script.linked(head: 150)
        _ = script.answer(1...3)
        script.now = script.now + 20_000
        #expect(script.acknowledge(70) == [], "that it moved is a sign of life")
        #expect(script.due == 30_000)
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [70, 120])
        #expect(script.due == 30_000)
        _ = script.answer(4...5)
        #expect(script.wait(30_000) == [70, 120], "and again")
    }

    @Test func `an acknowledgement that moves nothing is no sign of life`() throws {
        var (script, _) = try Script.linked(head: 40)
        _ = script.answer(1...1)
        #expect(script.wait(20_000) == [] && script.acknowledge(0) == [])
        #expect(script.wait(10_000) == [0])
    }

    @Test func `when all is acknowledged there is nothing to wait for`() throws {
        var (script, _) = try Script.linked(head: 40)
        _ = script.answer(1...1)
        #expect(script.due == 30_000)
        #expect(script.acknowledge(40) == [])
        #expect(script.due == nil && script.wait(1_000_000) == [])
        #expect(script.record() == [40])
        #expect(script.due == 30_000)
    }

    @Test func `a batch of one that the broker has is not sent again with the next event`() throws {
        var (script, _) = try Script.linked(head: 1)
        _ = script.answer(1...1)
        #expect(script.record() == [1])
    }

    @Test func `an acknowledgement beyond what was sent since the link came up goes on after it`() throws {
        var (script, sends) = try Script.linked(head: 1000, receiveMaximum: 1)
        #expect(sends == [0])
        #expect(script.acknowledge(400) == [], "the window is full")
        #expect(script.answer(1...1) == [400])
    }

    // MARK: Gaps

    @Test func `a reported gap is filled once, not for each report of it within 5 s`() throws {
        var (script, _) = try Script.linked(head: 200)
        _ = script.answer(1...4)
        #expect(script.acknowledge(50, missing: [51...100]) == [50, 100, 150])
        #expect(script.acknowledge(50, missing: [51...150]) == [], "the report of the next batch")
        #expect(script.wait(4999) == [] && script.acknowledge(50, missing: [51...150]) == [])
        _ = script.answer(5...7)
        #expect(script.wait(1) == [] && script.acknowledge(50, missing: [51...150]) == [50, 100, 150])
    }

    @Test func `another gap is filled at once`() throws {
        var (script, _) = try Script.linked(head: 200)
        _ = script.answer(1...4)
        #expect(script.acknowledge(50, missing: [51...100]) == [50, 100, 150])
        _ = script.answer(5...7)
        #expect(script.acknowledge(100, missing: [101...150]) == [100, 150])
    }

    @Test func `a gap after what was sent is on its way`() throws {
        var (script, _) = try Script.linked(head: 200, receiveMaximum: 1)
        #expect(script.acknowledge(0, missing: [51...90]) == [])
        #expect(script.answer(1...1) == [50])
    }

    @Test func `a center that lost its data gets what it asks for, from before the cursor`() throws {
        var (script, sends) = try Script.linked(head: 500, cursor: 500)
        #expect(sends == [])
        #expect(script.record() == [500])
        #expect(script.acknowledge(0, missing: [101...500]) == [100, 150, 200, 250, 300, 350, 400, 450, 500])
    }

    @Test func `a center that loses its data again at once gets all of it again`() throws {
        var (script, _) = try Script.linked(head: 40, cursor: 40)
        #expect(script.acknowledge(0, missing: [1...40]) == [0])
        #expect(script.acknowledge(40) == [])
        #expect(
            script.feed(.center(isOnline: false, isNews: true)) == []
                && script.feed(.center(isOnline: true, isNews: true)) == [])
        #expect(script.acknowledge(0, missing: [1...40]) == [0])
    }

    @Test func `what a center lacks from before the cursor is sent until it has it`() throws {
        var (script, _) = try Script.linked(head: 40, cursor: 40)
        #expect(script.acknowledge(0, missing: [1...40]) == [0])
        #expect(script.answer(1...1, .taken) == [])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [0], "what was sent was lost on the way")
        #expect(script.answer(2...2, .taken) == [])
        // The same gap at once asks for nothing new, and is not forgotten either.
        #expect(script.acknowledge(0, missing: [1...40]) == [0])
        #expect(script.acknowledge(0, missing: [1...40]) == [])
        #expect(script.wait(30_000) == [0])
        #expect(script.acknowledge(40) == [])
        #expect(script.due == nil, "nothing is owed any more")
    }

    @Test func `what is pruned cannot be sent again: it gets what follows the anchor`() throws {
        var (script, _) = try Script.linked(head: 500, cursor: 500, anchor: 420)
        #expect(script.record() == [500])
        #expect(script.acknowledge(0, missing: [101...500]) == [420, 470])
    }

    // MARK: Holds

    @Test func `nobody listens: delivery holds, and probes with one batch`() throws {
        var (script, sends) = try Script.linked(head: 1000, receiveMaximum: 4)
        #expect(sends.count == 4)
        #expect(script.answer(1...4, .nobodyListens) == [])
        #expect(script.delivery.hold == .centerAbsent && script.due == 300_000)
        #expect(script.record() == [], "a live event does not leave")
        #expect(script.wait(299_999) == [])
        #expect(script.wait(1) == [0], "one batch, to see")
        #expect(script.record() == [] && script.wait(1000) == [])
        #expect(script.answer(5...5, .nobodyListens) == [])
        #expect(script.due == 300_000)
        #expect(script.wait(300_000) == [0])
        #expect(script.answer(6...6) == [50, 100, 150, 200], "somebody listens")
        #expect(script.delivery.hold == nil)
    }

    @Test func `a held delivery with nothing to send wakes nobody`() throws {
        var (script, _) = try Script.linked(head: 0)
        #expect(script.feed(.center(isOnline: false, isNews: true)) == [])
        #expect(script.delivery.hold == .centerAbsent && script.due == nil)
        _ = script.record()
        #expect(script.due == 300_000)
    }

    @Test func `an offline center holds delivery; the broker's answer does not end it, the center's does`() throws {
        var (script, _) = try Script.linked(head: 120)
        _ = script.answer(1...3)
        #expect(script.feed(.center(isOnline: false, isNews: true)) == [])
        #expect(script.wait(30_000) == [], "silence is no news now")
        #expect(script.wait(270_000) == [0])
        #expect(script.answer(4...4) == [] && script.delivery.hold == .centerAbsent)
        #expect(script.wait(299_999) == [])
        #expect(script.wait(1) == [0], "the probe may be lost: it is the first batch again")
        #expect(script.answer(5...5) == [])
        #expect(script.acknowledge(50) == [50, 100], "the state was old: the center is there")
        #expect(script.delivery.hold == nil)
    }

    @Test func `a probe is repeated though nothing new was recorded`() throws {
        var (script, _) = try Script.linked(head: 3)
        _ = script.answer(1...1)
        _ = script.feed(.center(isOnline: false, isNews: true))
        for probe in Int32(2)..<10 {
            #expect(script.wait(299_999) == [], "before probe \(probe)")
            #expect(script.wait(1) == [0], "probe \(probe)")
            #expect(script.answer(probe...probe) == [])
        }
    }

    @Test func `no second probe while the broker has not answered the first`() throws {
        var (script, _) = try Script.linked(head: 3, receiveMaximum: 4)
        _ = script.answer(1...1)
        _ = script.feed(.center(isOnline: false, isNews: true))
        #expect(script.wait(300_000) == [0])
        #expect(script.wait(300_000) == [] && script.wait(300_000) == [])
        _ = script.answer(2...2)
        #expect(script.wait(300_000) == [0])
    }

    @Test func `when the center returns delivery resumes within its spread`() throws {
        var waits: [Int64] = []
        for seed in UInt64(0)..<200 {
            var script = try Script(head: 60)
            script.delivery = Delivery(seed: seed)
            _ = script.feed(script.journal)
            _ = script.feed(.linkUp(receiveMaximum: 10))
            _ = script.answer(1...2)
            _ = script.feed(.center(isOnline: false, isNews: true))
            script.now = script.now + 1000
            #expect(script.feed(.center(isOnline: true, isNews: true)) == [])
            let wait = try #require(script.due)
            waits.append(wait)
            if wait > 0 { #expect(script.wait(wait - 1) == []) }
            script.now = script.now + 1
            // The first batch, and with the broker's answer the rest.
            let first = script.feed(.tick)
            #expect(first.first == 0, "seed \(seed)")
            #expect(first + script.answer(script.lastID...script.lastID) == [0, 50], "seed \(seed)")
            #expect(script.delivery.hold == nil)
        }
        #expect(waits.allSatisfy { (0...60_000).contains($0) })
        #expect((waits.min() ?? .max) < 3000 && (waits.max() ?? 0) > 57_000)
    }

    @Test func `the center's return does not put off a probe that is due sooner`() throws {
        for seed in UInt64(0)..<50 {
            var script = try Script(head: 60)
            script.delivery = Delivery(seed: seed)
            _ = script.feed(script.journal)
            _ = script.feed(.linkUp(receiveMaximum: 10))
            _ = script.feed(.center(isOnline: false, isNews: true))
            script.now = script.now + 299_000
            _ = script.feed(.center(isOnline: true, isNews: true))
            #expect(try #require(script.due) <= 1000)
        }
    }

    @Test func `a center that is online and always was changes nothing`() throws {
        var (script, _) = try Script.linked(head: 60)
        #expect(script.feed(.center(isOnline: true, isNews: false)) == [])
        #expect(script.delivery.hold == nil && script.record() == [60])
    }

    @Test func `what was sent before a center came is sent again, within its spread`() throws {
        var (script, _) = try Script.linked(head: 60)
        _ = script.answer(1...2)
        #expect(script.feed(.center(isOnline: true, isNews: true)) == [])
        #expect(script.delivery.hold == .centerAbsent)
        let due = try #require(script.due)
        #expect((0...60_000).contains(due))
        #expect(script.wait(due) == [0])
        #expect(script.answer(3...3) == [50] && script.delivery.hold == nil)
    }

    @Test func `a center that comes when all is acknowledged holds nothing`() throws {
        var (script, _) = try Script.linked(head: 60)
        _ = script.answer(1...2)
        _ = script.acknowledge(60)
        #expect(script.feed(.center(isOnline: true, isNews: true)) == [])
        #expect(script.delivery.hold == nil && script.record() == [60])
    }

    @Test func `not authorised holds with an interval of its own`() throws {
        var (script, _) = try Script.linked(head: 1000, receiveMaximum: 2)
        #expect(script.answer(1...2, .notAuthorised) == [])
        #expect(script.delivery.hold == .notAuthorised && script.due == 600_000)
        #expect(
            script.feed(.center(isOnline: true, isNews: true)) == [] && script.due == 600_000,
            "the center's return mends no rights")
        #expect(script.wait(599_999) == [])
        #expect(script.wait(1) == [0])
        #expect(script.answer(3...3, .notAuthorised) == [] && script.due == 600_000)
        #expect(script.wait(600_000) == [0])
        #expect(script.answer(4...4) == [50, 100])
    }

    @Test func `another refusal holds too, and shorter`() throws {
        var (script, _) = try Script.linked(head: 10)
        #expect(script.answer(1...1, .refused) == [])
        #expect(script.delivery.hold == .refused && script.due == 5000)
    }

    @Test(arguments: [Delivery.Answer.nobodyListens, .notAuthorised, .refused])
    func `who asks has a probe at once`(_ answer: Delivery.Answer) throws {
        var (script, _) = try Script.linked(head: 1000, receiveMaximum: 2)
        _ = script.answer(1...2, answer)
        #expect(script.wait(5) == [])
        #expect(script.feed(.asked) == [0])
        #expect(script.feed(.asked) == [], "while it is on its way there is no other")
        #expect(script.answer(3...3) == [50, 100])
    }

    @Test func `who asks while the center is known to be offline has one probe`() throws {
        var (script, _) = try Script.linked(head: 1000, receiveMaximum: 2)
        _ = script.feed(.center(isOnline: false, isNews: true))
        _ = script.answer(1...2)
        #expect(script.feed(.asked) == [0])
        #expect(script.answer(3...3) == [])
        #expect(script.delivery.hold == .centerAbsent && script.due == 300_000)
    }

    @Test func `who asks while nothing holds changes nothing`() throws {
        var (script, _) = try Script.linked(head: 10)
        #expect(script.feed(.asked) == [] && script.due == 30_000)
    }

    @Test func `any acknowledgement ends a hold`() throws {
        for answer in [Delivery.Answer.nobodyListens, .notAuthorised, .refused] {
            var (script, _) = try Script.linked(head: 100)
            _ = script.answer(1...1, .taken)
            _ = script.answer(2...2, answer)
            #expect(script.acknowledge(50) == [50], "\(answer)")
            #expect(script.delivery.hold == nil)
        }
    }

    @Test func `what could not be read or handed over is tried again after 5 s`() throws {
        var script = try Script(head: 10)
        #expect(script.delivery.handle(.linkUp(receiveMaximum: 5), at: script.now) == [.send(after: 0)])
        #expect(script.delivery.handle(.notSent, at: script.now) == [])
        #expect(script.due == 5000)
        #expect(script.wait(4999) == [])
        #expect(script.wait(1) == [0])
        #expect(script.answer(1...1) == [] && script.delivery.hold == nil)
    }

    // MARK: Epochs and links

    @Test func `a new epoch starts over from its own cursor`() throws {
        var (script, _) = try Script.linked(head: 1000, cursor: 800, receiveMaximum: 2)
        script.epoch = try #require(Epoch(String(repeating: "b", count: 32)))
        (script.head, script.cursor) = (140, 20)
        #expect(script.feed(script.journal) == [], "the broker still owes two answers")
        #expect(script.answer(1...2) == [20, 70])
        #expect(script.answer(3...4) == [120])
        #expect(script.acknowledge(140) == [] && script.due == nil)
    }

    @Test func `a new link starts from the cursor, and the old link's answers mean nothing`() throws {
        var (script, _) = try Script.linked(head: 1000, receiveMaximum: 4)
        #expect(script.acknowledge(70) == [])
        #expect(script.feed(.linkDown) == [] && script.due == nil)
        #expect(script.record() == [] && script.wait(100_000) == [])
        #expect(script.feed(.linkUp(receiveMaximum: 2)) == [70, 120])
        #expect(script.answer(1...4, .notAuthorised) == [], "of the old link")
        #expect(script.delivery.hold == nil)
        #expect(script.answer(5...5) == [170])
    }

    @Test func `a new link ends a hold, unless the center said first that it is offline`() throws {
        var (script, _) = try Script.linked(head: 100)
        _ = script.answer(1...2, .notAuthorised)
        _ = script.feed(.linkDown)
        #expect(script.delivery.hold == nil)
        #expect(script.feed(.linkUp(receiveMaximum: 5)) == [0, 50])
        _ = script.feed(.linkDown)
        // The retained state may come with the subscription, before the link counts as up.
        #expect(script.feed(.center(isOnline: false, isNews: false)) == [])
        #expect(script.feed(.linkUp(receiveMaximum: 5)) == [])
        #expect(script.delivery.hold == .centerAbsent && script.due == 300_000)
    }

    @Test func `a probe that was not needed does not leave after the next hold`() throws {
        var (script, _) = try Script.linked(head: 0)
        _ = script.feed(.center(isOnline: false, isNews: true))
        #expect(script.wait(300_000) == [], "due, but there is nothing to send")
        _ = script.feed(.linkDown)
        _ = script.feed(.center(isOnline: false, isNews: true))
        _ = script.feed(.linkUp(receiveMaximum: 5))
        #expect(script.record() == [])
        #expect(script.due == 300_000)
    }

    @Test func `a gap reported on the last link may be reported again on the next`() throws {
        var (script, _) = try Script.linked(head: 100)
        _ = script.answer(1...2)
        #expect(script.acknowledge(0, missing: [1...50]) == [0, 50])
        _ = script.feed(.linkDown)
        #expect(script.feed(.linkUp(receiveMaximum: 5)) == [0, 50])
        #expect(script.acknowledge(0, missing: [1...50]) == [0, 50])
    }

    // MARK: How far ahead

    /// With the timing that is shipped.
    private func shipped(head: Int64) throws -> (Script, [Int64]) {
        var script = try Script(head: head)
        script.delivery = Delivery(seed: 1)
        _ = script.feed(script.journal)
        let sends = script.feed(.linkUp(receiveMaximum: 65_535))
        return (script, sends)
    }

    @Test func `it begins with two batches and grows with the center's word`() throws {
        var (script, sends) = try shipped(head: 1_000_000)
        #expect(sends == [0, 50])
        #expect(script.answer(1...2) == [], "the broker's word opens nothing")
        var widths: [Int] = []
        for round in 1...60 {
            // The center takes all that was sent.
            let through = Int64(script.lastID) * 50
            sends = script.acknowledge(through)
            sends += script.answerAll()
            widths.append(sends.count)
            #expect(sends.allSatisfy { $0 - script.cursor < Delivery.mostAhead }, "round \(round)")
        }
        #expect(Array(widths.prefix(3)) == [4, 8, 16], "it doubles")
        #expect(widths.last == 64 && zip(widths.dropFirst(3), widths.dropFirst(4)).allSatisfy { $1 - $0 <= 2 })
    }

    @Test func `a silence halves it and is waited for twice as long the next time`() throws {
        var (script, _) = try shipped(head: 100_000)
        for _ in 0..<3 {
            _ = script.acknowledge(Int64(script.lastID) * 50)
            _ = script.answerAll()
        }
        var waits: [Int64] = []
        var counts: [Int] = []
        for _ in 0..<7 {
            let due = try #require(script.due)
            waits.append(due)
            let sends = script.wait(due) + script.answerAll()
            counts.append(sends.count)
        }
        #expect(Array(counts.prefix(4)) == [8, 4, 2, 2])
        for (index, wait) in waits.enumerated() {
            let base = min(Int64(30_000) << Int64(index), 480_000)
            #expect((base...base * 5 / 4).contains(wait), "\(wait) after \(index) silences")
        }
        #expect(Set(waits.prefix(2)).count == 2)
    }

    @Test func `two kiosks do not speak again in the same moment`() throws {
        var dues: Set<Int64> = []
        for seed in 1...50 as ClosedRange<UInt64> {
            var script = try Script(head: 10)
            script.delivery = Delivery(seed: seed)
            _ = script.feed(script.journal)
            _ = script.feed(.linkUp(receiveMaximum: 10))
            _ = script.answer(1...1)
            dues.insert(try #require(script.due))
        }
        #expect(dues.count > 40)
    }

    @Test func `a broker that answers nothing is left, and what was sent is sent again over the next connection`()
        throws
    {
        var (script, sends) = try shipped(head: 1000)
        #expect(sends == [0, 50])
        script.now = script.now + 60_000
        #expect(script.delivery.handle(.tick, at: script.now) == [.reconnect])
        #expect(script.delivery.handle(.tick, at: script.now) == [] && script.due == nil)
        #expect(script.feed(.linkDown) == [])
        #expect(script.feed(.linkUp(receiveMaximum: 10)) == [0, 50])
    }

    /// A quota of the minute holds for seconds, not for five minutes.
    @Test func `a refusal is tried again soon, then later and later`() throws {
        var (script, _) = try shipped(head: 50)
        var waits: [Int64] = []
        for _ in 0..<9 {
            _ = script.answer(script.lastID...script.lastID, .refused)
            let due = try #require(script.due)
            waits.append(due)
            #expect(script.wait(due) == [0])
        }
        #expect(waits == [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
    }

    /// One event that the broker never takes, among many that it does: this sent 30 MB in 20 s.
    @Test func `what is taken beside a refused batch ends no refusal`() throws {
        var (script, sends) = try shipped(head: 1000)
        #expect(sends == [0, 50])
        #expect(script.answer(1...1, .refused) == [] && script.due == 5000)
        #expect(script.answer(2...2) == [], "the one beside it was taken")
        #expect(script.delivery.hold == .refused && script.due == 5000)
        #expect(script.wait(5000) == [0], "the first again, alone")
        #expect(script.answer(3...3, .refused) == [] && script.due == 10_000)
        #expect(script.wait(10_000) == [0])
        #expect(script.answer(4...4) == [50], "it is taken: on with the rest")
    }

    /// A quota of the second that cut a burst off held for five minutes.
    @Test func `the refusals of one burst are one refusal`() throws {
        var (script, _) = try shipped(head: 100_000)
        for _ in 0..<3 { _ = script.acknowledge(Int64(script.lastID) * 50) + script.answerAll() }
        let first = script.lastID
        _ = script.acknowledge(Int64(script.lastID) * 50)
        #expect(script.lastID - first > 8)
        for id in (first + 1)...script.lastID { _ = script.answer(id...id, .refused) }
        #expect(script.due == 5000)
    }
}
