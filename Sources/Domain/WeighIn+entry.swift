/// A weigh-in in the account: what was recorded, where it stands in the journal, and what became of it.
public struct WeighInEntry: Hashable, Sendable {
    /// A later event that took it out of the account; nothing is edited.
    public struct Voiding: Hashable, Sendable {
        public var reason: WeighIn.Voiding.Reason
        public var sequence: Int64
        public var moment: Moment

        public init(reason: WeighIn.Voiding.Reason, sequence: Int64, moment: Moment) {
            self.reason = reason
            self.sequence = sequence
            self.moment = moment
        }
    }

    /// A later event that gave it its price, when its time became known or a list came.
    public struct LaterPrice: Hashable, Sendable {
        public var pricing: WeighIn.Pricing
        public var reason: WeighIn.LaterPrice.Reason
        public var sequence: Int64
        public var moment: Moment

        public init(
            pricing: WeighIn.Pricing, reason: WeighIn.LaterPrice.Reason, sequence: Int64, moment: Moment
        ) {
            self.pricing = pricing
            self.reason = reason
            self.sequence = sequence
            self.moment = moment
        }
    }

    /// What has still to be done about it.
    public enum Due: Int64, Sendable, CaseIterable {
        /// Nobody knows its price yet.
        case price = 0
        /// It is priced and not paid.
        case payment = 1
        /// It was paid, and voided since: the farmer owes that.
        case refund = 2
    }

    public var weighIn: WeighIn
    /// The event that recorded it.
    public var id: EventID
    public var sequence: Int64
    public var moment: Moment
    public var voiding: Voiding?
    public var laterPrice: LaterPrice?
    /// The payment that cleared it, if one stands.
    public var paidBy: Payment.Number?
    /// The payment that took back what was paid for it, after it was voided.
    public var takenBackBy: Payment.Number?

    public init(
        weighIn: WeighIn, id: EventID, sequence: Int64, moment: Moment, voiding: Voiding? = nil,
        laterPrice: LaterPrice? = nil
    ) {
        self.weighIn = weighIn
        self.id = id
        self.sequence = sequence
        self.moment = moment
        self.voiding = voiding
        self.laterPrice = laterPrice
    }

    public var counts: Bool { voiding == nil }
    public var pricing: WeighIn.Pricing? { weighIn.pricing ?? laterPrice?.pricing }
    public var amount: Money? { pricing?.amount }

    public var due: Due? {
        guard counts else { return paidBy != nil && takenBackBy == nil ? .refund : nil }
        guard pricing != nil else { return .price }
        return paidBy == nil ? .payment : nil
    }
}
