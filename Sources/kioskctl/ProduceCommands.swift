import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import Phrases

struct WeighInsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weighins", abstract: "What was weighed: every crate, voided ones too.",
        discussion: """
            Weights are kilograms, amounts yuan. A tare marked PT was known beforehand, T was measured.

            Examples:
              kioskctl weighins
              kioskctl weighins KW-3f9a1c-000123   one of them, whole
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("One weigh-in, as on the receipt.", valueName: "number"))
    var number: String?
    @Flag(help: "One weigh-in a line as JSON, for programs: grams and fen.")
    var json = false

    func validate() throws {
        guard number == nil || number.flatMap(WeighIn.Number.init) != nil else {
            throw ValidationError("a number of a weigh-in looks like KW-3f9a1c-000123")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let client = try target.client()
            if let number = number.flatMap(WeighIn.Number.init) {
                let answer = try await client.ask(.get, "/v1/weighins/\(number)")
                if json { return try Output.line(answer.text) }
                for line in ProduceText.lines(try answer.value()) { try Output.line(line) }
                return
            }
            var rows: [[String]] = []
            var after = ""
            while true {
                let answer = try await client.ask(.get, "/v1/weighins" + after)
                let page = try answer.lines(ShownWeighIn.self)
                guard let last = page.last else { break }
                after = "?after=\(last.record.number)"
                if json {
                    try Output.write(answer.text)
                } else {
                    rows += page.map(ProduceText.row)
                }
            }
            if json { return }
            guard !rows.isEmpty else { return try Output.line("Nothing was weighed yet.") }
            for line in TextTable.lines(header: ProduceText.header, rows: rows) { try Output.line(line) }
        }
    }
}

struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "A farmer's account: what was delivered, voided and paid.",
        discussion: """
            Days are those of the place and begin at midnight (UTC+8). What was weighed under a clock that nobody could set \
            right is in no period, and listed below it; without a period it is a line like any other.

            Examples:
              kioskctl statement f-0012
              kioskctl statement 17 --from 2026-11-01 --until 2026-11-30
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("The farmer's id or number on the roster.", valueName: "farmer"))
    var farmer: String
    @Option(help: ArgumentHelp("From the beginning of this day.", valueName: "day"))
    var from: String?
    @Option(help: ArgumentHelp("To the end of this day.", valueName: "day"))
    var until: String?
    @Flag(help: "The account as JSON, for programs: grams and fen.")
    var json = false

    func validate() throws {
        try checkName(farmer, "a farmer's id or number")
        for day in [from, until].compactMap(\.self) where Self.midnight(of: day) == nil {
            throw ValidationError("\(day) is no day such as 2026-11-24")
        }
    }

    func run() async throws {
        try await reportingErrors {
            var period: [String] = []
            if let from = from.flatMap(Self.midnight) { period.append("from=\(from)") }
            if let last = until.flatMap(Self.midnight) {
                period.append("until=\(Timestamp(milliseconds: last.milliseconds + 86_400_000))")
            }
            let query = period.isEmpty ? "" : "?" + period.joined(separator: "&")
            let answer = try await target.client().ask(.get, "/v1/statements/\(farmer)\(query)")
            if json { return try Output.line(answer.text) }
            for line in ProduceText.account(try answer.value()) { try Output.line(line) }
        }
    }

    private static func midnight(of day: String) -> Timestamp? {
        Timestamp(day + "T00:00:00.000Z").map { $0.adding(-Timestamp.beijing) }
    }
}

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "From a crate to the parcel it left in, and back.",
        discussion: """
            Examples:
              kioskctl trace KW-3f9a1c-000123      a crate
              kioskctl trace KL-3f9a1c-000045      a lot
              kioskctl trace O-20261124-0007       an order
              kioskctl trace SF1234567890123       a parcel
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("A weigh-in, a lot, an order or a waybill.", valueName: "what"))
    var what: String
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws { try checkName(what, "a weigh-in, a lot, an order or a waybill") }

    func run() async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/trace/\(what)")
            if json { return try Output.line(answer.text) }
            for line in ProduceText.trace(try answer.value()) { try Output.line(line) }
        }
    }
}

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders", abstract: "The orders to pack: what each asks for, and how far it is.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "One order a line as JSON, for programs.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/orders")
            if json { return try Output.write(answer.text) }
            let orders = try answer.lines(ShownOrder.self)
            guard !orders.isEmpty else { return try Output.line("No orders.") }
            let rows = orders.map { order in
                let wanted = order.lines.map { "\($0.produce) \($0.grade) \($0.quantity)" }
                return [order.order, order.status, wanted.joined(separator: "; "), order.waybill ?? "-"]
            }
            for line in TextTable.lines(header: ["ORDER", "STATE", "WANTED", "WAYBILL"], rows: rows) {
                try Output.line(line)
            }
        }
    }
}

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "What is bought here: produce, grades, prices, containers.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The catalog as JSON, for programs.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/catalog")
            if json { return try Output.line(answer.text) }
            for line in ProduceText.catalog(try answer.value()) { try Output.line(line) }
        }
    }
}

/// What stands in a path has to be plain.
func checkName(_ name: String, _ what: String) throws {
    guard (1...40).contains(name.utf8.count),
        name.utf8.allSatisfy({
            $0.isDigit || $0.isLetter || $0 == 0x2D
        })
    else { throw ValidationError("\(what) has letters, digits and dashes only") }
}

/// A time for people: China's, to the minute.
func atPlace(_ time: Timestamp?) -> String { time?.atPlace ?? "-" }

/// A value for people, or a dash.
func shown(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "-" }

private func text(_ value: JSON?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    default: "-"
    }
}

/// The account of produce for people: kilograms and yuan.
enum ProduceText {
    static let header = ["NUMBER", "TIME", "FARMER", "PRODUCE", "GROSS", "TARE", "NET", "YUAN", "NOTE"]

    static func row(_ weighIn: ShownWeighIn) -> [String] {
        let crate = weighIn.record
        let mark = crate.tareMode == .preset ? "PT " : crate.tareMode == .measured ? "T " : ""
        return [
            "\(crate.number)", atPlace(weighIn.details.time), weighIn.details.name ?? crate.farmer,
            "\(crate.produce) \(crate.grade)", "\(crate.gross)", mark + "\(crate.tare)", "\(crate.net)",
            shown(crate.pricing?.amount), note(weighIn),
        ]
    }

    /// A line of an account: a crate, or what became of one.
    private static func row(_ line: ShownStatement.Line) -> [String] {
        switch line {
        case .crate(let crate): row(crate)
        case .change(let change):
            [
                change.number, atPlace(change.time), "-", change.kind.rawValue, "-", "-", "-", "\(change.change)",
                change.method?.rawValue ?? "-",
            ]
        }
    }

    private static func note(_ weighIn: ShownWeighIn) -> String {
        let (crate, details) = (weighIn.record, weighIn.details)
        let voided = details.voided.map { ["VOID (\($0.rawValue))"] } ?? []
        let warnings = crate.warnings.map(\.rawValue).sorted()
        let inferred = crate.stability == .inferred ? ["stability inferred"] : []
        let later = details.pricedLater.map { ["priced later (\($0.rawValue))"] } ?? []
        let paid = details.payment.map { ["paid by \($0)"] } ?? []
        return (voided + warnings + later + paid + inferred).joined(separator: ", ")
    }

    static func lines(_ weighIn: ShownWeighIn) -> [String] {
        let crate = weighIn.record
        var rows = zip(header, row(weighIn)).map { [$0.0.capitalizedFirst, $0.1] }
        rows.append(["Lot", crate.lot])
        rows.append(["Identified", "by \(crate.identification.rawValue)"])
        if let pricing = crate.pricing {
            rows.append([
                "Price",
                "\(Money(fen: pricing.price.fenPerKilogram)) yuan/kg, list \(pricing.list), rounded \(pricing.rounding.rawValue)",
            ])
        }
        rows.append([
            "Scale", "\(crate.scale.serial ?? "-"), \(crate.scale.protocolName), d = \(shown(crate.scale.interval))",
        ])
        rows.append(["Event", "\(weighIn.details.sequence)"])
        return TextTable.lines(header: rows[0], rows: Array(rows.dropFirst()))
    }

    static func account(_ account: ShownStatement) -> [String] {
        let title = "\(account.name ?? "-") (\(account.farmer))"
        let unplaced = account.unplaced ?? []
        let beside =
            unplaced.isEmpty
            ? []
            : ["In no period, because that board's clock could not be believed, and in no sum:"]
                + TextTable.lines(header: header, rows: unplaced.map(row))
        guard !account.lines.isEmpty || account.before != .zero else {
            return ["\(title): nothing happened in this time."] + beside
        }
        let lines = [title] + TextTable.lines(header: header, rows: account.lines.map(row))
        guard let totals = account.totals else { return lines + ["The sums are beyond what can be counted."] + beside }
        var sum = "Total: \(totals.count) crates, \(totals.net), \(totals.amount) yuan"
        if totals.voided > 0 {
            sum += "; voided: \(totals.voided) crates, \(totals.voidedNet), \(totals.voidedAmount) yuan"
        }
        if totals.unpriced > 0 { sum += "; \(totals.unpriced) still to be priced" }
        if totals.unpricedNet > .zero { sum += " (\(totals.unpricedNet))" }
        let before = account.before == .zero ? "" : "Before: \(account.before) yuan; "
        return lines + [sum, before + "paid: \(totals.paid) yuan; owed: \(totals.owed) yuan"] + beside
    }

    static func trace(_ trace: Trace) -> [String] {
        var lines: [String] = []
        if let weighIn = trace.weighIn { lines += TextTable.lines(header: header, rows: [row(weighIn)]) }
        for lot in (trace.lot.map { [$0] } ?? []) + (trace.lots ?? []) {
            lines.append(
                "Lot \(lot.lot) of \(lot.name ?? lot.farmer), \(lot.status.rawValue): "
                    + "\(lot.net), \(lot.left) left; crates \(lot.crates.joined(separator: " "))")
        }
        for shipment in trace.shipments {
            lines.append(
                "Order \(shipment.order) \(shipment.status) in parcel \(shipment.waybill) "
                    + "(\(shipment.parcel?.rawValue ?? "-")): "
                    + shipment.items.map { "\($0.quantity) of \($0.lot)" }.joined(separator: ", "))
        }
        if trace.shipments.isEmpty { lines.append("Nothing of it has been packed for an order.") }
        return lines
    }

    /// A day at the place, and the hour where a price changes within a day. The end of a day is that day.
    private static func day(_ text: String, isEnd: Bool) -> String {
        guard let time = Timestamp(text) else { return text }
        guard time.atPlace.hasSuffix(" 00:00") else { return time.atPlace }
        return String((isEnd ? time.adding(-1) : time).atPlace.prefix(10))
    }

    static func catalog(_ catalog: JSON) -> [String] {
        let offers = catalog["prices"]?.array ?? []
        let rows = (catalog["produce"]?.array ?? []).flatMap { produce in
            (produce["grades"]?.array ?? []).map { grade -> [String] in
                let prices = offers.filter { $0["produce"] == produce["id"] && $0["grade"] == grade["id"] }.map {
                    offer in
                    let from = offer["from"]?.string.map { " from \(day($0, isEnd: false))" } ?? ""
                    let until = offer["until"]?.string.map { " to \(day($0, isEnd: true))" } ?? ""
                    return shown(offer["fenperkg"]?.integer.map { Money(fen: $0) }) + from + until
                }
                return [
                    text(produce["number"]), text(produce["name"]), text(grade["id"]), text(grade["name"]),
                    prices.isEmpty ? "no price" : prices.joined(separator: "; "),
                ]
            }
        }
        let containers = (catalog["containers"]?.array ?? []).map {
            [text($0["number"]), text($0["name"]), shown($0["tare"]?.integer.map { Mass(grams: $0) })]
        }
        return ["Catalog version \(text(catalog["version"]))"]
            + TextTable.lines(header: ["NO.", "PRODUCE", "GRADE", "NAME", "YUAN/KG"], rows: rows)
            + (containers.isEmpty
                ? [] : [""] + TextTable.lines(header: ["NO.", "CONTAINER", "TARE"], rows: containers))
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1) + dropFirst().lowercased() }
}
