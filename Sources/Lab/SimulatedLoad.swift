import Board
import Synchronization

/// What lies on a simulated scale; a person changes it through standard input.
public final class SimulatedLoad: Sendable {
    private let state: Mutex<(grams: Int64, isStable: Bool)>

    public init(grams: Int64) { state = Mutex((grams, true)) }

    public var now: (grams: Int64, isStable: Bool) { state.withLock { $0 } }

    /// Reads "grams" or "grams u" lines on a thread of its own; other lines are ignored.
    public func readStandardInput() {
        _ = OwnThread.start(name: "load") { [self] in
            while let text = readLine() {
                let words = text.split(separator: " ")
                guard let first = words.first, let grams = Int64(first) else { continue }
                state.withLock { $0 = (grams, words.count < 2) }
            }
        }
    }
}
