public import Domain

/// The body of `…/down/expected`, retained: every parcel that is on its way to the point, not only the new ones.
///
///     {"version":12,"parcels":[{"waybill":"SF1234567890123","package":2,"carrier":"sf","handling":"cold",
///      "code":"shelf","consent":"order","recipient":{"id":"r-7K2M9","name":"张*","tail":"5678"}}]}
///
/// `package`, `carrier`, `recipient`, its `tail`, `handling`, `code` and `consent` may be absent.
public struct ExpectedList: Hashable, Sendable {
    /// From 1; a list with a higher one takes the place of the one before.
    public var version: Int64
    public var parcels: [ExpectedParcel]

    /// - Parameter version: from 1; a higher one replaces a lower.
    public init(version: Int64, parcels: [ExpectedParcel]) {
        self.version = version
        self.parcels = parcels
    }

    public static let mostParcels = 2000

    public var json: JSON {
        ["version": .integer(version), "parcels": .array(parcels.map(Self.json))]
    }

    /// - Parameter encoding: the user property `content-encoding`.
    public init(parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        let fields = try ObjectDecoder(document: bytes, encoding, "the expected list")
        version = try fields.version()
        parcels = []
        var subjects: Set<String> = []
        for (index, element) in try fields.list("parcels", atMost: Self.mostParcels).enumerated() {
            let parcel = try Self.parcel(ObjectDecoder(element, "parcel \(index + 1)"))
            guard subjects.insert(parcel.subject).inserted else {
                throw WireError("parcel \(index + 1): the same parcel twice")
            }
            parcels.append(parcel)
        }
    }

    private static func parcel(_ fields: ObjectDecoder) throws(WireError) -> ExpectedParcel {
        let number = try fields.waybill()
        guard Waybill.numberLength.contains(number.utf8.count), number.utf8.allSatisfy(isLabelCharacter)
        else { throw fields.wrong("waybill has not the form of 8 to 30 capitals, digits and dashes") }
        let packages = Int64(Waybill.packages.lowerBound)...Int64(Waybill.packages.upperBound)
        let package = try fields.integer("package", in: packages).map { Int($0) }
        return ExpectedParcel(
            subject: Waybill(number: number, package: package).subject,
            // A hint; one that is not known here is no reason to refuse.
            carrier: try fields.optionalText("carrier").flatMap { Carrier(rawValue: $0) },
            recipient: try fields.recipient(),
            handling: try fields.word("handling", of: Parcel.Handling.self) ?? .normal,
            code: try fields.word("code", of: PickUpCode.Form.self),
            consent: try fields.word("consent", of: Parcel.Consent.self))
    }

    private static func json(_ parcel: ExpectedParcel) -> JSON {
        let waybill = Waybill(subject: parcel.subject)
        return .members([
            "waybill": .string(waybill.number), "package": waybill.package.map { .integer(Int64($0)) },
            "carrier": parcel.carrier.map { .string($0.rawValue) },
            "recipient": parcel.recipient.map(\.json),
            "handling": parcel.handling == .normal ? nil : .string(parcel.handling.rawValue),
            "code": parcel.code.map { .string($0.rawValue) }, "consent": parcel.consent.map { .string($0.rawValue) },
        ])
    }
}

extension Recipient {
    /// As a document writes it.
    var json: JSON {
        .members([
            "id": .string(id), "name": .string(name), "tail": phoneTail.isEmpty ? nil : .string(phoneTail),
            "secret": secret.map { .string($0.digest.description) },
        ])
    }
}
