/// Money that a farmer got for crates, as it was recorded. It clears whole crates, and takes back what was paid for crates that
/// were voided afterwards.
public struct Payment: Hashable, Sendable {
    /// `KP-3f9a1c-000012`: of one journal, from 1 and without gaps, like the numbers of crates.
    public struct Number: Hashable, Sendable, CustomStringConvertible {
        public static let prefix = "KP-"
        public var journal: String
        public var count: Int64

        public init(journal: String, count: Int64) {
            self.journal = journal
            self.count = count
        }

        /// Reads what `description` writes, in small letters or in capitals.
        public init?(_ text: String) {
            guard text.hasPrefix(Self.prefix),
                let number = WeighIn.Number(WeighIn.Number.prefix + text.dropFirst(Self.prefix.count))
            else { return nil }
            self.init(journal: number.journal, count: number.count)
        }

        public var description: String {
            Self.prefix
                + WeighIn.Number(journal: journal, count: count).description.dropFirst(WeighIn.Number.prefix.count)
        }
    }

    public enum Method: String, Sendable, CaseIterable {
        /// Out of the till of the point.
        case cash
        /// To the farmer's account.
        case transfer
    }

    /// A crate, as the event that recorded it is called, and what is paid or taken back for it.
    public struct Item: Hashable, Sendable {
        public var id: EventID
        public var number: WeighIn.Number
        public var amount: Money

        public init(id: EventID, number: WeighIn.Number, amount: Money) {
            self.id = id
            self.number = number
            self.amount = amount
        }
    }

    public var number: Number
    public var farmer: String
    public var method: Method
    /// The county's own name of a transfer that it sent.
    public var reference: String?
    /// What it clears, the oldest first.
    public var crates: [Item]
    /// Paid before, and voided since.
    public var takenBack: [Item]
    public var amount: Money

    /// - Returns: `nil` when the sum is beyond what can be counted, or nothing would be left to pay.
    public init?(
        number: Number, farmer: String, method: Method, reference: String? = nil, crates: [Item],
        takenBack: [Item] = []
    ) {
        guard let amount = Self.sum(crates, takenBack) else { return nil }
        self.number = number
        self.farmer = farmer
        self.method = method
        self.reference = reference
        self.crates = crates
        self.takenBack = takenBack
        self.amount = amount
    }

    /// One event names so many crates at most, and has to fit into a message.
    public static let mostItems = 100

    static func sum(_ crates: [Item], _ takenBack: [Item]) -> Money? {
        var fen: Int64 = 0
        for item in crates {
            guard item.amount >= .zero, case (let sum, false) = fen.addingReportingOverflow(item.amount.fen) else {
                return nil
            }
            fen = sum
        }
        for item in takenBack {
            guard item.amount >= .zero, case (let sum, false) = fen.subtractingReportingOverflow(item.amount.fen) else {
                return nil
            }
            fen = sum
        }
        return fen >= 0 && !(crates.isEmpty && takenBack.isEmpty) ? Money(fen: fen) : nil
    }
}

extension Payment {
    /// The data of `kiosk.payment.made.v1`.
    public var json: JSON {
        .members([
            "number": .string(number.description), "farmer": .string(farmer), "method": .string(method.rawValue),
            "reference": reference.map { .string($0) }, "crates": .array(crates.map(\.json)),
            "takenback": takenBack.isEmpty ? nil : .array(takenBack.map(\.json)), "amount": .integer(amount.fen),
        ])
    }

    /// `nil` when a member is missing or wrong, a crate stands in it twice, or the amount is not what it is made of.
    public init?(_ json: JSON) {
        guard let number = json["number"]?.string.flatMap(Number.init), let farmer = json["farmer"]?.string,
            let method = json["method"]?.string.flatMap(Method.init), let crates = Self.items(json["crates"]),
            let takenBack = Self.items(json["takenback"] ?? .array([])), let amount = json["amount"]?.integer,
            Set((crates + takenBack).map(\.id)).count == crates.count + takenBack.count
        else { return nil }
        self.init(
            number: number, farmer: farmer, method: method, reference: json["reference"]?.string, crates: crates,
            takenBack: takenBack)
        guard self.amount.fen == amount else { return nil }
    }

    private static func items(_ json: JSON?) -> [Item]? {
        guard let array = json?.array, array.count <= mostItems else { return nil }
        let items = array.compactMap(Item.init)
        return items.count == array.count ? items : nil
    }
}

extension Payment.Item {
    public var json: JSON {
        ["id": .string(id.text), "number": .string(number.description), "amount": .integer(amount.fen)]
    }

    init?(_ json: JSON) {
        guard let id = json["id"]?.string.flatMap(EventID.init),
            let number = json["number"]?.string.flatMap(WeighIn.Number.init), let amount = json["amount"]?.integer,
            amount >= 0
        else { return nil }
        self.init(id: id, number: number, amount: Money(fen: amount))
    }
}

extension Payment {
    /// The data of `kiosk.payment.reversed.v1`: the money came back, or never went out.
    public struct Reversal: Hashable, Sendable {
        public enum Reason: String, Sendable, CaseIterable {
            case mistake
            case wrongFarmer = "wrong-farmer"
            /// A transfer that did not arrive.
            case failed
        }

        /// The event that recorded it.
        public var reverses: EventID
        public var number: Number
        public var reason: Reason
        /// The supervisor; the event's actor asked for it.
        public var approvedBy: String

        public init(reverses: EventID, number: Number, reason: Reason, approvedBy: String) {
            self.reverses = reverses
            self.number = number
            self.reason = reason
            self.approvedBy = approvedBy
        }

        public var json: JSON {
            [
                "reverses": .string(reverses.text), "number": .string(number.description),
                "reason": .string(reason.rawValue), "approvedby": .string(approvedBy),
            ]
        }

        public init?(_ json: JSON) {
            guard let reverses = json["reverses"]?.string.flatMap(EventID.init),
                let number = json["number"]?.string.flatMap(Number.init),
                let reason = json["reason"]?.string.flatMap(Reason.init), let approvedBy = json["approvedby"]?.string
            else { return nil }
            self.init(reverses: reverses, number: number, reason: reason, approvedBy: approvedBy)
        }
    }
}

/// A payment in the account: what was recorded, where it stands in the journal, and whether it still counts.
public struct PaymentEntry: Hashable, Sendable {
    public struct Reversal: Hashable, Sendable {
        public var reason: Payment.Reversal.Reason
        public var approvedBy: String?
        public var sequence: Int64
        public var moment: Moment

        public init(
            reason: Payment.Reversal.Reason, approvedBy: String? = nil, sequence: Int64, moment: Moment
        ) {
            self.reason = reason
            self.approvedBy = approvedBy
            self.sequence = sequence
            self.moment = moment
        }
    }

    public var payment: Payment
    /// The event that recorded it.
    public var id: EventID
    public var sequence: Int64
    public var moment: Moment
    public var reversal: Reversal?

    public init(
        payment: Payment, id: EventID, sequence: Int64, moment: Moment, reversal: Reversal? = nil
    ) {
        self.payment = payment
        self.id = id
        self.sequence = sequence
        self.moment = moment
        self.reversal = reversal
    }

    public var counts: Bool { reversal == nil }
}
