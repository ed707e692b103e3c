import Board
public import ScaleProtocols
import Synchronization

/// What lies on a simulated scale and what is wrong with it; a person changes both through standard input.
public final class SimulatedLoad: Sendable {
    public struct State: Sendable, Hashable {
        public var grams: Int64
        public var isStable = true
        public var fault = SimulatedScale.Fault.none
        /// By how many grams each second frame differs: a load that swings.
        public var swing: Int64 = 0
        /// A key that was pressed on the indicator, until it has been obeyed or not.
        var key: ScaleCommand?
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

    /// Lies there at rest.
    public func put(grams: Int64) { state.withLock { ($0.grams, $0.isStable, $0.swing) = (grams, true, 0) } }

    /// Does not come to rest.
    public func swing(around grams: Int64, by swing: Int64) {
        state.withLock { ($0.grams, $0.isStable, $0.swing) = (grams, false, swing) }
    }

    public func fail(_ fault: SimulatedScale.Fault) { state.withLock { $0.fault = fault } }

    /// A key of the indicator itself, of which the host knows nothing.
    public func press(_ key: ScaleCommand) { state.withLock { $0.key = key } }

    func takeKey() -> ScaleCommand? { state.withLock { $0.key.take() } }

    /// Reads lines on a thread of its own; what is not understood is ignored.
    public func readStandardInput() {
        _ = DedicatedThread.start(name: "load") { [self] in
            while let text = readLine() { take(text) }
        }
    }
}
