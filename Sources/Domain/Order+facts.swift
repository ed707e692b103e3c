/// What the events of lots and orders say; each has the id of its lot or order as its subject.
extension Lot {
    /// The data of `kiosk.lot.packed.v1`: no crate is added any more.
    public struct Packing: Hashable, Sendable {
        public var farmer: String
        public var produce: String
        public var grade: String
        /// Those that count, in order.
        public var crates: [WeighIn.Number]
        /// Theirs together.
        public var net: Mass
        /// What those of them cost together that have a price.
        public var amount: Money
        /// How many have none yet.
        public var unpriced: Int

        public init(
            farmer: String, produce: String, grade: String, crates: [WeighIn.Number], net: Mass, amount: Money,
            unpriced: Int
        ) {
            self.farmer = farmer
            self.produce = produce
            self.grade = grade
            self.crates = crates
            self.net = net
            self.amount = amount
            self.unpriced = unpriced
        }

        public var json: JSON {
            [
                "farmer": .string(farmer), "produce": .string(produce), "grade": .string(grade),
                "crates": .array(crates.map { .string($0.description) }), "net": .integer(net.grams),
                "amount": .integer(amount.fen), "unpriced": .integer(Int64(unpriced)),
            ]
        }

        public init?(_ json: JSON) {
            guard let farmer = json["farmer"]?.string, let produce = json["produce"]?.string,
                let grade = json["grade"]?.string, let names = json["crates"]?.array, let net = json["net"]?.integer,
                let amount = json["amount"]?.integer, let unpriced = json["unpriced"]?.integer,
                (0...Int64(names.count)).contains(unpriced)
            else { return nil }
            let crates = names.compactMap { $0.string.flatMap(WeighIn.Number.init) }
            guard crates.count == names.count else { return nil }
            self.init(
                farmer: farmer, produce: produce, grade: grade, crates: crates, net: Mass(grams: net),
                amount: Money(fen: amount), unpriced: Int(unpriced))
        }
    }

    /// The data of `kiosk.lot.offered.v1`: it is on sale in the farmer's shop. A later offer takes the place of this one.
    public struct Offer: Hashable, Sendable {
        public var quantity: Mass
        public var price: Price
        /// The first moment at which it is no more.
        public var until: Timestamp?

        public init(quantity: Mass, price: Price, until: Timestamp? = nil) {
            self.quantity = quantity
            self.price = price
            self.until = until
        }

        public var json: JSON {
            .members([
                "quantity": .integer(quantity.grams), "fenperkg": .integer(price.fenPerKilogram),
                "until": until.map { .string($0.description) },
            ])
        }

        public init?(_ json: JSON) {
            guard let quantity = json["quantity"]?.integer, let fen = json["fenperkg"]?.integer else { return nil }
            var until: Timestamp?
            if let value = json["until"] {
                guard let time = value.string.flatMap({ Timestamp($0) }) else { return nil }
                until = time
            }
            self.init(quantity: Mass(grams: quantity), price: Price(fenPerKilogram: fen), until: until)
        }
    }
}

extension Order {
    /// The data of `kiosk.order.packed.v1`: what went into the parcel, and from where.
    public struct Packing: Hashable, Sendable {
        public struct Item: Hashable, Sendable {
            public var lot: String
            public var produce: String
            public var grade: String
            public var quantity: Mass

            public init(lot: String, produce: String, grade: String, quantity: Mass) {
                self.lot = lot
                self.produce = produce
                self.grade = grade
                self.quantity = quantity
            }
        }

        /// As in `Parcel.subject`.
        public var parcel: String
        public var items: [Item]

        public init(parcel: String, items: [Item]) {
            self.parcel = parcel
            self.items = items
        }

        public var json: JSON {
            [
                "parcel": .string(parcel),
                "items": .array(
                    items.map {
                        [
                            "lot": .string($0.lot), "produce": .string($0.produce), "grade": .string($0.grade),
                            "quantity": .integer($0.quantity.grams),
                        ]
                    }),
            ]
        }

        public init?(_ json: JSON) {
            guard let parcel = json["parcel"]?.string, let list = json["items"]?.array else { return nil }
            var items: [Item] = []
            for json in list {
                guard let lot = json["lot"]?.string, let produce = json["produce"]?.string,
                    let grade = json["grade"]?.string, let quantity = json["quantity"]?.integer
                else { return nil }
                items.append(Item(lot: lot, produce: produce, grade: grade, quantity: Mass(grams: quantity)))
            }
            self.init(parcel: parcel, items: items)
        }
    }

    /// The data of `kiosk.order.dispatched.v1`: its parcel left with a courier.
    public struct Dispatch: Hashable, Sendable {
        public var parcel: String
        /// The hand-over with which it left.
        public var batch: String?

        public init(parcel: String, batch: String?) {
            self.parcel = parcel
            self.batch = batch
        }

        public var json: JSON {
            .members(["parcel": .string(parcel), "batch": batch.map { .string($0) }])
        }

        public init?(_ json: JSON) {
            guard let parcel = json["parcel"]?.string else { return nil }
            self.init(parcel: parcel, batch: json["batch"]?.string)
        }
    }
}
