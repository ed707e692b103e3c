public import Domain
public import Wire

/// How delivery is, for status and for people.
public struct UplinkState: Hashable, Sendable {
    public enum Link: String, Hashable, Sendable, CaseIterable {
        /// No broker is configured: a normal state.
        case off
        case waiting
        case connecting
        case connected
    }

    public struct Counters: Hashable, Sendable {
        public var attempts: Int64 = 0
        public var connections: Int64 = 0
        public var batches: Int64 = 0
        public var events: Int64 = 0
        /// Bytes of batches before and after compression.
        public var plainBytes: Int64 = 0
        public var sentBytes: Int64 = 0
        public var acknowledgements: Int64 = 0
        public var refusedMessages: Int64 = 0
    }

    public var link = Link.off
    /// When the next attempt falls, while waiting; since when, while connected.
    public var at: Uptime?
    public var trouble: String?
    /// Why delivery is held although the link is up.
    public var hold: String?
    public var counters = Counters()
    public var alarms: [Status.Alarm] = []

    public init() {}
}
