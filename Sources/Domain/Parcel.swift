/// A parcel as the point knows it now: what its events add up to.
public struct Parcel: Hashable, Sendable {
    /// Where a parcel stands in its life. One that the center has only announced is no parcel yet, see `ExpectedParcel`.
    public enum Status: String, Sendable, CaseIterable {
        /// At the point, not on a shelf.
        case received
        /// In a slot, with a pick-up code.
        case shelved
        /// Handed in by a villager, waiting for a courier.
        case accepted
        /// Gone to its recipient.
        case collected
        /// Gone back to its carrier.
        case returned
        /// Gone on its way with a courier.
        case dispatched

        /// Whether the parcel is at the point.
        public var isPresent: Bool {
            switch self {
            case .received, .shelved, .accepted: true
            case .collected, .returned, .dispatched: false
            }
        }
    }

    /// What is wrong with a parcel; it stays until it is resolved or the parcel leaves.
    public enum Flag: String, Sendable, CaseIterable, Comparable {
        case damaged
        /// It should be here and cannot be found.
        case missing
        /// It belongs to another village.
        case wrongVillage = "wrong-village"
        /// The recipient does not want it.
        case refused
        /// It has been here for too long, by a clock that could be believed.
        case overdue

        public static func < (left: Flag, right: Flag) -> Bool { left.rawValue < right.rawValue }
    }

    /// Which slots it may lie in.
    public enum Handling: String, Sendable, CaseIterable {
        case normal
        case large
        case cold
    }

    /// How the recipient agreed that the parcel waits at the point, which the law asks for before it is put on a shelf there
    /// (快递市场管理办法, in force since 2024-03-01).
    public enum Consent: String, Sendable, CaseIterable {
        case telephone
        case inPerson = "in-person"
        /// Agreed when it was ordered; the carrier knows.
        case order
    }

    /// What an undo takes back: an event that changed the parcel.
    public struct Change: Hashable, Sendable {
        public var id: EventID
        public var type: EventType

        public init(id: EventID, type: EventType) {
            self.id = id
            self.type = type
        }
    }

    /// Everything that an event may change, so that an undo can put it back whole.
    public struct Condition: Hashable, Sendable {
        public var status: Status
        public var flags: Set<Flag> = []
        /// Who set each of them last; none where nobody did, or where it is not known any more.
        public var flaggedBy: [Flag: String] = [:]
        public var handling = Handling.normal
        /// `3-2`: shelf and layer.
        public var slot: String?
        public var code: String?
        /// What tells the carrier for certain: the open batch, the center, or a person's answer.
        public var carrier: Carrier?
        /// The opaque id of whom it is for, from the center.
        public var recipient: String?
        /// The hand-over it came with or left with.
        public var batch: String?
        /// When this stay began.
        public var arrived: Moment
        /// Whether the center had announced it when it came.
        public var isAnnounced = false
        /// When somebody last dealt with its being overdue: from there the days count anew.
        public var extended: Moment?
        public var consent: Consent?

        public init(status: Status, arrived: Moment) {
            self.status = status
            self.arrived = arrived
        }
    }

    /// What was before a change, and the change before that one; `nil` where there was none.
    public struct Past: Hashable, Sendable {
        public var change: Change?
        public var condition: Condition?

        public init(change: Change?, condition: Condition?) {
            self.change = change
            self.condition = condition
        }
    }

    /// How many changes can be taken back one after the other.
    public static let mostPast = 4

    /// The waybill, with the package if there is one.
    public var subject: String
    public var condition: Condition
    /// The change that stands; an undo takes this one back. `nil` when it is older than what can be undone.
    public var change: Change?
    /// What an undo would put back, the newest last. Empty when nothing is known of it any more.
    public var past: [Past]
    /// The event that touched the parcel last, a correction included; 0 when it is older than the journal.
    public var sequence: Int64
    public var touched: Timestamp

    public init(
        subject: String, condition: Condition, change: Change?, past: [Past], sequence: Int64, touched: Timestamp
    ) {
        self.subject = subject
        self.condition = condition
        self.change = change
        self.past = past
        self.sequence = sequence
        self.touched = touched
    }

    public var status: Status { condition.status }
    public var isPresent: Bool { condition.status.isPresent }
}
