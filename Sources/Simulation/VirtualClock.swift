import Domain
import Wire

/// A board's clocks, and what the shipped `Timekeeper` believes of them. It alone sleeps for days and is off for weeks, in which a
/// clock goes wrong by more than a second; the rest of the simulation takes hours. All of it lies within what a keeper may
/// count on, so that it must never believe a time that the truth contradicts.
final class VirtualClock: @unchecked Sendable {
    // Sendable: as its world.

    private let context: SimulationContext
    private let bug: PlantedBug?
    private var keeper = Timekeeper()
    private var saved: Timekeeper.Saved?
    /// Virtual time at which the board started, and its name.
    private var since: Int64
    private var boot = 1
    /// What the board slept or was off beyond the time of the simulation.
    private var ahead: Int64 = 0
    private var slept: Int64 = 0
    private var ran: Int64 = 0
    /// How much its quartz gains in a million, in this boot.
    private var rate: Int64 = 0
    /// How far the kernel's clock is off.
    private var wallError: Int64 = 0
    private var kernelError: Int64?
    private let hasRTC: Bool
    private var rtcError: Int64

    init(context: SimulationContext) {
        self.context = context
        bug = context.bug
        since = context.now
        hasRTC = context.chance(1, in: 2)
        rtcError = Int64(context.pick(-5000...5000))
        beginBoot(rate: Int64(context.pick(-99...99)))
        // Most boards have a network when they are set up.
        if context.chance(2, in: 3) {
            kernelError = Int64(context.pick(0...50))
        } else {
            wallError = -SimulationContext.epoch
        }
    }

    private func beginBoot(rate: Int64) {
        (self.rate, slept, ran) = (rate, 0, 0)
        kernelError = nil
    }

    var bootID: String { "boot-\(boot)" }
    var truth: Timestamp { context.wall.adding(ahead) }
    var uptime: Uptime { Uptime(milliseconds: context.now - since + slept + ran) }

    private var look: Timekeeper.Look {
        let wall = truth.adding(wallError)
        var rtc = hasRTC ? Timestamp(milliseconds: (truth.milliseconds + rtcError) / 1000 * 1000) : nil
        // What a clock without a battery remembers of the last shutdown.
        if bug == .rememberedTimeBelieved, rtc == nil { rtc = wall }
        return Timekeeper.Look(
            wall: wall, uptime: uptime,
            kernel: kernelError.map { .synchronised(maximumErrorMilliseconds: $0) } ?? .free,
            rtc: rtc)
    }

    var reading: Timekeeper.Reading {
        let look = look
        var reading = keeper.read(look)
        guard let anchor = keeper.anchor else { return reading }
        switch bug {
        case .boundNotGrown:
            let bound = (anchor.bound + 999) / 1000 * 1000
            reading.now.clock = reading.now.clock.word == .synced ? .synced(within: bound) : .holdover(within: bound)
        case .offsetAppliedTwice:
            reading.now.wall = reading.now.wall.adding(reading.now.wall.milliseconds - look.wall.milliseconds)
        default: break
        }
        return reading
    }

    /// What is wrong with what the board believes; `nil` when nothing is.
    var lie: String? {
        let now = reading.now
        // Each clock is cut to whole milliseconds.
        guard let span = now.span, truth < span.earliest.adding(-5) || span.latest.adding(5) < truth else { return nil }
        return "\(truth) is not within \(now.clock) of \(now.wall)"
    }

    // MARK: What happens

    func question() -> String { "\(boot)-\(uptime.milliseconds)" }

    func hear(_ time: Acknowledgement.Time, _ question: String) {
        let parts = question.split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 2, parts[0] == boot else { return }
        let sent = bug == .oldAnswerBelieved ? uptime : Uptime(milliseconds: parts[1])
        _ = keeper.read(look)
        // The center knows nothing of this board's sleep.
        let isNews = keeper.anchor == nil
        keeper.hear(center: time.wall.adding(ahead), bound: time.bound, sent: sent, heard: uptime)
        if isNews { save() }
    }

    /// The process begins anew, in the same boot or another.
    func restart() {
        keeper = Timekeeper()
        if bug == .rememberedTimeBelieved { saved?.isBatteryProved = true }
        if let saved { keeper.resume(saved, look, bootID: bootID) }
    }

    /// As the daemon does when the time becomes known, each hour and at its end.
    func save() {
        _ = keeper.read(look)
        saved = keeper.saved(look, bootID: bootID) ?? saved
    }

    func powerOff(for milliseconds: Int64, rate: Int64) {
        let remembered = truth.adding(wallError)
        boot += 1
        since = context.now
        beginBoot(rate: rate)
        ahead += milliseconds
        wallError = hasRTC ? rtcError : remembered.milliseconds - truth.milliseconds
    }

    /// The board is left alone for a while.
    func sleep(for milliseconds: Int64) {
        ahead += milliseconds
        slept += milliseconds
        ran += milliseconds * rate / 1_000_000
        if kernelError == nil { wallError += milliseconds * rate / 1_000_000 }
    }

    func act() -> String {
        switch context.pick(0...5) {
        case 0:
            kernelError = Int64(context.pick(0...50))
            wallError = Int64(context.pick(-40...40))
            if context.chance(1, in: 2) { rtcError = wallError }
            save()
            return "the kernel follows its reference"
        case 1:
            kernelError = nil
            return "the kernel has lost its reference"
        case 2:
            kernelError = nil
            wallError = Int64(context.pick(-1_000_000_000...1_000_000_000))
            return "somebody sets the kernel's clock \(wallError) ms wrong"
        case 3:
            let days = context.pick(1...20)
            sleep(for: Int64(days) * 86_400_000)
            return "\(days) days pass at the point"
        case 4:
            save()
            return "what is known of the time is kept"
        default:
            let off = Int64(context.pick(-500_000...500_000))
            _ = keeper.read(look)
            let isBelieved = keeper.hear(operator: truth.adding(off), at: uptime)
            return isBelieved ? "somebody sets the time by a watch" : "a watch is not needed"
        }
    }
}
