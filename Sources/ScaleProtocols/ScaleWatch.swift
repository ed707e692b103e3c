public import Domain

/// Whether what a scale shows now may be recorded, and if not, why: the one judge of it, fed with everything the scale says.
///
/// It owns no clock; times are milliseconds of one monotonic clock. Nothing it holds grows.
public struct ScaleWatch: Sendable {
    /// What one knows of the instrument, and how strict to be with it.
    public struct Limits: Sendable, Hashable {
        /// e = d. Without it, what a frame tells counts.
        public var interval: Mass?
        /// Max, as on the plate. What lies below Min is for whoever records to judge: it may be a reference weight, or an
        /// empty container.
        public var maximum: Mass?
        /// For a scale that has no word on stability; see `StabilityInference`.
        public var stableFrames = 5
        public var stableTime: Duration = .seconds(1)
        /// By how much another load must differ from the recorded one if the scale was not emptied in between. Without it
        /// 20 d, the least that a trade scale may weigh, or 100 g when d is not known.
        public var change: Mass?
        /// A load that has not moved the last digit for so long is a forgotten one or a scale that hangs.
        public var frozenTime: Duration = .seconds(300)

        /// For a scale of which nothing is known but its protocol.
        public init() {}
    }

    /// Why nothing can be recorded. Of several that hold, the first of this list is told.
    public enum NotWeighableReason: String, Sendable, CaseIterable {
        case disconnected
        /// Nothing was heard for a second, or a question was not answered.
        case silent
        /// Bytes come, but for a second not one sound frame.
        case garbage
        case wrongUnit = "wrong-unit"
        /// A sound frame without a weight; its reading says why.
        case faulty
        case overloaded, underloaded, negative
        /// Not a multiple of d: wrong settings, or an expanded display.
        case outOfSteps = "out-of-steps"
        /// Moving, or not yet long enough at rest.
        case unstable
        case empty
        /// What lies there was recorded already.
        case notReturned = "not-returned"
        /// What lay there when it was to be recorded lies there no more, or nobody can tell whether it still does.
        case exchanged
        /// The same bytes over and over, which a live scale may send too: so this is told only of a load, and only after
        /// minutes. An empty scale that hangs shows itself as soon as something is laid on it, and one that hangs after a
        /// record is `notReturned`.
        case frozen
    }

    public enum State: Sendable, Hashable {
        case weighable(ScaleReading)
        case obstacle(NotWeighableReason)

        public var obstacle: NotWeighableReason? {
            guard case .obstacle(let obstacle) = self else { return nil }
            return obstacle
        }
    }

    /// What was to be seen at one moment, and of which load.
    public struct Sight: Sendable, Hashable {
        public var state: State
        /// Loads are counted: another number is, or may be, another load.
        public var load: UInt64

        /// - Parameter load: its number; another one is, or may be, another load.
        public init(_ state: State, load: UInt64 = 0) {
            self.state = state
            self.load = load
        }
    }

    /// An older reading is none: what lies there may be something else by now.
    public static let freshTime: Duration = .seconds(1)

    /// Longer than two questions are apart to a scale that answers them with garbage.
    private static let noiseMilliseconds: Int64 = 3000

    private struct Heard {
        var reading: ScaleReading
        /// As the scale said it, for comparing.
        var said: ScaleReading
        var at: Uptime
        /// Since when it has said just this.
        var since: Uptime
    }

    public let limits: Limits
    private var stability: StabilityInference
    private var isConnected = false
    private var last: Heard?
    /// When bytes came for the last time, and for the first time since the last sound frame or the last silence.
    private var bytes: (at: Uptime, since: Uptime)?
    /// What it showed; empty when the next load may be recorded.
    private var recorded: [Mass] = []
    private var lastRecorded: UInt64?
    /// The finest steps that this scale has shown at rest, for a scale whose d nobody has set.
    private var finest: Mass?
    /// Which load is followed, and what it weighed at rest; `nil` while none lies at rest.
    private var load: (number: UInt64, mass: Mass?) = (1, nil)

    /// - Parameter limits: of the scale, by its plate and the settings.
    public init(_ limits: Limits = Limits()) {
        self.limits = limits
        stability = StabilityInference(frames: limits.stableFrames, span: limits.stableTime)
    }

    // MARK: What happens

    public mutating func connect() {
        isConnected = true
    }

    /// Also what was at rest is forgotten; what was recorded is not, for a pulled plug empties no scale.
    public mutating func disconnect() {
        isConnected = false
        last = nil
        bytes = nil
        stability = StabilityInference(frames: limits.stableFrames, span: limits.stableTime)
    }

    /// Bytes came, whatever they are; before what was read out of them.
    public mutating func hear(at now: Uptime) {
        let since = bytes.flatMap { (0...Self.noiseMilliseconds).contains(now - $0.at) ? $0.since : nil } ?? now
        bytes = (at: now, since: since)
    }

    public mutating func feed(_ said: ScaleReading, at now: Uptime) {
        let reading = stability.judge(said, at: now)
        // Nobody saw what was done there in between.
        if last.map({ !Self.isFresh($0.at, now) }) ?? true { loseLoad() }
        follow(reading)
        let since = last.flatMap { $0.said == said ? $0.since : nil } ?? now
        last = Heard(reading: reading, said: said, at: now, since: since)
        bytes = nil
        if Self.isAtRest(reading), let resolution = reading.resolution {
            finest = min(finest ?? resolution, resolution)
        }
        if hasReturned(reading) { recorded = [] }
    }

    /// A scale that was asked has not answered in time: its last answer is no answer to this question.
    public mutating func miss() {
        last = nil
    }

    /// This load was saved: the next record needs another.
    public mutating func record(_ sight: Sight) {
        guard case .weighable(let reading) = sight.state else { return }
        lastRecorded = sight.load
        // Also when another number is followed by now: it may be the same crate all the same.
        recorded = reading.mass.map { [$0] } ?? []
    }

    /// As after a restart: this was saved, and which of these the display showed is not known any more.
    public mutating func record(oneOf shown: [Mass]) {
        recorded = shown
    }

    private mutating func loseLoad() {
        if load.mass != nil { load = (load.number + 1, nil) }
    }

    /// Another load lies there when the scale was empty, when the weight went up or down by more than hands that touch a crate
    /// move it, or when it came to rest elsewhere. A last digit that creeps is the same load.
    private mutating func follow(_ reading: ScaleReading) {
        guard let mass = reading.mass, mass > .zero, reading.range != .over, reading.range != .under else {
            // Some scales say that they are moving instead of what they show, which tells nothing of the load.
            let isMovingOnly = reading.mass == nil && reading.stability == .unstable && reading.fault == nil
            return isMovingOnly ? () : loseLoad()
        }
        let isAtRest = Self.isAtRest(reading)
        if let before = load.mass {
            // A digit of a scale that does not tell its d may be as much as fifty grams.
            let creep = interval(reading).map { $0 * 2 } ?? 101
            if (mass.grams - before.grams).magnitude >= (isAtRest ? creep : change(reading)).magnitude { loseLoad() }
        }
        if load.mass == nil, isAtRest { load.mass = mass }
    }

    /// Emptied, even for a moment, or at rest with another load. Tared is emptied too: the display shows zero.
    private func hasReturned(_ reading: ScaleReading) -> Bool {
        guard !recorded.isEmpty else { return false }
        if reading.range == .under { return true }
        guard let mass = reading.mass else { return false }
        if mass <= .zero { return true }
        let change = change(reading).magnitude
        return Self.isAtRest(reading) && recorded.allSatisfy { (mass.grams - $0.grams).magnitude >= change }
    }

    private func change(_ reading: ScaleReading) -> Int64 {
        limits.change?.grams ?? interval(reading).map { $0 * 20 } ?? 100
    }

    // MARK: What is so

    /// The last reading and its age, while it is fresh.
    public func reading(at now: Uptime) -> (reading: ScaleReading, age: Duration)? {
        guard let last, Self.isFresh(last.at, now) else { return nil }
        return (last.reading, last.at.duration(to: now))
    }

    public func state(at now: Uptime) -> State {
        guard isConnected else { return .obstacle(.disconnected) }
        guard let last, Self.isFresh(last.at, now) else {
            return .obstacle(isGarbled(at: now) ? .garbage : .silent)
        }
        let obstacle = obstacle(last.reading) ?? (now - last.since >= limits.frozenTime.milliseconds ? .frozen : nil)
        return obstacle.map(State.obstacle) ?? .weighable(last.reading)
    }

    /// The same, and of which load.
    public func sight(at now: Uptime) -> Sight { Sight(state(at: now), load: load.number) }

    /// What may be recorded now of what was seen then: that reading, if the same load still lies there and nobody has recorded
    /// it meanwhile. A record bears the time at which somebody asked for it, so its weight has to be of that time.
    public func state(of sight: Sight, at now: Uptime) -> State {
        guard case .weighable = sight.state else { return sight.state }
        if sight.load == lastRecorded { return .obstacle(.notReturned) }
        guard sight.load == load.number, isConnected, let last, Self.isFresh(last.at, now) else {
            return .obstacle(.exchanged)
        }
        return recorded.isEmpty ? sight.state : .obstacle(.notReturned)
    }

    /// When the state changes although nothing is heard: the last reading grows old. nil when there is none.
    public func deadline(after now: Uptime) -> Uptime? {
        guard let last, Self.isFresh(last.at, now) else { return nil }
        return last.at + Self.freshTime + 1
    }

    private func obstacle(_ reading: ScaleReading) -> NotWeighableReason? {
        if let fault = reading.fault { return Self.unitFaults.contains(fault) ? .wrongUnit : .faulty }
        switch reading.range {
        case .over: return .overloaded
        case .under: return .underloaded
        case .ok, .unknown: break
        }
        // Some scales say that they are moving instead of what they show.
        guard let mass = reading.mass else { return reading.stability == .unstable ? .unstable : .faulty }
        if mass < .zero { return .negative }
        let interval = interval(reading)
        if let maximum = limits.maximum, mass.grams > maximum.grams + 9 * (interval ?? 0) { return .overloaded }
        // Its steps are finer than that, so it is no weight in kilograms that was shown: fifty pieces, or another unit.
        // Where d is not set, steps a hundred times as coarse as the finest that it has shown are pieces: ten times is a key on
        // many displays.
        if let least = interval ?? finest.map({ $0.grams * 99 }), let resolution = reading.resolution,
            resolution.grams > least
        {
            return .wrongUnit
        }
        if let interval, !mass.grams.isMultiple(of: interval) { return .outOfSteps }
        if !Self.isAtRest(reading) { return .unstable }
        if mass == .zero { return .empty }
        return recorded.isEmpty ? nil : .notReturned
    }

    /// Grams, never zero or less.
    private func interval(_ reading: ScaleReading) -> Int64? {
        (limits.interval ?? reading.interval).flatMap { $0 > .zero ? $0.grams : nil }
    }

    /// The beginning of a frame is no garbage, nor the end of one: only a second of bytes that held none.
    private func isGarbled(at now: Uptime) -> Bool {
        guard let bytes, (0...Self.noiseMilliseconds).contains(now - bytes.at) else { return false }
        return bytes.at - bytes.since >= Self.freshTime.milliseconds
    }

    private static let unitFaults: Set<String> = [
        ScaleFault.pounds, ScaleFault.pieces, ScaleFault.otherUnit, ScaleFault.unknownUnit,
        ScaleFault.noUnit, ScaleFault.percent,
    ]

    private static func isAtRest(_ reading: ScaleReading) -> Bool {
        reading.stability == .stable || reading.stability == .inferredStable
    }

    private static func isFresh(_ at: Uptime, _ now: Uptime) -> Bool {
        (0...freshTime.milliseconds).contains(now - at)
    }
}
