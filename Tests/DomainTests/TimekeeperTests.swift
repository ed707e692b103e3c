import Domain
import Testing

/// What is believed of the time, against a plain world in which the true time is known.
@Suite struct TimekeeperTests {
    /// A board and its clocks. All of them run at most 100 ppm wrong; whoever tells the time tells it within what it claims.
    struct World {
        var chance: SeededGenerator
        /// In milliseconds since 1970, as it is.
        var truth: Double = 1_795_000_000_000
        var boot = 1
        var uptime: Double = 0
        /// By how much the clock since the start runs fast, in this boot.
        var rate: Double = 0
        /// How far the kernel's wall clock is off.
        var wallError: Double = 0
        var kernelError: Int64?
        var hasRTC: Bool
        var rtcError: Double = 0
        var rtcRate: Double = 0
        /// A clock that remembers when the board was switched off, and no more.
        var remembersOnly: Bool

        init(seed: UInt64) {
            chance = SeededGenerator(seed: seed)
            hasRTC = Bool.random(using: &chance)
            remembersOnly = Bool.random(using: &chance)
            rtcRate = Double.random(in: -100e-6...100e-6, using: &chance)
            rtcError = Double.random(in: -20_000...20_000, using: &chance)
            start()
        }

        mutating func start() {
            uptime = Double.random(in: 1000...60_000, using: &chance)
            rate = Double.random(in: -99e-6...99e-6, using: &chance)
            kernelError = nil
        }

        mutating func pass(_ milliseconds: Double) {
            truth += milliseconds
            uptime += milliseconds * (1 + rate)
            rtcError += milliseconds * rtcRate
        }

        mutating func powerOff(for milliseconds: Double) {
            let before = truth + wallError
            truth += milliseconds
            rtcError += milliseconds * rtcRate
            boot += 1
            start()
            wallError = remembersOnly ? before - truth : hasRTC ? rtcError : -truth
        }

        var look: Timekeeper.Look {
            let rtc = Int64(((truth + rtcError) / 1000).rounded(.down)) * 1000
            return Timekeeper.Look(
                wall: Timestamp(milliseconds: Int64(truth + wallError)), uptime: Uptime(milliseconds: Int64(uptime)),
                kernel: kernelError.map { .synchronised(maximumErrorMilliseconds: $0) } ?? .free,
                rtc: hasRTC ? Timestamp(milliseconds: rtc) : nil)
        }
    }

    /// - Parameter isToldLies: now and then a watch or a center is years off. Then the bound holds again as soon as a live source
    ///   tells the truth, and that says that there was a contradiction; a kernel that follows its reference is never moved.
    @Test(arguments: [false, true])
    func `what is believed is never further from the truth than it says, whatever happens`(isToldLies: Bool) {
        var (known, unknown, byRTC, believedLies, refusedLies, mended) = (0, 0, 0, 0, 0, 0)
        for seed in UInt64(1)...3000 {
            var world = World(seed: seed)
            var keeper = Timekeeper()
            var saved: Timekeeper.Saved?
            // What is believed is a lie; what was saved is one; somebody lied since the program began.
            var (isLied, isSavedLied, hasLied) = (false, false, false)
            func isMended(_ step: Int) {
                guard isLied else { return }
                #expect(keeper.contradiction != nil, "seed \(seed), step \(step)")
                isLied = false
                mended += 1
            }
            func look(_ step: Int) -> Timekeeper.Reading {
                let reading = keeper.read(world.look)
                if world.kernelError != nil { isMended(step) }
                return reading
            }
            func beginAnew() {
                keeper = Timekeeper()
                if let saved { keeper.resume(saved, world.look, bootID: "\(world.boot)") }
                isLied = keeper.anchor != nil && isSavedLied
                hasLied = isLied
            }
            for step in 0..<40 {
                let isLie = isToldLies && Int.random(in: 0..<4, using: &world.chance) == 0
                let lie =
                    isLie
                    ? Double.random(in: 400...4000, using: &world.chance) * 86_400_000
                        * (Bool.random(using: &world.chance) ? 1 : -1) : 0
                switch Int.random(in: 0..<100, using: &world.chance) {
                case ..<30: world.pass(Double.random(in: 0...86_400_000, using: &world.chance))
                case ..<40: world.pass(Double.random(in: 0...30 * 86_400_000, using: &world.chance))
                case ..<50:
                    // The kernel gets its reference, and may set the battery-backed clock by it.
                    world.kernelError = Int64.random(in: 0...500, using: &world.chance)
                    world.wallError = Double.random(in: -400...400, using: &world.chance)
                    if Bool.random(using: &world.chance) { world.rtcError = world.wallError }
                case ..<60: world.kernelError = nil
                case ..<70:
                    let sent = Uptime(milliseconds: Int64(world.uptime))
                    world.pass(Double.random(in: 0...5000, using: &world.chance))
                    let bound = Int64.random(in: 1...2000, using: &world.chance)
                    let time =
                        world.truth + lie + Double.random(in: -Double(bound)...Double(bound), using: &world.chance)
                    world.pass(Double.random(in: 0...5000, using: &world.chance))
                    _ = look(step)
                    keeper.hear(
                        center: Timestamp(milliseconds: Int64(time)), bound: bound + 1, sent: sent,
                        heard: Uptime(milliseconds: Int64(world.uptime)))
                    if !isLie {
                        isMended(step)
                    } else if world.kernelError == nil {
                        (isLied, hasLied) = (true, true)
                        believedLies += 1
                    } else {
                        #expect(keeper.contradiction?.by == .center, "seed \(seed), step \(step)")
                        let span = keeper.anchor?.told(at: Uptime(milliseconds: Int64(world.uptime))).span
                        #expect(
                            span?.isBefore(Timestamp(milliseconds: Int64(world.truth)).adding(-10)) != true
                                && span?.isBefore(Timestamp(milliseconds: Int64(world.truth)).adding(10)) != false,
                            "seed \(seed), step \(step): a kernel that follows was moved")
                        hasLied = true
                        refusedLies += 1
                    }
                case ..<75:
                    let off = lie + Double.random(in: -599_000...599_000, using: &world.chance)
                    _ = look(step)
                    let isBelieved = keeper.hear(
                        operator: Timestamp(milliseconds: Int64(world.truth + off)),
                        at: Uptime(milliseconds: Int64(world.uptime)))
                    // With a kernel that follows, it is refused.
                    if isBelieved { isLied = isLie }
                    if isLie {
                        hasLied = hasLied || isBelieved
                        if isBelieved { believedLies += 1 } else { refusedLies += 1 }
                    }
                case ..<85:
                    _ = look(step)
                    if let now = keeper.saved(world.look, bootID: "\(world.boot)") {
                        (saved, isSavedLied) = (now, isLied)
                    }
                case ..<90:
                    // The process alone begins anew.
                    beginAnew()
                default:
                    world.powerOff(for: Double.random(in: 1000...60 * 86_400_000, using: &world.chance))
                    beginAnew()
                }
                let reading = look(step)
                // Nothing is asked of what rests on a lie.
                guard !isLied else { continue }
                guard let span = reading.now.span else {
                    unknown += 1
                    continue
                }
                known += 1
                if reading.source == .rtc { byRTC += 1 }
                let truth = Timestamp(milliseconds: Int64(world.truth))
                // A millisecond for each clock that was cut to whole ones.
                #expect(
                    span.earliest.adding(-3) <= truth && truth <= span.latest.adding(3),
                    "seed \(seed), step \(step): \(truth) is not within \(reading.now.clock) of \(reading.now.wall)")
                if !hasLied { #expect(keeper.contradiction == nil, "seed \(seed), step \(step)") }
                decide(span, truth, &world.chance)
            }
        }
        // It must not pass by never knowing anything.
        #expect(known > (isToldLies ? 30_000 : 50_000) && unknown > 5000 && byRTC > 200, "\(known) \(unknown) \(byRTC)")
        if isToldLies {
            #expect(
                believedLies > 1000 && refusedLies > 1000 && mended > 500, "\(believedLies) \(refusedLies) \(mended)")
        }
    }

    /// No decision that the truth contradicts; and none is left open but where the change lies within the span.
    private func decide(_ span: TimeSpan, _ truth: Timestamp, _ chance: inout SeededGenerator) {
        let width = span.latest.milliseconds - span.earliest.milliseconds
        let change = span.earliest.adding(Int64.random(in: -width - 5000...2 * width + 5000, using: &chance))
        switch span.isBefore(change) {
        case true?: #expect(truth.adding(-3) < change)
        case false?: #expect(truth.adding(3) >= change)
        case nil: #expect(span.earliest < change && change <= span.latest)
        }
    }

    private func look(
        _ wall: Int64, _ uptime: Int64, _ kernel: Timekeeper.Discipline = .free, rtc: Int64? = nil
    ) -> Timekeeper.Look {
        Timekeeper.Look(
            wall: Timestamp(milliseconds: wall), uptime: Uptime(milliseconds: uptime), kernel: kernel,
            rtc: rtc.map { Timestamp(milliseconds: $0) })
    }

    private static let noon: Int64 = 1_795_000_000_000
    private static let day: Int64 = 86_400_000

    @Test func `nine hours after the kernel's last reference, and a month, the time is still known`() {
        var keeper = Timekeeper()
        let read5 = keeper.read(look(Self.noon, 1000, .synchronised(maximumErrorMilliseconds: 20)))
        #expect(
            read5.now.clock
                == .synced(within: 2000))
        let later = keeper.read(look(17, 1000 + Self.day))
        #expect(later.now.wall.milliseconds == Self.noon + Self.day && later.now.clock == .holdover(within: 10_000))
        #expect(later.source == .kernel)
        let month = keeper.read(look(17, 1000 + 30 * Self.day))
        #expect(month.now.clock == .holdover(within: 261_000))
    }

    @Test func `the kernel's growing error does not widen what is known better`() {
        var keeper = Timekeeper()
        _ = keeper.read(look(Self.noon, 0, .synchronised(maximumErrorMilliseconds: 0)))
        let later = keeper.read(
            look(Self.noon + Self.day / 3, Self.day / 3, .synchronised(maximumErrorMilliseconds: 15_000)))
        #expect(later.now.clock == .synced(within: 4000))
    }

    @Test func `without anything the wall clock is told as it is, and not believed`() {
        var keeper = Timekeeper()
        let reading = keeper.read(look(17, 1000))
        #expect(reading.now.wall.milliseconds == 17 && reading.now.clock == .unsynced && reading.source == nil)
        let read6 = keeper.read(look(17, 1000, .unreadable))
        #expect(read6.source == nil)
        #expect(keeper.saved(look(17, 1000), bootID: "b") == nil)
    }

    @Test func `the center's time holds for some moment of the way`() {
        var keeper = Timekeeper()
        keeper.hear(
            center: Timestamp(milliseconds: Self.noon), bound: 50, sent: Uptime(milliseconds: 1000),
            heard: Uptime(milliseconds: 3000))
        let reading = keeper.read(look(17, 3000))
        #expect(reading.now.wall.milliseconds == Self.noon + 1000 && reading.now.clock == .synced(within: 2000))
        #expect(reading.source == .center)
        let read7 = keeper.read(look(17, 3000 + Self.day))
        #expect(read7.now.clock.word == .holdover)
        // An answer that took a day tells less than what is known.
        keeper.hear(
            center: Timestamp(milliseconds: Self.noon + Self.day), bound: 50, sent: Uptime(milliseconds: 3000),
            heard: Uptime(milliseconds: 3000 + Self.day))
        let read8 = keeper.read(look(17, 3000 + Self.day))
        #expect(read8.now.clock == .synced(within: 10_000))
        // One from before the question never was.
        keeper.hear(
            center: Timestamp(milliseconds: 5), bound: 0, sent: Uptime(milliseconds: 9 * Self.day),
            heard: Uptime(milliseconds: 3000 + Self.day))
        let read9 = keeper.read(look(17, 3000 + Self.day))
        #expect(read9.now.wall.milliseconds == Self.noon + 1000 + Self.day)
    }

    @Test func `a better source that contradicts wins, and somebody hears of it`() {
        var keeper = Timekeeper()
        let believed1 = keeper.hear(operator: Timestamp(milliseconds: Self.noon), at: Uptime(milliseconds: 0))
        #expect(believed1)
        #expect(keeper.contradiction == nil)
        keeper.hear(
            center: Timestamp(milliseconds: Self.noon + Self.day), bound: 50, sent: Uptime(milliseconds: 900),
            heard: Uptime(milliseconds: 1000))
        let read10 = keeper.read(look(17, 1000))
        #expect(read10.source == .center)
        #expect(keeper.contradiction?.believed == .operator && keeper.contradiction?.by == .center)
        #expect(keeper.contradiction?.differenceMilliseconds == Self.day - 950)
        // Nor does a watch count any more.
        let believed2 = keeper.hear(operator: Timestamp(milliseconds: 5), at: Uptime(milliseconds: 2000))
        #expect(!believed2)
        let read11 = keeper.read(look(17, 2000))
        #expect(read11.source == .center)
    }

    @Test func `the kernel is not overruled by a center that contradicts it, until they agree it is told`() {
        var keeper = Timekeeper()
        _ = keeper.read(look(Self.noon, 1000, .synchronised(maximumErrorMilliseconds: 10)))
        func hear(_ time: Int64) {
            keeper.hear(
                center: Timestamp(milliseconds: time), bound: 50, sent: Uptime(milliseconds: 1000),
                heard: Uptime(milliseconds: 1000))
        }
        hear(Self.noon + Self.day)
        let reading = keeper.read(look(Self.noon, 1000, .synchronised(maximumErrorMilliseconds: 10)))
        #expect(reading.now.wall.milliseconds == Self.noon && reading.source == .kernel)
        #expect(keeper.contradiction?.by == .center)
        hear(Self.noon + 20)
        #expect(keeper.contradiction == nil)
    }

    @Test func `a watch that is read wrong can be read again while nothing better is known`() {
        var keeper = Timekeeper()
        let believed3 = keeper.hear(operator: Timestamp(milliseconds: 5), at: Uptime(milliseconds: 0))
        #expect(believed3)
        let believed4 = keeper.hear(operator: Timestamp(milliseconds: Self.noon), at: Uptime(milliseconds: 100))
        #expect(believed4)
        let reading = keeper.read(look(17, 100))
        #expect(reading.now.wall.milliseconds == Self.noon && reading.now.clock == .holdover(within: 600_000))
        #expect(keeper.contradiction == nil)
    }

    @Test func `a battery-backed clock continues over a restart, and only one that was right and went on`() throws {
        var keeper = Timekeeper()
        _ = keeper.read(look(Self.noon, 5000, .synchronised(maximumErrorMilliseconds: 10)))
        func resumed(saved rtc: Int64?, now: Int64?) throws -> Timekeeper.Reading {
            var saved = try #require(
                keeper.saved(
                    look(Self.noon, 5000, .synchronised(maximumErrorMilliseconds: 10), rtc: rtc), bootID: "a"))
            saved.isBatteryProved = true
            #expect(Timekeeper.Saved(saved.json) == saved)
            var next = Timekeeper()
            next.resume(saved, look(Self.noon, 9000, rtc: now), bootID: "b")
            return next.read(look(Self.noon, 9000))
        }
        let off = try resumed(saved: Self.noon - 3000, now: Self.noon - 3000 + Self.day)
        #expect(off.now.wall.milliseconds == Self.noon + Self.day && off.source == .rtc)
        #expect(off.now.clock == .holdover(within: 15_000))
        #expect(try resumed(saved: nil, now: Self.noon + Self.day).source == nil, "nobody looked at it before")
        #expect(try resumed(saved: Self.noon, now: nil).source == nil, "it is gone")
        #expect(try resumed(saved: Self.noon, now: 946_684_800_000).source == nil, "its battery is empty")
        #expect(try resumed(saved: 20_000, now: 60_000).source == nil, "it never was right")
        #expect(try resumed(saved: Self.noon, now: Self.noon + 3 * 366 * Self.day).source == nil, "too long")
    }

    @Test func `a battery-backed clock is believed once a live source has borne it out over a night without power`()
        throws
    {
        var keeper = Timekeeper()
        let synced = Timekeeper.Discipline.synchronised(maximumErrorMilliseconds: 10)
        _ = keeper.read(look(Self.noon, 5000, synced))
        func night(_ from: Timekeeper, _ start: Int64, rtcGoesOn: Bool) throws -> Timekeeper {
            let saved = try #require(from.saved(look(start, 5000, synced, rtc: start), bootID: "\(start)"))
            var next = Timekeeper()
            let morning = start + Self.day / 2
            // What a script writes into it at the start is the time at which the board was switched off.
            next.resume(saved, look(17, 5000, rtc: rtcGoesOn ? morning : start + 20_000), bootID: "\(morning)")
            return next
        }
        var first = try night(keeper, Self.noon, rtcGoesOn: true)
        #expect(first.anchor == nil)
        _ = first.read(look(Self.noon + Self.day / 2, 5000, synced))
        let second = try night(first, Self.noon + Self.day / 2, rtcGoesOn: true)
        #expect(second.anchor?.source == .rtc && second.anchor?.wall.milliseconds == Self.noon + Self.day)

        var other = try night(keeper, Self.noon, rtcGoesOn: false)
        _ = other.read(look(Self.noon + Self.day / 2, 5000, synced))
        let third = try night(other, Self.noon + Self.day / 2, rtcGoesOn: false)
        #expect(third.anchor == nil)
    }

    @Test func `where nothing but the watch can mend it, it is forced`() {
        var keeper = Timekeeper()
        keeper.hear(
            center: Timestamp(milliseconds: Self.noon + 3650 * Self.day), bound: 50, sent: Uptime(milliseconds: 0),
            heard: Uptime(milliseconds: 1))
        let refused = keeper.hear(operator: Timestamp(milliseconds: Self.noon), at: Uptime(milliseconds: 5))
        #expect(!refused)
        let forced = keeper.hear(
            operator: Timestamp(milliseconds: Self.noon), at: Uptime(milliseconds: 5), isForced: true)
        let reading = keeper.read(look(17, 5))
        #expect(forced && reading.source == .operator && reading.now.clock == .holdover(within: 600_000))
        // The center speaks again, and is heard.
        keeper.hear(
            center: Timestamp(milliseconds: Self.noon + 50), bound: 50, sent: Uptime(milliseconds: 50),
            heard: Uptime(milliseconds: 50))
        let after = keeper.read(look(17, 50))
        #expect(after.source == .center && after.now.clock == .synced(within: 1000))
    }

    @Test func `of two words about a boot both count where they agree, else the later`() throws {
        func start(_ milliseconds: Int64, _ bound: Int64, at uptime: Int64) -> BootStart {
            BootStart(milliseconds: milliseconds, bound: bound, uptime: Uptime(milliseconds: uptime))
        }
        let known = start(Self.noon, 1000, at: 10)
        var times = BootTimes(known)
        times.add(start(Self.noon + 1500, 1000, at: 20))
        let span = try #require(times.span(at: Uptime(milliseconds: 15)))
        #expect(span == TimeSpan(Timestamp(milliseconds: Self.noon + 514), Timestamp(milliseconds: Self.noon + 1016)))
        times.add(start(Self.noon + Self.day, 2000, at: 30))
        #expect(
            times.marks.count == 1
                && times.time(at: Uptime(milliseconds: 30))?.milliseconds == Self.noon + Self.day + 30)
        // A month of days is more than one boot needs, and the ends stay.
        for day in Int64(1)...100 { times.add(start(Self.noon + Self.day, 2000, at: day * Self.day)) }
        #expect(times.marks.count == 40 && times.marks.first?.uptime.milliseconds == 30)
        #expect(times.marks.last?.uptime.milliseconds == 100 * Self.day)
    }

    @Test func `between two moments that contradict each other nothing is known`() {
        let noon = Timestamp(milliseconds: Self.noon)
        #expect(TimeSpan(between: noon, and: noon.adding(5)) == TimeSpan(noon, noon.adding(5)))
        #expect(TimeSpan(between: noon.adding(Self.day), and: noon) == nil)
    }

    @Test func `what was recorded between two words is placed from both ends`() throws {
        // A quartz that is off by 99 millionths, and a fortnight at both sides.
        let day = Self.day
        func told(_ days: Int64) -> (start: BootStart, uptime: Uptime) {
            let uptime = days * day + days * day * 99 / 1_000_000
            let start = BootStart(
                milliseconds: Self.noon + days * day - uptime, bound: 1000, uptime: Uptime(milliseconds: uptime))
            return (start, start.uptime)
        }
        var times = BootTimes(told(0).start)
        let crate = told(15).uptime
        let before = try #require(times.span(at: crate))
        #expect(before.latest.milliseconds - before.earliest.milliseconds > 2 * 129_000)
        times.add(told(30).start)
        let after = try #require(times.span(at: crate))
        #expect(
            after.earliest.milliseconds <= Self.noon + 15 * day && Self.noon + 15 * day <= after.latest.milliseconds)
        #expect(after.latest.milliseconds - after.earliest.milliseconds < 5000)
    }

    @Test func `a start within the same boot goes on by the clock that runs`() throws {
        var keeper = Timekeeper()
        _ = keeper.read(look(Self.noon, 5000, .synchronised(maximumErrorMilliseconds: 10)))
        let saved = try #require(keeper.saved(look(Self.noon, 5000), bootID: "a"))
        var next = Timekeeper()
        next.resume(saved, look(17, 5000 + Self.day), bootID: "a")
        let reading = next.read(look(17, 5000 + Self.day))
        #expect(reading.now.wall.milliseconds == Self.noon + Self.day && reading.source == .kernel)
    }

    @Test(
        arguments: [
            "{}", #"{"bootid":"a","uptimems":-1,"time":"2026-11-18T11:06:40.000Z","boundms":1,"source":"kernel"}"#,
            #"{"bootid":"a","uptimems":1,"time":"soon","boundms":1,"source":"kernel"}"#,
            #"{"bootid":"a","uptimems":1,"time":"2026-11-18T11:06:40.000Z","boundms":-1,"source":"kernel"}"#,
            #"{"bootid":"a","uptimems":1,"time":"2026-11-18T11:06:40.000Z","boundms":1,"source":"moon"}"#,
        ])
    func `a file that says something else says nothing`(_ text: String) throws {
        // With a check value that is right: it is what it says that is refused.
        guard var members = try JSON(parsing: Array(text.utf8)).object else { return }
        members["battery"] = true
        members["check"] = .string(Digest(of: JSON.object(members).canonical).description)
        #expect(Timekeeper.Saved(.object(members)) == nil)
    }

    @Test func `a digit that turned on the card makes no time`() throws {
        var keeper = Timekeeper()
        _ = keeper.read(look(Self.noon, 5000, .synchronised(maximumErrorMilliseconds: 10)))
        let saved = try #require(keeper.saved(look(Self.noon, 5000), bootID: "a"))
        let text = saved.json.canonicalText
        #expect(Timekeeper.Saved(try JSON(parsing: Array(text.utf8))) == saved)
        let turned = text.replacing("2026-", with: "2926-")
        #expect(turned != text)
        #expect(Timekeeper.Saved(try JSON(parsing: Array(turned.utf8))) == nil)
    }

    @Test func `times at the ends of what can be counted end nothing`() {
        var keeper = Timekeeper()
        for wall in [Int64.min, -1, 0, .max] {
            for bound in [Int64(0), .max] {
                keeper.hear(
                    center: Timestamp(milliseconds: wall), bound: min(bound, ClockTrust.widest),
                    sent: Uptime(milliseconds: 0), heard: Uptime(milliseconds: 1))
                _ = keeper.read(look(wall, 1, .synchronised(maximumErrorMilliseconds: bound)))
                _ = keeper.read(look(wall, .max))
            }
        }
    }

    @Test func `a clock's word and bound are written and read as they are`() {
        for clock in [ClockTrust.synced, .unsynced, .synced(within: 0), .holdover(within: 261_000)] {
            #expect(ClockTrust(clock.description) == clock)
            #expect(ClockTrust(clock.word, bound: clock.boundMilliseconds) == clock)
        }
        for wrong in ["", "holdover", "unsynced 5", "synced -1", "synced 01", "synced  1", "moon", "synced 1 2"] {
            #expect(ClockTrust(wrong) == nil, "\(wrong)")
        }
    }
}
