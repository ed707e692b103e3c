import ArgumentParser
import Domain
import Glibc
import Phrases
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays kiosks, broker and center in virtual time under every misfortune.",
        discussion: """
            The real journal, desks, uplink and center run on disks that lose what was not synchronised and tear the last \
            write, over a network that drops, delays, doubles, reorders and half-opens, with a broker that forgets, a center \
            that ends between commit and acknowledgement, and clocks that jump. After every step, and in the end to the fen, \
            what was shown as saved must be there, once. The first seed that breaks a rule ends the run with exit code 1 and \
            the command that plays it again; the same seed has the same trace hash, always.

            --plant puts a known defect into the world instead and looks for the seed that finds it; \
            "--plant all" does so for each, and fails if one is not found. Progress is on standard error.

            Examples:
              kiosk-lab simulate --seeds 5000
              kiosk-lab simulate --seed 4711 --trace
              kiosk-lab simulate --plant all --seeds 10000
            """)

    @Option(help: "How many seeds (default: 1000).") var seeds: Int?
    @Option(help: "The first of them.") var first: UInt64 = 1
    @Option(help: "Play this one seed.") var seed: UInt64?
    @Flag(help: "Print each step of the one seed, and what the parts log.") var trace = false
    @Option(help: "Plant this defect, or \"all\" of them one after the other.") var plant: String?
    @Option(help: "How many seeds are played at the same time.") var threads = 2
    @Flag(help: "Write the result as JSON.") var json = false

    private var count: Int { seeds ?? 1000 }

    func validate() throws {
        guard (1...100_000_000).contains(count) else { throw ValidationError("--seeds must be from 1 to 100000000") }
        guard seed == nil || seeds == nil && first == 1 else {
            throw ValidationError("--seed plays one seed, and --seeds and --first say which of many: one or the other")
        }
        guard (1...64).contains(threads) else { throw ValidationError("--threads must be from 1 to 64") }
        guard !trace || seed != nil else { throw ValidationError("--trace needs --seed") }
        guard plant == nil || plant == "all" || PlantedBug(rawValue: plant ?? "") != nil else {
            throw ValidationError(
                "no such defect; there are all, \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard plant != "all" || seed == nil else { throw ValidationError("--plant all looks for the seeds itself") }
    }

    func run() throws {
        if plant == "all" { return try plantAll() }
        let bug = plant.flatMap(PlantedBug.init)
        if let seed { return try play(seed, bug) }
        let result = SimulationRun(first: first, count: count, bug: bug, threads: threads).run { done in
            if done % 500 == 0 { note("\(done) of \(count) seeds") }
        }
        if json {
            print(
                (JSON.members([
                    "seeds": .integer(Int64(result.seeds)), "kiosks": .integer(Int64(result.kiosks)),
                    "steps": .integer(Int64(result.steps)), "events": .integer(Int64(result.events)),
                    "milliseconds": .integer(result.milliseconds), "trace": .string(result.trace.description),
                    "broken": result.broken.map {
                        ["seed": .integer(Int64(clamping: $0.seed)), "rule": .string("\($0.rule)")]
                    },
                ])).canonicalText)
        } else {
            print(
                "\(result.seeds) seeds, \(result.kiosks) kiosks, \(result.steps) steps, \(result.events) events saved")
            print("\(result.milliseconds) ms; trace \(result.trace)")
        }
        if let broken = result.broken { try tell(broken.seed, "\(broken.rule)", bug) }
    }

    private func play(_ seed: UInt64, _ bug: PlantedBug?) throws {
        let outcome = Simulation(seed: seed, bug: bug, onLine: trace ? { print($0) } : nil).run()
        if json {
            print(
                (JSON.members([
                    "seed": .integer(Int64(clamping: seed)), "kiosks": .integer(Int64(outcome.kiosks)),
                    "steps": .integer(Int64(outcome.steps)), "events": .integer(Int64(outcome.events)),
                    "trace": .string(outcome.trace.description), "broken": outcome.broken.map { .string("\($0)") },
                ])).canonicalText)
        } else {
            print(
                "seed \(seed): \(outcome.kiosks) kiosks, \(outcome.steps) steps, \(outcome.events) events saved; trace \(outcome.trace)"
            )
        }
        if let broken = outcome.broken { try tell(seed, "\(broken)", bug) }
    }

    private func plantAll() throws {
        var found: [(bug: PlantedBug, result: SimulationRun.Result)] = []
        for bug in PlantedBug.allCases {
            let result = SimulationRun(first: first, count: count, bug: bug, threads: threads).run { _ in }
            note("\(bug.rawValue): \(result.broken.map { "seed \($0.seed)" } ?? "not found")")
            found.append((bug, result))
        }
        if json {
            print(
                JSON.array(
                    found.map { bug, result in
                        .members([
                            "defect": .string(bug.rawValue),
                            "seed": result.broken.map { .integer(Int64(clamping: $0.seed)) },
                            "rule": result.broken.map { .string("\($0.rule)") },
                        ])
                    }
                ).canonicalText)
        } else {
            let rows = found.map { bug, result in
                [
                    bug.rawValue, result.broken.map { "\($0.seed)" } ?? "-", bug.words,
                    result.broken.map { "\($0.rule)" } ?? "NOT FOUND",
                ]
            }
            let header = ["defect", "seed", "what is wrong", "the rule that it broke"]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
        }
        let missed = found.filter { $0.result.broken == nil }.map(\.bug.rawValue)
        guard missed.isEmpty else {
            note("not found within \(count) seeds: \(missed.joined(separator: ", "))")
            throw ExitCode(1)
        }
    }

    private func tell(_ seed: UInt64, _ rule: String, _ bug: PlantedBug?) throws {
        note("seed \(seed): \(rule)")
        note(
            "to play it again: kiosk-lab simulate --seed \(seed) --trace\(bug.map { " --plant \($0.rawValue)" } ?? "")")
        throw ExitCode(1)
    }

    private func note(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
