import ArgumentParser
import Domain
import NIOHTTP1

struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "What a farmer is owed now, crate by crate.",
        discussion: """
            Crates that were paid and voided since are taken off. What has no price yet stands beside the money, in kilograms.

            Examples:
              kioskctl balance f-0012
              kioskctl balance 17 --json
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("The farmer's id or number on the roster.", valueName: "farmer"))
    var farmer: String
    @Flag(help: "The balance as JSON, for programs: grams and fen.")
    var json = false

    func validate() throws { try checkName(farmer, "a farmer's id or number") }

    func run() async throws {
        try await complaining {
            let balance = try await target.client().ask(.GET, "/v1/balances/\(farmer)").json()
            if json { return try Output.line(balance.canonicalText) }
            for line in MoneyText.balance(balance) { try Output.line(line) }
        }
    }
}

struct PaymentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments", abstract: "What was paid to farmers: every payment, reversed ones too.",
        discussion: """
            Examples:
              kioskctl payments
              kioskctl slip KP-3f9a1c-000012 --print   its paper once more
            """)
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "One payment a line as JSON, for programs: fen.")
    var json = false

    func run() async throws {
        try await complaining {
            let client = try target.client()
            var rows: [[String]] = []
            var after = ""
            while true {
                let lines = try await client.ask(.GET, "/v1/payments" + after).body.split(separator: 0x0A)
                for line in lines {
                    guard let payment = try? JSON(parsing: line), let number = payment["number"]?.string else {
                        throw CommandError(code: .protocolError, "kioskd sent a payment that is not understood")
                    }
                    after = "?after=\(number)"
                    if json {
                        try Output.line(String(decoding: line, as: UTF8.self))
                    } else {
                        rows.append(MoneyText.row(payment))
                    }
                }
                if lines.isEmpty { break }
            }
            if json { return }
            guard !rows.isEmpty else { return try Output.line("Nothing was paid yet.") }
            for line in TextTable.lines(header: MoneyText.header, rows: rows) { try Output.line(line) }
        }
    }
}

struct TillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "till", abstract: "The cash that should lie in the till, by what was counted and paid since.",
        discussion:
            "It is counted at a desk: the amount in digits, and then KC-TILL-OPEN, KC-TILL-COUNT or KC-TILL-CLOSE.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The till as JSON, for programs: fen.")
    var json = false

    func run() async throws {
        try await complaining {
            let till = try await target.client().ask(.GET, "/v1/till").json()
            if json { return try Output.line(till.canonicalText) }
            func money(_ name: String) -> String { ProduceText.money(till[name]) }
            try Output.line(
                "The till is \(till["open"] == true ? "open" : "closed"): \(money("expected")) yuan should be in it "
                    + "(counted \(money("before")), paid out \(money("paid")) in \(till["payments"]?.integer ?? 0) payments, "
                    + "came back \(money("returned"))).")
        }
    }
}

private enum MoneyText {
    static let header = ["NUMBER", "TIME", "FARMER", "BY", "CRATES", "YUAN", "NOTE"]

    static func row(_ payment: JSON) -> [String] {
        var notes: [String] = []
        if let reason = payment["reversed"]?.string { notes.append("REVERSED (\(reason))") }
        if let reference = payment["reference"]?.string { notes.append(reference) }
        if let back = payment["takenback"]?.array { notes.append("less \(back.count) voided") }
        return [
            payment["number"]?.string ?? "-", atPlace(payment["time"]),
            payment["name"]?.string ?? payment["farmer"]?.string ?? "-", payment["method"]?.string ?? "-",
            String(payment["crates"]?.array?.count ?? 0), ProduceText.money(payment["amount"]),
            notes.isEmpty ? "-" : notes.joined(separator: ", "),
        ]
    }

    static func balance(_ balance: JSON) -> [String] {
        let who = "\(balance["name"]?.string ?? "-") (\(balance["farmer"]?.string ?? "-"))"
        let owed = balance["owed"]?.integer ?? 0
        var rows: [[String]] = []
        for (name, what) in [("unpaid", "to be paid"), ("refunds", "paid and voided"), ("unpriced", "no price yet")] {
            for crate in balance[name]?.array ?? [] {
                let amount = crate["amount"]?.integer.map { Money(fen: name == "refunds" ? -$0 : $0) }
                rows.append([
                    crate["number"]?.string ?? "-", atPlace(crate["time"]),
                    "\(crate["produce"]?.string ?? "-") \(crate["grade"]?.string ?? "-")",
                    ProduceText.mass(crate["net"]), amount.map { "\($0)" } ?? "-", what,
                ])
            }
        }
        let sum =
            owed < 0
            ? "\(who) owes \(Money(fen: -owed)) yuan." : "\(who) is owed \(Money(fen: owed)) yuan."
        let open = balance["unpricednet"]?.integer ?? 0
        let beside = open == 0 ? "" : " \(Mass(grams: open)) have no price yet."
        guard !rows.isEmpty else { return [sum] }
        return TextTable.lines(header: ["NUMBER", "TIME", "PRODUCE", "NET", "YUAN", "NOTE"], rows: rows) + [
            sum + beside
        ]
    }
}
