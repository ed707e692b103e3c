import Delivery
import DeskSession
import Domain
import Journal
import Workflow

/// What must hold at a kiosk.
extension VirtualKiosk {
    /// After a start: whatever was shown as saved is there.
    func checkSaved(_ keeper: JournalKeeper) throws {
        var held: [EventID: Digest] = [:]
        for event in try keeper.store.events(after: keeper.store.anchor.sequence, limit: .max) {
            held[event.draft.id] = event.hash
            if practised.contains(event.draft.id) {
                throw InvariantViolation("\(id): event \(event.sequence) was practised, and counts")
            }
            if event.draft.type == .journalRecovered { hasRecovered = true }
        }
        guard !hasRecovered || isHarmed else {
            throw InvariantViolation("\(id) recovered a journal that nobody had damaged")
        }
        // What the center has, the end will show.
        for fact in shown where held[fact.id] == nil && !excused.contains(fact.id) && !delivered.contains(fact.id) {
            if isHarmed, hasRecovered || mayForget || isAtCenter(fact) {
                excused.insert(fact.id)
                continue
            }
            throw InvariantViolation("\(id): event \(fact.sequence) was shown as saved, and is gone")
        }
    }

    /// What was said so far.
    func checkSaid() throws {
        if let broken { throw broken }
        if disk.hasStarved { throw InvariantViolation("\(id): a write found no space, and the ballast was kept") }
    }

    /// Who works at a desk is who has signed in there, by the journal.
    private func checkSessions(_ keeper: JournalKeeper) throws {
        guard waiting.isEmpty, waitingToPractise.isEmpty, failure == nil else { return }
        if let session = sessions.first(where: { !$0.isAtRest }) {
            throw InvariantViolation("\(id): desk \(session.name) remembers what was not saved")
        }
        if practiceKeeper == nil, let session = sessions.first(where: { $0.committed.isPractice && $0.deadline == nil })
        {
            throw InvariantViolation(
                "\(id): desk \(session.name) practises without a journal, and nothing will end that")
        }
        guard !isHarmed else { return }
        let recorded = Dictionary(
            try PointView(store: keeper.store).sessions().map { ($0.desk, $0.person) },
            uniquingKeysWith: { first, _ in first })
        for session in sessions where session.committed.accountable?.person != recorded[session.name] {
            throw InvariantViolation(
                "\(id): at desk \(session.name) works \(session.committed.accountable?.person ?? "nobody"), "
                    + "by the journal \(recorded[session.name] ?? "nobody")")
        }
    }

    /// After every turn.
    func checkStep(_ keeper: JournalKeeper) throws {
        try checkSaid()
        if shown.count != checkedAt {
            let isOfMoney = shown.suffix(max(shown.count - checkedAt, 0)).contains { $0.isOfMoney }
            checkedAt = shown.count
            if isOfMoney { try checkAccount(keeper) }
        }
        try checkSessions(keeper)
        let state = keeper.state
        lastEpoch = state.epoch
        if let last = shown.last, last.epoch == state.epoch, last.sequence > state.head.sequence,
            !excused.contains(last.id), !delivered.contains(last.id)
        {
            throw InvariantViolation("\(id): event \(last.sequence) was shown as saved, and the journal ends before it")
        }
        let chain = HashChain(kiosk: id, epoch: state.epoch)
        guard state.acknowledged <= promised(chain) else {
            throw InvariantViolation(
                "\(id): the cursor stands at \(state.acknowledged), and the center acknowledged \(promised(chain))")
        }
        guard state.pruned.sequence <= state.acknowledged else {
            throw InvariantViolation("\(id): pruned to \(state.pruned.sequence), acknowledged to \(state.acknowledged)")
        }
        if let session {
            let most = min(session.receiveMaximum, Delivery.mostBatches)
            guard session.underWay.count <= most else {
                throw InvariantViolation("\(id): \(session.underWay.count) batches under way, \(most) allowed")
            }
        }
    }
}
