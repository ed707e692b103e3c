/// Somebody on the village's roster. The id is opaque; the name is for the screen, masked as the center sends it.
public struct Person: Hashable, Sendable {
    public enum Role: String, Sendable, CaseIterable {
        /// Runs the point.
        case `operator`
        case courier
        case farmer
        /// Lets pass what an operator alone may not: voids after the lot is closed, payments that are reversed.
        case supervisor
    }

    public var id: String
    public var name: String
    public var roles: Set<Role>
    public var badge: BadgeHash?
    public var pin: PINVerifier?
    /// The last four digits of a telephone number, at most.
    public var phoneTail: String?
    /// A short number by which somebody signs in with a PIN where there is no badge.
    public var number: Int?
    /// For whom a courier drives.
    public var carrier: Carrier?
    /// Ids under which points met this person before the county knew; on a roster alone.
    public var was: [String] = []
    /// When a desk of this point added this person; `nil` for everybody on the roster.
    public var met: Moment?

    public init(
        id: String, name: String, roles: Set<Role>, badge: BadgeHash? = nil, pin: PINVerifier? = nil,
        phoneTail: String? = nil, number: Int? = nil, carrier: Carrier? = nil
    ) {
        self.id = id
        self.name = name
        self.roles = roles
        self.badge = badge
        self.pin = pin
        self.phoneTail = phoneTail
        self.number = number
        self.carrier = carrier
    }
}

/// A badge as the roster knows it: SHA-256 of `kiosk-badge-v1`, a line feed, and what the reader sends. A badge is a secret
/// of many digits, so that nobody finds it by trying.
public struct BadgeHash: Hashable, Sendable {
    /// What a badge that is printed as a barcode begins with; such a text is never taken for a waybill.
    public static let prefix = "KB-"

    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    /// - Parameter badge: normalised: upper case, no spaces.
    public init(of badge: String) {
        digest = Digest(of: Array("kiosk-badge-v1\n\(badge)".utf8))
    }
}
