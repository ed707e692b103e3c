import Domain

/// Everything that happens in a simulation, one line a step, as a hash: two runs of one seed that differ anywhere differ here.
/// Each step's hash is over the one before and the line.
struct Trace {
    private(set) var digest = Digest.genesis
    private(set) var steps = 0
    /// Gets every line, and what the parts log beside it.
    let onLine: ((String) -> Void)?

    init(onLine: ((String) -> Void)?) { self.onLine = onLine }

    mutating func note(_ line: String) {
        steps += 1
        digest = Digest(of: digest.bytes + line.utf8)
        onLine?(line)
    }
}

/// A rule that did not hold. The first one ends the simulation.
public struct InvariantViolation: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
