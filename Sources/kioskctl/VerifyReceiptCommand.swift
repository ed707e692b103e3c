import ArgumentParser
import Domain
import NIOHTTP1
import Phrases

struct VerifyReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-receipt", abstract: "Check the code of a receipt against the record.",
        discussion: """
            The text is what a telephone reads from the receipt's QR code. The point knows the records that it still \
            holds; `kiosk-center verify-receipt` knows all that it was ever sent.

            It tells what was recorded, to be compared with the paper. Exit code 0: the record is there, with this hash. \
            Exit code 3: so it is, but it was voided or reversed since. Exit code 1: it is not, or is another.

            Example:
              kioskctl verify-receipt KR-k1310020007.3f9a….123.A5BYxv…
            """)
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("The text of the code.", valueName: "text"))
    var text: String
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        guard RecordProof(text) != nil else {
            throw ValidationError("that is no receipt's code: it begins with KR- and has four parts between full stops")
        }
    }

    func run() async throws {
        guard let proof = RecordProof(text) else { return }
        try await complaining {
            let body = try await target.client().ask(.GET, "/v1/receipts/\(proof)").body
            let answer = try JSON(parsing: body)
            let verdict = answer["result"]?.string ?? ""
            try Output.line(json ? answer.canonicalText : Self.words(verdict, proof, answer))
            let code: CommandError.Code? = verdict == "right" ? nil : verdict == "void" ? .voided : .damaged
            if let code { throw ArgumentParser.ExitCode(code.rawValue) }
        }
    }

    private static func words(_ verdict: String, _ proof: RecordProof, _ answer: JSON) -> String {
        switch verdict {
        case "right", "void":
            var lines = ["The code is genuine: the record is there, with this hash."]
            let type = answer["type"]?.string.flatMap { EventType($0) }
            for record in answer["weighins"]?.array ?? [] {
                guard var weighIn = WeighIn(record) else { continue }
                let voided = record["voided"]?.string.flatMap(WeighIn.Voiding.Reason.init)
                if type == .weighInVoided {
                    lines.append(weighIn.voidingWords(voided))
                    continue
                }
                let later = record["pricedlater"] == nil ? nil : weighIn.pricing
                if later != nil { weighIn.pricing = nil }
                lines.append(weighIn.comparison(voided: voided))
                if let later { lines.append("Priced since: \(later.amount) yuan by list \(later.list).") }
            }
            if let record = answer["payment"], let payment = Payment(record) {
                let reversed = record["reversed"]?.string.flatMap(Payment.Reversal.Reason.init)
                lines.append(
                    type == .paymentReversed
                        ? payment.reversalWords(reversed) : payment.comparison(reversed: reversed))
            }
            if lines.count == 1, let type = answer["type"]?.string {
                lines.append("Recorded: \(type), \(answer["subject"]?.string ?? "without a subject").")
            }
            return lines.joined(separator: "\n")
        case "wrong": return "The receipt does not tell what was recorded: its hash is another."
        case "elsewhere": return "The receipt is of \(proof.kiosk), another point."
        default:
            return
                "There is no such record here: it was pruned, is of a journal from before this one, or never was. Ask the center."
        }
    }
}
