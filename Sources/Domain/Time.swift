/// A wall-clock time in milliseconds since 1970, UTC: what the board believed. It may be wrong by decades, so nothing
/// is ordered, expired or pruned by it.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Held at the bounds of what can be counted.
    public func adding(_ milliseconds: Int64) -> Timestamp {
        let (sum, overflows) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflows ? (milliseconds < 0 ? .min : .max) : sum)
    }
}

/// A time on the board's own monotonic clock (CLOCK_BOOTTIME), in milliseconds since it started. It never jumps, and
/// means nothing after the next boot. State machines get it as a value; they own no clock.
public struct Uptime: Hashable, InstantProtocol, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func < (left: Uptime, right: Uptime) -> Bool { left.milliseconds < right.milliseconds }

    public func advanced(by duration: Duration) -> Uptime { self + duration.milliseconds }
    public func duration(to other: Uptime) -> Duration { .milliseconds(other - self) }
    public static func + (left: Uptime, duration: Duration) -> Uptime { left.advanced(by: duration) }

    public static func + (left: Uptime, milliseconds: Int64) -> Uptime {
        Uptime(milliseconds: left.milliseconds + milliseconds)
    }

    public static func - (left: Uptime, right: Uptime) -> Int64 { left.milliseconds - right.milliseconds }
}

extension Duration {
    /// Whole milliseconds, the rest cut off; held at the bounds of what can be counted.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflows else { return seconds < 0 ? .min : .max }
        return whole + attoseconds / 1_000_000_000_000_000
    }
}

/// How far the wall clock could be believed when an event was recorded.
public struct ClockTrust: Hashable, Sendable {
    public enum Word: String, Sendable, CaseIterable {
        /// It followed a reference: the kernel's, or the center.
        case synced
        /// It went on since then by the board's own clocks, or somebody set it by a watch.
        case holdover
        case unsynced
    }

    public let word: Word
    /// The true time lies no further away; `nil` when nothing is known, and in events of earlier formats, which did not say.
    public let boundMilliseconds: Int64?

    private init(_ word: Word, _ bound: Int64?) {
        self.word = word
        boundMilliseconds = bound
    }

    public static let unsynced = ClockTrust(.unsynced, nil)
    /// Of earlier formats.
    public static let synced = ClockTrust(.synced, nil)
    public static func synced(within bound: Int64) -> ClockTrust { ClockTrust(.synced, max(bound, 0)) }
    public static func holdover(within bound: Int64) -> ClockTrust { ClockTrust(.holdover, max(bound, 0)) }

    /// `nil` where word and bound do not go together. Only earlier formats said `synced` without a bound.
    public init?(_ word: Word, bound: Int64?) {
        switch (word, bound) {
        case (.unsynced, nil), (.synced, nil): break
        case (.synced, let bound?), (.holdover, let bound?): guard bound >= 0, bound <= Self.widest else { return nil }
        case (.unsynced, _?), (.holdover, nil): return nil
        }
        self.init(word, bound)
    }

    /// A bound beyond ten years tells nothing.
    public static let widest: Int64 = 10 * 366 * 86_400_000

    public var isBelieved: Bool { word != .unsynced }

    /// Nobody has to be asked for the time.
    public var isBetterThanWatch: Bool { isBelieved && boundMilliseconds ?? 0 < Timekeeper.operatorBound }
}

extension ClockTrust: LosslessStringConvertible {
    /// `synced 2000`, as it stands in a column of a table.
    public var description: String { boundMilliseconds.map { "\(word.rawValue) \($0)" } ?? word.rawValue }

    public init?(_ description: String) {
        let parts = description.split(separator: " ", omittingEmptySubsequences: false)
        guard let word = parts.first.flatMap({ Word(rawValue: String($0)) }), parts.count <= 2 else { return nil }
        guard parts.count == 2 else {
            self.init(word, bound: nil)
            return
        }
        guard let bound = Int64(parts[1]), String(bound) == parts[1] else { return nil }
        self.init(word, bound: bound)
    }
}

/// Everything a recorded fact says about its time: taken once, before the transaction.
public struct Now: Hashable, Sendable {
    public var wall: Timestamp
    public var uptime: Uptime
    public var clock: ClockTrust

    public init(wall: Timestamp, uptime: Uptime, clock: ClockTrust) {
        self.wall = wall
        self.uptime = uptime
        self.clock = clock
    }

    /// Between which times the true one lies; `nil` when nothing is known.
    public var span: TimeSpan? {
        guard clock.isBelieved else { return nil }
        return TimeSpan(around: wall, within: clock.boundMilliseconds ?? 0)
    }
}

/// From the earliest to the latest moment at which something can have been. What has to be decided by time is decided when it is
/// so at each of them.
public struct TimeSpan: Hashable, Sendable {
    public let earliest: Timestamp
    public let latest: Timestamp

    public init(_ earliest: Timestamp, _ latest: Timestamp) {
        self.earliest = earliest
        self.latest = max(earliest, latest)
    }

    /// Of what lies between two moments that somebody told; `nil` where they contradict each other, since then one of them is wrong.
    public init?(between earliest: Timestamp, and latest: Timestamp) {
        guard earliest <= latest else { return nil }
        self.init(earliest, latest)
    }

    public init(around time: Timestamp, within bound: Int64) {
        self.init(time.adding(-max(bound, 0)), time.adding(max(bound, 0)))
    }

    /// `nil` where nothing is common to both.
    public func intersection(_ other: TimeSpan) -> TimeSpan? {
        overlaps(other) ? TimeSpan(max(earliest, other.earliest), min(latest, other.latest)) : nil
    }

    public func overlaps(_ other: TimeSpan) -> Bool { earliest <= other.latest && other.earliest <= latest }

    /// `nil` when a moment of it lies before and another at or after.
    public func isBefore(_ time: Timestamp) -> Bool? { latest < time ? true : earliest < time ? nil : false }
}

extension Timestamp {
    /// All of China keeps Beijing time, eight hours ahead of UTC and without summer time.
    public static let beijing: Int64 = 8 * 3_600_000

    /// `2026-11-30 16:05`, as a clock on the wall there shows it.
    public var atPlace: String { String(adding(Self.beijing).description.prefix(16)).replacing("T", with: " ") }

    /// From twelve digits of a watch there, year to minute; `nil` for a date that no calendar has, and for one before this
    /// product was.
    public init?(digits: String) {
        let bytes = Array(digits.utf8)
        guard bytes.count == 12, bytes.allSatisfy(\.isDigit) else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let text = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):00.000Z"
        guard let local = Timestamp(text), ("2026"..<"2100").contains(part(0..<4)) else { return nil }
        self = local.adding(-Self.beijing)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 with milliseconds: `2026-11-23T08:05:09.007Z`. Years beyond 0001 to 9999 are held at that bound.
    public var description: String {
        let bounded = min(max(milliseconds, Self.earliest), Self.latest)
        let day = floorDivide(bounded, 86_400_000)
        let inDay = bounded - day * 86_400_000
        let (year, month, date) = civil(fromDays: day)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(year, 4)
        text.append(UInt8(ascii: "-"))
        append(month, 2)
        text.append(UInt8(ascii: "-"))
        append(date, 2)
        text.append(UInt8(ascii: "T"))
        append(inDay / 3_600_000, 2)
        text.append(UInt8(ascii: ":"))
        append(inDay / 60_000 % 60, 2)
        text.append(UInt8(ascii: ":"))
        append(inDay / 1000 % 60, 2)
        text.append(UInt8(ascii: "."))
        append(inDay % 1000, 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)

        func append(_ value: Int64, _ width: Int) {
            var divisor: Int64 = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
                divisor /= 10
            }
        }
    }

    /// Reads exactly the form that `description` writes; `nil` for any other, also for a date that no calendar has.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        for (index, byte) in zip([4, 7, 10, 13, 16, 19, 23], "--T::.Z".utf8) where bytes[index] != byte { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].reduce(Int64?.some(0)) { total, byte in
                byte.isDigit ? total.map { $0 * 10 + Int64(byte - UInt8(ascii: "0")) } : nil
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let date = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let fraction = number(20..<23), year >= 1, (1...12).contains(month), (1...31).contains(date), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let day = days(year: year, month: month, date: date)
        guard civil(fromDays: day) == (year, month, date) else { return nil }
        milliseconds = day * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction
    }

    static let earliest: Int64 = days(year: 1, month: 1, date: 1) * 86_400_000
    static let latest: Int64 = days(year: 10_000, month: 1, date: 1) * 86_400_000 - 1
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : (value - divisor + 1) / divisor
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March, so
/// that the leap day is the last of its year.
private func days(year: Int64, month: Int64, date: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

private func civil(fromDays days: Int64) -> (year: Int64, month: Int64, date: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}

/// When a boot of a board began, as an event of it tells by which the time became known.
public struct BootStart: Hashable, Sendable {
    public var milliseconds: Int64
    public var bound: Int64
    /// When in that boot it was told.
    public var uptime: Uptime

    public init(milliseconds: Int64, bound: Int64, uptime: Uptime) {
        self.milliseconds = milliseconds
        self.bound = bound
        self.uptime = uptime
    }

    /// From an event that tells when its boot began; `nil` for any other.
    public init?(_ draft: EventDraft) {
        switch draft.type {
        case .clockSynced: self.init(draft.now)
        case .clockConfirmed:
            guard let data = try? JSON(parsing: draft.data), let time = data["time"]?.string.flatMap({ Timestamp($0) }),
                let bound = data["boundms"]?.integer, (0...ClockTrust.widest).contains(bound)
            else { return nil }
            let uptime = draft.now.uptime
            self.init(milliseconds: time.adding(-uptime.milliseconds).milliseconds, bound: bound, uptime: uptime)
        default: return nil
        }
    }

    /// `nil` when that event knew no time either.
    public init?(_ now: Now) {
        guard now.clock.isBelieved else { return nil }
        self.init(
            milliseconds: now.wall.adding(-now.uptime.milliseconds).milliseconds,
            bound: now.clock.boundMilliseconds ?? 0, uptime: now.uptime)
    }

    /// A moment of that boot.
    public func time(at uptime: Uptime) -> Timestamp {
        Timestamp(milliseconds: milliseconds).adding(uptime.milliseconds)
    }

    public func span(at uptime: Uptime) -> TimeSpan {
        TimeSpan(around: time(at: uptime), within: bound + Timekeeper.drift(over: uptime - self.uptime))
    }
}

/// All that became known of when a boot began. Between two words of the same boot the time is known from both ends, which is
/// closer than from either.
public struct BootTimes: Hashable, Sendable {
    /// In the order in which they were told; none of them contradicts another.
    public private(set) var marks: [BootStart]

    /// A board that hears the time again once a day for a month has fewer.
    static let most = 40

    public init(_ first: BootStart) { marks = [first] }

    /// `nil` where there is none.
    public init?(_ marks: [BootStart]) {
        guard let first = marks.first else { return nil }
        self.init(first)
        for mark in marks.dropFirst() { add(mark) }
    }

    /// The later word counts where two contradict each other.
    public mutating func add(_ mark: BootStart) {
        marks.removeAll { !$0.span(at: mark.uptime).overlaps(mark.span(at: mark.uptime)) || $0.uptime == mark.uptime }
        marks.append(mark)
        marks.sort { ($0.uptime, $0.bound) < ($1.uptime, $1.bound) }
        // The first and the last tell most of what lies between.
        if marks.count > Self.most { marks.remove(at: marks.count / 2) }
    }

    /// A moment of that boot, by the word that is closest there.
    public func time(at uptime: Uptime) -> Timestamp? { closest(to: uptime)?.time(at: uptime) }

    /// Between which times it was, by all of them.
    public func span(at uptime: Uptime) -> TimeSpan? {
        guard let closest = closest(to: uptime)?.span(at: uptime) else { return nil }
        return marks.reduce(closest) { $0.intersection($1.span(at: uptime)) ?? $0 }
    }

    private func closest(to uptime: Uptime) -> BootStart? {
        marks.min { width($0, uptime) < width($1, uptime) }
    }

    private func width(_ mark: BootStart, _ uptime: Uptime) -> Int64 {
        mark.bound.addingReportingOverflow(Timekeeper.drift(over: uptime - mark.uptime)).partialValue
    }
}

/// When something was recorded, with all that is needed to place it later: the wall clock as the board believed it, and its
/// place in that boot, by which `clock.synced` corrects it.
public struct Moment: Hashable, Sendable {
    public var now: Now
    public var bootID: String

    public init(now: Now, bootID: String) {
        self.now = now
        self.bootID = bootID
    }

    /// When it was: as it was believed then, or as that boot learnt later; `nil` when nobody can tell.
    public func placed(by times: (String) throws -> BootTimes?) rethrows -> Timestamp? {
        let times = try times(bootID)
        let later = times?.time(at: now.uptime)
        guard now.clock.isBelieved else { return later }
        guard let own = now.span, let word = times?.span(at: now.uptime), own.intersection(word) == nil else {
            return now.wall
        }
        return later ?? now.wall
    }

    /// The same, and how far that may be wrong: by what was known then and what became known since. Where these contradict
    /// each other the later counts.
    public func span(by times: (String) throws -> BootTimes?) rethrows -> TimeSpan? {
        guard let later = try times(bootID)?.span(at: now.uptime) else { return now.span }
        return now.span.map { $0.intersection(later) ?? later } ?? later
    }
}
