public import Domain

/// What delivery needs of the journal. All of it may be called from any thread and waits for the journal's own.
public protocol Outbox: Sendable {
    var mark: OutboxMark { get }
    /// The next events after `sequence`, proved whole, and the epoch they belong to.
    func page(after sequence: Int64, limit: Int) throws -> OutboxPage
    func acknowledge(_ mark: Head, of epoch: Epoch) throws -> OutboxMove
    /// Begins a new epoch because the center knows another story of this one.
    func supersede(forked: Bool, detail: String) throws
}

public struct OutboxMark: Hashable, Sendable {
    public var epoch: Epoch
    public var head: Head
    public var acknowledged: Int64
    public var anchor: Int64

    public init(epoch: Epoch, head: Head, acknowledged: Int64, anchor: Int64) {
        self.epoch = epoch
        self.head = head
        self.acknowledged = acknowledged
        self.anchor = anchor
    }
}

public struct OutboxPage: Hashable, Sendable {
    public var epoch: Epoch
    public var events: [Event]

    public init(epoch: Epoch, events: [Event]) {
        self.epoch = epoch
        self.events = events
    }
}

public enum OutboxMove: Hashable, Sendable {
    case moved
    case unchanged
    /// The center's hash for that event is not ours.
    case notOurs
}
