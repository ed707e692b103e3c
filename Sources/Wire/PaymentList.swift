public import Domain

/// The body of `…/down/payments`, retained: the transfers that the county wants to make for crates of this point. The point
/// records each once, with a `payment.made`, if all of its crates are open for just these amounts; only then is the money to go.
///
///     {"version":4,"transfers":[{"id":"T-20261130-0007","farmer":"p-3",
///      "crates":[{"id":"<EventID>","number":"KW-3f9a1c-000123","amount":3481}]}]}
///
/// Amounts are fen.
public struct PaymentList: Hashable, Sendable {
    /// From 1; a list with a higher one takes the place of the one before.
    public var version: Int64
    public var transfers: [Transfer]

    /// - Parameter version: from 1; a higher one replaces a lower.
    public init(version: Int64, transfers: [Transfer]) {
        self.version = version
        self.transfers = transfers
    }

    public static let mostTransfers = 200
    /// Of all of them together, so that what records them stays one short transaction.
    public static let mostCrates = 500
    /// Ten million yuan; no crate brings it.
    public static let dearest = Money(fen: 1_000_000_000)

    public var json: JSON {
        [
            "version": .integer(version),
            "transfers": .array(
                transfers.map { transfer in
                    [
                        "id": .string(transfer.id), "farmer": .string(transfer.farmer),
                        "crates": .array(transfer.crates.map(\.json)),
                    ]
                }),
        ]
    }

    /// The SHA-256 of the canonical JSON of what was understood; it rides in `kiosk.payments.applied.v1`.
    public var digest: Digest { Digest(of: json.canonical) }

    /// - Parameter encoding: the user property `content-encoding`.
    public init(parsing bytes: [UInt8], encoding: String? = nil) throws(WireError) {
        let fields = try ObjectDecoder(document: bytes, encoding, "the payments")
        version = try fields.version()
        transfers = []
        var ids: Set<String> = []
        var crates: Set<EventID> = []
        for (index, element) in try fields.list("transfers", atMost: Self.mostTransfers).enumerated() {
            let fields = try ObjectDecoder(element, "transfer \(index + 1)")
            let transfer = try Self.transfer(fields)
            guard ids.insert(transfer.id).inserted else { throw fields.wrong("the same id twice") }
            for item in transfer.crates where !crates.insert(item.id).inserted {
                throw fields.wrong("crate \(item.number) stands in it twice")
            }
            transfers.append(transfer)
        }
        guard crates.count <= Self.mostCrates else { throw fields.wrong("more than \(Self.mostCrates) crates") }
    }

    private static func transfer(_ fields: ObjectDecoder) throws(WireError) -> Transfer {
        let id = try fields.identity()
        var items: [Payment.Item] = []
        for (index, element) in try fields.list("crates", atMost: Payment.mostItems).enumerated() {
            let fields = try ObjectDecoder(element, "\(fields.place): crate \(index + 1)")
            guard let event = EventID(try fields.text("id")) else { throw fields.wrong("id is no UUIDv7") }
            guard let number = WeighIn.Number(try fields.text("number")) else {
                throw fields.wrong("number has not the form of KW-3f9a1c-000123")
            }
            guard let fen = try fields.integer("amount", in: 0...dearest.fen) else {
                throw fields.wrong("amount is missing")
            }
            items.append(.init(id: event, number: number, amount: Money(fen: fen)))
        }
        guard !items.isEmpty else { throw fields.wrong("no crates") }
        return Transfer(id: id, farmer: try fields.identity("farmer"), crates: items)
    }
}
