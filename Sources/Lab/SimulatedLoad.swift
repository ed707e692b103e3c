import Board
import Synchronization

/// What lies on a simulated scale and what is wrong with it; a person changes both through standard input.
public final class SimulatedLoad: Sendable {
    public struct State: Sendable, Hashable {
        public var grams: Int64
        public var isStable = true
        public var fault = SimulatedScale.Fault.none
    }

    private let state: Mutex<State>

    public init(grams: Int64) { state = Mutex(State(grams: grams)) }

    public var now: State { state.withLock { $0 } }

    /// `12340` a stable weight, `12340 u` an unstable one, `freeze` and the other faults by their names, `none` for health.
    /// False for anything else.
    @discardableResult
    public func take(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        guard let first = words.first else { return false }
        if let fault = SimulatedScale.Fault(rawValue: String(first)), words.count == 1 {
            state.withLock { $0.fault = fault }
            return true
        }
        guard let grams = Int64(first), (-1_000_000_000...1_000_000_000).contains(grams) else { return false }
        state.withLock { ($0.grams, $0.isStable) = (grams, words.count < 2) }
        return true
    }

    /// Reads lines on a thread of its own; what is not understood is ignored.
    public func readStandardInput() {
        _ = OwnThread.start(name: "load") { [self] in
            while let text = readLine() { take(text) }
        }
    }
}
