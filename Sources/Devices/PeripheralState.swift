/// One device as the status shows it.
public struct PeripheralState: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case scanner, scale, printer, voice
    }

    public let name: String
    public let kind: Kind
    public let path: String
    public internal(set) var connected = false
    /// Why it is not connected, or what keeps a connected printer from printing, in words for whoever maintains the board:
    /// `no such device`, `held by another program`, `paper is out`; nil also for a scanner that was opened a moment ago.
    public internal(set) var problem: String?
    /// Since start: `opens`, `bytes`, `scans` and `faults` of a scanner, `frames` and `dropped` of a scale, and of one that
    /// is asked `sent`, `missed` (questions without an answer), `blocked` and `orders`;
    /// `slips` and `faults` of a printer: jobs that were handed over whole, and those that were not; `spoken` and `unspoken`
    /// of a voice: sentences that were heard to their end, and those that were not.
    public internal(set) var counters: [String: Int] = [:]
}
