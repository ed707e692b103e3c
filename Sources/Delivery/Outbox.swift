public import Domain

/// What delivery needs of the journal. All of it may be called from any thread and waits for the journal's own.
public protocol Outbox: Sendable {
    var mark: OutboxMark { get }
    /// The next events after `sequence`, proved whole, and the epoch they belong to.
    func page(after sequence: Int64, limit: Int) throws -> EventPage
    func acknowledge(_ mark: Head, of epoch: Epoch) throws -> CursorMove
    /// Begins a new epoch because the center knows another story of this one.
    func supersede(forked: Bool, detail: String) throws
}

/// Where the journal stands.
public struct OutboxMark: Hashable, Sendable {
    public var epoch: Epoch
    public var head: Head
    public var acknowledged: Int64
    /// The last event that is not here any more.
    public var anchor: Int64

    /// - Parameters:
    ///   - acknowledged: the last event that the center has.
    ///   - anchor: the last event that is not here any more.
    public init(epoch: Epoch, head: Head, acknowledged: Int64, anchor: Int64) {
        self.epoch = epoch
        self.head = head
        self.acknowledged = acknowledged
        self.anchor = anchor
    }
}

/// Events of one epoch, in order.
public struct EventPage: Hashable, Sendable {
    public var epoch: Epoch
    public var events: [Event]

    /// - Parameter events: one after the other, each following the one before.
    public init(epoch: Epoch, events: [Event]) {
        self.epoch = epoch
        self.events = events
    }
}

/// What an acknowledgement did to the cursor.
public enum CursorMove: Hashable, Sendable {
    case moved
    case unchanged
    /// The center's hash for that event is not ours: the cursor stays.
    case notOurs
}
