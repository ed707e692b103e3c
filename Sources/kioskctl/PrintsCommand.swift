import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import Phrases

struct PrintsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prints", abstract: "The papers that wait for the printer, and those that have come out.",
        discussion: """
            A paper waits on disk, so that no power cut loses it. `uncertain`: power or printer failed on the way, and it \
            comes again marked as a copy. `sent`: this printer does not say whether it came out. At most 100 wait; beyond \
            that the oldest is cancelled.

            Examples:
              kioskctl prints
              kioskctl prints cancel 17
            """,
        subcommands: [List.self, Cancel.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show the newest jobs (the default).")
        @OptionGroup var target: ConnectionOptions
        @Option(help: ArgumentHelp("At most so many, 300 at most.", valueName: "count"))
        var limit = 50
        @Flag(help: "One job a line as JSON, for programs.")
        var json = false

        func run() async throws {
            try await reportingErrors {
                let answer = try await target.client().ask(.get, "/v1/prints?limit=\(limit)")
                if json { return try Output.write(answer.text) }
                let jobs = try answer.lines(ShownPrintJob.self)
                if jobs.isEmpty { return try Output.line("Nothing was to be printed yet.") }
                let rows = jobs.map { job in
                    [
                        "\(job.job)", job.kind.rawValue + (job.practice == true ? " (practice)" : ""), job.reference,
                        job.state.rawValue, job.copy > 0 ? "\(job.copy)" : "", job.problem ?? "",
                    ]
                }
                let header = ["JOB", "PAPER", "OF", "STATE", "COPY", "WHY"]
                for line in TextTable.lines(header: header, rows: rows) { try Output.line(line) }
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Take a job out of the queue, unless the printer has it already.")
        @OptionGroup var target: ConnectionOptions
        @Argument(help: ArgumentHelp("Its number, as `kioskctl prints` shows it.", valueName: "job"))
        var job: Int64

        func run() async throws {
            try await reportingErrors {
                _ = try await target.client().ask(.delete, "/v1/prints/\(job)")
                try Output.line("Cancelled.")
            }
        }
    }
}
