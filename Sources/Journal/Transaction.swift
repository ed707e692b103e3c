public import Domain

/// What a recording may do between BEGIN and COMMIT. Valid only inside the closure that got it.
public struct Transaction {
    let store: Store
    let freeBytes: Int64
    let reserveBytes: Int64

    public func parcel(_ subject: String) throws -> Parcel? { try store.parcel(subject) }

    /// Writes the next event and everything it changes.
    /// - Throws: `JournalError.belowReserve`, before anything was written, when the disk is nearly full.
    public func record(_ draft: EventDraft) throws -> Event {
        guard freeBytes >= reserveBytes else { throw JournalError.belowReserve(free: freeBytes, reserve: reserveBytes) }
        return try store.record(draft)
    }
}
