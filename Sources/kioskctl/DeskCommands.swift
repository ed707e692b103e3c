import ArgumentParser
import Domain
import Glibc
import LocalAPIClient
import LocalAPIModel
import Phrases

/// Which desk a command is for.
struct DeskTarget: ParsableArguments {
    @OptionGroup var target: ConnectionOptions
    @Option(help: ArgumentHelp("The desk, as `kioskctl point` lists them.", valueName: "desk"))
    var desk = "screen"
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        guard !desk.isEmpty, desk.utf8.allSatisfy({ $0 == 0x2D || isalnum(Int32($0)) != 0 }) else {
            throw ValidationError("a desk's name has letters, digits and dashes only; `kioskctl point` lists them")
        }
    }

    /// Asks and shows the answer; a refusal ends with an exit code of its own.
    func say(_ route: String, _ body: some Encodable) async throws {
        let answer = try await target.client().ask(.post, "/v1/desks/\(desk)/\(route)", body: body)
        let outcome = try answer.value(DeskOutcome.self)
        let mark = outcome.practice == true ? "\(SlipWord.practice.phrase.both)  " : ""
        try Output.line(json ? answer.text : "\(mark)\(outcome.text)\n\(mark)\(outcome.english)")
        if outcome.outcome == .refused { throw ArgumentParser.ExitCode(CommandError.Code.declined.rawValue) }
    }
}

struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Enter something at a desk as if it had been scanned there.",
        discussion: """
            A waybill, a pick-up code, a badge, or a command as printed on the sheet (`kioskctl sheet`). Several are entered \
            one after the other until one is refused.

            Examples:
              kioskctl scan SF1234567890123
              kioskctl scan KC-SHELVE SF1234567890123
              kioskctl scan --desk scanner-1 KC-SIGN-OUT
            """)
    @OptionGroup var desk: DeskTarget
    @Argument(help: ArgumentHelp("What the scanner would send.", valueName: "text"))
    var texts: [String]

    func run() async throws {
        try await reportingErrors {
            for text in texts { try await desk.say("scan", ScanRequest(text: text)) }
        }
    }
}

struct SignInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signin", abstract: "Sign in at a desk with a number and a PIN.",
        discussion: "The PIN is asked for and not shown. From a program: it is read from standard input.")
    @OptionGroup var desk: DeskTarget
    @Argument(help: ArgumentHelp("The person's number on the roster.", valueName: "number"))
    var number: Int

    func run() async throws {
        try await reportingErrors {
            let pin: String?
            if isatty(0) == 1 {
                // Never on the command line, where the list of processes and the shell's history would show it.
                pin = unsafe getpass("PIN: ").map { unsafe String(cString: $0) }
            } else {
                pin = readLine()
            }
            try await desk.say("signin", SignInRequest(number: number, pin: pin ?? ""))
        }
    }
}

struct PracticeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "practice", abstract: "Practise at a desk: everything works, nothing counts or is delivered.",
        discussion: """
            Practice has a journal of its own, which begins empty after each start of kioskd. It is marked on the screen, \
            in the sounds and on paper, and ends by the same command, by signing out, or by itself when nobody works.

            Examples:
              kioskctl practice on --desk scanner-1
              kioskctl practice off --desk scanner-1
            """)
    enum Switch: String, CaseIterable, ExpressibleByArgument { case on, off }

    @OptionGroup var desk: DeskTarget
    @Argument(help: "on or off.")
    var wish: Switch

    func run() async throws {
        try await reportingErrors { try await desk.say("practice", PracticeRequest(on: wish == .on)) }
    }
}
