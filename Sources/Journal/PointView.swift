public import Domain
public import Workflow

/// The point's state for who only looks. Valid only inside the closure that got it.
public struct PointView {
    let store: Store

    /// With whom it is for, if that is known here.
    public struct Entry: Hashable, Sendable {
        public var parcel: Parcel
        public var recipient: Recipient?
    }

    public func parcel(_ subject: String) throws -> Entry? { try store.parcel(subject).map(entry) }

    /// The parcels here, in the order of their subjects, after one of them; at most `limit`.
    public func here(after subject: String, limit: Int) throws -> [Entry] {
        try store.tables.here(after: subject, limit: limit).map(entry)
    }

    /// Every parcel the journal knows, also those that have gone.
    public func all(after subject: String, limit: Int) throws -> [Parcel] {
        try store.tables.all(after: subject, limit: limit)
    }

    public func expected(_ subject: String) throws -> ExpectedParcel? { try store.tables.expected(subject) }
    public func awaited() throws -> [String] { try store.tables.awaited(from: nil) }
    public func occupancy() throws -> [String: Int] { try store.tables.occupancy() }
    public func bootOffset(_ id: String) throws -> Int64? { try store.tables.bootOffset(id) }

    /// The hand-overs that are open, and how many parcels each has so far.
    public func batches() throws -> [(batch: Batch, scanned: Int)] {
        try store.tables.batches().map { ($0, try store.tables.items(of: $0.id).count) }
    }

    /// The version in force of what the center sends; `nil` before the first.
    public func versions() throws -> (expected: Int64?, roster: Int64?) {
        (try store.tables.document(.expected)?.version, try store.tables.document(.roster)?.version)
    }

    /// What is in force of what the center sent.
    public func documents() throws -> [CenterDocument] {
        var documents: [CenterDocument] = []
        if let roster = try store.tables.document(.roster) {
            let people = try store.tables.people()
            documents.append(CenterDocument(version: roster.version, digest: roster.digest, content: .roster(people)))
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
