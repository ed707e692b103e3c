public import Domain

/// What a desk says to whoever scanned: one word with one sound, and what belongs to it. Which members come with which word
/// stands in openapi.yaml under `Outcome`.
public struct DeskOutcome: Codable, Hashable, Sendable {
    public struct Place: Codable, Hashable, Sendable {
        public var subject: String
        public var slot: String?
    }

    /// A hand-over and its count.
    public struct HandOver: Codable, Hashable, Sendable {
        public var kind: Batch.Kind
        public var scanned: Int
        public var missing: [String]
        public var missingCount: Int
        public var unexpected: [String]
        public var unexpectedCount: Int

        enum CodingKeys: String, CodingKey {
            case kind, scanned, missing, unexpected
            case missingCount = "missingcount"
            case unexpectedCount = "unexpectedcount"
        }
    }

    /// The lot before, which was closed by what was done now.
    public struct ClosedLot: Codable, Hashable, Sendable {
        public var lot: String
        public var crates: Int
        public var net: Mass
        public var amount: Money?
    }

    /// What was weighed, or is about to be.
    public struct Goods: Codable, Hashable, Sendable {
        public var farmer: String?
        public var produce: String?
        public var grade: String?
        public var container: String?
        public var gross: Mass?
        public var tare: Mass?
        public var tareMode: String?
        public var net: Mass?
        public var stability: String?
        public var price: Price?
        public var amount: Money?
        public var warnings: [String]?
        public var lot: String?
        public var crates: Int?
        public var voided: Bool?
        public var payment: String?
        /// To choose from by number, from 1.
        public var choices: [String]?
        /// What was chosen just now.
        public var chosen: String?
        public var order: String?
        public var wanted: Mass?
        public var voidedCrates: Int?
        public var lineWeighed: Bool?
        /// The weight with which the scale was checked.
        public var reference: Mass?

        enum CodingKeys: String, CodingKey {
            case farmer, produce, grade, container, gross, tare, net, stability, amount, warnings, lot, crates, voided,
                payment, choices, chosen, order, wanted, reference
            case tareMode = "taremode"
            case price = "fenperkg"
            case voidedCrates = "voidedcrates"
            case lineWeighed = "lineweighed"
        }
    }

    /// A payment, or what a farmer is owed.
    public struct Account: Codable, Hashable, Sendable {
        public var farmer: String?
        public var owed: Money?
        public var crates: Int?
        public var refund: Money?
        public var unpriced: Int?
        public var unpricedNet: Mass?
        public var limit: Money?
        public var payable: Money?
        public var payableCrates: Int?
        public var amount: Money?
        public var method: String?
        public var reversed: Bool?

        enum CodingKeys: String, CodingKey {
            case farmer, owed, crates, refund, unpriced, limit, payable, amount, method, reversed
            case unpricedNet = "unpricednet"
            case payableCrates = "payablecrates"
        }
    }

    /// The cash as it was counted.
    public struct TillCount: Codable, Hashable, Sendable {
        public var occasion: String
        public var counted: Money
        public var expected: Money?
        public var difference: Money?
    }

    /// Who is to be added, or was.
    public struct Newcomer: Codable, Hashable, Sendable {
        public var name: String
        public var role: Person.Role
        public var tail: String?
        public var carrier: Carrier?
        public var number: Int?
        public var known: Bool?
    }

    public var outcome: Tone
    public var word: String
    /// The sentence that is shown, in Chinese.
    public var text: String
    public var english: String
    /// The desk.
    public var scanner: String
    public var practice: Bool?
    /// Why the paper that belongs to it waits.
    public var printer: String?
    public var reason: String?
    public var subject: String?
    public var status: Parcel.Status?
    public var flags: [Parcel.Flag]?
    public var possible: [Parcel.Action]?
    public var slot: String?
    public var code: String?
    public var consent: String?
    public var carriers: [Carrier]?
    public var sequence: Int64?
    public var time: Timestamp?
    public var since: Timestamp?
    public var recipient: ShownRecipient?
    public var parcels: [Place]?
    public var batch: HandOver?
    public var person: String?
    public var role: String?
    public var mode: DeskCommand.Mode?
    public var closed: ClosedLot?
    public var goods: Goods?
    public var money: Account?
    public var till: TillCount?
    public var why: String?
    public var newcomer: Newcomer?
    public var askTime: Bool?
    public var command: String?
    public var typed: String?
    public var waitMilliseconds: Int64?

    enum CodingKeys: String, CodingKey {
        case outcome, word, text, english, scanner, practice, printer, reason, subject, status, flags, possible, slot,
            code, consent, carriers, sequence, time, since, recipient, parcels, batch, person, role, mode, closed,
            goods, money, till, why, newcomer, command, typed
        case askTime = "asktime"
        case waitMilliseconds = "waitms"
    }
}
