/// What somebody in the city has ordered of a farmer's produce; the center sends it, and the point picks, packs and ships it.
public struct Order: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var produce: String
        public var grade: String
        public var quantity: Mass
        /// Only from this lot; `nil` leaves the choice to the point.
        public var lot: String?

        public init(produce: String, grade: String, quantity: Mass, lot: String? = nil) {
            self.produce = produce
            self.grade = grade
            self.quantity = quantity
            self.lot = lot
        }
    }

    /// `O-20261124-0007`, the center's own.
    public var id: String
    /// Whom it goes to; never a whole telephone number.
    public var recipient: Recipient?
    public var carrier: Carrier?
    public var lines: [Line]
    /// By how many thousandths what is packed may differ from what was ordered.
    public var tolerancePermille: Int

    public init(id: String, recipient: Recipient?, carrier: Carrier?, lines: [Line], tolerancePermille: Int) {
        self.id = id
        self.recipient = recipient
        self.carrier = carrier
        self.lines = lines
        self.tolerancePermille = tolerancePermille
    }

    /// Whether a weight is near enough to what a line asks for; whole grams, no rounding.
    public func accepts(_ packed: Mass, for line: Line) -> Bool {
        let (allowed, overflow) = line.quantity.grams.multipliedReportingOverflow(by: Int64(tolerancePermille))
        let (difference, underflow) = packed.grams.subtractingReportingOverflow(line.quantity.grams)
        let (scaled, tooFar) = difference.magnitude.multipliedReportingOverflow(by: 1000)
        return !overflow && !underflow && !tooFar && scaled <= allowed.magnitude
    }
}

/// What lies together under one label: crates of one farmer, one produce and one grade.
public struct Lot: Hashable, Sendable {
    /// `KL-3f9a1c-000045`; what begins so is never a waybill. Of one journal, from 1 and without gaps.
    public static let prefix = "KL-"

    public static func id(journal: String, count: Int64) -> String {
        prefix + WeighIn.Number(journal: journal, count: count).description.dropFirst(WeighIn.Number.prefix.count)
    }

    /// The id in a text that a scanner has put into capitals; `nil` when it has not the form of one.
    public static func id(in text: String) -> String? {
        guard text.hasPrefix(prefix), let number = WeighIn.Number(WeighIn.Number.prefix + text.dropFirst(prefix.count))
        else { return nil }
        return prefix + number.description.dropFirst(WeighIn.Number.prefix.count)
    }

    public enum Status: String, Sendable, CaseIterable {
        /// Crates are still being weighed.
        case open
        case packed
        /// On sale in a farmer's online shop.
        case offered
    }

    public var id: String
    public var farmer: String
    public var produce: String
    public var grade: String
    public var status: Status
    /// The crates that count, in order: weighed and not voided.
    public var crates: [String]
    /// Their net.
    public var net: Mass
    /// What orders have taken.
    public var taken: Mass
    public var offer: Offer?

    public var left: Mass { net.subtracting(taken) }

    /// What of it is still on sale: no more than was offered, less what was packed or voided since, and nothing once the offer has
    /// certainly run out.
    public func onSale(at now: TimeSpan?) -> Mass {
        guard status == .offered, let offer else { return .zero }
        if let until = offer.until, let now, now.isBefore(until) == false { return .zero }
        return max(min(offer.quantity, left), .zero)
    }

    public init(
        id: String, farmer: String, produce: String, grade: String, status: Status, crates: [String], net: Mass,
        taken: Mass, offer: Offer? = nil
    ) {
        self.id = id
        self.farmer = farmer
        self.produce = produce
        self.grade = grade
        self.status = status
        self.crates = crates
        self.net = net
        self.taken = taken
        self.offer = offer
    }
}

/// An order as the point has packed it: from which lots, and in which parcel it leaves. This is where a crate and a parcel meet.
public struct Shipment: Hashable, Sendable {
    public enum Status: String, Sendable, CaseIterable {
        case packed
        case dispatched
        /// Its parcel was undone; the order waits again.
        case unpacked
    }

    /// The order's id.
    public var order: String
    public var status: Status
    public var waybill: String
    public var lines: [Order.Packing.Item]

    public init(order: String, status: Status, waybill: String, lines: [Order.Packing.Item]) {
        self.order = order
        self.status = status
        self.waybill = waybill
        self.lines = lines
    }
}
