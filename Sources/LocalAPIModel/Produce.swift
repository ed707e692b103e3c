public import Domain

/// A weigh-in with what is known of it here.
public typealias ShownWeighIn = Annotated<WeighIn, WeighInDetails>
/// A payment with what is known of it here.
public typealias ShownPayment = Annotated<Payment, PaymentDetails>

public struct WeighInDetails: Codable, Hashable, Sendable {
    /// The farmer's, while the roster knows them.
    public var name: String?
    public var sequence: Int64
    /// `nil` when nobody can tell.
    public var time: Timestamp?
    /// The price that stands in the record was found later.
    public var pricedLater: WeighIn.LaterPrice.Reason?
    /// The payment with which it was paid.
    public var payment: Payment.Number?
    public var voided: WeighIn.Voiding.Reason?
    /// In an account: `crate`, and by how much it changes what is owed.
    public var kind: String?
    public var change: Money?

    public init(
        name: String?, sequence: Int64, time: Timestamp?, pricedLater: WeighIn.LaterPrice.Reason?,
        payment: Payment.Number?, voided: WeighIn.Voiding.Reason?
    ) {
        (self.name, self.sequence, self.time) = (name, sequence, time)
        (self.pricedLater, self.payment, self.voided) = (pricedLater, payment, voided)
    }

    enum CodingKeys: String, CodingKey {
        case name, sequence, time, payment, voided, kind, change
        case pricedLater = "pricedlater"
    }
}

public struct PaymentDetails: Codable, Hashable, Sendable {
    public var name: String?
    public var sequence: Int64
    public var time: Timestamp?
    public var reversed: Payment.Reversal.Reason?

    public init(name: String?, sequence: Int64, time: Timestamp?, reversed: Payment.Reversal.Reason?) {
        (self.name, self.sequence, self.time, self.reversed) = (name, sequence, time, reversed)
    }
}

/// Crates of one farmer, one produce and one grade under one label.
public struct ShownLot: Codable, Hashable, Sendable {
    public var lot: String
    public var farmer: String
    public var name: String?
    public var produce: String
    public var grade: String
    public var status: Lot.Status
    /// The numbers of their weigh-ins.
    public var crates: [String]
    public var net: Mass
    public var taken: Mass
    public var left: Mass
    /// As it was recorded.
    public var offer: JSON?
    public var onSale: Mass?

    public init(_ lot: Lot, name: String?, onSale: Mass?) {
        (self.lot, farmer, produce, grade) = (lot.id, lot.farmer, lot.produce, lot.grade)
        (status, crates, net, taken, left) = (lot.status, lot.crates, lot.net, lot.taken, lot.left)
        offer = lot.offer?.json
        self.name = name
        self.onSale = onSale
    }

    enum CodingKeys: String, CodingKey {
        case lot, farmer, name, produce, grade, status, crates, net, taken, left, offer
        case onSale = "onsale"
    }
}

/// An order that the center has sent, and how far it is.
public struct ShownOrder: Codable, Hashable, Sendable {
    public struct Line: Codable, Hashable, Sendable {
        public var produce: String
        public var grade: String
        public var quantity: Mass
        /// Only of this lot.
        public var lot: String?
    }

    public var order: String
    public var status: String
    public var carrier: Carrier?
    /// A masked name.
    public var recipient: String?
    /// In thousandths.
    public var tolerance: Int
    public var lines: [Line]
    public var waybill: String?

    public init(_ order: Order, status: String, waybill: String?) {
        (self.order, self.status, self.waybill) = (order.id, status, waybill)
        (carrier, recipient, tolerance) = (order.carrier, order.recipient?.name, order.tolerancePermille)
        lines = order.lines.map { Line(produce: $0.produce, grade: $0.grade, quantity: $0.quantity, lot: $0.lot) }
    }
}

/// A parcel of produce that was packed for an order.
public struct ShownShipment: Codable, Hashable, Sendable {
    public struct Item: Codable, Hashable, Sendable {
        public var lot: String
        public var produce: String
        public var grade: String
        public var quantity: Mass
    }

    public var order: String
    public var status: String
    public var waybill: String
    public var parcel: Parcel.Status?
    public var items: [Item]

    public init(order: String, status: String, waybill: String, parcel: Parcel.Status?, items: [Order.Packing.Item]) {
        (self.order, self.status, self.waybill, self.parcel) = (order, status, waybill, parcel)
        self.items = items.map { Item(lot: $0.lot, produce: $0.produce, grade: $0.grade, quantity: $0.quantity) }
    }
}

/// From a crate, a lot, an order or a waybill to all the others.
public struct Trace: Codable, Hashable, Sendable {
    public var weighIn: ShownWeighIn?
    public var lot: ShownLot?
    public var lots: [ShownLot]?
    public var shipments: [ShownShipment]

    public init(
        weighIn: ShownWeighIn? = nil, lot: ShownLot? = nil, lots: [ShownLot]? = nil, shipments: [ShownShipment]
    ) {
        (self.weighIn, self.lot, self.lots, self.shipments) = (weighIn, lot, lots, shipments)
    }

    enum CodingKeys: String, CodingKey {
        case lot, lots, shipments
        case weighIn = "weighin"
    }
}

// MARK: Money

/// What a farmer is owed, by the crates that make it up.
public struct ShownBalance: Codable, Hashable, Sendable {
    public struct Crate: Codable, Hashable, Sendable {
        public var number: WeighIn.Number
        public var produce: String
        public var grade: String
        public var net: Mass
        public var amount: Money?
        public var time: Timestamp?

        public init(_ entry: WeighInEntry, time: Timestamp?) {
            let weighIn = entry.weighIn
            (number, produce, grade, net) = (weighIn.number, weighIn.produce, weighIn.grade, weighIn.net)
            (amount, self.time) = (entry.amount, time)
        }
    }

    public var farmer: String
    public var name: String?
    public var owed: Money
    public var unpaid: [Crate]
    /// Paid, and voided since.
    public var refunds: [Crate]
    public var unpriced: [Crate]
    public var unpricedNet: Mass

    public init(
        farmer: String, name: String?, owed: Money, unpaid: [Crate], refunds: [Crate], unpriced: [Crate],
        unpricedNet: Mass
    ) {
        (self.farmer, self.name, self.owed) = (farmer, name, owed)
        (self.unpaid, self.refunds, self.unpriced, self.unpricedNet) = (unpaid, refunds, unpriced, unpricedNet)
    }

    enum CodingKeys: String, CodingKey {
        case farmer, name, owed, unpaid, refunds, unpriced
        case unpricedNet = "unpricednet"
    }
}

/// What was recorded of what a paper's code tells, and whether it counts.
public struct ShownReceipt: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        case right
        case void
        case wrong
        /// No such record is in this journal.
        case absent
        /// Of another kiosk.
        case elsewhere
    }

    public var result: Result
    /// Of the event.
    public var type: String?
    public var subject: String?
    public var weighIns: [ShownWeighIn]?
    public var payment: ShownPayment?

    public init(
        _ result: Result, type: String? = nil, subject: String? = nil, weighIns: [ShownWeighIn]? = nil,
        payment: ShownPayment? = nil
    ) {
        (self.result, self.type, self.subject) = (result, type, subject)
        (self.weighIns, self.payment) = (weighIns, payment)
    }

    enum CodingKeys: String, CodingKey {
        case result, type, subject, payment
        case weighIns = "weighins"
    }
}

/// The cash by the events since it was counted.
public struct ShownTill: Codable, Hashable, Sendable {
    public var isOpen: Bool
    public var before: Money
    public var paid: Money
    public var payments: Int64
    public var returned: Money
    public var expected: Money

    public init(_ till: Till) {
        (isOpen, before, paid) = (till.isOpen, till.before, till.paid)
        (payments, returned, expected) = (till.payments, till.returned, till.expected)
    }

    enum CodingKeys: String, CodingKey {
        case before, paid, payments, returned, expected
        case isOpen = "open"
    }
}

/// A farmer's account in a period.
public struct ShownStatement: Codable, Hashable, Sendable {
    /// A crate, or what became of one.
    public enum Line: Codable, Hashable, Sendable {
        case crate(ShownWeighIn)
        case change(Change)

        public init(from decoder: any Decoder) throws {
            let change = try? Change(from: decoder)
            self = try change.map { .change($0) } ?? .crate(ShownWeighIn(from: decoder))
        }

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .crate(let crate): try crate.encode(to: encoder)
            case .change(let change): try change.encode(to: encoder)
            }
        }
    }

    public struct Change: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Sendable, CaseIterable { case price, voiding, payment, reversal }

        public var kind: Kind
        /// Of the weigh-in or the payment.
        public var number: String
        public var change: Money
        public var time: Timestamp?
        public var method: Payment.Method?

        public init(_ kind: Kind, number: String, change: Money, time: Timestamp?, method: Payment.Method? = nil) {
            (self.kind, self.number, self.change, self.time, self.method) = (kind, number, change, time, method)
        }
    }

    public struct Totals: Codable, Hashable, Sendable {
        public var count: Int
        public var net: Mass
        public var amount: Money
        public var unpriced: Int
        public var unpricedNet: Mass
        public var voided: Int
        public var voidedNet: Mass
        public var voidedAmount: Money
        public var paid: Money
        public var owed: Money

        public init(_ totals: AccountStatement.Totals, owed: Money) {
            (count, net, amount) = (totals.count, totals.net, totals.amount)
            (unpriced, unpricedNet) = (totals.unpriced, totals.unpricedNet)
            (voided, voidedNet, voidedAmount) = (totals.voided, totals.voidedNet, totals.voidedAmount)
            (paid, self.owed) = (totals.paid, owed)
        }

        enum CodingKeys: String, CodingKey {
            case count, net, amount, unpriced, voided, paid, owed
            case unpricedNet = "unpricednet"
            case voidedNet = "voidednet"
            case voidedAmount = "voidedamount"
        }
    }

    public var farmer: String
    public var name: String?
    public var from: Timestamp?
    public var until: Timestamp?
    /// What was owed at the beginning.
    public var before: Money
    public var lines: [Line]
    /// In no period: their time is not known.
    public var unplaced: [Line]?
    /// `nil` when they are beyond what can be counted.
    public var totals: Totals?

    public init(
        farmer: String, name: String?, from: Timestamp?, until: Timestamp?, before: Money, lines: [Line],
        unplaced: [Line]?, totals: Totals?
    ) {
        (self.farmer, self.name, self.from, self.until) = (farmer, name, from, until)
        (self.before, self.lines, self.unplaced, self.totals) = (before, lines, unplaced, totals)
    }
}
