public import Domain

/// Whom a parcel is for, as it may be shown.
public struct ShownRecipient: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    /// Of the telephone number; four digits at most.
    public var tail: String

    public init(_ recipient: Recipient) {
        (id, name, tail) = (recipient.id, recipient.name, recipient.phoneTail)
    }
}

/// A parcel that is or was here, or one that the center has announced.
public struct ShownParcel: Codable, Hashable, Sendable {
    public static let expected = "expected"

    public var subject: String
    /// `expected`, or a `Parcel.Status`.
    public var status: String
    public var flags: [Parcel.Flag]?
    public var handling: Parcel.Handling
    public var slot: String?
    public var code: String?
    public var consent: Parcel.Consent?
    public var carrier: Carrier?
    public var batch: String?
    public var recipient: ShownRecipient?
    /// `nil` when nobody can tell: the clock could not be believed then, and that boot never learnt the time.
    public var arrived: Timestamp?
    public var sequence: Int64?
    public var touched: String?
    public var possible: [Parcel.Action]

    public init(_ parcel: Parcel, arrived: Timestamp?, recipient: Recipient?, possible: [Parcel.Action]) {
        let condition = parcel.condition
        subject = parcel.subject
        status = parcel.status.rawValue
        flags = condition.flags.sorted()
        handling = condition.handling
        (slot, code, consent) = (condition.slot, condition.code, condition.consent)
        (carrier, batch) = (condition.carrier, condition.batch)
        self.recipient = recipient.map(ShownRecipient.init)
        self.arrived = arrived
        sequence = parcel.sequence
        touched = parcel.touched.description
        self.possible = possible
    }

    public init(_ parcel: ExpectedParcel, possible: [Parcel.Action]) {
        subject = parcel.subject
        status = Self.expected
        handling = parcel.handling
        carrier = parcel.carrier
        recipient = parcel.recipient.map(ShownRecipient.init)
        self.possible = possible
    }
}

/// The point as a whole.
public struct PointState: Codable, Hashable, Sendable {
    public struct Desk: Codable, Hashable, Sendable {
        public var name: String
        public var mode: DeskCommand.Mode
        public var isPractice: Bool
        public var person: String?
        public var role: String?

        public init(name: String, mode: DeskCommand.Mode, isPractice: Bool, person: String?, role: String?) {
            (self.name, self.mode, self.isPractice) = (name, mode, isPractice)
            (self.person, self.role) = (person, role)
        }

        enum CodingKeys: String, CodingKey {
            case name, mode, person, role
            case isPractice = "practice"
        }
    }

    /// An open hand-over.
    public struct OpenBatch: Codable, Hashable, Sendable {
        public var id: String
        public var kind: Batch.Kind
        public var carrier: Carrier?
        public var courier: String
        public var desk: String
        public var opened: String
        public var scanned: Int

        public init(_ batch: Batch, scanned: Int) {
            (id, kind, carrier, courier) = (batch.id, batch.kind, batch.carrier, batch.courier)
            (desk, opened) = (batch.desk, batch.opened.description)
            self.scanned = scanned
        }
    }

    public struct Slot: Codable, Hashable, Sendable {
        public var slot: String
        public var handling: Parcel.Handling
        public var capacity: Int
        public var occupied: Int

        public init(slot: String, handling: Parcel.Handling, capacity: Int, occupied: Int) {
            (self.slot, self.handling, self.capacity, self.occupied) = (slot, handling, capacity, occupied)
        }

        enum CodingKeys: String, CodingKey {
            case slot, capacity, occupied
            case handling = "for"
        }
    }

    public var desks: [Desk]
    public var batches: [OpenBatch]
    public var shelves: [Slot]
    /// Announced, and not here.
    public var awaited: [String]
    /// The version of the list of expected parcels in force.
    public var expected: Int64?
    public var roster: Int64?

    public init(
        desks: [Desk], batches: [OpenBatch], shelves: [Slot], awaited: [String], expected: Int64?, roster: Int64?
    ) {
        (self.desks, self.batches, self.shelves) = (desks, batches, shelves)
        (self.awaited, self.expected, self.roster) = (awaited, expected, roster)
    }
}

// MARK: Desks

/// What was scanned, or typed, at a desk.
public struct ScanRequest: Codable, Hashable, Sendable {
    public var text: String

    public init(text: String) { self.text = text }
}

public struct SignInRequest: Codable, Hashable, Sendable {
    /// On the roster.
    public var number: Int
    public var pin: String

    public init(number: Int, pin: String) { (self.number, self.pin) = (number, pin) }
}

public struct PracticeRequest: Codable, Hashable, Sendable {
    public var on: Bool

    public init(on: Bool) { self.on = on }
}
