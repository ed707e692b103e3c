/// What the other events of the scale say.
extension WeighIn {
    /// The data of `kiosk.weighin.voided.v1`: the record stays as it is, and counts no more.
    public struct Voiding: Hashable, Sendable {
        public enum Reason: String, Sendable, CaseIterable {
            case mistake
            case wrongFarmer = "wrong-farmer"
            case wrongProduce = "wrong-produce"
            case wrongTare = "wrong-tare"
            /// The farmer took it home again.
            case returned
        }

        /// The event that recorded it: a number may be read wrongly, an id is of one event.
        public var voids: EventID
        public var number: Number
        public var reason: Reason
        /// The supervisor, where one had to be asked; the event's actor asked for it.
        public var approvedBy: String?

        public init(voids: EventID, number: Number, reason: Reason, approvedBy: String? = nil) {
            self.voids = voids
            self.number = number
            self.reason = reason
            self.approvedBy = approvedBy
        }

        public var json: JSON {
            .members([
                "voids": .string(voids.text), "number": .string(number.description),
                "reason": .string(reason.rawValue), "approvedby": approvedBy.map { .string($0) },
            ])
        }

        public init?(_ json: JSON) {
            guard let voids = json["voids"]?.string.flatMap(EventID.init),
                let number = json["number"]?.string.flatMap(Number.init),
                let reason = json["reason"]?.string.flatMap(Reason.init)
            else { return nil }
            self.init(voids: voids, number: number, reason: reason, approvedBy: json["approvedby"]?.string)
        }
    }
}

extension WeighIn {
    /// The data of `kiosk.weighin.priced.v1`: a crate that had no price gets one, once.
    public struct LaterPrice: Hashable, Sendable {
        /// What made it possible.
        public enum Reason: String, Sendable, CaseIterable {
            /// Its time became known.
            case placed
            /// A list with a price for that time came.
            case listed
        }

        /// The event that recorded it.
        public var prices: EventID
        public var number: Number
        public var pricing: Pricing
        public var reason: Reason

        public init(prices: EventID, number: Number, pricing: Pricing, reason: Reason) {
            self.prices = prices
            self.number = number
            self.pricing = pricing
            self.reason = reason
        }

        public var json: JSON {
            [
                "prices": .string(prices.text), "number": .string(number.description), "price": pricing.json,
                "amount": .integer(pricing.amount.fen), "reason": .string(reason.rawValue),
            ]
        }

        public init?(_ json: JSON) {
            guard let prices = json["prices"]?.string.flatMap(EventID.init),
                let number = json["number"]?.string.flatMap(Number.init),
                let reason = json["reason"]?.string.flatMap(Reason.init),
                let pricing = Pricing(json["price"], amount: json["amount"])
            else { return nil }
            self.init(prices: prices, number: number, pricing: pricing, reason: reason)
        }
    }
}

extension WeighIn.Pricing {
    /// Without the amount, which stands beside it.
    public var json: JSON {
        [
            "fenperkg": .integer(price.fenPerKilogram), "list": .integer(list), "rounding": .string(rounding.rawValue),
        ]
    }

    public init?(_ json: JSON?, amount: JSON?) {
        guard let json, let fen = json["fenperkg"]?.integer, let list = json["list"]?.integer,
            let rounding = json["rounding"]?.string.flatMap(Rounding.init), let amount = amount?.integer
        else { return nil }
        self.init(price: Price(fenPerKilogram: fen), list: list, rounding: rounding, amount: Money(fen: amount))
    }
}

/// When the scale was last checked with a reference weight, and whether it was right.
public struct LastScaleCheck: Hashable, Sendable {
    public var moment: Moment
    public var isPassed: Bool

    public init(at moment: Moment, isPassed: Bool) {
        self.moment = moment
        self.isPassed = isPassed
    }
}

/// The data of `kiosk.scale.checked.v1`: what the scale showed under a weight that is known.
public struct ScaleCheck: Hashable, Sendable {
    public var reference: Mass
    public var shown: Mass
    /// By how much the two may differ.
    public var tolerance: Mass
    public var scale: WeighIn.Scale
    /// The frame of the scale from which the weight was read.
    public var raw: [UInt8]

    public init(reference: Mass, shown: Mass, tolerance: Mass, scale: WeighIn.Scale, raw: [UInt8]) {
        self.reference = reference
        self.shown = shown
        self.tolerance = tolerance
        self.scale = scale
        self.raw = raw
    }

    public var isPassed: Bool {
        let (difference, overflow) = shown.grams.subtractingReportingOverflow(reference.grams)
        return !overflow && difference.magnitude <= tolerance.grams.magnitude
    }

    public var json: JSON {
        [
            "reference": .integer(reference.grams), "shown": .integer(shown.grams),
            "tolerance": .integer(tolerance.grams), "passed": .boolean(isPassed), "scale": scale.json,
            "raw": .string(Base64URL.encode(raw)),
        ]
    }

    /// `nil` also when it says that it passed and did not, or the reverse.
    public init?(_ json: JSON) {
        guard let reference = json["reference"]?.integer, let shown = json["shown"]?.integer,
            let tolerance = json["tolerance"]?.integer, tolerance >= 0, let passed = json["passed"]?.boolean,
            let scale = json["scale"].flatMap(WeighIn.Scale.init),
            let raw = json["raw"]?.string.flatMap(Base64URL.decode)
        else { return nil }
        self.init(
            reference: Mass(grams: reference), shown: Mass(grams: shown), tolerance: Mass(grams: tolerance),
            scale: scale, raw: raw)
        guard isPassed == passed else { return nil }
    }
}
