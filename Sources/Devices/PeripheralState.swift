/// One device as the status shows it.
public struct PeripheralState: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case scanner, scale
    }

    public let name: String
    public let kind: Kind
    public let path: String
    public internal(set) var connected = false
    /// Why it is not connected, in words for whoever maintains the board: `no such device`, `held by another program`.
    public internal(set) var problem: String?
    /// Since start: `opens`, `bytes`, `scans` and `faults` of a scanner, `frames` and `dropped` of a scale.
    public internal(set) var counters: [String: Int] = [:]
}
