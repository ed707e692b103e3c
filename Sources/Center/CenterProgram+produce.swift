import Domain
import Wire

/// `kiosk-center produce` and `kiosk-center statement`: what was weighed, what of it counts, and what is paid for it.
extension CenterProgram {
    /// Which events a report is about, as a person writes it.
    public struct Selection {
        public var kiosk: String?
        /// A day, which begins at midnight in China (UTC+8), or a moment.
        public var from: String?
        public var until: String?

        public init(kiosk: String? = nil, from: String? = nil, until: String? = nil) {
            self.kiosk = kiosk
            self.from = from
            self.until = until
        }

        /// `nil`, and said why, when it selects nothing that there can be.
        func read() -> (kiosk: KioskID?, period: Period)? {
            var id: KioskID?
            if let kiosk {
                guard let known = kioskID(kiosk) else { return nil }
                id = known
            }
            var period = Period()
            for (name, text, keep) in [("from", from, \Period.from), ("until", until, \Period.until)] {
                guard let text else { continue }
                guard let time = Timestamp(written: text) ?? Timestamp(written: text + "T00:00:00+08:00") else {
                    complain("--\(name) \(text) is no day and no time; write 2026-11-24 or 2026-11-24T08:00:00+08:00")
                    return nil
                }
                period[keyPath: keep] = time
            }
            if let from = period.from, let until = period.until, until <= from {
                complain("--until is not after --from; it is the first moment that is no more in the report")
                return nil
            }
            return (id, period)
        }
    }

    /// What each farmer brought of each produce, and what registered households earned by it.
    public static func produce(
        configuration file: String, environment: [String: String], _ selection: Selection, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, period) = selection.read() else { return wrongUsage }
        return look(file, environment) { store in
            var report = ProduceReport(period)
            try store.forEachProduce(of: kiosk) { try report.add($0) }
            if asJSON { listJSON(report) } else { list(report) }
        }
    }

    private static func list(_ report: ProduceReport) {
        let rows = report.rows.sorted { $0.key < $1.key }.map { key, totals in
            [
                key.kiosk.text, key.farmer, key.isRegistered ? "registered" : "-", key.produce, key.grade,
                String(totals.count), kilograms(totals.net), "\(totals.amount)", count(totals.unpriced),
                count(totals.voided),
            ]
        }
        if rows.isEmpty {
            print("No weigh-in is known here.")
        } else {
            let header = [
                "KIOSK", "FARMER", "HOUSEHOLD", "PRODUCE", "GRADE", "CRATES", "NET kg", "YUAN", "UNPRICED", "VOIDED",
            ]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
            for (name, registered) in [("all", nil), ("registered households", true)] as [(String, Bool?)] {
                let (totals, farmers) = report.sums(registered: registered)
                print("\(name): \(farmers) \(farmers == 1 ? "farmer" : "farmers"), \(totals.words)")
            }
        }
        if report.undated > 0 {
            print("\(report.undated) weigh-ins are in no period: that board's clock could never be believed.")
        }
        if !report.problems.isEmpty {
            print("\(report.problems.count) events count for nothing, and somebody should look at each:")
            let rows = report.problems.map { kiosk, problem in
                [kiosk.text, String(problem.sequence), problem.id.text, problem.type.text, problem.words]
            }
            for line in TextTable.lines(header: ["KIOSK", "SEQUENCE", "EVENT", "TYPE", "PROBLEM"], rows: rows) {
                print(line)
            }
        }
    }

    private static func count(_ number: Int) -> String { number == 0 ? "-" : String(number) }

    private static func listJSON(_ report: ProduceReport) {
        for (key, totals) in report.rows.sorted(by: { $0.key < $1.key }) {
            var members = totals.members
            members["kind"] = "produce"
            members["kiosk"] = .string(key.kiosk.text)
            members["farmer"] = .string(key.farmer)
            members["produce"] = .string(key.produce)
            members["grade"] = .string(key.grade)
            if key.isRegistered { members["registered"] = true }
            print(JSON.object(members).canonicalText)
        }
        for (kind, registered) in [("all", nil), ("registered", true)] as [(String, Bool?)] {
            let (totals, farmers) = report.sums(registered: registered)
            var members = totals.members
            members["kind"] = .string(kind)
            members["farmers"] = .integer(Int64(farmers))
            if registered == nil { members["undated"] = .integer(report.undated) }
            print(JSON.object(members).canonicalText)
        }
        for (kiosk, problem) in report.problems {
            print(
                JSON.object([
                    "kind": "problem", "kiosk": .string(kiosk.text), "epoch": .string(problem.epoch.text),
                    "sequence": .integer(problem.sequence), "id": .string(problem.id.text),
                    "type": .string(problem.type.text), "problem": .string(problem.words),
                ]).canonicalText)
        }
    }

    // MARK: A farmer's statement

    private struct Line {
        var kiosk: KioskID
        var time: Timestamp?
        var entry: WeighInEntry
    }

    /// What one farmer delivered, what of it was voided and what is paid, line by line; the sums are those of the lines.
    public static func statement(
        configuration file: String, environment: [String: String], farmer: String, _ selection: Selection, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, period) = selection.read() else { return wrongUsage }
        return look(file, environment) { store in
            var lines: [Line] = []
            var undated = 0
            try store.forEachProduce(of: kiosk) { account in
                for entry in account.entries where entry.weighIn.farmer == farmer {
                    let time = account.time(of: entry.moment)
                    if time == nil, !period.isAlways { undated += 1 }
                    if period.contains(time) { lines.append(Line(kiosk: account.kiosk, time: time, entry: entry)) }
                }
            }
            lines.sort { ($0.time?.milliseconds ?? .min) < ($1.time?.milliseconds ?? .min) }
            guard let totals = Statement(farmer: farmer, lines: lines.map(\.entry)).totals else {
                throw CenterError("what \(farmer) brought is more than can be counted")
            }
            if asJSON {
                for line in lines { print(json(line)) }
                var members = totals.members
                members["kind"] = "sum"
                members["farmer"] = .string(farmer)
                members["undated"] = .integer(Int64(undated))
                return print(JSON.object(members).canonicalText)
            }
            guard !lines.isEmpty || undated > 0 else { return print("No weigh-in of \(farmer) is known here.") }
            let header = ["TIME", "KIOSK", "NUMBER", "PRODUCE", "GRADE", "NET kg", "YUAN/kg", "YUAN", "REMARK"]
            for line in TextTable.lines(header: header, rows: lines.map(row)) { print(line) }
            print("to be paid: \(totals.words)")
            if undated > 0 {
                print("\(undated) weigh-ins are in no period: that board's clock could never be believed.")
            }
        }
    }

    private static func row(_ line: Line) -> [String] {
        let weighIn = line.entry.weighIn
        var remarks = weighIn.warnings.map(\.rawValue).sorted()
        if let voiding = line.entry.voiding { remarks.insert("voided: \(voiding.reason.rawValue)", at: 0) }
        return [
            line.time?.description ?? "unknown", line.kiosk.text, weighIn.number.description, weighIn.produce,
            weighIn.grade, kilograms(weighIn.net),
            weighIn.pricing.map { "\(Money(fen: $0.price.fenPerKilogram))" } ?? "-",
            weighIn.pricing.map { "\($0.amount)" } ?? "-", remarks.isEmpty ? "-" : remarks.joined(separator: ", "),
        ]
    }

    private static func json(_ line: Line) -> String {
        let weighIn = line.entry.weighIn
        return JSON.members([
            "kind": "weighin", "kiosk": .string(line.kiosk.text), "time": line.time.map { .string($0.description) },
            "number": .string(weighIn.number.description), "produce": .string(weighIn.produce),
            "grade": .string(weighIn.grade), "lot": .string(weighIn.lot), "gross": .integer(weighIn.gross.grams),
            "tare": .integer(weighIn.tare.grams), "net": .integer(weighIn.net.grams),
            "fenperkg": weighIn.pricing.map { .integer($0.price.fenPerKilogram) },
            "amount": weighIn.pricing.map { .integer($0.amount.fen) },
            "voided": line.entry.voiding.map { .string($0.reason.rawValue) },
        ]).canonicalText
    }

    /// Without its unit, which stands in the head of the table.
    static func kilograms(_ mass: Mass) -> String { String("\(mass)".dropLast(3)) }
}
