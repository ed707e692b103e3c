import Domain
import ScaleProtocols
import Testing

/// What one step does to a watch, and what it says then.
private enum Step: Sendable {
    case connect, disconnect, noise, miss
    case says(ScaleReading)
    /// That saying was saved.
    case saved(ScaleReading)

    func happen(to watch: inout ScaleWatch, at now: Int64) {
        switch self {
        case .connect: watch.connect()
        case .disconnect: watch.disconnect()
        case .noise: watch.hear(at: Uptime(milliseconds: now))
        case .miss: watch.miss()
        case .says(let reading):
            watch.hear(at: Uptime(milliseconds: now))
            watch.feed(reading, at: Uptime(milliseconds: now))
        case .saved(let reading):
            watch.record(ScaleWatch.Sight(.weighable(reading), load: watch.sight(at: Uptime(milliseconds: now)).load))
        }
    }
}

private func kilograms(
    _ grams: Int64?, _ stability: ScaleReading.Stability = .stable, range: ScaleReading.Range = .ok,
    interval: Int64? = nil, fault: String? = nil
) -> ScaleReading {
    ScaleReading(
        mass: grams.map(Mass.init(grams:)), kind: .gross, stability: stability, range: range,
        interval: interval.map(Mass.init(grams:)), fault: fault)
}

private func watch(_ limits: ScaleWatch.Limits = .init(), _ steps: [(Step, Int64)]) -> ScaleWatch {
    var watch = ScaleWatch(limits)
    for (step, now) in steps { step.happen(to: &watch, at: now) }
    return watch
}

private let plate: ScaleWatch.Limits = {
    var limits = ScaleWatch.Limits()
    (limits.interval, limits.maximum) = (Mass(grams: 5), Mass(grams: 15_000))
    return limits
}()

@Suite struct `What a scale shows` {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reading: ScaleReading
        let obstacle: ScaleWatch.NotWeighableReason?

        init(_ name: String, _ reading: ScaleReading, _ obstacle: ScaleWatch.NotWeighableReason?) {
            (testDescription, self.reading, self.obstacle) = (name, reading, obstacle)
        }
    }

    static let cases = [
        Case("a load at rest", kilograms(12_340), nil),
        Case("a load in motion", kilograms(12_340, .unstable), .unstable),
        Case("a load that nobody called stable yet", kilograms(12_340, .unknown), .unstable),
        Case("nothing", kilograms(0), .empty),
        Case("an empty plate in motion", kilograms(0, .unstable), .unstable),
        Case("over its range", kilograms(nil, range: .over), .overloaded),
        Case("under its range", kilograms(nil, range: .under), .underloaded),
        Case("Max and nine steps", kilograms(15_045), nil),
        Case("more than Max and nine steps", kilograms(15_050), .overloaded),
        Case("less than nothing", kilograms(-5), .negative),
        Case("less than nothing, in motion", kilograms(-5, .unstable), .negative),
        Case("little", kilograms(5), nil),
        Case("half a step", kilograms(12_342), .outOfSteps),
        Case("half a step, in motion", kilograms(12_342, .unstable), .outOfSteps),
        Case("pounds", kilograms(nil, fault: "the scale weighs in pounds"), .wrongUnit),
        Case("pieces", kilograms(nil, fault: "the scale counts pieces"), .wrongUnit),
        Case("an unknown unit", kilograms(nil, fault: "the scale weighs in a unit that is not kg or g"), .wrongUnit),
        Case("an error", kilograms(nil, fault: "the scale reports: Error 10b"), .faulty),
        Case("a blank display", kilograms(nil, range: .unknown), .faulty),
        Case("motion in place of a weight", kilograms(nil, .unstable), .unstable),
    ]

    @Test(arguments: cases) func `can be recorded, or there is a word for why not`(_ example: Case) {
        let watch = watch(plate, [(.connect, 0), (.says(example.reading), 10)])
        #expect(
            watch.state(at: Uptime(milliseconds: 20))
                == (example.obstacle.map(ScaleWatch.State.obstacle) ?? .weighable(example.reading)))
    }

    @Test func `is judged by the steps that the frame tells where the settings tell none`() {
        let reading = kilograms(12_342, interval: 5)
        #expect(
            watch([(.connect, 0), (.says(reading), 10)]).state(at: Uptime(milliseconds: 10)) == .obstacle(.outOfSteps))
    }

    @Test func `counts as inferred where the scale has no word for it, and says so`() {
        let reading = kilograms(500, .unknown)
        var steps: [(Step, Int64)] = [(.connect, 0)]
        for time in [0, 250, 500, 750] as [Int64] { steps.append((.says(reading), time)) }
        #expect(watch(steps).state(at: Uptime(milliseconds: 750)) == .obstacle(.unstable))
        var inferred = reading
        inferred.stability = .inferredStable
        #expect(watch(steps + [(.says(reading), 1000)]).state(at: Uptime(milliseconds: 1000)) == .weighable(inferred))
    }

    @Test func `is believed to be at rest after as many frames as the settings ask`() {
        var limits = ScaleWatch.Limits()
        (limits.stableFrames, limits.stableTime) = (3, .milliseconds(400))
        let reading = kilograms(500, .unknown)
        let steps: [(Step, Int64)] = [(.connect, 0), (.says(reading), 0), (.says(reading), 200)]
        #expect(watch(limits, steps).state(at: Uptime(milliseconds: 200)) == .obstacle(.unstable))
        #expect(watch(limits, steps + [(.says(reading), 400)]).state(at: Uptime(milliseconds: 400)).obstacle == nil)
    }
}

@Suite struct `A scale that` {
    private let load = kilograms(12_340)

    @Test func `is not there is disconnected, whatever it said before`() {
        #expect(watch([]).state(at: Uptime(milliseconds: 0)) == .obstacle(.disconnected))
        let pulled = watch([(.connect, 0), (.says(load), 10), (.disconnect, 20)])
        #expect(pulled.state(at: Uptime(milliseconds: 20)) == .obstacle(.disconnected))
        #expect(pulled.reading(at: Uptime(milliseconds: 20)) == nil)
    }

    @Test func `comes back has said nothing yet`() {
        let back = watch([(.connect, 0), (.says(load), 10), (.disconnect, 20), (.connect, 30)])
        #expect(back.state(at: Uptime(milliseconds: 30)) == .obstacle(.silent))
    }

    @Test func `has not spoken for more than a second is silent`() {
        let spoken = watch([(.connect, 0), (.says(load), 10)])
        #expect(spoken.state(at: Uptime(milliseconds: 1010)) == .weighable(load))
        #expect(spoken.deadline(after: Uptime(milliseconds: 1010)) == Uptime(milliseconds: 1011))
        #expect(spoken.state(at: Uptime(milliseconds: 1011)) == .obstacle(.silent))
        #expect(spoken.deadline(after: Uptime(milliseconds: 1011)) == nil)
        #expect(spoken.state(at: Uptime(milliseconds: 9)) == .obstacle(.silent), "a clock that ran backwards")
    }

    @Test func `did not answer a question is silent at once`() {
        #expect(
            watch([(.connect, 0), (.says(load), 10), (.miss, 20)]).state(at: Uptime(milliseconds: 20))
                == .obstacle(.silent))
    }

    @Test func `sends bytes without a frame for a second sends garbage`() {
        let noise: [(Step, Int64)] = [(.connect, 0), (.noise, 0), (.noise, 500)]
        #expect(watch(noise + [(.noise, 999)]).state(at: Uptime(milliseconds: 999)) == .obstacle(.silent))
        #expect(watch(noise + [(.noise, 1000)]).state(at: Uptime(milliseconds: 1000)) == .obstacle(.garbage))
        #expect(watch(noise + [(.noise, 1000)]).state(at: Uptime(milliseconds: 4000)) == .obstacle(.garbage))
        #expect(watch(noise + [(.noise, 1000)]).state(at: Uptime(milliseconds: 4001)) == .obstacle(.silent))
        #expect(watch([(.connect, 0), (.noise, 0)]).state(at: Uptime(milliseconds: 2000)) == .obstacle(.silent))
        #expect(watch(noise + [(.says(load), 1000)]).state(at: Uptime(milliseconds: 1000)) == .weighable(load))
    }

    @Test func `sends garbage after a good frame is not believed when that grows old`() {
        let steps: [(Step, Int64)] = [(.connect, 0), (.says(load), 0), (.noise, 10), (.noise, 700), (.noise, 1010)]
        #expect(watch(steps).state(at: Uptime(milliseconds: 1000)) == .weighable(load))
        #expect(watch(steps).state(at: Uptime(milliseconds: 1010)) == .obstacle(.garbage))
    }

    @Test func `has not moved for five minutes is frozen, and alive with the first other frame`() {
        var steps: [(Step, Int64)] = [(.connect, 0)]
        for time in stride(from: 0, through: 300_000, by: 500) { steps.append((.says(load), Int64(time))) }
        #expect(watch(steps.dropLast()).state(at: Uptime(milliseconds: 299_999)) == .weighable(load))
        #expect(watch(steps).state(at: Uptime(milliseconds: 300_000)) == .obstacle(.frozen))
        let moved = steps + [(.says(kilograms(12_345)), 300_100)]
        #expect(watch(moved).state(at: Uptime(milliseconds: 300_100)) == .weighable(kilograms(12_345)))
    }

    @Test func `is empty for hours is empty, not frozen`() {
        var steps: [(Step, Int64)] = [(.connect, 0)]
        for time in stride(from: 0, through: 400_000, by: 500) { steps.append((.says(kilograms(0)), Int64(time))) }
        #expect(watch(steps).state(at: Uptime(milliseconds: 400_000)) == .obstacle(.empty))
    }
}

@Suite struct `After a record` {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let readings: [ScaleReading]
        let isNew: Bool

        init(_ name: String, _ readings: [ScaleReading], isNew: Bool) {
            (testDescription, self.readings, self.isNew) = (name, readings, isNew)
        }
    }

    static let cases = [
        Case("the same load", [], isNew: false),
        Case("the same load, touched", [kilograms(9000, .unstable)], isNew: false),
        Case("the same load, leaned on", [kilograms(nil, range: .over)], isNew: false),
        Case("a change of less than twenty steps", [kilograms(12_435)], isNew: false),
        Case("a change of twenty steps", [kilograms(12_440)], isNew: true),
        Case("twenty steps less", [kilograms(12_240)], isNew: true),
        Case("emptied for a moment", [kilograms(0, .unstable)], isNew: true),
        Case("emptied below zero", [kilograms(-15)], isNew: true),
        Case("emptied below its range", [kilograms(nil, range: .under)], isNew: true),
        Case("a fault in between", [kilograms(nil, fault: "the scale reports: Error 1")], isNew: false),
    ]

    @Test(arguments: cases) func `only another load can be recorded`(_ example: Case) {
        let load = kilograms(12_340)
        var steps: [(Step, Int64)] = [(.connect, 0), (.says(load), 0), (.saved(load), 10)]
        for (index, reading) in (example.readings + [load]).enumerated() {
            steps.append((.says(reading), Int64(100 + 100 * index)))
        }
        #expect(
            watch(plate, steps).state(at: Uptime(milliseconds: 300)).obstacle == (example.isNew ? nil : .notReturned))
    }

    @Test func `pulling the plug does not make the load a new one`() {
        let load = kilograms(12_340)
        let steps: [(Step, Int64)] = [
            (.connect, 0), (.says(load), 0), (.saved(load), 10), (.disconnect, 20), (.connect, 30), (.says(load), 40),
        ]
        #expect(watch(steps).state(at: Uptime(milliseconds: 40)) == .obstacle(.notReturned))
    }

    @Test func `the change that makes a new load can be set`() {
        var limits = ScaleWatch.Limits()
        limits.change = Mass(grams: 2000)
        let load = kilograms(12_340)
        let steps: [(Step, Int64)] = [(.connect, 0), (.says(load), 0), (.saved(load), 10)]
        #expect(
            watch(limits, steps + [(.says(kilograms(14_339)), 20)]).state(at: Uptime(milliseconds: 20)).obstacle
                == .notReturned)
        #expect(
            watch(limits, steps + [(.says(kilograms(14_340)), 20)]).state(at: Uptime(milliseconds: 20)).obstacle == nil)
    }
}

private func watch(_ steps: [(Step, Int64)]) -> ScaleWatch { watch(.init(), steps) }

@Suite struct `A load that was recorded before a restart` {
    /// The scale's own tare of 1500 g was on: its display showed 10,840 g, and the record says 12,340 g.
    @Test(arguments: [12_340, 10_840, 10_845] as [Int64])
    func `must be lifted, whichever of the two the display shows`(shown: Int64) {
        var watch = ScaleWatch(plate)
        watch.record(oneOf: [Mass(grams: 12_340), Mass(grams: 10_840)])
        watch.connect()
        watch.feed(kilograms(shown), at: Uptime(milliseconds: 0))
        #expect(watch.state(at: Uptime(milliseconds: 0)) == .obstacle(.notReturned))
        watch.feed(kilograms(0), at: Uptime(milliseconds: 100))
        watch.feed(kilograms(shown), at: Uptime(milliseconds: 200))
        #expect(watch.state(at: Uptime(milliseconds: 200)).obstacle == nil)
    }

    @Test func `is another one when it differs from both`() {
        var watch = ScaleWatch(plate)
        watch.record(oneOf: [Mass(grams: 12_340), Mass(grams: 10_840)])
        watch.connect()
        watch.feed(kilograms(8000), at: Uptime(milliseconds: 0))
        #expect(watch.state(at: Uptime(milliseconds: 0)).obstacle == nil)
    }
}

/// A record bears the time at which somebody confirmed it; what it says of the weight must be of that time too.
@Suite struct `A load that was confirmed and is recorded later` {
    fileprivate struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What happens between 1000, when 10,000 g are confirmed, and `now`.
        let steps: [(Step, Int64)]
        let now: Int64
        /// `nil`: the 10,000 g of then are recorded.
        let obstacle: ScaleWatch.NotWeighableReason?

        init(_ name: String, _ steps: [(Step, Int64)], at now: Int64, _ obstacle: ScaleWatch.NotWeighableReason?) {
            (testDescription, self.steps, self.now, self.obstacle) = (name, steps, now, obstacle)
        }
    }

    private static func still(_ grams: Int64, _ times: Int64...) -> [(Step, Int64)] {
        times.map { (.says(kilograms(grams)), $0) }
    }

    private static let cases = [
        Case("at once", [], at: 1000, nil),
        Case("when it still lies there", still(10_000, 1900, 2800, 3700), at: 4000, nil),
        Case("when its last digit crept", still(10_005, 1900, 2800), at: 3000, nil),
        Case(
            "when hands touched it", still(10_000, 1900) + [(.says(kilograms(10_040, .unstable)), 2000)], at: 2100, nil),
        Case(
            "when the scale says of itself that it moves",
            [(.says(kilograms(nil, .unstable)), 1500)] + still(10_000, 1800),
            at: 1900, nil),
        Case("when another came to rest there", still(20_000, 1900, 2800), at: 3000, .exchanged),
        Case("when some of it was taken", still(9990, 1900, 2800), at: 3000, .exchanged),
        Case("when it was lifted and put back", still(0, 1500) + still(10_000, 1900, 2800), at: 3000, .exchanged),
        Case(
            "when it was lifted half", [(.says(kilograms(6000, .unstable)), 1500)] + still(10_000, 1900), at: 2000,
            .exchanged),
        Case("when nothing lies there", still(0, 1900), at: 2000, .exchanged),
        Case("when the scale fell silent", [], at: 2001, .exchanged),
        Case("when it was silent meanwhile", still(10_000, 3000), at: 3100, .exchanged),
        Case("when it did not answer once", [(.miss, 1500)] + still(10_000, 1600), at: 1700, .exchanged),
        Case(
            "when the cable was pulled meanwhile", [(.disconnect, 1500), (.connect, 1600)] + still(10_000, 1700),
            at: 1800,
            .exchanged),
        Case("when it was recorded meanwhile", [(.saved(kilograms(10_000)), 1500)], at: 1600, .notReturned),
        Case(
            "when it was recorded meanwhile and has gone", [(.saved(kilograms(10_000)), 1500)] + still(0, 1900),
            at: 2000,
            .notReturned),
    ]

    @Test(arguments: cases)
    fileprivate func `is recorded as it was, if it is the same load`(_ example: Case) {
        var watch = watch(plate, [(.connect, 0)] + Self.still(0, 0) + Self.still(10_000, 500, 1000))
        let sight = watch.sight(at: Uptime(milliseconds: 1000))
        #expect(sight.state == .weighable(kilograms(10_000)))
        for (step, now) in example.steps { step.happen(to: &watch, at: now) }
        let state = watch.state(of: sight, at: Uptime(milliseconds: example.now))
        #expect(state == (example.obstacle.map { .obstacle($0) } ?? sight.state))
    }

    @Test func `that could not be recorded when it was confirmed cannot be later`() {
        let watch = watch(plate, [(.connect, 0), (.says(kilograms(10_000, .unstable)), 900)])
        let sight = watch.sight(at: Uptime(milliseconds: 1000))
        var later = watch
        later.feed(kilograms(10_000), at: Uptime(milliseconds: 1100))
        #expect(later.state(at: Uptime(milliseconds: 1200)).obstacle == nil)
        #expect(later.state(of: sight, at: Uptime(milliseconds: 1200)) == .obstacle(.unstable))
    }
}
