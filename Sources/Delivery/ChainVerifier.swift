public import Domain

/// What the center makes of the next event of a chain. It holds the last event of the unbroken beginning, and nothing
/// gets past it that does not prove itself.
public struct ChainVerifier: Hashable, Sendable {
    public enum Judgement: Hashable, Sendable {
        /// The next event: store it; the intake has moved on.
        case next
        /// Already stored, the very same.
        case known
        /// Events before it have not come.
        case gap(ClosedRange<Int64>)
        /// Another event stands in this place: two histories under one name. Never overwrite.
        case fork
        /// Its content is not what was hashed.
        case broken
    }

    public let chain: HashChain
    public private(set) var through: Head

    /// - Parameter through: the last event that is held without a gap.
    public init(chain: HashChain, through: Head = .genesis) {
        self.chain = chain
        self.through = through
    }

    /// - Parameters:
    ///   - isProved: its hash was just worked out from its content, and need not be again.
    ///   - stored: the hash stored for a sequence number up to `through`.
    public mutating func verify(
        _ event: Event, isProved: Bool = false, stored: (Int64) throws -> Digest?
    ) rethrows -> Judgement {
        guard isProved || chain.holds(event) else { return .broken }
        if event.sequence <= through.sequence {
            let known = event.sequence == through.sequence ? through.hash : try stored(event.sequence)
            return known == event.hash ? .known : .fork
        }
        guard event.sequence == through.sequence + 1 else { return .gap(through.sequence + 1...event.sequence - 1) }
        guard event.previousHash == through.hash else { return .fork }
        through = Head(sequence: event.sequence, hash: event.hash)
        return .next
    }
}
