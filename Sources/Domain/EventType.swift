/// What kind of fact an event is: `kiosk.<noun>.<past participle>.v<version>`.
public struct EventType: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text has that form; lower-case ASCII words only.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, parts.count == 4, parts[0] == "kiosk", Self.isWord(parts[1]),
            Self.isWord(parts[2]), parts[3].first == "v", let version = Int(parts[3].dropFirst()), version > 0,
            parts[3] == "v\(version)"
        else { return nil }
        self.text = text
    }

    private init(_ noun: StaticString, _ participle: StaticString) { text = "kiosk.\(noun).\(participle).v1" }

    private static func isWord(_ part: Substring) -> Bool {
        !part.isEmpty && part.utf8.allSatisfy { $0.isLowerCase }
    }

    public var description: String { text }

    public static let parcelReceived = EventType("parcel", "received")
    public static let parcelRelocated = EventType("parcel", "relocated")
    public static let parcelCollected = EventType("parcel", "collected")
    public static let parcelReturned = EventType("parcel", "returned")
    public static let parcelDispatched = EventType("parcel", "dispatched")
    public static let parcelAccepted = EventType("parcel", "accepted")
    public static let parcelFlagged = EventType("parcel", "flagged")
    public static let parcelCorrected = EventType("parcel", "corrected")
    public static let batchOpened = EventType("batch", "opened")
    public static let batchClosed = EventType("batch", "closed")
    public static let operatorSignedIn = EventType("operator", "signedin")
    public static let operatorSignedOut = EventType("operator", "signedout")
    /// Somebody whom the county does not know yet.
    public static let personAdded = EventType("person", "added")
    public static let weighInRecorded = EventType("weighin", "recorded")
    public static let weighInVoided = EventType("weighin", "voided")
    public static let weighInPriced = EventType("weighin", "priced")
    public static let paymentMade = EventType("payment", "made")
    public static let paymentReversed = EventType("payment", "reversed")
    /// The cash of the point.
    public static let tillCounted = EventType("till", "counted")
    public static let lotPacked = EventType("lot", "packed")
    public static let lotOffered = EventType("lot", "offered")
    public static let orderPacked = EventType("order", "packed")
    public static let orderDispatched = EventType("order", "dispatched")
    /// A check of the scale with a reference weight.
    public static let scaleChecked = EventType("scale", "checked")
    public static let catalogApplied = EventType("catalog", "applied")
    public static let ordersApplied = EventType("orders", "applied")
    public static let paymentsApplied = EventType("payments", "applied")
    public static let expectedApplied = EventType("expected", "applied")
    public static let rosterApplied = EventType("roster", "applied")
    public static let deviceStarted = EventType("device", "started")
    public static let deviceStopped = EventType("device", "stopped")
    public static let clockSynced = EventType("clock", "synced")
    /// Somebody read the time off a watch.
    public static let clockConfirmed = EventType("clock", "confirmed")
    public static let journalRecovered = EventType("journal", "recovered")
    /// Where records stood before a recovery; see `MovedRecord`.
    public static let journalMoved = EventType("journal", "moved")
}
