import ArgumentParser
import Board
import KioskAgent
import KioskSettings

@main
struct KioskdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kioskd",
        abstract: "The daemon of a village collection point.",
        discussion: """
            Reads scanners and the scale, records each fact durably before it says so, and delivers everything to the \
            control center exactly once, whenever there is a link. It runs in the foreground and logs to stderr; \
            SIGTERM or Ctrl-C stops it in order.

            Each setting can be overridden by the environment: KIOSK_BROKER_HOST for broker.host, \
            KIOSK_DEVICES_SCANNERS_0_PATH for the first scanner's path.

            Exit codes:
            \(exitCodes)

            Try it:   kioskd --config Config/kiosk.yaml
            Look in:  kioskctl --config Config/kiosk.yaml status
            """,
        version: Version.text)

    @Option(name: .long, help: ArgumentHelp("The settings, a YAML file.", valueName: "file"))
    var config: String

    private static var exitCodes: String {
        KioskAgent.ExitCode.allCases.map { "  \($0.rawValue)\t\($0.meaning)" }.joined(separator: "\n")
    }

    static func main() async {
        BoardState.shareHeap()
        await main(nil)
    }

    func run() async throws {
        let code = await start(config)
        if code != .stopped { throw ArgumentParser.ExitCode(code.rawValue) }
    }
}

/// Away from the command, whose methods may be bound to the main actor.
private func start(_ file: String) async -> KioskAgent.ExitCode {
    await KioskDaemon.run(configuration: file, environment: Environment.all)
}
