public import Domain

/// What the center keeps for a kiosk, or for all those of a county, and sends whole, retained, whenever it changes.
public enum Document: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case expected
        case roster
        case catalog
        case orders
        case payments
    }

    case expected(ExpectedList)
    case roster(Roster)
    case catalog(Catalog)
    case orders(OrderList)
    case payments(PaymentList)

    public static let contentType = "application/json"

    /// Above it every program that reads JSON may count wrong, and after the last of 64 bits there would be no next one.
    public static let highestVersion: Int64 = 1 << 53

    /// What a body may weigh on the wire, so that it passes the fleet's broker (`max_packet_size` in Config/broker).
    public static let mostBytes = 64 * 1024

    /// - Parameters:
    ///   - bytes: a message's body, compressed where `encoding` says so.
    ///   - encoding: the message's `content-encoding`.
    /// - Throws: the place and what is wrong there, never a value: documents are about people.
    public init(_ kind: Kind, parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        switch kind {
        case .expected: self = .expected(try ExpectedList(parsing: bytes, encoding: encoding))
        case .roster: self = .roster(try Roster(parsing: bytes, encoding: encoding))
        case .catalog: self = .catalog(try Catalog(parsing: bytes, encoding: encoding))
        case .orders: self = .orders(try OrderList(parsing: bytes, encoding: encoding))
        case .payments: self = .payments(try PaymentList(parsing: bytes, encoding: encoding))
        }
    }

    public var kind: Kind {
        switch self {
        case .expected: .expected
        case .roster: .roster
        case .catalog: .catalog
        case .orders: .orders
        case .payments: .payments
        }
    }

    public var version: Int64 {
        switch self {
        case .expected(let list): list.version
        case .roster(let roster): roster.version
        case .catalog(let catalog): catalog.version
        case .orders(let list): list.version
        case .payments(let list): list.version
        }
    }

    /// How many parcels, people, kinds of produce, orders or transfers.
    public var count: Int {
        switch self {
        case .expected(let list): list.parcels.count
        case .roster(let roster): roster.people.count
        case .catalog(let catalog): catalog.produce.count
        case .orders(let list): list.orders.count
        case .payments(let list): list.transfers.count
        }
    }

    public var json: JSON {
        switch self {
        case .expected(let list): list.json
        case .roster(let roster): roster.json
        case .catalog(let catalog): catalog.json
        case .orders(let list): list.json
        case .payments(let list): list.json
        }
    }

    /// The body as it is published, and its user property `content-encoding`, if any.
    public var body: (bytes: [UInt8], encoding: String?) { BodyEncoding.pack(json.canonical) }

    /// Every member that this version understands, wherever it stands; a sender can tell its user of others, which are most
    /// likely misspelt.
    public static let knownMembers: Set<String> = [
        "version", "parcels", "waybill", "package", "carrier", "recipient", "handling", "code", "consent", "id", "name",
        "tail", "secret",
        "was",
        "people", "roles", "badge", "pin", "iterations", "salt", "hash", "number",
        "produce", "grades", "english", "containers", "tare", "prices", "grade", "fenperkg", "from", "until", "orders",
        "tolerance", "lines", "quantity", "lot", "transfers", "farmer", "crates", "amount",
    ]
}

extension Document.Kind {
    /// Whether there is one for all kiosks of a county, and not one for each kiosk.
    public var isForCounty: Bool { self == .catalog }

    /// Where that kiosk hears of it.
    public func topic(_ kiosk: KioskID) -> String {
        switch self {
        case .expected: Topics.expected(kiosk)
        case .roster: Topics.roster(kiosk)
        case .catalog: Topics.catalog(County(of: kiosk))
        case .orders: Topics.orders(kiosk)
        case .payments: Topics.payments(kiosk)
        }
    }
}

extension ExpectedList {
    /// The SHA-256 of the canonical JSON of what was understood; it rides in `kiosk.expected.applied.v1`.
    public var digest: Digest { Digest(of: json.canonical) }
}

extension Roster {
    /// The SHA-256 of the canonical JSON of what was understood; it rides in `kiosk.roster.applied.v1`.
    public var digest: Digest { Digest(of: json.canonical) }
}

extension Document {
    public var digest: Digest {
        switch self {
        case .expected(let list): list.digest
        case .roster(let roster): roster.digest
        case .catalog(let catalog): catalog.digest
        case .orders(let list): list.digest
        case .payments(let list): list.digest
        }
    }
}

extension ObjectDecoder {
    /// A whole body: expanded within its bound, and an object.
    init(document bytes: [UInt8], _ encoding: String?, _ name: String) throws(WireError) {
        let plain = try BodyEncoding.unpack(bytes, encoding, "document", atMost: BodyEncoding.mostOfDocument)
        self = try ObjectDecoder(JSON(message: plain, limit: BodyEncoding.mostOfDocument), name)
    }
}
