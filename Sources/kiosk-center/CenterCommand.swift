import ArgumentParser
import Board
import Center
import Domain

@main
struct CenterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kiosk-center",
        abstract: "The control center: takes what kiosks record, keeps it, and acknowledges it.",
        discussion: """
            Without a subcommand it runs the center. It stores each event once, under kiosk, epoch and sequence, checks \
            every chain, and acknowledges only after its own commit. It runs in the foreground and logs to stderr.

            Each setting can be overridden by the environment: CENTER_BROKER_HOST for broker.host.

            What a kiosk is to know of its parcels, people, produce and orders is put down with send and sent by the running \
            center.

            Exit codes: 0 stopped in order, 64 wrong arguments, 65 a document was refused, 66 a file cannot be read, \
            74 the store failed, 75 another center uses this store, 78 wrong settings.
            """,
        version: Center.version,
        subcommands: [
            Run.self, List.self, EndAlarm.self, Events.self, Parcels.self, Produce.self, Statement.self, Unpriced.self,
            Transfers.self,
            People.self,
            Households.self, Lots.self,
            Orders.self,
            Trace.self, VerifyReceipt.self, Send.self, DocumentList.self,
        ],
        defaultSubcommand: Run.self)

    static func main() async {
        await main(
            ArgumentReordering.optionsLast(Array(CommandLine.arguments.dropFirst()), valued: ["--config"]))
    }

    struct Settings: ParsableArguments {
        @Option(name: .long, help: ArgumentHelp("The settings, a YAML file.", valueName: "file"))
        var config: String
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the center (the default).")
        @OptionGroup var settings: Settings

        func run() async throws {
            try finish(await CenterProgram.run(configuration: settings.config, environment: Environment.all))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every kiosk, how far its events are stored, and what is wrong.",
            discussion: "It reads the center's database and may be used while the center runs.")
        @OptionGroup var settings: Settings
        @Flag(help: "One JSON object a line, for programs.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.list(
                    configuration: settings.config, environment: Environment.all, asJSON: json))
        }
    }

    struct EndAlarm: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end-alarm", abstract: "End alarms that somebody has looked at.",
            discussion: """
                An alarm stays in kiosk-center list until somebody ends it; a gap ends by itself when what was missing has \
                come. It comes again when its cause does. It may be used while the center runs.

                For example: kiosk-center end-alarm k1310020007 fork --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Argument(help: ArgumentHelp("Whose alarms.", valueName: "kiosk"))
        var kiosk: String
        @Argument(help: "Which of them, as list names it; all of them if left out.")
        var kind: String?

        func run() throws {
            try finish(
                CenterProgram.end(
                    alarm: kind, of: kiosk, configuration: settings.config, environment: Environment.all))
        }
    }

    struct Events: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print stored events, one a line, in the very form in which kiosks sent them.",
            discussion: """
                The same form as kioskctl events --json prints, so that the two can be compared line by line. It may be \
                used while the center runs.
                """)
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("Only this kiosk's events.", valueName: "id"))
        var kiosk: String?

        func run() throws {
            try finish(
                CenterProgram.events(
                    configuration: settings.config, environment: Environment.all, kiosk: kiosk))
        }
    }

    struct Parcels: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show parcels as the stored events tell: counts for each kiosk, or one kiosk's list.",
            discussion: """
                What a kiosk has not delivered yet is not in it. Recipients are opaque ids, as everywhere at the center. It \
                reads the center's database and may be used while the center runs.

                For example: kiosk-center parcels --kiosk k1310020007 --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("List this kiosk's parcels.", valueName: "id"))
        var kiosk: String?
        @Flag(help: "One JSON object a line, for programs.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.parcels(
                    configuration: settings.config, environment: Environment.all, kiosk: kiosk, asJSON: json))
        }
    }
}

/// Ends the command with that exit code.
func finish(_ code: Int32) throws {
    if code != 0 { throw ExitCode(code) }
}
