public import Domain
import Wire
import Workflow

/// The point's state for who only looks. Valid only inside the closure that got it.
public struct PointView: JournalReader {
    public let store: Store

    /// - Parameter store: the open journal, on its own thread.
    package init(store: Store) { self.store = store }

    /// With whom it is for, if that is known here.
    public struct Entry: Hashable, Sendable {
        public var parcel: Parcel
        public var recipient: Recipient?
    }

    /// - Throws: `Damage`, when its state does not follow from its event.
    public func parcel(_ subject: String) throws -> Entry? { try store.parcel(subject).map(entry) }

    /// The parcels here, in the order of their subjects, after one of them; at most `limit`.
    public func here(after subject: String, limit: Int) throws -> [Entry] {
        try store.tables.here(after: subject, limit: limit).map(entry)
    }

    /// Every parcel the journal knows, also those that have gone.
    public func all(after subject: String, limit: Int) throws -> [Parcel] {
        try store.tables.all(after: subject, limit: limit)
    }

    /// Announced, and not here yet, of all carriers.
    public func awaited() throws -> [String] { try store.tables.awaited(from: nil) }
    /// When that boot began, as far as anybody knows.
    public func bootTimes(_ id: String) throws -> BootTimes? { try store.tables.bootTimes(id) }

    /// The hand-overs that are open, and how many parcels each has so far.
    public func batches() throws -> [(batch: Batch, scanned: Int)] {
        try store.tables.batches().map { ($0, try store.tables.items(of: $0.id).count) }
    }

    /// The sessions that events say are open.
    public func sessions() throws -> [(desk: String, person: String)] { try store.tables.sessions() }

    // MARK: Produce

    /// Whom the point met before the county knew them, the merged ones too.
    public func newcomers() throws -> [Newcomer] { try store.tables.newcomers() }
    /// By the id that was given here.
    public func newcomer(_ id: String) throws -> Newcomer? { try store.tables.newcomer(id) }
    /// The orders in force, in the order in which the center sent them.
    public func orders() throws -> [Order] { try store.tables.orders()?.orders ?? [] }

    /// The newest weigh-in, voided or not; `nil` before the first.
    public func lastWeighIn() throws -> WeighInEntry? { try store.tables.newestWeighIn() }

    /// Every weigh-in that the journal knows, in order, after one of them; at most `limit`.
    public func weighIns(after number: WeighIn.Number?, limit: Int) throws -> [WeighInEntry] {
        try store.tables.weighIns(after: number, limit: limit)
    }

    /// The crates of a lot, voided ones too, and the orders that took of it.
    public func trace(lot id: String) throws -> (crates: [WeighInEntry], shipments: [Shipment]) {
        (try store.tables.weighIns(of: id), try store.tables.shipments(of: id))
    }

    /// A farmer's account from one moment to before another. Both are times of the place that could be believed; what was
    /// recorded under a wrong clock is placed by the start of its boot. As long as that is not known it stands beside the
    /// lines, in no period: in each of two months it would be paid twice. Without both bounds everything is a line.
    public func statement(of farmer: String, from: Timestamp?, until: Timestamp?) throws -> AccountStatement {
        try AccountStatement(
            farmer: farmer, crates: store.tables.weighIns(farmer: farmer),
            payments: store.tables.payments(farmer: farmer), from: from, until: until, placed: placed)
    }

    /// Whether anything was ever weighed for this person here.
    public func hasAccount(of farmer: String) throws -> Bool { try store.tables.hasAccount(of: farmer) }

    /// Every payment that the journal knows, in order, after one of them; at most `limit`.
    public func payments(after number: Payment.Number?, limit: Int) throws -> [PaymentEntry] {
        try store.tables.payments(after: number, limit: limit)
    }

    /// Crates without a price, after one of them; at most `limit`.
    public func unpriced(after number: WeighIn.Number?, limit: Int) throws -> [WeighInEntry] {
        try store.tables.unpriced(after: number, limit: limit)
    }

    /// When something was recorded, by a clock that could be believed then or that was set later in the same boot.
    public func placed(_ moment: Moment) throws -> Timestamp? {
        try moment.placed { try store.tables.bootTimes($0) }
    }

    /// What stands, or stood before a recovery, in the place that a paper names.
    public func record(of proof: RecordProof) throws -> MovedRecord? {
        guard proof.epoch == epoch else { return try store.tables.former(proof.epoch, proof.sequence) }
        return try event(proof.sequence).map { MovedRecord($0, of: proof.epoch) }
    }

    // MARK: Events

    /// The event that opened a hand-over, among at most so many before `sequence`. It costs a look at each of them.
    public func opening(of batch: String, before sequence: Int64, within count: Int64) throws -> Event? {
        try event(.batchOpened, batch, before: sequence, within: count)
    }

    /// The event that closed it, likewise.
    public func closing(of batch: String, before sequence: Int64, within count: Int64) throws -> Event? {
        try event(.batchClosed, batch, before: sequence, within: count)
    }

    private func event(_ type: EventType, _ subject: String, before sequence: Int64, within count: Int64) throws
        -> Event?
    {
        try store.tables.newest(type, subject, in: sequence - count..<sequence).flatMap { try event($0) }
    }

    /// The version in force of what the center sends; `nil` before the first.
    public func versions() throws -> (expected: Int64?, roster: Int64?) {
        (try store.tables.document(.expected)?.version, try store.tables.document(.roster)?.version)
    }

    /// What is in force of what the center sent.
    public func documents() throws -> [CenterDocument] {
        var documents: [CenterDocument] = []
        if let roster = try store.tables.document(.roster) {
            let people = try store.tables.roster()
            documents.append(CenterDocument(version: roster.version, digest: roster.digest, content: .roster(people)))
        }
        if let known = try store.tables.document(.catalog), let catalog = try store.tables.catalog() {
            documents.append(
                CenterDocument(version: known.version, digest: known.digest, content: .catalog(catalog)))
        }
        if let known = try store.tables.document(.orders), let orders = try store.tables.orders() {
            documents.append(CenterDocument(version: known.version, digest: known.digest, content: .orders(orders)))
        }
        if let expected = try store.tables.document(.expected) {
            let parcels = try store.tables.allExpected()
            documents.append(
                CenterDocument(version: expected.version, digest: expected.digest, content: .expected(parcels)))
        }
        return documents
    }

    private func entry(_ parcel: Parcel) throws -> Entry {
        Entry(parcel: parcel, recipient: try parcel.condition.recipient.flatMap { try store.tables.recipient($0) })
    }
}
