public import Domain

// MARK: Of produce

extension Answer {
    /// As the catalog in force calls it; what it does not know stands with its id.
    public struct ProduceName: Hashable, Sendable {
        public var name: String
        /// Not every one has it.
        public var english: String?
        /// How the voice reads it, where it would misread its signs.
        public var spoken: String?

        public init(_ name: String, english: String? = nil, spoken: String? = nil) {
            self.name = name
            self.english = english
            self.spoken = spoken
        }

        public init(_ produce: Catalog.Produce) {
            self.init(produce.name, english: produce.english, spoken: produce.spoken)
        }
    }

    /// What has been chosen for the crate that comes next. Names are as roster and catalog give them; that a household is
    /// registered is nowhere in it.
    public struct NextCrate: Hashable, Sendable {
        public var farmer: String?
        public var produce: ProduceName?
        public var grade: String?
        public var tare: Tare?
        public var lot: String?
        /// What was told just now.
        public var chosen: Chosen?
        /// Whoever comes is to be paid, and nothing is weighed.
        public var isToBePaid = false

        public init() {}
    }

    public enum Chosen: String, Sendable, CaseIterable {
        case farmer, produce, grade, tare
    }

    public enum Tare: Hashable, Sendable {
        case measured(Mass)
        case preset(Mass, container: String)
    }

    /// A crate that was to be recorded and was not.
    public struct RefusedCrate: Hashable, Sendable {
        public var crate: NextCrate
        public var gross: Mass

        public init(_ crate: NextCrate, gross: Mass) {
            self.crate = crate
            self.gross = gross
        }
    }

    /// A crate as it is recorded.
    public struct Crate: Hashable, Sendable {
        public var number: String
        public var farmer: String?
        public var produce: ProduceName
        public var grade: String
        public var container: String?
        public var gross: Mass
        public var tare: Mass
        public var tareMode: WeighIn.TareMode
        public var net: Mass
        public var stability: WeighIn.Stability
        public var price: Price?
        public var amount: Money?
        public var warnings: [WeighIn.Warning]
        public var lot: String
        /// In the lot, this one included.
        public var crates: Int?
        public var isVoided = false
        /// The payment that has cleared it.
        public var paidBy: String?

        /// - Parameter pricing: what it got later; `nil` for what it was recorded with.
        public init(
            _ weighIn: WeighIn, farmer: String?, _ produce: ProduceName, grade: String, pricing: WeighIn.Pricing? = nil
        ) {
            let pricing = weighIn.pricing ?? pricing
            number = weighIn.number.description
            self.farmer = farmer
            self.produce = produce
            self.grade = grade
            gross = weighIn.gross
            tare = weighIn.tare
            tareMode = weighIn.tareMode
            net = weighIn.net
            stability = weighIn.stability
            price = pricing?.price
            amount = pricing?.amount
            warnings = (pricing == nil ? weighIn.warnings : weighIn.warnings.subtracting([.unpriced])).sorted {
                $0.rawValue < $1.rawValue
            }
            lot = weighIn.lot
        }
    }

    /// What a lot comes to.
    public struct LotAccount: Hashable, Sendable {
        public var lot: String
        public var farmer: String?
        public var produce: ProduceName
        public var grade: String
        public var crates: Int
        public var net: Mass
        /// `nil` while a crate of it has no price.
        public var amount: Money?

        public init(
            _ lot: String, farmer: String?, _ produce: ProduceName, grade: String, crates: Int, net: Mass,
            amount: Money?
        ) {
            self.lot = lot
            self.farmer = farmer
            self.produce = produce
            self.grade = grade
            self.crates = crates
            self.net = net
            self.amount = amount
        }
    }

    /// The lot before, which was closed by what was done now: its farmer still has to hear its total.
    public struct Closed: Hashable, Sendable {
        public var lot: String
        public var crates: Int
        public var net: Mass
        /// `nil` while a crate of it has no price.
        public var amount: Money?

        public init(lot: String, crates: Int, net: Mass, amount: Money?) {
            self.lot = lot
            self.crates = crates
            self.net = net
            self.amount = amount
        }
    }

    /// What an order asks for next.
    public struct OrderLine: Hashable, Sendable {
        public var order: String
        public var produce: ProduceName
        public var grade: String
        public var wanted: Mass
        /// The only one that will do, or the one whose label was scanned.
        public var lot: String?

        public init(_ order: String, _ produce: ProduceName, grade: String, wanted: Mass, lot: String?) {
            self.order = order
            self.produce = produce
            self.grade = grade
            self.wanted = wanted
            self.lot = lot
        }
    }

    /// What cannot be had from a lot: by itself, or for a line of an order.
    public enum Stock: Hashable, Sendable {
        case lot(LotAccount)
        case line(OrderLine, Mass?)
    }

    /// Of what too much is sold: to void a crate, to offer or pack a lot, to end an order.
    public enum Sold: Hashable, Sendable {
        case crate(Crate)
        case stock(Stock)
        case order(String)
    }

    public enum Unpriced: Hashable, Sendable {
        case crate(RefusedCrate)
        case offer(LotAccount)
    }

    /// What the scale shows while the reference weight lies on it.
    public struct ReferenceReading: Hashable, Sendable {
        public var reference: Mass
        public var shown: Mass

        public init(_ reference: Mass, shown: Mass) {
            self.reference = reference
            self.shown = shown
        }
    }

    /// What a genuine paper tells of.
    public enum Paper: Hashable, Sendable {
        case crate(Crate)
        /// A whole lot as it is now, and how many of its crates were voided since.
        case lot(LotAccount, voided: Int)
        case payment(Payout)
        case other(String?)
    }
}
