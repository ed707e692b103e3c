public import Domain

/// One crate as anybody shows it: what has to be the same on paper, at the kiosk, in the events and at the center.
public struct WeighRow: Hashable, Sendable, CustomStringConvertible {
    /// From 1, without gaps; the journal's own part of the number is left out. So it is with the lot.
    public var count: Int64
    public var lot: Int64
    public var farmer: String
    public var identified: String?
    public var produce: String
    public var grade: String
    /// Grams.
    public var gross: Int64
    public var tare: Int64
    public var net: Int64
    public var tareMode: String?
    public var container: String?
    public var stability: String?
    public var scale: String?
    public var fenPerKilogram: Int64?
    /// The price list's version.
    public var list: Int64?
    public var fen: Int64?
    public var warnings: [String]?
    public var voided: String?

    public var description: String {
        let pay = fen.map { ", \($0) fen at \(fenPerKilogram ?? 0)" } ?? ", no price"
        let rest = [tareMode, container, stability, scale, identified.map { "by \($0)" }, voided.map { "void: \($0)" }]
        return "\(produce) \(grade) of \(farmer), \(gross) − \(tare) = \(net) g\(pay), lot \(lot)"
            + (rest.compactMap(\.self) + (warnings ?? [])).map { ", \($0)" }.joined()
    }

    /// The digits behind the last dash of a number.
    static func count(_ number: String?) -> Int64? { number?.split(separator: "-").last.flatMap { Int64($0) } }
}

extension WeighRow {
    /// As the event and the kiosk's own list say it, whole.
    init?(weighIn json: JSON) {
        self.init(json, farmer: json["farmer"]?.string, price: json["price"]?["fenperkg"])
        identified = json["identified"]?.string
        tareMode = json["taremode"]?.string
        container = json["container"]?.string
        stability = json["stability"]?.string
        scale = json["scale"]?["protocol"]?.string
        list = json["price"]?["list"]?.integer
        warnings = (json["warnings"]?.array ?? []).compactMap(\.string)
    }

    /// As a line of the center's statement says it.
    init?(line json: JSON, of farmer: String) { self.init(json, farmer: farmer, price: json["fenperkg"]) }

    private init?(_ json: JSON, farmer: String?, price: JSON?) {
        guard let count = Self.count(json["number"]?.string), let lot = Self.count(json["lot"]?.string), let farmer,
            let produce = json["produce"]?.string, let grade = json["grade"]?.string,
            let gross = json["gross"]?.integer, let tare = json["tare"]?.integer, let net = json["net"]?.integer
        else { return nil }
        (self.count, self.lot, self.farmer) = (count, lot, farmer)
        (self.produce, self.grade) = (produce, grade)
        (self.gross, self.tare, self.net) = (gross, tare, net)
        fenPerKilogram = price?.integer
        fen = json["amount"]?.integer
        voided = json["voided"]?.string
    }

    /// As far as a statement of the center shows it.
    package var line: WeighRow {
        var row = self
        (row.identified, row.tareMode, row.container, row.stability, row.scale) = (nil, nil, nil, nil, nil)
        (row.list, row.warnings) = (nil, nil)
        return row
    }
}

/// Sums that anybody can add up by hand.
public struct WeighTotals: Hashable, Sendable, CustomStringConvertible {
    public var crates: Int64 = 0
    public var net: Int64 = 0
    public var fen: Int64 = 0
    public var unpriced: Int64 = 0
    public var voided: Int64 = 0
    public var voidedNet: Int64 = 0
    public var voidedFen: Int64 = 0

    public init(_ rows: some Sequence<WeighRow>) {
        for row in rows {
            if row.voided != nil {
                voided += 1
                voidedNet += row.net
                voidedFen += row.fen ?? 0
            } else {
                crates += 1
                net += row.net
                fen += row.fen ?? 0
                if row.fen == nil { unpriced += 1 }
            }
        }
    }

    /// - Parameter crates: what the number of crates is called there.
    init?(_ json: JSON?, crates name: String) {
        guard let crates = json?[name]?.integer, let net = json?["net"]?.integer, let fen = json?["amount"]?.integer,
            let unpriced = json?["unpriced"]?.integer, let voided = json?["voided"]?.integer,
            let voidedNet = json?["voidednet"]?.integer, let voidedFen = json?["voidedamount"]?.integer
        else { return nil }
        (self.crates, self.net, self.fen, self.unpriced) = (crates, net, fen, unpriced)
        (self.voided, self.voidedNet, self.voidedFen) = (voided, voidedNet, voidedFen)
    }

    public var description: String {
        "\(crates) crates, \(net) g, \(fen) fen, \(unpriced) unpriced; voided \(voided), \(voidedNet) g, \(voidedFen) fen"
    }
}

/// Money that went out, as it is written down.
public struct WeighPayment: Hashable, Sendable {
    public var farmer: String
    public var fen: Int64
    public var crates: Int64
    public var isReversed = false
}

/// What a person at the counter writes down: a line for each crate, a stroke through what does not count.
public struct ExpectedLedger: Sendable {
    public internal(set) var rows: [WeighRow] = []
    /// Lots that were closed, by whatever; a lot in which everything was voided before never is.
    public internal(set) var closed: Set<Int64> = []
    /// Of registered households.
    public internal(set) var registered: Set<String> = []
    /// How many events of each type there have to be: each refused attempt has to leave none.
    public internal(set) var events: [EventType: Int] = [:]
    /// Each payment in its order, and whether it was reversed.
    public internal(set) var payments: [WeighPayment] = []

    /// What somebody is owed in the end: what counts and has a price, less what was paid.
    public func owed(_ farmer: String) -> Int64 { WeighTotals(rows(of: farmer)).fen - paid(farmer) }

    public func paid(_ farmer: String) -> Int64 {
        payments.filter { $0.farmer == farmer && !$0.isReversed }.reduce(0) { $0 + $1.fen }
    }

    public var farmers: [String] { Set(rows.map(\.farmer)).sorted() }
    public func rows(of farmer: String) -> [WeighRow] { rows.filter { $0.farmer == farmer } }

    /// The types that the script can foretell.
    static let countedTypes: [EventType] = [
        .weighInRecorded, .weighInVoided, .lotPacked, .lotOffered, .scaleChecked, .catalogApplied, .rosterApplied,
        .operatorSignedIn, .parcelReceived, .parcelCorrected, .paymentMade, .paymentReversed, .tillCounted,
        .weighInPriced,
    ]

    mutating func count(_ type: EventType) { events[type, default: 0] += 1 }

    /// What is paid: half a fen is a whole one.
    package static func fen(_ grams: Int64, at fenPerKilogram: Int64) -> Int64 {
        (2 * grams * fenPerKilogram + 1000) / 2000
    }

    /// A container's weight as the scale would show it: half a step is a whole one.
    package static func preset(_ grams: Int64, interval: Int64) -> Int64 {
        (2 * grams + interval) / (2 * interval) * interval
    }
}
