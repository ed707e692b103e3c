import Domain
public import Wire

/// What the kiosk and the center say in the evening, each by its own program.
public struct WeighSides: Sendable {
    public struct Statement: Hashable, Sendable {
        public var rows: [WeighRow] = []
        public var totals: WeighTotals?
        public var paid: Int64?
        public var owed: Int64?

        public init(rows: [WeighRow], totals: WeighTotals?) {
            self.rows = rows
            self.totals = totals
        }
    }

    /// What a farmer brought of one grade, as the county's report has it.
    public struct Share: Hashable, Sendable {
        public var farmer: String
        public var isRegistered: Bool
        public var produce: String
        public var grade: String

        public init(farmer: String, isRegistered: Bool, produce: String, grade: String) {
            (self.farmer, self.isRegistered, self.produce, self.grade) = (farmer, isRegistered, produce, grade)
        }
    }

    public struct Lot: Hashable, Sendable {
        public var crates: Int64
        public var net: Int64
        public var isOpen: Bool

        public init(crates: Int64, net: Int64, isOpen: Bool) {
            (self.crates, self.net, self.isOpen) = (crates, net, isOpen)
        }
    }

    public var kioskEvents: [EventMessage] = []
    public var centerEvents: [EventMessage] = []
    /// `kioskctl weighins`.
    public var kioskRows: [WeighRow] = []
    public var kioskStatements: [String: Statement] = [:]
    public var centerStatements: [String: Statement] = [:]
    /// `kiosk-center produce`: its lines, and its sums over all and over registered households.
    public var shares: [Share: WeighTotals] = [:]
    public var sums: [String: WeighTotals] = [:]
    /// By their numbers, at the kiosk and at the center.
    public var kioskLots: [Int64: Lot] = [:]
    public var centerLots: [Int64: Lot] = [:]
    public var alarms: [String] = []

    public init() {}
}

extension WeighSides {
    init(_ stage: TestEnvironment, _ day: WeighDay) throws {
        (kioskEvents, centerEvents) = try stage.events()
        kioskRows = try stage.json("kioskctl", "weighins").compactMap { WeighRow(weighIn: $0) }
        var lots: Set<String> = []
        for message in centerEvents where message.event.draft.type == .weighInRecorded {
            if let lot = (try? JSON(parsing: message.event.draft.data))?["lot"]?.string { lots.insert(lot) }
        }
        for lot in lots.sorted() {
            let found = try stage.json("kioskctl", "trace", lot).first?["lot"]
            kioskLots[WeighRow.count(lot) ?? 0] = Lot(
                crates: Int64(found?["crates"]?.array?.count ?? -1), net: found?["net"]?.integer ?? -1,
                isOpen: found?["status"]?.string == "open")
        }
        for line in try stage.json("kiosk-center", "lots") {
            centerLots[WeighRow.count(line["lot"]?.string) ?? 0] = Lot(
                crates: line["crates"]?.integer ?? -1, net: line["net"]?.integer ?? -1,
                isOpen: line["status"]?.string == "open")
        }
        for person in day.roster.people where person.roles.contains(.farmer) {
            try readStatements(stage, person.id)
        }
        for line in try stage.json("kiosk-center", "produce") {
            guard let kind = line["kind"]?.string, let totals = WeighTotals(line, crates: "crates") else {
                alarms.append("the report of produce says \(line.canonicalText)")
                continue
            }
            guard kind == "produce" else {
                sums[kind] = totals
                continue
            }
            let share = Share(
                farmer: line["farmer"]?.string ?? "", isRegistered: line["registered"]?.boolean ?? false,
                produce: line["produce"]?.string ?? "", grade: line["grade"]?.string ?? "")
            shares[share] = totals
        }
        alarms += try stage.alarms()
    }

    private mutating func readStatements(_ stage: TestEnvironment, _ farmer: String) throws {
        let kiosk = try stage.json("kioskctl", "statement", farmer).first
        kioskStatements[farmer] = Statement(
            rows: (kiosk?["lines"]?.array ?? []).compactMap { WeighRow(weighIn: $0) },
            totals: WeighTotals(kiosk?["totals"], crates: "count"))
        kioskStatements[farmer]?.paid = kiosk?["totals"]?["paid"]?.integer
        kioskStatements[farmer]?.owed = try stage.json("kioskctl", "balance", farmer).first?["owed"]?.integer
        let center = try stage.json("kiosk-center", "statement", "--farmer", farmer)
        centerStatements[farmer] = Statement(
            rows: center.filter { $0["kind"]?.string == "weighin" }.compactMap { WeighRow(line: $0, of: farmer) },
            totals: WeighTotals(center.first { $0["kind"]?.string == "sum" }, crates: "crates"))
        let sum = center.first { $0["kind"]?.string == "sum" }
        centerStatements[farmer]?.paid = sum?["paid"]?.integer
        centerStatements[farmer]?.owed = sum?["owed"]?.integer
    }
}

extension TestEnvironment {
    func json(_ program: String, _ arguments: String...) throws -> [JSON] {
        try lines(command(program, arguments + ["--json"]))
    }
}

/// The account in the evening: paper, kiosk, events and center, to the gram and the fen.
public struct WeighBalance: Sendable {
    public struct Line: Hashable, Sendable {
        public var farmer: String
        public var paper: WeighTotals
        /// Added up out of what the printer put on paper.
        public var slips: WeighTotals
        public var kiosk: WeighTotals?
        public var center: WeighTotals?
        /// Added up out of the center's events.
        public var events: WeighTotals
    }

    public let lines: [Line]
    /// Empty if and only if everything matches.
    public let differences: [String]

    /// - Parameter names: of the farmers.
    public init(_ paper: ExpectedLedger, _ sides: WeighSides, _ slips: PrintedSlipReader, names: [String: String]) {
        var differences: [String] = []
        func compare<Value: Equatable>(_ who: String, _ what: String, _ found: Value?, _ wanted: Value?) {
            if found != wanted {
                differences.append(
                    "\(who) has \(what) as \(found.map { "\($0)" } ?? "nothing"); "
                        + "on paper it is \(wanted.map { "\($0)" } ?? "nothing")")
            }
        }
        func compareRows(_ who: String, _ found: [WeighRow], _ wanted: [WeighRow]) {
            // Also when a number is there twice: then there are more rows than numbers.
            if found.count != wanted.count {
                differences.append("\(who) has \(found.count) crates; on paper there are \(wanted.count)")
            }
            let all = Dictionary(found.map { ($0.count, $0) }, uniquingKeysWith: { first, _ in first })
            for row in wanted { compare(who, "crate \(row.count)", all[row.count], row) }
        }

        let events = Self.rows(of: sides.centerEvents)
        compareRows("the journal", events, paper.rows)
        compareRows("the kiosk", sides.kioskRows, paper.rows)
        if events.map(\.count) != Array(1...Int64(max(events.count, 1))) {
            differences.append("the numbers of the crates have gaps, or stand in another order")
        }
        for farmer in Set(paper.farmers).union(sides.kioskStatements.keys).sorted() {
            let rows = paper.rows(of: farmer)
            let totals = WeighTotals(rows)
            compareRows("the kiosk's statement of \(farmer)", sides.kioskStatements[farmer]?.rows ?? [], rows)
            compare("the kiosk", "the sum of \(farmer)", sides.kioskStatements[farmer]?.totals, totals)
            compareRows(
                "the center's statement of \(farmer)", sides.centerStatements[farmer]?.rows ?? [], rows.map(\.line))
            compare("the center", "the sum of \(farmer)", sides.centerStatements[farmer]?.totals, totals)
            for (who, statement) in [
                ("the kiosk", sides.kioskStatements[farmer]), ("the center", sides.centerStatements[farmer]),
            ] {
                compare(who, "what \(farmer) was paid", statement?.paid, paper.paid(farmer))
                compare(who, "what \(farmer) is owed", statement?.owed, paper.owed(farmer))
            }
        }

        let shares = Dictionary(grouping: paper.rows) {
            WeighSides.Share(
                farmer: $0.farmer, isRegistered: paper.registered.contains($0.farmer), produce: $0.produce,
                grade: $0.grade)
        }
        for share in Set(shares.keys).union(sides.shares.keys) {
            compare("the county's report", "\(share)", sides.shares[share], shares[share].map(WeighTotals.init))
        }
        compare("the county's report", "the sum", sides.sums["all"], WeighTotals(paper.rows))
        compare(
            "the county's report", "the sum of registered households", sides.sums["registered"],
            WeighTotals(paper.rows.filter { paper.registered.contains($0.farmer) }))

        let lots = Dictionary(grouping: paper.rows, by: \.lot).map { number, rows in
            let counted = rows.filter { $0.voided == nil }
            return (
                number,
                WeighSides.Lot(
                    crates: Int64(counted.count), net: counted.reduce(0) { $0 + $1.net },
                    isOpen: !paper.closed.contains(number))
            )
        }
        for (number, lot) in lots.sorted(by: { $0.0 < $1.0 }) {
            compare("the kiosk", "lot \(number)", sides.kioskLots[number], lot)
            compare("the center", "lot \(number)", sides.centerLots[number], lot)
        }

        for type in ExpectedLedger.countedTypes {
            let count = sides.centerEvents.count { $0.event.draft.type == type }
            compare("the journal", "the number of \(type)", count, paper.events[type, default: 0])
        }
        differences += Reconciliation.chainDifferences(sides.kioskEvents, sides.centerEvents)
        differences += sides.alarms.map { "the center complains: \($0)" }
        differences += slips.differences(from: paper, names: names)

        lines = paper.farmers.map { farmer in
            Line(
                farmer: farmer, paper: WeighTotals(paper.rows(of: farmer)),
                slips: slips.totals(of: names[farmer] ?? ""),
                kiosk: sides.kioskStatements[farmer]?.totals, center: sides.centerStatements[farmer]?.totals,
                events: WeighTotals(events.filter { $0.farmer == farmer }))
        }
        self.differences = differences
    }

    /// The crates, in the order of their events; added up anew, without the rules of the programs.
    private static func rows(of messages: [EventMessage]) -> [WeighRow] {
        var rows: [WeighRow] = []
        for draft in messages.map(\.event.draft) {
            guard let data = try? JSON(parsing: draft.data) else { continue }
            if draft.type == .weighInRecorded, let row = WeighRow(weighIn: data) { rows.append(row) }
            if draft.type == .weighInVoided, let count = WeighRow.count(data["number"]?.string),
                let place = rows.firstIndex(where: { $0.count == count })
            {
                rows[place].voided = data["reason"]?.string
            }
        }
        return rows
    }
}
