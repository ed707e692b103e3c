/// Where a record stood before its journal was damaged: what a paper names that was printed then. A recovery puts these into
/// events, so that desk and center know such a paper for what it is.
public struct MovedRecord: Hashable, Sendable {
    public var epoch: Epoch
    public var sequence: Int64
    public var hash: Digest
    /// By it the record is found, wherever it stands now.
    public var id: EventID
    public var type: EventType
    public var subject: String?

    public init(_ event: Event, of epoch: Epoch) {
        self.epoch = epoch
        sequence = event.sequence
        hash = event.hash
        id = event.draft.id
        type = event.draft.type
        subject = event.draft.subject
    }

    /// What papers tell of, with the square that proves it.
    public static let types: Set<EventType> = [
        .weighInRecorded, .weighInVoided, .lotPacked, .scaleChecked, .paymentMade, .paymentReversed, .tillCounted,
    ]

    /// So many stand in one event, which stays a small message.
    public static let mostInAnEvent = 64

    public static func json(_ records: [MovedRecord], of epoch: Epoch) -> JSON {
        .members([
            "oldepoch": .string(epoch.text),
            "records": .array(
                records.map { record in
                    .members([
                        "sequence": .integer(record.sequence), "hash": .string(record.hash.description),
                        "id": .string(record.id.text), "type": .string(record.type.text),
                        "subject": record.subject.map { .string($0) },
                    ])
                }),
        ])
    }

    /// What an event's data tells; what is not of that form is passed over.
    public static func read(_ data: JSON) -> [MovedRecord] {
        guard let epoch = data["oldepoch"]?.string.flatMap(Epoch.init) else { return [] }
        return (data["records"]?.array ?? []).prefix(mostInAnEvent).compactMap { MovedRecord($0, of: epoch) }
    }

    private init?(_ json: JSON, of epoch: Epoch) {
        guard let sequence = json["sequence"]?.integer, sequence > 0,
            let hash = json["hash"]?.string.flatMap({ Digest($0) }), let id = json["id"]?.string.flatMap(EventID.init),
            let type = json["type"]?.string.flatMap({ EventType($0) }), Self.types.contains(type)
        else { return nil }
        self.epoch = epoch
        self.sequence = sequence
        self.hash = hash
        self.id = id
        self.type = type
        subject = json["subject"]?.string
    }
}
