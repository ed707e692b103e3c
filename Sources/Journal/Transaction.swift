public import Domain
import Projections
public import Wire
public import Workflow

/// What a recording may do between BEGIN and COMMIT. Valid only inside the closure that got it.
public struct Transaction: JournalReader {
    public let store: Store
    let space: Space
    let reserveBytes: Int64

    /// Writes the next event and everything it changes.
    /// - Parameter needsRoom: `false` for what ends something that was begun; it is recorded however full the disk is.
    /// - Throws: `JournalError.belowReserve`, before anything was written, when the disk is nearly full.
    public func record(_ draft: EventDraft, needsRoom: Bool = true) throws -> Event {
        if needsRoom { try requireRoom() }
        return try store.record(draft)
    }

    /// Whoever records several events asks this first: what comes after the first write is too late for a refusal.
    public func requireRoom() throws(JournalError) {
        guard space.hasRoom else { throw .belowReserve(free: space.freeBytes, reserve: reserveBytes) }
    }

    /// Keeps a count of guesses, or forgets it. It is on disk when the answer of this recording is given; below the reserve
    /// too, because a full disk must not make guessing free.
    public func count(_ key: String, _ attempts: AttemptLimiter?) throws { try store.tables.count(key, attempts) }

    /// What a printed card says to a reader: in no event, so that nobody copies a card from one.
    public func keep(card: String, of newcomer: String) throws { try store.tables.keep(card: card, of: newcomer) }

    // MARK: What the center sends

    /// What a roster says of people whom the point met before the county knew them, and is so from now on: it rides in the event that
    /// says that the roster was applied.
    public func mergings(by people: [Person]) throws -> Newcomer.Mergings { try store.tables.mergings(by: people) }

    /// What a document is beside the one in force. The same version with another content is not newer: a version names one
    /// content.
    public func compare(_ document: CenterDocument) throws -> CenterDocument.News {
        guard let known = try store.tables.document(document.kind), document.version <= known.version else {
            return .newer
        }
        return document.digest == known.digest ? .known : .older(inForce: known.version)
    }

    /// Whether it is newer than what is in force of its kind.
    public func isNews(_ document: CenterDocument) throws -> Bool { try compare(document) == .newer }

    /// Puts it in force as a whole, in this transaction.
    /// - Throws: `JournalError.belowReserve`, before anything was written: the event that tells of it would find no room.
    public func apply(_ document: CenterDocument) throws {
        try requireRoom()
        switch document.content {
        case .expected(let parcels): try store.tables.replace(expected: parcels)
        case .roster(let people): try store.tables.replace(people: people)
        case .catalog(let catalog): try store.tables.replace(body: catalog.json, .catalog)
        case .orders(let list): try store.tables.replace(body: list.json, .orders)
        case .payments: break
        }
        try store.tables.set(.init(version: document.version, digest: document.digest), document.kind)
    }

    /// The sessions that events say are open.
    public func sessions() throws -> [(desk: String, person: String)] { try store.tables.sessions() }

    /// The parcels here, in the order of their subjects, after one of them; at most `limit`.
    public func here(after subject: String, limit: Int) throws -> [Parcel] {
        try store.tables.here(after: subject, limit: limit)
    }

    /// Lots that nobody has ended, each with what ends it and who weighed its last crate.
    public func openLots() throws -> [(id: String, packing: Lot.Packing, actor: String?)] {
        try store.tables.openLots().map { lot in
            let crates = try lot.crates.compactMap { try store.tables.weighIn($0) }
            var last: Event?
            if let sequence = crates.last?.sequence, sequence > store.anchor.sequence {
                last = try store.events(after: sequence - 1, limit: 1).first
            }
            return (lot.id, Lot.Packing(lot, crates), last?.draft.actor)
        }
    }

    /// When that boot began, once its clock could be believed.
    public func bootTimes(_ id: String) throws -> BootTimes? { try store.tables.bootTimes(id) }

    /// Crates without a price, after one of them; at most `limit`.
    public func unpriced(after number: WeighIn.Number?, limit: Int) throws -> [WeighInEntry] {
        try store.tables.unpriced(after: number, limit: limit)
    }

    /// Between which times a crate was recorded, as far as the journal can tell; `nil` when it cannot.
    public func span(of entry: WeighInEntry, now: Now) throws -> TimeSpan? {
        try store.tables.span(of: entry, after: store.anchor.sequence, now: now)
    }

    /// What was decided in a boot by the time that was believed since `source` told it: prices, what is overdue, checks and offers.
    /// - Returns: from the first to the last of them, and how many; `nil` when there is none.
    public func decided(in boot: String, by source: String) throws -> (events: ClosedRange<Int64>, count: Int64)? {
        try store.tables.decided(in: boot, by: source)
    }

    /// Erases whom parcels were for once all of theirs have been gone since before `cutoff`; says how many. When this
    /// recording is answered, the names are in none of the journal's files any more; copies in quarantine keep theirs.
    public func eraseRecipients(goneBefore cutoff: Timestamp, now: Timestamp) throws -> Int {
        // It empties the log, which a full disk may refuse; it is done when there is space.
        try space.isTight ? 0 : store.eraseRecipients(goneBefore: cutoff, now: now)
    }
}

/// One document of the center, as it is kept.
public struct CenterDocument: Sendable {
    public enum Content: Sendable {
        case expected([ExpectedParcel])
        case roster([Person])
        case catalog(Catalog)
        case orders(OrderList)
        /// What is in it is recorded as events.
        case payments
    }

    public enum News: Hashable, Sendable {
        case newer
        case known
        case older(inForce: Int64)
    }

    public var version: Int64
    /// Of what the center sent.
    public var digest: Digest
    public var content: Content

    /// - Parameters:
    ///   - version: from 1; a higher one replaces a lower.
    ///   - digest: of the document as it was sent.
    public init(version: Int64, digest: Digest, content: Content) {
        self.version = version
        self.digest = digest
        self.content = content
    }

    var kind: PointTables.Kind {
        switch content {
        case .expected: .expected
        case .roster: .roster
        case .catalog: .catalog
        case .orders: .orders
        case .payments: .payments
        }
    }
}

/// What a decision asks of the state; `DeskStateReader` says what each is. All of it throws SQLite's error, or `Damage` where a row
/// is not what was recorded.
extension Transaction: DeskStateReader {
    public func parcel(_ subject: String) throws -> Parcel? { try store.parcel(subject) }
    public func knowsPackages(of number: String) throws -> Bool { try store.tables.knowsPackages(of: number) }
    public func parcel(code: String) throws -> Parcel? { try store.tables.parcel(code: code) }
    public func parcels(of recipient: String) throws -> [Parcel] { try store.tables.parcels(of: recipient) }
    public func accepted(for carrier: Carrier?) throws -> [String] { try store.tables.accepted(for: carrier) }
    public func hasExpectations() throws -> Bool { try store.tables.hasExpectations() }
    public func awaited(from carrier: Carrier?) throws -> [String] { try store.tables.awaited(from: carrier) }
    public func recipient(_ id: String) throws -> Recipient? { try store.tables.recipient(id) }
    public func recipient(secret: BadgeHash) throws -> String? { try store.tables.recipient(secret: secret) }
    public func person(badge: BadgeHash) throws -> Person? { try store.tables.person(badge: badge) }
    public func attempts(_ key: String) throws -> AttemptLimiter? { try store.tables.attempts(key) }
    public func batch(of courier: String) throws -> Batch? { try store.tables.batch(of: courier) }
    public func batch(at desk: String) throws -> Batch? { try store.tables.batch(at: desk) }
    public func items(of batch: String) throws -> [String] { try store.tables.items(of: batch) }
    public var chain: HashChain { store.chain }
    public func former(_ epoch: Epoch, _ sequence: Int64) throws -> MovedRecord? {
        try store.tables.former(epoch, sequence)
    }
    public func nextNewcomer() throws -> (id: String, number: Int) { try store.tables.nextNewcomer() }
    public func order(_ id: String) throws -> Order? { try store.tables.order(id) }
    public func nextWeighIn() throws -> WeighIn.Number { try store.tables.nextWeighIn() }
    public func nextLot() throws -> String { try store.tables.nextLot() }
    public func lastCheck() throws -> LastScaleCheck? { try store.tables.lastCheck() }
    /// The payments by which transfers of these names were recorded, in one look at all.
    public func payments(of transfers: Set<String>) throws -> [String: Payment] {
        try store.tables.payments(of: transfers)
    }
    public func nextPayment() throws -> Payment.Number { try store.tables.nextPayment() }
}
