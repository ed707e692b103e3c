import ArgumentParser
import Domain
import Glibc
import Harness
import LabBench
import Phrases

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Benchmarks: ours, the floor beside it, and the ratio.",
        discussion: "Build with -c release before you believe a figure.",
        subcommands: [SpeedBenchCommand.self, ParcelsBenchCommand.self], defaultSubcommand: SpeedBenchCommand.self)
}

struct ParcelsBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcels",
        abstract: "How long it takes to find a parcel among many.",
        discussion: """
            Builds a journal of parcels that came and were shelved, of which a part was collected, asks for them at random, \
            and puts the same statements of bare SQLite on a copy of the file beside it. At the end it measures what the \
            commit of one parcel that came writes to the log. Progress is on standard error.

            Example:
              kiosk-lab bench parcels --parcels 20000 --here 500
            """)

    @Option(help: "How many parcels the journal knows.") var parcels = 100_000
    @Option(help: "How many of them are still here; half of them unless told.") var here: Int?
    @Option(help: "How many random questions.") var lookups = 10_000
    @Option(help: "Which series.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Where to build the journal; it is removed again.", valueName: "path"))
    var directory = "/tmp"
    @Flag(help: "Write the result as JSON; times in nanoseconds.") var json = false

    func validate() throws {
        guard (1...1_000_000).contains(parcels) else { throw ValidationError("--parcels must be from 1 to 1000000") }
        guard (0...parcels).contains(here ?? 0) else { throw ValidationError("--here must be from 0 to --parcels") }
        guard (1...10_000_000).contains(lookups) else { throw ValidationError("--lookups must be from 1 to 10000000") }
    }

    func run() async throws {
        let place = try DirectoryTree.make("kiosk-bench", in: directory)
        defer { DirectoryTree.remove(place) }
        var benchmark = ParcelBenchmark(directory: place)
        benchmark.parcels = parcels
        benchmark.here = here ?? parcels / 2
        benchmark.lookups = lookups
        benchmark.seed = seed
        let result = try await benchmark.run { done in
            if done % 10_000 == 0 || done == parcels { note("\(done) of \(parcels) parcels recorded") }
        }
        if json { print(self.json(result).canonicalText) } else { tell(result) }
    }

    private func note(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    private func tell(_ result: ParcelBenchmark.Result) {
        print("\(result.parcels) parcels, \(result.here) of them here; \(result.events) events")
        var rows: [[String]] = []
        for line in result.lines {
            rows.append([line.name, "ours"] + cells(line.ours) + [hundredths(line.ratio)])
            rows.append(["", "floor"] + cells(line.floor) + [""])
        }
        let header = ["question", "", "median µs", "p99 µs", "max µs", "ratio"]
        for line in TextTable.lines(header: header, rows: rows) { print(line) }
        print("file: \(result.bytes) bytes, \(result.bytes / Int64(result.parcels)) a parcel, its events included")
        print("log: \(result.logBytes) bytes for the commit of one parcel that came (\(result.commits) commits)")
    }

    private func cells(_ times: ParcelBenchmark.Times) -> [String] {
        [times.median, times.nearlyAll, times.most].map { hundredths($0 / 10) }
    }

    private func hundredths(_ value: Int64) -> String {
        let rest = value % 100
        return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private func json(_ result: ParcelBenchmark.Result) -> JSON {
        func times(_ times: ParcelBenchmark.Times) -> JSON {
            ["median": .integer(times.median), "p99": .integer(times.nearlyAll), "max": .integer(times.most)]
        }
        return [
            "parcels": .integer(Int64(result.parcels)), "here": .integer(Int64(result.here)),
            "events": .integer(result.events), "lookups": .integer(Int64(result.lookups)),
            "bytes": .integer(result.bytes), "bytesaparcel": .integer(result.bytes / Int64(result.parcels)),
            "commits": .integer(Int64(result.commits)), "logbytesacommit": .integer(result.logBytes),
            "lines": .array(
                result.lines.map {
                    [
                        "name": .string($0.name), "ours": times($0.ours), "floor": times($0.floor),
                        "ratiohundredths": .integer($0.ratio),
                    ]
                }),
        ]
    }
}
