import Domain

/// Gathers what papers tell of while a recovery carries events over, some events' worth at a time.
struct MovedRecords {
    private var epoch: Epoch?
    private var records: [MovedRecord] = []

    /// - Parameter write: takes what one event is to hold.
    mutating func note(_ event: Event, of epoch: Epoch, write: (JSON) throws -> Void) throws {
        guard MovedRecord.types.contains(event.draft.type) else { return }
        if epoch != self.epoch || records.count == MovedRecord.mostInAnEvent { try finish(write) }
        self.epoch = epoch
        records.append(MovedRecord(event, of: epoch))
    }

    mutating func finish(_ write: (JSON) throws -> Void) throws {
        guard let epoch, !records.isEmpty else { return }
        try write(MovedRecord.json(records, of: epoch))
        records = []
    }
}
