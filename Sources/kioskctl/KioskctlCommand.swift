import ArgumentParser
import Board
import Domain
import Glibc
import KioskSettings
import LocalAPIClient
import LocalAPIModel

@main
struct KioskctlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kioskctl",
        abstract: "Look into a kiosk and steer it: for who maintains a board.",
        discussion: """
            It asks the running kioskd over its Unix socket, which it finds through the settings. Only `scale learn`, and \
            `sheet` without the catalog, need neither.

            Exit codes: 0 all well, 1 the chain is broken, 2 the desk refused what was scanned, or the scale an order, 3 a receipt is genuine and void, 64 wrong arguments, 69 kioskd does not answer, 70 kioskd \
            refused, 74 the output cannot be written, 76 an answer that is not understood, 77 not permitted, 78 wrong \
            settings.

            Examples:
              kioskctl --config /etc/kioskd/kiosk.yaml status
              kioskctl events --follow
              kioskctl verify
              kioskctl parcels --flag overdue
              kioskctl scan KC-FIND SF1234567890123
              kioskctl statement 17 --from 2026-11-01
              kioskctl scale
              kioskctl sheet --output commands.html
            """,
        version: Version.text,
        subcommands: [
            StatusCommand.self, EventsCommand.self, VerifyCommand.self, LinkCommand.self, PointCommand.self,
            ParcelsCommand.self, ParcelCommand.self, ScanCommand.self, SignInCommand.self, PracticeCommand.self,
            WeighInsCommand.self, BalanceCommand.self, PaymentsCommand.self, TillCommand.self, StatementCommand.self,
            TraceCommand.self, OrdersCommand.self, CatalogCommand.self,
            SlipCommand.self, PrintsCommand.self, VerifyReceiptCommand.self, ScaleCommands.self, SheetCommand.self,
            SayCommand.self, TimeCommand.self,
        ])

    static func main() async {
        await main(
            ArgumentReordering.optionsLast(
                Array(CommandLine.arguments.dropFirst()),
                valued: [
                    "--config", "--socket", "--output", "--kiosk", "--desk", "--flag", "--slot", "--from", "--until",
                    "--path", "--seconds", "--catalog-file", "--weight", "--amount", "--kind", "--png", "--html",
                    "--limit",
                ]))
    }
}

/// Where the daemon listens.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The settings of the kiosk; they name the socket.", valueName: "file"))
    var config = "/etc/kioskd/kiosk.yaml"

    @Option(name: .long, help: ArgumentHelp("The socket itself, instead of settings.", valueName: "path"))
    var socket: String?

    func client() throws -> LocalAPIClient {
        if let socket { return LocalAPIClient(path: socket) }
        do {
            let usual = try KioskSettings.socket(file: config, environment: Environment.all)
            guard LocalSocket.look(at: usual) != .alive else { return LocalAPIClient(path: usual) }
            // A daemon whose storage is out listens in memory.
            let runtime = RuntimeDirectory(environment: Environment.all).socket
            return LocalAPIClient(path: LocalSocket.look(at: runtime) == .alive ? runtime : usual)
        } catch {
            throw CommandError(code: .configuration, "\(error)")
        }
    }
}

/// Runs a command's work and turns an error into one line and an exit code.
func reportingErrors(_ body: () async throws -> Void) async throws {
    do {
        do {
            try await body()
        } catch let failure as LocalAPIClient.Failure {
            throw CommandError(failure)
        }
    } catch let complaint as CommandError {
        let bytes = Array("kioskctl: \(complaint)\n".utf8)
        _ = unsafe write(2, bytes, bytes.count)
        throw ArgumentParser.ExitCode(complaint.code.rawValue)
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the kiosk is: journal, delivery, devices, alarms.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The whole answer as JSON, for programs.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/status")
            if json { return try Output.line(answer.text) }
            for line in StatusText.lines(try answer.value()) { try Output.line(line) }
        }
    }
}

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The recorded events, oldest first.")
    @OptionGroup var target: ConnectionOptions
    @Option(help: ArgumentHelp("Only events after this sequence number.", valueName: "sequence"))
    var after: Int64 = 0
    @Flag(help: "Stay, and print new events as they are recorded; Ctrl-C ends it.")
    var follow = false
    @Flag(help: "One event a line, exactly as it goes to the center.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let client = try target.client()
            if !json { try Output.line(EventText.header) }
            if follow {
                return try await client.follow("/v1/events/stream?after=\(after)") { [self] in try show($0) }
            }
            var last = after
            while true {
                let answer = try await client.ask(.get, "/v1/events?after=\(last)&limit=1000")
                let lines = answer.body.split(separator: 0x0A)
                for line in lines { last = try show(String(decoding: line, as: UTF8.self)) }
                if lines.isEmpty { return }
            }
        }
    }

    /// Prints one event and returns its sequence number.
    @discardableResult
    private func show(_ line: String) throws -> Int64 {
        guard let event = try? JSON(parsing: line.utf8),
            let sequence = event["sequence"]?.string.flatMap({ Int64($0) })
        else { throw CommandError(code: .protocolError, "kioskd sent an event that is not understood") }
        try Output.line(json ? line : EventText.line(event))
        return sequence
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Walk the whole chain and name the first event that is not as recorded.",
        discussion: "Exit code 0: every event is as recorded. Exit code 1: the line names the first that is not.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The result as one JSON object, for programs.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let client = try target.client()
            let showsProgress = !json && isatty(2) == 1
            var through: Int64 = 0
            var first: Int64?
            while true {
                let answer = try await client.ask(.get, "/v1/verify?after=\(through)")
                let step = try answer.value(Verification.self)
                first = first ?? step.anchor + 1
                if showsProgress {
                    let text = Array("\r\(step.through) of \(step.head) events checked".utf8)
                    _ = unsafe write(2, text, text.count)
                }
                if step.bad != nil || step.through >= step.head || step.through == through {
                    if showsProgress { _ = unsafe write(2, "\n", 1) }
                    if json { try Output.line(answer.text) }
                    return try report(step, first: first ?? 1)
                }
                through = step.through
            }
        }
    }

    private func report(_ step: Verification, first: Int64) throws {
        if let bad = step.bad {
            if !json { try Output.line("Event \(bad.sequence) is not as recorded: \(bad.problem)") }
            throw ArgumentParser.ExitCode(CommandError.Code.damaged.rawValue)
        }
        let head = step.head
        if !json {
            try Output.line(
                head < first ? "No events yet." : "Events \(first) to \(head) are as recorded, and the chain is whole.")
        }
    }
}

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "The connection to the broker.", subcommands: [Now.self])

    struct Now: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "now", abstract: "Try to connect and to deliver at once, instead of at the next turn.")
        @OptionGroup var target: ConnectionOptions
        @Flag(help: "The answer as JSON, for programs.")
        var json = false

        func run() async throws {
            try await reportingErrors {
                _ = try await target.client().ask(.post, "/v1/link/now")
                try Output.line(json ? #"{"asked":true}"# : "Asked. `kioskctl status` shows how the link is.")
            }
        }
    }
}
