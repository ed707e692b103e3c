/// What a county buys, how it is graded, what a kilogram costs and when, and which containers are known. The center sends it
/// for all its kiosks together.
public struct Catalog: Hashable, Sendable {
    public struct Grade: Hashable, Sendable {
        /// `1`, `A`: short, for the command sheet.
        public var id: String
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    public struct Produce: Hashable, Sendable {
        public var id: String
        /// By which it is chosen with digits alone.
        public var number: Int
        /// `番茄`
        public var name: String
        /// `Tomatoes`
        public var english: String?
        /// For the voice, where it would misread the name: other signs, or pinyin with its tones (`dang3 shen1`).
        public var spoken: String?
        /// In the order in which they are offered; never empty.
        public var grades: [Grade]

        public init(
            id: String, number: Int, name: String, english: String? = nil, spoken: String? = nil, grades: [Grade]
        ) {
            self.id = id
            self.number = number
            self.name = name
            self.english = english
            self.spoken = spoken
            self.grades = grades
        }
    }

    /// A container whose weight is known beforehand; what is weighed in it has a preset tare.
    public struct Container: Hashable, Sendable {
        public var id: String
        public var number: Int
        public var name: String
        public var tare: Mass

        public init(id: String, number: Int, name: String, tare: Mass) {
            self.id = id
            self.number = number
            self.name = name
            self.tare = tare
        }
    }

    /// What one grade costs for a time. `from` is the first moment, `until` the first one no more.
    public struct Offer: Hashable, Sendable {
        public var produce: String
        public var grade: String
        public var price: Price
        public var from: Timestamp?
        public var until: Timestamp?

        public init(produce: String, grade: String, price: Price, from: Timestamp? = nil, until: Timestamp? = nil) {
            self.produce = produce
            self.grade = grade
            self.price = price
            self.from = from
            self.until = until
        }

        /// Whether it is in force at some moment of the span.
        public func mayHold(in span: TimeSpan) -> Bool {
            (from.map { $0 <= span.latest } ?? true) && (until.map { span.earliest < $0 } ?? true)
        }
    }

    /// Rises with every change; it rides with every price that was paid.
    public var version: Int64
    public var produce: [Produce]
    public var containers: [Container]
    /// No two of one grade are in force at the same time.
    public var offers: [Offer]

    public init(version: Int64, produce: [Produce], containers: [Container] = [], offers: [Offer] = []) {
        self.version = version
        self.produce = produce
        self.containers = containers
        self.offers = offers
    }

    public func produce(_ id: String) -> Produce? { produce.first { $0.id == id } }
    public func produce(number: Int) -> Produce? { produce.first { $0.number == number } }
    public func container(_ id: String) -> Container? { containers.first { $0.id == id } }
    public func container(number: Int) -> Container? { containers.first { $0.number == number } }

    /// The price in force, if it is the same at every moment at which it may have been.
    /// - Parameter span: `nil` when nothing is known. Then a price holds only if it holds at all times.
    public func price(of produce: String, grade: String, at span: TimeSpan?) -> Price? {
        let offers = offers.filter { $0.produce == produce && $0.grade == grade }
        guard let span else {
            return offers.count == 1 && offers[0].from == nil && offers[0].until == nil ? offers[0].price : nil
        }
        // Between the changes in it one offer holds all the time.
        let changes = offers.flatMap { [$0.from, $0.until] }.compactMap(\.self).filter {
            span.earliest < $0 && $0 <= span.latest
        }
        let first = Self.price(among: offers, at: span.earliest)
        return changes.allSatisfy { Self.price(among: offers, at: $0) == first } ? first : nil
    }

    private static func price(among offers: [Offer], at time: Timestamp) -> Price? {
        offers.first { ($0.from.map { $0 <= time } ?? true) && ($0.until.map { time < $0 } ?? true) }?.price
    }
}
