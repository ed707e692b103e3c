import Domain
import MQTT
import Testing

@Suite struct `The link's schedule` {
    static let timing = LinkSchedule.Timing()

    /// A schedule with its clock: `wait` jumps to the deadline.
    struct ScheduleFixture {
        var schedule: LinkSchedule
        var now = Uptime(milliseconds: 1_000_000)

        init(_ timing: LinkSchedule.Timing = timing, seed: UInt64) {
            schedule = LinkSchedule(timing: timing, seed: seed)
        }

        mutating func handle(_ input: LinkSchedule.Input) -> LinkSchedule.Action? { schedule.handle(input, at: now) }

        /// How long until the next try; `nil` when none is planned.
        var delay: Int64? { schedule.deadline.map { $0 - now } }

        /// Ticks just before the deadline and at it; `connect` if that, and no earlier tick, connects.
        mutating func wait() -> LinkSchedule.Action? {
            guard let deadline = schedule.deadline else { return nil }
            if now < deadline, schedule.handle(.tick, at: deadline + -1) != nil { return nil }
            now = max(now, deadline)
            return handle(.tick)
        }
    }

    @Test func `does nothing before it is started`() {
        var bench = ScheduleFixture(seed: 1)
        #expect(bench.delay == nil)
        #expect(bench.handle(.tick) == nil && bench.handle(.connected) == nil && bench.handle(.failed) == nil)
        #expect(bench.handle(.lost) == nil && bench.delay == nil)
    }

    @Test func `a script of a day`() throws {
        var bench = ScheduleFixture(seed: 2)
        #expect(bench.handle(.started) == nil)
        #expect(try (0...120_000).contains(#require(bench.delay)))
        #expect(bench.wait() == .connect)
        #expect(bench.delay == nil, "while an attempt runs there is nothing to wait for")
        #expect(bench.handle(.tick) == nil && bench.handle(.asked) == nil && bench.handle(.started) == nil)
        #expect(bench.handle(.failed) == nil)
        #expect(try (0...5000).contains(#require(bench.delay)))
        #expect(bench.handle(.failed) == nil && bench.handle(.lost) == nil && bench.handle(.connected) == nil)
        #expect(bench.wait() == .connect)
        #expect(bench.handle(.connected) == nil && bench.delay == nil)
        #expect(bench.handle(.tick) == nil && bench.handle(.asked) == nil && bench.handle(.failed) == nil)
        bench.now = bench.now + 86_400_000
        #expect(bench.handle(.lost) == nil)
        #expect(try (0...120_000).contains(#require(bench.delay)))
    }

    @Test func `without a spread the first try is at once`() {
        var bench = ScheduleFixture(.init(spread: .milliseconds(0)), seed: 3)
        _ = bench.handle(.started)
        #expect(bench.delay == 0)
        #expect(bench.wait() == .connect)
    }

    /// Full jitter: anywhere from nothing to base × 2ⁿ, at most the cap. Over all seeds both ends are come near to, so a
    /// schedule that waits half or twice as long, or always as long, is seen.
    @Test func `the first try falls in the spread, each later one below its doubled bound up to the cap`() throws {
        let failures = 12
        var longest = [Int64](repeating: 0, count: failures + 1)
        var shortest = [Int64](repeating: .max, count: failures + 1)
        for seed in UInt64(0)..<2000 {
            var bench = ScheduleFixture(seed: seed)
            _ = bench.handle(.started)
            for step in 0...failures {
                let delay = try #require(bench.delay, "seed \(seed)")
                longest[step] = max(longest[step], delay)
                shortest[step] = min(shortest[step], delay)
                #expect(delay >= 0, "seed \(seed)")
                #expect(bench.wait() == .connect, "seed \(seed)")
                _ = bench.handle(.failed)
            }
        }
        for step in 0...failures {
            let bound = step == 0 ? 120_000 : min(300_000, 5000 << Int64(step - 1))
            #expect(longest[step] <= bound, "try \(step)")
            #expect(longest[step] > bound - bound / 50, "try \(step)")
            #expect(shortest[step] < bound / 50, "try \(step)")
        }
    }

    @Test func `it never gives up`() throws {
        var bench = ScheduleFixture(seed: 5)
        _ = bench.handle(.started)
        for failure in 0..<10_000 {
            try #require(bench.wait() == .connect, "after \(failure) failures")
            #expect(bench.handle(.failed) == nil)
            #expect(try #require(bench.delay) <= 300_000)
        }
    }

    @Test func `a connection that is accepted and dropped at once backs off like a failure`() throws {
        for seed in UInt64(0)..<200 {
            var bench = ScheduleFixture(seed: seed)
            _ = bench.handle(.started)
            var total: Int64 = 0
            for step in 0..<40 {
                try #require(bench.wait() == .connect)
                _ = bench.handle(.connected)
                bench.now = bench.now + 29_999
                #expect(bench.handle(.lost) == nil)
                let delay = try #require(bench.delay)
                #expect(delay <= min(300_000, 5000 << Int64(min(step, 20))), "seed \(seed)")
                if step >= 10 { total += delay }
            }
            // On average half the cap: thirty draws of 0 to 300 s.
            #expect(total > 30 * 75_000, "seed \(seed)")
        }
    }

    @Test func `a good connection's loss goes back to the spread and begins the series anew`() throws {
        var longest: Int64 = 0
        for seed in UInt64(0)..<500 {
            var bench = ScheduleFixture(seed: seed)
            _ = bench.handle(.started)
            for _ in 0..<10 {
                _ = bench.wait()
                _ = bench.handle(.failed)
            }
            _ = bench.wait()
            _ = bench.handle(.connected)
            bench.now = bench.now + 30_000
            #expect(bench.handle(.lost) == nil)
            let delay = try #require(bench.delay)
            #expect(delay <= 120_000, "seed \(seed)")
            longest = max(longest, delay)
            _ = bench.wait()
            _ = bench.handle(.failed)
            #expect(try #require(bench.delay) <= 5000, "seed \(seed)")
        }
        #expect(longest > 115_000)
    }

    @Test func `who asks has a try at once, but only while it waits`() {
        var bench = ScheduleFixture(seed: 8)
        _ = bench.handle(.started)
        #expect(bench.handle(.asked) == .connect)
        #expect(bench.delay == nil && bench.handle(.asked) == nil, "one attempt runs already")
        #expect(bench.handle(.tick) == nil)
        _ = bench.handle(.failed)
        #expect(bench.handle(.asked) == .connect)
        _ = bench.handle(.connected)
        #expect(bench.handle(.asked) == nil, "the link is up")
    }

    @Test func `asking does not shorten the series for those who come after`() throws {
        var longest: Int64 = 0
        for seed in UInt64(0)..<200 {
            var bench = ScheduleFixture(seed: seed)
            _ = bench.handle(.started)
            for _ in 0..<8 {
                #expect(bench.handle(.asked) == .connect)
                _ = bench.handle(.failed)
            }
            longest = max(longest, try #require(bench.delay))
        }
        #expect((250_000...300_000).contains(longest))
    }

    @Test func `the first tries of 25,000 kiosks are spread flat over two minutes`() throws {
        var seconds = [Int](repeating: 0, count: 121)
        for seed in UInt64(0)..<25_000 {
            var schedule = LinkSchedule(timing: Self.timing, seed: seed)
            _ = schedule.handle(.started, at: Uptime(milliseconds: 0))
            seconds[Int(try #require(schedule.deadline).milliseconds / 1000)] += 1
        }
        #expect(seconds[120] < 5, "only the very end of the spread falls here")
        for (second, count) in seconds.dropLast().enumerated() {
            // 208 on average.
            #expect((120..<300).contains(count), "second \(second)")
        }
    }

    @Test func `the same seed gives the same schedule, another seed another`() {
        func deadlines(_ seed: UInt64) -> [Int64?] {
            var bench = ScheduleFixture(seed: seed)
            _ = bench.handle(.started)
            return (0..<20).map { _ in
                let delay = bench.delay
                _ = bench.wait()
                _ = bench.handle(.failed)
                return delay
            }
        }
        #expect(deadlines(1) == deadlines(1) && deadlines(1) != deadlines(2))
    }
}
