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

extension Parcel {
    /// What is wrong with a parcel; it stays until it is resolved or the parcel leaves.
    public enum Flag: String, Sendable, CaseIterable, Comparable {
        case damaged
        /// It should be here and cannot be found.
        case missing
        /// It belongs to another village.
        case wrongVillage = "wrong-village"
        /// The recipient does not want it.
        case refused
        /// It has been here for too long, by a clock that could be believed.
        case overdue

        public static func < (left: Flag, right: Flag) -> Bool { left.rawValue < right.rawValue }
    }

    /// Which slots it may lie in.
    public enum Handling: String, Sendable, CaseIterable {
        case normal
        case large
        case cold
    }
}
