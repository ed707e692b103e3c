public import Domain
public import Journal
public import Uplink

/// The journal is the outbox.
extension Journal: Outbox {
    public var mark: OutboxMark {
        let state = state
        return OutboxMark(
            epoch: state.epoch, head: state.head, acknowledged: state.acknowledged, anchor: state.anchor)
    }

    public func page(after sequence: Int64, limit: Int) throws -> OutboxPage {
        let page = try page(after: sequence, limit: limit) as Page
        return OutboxPage(epoch: page.epoch, events: page.events)
    }

    public func acknowledge(_ mark: Head, of epoch: Epoch) throws -> OutboxMove {
        switch try acknowledge(mark, of: epoch) as CursorMove {
        case .moved: .moved
        case .unchanged: .unchanged
        case .notOurs: .notOurs
        }
    }
}
