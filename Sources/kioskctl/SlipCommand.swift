import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel

struct SlipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slip", abstract: "A paper of a record: shown, saved as a picture or page, or printed once more.",
        discussion: """
            It is made from what the journal holds. Name what stands on the paper itself: the id of a hand-over, a lot \
            (KL-…), a weigh-in (KW-…), an order; or with --kind statement a farmer, by id or number. The id of a check of \
            the scale is that of its event, which `kioskctl events --json` shows.

            What is looked for by id is looked for from the newest event backwards, so one of long ago takes longer, and \
            one that was pruned is not there any more. Printed again it is marked as a copy, with its count.

            Examples:
              kioskctl slip 019e7c1f-5a00-7abc-8def-0123456789ab
              kioskctl slip KL-3f9a1c-000045 --png receipt.png
              kioskctl slip KL-3f9a1c-000045 --kind label --print
              kioskctl slip KW-3f9a1c-000123 --kind void
              kioskctl slip 12 --kind statement --from 2026-11-01 --until 2026-11-30 --html account.html
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("What the paper is about.", valueName: "reference"))
    var reference: String
    @Flag(name: .customLong("print"), help: "Print it on paper, marked as a copy.")
    var isPrinted = false
    @Option(
        help: "Which paper: hand-over, receipt, label, void, packing, check or statement; else what the reference is.")
    var kind: String?
    @Option(help: ArgumentHelp("Of a statement: its first day, 2026-11-01.", valueName: "day"))
    var from: String?
    @Option(help: ArgumentHelp("Of a statement: its last day.", valueName: "day"))
    var until: String?
    @Option(help: ArgumentHelp("Write it as a PNG picture.", valueName: "file"))
    var png: String?
    @Option(help: ArgumentHelp("Write it as one HTML page that needs nothing else.", valueName: "file"))
    var html: String?
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        if let kind, PrintJob.Kind(rawValue: kind) == nil {
            let kinds = PrintJob.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no paper of the kind \(kind); there are \(kinds)")
        }
        guard !reference.isEmpty, reference.utf8.allSatisfy({ Self.isPlain($0) }) else {
            throw ValidationError("a reference has letters, digits, dots and dashes, as it stands on the paper")
        }
        for day in [from, until] {
            if let day, Timestamp("\(day)T00:00:00.000Z") == nil {
                throw ValidationError("a day has the form 2026-11-24")
            }
        }
    }

    /// What may stand in a path as it is.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func path(_ format: String? = nil) -> String {
        let questions = [("kind", kind), ("from", from), ("until", until), ("format", format)]
            .compactMap { name, value in value.map { "\(name)=\($0)" } }
        return "/v1/slips/\(reference)" + (questions.isEmpty ? "" : "?" + questions.joined(separator: "&"))
    }

    func run() async throws {
        try await reportingErrors {
            let client = try target.client()
            for (format, file) in [("png", png), ("html", html)] {
                guard let file else { continue }
                try Output.write(try await client.ask(.get, path(format)).body, file: file)
            }
            if isPrinted { return try report(try await client.ask(.post, path())) }
            guard png == nil, html == nil else { return }
            let answer = try await client.ask(.get, path())
            if json { return try Output.line(answer.text) }
            for line in try answer.value(SlipText.self).lines { try Output.line(line) }
        }
    }

    private func report(_ answer: LocalAPIClient.Answer) throws {
        let print = try answer.value(PrintResult.self)
        if json { try Output.line(answer.text) }
        switch print.result {
        case .printed: if !json { try Output.line("Printed.") }
        case .sent:
            if !json { try Output.line("Sent. This printer does not say whether it came out; look at it.") }
        case .waiting:
            if !json {
                let reason = print.reason.map { ": \($0)" } ?? ""
                try Output.line("It waits for the printer\(reason). `kioskctl prints` shows the queue.")
            }
        case .notPrinted:
            throw CommandError(code: .refused, "not printed: \(print.reason ?? "no reason was given")")
        }
    }
}
