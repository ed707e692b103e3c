import Domain

/// From the first moment until the first one no more; without either, always.
struct Period {
    var from: Timestamp?
    var until: Timestamp?

    var isAlways: Bool { from == nil && until == nil }

    /// What nobody can place in time lies in no period but always.
    func contains(_ time: Timestamp?) -> Bool {
        guard let time else { return isAlways }
        return (from.map { $0 <= time } ?? true) && (until.map { time < $0 } ?? true)
    }
}

/// Sums of weigh-ins. A void is counted when it was made and not when its crate was weighed, so that the sums of two periods
/// that follow one another are those of both together, whatever is voided later.
struct ProduceSums: Hashable {
    var crates: Int64 = 0
    var net = Mass.zero
    var amount = Money.zero
    /// Crates without a price, which the center prices itself.
    var unpriced: Int64 = 0
    var voids: Int64 = 0
    var voidedNet = Mass.zero
    var voidedAmount = Money.zero

    /// What is bought and what is paid for it.
    var boughtNet: Mass { Mass(grams: net.grams - voidedNet.grams) }
    var paid: Money { Money(fen: amount.fen - voidedAmount.fen) }

    mutating func weigh(_ weighIn: WeighIn) {
        crates += 1
        net = Mass(grams: net.grams + weighIn.net.grams)
        amount = Money(fen: amount.fen + (weighIn.pricing?.amount.fen ?? 0))
        if weighIn.pricing == nil { unpriced += 1 }
    }

    mutating func void(_ weighIn: WeighIn) {
        voids += 1
        voidedNet = Mass(grams: voidedNet.grams + weighIn.net.grams)
        voidedAmount = Money(fen: voidedAmount.fen + (weighIn.pricing?.amount.fen ?? 0))
        if weighIn.pricing == nil { unpriced -= 1 }
    }

    mutating func add(_ other: ProduceSums) {
        crates += other.crates
        net = Mass(grams: net.grams + other.net.grams)
        amount = Money(fen: amount.fen + other.amount.fen)
        unpriced += other.unpriced
        voids += other.voids
        voidedNet = Mass(grams: voidedNet.grams + other.voidedNet.grams)
        voidedAmount = Money(fen: voidedAmount.fen + other.voidedAmount.fen)
    }

    var members: [String: JSON] {
        [
            "crates": .integer(crates), "net": .integer(net.grams), "amount": .integer(amount.fen),
            "unpriced": .integer(unpriced), "voids": .integer(voids), "voidednet": .integer(voidedNet.grams),
            "voidedamount": .integer(voidedAmount.fen), "boughtnet": .integer(boughtNet.grams),
            "paid": .integer(paid.fen),
        ]
    }
}

/// The county's account: what each farmer brought of each produce, and what registered households earned by it.
struct ProduceReport {
    struct Key: Hashable, Comparable {
        var kiosk: KioskID
        var farmer: String
        /// The marker as it rode in the weigh-in: what held when the crate was brought.
        var isRegistered: Bool
        var produce: String
        var grade: String

        private var parts: [String] { [kiosk.text, farmer, isRegistered ? "0" : "1", produce, grade] }
        static func < (left: Key, right: Key) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
    }

    let period: Period
    private(set) var rows: [Key: ProduceSums] = [:]
    private(set) var problems: [(kiosk: KioskID, problem: ProduceAccount.Problem)] = []
    /// Weigh-ins and voids that are in no period, because nobody knows when they were.
    private(set) var undated: Int64 = 0

    init(_ period: Period) { self.period = period }

    mutating func add(_ account: ProduceAccount) {
        problems += account.problems.map { (account.kiosk, $0) }
        for crate in account.crates {
            let weighIn = crate.weighIn
            let key = Key(
                kiosk: account.kiosk, farmer: weighIn.farmer, isRegistered: weighIn.isRegistered,
                produce: weighIn.produce, grade: weighIn.grade)
            if falls(crate.moment, account) { rows[key, default: ProduceSums()].weigh(weighIn) }
            if let voided = crate.voided, falls(voided.moment, account) {
                rows[key, default: ProduceSums()].void(weighIn)
            }
        }
    }

    private mutating func falls(_ moment: Moment, _ account: ProduceAccount) -> Bool {
        let time = account.time(of: moment)
        if time == nil, !period.isAlways { undated += 1 }
        return period.contains(time)
    }

    /// - Parameter registered: `nil` for everybody.
    func sums(registered: Bool? = nil) -> (sums: ProduceSums, farmers: Int) {
        let rows = rows.filter { registered == nil || $0.key.isRegistered == registered }
        let sums = rows.values.reduce(into: ProduceSums()) { $0.add($1) }
        return (sums, Set(rows.keys.map(\.farmer)).count)
    }
}
