package import Domain

/// The county's account: what each farmer brought of each produce, and what registered households earned by it.
package struct ProduceReport {
    package struct Key: Hashable, Comparable {
        package var kiosk: KioskID
        package var farmer: String
        /// When the crate was brought.
        package var isRegistered: Bool
        package var produce: String
        package var grade: String

        init(_ kiosk: KioskID, _ farmer: String, _ weighIn: WeighIn, isRegistered: Bool) {
            self.kiosk = kiosk
            self.farmer = farmer
            self.isRegistered = isRegistered
            produce = weighIn.produce
            grade = weighIn.grade
        }

        private var parts: [String] { [kiosk.text, farmer, isRegistered ? "0" : "1", produce, grade] }
        package static func < (left: Key, right: Key) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
    }

    package let period: Period
    package private(set) var rows: [Key: AccountStatement.Totals] = [:]
    package private(set) var problems: [(kiosk: KioskID, problem: ProduceAccount.Problem)] = []
    /// What counts, and does not agree with what the kiosk was sent.
    package private(set) var findings: [(kiosk: KioskID, finding: ProduceAccount.Finding)] = []
    /// Weigh-ins whose price nothing here can be compared with: their lists are older than what this center keeps.
    package private(set) var uncompared = 0
    /// Whether one id is one person, whichever village it stands at.
    package let idsAreCountyWide: Bool
    private var sent: SentDocuments?

    /// Weigh-ins that are in no period, because nobody knows when they were.
    package private(set) var undated: Int64 = 0

    private let households: Households.Index

    /// - Parameter sent: what weigh-ins are compared with; `nil` for nothing.
    package init(
        _ period: Period, _ households: Households = Households(), sent: SentDocuments? = nil,
        idsAreCountyWide: Bool = false
    ) {
        self.period = period
        self.sent = sent
        self.idsAreCountyWide = idsAreCountyWide
        self.households = households.index
    }

    /// - Throws: when a sum is beyond what can be counted.
    package mutating func add(_ account: ProduceAccount) throws {
        problems += account.problems.map { (account.kiosk, $0) }
        if var sent {
            findings += account.findings(&sent).map { (account.kiosk, $0) }
            uncompared += account.countOfUncompared(&sent)
            self.sent = sent
        }
        var lines: [Key: [AccountStatement.Line]] = [:]
        // As in a statement: what has no time of its own stands where the first thing stands that came of it.
        let all = AccountStatement.lines(account.entries, account.payments)
        let times = AccountStatement.times(of: all, account.time)
        var brought: [EventID: Timestamp] = [:]
        for (line, time) in zip(all, times) { if case .crate(let entry) = line.what { brought[entry.id] = time } }
        for (line, time) in zip(all, times) {
            guard let entry = line.crate else { continue }
            if time == nil, !period.isAlways {
                // It is counted once, whatever became of it.
                if case .crate = line.what { undated += 1 }
                continue
            }
            guard period.contains(time) else { continue }
            let farmer = account.canonical(entry.weighIn.farmer)
            let isRegistered = households.isRegistered(farmer, at: account.kiosk, brought[entry.id])
            lines[Key(account.kiosk, farmer, entry.weighIn, isRegistered: isRegistered), default: []].append(line)
        }
        for (key, lines) in lines {
            guard let totals = AccountStatement(farmer: key.farmer, lines: lines).totals else {
                throw CenterError("what \(key.farmer) brought to \(key.kiosk) is more than can be counted")
            }
            rows[key] = totals
        }
    }

    /// - Parameter registered: `nil` for everybody.
    package func sums(registered: Bool? = nil) -> (totals: AccountStatement.Totals, farmers: Int) {
        let rows = rows.filter { registered == nil || $0.key.isRegistered == registered }
        var totals = AccountStatement.Totals()
        for row in rows.values { totals.add(row) }
        let farmers = Set(rows.keys.map { [idsAreCountyWide ? "" : $0.kiosk.text, $0.farmer] })
        return (totals, farmers.count)
    }
}

extension AccountStatement.Totals {
    package mutating func add(_ other: Self) {
        count += other.count
        net = net.adding(other.net)
        amount = Money(fen: amount.fen &+ other.amount.fen)
        unpriced += other.unpriced
        voided += other.voided
        voidedNet = voidedNet.adding(other.voidedNet)
        voidedAmount = Money(fen: voidedAmount.fen &+ other.voidedAmount.fen)
        unpricedNet = unpricedNet.adding(other.unpricedNet)
        paid = Money(fen: paid.fen &+ other.paid.fen)
    }

    package var members: [String: JSON] {
        [
            "crates": .integer(Int64(count)), "net": .integer(net.grams), "amount": .integer(amount.fen),
            "unpriced": .integer(Int64(unpriced)), "voided": .integer(Int64(voided)),
            "voidednet": .integer(voidedNet.grams), "voidedamount": .integer(voidedAmount.fen),
            "unpricednet": .integer(unpricedNet.grams), "paid": .integer(paid.fen),
        ]
    }

    /// For people.
    package var words: String {
        "\(Self.crates(count)), \(net), \(amount) yuan"
            + (unpriced == 0 ? "" : ", \(unpriced) of them (\(unpricedNet)) without a price")
            + (voided == 0 ? "" : "; voided \(Self.crates(voided)), \(voidedNet), \(voidedAmount) yuan")
    }
    private static func crates(_ count: Int) -> String { count == 1 ? "1 crate" : "\(count) crates" }
}
