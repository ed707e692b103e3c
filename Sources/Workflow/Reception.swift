public import Barcodes
public import Domain

/// What became of a pull of the trigger, in the one vocabulary that screen, sound and log share.
public enum ScanOutcome: Hashable, Sendable {
    /// Committed to the journal. Nothing else may ever be shown or sounded as saved.
    case saved(subject: String, carriers: [Carrier], sequence: Int64)
    /// It was in before; no event was made.
    case already(subject: String, since: Timestamp, sequence: Int64)
    case refused(Refusal)

    /// A fixed word: the counter's name, and the key of words and sounds.
    public var word: String {
        switch self {
        case .saved: "saved"
        case .already: "already"
        case .refused(let refusal): refusal.rawValue
        }
    }
}

/// A kiosk on which nobody has signed in receives: a recognised parcel that is not here yet is recorded as received.
public enum Reception {
    public enum Step: Hashable, Sendable {
        case record(EventType, subject: String, data: JSON)
        case already(Parcel)
    }

    /// - Parameters:
    ///   - raw: the scan as it came; it is kept with the event, because rules of recognition change.
    ///   - known: the parcel's present state, if it is here.
    public static func receive(
        _ waybill: Waybill, carriers: [Carrier], symbology: String?, raw: [UInt8], scanner: String, known: Parcel?
    ) -> Step {
        if let known { return .already(known) }
        let data: JSON = .members([
            "waybill": .string(waybill.number), "package": waybill.package.map { .integer(Int64($0)) },
            "carriers": .array(carriers.map { .string($0.rawValue) }), "symbology": symbology.map { .string($0) },
            "raw": .string(String(decoding: raw, as: UTF8.self)), "scanner": .string(scanner),
        ])
        return .record(.parcelReceived, subject: waybill.subject, data: data)
    }
}
