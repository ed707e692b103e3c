import Board
import Center
import Domain
import Phrases
import Wire

/// `kiosk-center produce` and `kiosk-center statement`: what was weighed, what of it counts, and what is paid for it.
extension CenterProgram {
    /// Which events a report is about, as a person writes it.
    struct ReportFilter {
        var kiosk: String?
        /// A day in China (UTC+8), both included, or a moment, of which the last is no more in it.
        var from: String?
        var until: String?

        init(kiosk: String? = nil, from: String? = nil, until: String? = nil) {
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
                // A day that ends a time belongs to it.
                let midnight = Timestamp(written: text + "T00:00:00+08:00").map {
                    name == "until" ? $0.adding(86_400_000) : $0
                }
                guard let time = Timestamp(written: text) ?? midnight else {
                    complain("--\(name) \(text) is no day and no time; write 2026-11-24 or 2026-11-24T08:00:00+08:00")
                    return nil
                }
                period[keyPath: keep] = time
            }
            if let from = period.from, let until = period.until, until <= from {
                complain("--until is before --from")
                return nil
            }
            return (id, period)
        }
    }

    /// What each farmer brought of each produce, and what registered households earned by it.
    static func produce(
        configuration file: String, environment: [String: String], _ selection: ReportFilter, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, period) = selection.read() else { return wrongUsage }
        guard let settings = load(file, environment) else { return misconfigured }
        return look(file, environment) { store in
            var report = ProduceReport(
                period, try Households.read(in: settings.directory),
                sent: SentDocuments(Documents(directory: settings.documents)),
                idsAreCountyWide: settings.idsAreCountyWide)
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
        if !report.findings.isEmpty {
            print("\(report.findings.count) weigh-ins count, and do not agree with what their points were sent:")
            let rows = report.findings.map { kiosk, finding in
                [kiosk.text, finding.number.description, finding.farmer, finding.words]
            }
            for line in TextTable.lines(header: ["KIOSK", "NUMBER", "FARMER", "FINDING"], rows: rows) { print(line) }
        }
        if report.uncompared > 0 {
            print(
                "\(report.uncompared) weigh-ins cannot be compared: the list or the rosters that they rest on are from before this center kept them, or their files are damaged."
            )
        }
        if !report.problems.isEmpty {
            print("\(report.problems.count) events do not fit what came before, and somebody should look at each:")
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
            // Payments are of farmers, not of produce: `statement` has them.
            members["paid"] = nil
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
            members["paid"] = nil
            members["farmers"] = .integer(Int64(farmers))
            if registered == nil {
                members["undated"] = .integer(report.undated)
                members["uncompared"] = .integer(Int64(report.uncompared))
            }
            print(JSON.object(members).canonicalText)
        }
        for (kiosk, finding) in report.findings {
            print(
                JSON.object([
                    "kind": "finding", "kiosk": .string(kiosk.text), "number": .string(finding.number.description),
                    "id": .string(finding.id.text), "farmer": .string(finding.farmer),
                    "finding": .string(finding.words),
                ]).canonicalText)
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
        var line: AccountStatement.Line
    }

    /// What one farmer delivered, what of it was voided and what was paid, line by line; the sums are those of the lines.
    static func statement(
        configuration file: String, environment: [String: String], farmer: String, _ selection: ReportFilter,
        asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, period) = selection.read() else { return wrongUsage }
        guard let settings = load(file, environment) else { return misconfigured }
        return look(file, environment) { store in
            var lines: [Line] = []
            var undated = 0
            var before = Money.zero
            var findings: [(kiosk: KioskID, finding: ProduceAccount.Finding)] = []
            var sent = SentDocuments(Documents(directory: settings.documents))
            var places: [KioskID] = []
            var problems: [ProduceAccount.Problem] = []
            var uncompared = 0
            try store.forEachProduce(of: kiosk) { account in
                let part = account.statement(of: farmer, in: period)
                problems += account.problems(ofPaymentsTo: farmer)
                uncompared += account.countOfUncompared(&sent, farmer: farmer)
                if !part.lines.isEmpty || !part.unplaced.isEmpty || part.before != .zero {
                    places.append(account.kiosk)
                }
                let person = account.canonical(farmer)
                findings += account.findings(&sent).filter { account.canonical($0.farmer) == person }.map {
                    (account.kiosk, $0)
                }
                undated += part.unplaced.count { if case .crate = $0.what { true } else { false } }
                before = Money(fen: before.fen &+ part.before.fen)
                lines += part.lines.map { Line(kiosk: account.kiosk, time: account.time(of: $0.moment), line: $0) }
            }
            guard places.count < 2 || settings.idsAreCountyWide else {
                throw CenterError(
                    "\(farmer) is somebody at \(places.map(\.text).joined(separator: ", ")), of two villages two people: name one with --kiosk, or set people.ids to county"
                )
            }
            // Stable: within one moment the order of the events stays.
            let order = lines.enumerated().sorted {
                ($0.element.time?.milliseconds ?? .min, $0.offset) < ($1.element.time?.milliseconds ?? .min, $1.offset)
            }
            lines = order.map(\.element)
            guard let totals = AccountStatement(farmer: farmer, lines: lines.map(\.line)).totals else {
                throw CenterError("what \(farmer) brought is more than can be counted")
            }
            let owed = Money(fen: before.fen &+ totals.owed.fen)
            if asJSON {
                for line in lines { print(json(line)) }
                for (kiosk, finding) in findings {
                    print(
                        JSON.object([
                            "kind": "finding", "kiosk": .string(kiosk.text),
                            "number": .string(finding.number.description), "finding": .string(finding.words),
                        ]).canonicalText)
                }
                var members = totals.members
                members["kind"] = "sum"
                members["farmer"] = .string(farmer)
                members["undated"] = .integer(Int64(undated))
                members["before"] = .integer(before.fen)
                members["owed"] = .integer(owed.fen)
                return print(JSON.object(members).canonicalText)
            }
            guard !lines.isEmpty || undated > 0 || before != .zero else {
                return print("No weigh-in of \(farmer) is known here.")
            }
            let header = ["TIME", "KIOSK", "NUMBER", "WHAT", "GRADE", "NET kg", "YUAN/kg", "YUAN", "REMARK"]
            for line in TextTable.lines(header: header, rows: lines.map(row)) { print(line) }
            if before != .zero { print("before: \(before) yuan") }
            print("delivered: \(totals.words)")
            print("paid: \(totals.paid) yuan; owed: \(owed) yuan")
            for (_, finding) in findings { print("look at \(finding.number): \(finding.words)".printable) }
            for problem in problems { print("look at event \(problem.sequence): \(problem.words)".printable) }
            if uncompared > 0 {
                print(
                    "\(uncompared) weigh-ins cannot be compared: the list or the rosters that they rest on are from before this center kept them, or their files are damaged."
                )
            }
            if undated > 0 {
                print("\(undated) weigh-ins are in no period: that board's clock could never be believed.")
            }
        }
    }

    private static func row(_ line: Line) -> [String] {
        let start = [line.time?.atPlace ?? "unknown", line.kiosk.text]
        let change = "\(line.line.change)"
        func plain(_ number: String, _ what: String, _ remark: String) -> [String] {
            start + [number, what, "-", "-", "-", change, remark]
        }
        switch line.line.what {
        case .crate(let entry):
            let weighIn = entry.weighIn
            var remarks = weighIn.warnings.map(\.rawValue).sorted()
            if let voiding = entry.voiding { remarks.insert("voided: \(voiding.reason.rawValue)", at: 0) }
            if let number = entry.paidBy { remarks.append("paid by \(number)") }
            return start + [
                weighIn.number.description, weighIn.produce, weighIn.grade, kilograms(weighIn.net),
                weighIn.pricing.map { "\(Money(fen: $0.price.fenPerKilogram))" } ?? "-",
                weighIn.pricing == nil ? "-" : change, remarks.isEmpty ? "-" : remarks.joined(separator: ", "),
            ]
        case .price(let entry):
            return plain(
                entry.weighIn.number.description, "priced",
                entry.laterPrice.map { "\($0.reason.rawValue), list \($0.pricing.list)" } ?? "-")
        case .voiding(let entry):
            return plain(
                entry.weighIn.number.description, "voided",
                approved(entry.voiding?.reason.rawValue ?? "-", entry.voiding?.approvedBy))
        case .payment(let entry):
            let words = [entry.payment.method.rawValue, entry.payment.reference].compactMap(\.self)
            return plain(entry.payment.number.description, "paid", words.joined(separator: " "))
        case .reversal(let entry):
            return plain(
                entry.payment.number.description, "reversed",
                approved(entry.reversal?.reason.rawValue ?? "-", entry.reversal?.approvedBy))
        }
    }

    private static func approved(_ reason: String, _ supervisor: String?) -> String {
        supervisor.map { "\(reason), approved by \($0)" } ?? reason
    }

    private static func json(_ line: Line) -> String {
        var members: [String: JSON?] = [
            "kiosk": .string(line.kiosk.text), "time": line.time.map { .string($0.description) },
            "change": .integer(line.line.change.fen),
        ]
        func add(_ kind: String, _ number: String, _ more: [String: JSON?]) {
            members["kind"] = .string(kind)
            members["number"] = .string(number)
            members.merge(more) { $1 }
        }
        switch line.line.what {
        case .crate(let entry):
            let weighIn = entry.weighIn
            add(
                "weighin", weighIn.number.description,
                [
                    "produce": .string(weighIn.produce), "grade": .string(weighIn.grade), "lot": .string(weighIn.lot),
                    "gross": .integer(weighIn.gross.grams), "tare": .integer(weighIn.tare.grams),
                    "net": .integer(weighIn.net.grams),
                    "fenperkg": entry.pricing.map { .integer($0.price.fenPerKilogram) },
                    "amount": entry.amount.map { .integer($0.fen) },
                    "voided": entry.voiding.map { .string($0.reason.rawValue) },
                    "payment": entry.paidBy.map { .string($0.description) },
                ])
        case .price(let entry):
            add(
                "priced", entry.weighIn.number.description,
                ["reason": entry.laterPrice.map { .string($0.reason.rawValue) }])
        case .voiding(let entry):
            add(
                "voided", entry.weighIn.number.description,
                [
                    "reason": entry.voiding.map { .string($0.reason.rawValue) },
                    "approvedby": entry.voiding?.approvedBy.map { .string($0) },
                ])
        case .payment(let entry):
            add(
                "payment", entry.payment.number.description,
                [
                    "method": .string(entry.payment.method.rawValue),
                    "reference": entry.payment.reference.map { .string($0) },
                ])
        case .reversal(let entry):
            add(
                "reversal", entry.payment.number.description,
                [
                    "reason": entry.reversal.map { .string($0.reason.rawValue) },
                    "approvedby": entry.reversal?.approvedBy.map { .string($0) },
                ])
        }
        return JSON.members(members).canonicalText
    }

    // MARK: Registered households

    /// Puts down who is of a registered household, as a whole; or shows how many are.
    static func households(
        configuration file: String, environment: [String: String], from list: String?
    ) -> Int32 {
        guard let settings = load(file, environment) else { return misconfigured }
        do {
            if let list {
                guard let bytes = BoundedFileReader.read(list, limit: Households.mostBytes) else {
                    complain("\(list) is not there, or too large")
                    return failed
                }
                try Households(parsing: bytes).write(in: settings.directory)
            }
            let count = try Households.read(in: settings.directory).entries.count
            print("\(count) \(count == 1 ? "person" : "persons") of registered households are known to this center.")
            return stopped
        } catch {
            complain("\(error)")
            return failed
        }
    }

    // MARK: Without a price

    /// Crates that nobody could price: what a list with a price for then answers.
    static func unpriced(
        configuration file: String, environment: [String: String], kiosk name: String?, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, _) = ReportFilter(kiosk: name).read() else { return wrongUsage }
        return look(file, environment) { store in
            var rows: [[String]] = []
            try store.forEachProduce(of: kiosk) { account in
                for entry in account.entries where entry.due == .price {
                    let (weighIn, span) = (entry.weighIn, account.span(of: entry))
                    if asJSON {
                        print(
                            JSON.members([
                                "kiosk": .string(account.kiosk.text), "number": .string(weighIn.number.description),
                                "farmer": .string(weighIn.farmer), "produce": .string(weighIn.produce),
                                "grade": .string(weighIn.grade), "net": .integer(weighIn.net.grams),
                                "earliest": span.map { .string($0.earliest.description) },
                                "latest": span.map { .string($0.latest.description) },
                            ]).canonicalText)
                    }
                    rows.append([
                        account.kiosk.text, weighIn.number.description, weighIn.farmer, weighIn.produce, weighIn.grade,
                        kilograms(weighIn.net), span?.earliest.atPlace ?? "unknown",
                        // The minute that has passed by then: a price until this one covers it.
                        span?.latest.adding(59_999).atPlace ?? "unknown",
                    ])
                }
            }
            guard !asJSON else { return }
            guard !rows.isEmpty else { return print("Every crate has its price.") }
            let header = ["KIOSK", "NUMBER", "FARMER", "PRODUCE", "GRADE", "NET kg", "NOT BEFORE", "NOT AFTER"]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
            print(
                "\(rows.count) crates have no price. Send a list with one price that holds from the first to the second "
                    + "time (kiosk-center send catalog); the points price them by it.")
        }
    }

    /// Without its unit, which stands in the head of the table.
    static func kilograms(_ mass: Mass) -> String { String("\(mass)".dropLast(3)) }
}
