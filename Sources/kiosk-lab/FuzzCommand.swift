import ArgumentParser
import Domain
import Glibc
import LabFaults

struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Throws damaged input at what reads bytes from outside.",
        discussion: "Build with -c release for a long run.",
        subcommands: [ScalesFuzzCommand.self])
}

struct ScalesFuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scales",
        abstract: "Damaged frames, noise and cut streams for every scale protocol.",
        discussion: """
            Checks that none traps, that what is held is bounded, that cutting the stream otherwise changes nothing, that no \
            reading has a mass with a fault or out of range, and that after any input sound frames are heard again. The \
            first input that breaks a rule ends the run with exit code 1; --first with its number and --inputs 1 runs it \
            again. Progress is on standard error.

            Example:
              kiosk-lab fuzz scales --inputs 10000000 --seed 7
            """)

    @Option(help: "How many inputs.") var inputs = 100_000
    @Option(help: "Which series.") var seed: UInt64 = 1
    @Option(help: "The number of the first input.") var first = 0
    @Flag(help: "Write the result as JSON; times in milliseconds.") var json = false

    func validate() throws {
        guard (1...1_000_000_000).contains(inputs) else {
            throw ValidationError("--inputs must be from 1 to 1000000000")
        }
        guard (0...1_000_000_000).contains(first) else {
            throw ValidationError("--first must be from 0 to 1000000000")
        }
    }

    func run() throws {
        var fuzz = ScaleFuzz()
        fuzz.inputs = inputs
        fuzz.seed = seed
        fuzz.first = first
        let clock = ContinuousClock()
        let began = clock.now
        let result = try fuzz.run { done in
            if done % 500_000 == 0 { note("\(done) of \(inputs) inputs") }
        }
        let spent = (clock.now - began).components
        let milliseconds = spent.seconds * 1000 + spent.attoseconds / 1_000_000_000_000_000
        if json {
            print(
                ([
                    "inputs": .integer(Int64(result.inputs)), "subjects": .integer(Int64(result.subjects)),
                    "bytes": .integer(Int64(result.bytes)), "readings": .integer(Int64(result.readings)),
                    "masses": .integer(Int64(result.masses)), "dropped": .integer(Int64(result.dropped)),
                    "largest": .integer(Int64(result.largest)), "milliseconds": .integer(milliseconds),
                ] as JSON).canonicalText)
        } else {
            print("\(result.inputs) inputs, \(result.bytes) bytes, for \(result.subjects) protocols and options")
            print("\(result.readings) readings, \(result.masses) of them with a mass; \(result.dropped) frames refused")
            print("at most \(result.largest) values held; \(milliseconds) ms; no rule broken")
        }
    }

    private func note(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
