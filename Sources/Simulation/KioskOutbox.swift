import Delivery
import Domain
import Journal
import Uplink
import Wire

/// What delivery sees of a virtual kiosk's journal. Here stand the bugs that a journal's own code would have to have.
final class KioskOutbox: Outbox, @unchecked Sendable {
    // Sendable: it belongs to one simulation, which is one thread.
    private unowned let kiosk: VirtualKiosk

    init(_ kiosk: VirtualKiosk) { self.kiosk = kiosk }

    private var bug: PlantedBug? { kiosk.context.bug }

    var mark: OutboxMark {
        guard let state = kiosk.keeper?.state else {
            return OutboxMark(epoch: kiosk.lastEpoch, head: .genesis, acknowledged: 0, anchor: 0)
        }
        return OutboxMark(
            epoch: state.epoch, head: state.head, acknowledged: state.acknowledged, anchor: state.anchor)
    }

    func page(after sequence: Int64, limit: Int) throws -> EventPage {
        let read = try kiosk.ask { try $0.page(after: sequence, limit: limit) }
        var page = EventPage(epoch: read.epoch, events: read.events)
        switch bug {
        case .resentWithNewID:
            page.events = kiosk.renamed(page.events, of: page.epoch)
        case .orderedByClock:
            page.events.sort { $0.draft.now.wall < $1.draft.now.wall }
        case .eventSkipped where page.events.count > 2:
            page.events.remove(at: 1)
        default: break
        }
        return page
    }

    func acknowledge(_ mark: Head, of epoch: Epoch) throws -> CursorMove {
        try kiosk.ask { [self] keeper in
            var mark = mark
            if bug == .hashNotChecked, keeper.store.chain.epoch == epoch {
                mark.sequence = min(mark.sequence, keeper.store.head.sequence)
                if mark.sequence > keeper.store.anchor.sequence,
                    let own = try keeper.store.events(after: mark.sequence - 1, limit: 1).first
                {
                    mark.hash = own.hash
                }
            }
            switch try keeper.acknowledge(mark, of: epoch) {
            case .moved: return .moved
            case .unchanged: return .unchanged
            case .notOurs: return .notOurs
            }
        }
    }

    func supersede(forked: Bool, detail: String) throws {
        kiosk.note("superseded: \(detail)")
        guard bug != .disputeIgnored else { return }
        _ = try kiosk.ask { try $0.rebuild(cause: forked ? .forked : .rolledBack, detail: detail) }
    }
}

/// The center sends no documents here.
struct NoInbox: Inbox {
    func apply(_ list: ExpectedList) throws -> DocumentOutcome { .known }
    func apply(_ roster: Roster) throws -> DocumentOutcome { .known }
    func apply(_ catalog: Catalog) throws -> DocumentOutcome { .known }
    func apply(_ orders: OrderList) throws -> DocumentOutcome { .known }
    func apply(_ payments: PaymentList) throws -> DocumentOutcome { .known }
}

extension VirtualKiosk {
    /// A question to the journal, answered as its thread would.
    func ask<Result: Sendable>(_ body: @escaping @Sendable (JournalKeeper) throws -> Result) throws -> Result {
        let answer = Box<Result>()
        perform([.question(body) { answer.value = $0 }])
        return try answer.get()
    }

    /// A recording, likewise.
    func record<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) throws -> Result {
        let answer = Box<Result>()
        perform([.recording(body) { answer.value = $0 }])
        return try answer.get()
    }

    /// Sendable: filled and read on one thread.
    final class Box<Value: Sendable>: @unchecked Sendable {
        var value: Swift.Result<Value, any Error>?

        func get() throws -> Value { try (value ?? .failure(JournalError.closed)).get() }
    }

    /// The same facts under other ids, chained anew.
    func renamed(_ events: [Event], of epoch: Epoch) -> [Event] {
        let chain = HashChain(kiosk: id, epoch: epoch)
        var head = events.first.map { Head(sequence: $0.sequence - 1, hash: $0.previousHash) } ?? .genesis
        var entropy = entropy
        return events.map { event in
            var draft = event.draft
            draft.id = .make(at: draft.now.wall, using: &entropy)
            let renamed = chain.append(draft, after: head)
            head = Head(sequence: renamed.sequence, hash: renamed.hash)
            return renamed
        }
    }
}
