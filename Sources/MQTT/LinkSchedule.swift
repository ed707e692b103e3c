public import Domain

/// When to try the link: the first try after a start or a loss falls somewhere in the spread, so that a county's kiosks
/// do not all return at once; then full jitter with a doubling bound, for ever, whatever the error. A wrong clock makes
/// certificates fail, so no error is a reason to give up.
public struct LinkSchedule: Sendable {
    public struct Timing: Hashable, Sendable {
        public var spread: Duration
        public var base: Duration
        public var cap: Duration
        /// A connection that lasted this long counts as good: its loss begins the series anew.
        public var good: Duration

        public init(
            spread: Duration = .seconds(120), base: Duration = .seconds(5), cap: Duration = .seconds(300),
            good: Duration = .seconds(30)
        ) {
            self.spread = spread
            self.base = base
            self.cap = cap
            self.good = good
        }
    }

    public enum Input: Hashable, Sendable {
        case started
        /// The broker accepted the connection.
        case connected
        /// An attempt failed or was refused.
        case failed
        /// An accepted connection ended.
        case lost
        /// A person asks for a try at once.
        case asked
        /// Time has passed.
        case tick
    }

    public enum Action: Hashable, Sendable {
        case connect
    }

    private enum State: Hashable, Sendable {
        case idle
        case waiting(until: Uptime)
        case connecting
        case connected(since: Uptime)
    }

    private var state = State.idle
    private var failures = 0
    private let timing: Timing
    private var generator: SeededGenerator

    public init(timing: Timing, seed: UInt64) {
        self.timing = timing
        generator = SeededGenerator(seed: seed)
    }

    /// When `tick` is due; `nil` while there is nothing to wait for.
    public var deadline: Uptime? {
        if case .waiting(let until) = state { until } else { nil }
    }

    public mutating func handle(_ input: Input, at now: Uptime) -> Action? {
        switch (input, state) {
        case (.started, .idle):
            state = .waiting(until: now + draw(below: timing.spread.milliseconds))
        case (.connected, .connecting):
            state = .connected(since: now)
        case (.failed, .connecting):
            backOff(now)
        case (.lost, .connected(let since)):
            guard now - since >= timing.good.milliseconds else {
                // Accepted and dropped at once is a refusal in other clothes.
                backOff(now)
                break
            }
            failures = 0
            state = .waiting(until: now + draw(below: timing.spread.milliseconds))
        case (.asked, .waiting), (.asked, .idle):
            state = .connecting
            return .connect
        case (.tick, .waiting(let until)) where until <= now:
            state = .connecting
            return .connect
        default: break
        }
        return nil
    }

    private mutating func backOff(_ now: Uptime) {
        let doubled = timing.base.milliseconds << min(Int64(failures), 20)
        failures += 1
        state = .waiting(until: now + draw(below: min(doubled, timing.cap.milliseconds)))
    }

    private mutating func draw(below bound: Int64) -> Int64 {
        bound <= 0 ? 0 : Int64.random(in: 0...bound, using: &generator)
    }
}
