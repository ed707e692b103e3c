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
            Exit code 3: so it is, but it was voided since. Exit code 1: it is not, or is another.

            Example:
              kioskctl verify-receipt KR-k1310020007.3f9a….123.A5BYxv…
            """)
    @OptionGroup var target: Target
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
            let client = try target.client()
            let answer = try await client.ask(.GET, "/v1/events?after=\(proof.sequence - 1)&limit=1")
            let event = answer.body.split(separator: 0x0A).first.flatMap { try? JSON(parsing: $0) }
            var (verdict, words) = Self.judge(proof, event)
            if verdict == "right", let data = event?["data"], let weighIn = WeighIn(data) {
                let record = try await client.ask(.GET, "/v1/weighins/\(weighIn.number)")
                let voided = try JSON(parsing: record.body)["voided"]?.string.flatMap(WeighIn.Voiding.Reason.init)
                words += "\n" + weighIn.comparison(voided: voided)
                if voided != nil { verdict = "voided" }
            }
            if json {
                try Output.line(
                    JSON.members([
                        "result": .string(verdict), "event": ["right", "voided"].contains(verdict) ? event : nil,
                    ])
                    .canonicalText)
            } else {
                try Output.line(words)
                if verdict == "right", let event { try Output.line(EventText.line(event)) }
            }
            let code: Complaint.Code? = verdict == "right" ? nil : verdict == "voided" ? .voided : .damaged
            if let code { throw ArgumentParser.ExitCode(code.rawValue) }
        }
    }

    static func judge(_ proof: RecordProof, _ event: JSON?) -> (verdict: String, words: String) {
        guard let event, event["sequence"]?.string == "\(proof.sequence)" else {
            return ("absent", "There is no such record here: it was pruned, or never was.")
        }
        guard event["source"]?.string?.hasSuffix("/\(proof.kiosk)") == true else {
            return ("elsewhere", "The receipt is of \(proof.kiosk), another point.")
        }
        guard event["epoch"]?.string == proof.epoch.text else {
            return ("elsewhere", "The receipt is of an earlier journal of this point; ask the center.")
        }
        guard event["hash"]?.string == proof.hash.description else {
            return ("wrong", "The receipt does not tell what was recorded: its hash is another.")
        }
        return ("right", "The code is genuine: the record is there, with this hash.")
    }
}
