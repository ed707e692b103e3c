import ArgumentParser
import Board
import Domain
import Harness
import LabFaults

struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Breaks things on purpose and counts what the product makes of it.",
        discussion: "Device/faults runs these and those that need whole programs or a disk of their own.",
        subcommands: [DamageFaultsCommand.self])
}

struct DamageFaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "damage",
        abstract: "Flips bits, zeroes pages, cuts files short and deletes logs of a journal, and opens it each time.",
        discussion: """
            Each round takes a sound journal as a killed kiosk leaves it, damages one of its files, opens it, reads all that \
            would be delivered, and takes one more parcel. No event may be given out that was not recorded so, none twice; \
            what is gone has to be named by the recovery; the point has to open. Beside it, one round in five is shown to \
            bare SQLite: how often its integrity check passes over changed events.

            Build with -c release for a long run. Progress is on standard error.
            Exit codes: 0 nothing found, 1 the product broke its word, 2 the damage was too gentle to find anything.

            Example: kiosk-lab faults damage --count 10000 --seed 7
            """)

    @Option(help: "How many rounds.") var count = 10_000
    @Option(help: "The same seed does the same damage.") var seed: UInt64 = 1
    @Flag(help: "Write the counts as one JSON object.") var json = false

    func validate() throws {
        guard (1...10_000_000).contains(count) else { throw ValidationError("--count must be from 1 to 10000000") }
    }

    func run() throws {
        let directory = try DirectoryTree.make("kiosk-damage", in: Environment.all["TMPDIR"] ?? "/tmp")
        defer { DirectoryTree.remove(directory) }
        var campaign = DamageCampaign(directory: directory)
        campaign.rounds = count
        campaign.seed = seed
        let began = BoardClock.uptime
        var told = began
        let result = try campaign.run { done in
            guard BoardClock.uptime - told >= 10_000 else { return }
            told = BoardClock.uptime
            DayPlace.tell("damage: \(done) of \(count) rounds, \((told - began) / 1000) s", toErrors: true)
        }
        let seconds = (BoardClock.uptime - began) / 1000
        let counts: [(String, Int)] =
            result.rounds.map { ($0.kind, $0.count) } + [
                ("changed nothing that is read", result.harmless), ("recovered", result.recovered),
                ("events reported as lost", result.reported), ("given out falsified", result.falsified),
                ("doubled", result.doubled), ("lost unnoticed", result.unnoticed), ("did not open", result.closed),
                ("shown to bare SQLite", result.controls), ("it saw nothing wrong in", result.silentToSQLite),
            ]
        if json {
            print(
                JSON.members(
                    [
                        "campaign": "damage", "verdict": result.isSound ? "held" : "broken",
                        "seed": .integer(Int64(clamping: seed)), "seconds": .integer(seconds),
                        "faults": .array(result.faults.map { .string($0) }),
                    ].merging(counts.map { ($0.0, JSON.integer(Int64($0.1))) }) { first, _ in first }
                ).canonicalText)
        } else {
            print(
                "damage: " + counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ") + " (seed \(seed), \(seconds) s)")
            for fault in result.faults { print("FAULT: \(fault)") }
        }
        if !result.isSound { throw ExitCode(1) }
        // Of a hundred rounds SQLite alone passes over changed events in some ten; where it sees all, the campaign sees nothing.
        if count >= 100, result.silentToSQLite == 0 || result.recovered * 10 < count {
            DayPlace.tell("damage: NOT RUN: bare SQLite saw all of it, or hardly any was recovered", toErrors: true)
            throw ExitCode(2)
        }
    }
}
