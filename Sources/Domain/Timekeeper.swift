/// What time it is on this board, how far that may be wrong, and by what that is known. Pure: looks at the board's clocks and words
/// from outside come in, a reading comes out. The board's own wall clock is never set; where it does not follow a reference,
/// what is believed goes on by the clock that runs since the start of the board.
public struct Timekeeper: Sendable {
    /// By what the time is known, the best first.
    public enum Source: String, Sendable, CaseIterable {
        /// The kernel follows a reference over the network.
        case kernel
        case center
        /// A battery-backed clock went on while the board was off.
        case rtc
        /// Somebody read it off a watch.
        case `operator`
    }

    /// What the kernel says of its own clock.
    public enum Discipline: Hashable, Sendable {
        case synchronised(maximumErrorMilliseconds: Int64)
        case free
        /// It may not be asked: a sandbox forbids it.
        case unreadable
    }

    /// One look at all clocks of the board, at one moment.
    public struct Look: Hashable, Sendable {
        public var wall: Timestamp
        public var uptime: Uptime
        public var kernel: Discipline
        /// Of the battery-backed clock; `nil` where there is none.
        public var rtc: Timestamp?

        public init(wall: Timestamp, uptime: Uptime, kernel: Discipline, rtc: Timestamp? = nil) {
            self.wall = wall
            self.uptime = uptime
            self.kernel = kernel
            self.rtc = rtc
        }
    }

    /// The time at one moment of this boot, and how far it may be wrong there.
    public struct Anchor: Hashable, Sendable {
        public var wall: Timestamp
        public var uptime: Uptime
        public var bound: Int64
        public var source: Source

        public init(wall: Timestamp, uptime: Uptime, bound: Int64, source: Source) {
            self.wall = wall
            self.uptime = uptime
            self.bound = bound
            self.source = source
        }

        /// The same, told of another moment of the same boot.
        public func told(at uptime: Uptime) -> Anchor {
            let passed = uptime - self.uptime
            return Anchor(
                wall: wall.adding(passed), uptime: uptime, bound: bound + Timekeeper.drift(over: passed), source: source
            )
        }

        public var span: TimeSpan { TimeSpan(around: wall, within: bound) }
    }

    /// A better source says that what was believed cannot be.
    public struct Contradiction: Hashable, Sendable {
        public var believed: Source
        public var by: Source
        /// How much later the better one is.
        public var differenceMilliseconds: Int64
        public var uptime: Uptime
    }

    public struct Reading: Hashable, Sendable {
        public var now: Now
        /// `nil` while nothing is known.
        public var source: Source?
    }

    /// What a board's quartz may go wrong by: four minutes and a half in a month.
    public static let driftPartsPerMillion: Int64 = 100
    /// What the kernel's own error does not hold: the way to its reference, and a step that is still being slewed.
    public static let kernelMargin: Int64 = 1000
    /// A battery-backed clock tells whole seconds, at both ends.
    public static let rtcMargin: Int64 = 2000
    /// A watch that is read, typed in and confirmed.
    public static let operatorBound: Int64 = 600_000
    /// The battery-backed clock is believed to go on when it was right by so much; one without a battery is off by years.
    public static let rtcPlausible: Int64 = 86_400_000
    /// A board that was off for longer is asked for the time.
    public static let longestOff: Int64 = 2 * 366 * 86_400_000

    /// The center answers each status, which goes out every hour.
    public static let freshTime: Duration = .milliseconds(2 * 3_600_000)

    public private(set) var anchor: Anchor?
    public private(set) var contradiction: Contradiction?
    /// The kernel followed its reference at the last look.
    private var isDisciplined = false
    /// When the center's word and what is known agreed last.
    private var confirmed: Uptime?
    /// What the battery-backed clock says, from the start on.
    private var battery: Anchor?
    /// For how long, by itself, the board was off.
    private var without: Int64 = 0
    /// It has gone on over a time without power, and a live source bore it out. Before that it may be one that only a script
    /// sets at each start.
    public private(set) var isBatteryProved = false

    public init() {}

    static func drift(over milliseconds: Int64) -> Int64 {
        let magnitude = Int64(clamping: milliseconds.magnitude)
        let (product, overflows) = magnitude.multipliedReportingOverflow(by: driftPartsPerMillion)
        return overflows ? ClockTrust.widest : product / 1_000_000 + (product % 1_000_000 == 0 ? 0 : 1)
    }

    // MARK: Looking

    /// What time it is now. The kernel is believed while it follows its reference.
    public mutating func read(_ look: Look) -> Reading {
        isDisciplined = false
        if case .synchronised(let error) = look.kernel {
            take(
                Anchor(
                    wall: look.wall, uptime: look.uptime,
                    bound: min(max(error, 0), ClockTrust.widest) + Self.kernelMargin, source: .kernel))
            isDisciplined = true
        }
        guard let anchor = anchor?.told(at: look.uptime), anchor.bound <= ClockTrust.widest else {
            return Reading(now: Now(wall: look.wall, uptime: look.uptime, clock: .unsynced), source: nil)
        }
        // In whole seconds: it is safe, and a month of events says the same few bounds.
        let bound = Self.told(anchor.bound)
        let isConfirmed = confirmed.map { look.uptime - $0 <= Self.freshTime.milliseconds } ?? false
        let clock: ClockTrust =
            isDisciplined || isConfirmed ? .synced(within: bound) : .holdover(within: bound)
        // Whoever bears it out now, though what was known before may be closer.
        let source = isDisciplined ? .kernel : isConfirmed ? .center : anchor.source
        return Reading(now: Now(wall: anchor.wall, uptime: look.uptime, clock: clock), source: source)
    }

    /// As it is told: in whole seconds.
    private static func told(_ bound: Int64) -> Int64 { (bound + 999) / 1000 * 1000 }

    // MARK: Words from outside

    /// The center's time, in answer to what was sent at one moment and heard at another of this boot.
    public mutating func hear(center time: Timestamp, bound: Int64, sent: Uptime, heard: Uptime) {
        guard sent <= heard, sent.milliseconds >= 0, (0...ClockTrust.widest).contains(bound) else { return }
        let way = heard - sent
        // It read its clock at some moment in between.
        let told = Anchor(
            wall: time.adding(way - way / 2), uptime: heard, bound: bound + (way + 1) / 2 + Self.drift(over: way),
            source: .center)
        guard told.bound <= ClockTrust.widest else { return }
        // The kernel is not overruled, but somebody has to look.
        if isDisciplined { note(told) } else { take(told) }
        if let known = anchor?.told(at: heard), known.span.overlaps(told.span) { confirmed = heard }
    }

    /// What somebody read off a watch. It counts while nothing better is known.
    /// - Parameter isForced: also against what is known better: a point that was told a wrong time.
    /// - Returns: whether it is believed.
    public mutating func hear(operator time: Timestamp, at uptime: Uptime, isForced: Bool = false) -> Bool {
        guard uptime.milliseconds >= 0 else { return false }
        if !isForced, let known = anchor?.told(at: uptime), Self.told(known.bound) < Self.operatorBound { return false }
        // Whoever forces it knows that a live source is wrong; it may speak again.
        (confirmed, battery) = (nil, nil)
        anchor = Anchor(wall: time, uptime: uptime, bound: Self.operatorBound, source: .operator)
        return true
    }

    /// A live source: it counts where it is closer than what is known, or where that cannot be.
    private mutating func take(_ told: Anchor) {
        let agrees = note(told)
        if agrees, let known = anchor?.told(at: told.uptime), known.bound < told.bound { return }
        anchor = told
    }

    @discardableResult
    private mutating func note(_ told: Anchor) -> Bool {
        if let battery = battery?.told(at: told.uptime) {
            // After so short a time without power it says nothing, be it right or stood it still.
            let isTelling = without > max(3_600_000, 2 * battery.bound)
            if !battery.span.overlaps(told.span) {
                isBatteryProved = false
            } else if isTelling {
                isBatteryProved = true
            }
            self.battery = nil
        }
        guard let known = anchor?.told(at: told.uptime) else { return true }
        guard known.span.overlaps(told.span) else {
            if known.source == .rtc { isBatteryProved = false }
            contradiction = Contradiction(
                believed: known.source, by: told.source,
                differenceMilliseconds: told.wall.milliseconds - known.wall.milliseconds, uptime: told.uptime)
            return false
        }
        // Kernel and center agree again. What was decided by a watch or a battery was decided.
        let isBetweenLive = contradiction.map { [.kernel, .center].contains($0.believed) } ?? false
        if isBetweenLive, Set([known.source, told.source]) == [.kernel, .center] { contradiction = nil }
        return true
    }

    // MARK: Over a restart

    /// What is kept on disk: the time at one moment, and what the battery-backed clock said then.
    public struct Saved: Hashable, Sendable {
        public var bootID: String
        public var anchor: Anchor
        public var rtc: Timestamp?
        public var isBatteryProved: Bool

        public init(bootID: String, anchor: Anchor, rtc: Timestamp?, isBatteryProved: Bool) {
            self.bootID = bootID
            self.anchor = anchor
            self.rtc = rtc
            self.isBatteryProved = isBatteryProved
        }
    }

    /// - Returns: `nil` while nothing is known.
    public func saved(_ look: Look, bootID: String) -> Saved? {
        anchor.map {
            Saved(
                bootID: bootID, anchor: $0.told(at: look.uptime), rtc: look.rtc, isBatteryProved: isBatteryProved)
        }
    }

    /// Goes on from what was saved: by the board's running clock if it was not off, else by the battery-backed one if that
    /// was right then and has gone on. A clock that only remembers when the board was switched off never gets here.
    public mutating func resume(_ saved: Saved, _ look: Look, bootID: String) {
        guard anchor == nil else { return }
        isBatteryProved = saved.isBatteryProved
        if saved.bootID == bootID {
            // Where the kernel does not name its boots, two are not told apart.
            guard saved.anchor.uptime <= look.uptime, bootID != "unknown" else { return }
            anchor = saved.anchor
            return
        }
        guard let then = saved.rtc, let now = look.rtc else { return }
        let off = then.milliseconds - saved.anchor.wall.milliseconds
        let passed = now.milliseconds - then.milliseconds
        guard off.magnitude <= Self.rtcPlausible, (0...Self.longestOff).contains(passed) else { return }
        // By as much as it was wrong it may have been set right after that.
        let bound = saved.anchor.bound + Self.drift(over: passed) + Int64(off.magnitude) + Self.rtcMargin
        without = passed
        battery = Anchor(wall: saved.anchor.wall.adding(passed), uptime: look.uptime, bound: bound, source: .rtc)
        if isBatteryProved { anchor = battery }
    }
}
