import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import Phrases

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
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/balances/\(farmer)")
            if json { return try Output.line(answer.text) }
            for line in MoneyText.balance(try answer.value()) { try Output.line(line) }
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
        try await reportingErrors {
            let client = try target.client()
            var rows: [[String]] = []
            var after = ""
            while true {
                let answer = try await client.ask(.get, "/v1/payments" + after)
                let page = try answer.lines(ShownPayment.self)
                guard let last = page.last else { break }
                after = "?after=\(last.record.number)"
                if json {
                    try Output.write(answer.text)
                } else {
                    rows += page.map(MoneyText.row)
                }
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
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/till")
            if json { return try Output.line(answer.text) }
            let till = try answer.value(ShownTill.self)
            try Output.line(
                "The till is \(till.isOpen ? "open" : "closed"): \(till.expected) yuan should be in it "
                    + "(counted \(till.before), paid out \(till.paid) in \(till.payments) payments, "
                    + "came back \(till.returned)).")
        }
    }
}

private enum MoneyText {
    static let header = ["NUMBER", "TIME", "FARMER", "BY", "CRATES", "YUAN", "NOTE"]

    static func row(_ payment: ShownPayment) -> [String] {
        let (record, details) = (payment.record, payment.details)
        var notes: [String] = []
        if let reason = details.reversed { notes.append("REVERSED (\(reason.rawValue))") }
        if let reference = record.reference { notes.append(reference) }
        if !record.takenBack.isEmpty { notes.append("less \(record.takenBack.count) voided") }
        return [
            "\(record.number)", atPlace(details.time), details.name ?? record.farmer, record.method.rawValue,
            "\(record.crates.count)", "\(record.amount)", notes.isEmpty ? "-" : notes.joined(separator: ", "),
        ]
    }

    static func balance(_ balance: ShownBalance) -> [String] {
        let who = "\(balance.name ?? "-") (\(balance.farmer))"
        let owed = balance.owed.fen
        func rows(_ crates: [ShownBalance.Crate], _ note: String, _ sign: Int64 = 1) -> [[String]] {
            crates.map {
                [
                    "\($0.number)", atPlace($0.time), "\($0.produce) \($0.grade)", "\($0.net)",
                    shown($0.amount.map { Money(fen: sign * $0.fen) }), note,
                ]
            }
        }
        let rows =
            rows(balance.unpaid, "to be paid") + rows(balance.refunds, "paid and voided", -1)
            + rows(balance.unpriced, "no price yet")
        let sum =
            owed < 0
            ? "\(who) owes \(Money(fen: -owed)) yuan." : "\(who) is owed \(Money(fen: owed)) yuan."
        let beside = balance.unpricedNet == .zero ? "" : " \(balance.unpricedNet) have no price yet."
        guard !rows.isEmpty else { return [sum] }
        return TextTable.lines(header: ["NUMBER", "TIME", "PRODUCE", "NET", "YUAN", "NOTE"], rows: rows) + [
            sum + beside
        ]
    }
}
