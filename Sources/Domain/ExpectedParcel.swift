/// A parcel that the center says is on its way here.
public struct ExpectedParcel: Hashable, Sendable {
    /// As in `Parcel.subject`.
    public var subject: String
    public var carrier: Carrier?
    public var recipient: Recipient?
    public var handling: Parcel.Handling
    /// How its pick-up code is to look; `nil` leaves that to the point.
    public var code: PickUpCode.Form?
    /// How its recipient has agreed that it waits at the point, where the carrier knows.
    public var consent: Parcel.Consent?

    public init(
        subject: String, carrier: Carrier? = nil, recipient: Recipient? = nil,
        handling: Parcel.Handling = .normal, code: PickUpCode.Form? = nil, consent: Parcel.Consent? = nil
    ) {
        self.subject = subject
        self.carrier = carrier
        self.recipient = recipient
        self.handling = handling
        self.code = code
        self.consent = consent
    }
}

/// Whom a parcel is for: an opaque id, and what is needed to hand it over. Never a whole telephone number.
public struct Recipient: Hashable, Sendable {
    public var id: String
    /// Masked by the center, `张*`.
    public var name: String
    /// The last four digits at most.
    public var phoneTail: String
    /// Of the secret that the recipient's own square holds, in capitals; with it all that waits for the recipient is fetched. The
    /// id is no secret: it stands in events and lists.
    public var secret: BadgeHash?

    public init(id: String, name: String, phoneTail: String, secret: BadgeHash? = nil) {
        self.id = id
        self.name = name
        self.phoneTail = phoneTail
        self.secret = secret
    }
}

public enum PickUpCode {
    public enum Form: String, Sendable, CaseIterable {
        /// `3-2-1024`: the slot and four random digits.
        case shelf
        /// Six random digits.
        case digits
    }
}
