/// A parcel as the point knows it now: what its events add up to.
public struct Parcel: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case received
    }

    public var subject: String
    public var state: State
    /// The event that brought it into this state, and when the board believed that was.
    public var sequence: Int64
    public var recordedAt: Timestamp

    public init(subject: String, state: State, sequence: Int64, recordedAt: Timestamp) {
        self.subject = subject
        self.state = state
        self.sequence = sequence
        self.recordedAt = recordedAt
    }
}
