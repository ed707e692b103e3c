import ArgumentParser
import Domain
import LabBench
import Phrases

struct SpeedBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "The lines of the budget, each beside its floor in the same run.",
        discussion: """
            Starts real parts on loopback (mosquitto, kiosk-center, kioskd from beside this program) and measures:

              scan    from a scan's bytes to saved           burst   many scans at once
              drain   a backlog to the center and back       far     the same at a round trip of 100 ms
              wire    bytes an event, TLS and TCP included    month   bytes of thirty quiet days
              center  what the center stores                 fleet   a county of kiosks at once
              flash   bytes an event at the block device     start   from exec to the first scan accepted
              flat    memory while a backlog grows and drains

            The floor is the same work by libsqlite3 and libmosquitto alone. Figures of time depend on the machine and on \
            what else runs there; CPU time and bytes repeat. For flash, TMPDIR has to be a directory on a block device that \
            nobody else writes to meanwhile; Device/measure makes one. Exit code 1: a budget was missed. Progress is on standard error.

            Example:
              kiosk-lab bench drain wire --events 20000
            """)

    @Argument(help: "Which lines; all of them unless told.", transform: Self.line) var lines: [BenchmarkCase] = []
    @Option(help: "How many events the drains and the center's line have.") var events = 100_000
    @Option(help: "How many single scans; a burst has five times as many.") var scans = 1000
    @Option(help: "How many events the journal of start and flat has.") var backlog = 1_000_000
    @Option(help: "How many kiosks the fleet has.") var kiosks = 25_000
    @Option(help: "Which series.") var seed: UInt64 = 1
    @Flag(help: "Write the figures as JSON, one object a line.") var json = false
    @Flag(help: "Keep the directory with the programs' files.") var keep = false

    private static func line(_ word: String) throws -> BenchmarkCase {
        guard let line = BenchmarkCase(rawValue: word) else {
            let known = BenchmarkCase.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(word) is no line of the benchmark; there are \(known)")
        }
        return line
    }

    func validate() throws {
        guard (100...10_000_000).contains(events) else {
            throw ValidationError("--events must be from 100 to 10000000")
        }
        guard (10...100_000).contains(scans) else { throw ValidationError("--scans must be from 10 to 100000") }
        guard (10_000...10_000_000).contains(backlog) else {
            throw ValidationError("--backlog must be from 10000 to 10000000")
        }
        guard (1...50_000).contains(kiosks) else { throw ValidationError("--kiosks must be from 1 to 50000") }
    }

    func run() async throws {
        let programs = try DayPlace.programs("kioskd", "kiosk-center")
        let wanted = lines.isEmpty ? BenchmarkCase.allCases : lines
        let (events, scans, backlog, kiosks, seed) = (events, scans, backlog, kiosks, seed)
        try await DayPlace.play("bench", seed: seed, keep: keep, keepsFailures: false) { directory in
            var benchmark = SpeedBenchmark(directory: directory, programs: programs) {
                DayPlace.tell($0, toErrors: true)
            }
            benchmark.events = events
            benchmark.scans = scans
            benchmark.backlog = backlog
            benchmark.connections = kiosks
            benchmark.seed = seed
            return try wanted.flatMap { line in
                DayPlace.tell("\(line.rawValue) …", toErrors: true)
                return try benchmark.measure(line)
            }
        } show: { figures in
            if json {
                for figure in figures { print(Self.json(figure).canonicalText) }
            } else {
                for line in Self.table(figures) { print(line) }
            }
            return figures.allSatisfy(\.isMet)
        }
    }

    // MARK: Showing

    private static func table(_ figures: [Figure]) -> [String] {
        TextTable.lines(
            header: ["LINE", "WHAT", "OURS", "FLOOR", "RATIO", "UNIT", "BUDGET", "", "WITH"],
            rows: figures.map { figure in
                [
                    figure.line.rawValue, figure.what, "\(figure.value)", figure.floor.map { "\($0)" } ?? "-",
                    figure.ratio.map(hundredths) ?? "-", figure.unit, figure.budget.map(words) ?? "-",
                    figure.budget == nil ? "" : figure.isMet ? "ok" : "MISSED", figure.note,
                ]
            })
    }

    private static func words(_ budget: Budget) -> String {
        switch budget {
        case .atMost(let value): "at most \(value)"
        case .atLeast(let value): "at least \(value)"
        case .atMostOfFloor(let ratio): "at most \(hundredths(ratio)) of floor"
        case .atLeastOfFloor(let ratio): "at least \(hundredths(ratio)) of floor"
        }
    }

    private static func hundredths(_ value: Int64) -> String {
        let rest = value % 100
        return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func json(_ figure: Figure) -> JSON {
        .members([
            "line": .string(figure.line.rawValue), "what": .string(figure.what), "value": .integer(figure.value),
            "unit": .string(figure.unit), "floor": figure.floor.map { .integer($0) },
            "ratiohundredths": figure.ratio.map { .integer($0) },
            "budget": figure.budget.map { .string(words($0)) }, "met": .boolean(figure.isMet),
            "note": .string(figure.note),
        ])
    }
}
