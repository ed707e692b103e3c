import ArgumentParser
import Domain
import NIOHTTP1

struct SlipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slip", abstract: "The slip of a hand-over that has ended: shown, or printed once more.",
        discussion: """
            The batch is the id on the slip itself; `kioskctl events` shows it as the subject of kiosk.batch.closed.v1. \
            kioskd looks for it from the newest event backwards, so one of long ago takes longer, and one that was pruned \
            is not there any more.

            Examples:
              kioskctl slip 019e7c1f-5a00-7abc-8def-0123456789ab
              kioskctl slip --print 019e7c1f-5a00-7abc-8def-0123456789ab
            """)
    @OptionGroup var target: Target
    @Argument(help: ArgumentHelp("The id of the hand-over.", valueName: "batch"))
    var batch: String
    @Flag(name: .customLong("print"), help: "Print it on paper, marked as a copy.")
    var isPrinted = false
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        guard EventID(batch) != nil else {
            throw ValidationError("a hand-over's id has the form 019e7c1f-5a00-7abc-8def-0123456789ab")
        }
    }

    func run() async throws {
        try await complaining {
            let method: HTTPMethod = isPrinted ? .POST : .GET
            let answer = try await target.client().ask(method, "/v1/slips/\(batch)").json()
            if json { try Output.line(answer.canonicalText) }
            guard isPrinted else {
                if json { return }
                for line in answer["lines"]?.array ?? [] { try Output.line(line.string ?? "") }
                return
            }
            switch answer["result"]?.string {
            case "printed": if !json { try Output.line("Printed.") }
            case "sent":
                if !json { try Output.line("Sent. This printer does not say whether it came out; look at it.") }
            case "waiting":
                if !json { try Output.line("It waits for the printer. `kioskctl status` shows how the printer is.") }
            case "not-printed":
                throw Complaint(code: .refused, "not printed: \(answer["reason"]?.string ?? "no reason was given")")
            default: throw Complaint(code: .protocolError, "kioskd's answer is not understood")
            }
        }
    }
}
