/// One crate on the scale, as it was recorded: everything that a person needs to check it, and that a data storage device has
/// to keep (OIML R 76-1, 5.5.3; see Protocols.md in the catalogue). It is not certified as one.
public struct WeighIn: Hashable, Sendable {
    /// `KW-3f9a1c-000123`: of one journal, from 1 and without gaps.
    public struct Number: Hashable, Sendable, CustomStringConvertible {
        public static let prefix = "KW-"
        /// The first six digits of the journal's epoch: a new journal counts from 1 again, and is another one.
        public var journal: String
        public var count: Int64

        public init(epoch: Epoch, count: Int64) {
            self.init(journal: String(epoch.text.prefix(6)), count: count)
        }

        public init(journal: String, count: Int64) {
            self.journal = journal
            self.count = count
        }

        /// Reads what `description` writes, in small letters or in capitals.
        public init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] + "-" == Self.prefix, parts[1].utf8.count == 6,
                parts[1].lowercased().utf8.allSatisfy(\.isLowerHexDigit), (6...18).contains(parts[2].utf8.count),
                parts[2].utf8.allSatisfy(\.isDigit), let count = Int64(parts[2]), count > 0
            else { return nil }
            journal = parts[1].lowercased()
            self.count = count
        }

        public var description: String {
            let digits = String(count)
            return "\(Self.prefix)\(journal)-\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits)"
        }
    }

    /// How it was known who brought the crate.
    public enum Identification: String, Sendable, CaseIterable {
        case card
        case code
        /// The last digits of the telephone number and the name on the roster.
        case tail
        case `operator`
    }

    public enum TareMode: String, Sendable, CaseIterable {
        case none
        case measured
        /// Known beforehand; on paper it has the mark PT.
        case preset
    }

    public enum Stability: String, Sendable, CaseIterable {
        /// The scale's own word.
        case device
        /// Our software compared frames.
        case inferred
    }

    /// Which instrument weighed.
    public struct Scale: Hashable, Sendable {
        /// The indicator's serial number, as it is in the settings.
        public var serial: String?
        public var protocolName: String
        /// d, when it is known.
        public var interval: Mass?

        public init(serial: String?, protocolName: String, interval: Mass?) {
            self.serial = serial
            self.protocolName = protocolName
            self.interval = interval
        }
    }

    /// What was paid for a kilogram, and by which list and rule.
    public struct Pricing: Hashable, Sendable {
        public var price: Price
        /// The catalog's version.
        public var list: Int64
        public var rounding: Rounding
        public var amount: Money

        public init(price: Price, list: Int64, rounding: Rounding, amount: Money) {
            self.price = price
            self.list = list
            self.rounding = rounding
            self.amount = amount
        }
    }

    /// What was not as it should be, and was let pass by the settings.
    public enum Warning: String, Sendable, CaseIterable {
        /// Less than the scale's minimum load.
        case belowMinimum = "below-minimum"
        /// The scale's verification has run out.
        case verificationExpired = "verification-expired"
        /// The last check with a reference weight found the scale wrong.
        case scaleWrong = "scale-wrong"
        /// No check with a reference weight today.
        case unchecked
        /// No price was in force, or the clock could not tell which: the center prices it.
        case unpriced
    }

    public var number: Number
    public var farmer: String
    public var identification: Identification
    public var produce: String
    public var grade: String
    public var lot: String
    public var gross: Mass
    public var tare: Mass
    public var tareMode: TareMode
    public var container: String?
    public var stability: Stability
    public var scale: Scale
    /// The frame of the scale from which the weight was read.
    public var raw: [UInt8]
    public var pricing: Pricing?
    public var warnings: Set<Warning>

    public var net: Mass { Mass(grams: gross.grams - tare.grams) }

    public init(
        number: Number, farmer: String, identification: Identification, produce: String,
        grade: String, lot: String, gross: Mass, tare: Mass, tareMode: TareMode, container: String?,
        stability: Stability, scale: Scale, raw: [UInt8], pricing: Pricing?, warnings: Set<Warning>
    ) {
        self.number = number
        self.farmer = farmer
        self.identification = identification
        self.produce = produce
        self.grade = grade
        self.lot = lot
        self.gross = gross
        self.tare = tare
        self.tareMode = tareMode
        self.container = container
        self.stability = stability
        self.scale = scale
        self.raw = raw
        self.pricing = pricing
        self.warnings = warnings
    }
}

extension WeighIn {
    /// The data of `kiosk.weighin.recorded.v1`.
    public var json: JSON {
        .members([
            "number": .string(number.description), "farmer": .string(farmer),
            "identified": .string(identification.rawValue),
            "produce": .string(produce), "grade": .string(grade), "lot": .string(lot),
            "gross": .integer(gross.grams), "tare": .integer(tare.grams), "net": .integer(net.grams),
            "taremode": .string(tareMode.rawValue), "container": container.map { .string($0) },
            "stability": .string(stability.rawValue), "raw": .string(Base64URL.encode(raw)),
            "scale": scale.json,
            "price": pricing?.json,
            "amount": pricing.map { .integer($0.amount.fen) },
            "warnings": warnings.isEmpty ? nil : .array(warnings.map(\.rawValue).sorted().map { .string($0) }),
        ])
    }

    /// `nil` when a member is missing or wrong, or the net is not gross less tare.
    public init?(_ json: JSON) {
        func text(_ name: String) -> String? { json[name]?.string }
        func mass(_ name: String) -> Mass? { json[name]?.integer.map { Mass(grams: $0) } }
        guard let number = text("number").flatMap(Number.init), let farmer = text("farmer"),
            let identification = text("identified").flatMap(Identification.init), let produce = text("produce"),
            let grade = text("grade"), let lot = text("lot"), let gross = mass("gross"), let tare = mass("tare"),
            let net = mass("net"), let tareMode = text("taremode").flatMap(TareMode.init),
            let stability = text("stability").flatMap(Stability.init), let raw = text("raw").flatMap(Base64URL.decode),
            let scale = json["scale"].flatMap(Scale.init),
            case (let difference, false) = gross.grams.subtractingReportingOverflow(tare.grams), difference == net.grams
        else { return nil }
        var pricing: Pricing?
        if let price = json["price"] {
            guard let known = Pricing(price, amount: json["amount"]) else { return nil }
            pricing = known
        }
        self.init(
            number: number, farmer: farmer, identification: identification,
            produce: produce, grade: grade, lot: lot,
            gross: gross, tare: tare, tareMode: tareMode, container: text("container"), stability: stability,
            scale: scale, raw: raw, pricing: pricing,
            warnings: Set((json["warnings"]?.array ?? []).compactMap { $0.string.flatMap(Warning.init) }))
    }
}

extension WeighIn.Scale {
    public var json: JSON {
        .members([
            "serial": serial.map { .string($0) }, "protocol": .string(protocolName),
            "interval": interval.map { .integer($0.grams) },
        ])
    }

    public init?(_ json: JSON) {
        guard let protocolName = json["protocol"]?.string else { return nil }
        self.init(
            serial: json["serial"]?.string, protocolName: protocolName,
            interval: json["interval"]?.integer.map { Mass(grams: $0) })
    }
}
