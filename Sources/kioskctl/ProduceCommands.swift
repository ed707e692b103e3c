import ArgumentParser
import Domain
import NIOHTTP1

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
        try await complaining {
            let client = try target.client()
            if let number = number.flatMap(WeighIn.Number.init) {
                let weighIn = try await client.ask(.GET, "/v1/weighins/\(number)").json()
                if json { return try Output.line(weighIn.canonicalText) }
                for line in ProduceText.lines(weighIn) { try Output.line(line) }
                return
            }
            var rows: [[String]] = []
            var after = ""
            while true {
                let lines = try await client.ask(.GET, "/v1/weighins" + after).body.split(separator: 0x0A)
                for line in lines {
                    guard let weighIn = try? JSON(parsing: line), let number = weighIn["number"]?.string else {
                        throw CommandError(code: .protocolError, "kioskd sent a weigh-in that is not understood")
                    }
                    after = "?after=\(number)"
                    if json {
                        try Output.line(String(decoding: line, as: UTF8.self))
                    } else {
                        rows.append(ProduceText.row(weighIn))
                    }
                }
                if lines.isEmpty { break }
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
        try await complaining {
            var period: [String] = []
            if let from = from.flatMap(Self.midnight) { period.append("from=\(from)") }
            if let last = until.flatMap(Self.midnight) {
                period.append("until=\(Timestamp(milliseconds: last.milliseconds + 86_400_000))")
            }
            let query = period.isEmpty ? "" : "?" + period.joined(separator: "&")
            let account = try await target.client().ask(.GET, "/v1/statements/\(farmer)\(query)").json()
            if json { return try Output.line(account.canonicalText) }
            for line in ProduceText.account(account) { try Output.line(line) }
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
        try await complaining {
            let trace = try await target.client().ask(.GET, "/v1/trace/\(what)").json()
            if json { return try Output.line(trace.canonicalText) }
            for line in ProduceText.trace(trace) { try Output.line(line) }
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
        try await complaining {
            let lines = try await target.client().ask(.GET, "/v1/orders").body.split(separator: 0x0A)
            if json { return try lines.forEach { try Output.line(String(decoding: $0, as: UTF8.self)) } }
            guard !lines.isEmpty else { return try Output.line("No orders.") }
            let rows = try lines.map { line -> [String] in
                guard let order = try? JSON(parsing: line) else {
                    throw CommandError(code: .protocolError, "kioskd sent an order that is not understood")
                }
                let wanted = (order["lines"]?.array ?? []).map {
                    "\(text($0["produce"])) \(text($0["grade"])) \(ProduceText.mass($0["quantity"]))"
                }
                return [
                    text(order["order"]), text(order["status"]), wanted.joined(separator: "; "), text(order["waybill"]),
                ]
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
        try await complaining {
            let catalog = try await target.client().ask(.GET, "/v1/catalog").json()
            if json { return try Output.line(catalog.canonicalText) }
            for line in ProduceText.catalog(catalog) { try Output.line(line) }
        }
    }
}

/// What stands in a path has to be plain.
func checkName(_ name: String, _ what: String) throws {
    guard (1...40).contains(name.utf8.count),
        name.utf8.allSatisfy({
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
        })
    else { throw ValidationError("\(what) has letters, digits and dashes only") }
}

private func text(_ value: JSON?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    default: "-"
    }
}

/// A time for people: China's, to the minute.
func atPlace(_ value: JSON?) -> String {
    guard let text = value?.string else { return "-" }
    return Timestamp(text)?.atPlace ?? text
}

/// The account of produce for people: kilograms and yuan.
enum ProduceText {
    static let header = ["NUMBER", "TIME", "FARMER", "PRODUCE", "GROSS", "TARE", "NET", "YUAN", "NOTE"]

    static func mass(_ value: JSON?) -> String { value?.integer.map { Mass(grams: $0).description } ?? "-" }
    static func money(_ value: JSON?) -> String { value?.integer.map { Money(fen: $0).description } ?? "-" }

    static func row(_ weighIn: JSON) -> [String] {
        let mark =
            weighIn["taremode"]?.string == "preset" ? "PT " : weighIn["taremode"]?.string == "measured" ? "T " : ""
        return [
            text(weighIn["number"]), atPlace(weighIn["time"]),
            weighIn["name"]?.string ?? text(weighIn["farmer"]), "\(text(weighIn["produce"])) \(text(weighIn["grade"]))",
            mass(weighIn["gross"]), mark + mass(weighIn["tare"]), mass(weighIn["net"]), money(weighIn["amount"]),
            note(weighIn),
        ]
    }

    /// A line of an account: a crate, or what became of one.
    private static func accountRow(_ line: JSON) -> [String] {
        let kind = line["kind"]?.string ?? "crate"
        guard kind != "crate" else { return row(line) }
        return [
            text(line["number"]), atPlace(line["time"]), "-", kind, "-", "-", "-", money(line["change"]),
            line["method"]?.string ?? "-",
        ]
    }

    private static func note(_ weighIn: JSON) -> String {
        let voided = weighIn["voided"]?.string.map { ["VOID (\($0))"] } ?? []
        let warnings = (weighIn["warnings"]?.array ?? []).compactMap(\.string)
        let inferred = weighIn["stability"]?.string == "inferred" ? ["stability inferred"] : []
        let later = weighIn["pricedlater"]?.string.map { ["priced later (\($0))"] } ?? []
        let paid = weighIn["payment"]?.string.map { ["paid by \($0)"] } ?? []
        return (voided + warnings + later + paid + inferred).joined(separator: ", ")
    }

    static func lines(_ weighIn: JSON) -> [String] {
        let scale = weighIn["scale"]
        let price = weighIn["price"]
        var rows = zip(header, row(weighIn)).map { [$0.0.capitalizedFirst, $0.1] }
        rows.append(["Lot", text(weighIn["lot"])])
        rows.append(["Identified", "by \(text(weighIn["identified"]))"])
        if let price {
            rows.append([
                "Price",
                "\(money(price["fenperkg"])) yuan/kg, list \(text(price["list"])), rounded \(text(price["rounding"]))",
            ])
        }
        rows.append([
            "Scale", "\(text(scale?["serial"])), \(text(scale?["protocol"])), d = \(mass(scale?["interval"]))",
        ])
        rows.append(["Event", text(weighIn["sequence"])])
        return TextTable.lines(header: rows[0], rows: Array(rows.dropFirst()))
    }

    static func account(_ account: JSON) -> [String] {
        let lines = account["lines"]?.array ?? []
        let totals = account["totals"]
        let title = "\(text(account["name"])) (\(text(account["farmer"])))"
        let unplaced = account["unplaced"]?.array ?? []
        let beside =
            unplaced.isEmpty
            ? []
            : ["In no period, because that board's clock could not be believed, and in no sum:"]
                + TextTable.lines(header: header, rows: unplaced.map(row))
        let before = account["before"]?.integer ?? 0
        guard !lines.isEmpty || before != 0 else { return ["\(title): nothing happened in this time."] + beside }
        var sum =
            "Total: \(text(totals?["count"])) crates, \(mass(totals?["net"])), \(money(totals?["amount"])) yuan"
        if let voided = totals?["voided"]?.integer, voided > 0 {
            sum += "; voided: \(voided) crates, \(mass(totals?["voidednet"])), \(money(totals?["voidedamount"])) yuan"
        }
        if let open = totals?["unpriced"]?.integer, open > 0 { sum += "; \(open) still to be priced" }
        if let net = totals?["unpricednet"]?.integer, net > 0 { sum += " (\(Mass(grams: net)))" }
        let paid =
            (before == 0 ? "" : "Before: \(Money(fen: before)) yuan; ")
            + "paid: \(money(totals?["paid"])) yuan; owed: \(money(totals?["owed"])) yuan"
        return [title] + TextTable.lines(header: header, rows: lines.map(accountRow)) + [sum, paid] + beside
    }

    static func trace(_ trace: JSON) -> [String] {
        var lines: [String] = []
        if let weighIn = trace["weighin"] { lines += TextTable.lines(header: header, rows: [row(weighIn)]) }
        for lot in (trace["lot"].map { [$0] } ?? []) + (trace["lots"]?.array ?? []) {
            lines.append(
                "Lot \(text(lot["lot"])) of \(lot["name"]?.string ?? text(lot["farmer"])), \(text(lot["status"])): "
                    + "\(mass(lot["net"])), \(mass(lot["left"])) left; crates "
                    + (lot["crates"]?.array ?? []).map { text($0) }.joined(separator: " "))
        }
        let shipments = trace["shipments"]?.array ?? []
        for shipment in shipments {
            lines.append(
                "Order \(text(shipment["order"])) \(text(shipment["status"])) in parcel \(text(shipment["waybill"])) "
                    + "(\(text(shipment["parcel"]))): "
                    + (shipment["items"]?.array ?? []).map { "\(mass($0["quantity"])) of \(text($0["lot"]))" }
                    .joined(separator: ", "))
        }
        if shipments.isEmpty { lines.append("Nothing of it has been packed for an order.") }
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
                    return money(offer["fenperkg"]) + from + until
                }
                return [
                    text(produce["number"]), text(produce["name"]), text(grade["id"]), text(grade["name"]),
                    prices.isEmpty ? "no price" : prices.joined(separator: "; "),
                ]
            }
        }
        let containers = (catalog["containers"]?.array ?? []).map {
            [text($0["number"]), text($0["name"]), mass($0["tare"])]
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
