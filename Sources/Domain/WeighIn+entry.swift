/// A weigh-in in the account: what was recorded, where it stands in the journal, and what became of it.
public struct WeighInEntry: Hashable, Sendable {
    /// A later event that took it out of the account; nothing is edited.
    public struct Voiding: Hashable, Sendable {
        public var reason: WeighIn.Voiding.Reason
        /// The supervisor, where one was asked.
        public var approvedBy: String?
        public var sequence: Int64
        public var moment: Moment

        public init(
            reason: WeighIn.Voiding.Reason, approvedBy: String? = nil, sequence: Int64, moment: Moment
        ) {
            self.reason = reason
            self.approvedBy = approvedBy
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

    /// What farmer and goods were called when it was recorded: a copy of its receipt says what the first one said.
    public struct Names: Hashable, Sendable {
        public var farmer: String?
        public var produce: String?
        public var english: String?
        public var grade: String?
        public var container: String?

        /// - Parameter person: the farmer, if the roster knew one.
        public init(_ weighIn: WeighIn, _ catalog: Catalog?, _ person: Person?) {
            let known = catalog?.produce(weighIn.produce)
            farmer = person?.name
            produce = known?.name
            english = known?.english
            grade = known?.grades.first { $0.id == weighIn.grade }?.name
            container = weighIn.container.flatMap { catalog?.container($0)?.name }
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
    /// `nil` where nobody kept them: at the center, and in journals of an earlier version.
    public var names: Names?
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

extension WeighInEntry.Names {
    public var json: JSON {
        .members([
            "farmer": farmer.map { .string($0) }, "produce": produce.map { .string($0) },
            "english": english.map { .string($0) }, "grade": grade.map { .string($0) },
            "container": container.map { .string($0) },
        ])
    }

    public init(_ json: JSON) {
        farmer = json["farmer"]?.string
        produce = json["produce"]?.string
        english = json["english"]?.string
        grade = json["grade"]?.string
        container = json["container"]?.string
    }
}
