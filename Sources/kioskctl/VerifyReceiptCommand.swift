import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
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
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/receipts/\(proof)")
            let receipt = try answer.value(ShownReceipt.self)
            try Output.line(json ? answer.text : Self.words(receipt, proof))
            let code: CommandError.Code? =
                switch receipt.result {
                case .right: nil
                case .void: .voided
                case .wrong, .absent, .elsewhere: .damaged
                }
            if let code { throw ArgumentParser.ExitCode(code.rawValue) }
        }
    }

    private static func words(_ receipt: ShownReceipt, _ proof: RecordProof) -> String {
        switch receipt.result {
        case .right, .void:
            var lines = ["The code is genuine: the record is there, with this hash."]
            let type = receipt.type.flatMap { EventType($0) }
            for crate in receipt.weighIns ?? [] {
                var weighIn = crate.record
                if type == .weighInVoided {
                    lines.append(weighIn.voidingWords(crate.details.voided))
                    continue
                }
                let later = crate.details.pricedLater == nil ? nil : weighIn.pricing
                if later != nil { weighIn.pricing = nil }
                lines.append(weighIn.comparison(voided: crate.details.voided))
                if let later { lines.append("Priced since: \(later.amount) yuan by list \(later.list).") }
            }
            if let payment = receipt.payment {
                let reversed = payment.details.reversed
                lines.append(
                    type == .paymentReversed
                        ? payment.record.reversalWords(reversed) : payment.record.comparison(reversed: reversed))
            }
            if lines.count == 1, let type = receipt.type {
                lines.append("Recorded: \(type), \(receipt.subject ?? "without a subject").")
            }
            return lines.joined(separator: "\n")
        case .wrong: return "The receipt does not tell what was recorded: its hash is another."
        case .elsewhere: return "The receipt is of \(proof.kiosk), another point."
        case .absent:
            return
                "There is no such record here: it was pruned, is of a journal from before this one, or never was. Ask the center."
        }
    }
}
