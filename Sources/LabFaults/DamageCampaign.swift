import Board
import Domain
import Glibc
import Harness
import Journal
import Logging
import SQLite
import Synchronization

/// Damages the files of a journal in thousands of ways and opens it each time. All damage has to be found before an event is
/// given out, the point has to open, and what is gone has to be named.
///
/// Beside it, a control: what bare SQLite, with its own integrity check, would have taken for good.
public struct DamageCampaign: Sendable {
    public struct Result: Sendable {
        public var rounds: [(kind: String, count: Int)] = []
        /// The damage changed nothing that anyone reads.
        public var harmless = 0
        public var recovered = 0
        /// Events that were named as gone.
        public var reported = 0
        public var falsified = 0
        public var doubled = 0
        public var unnoticed = 0
        /// Rounds in which the journal did not open, or took no new parcel.
        public var closed = 0
        /// Rounds that the control looked at, and those in which SQLite saw nothing wrong with changed or missing events.
        public var controls = 0
        public var silentToSQLite = 0
        /// The first rounds that broke a rule, in words.
        public var faults: [String] = []

        public var isSound: Bool { falsified + doubled + unnoticed + closed == 0 }
    }

    public var rounds = 10_000
    public var seed: UInt64 = 1
    public var directory: String

    public init(directory: String) { self.directory = directory }

    /// Out of a hundred rounds.
    private static let shares: [(Damage.Kind, Int)] = [
        (.flippedBit, 70), (.zeroedPage, 12), (.truncation, 12), (.deletedLog, 6),
    ]
    private static let controlEvery = 5

    /// - Parameter progress: how many rounds are done.
    public func run(progress: (Int) -> Void) throws -> Result {
        var generator = SeededGenerator(seed: seed)
        let stock = try [
            JournalSample(directory, events: 12, folded: 0), JournalSample(directory, events: 300, folded: 300),
            JournalSample(directory, events: 120, folded: 90),
        ]
        var result = Result()
        var counts: [Damage.Kind: Int] = [:]
        for round in 0..<rounds {
            guard let sample = stock.randomElement(using: &generator) else { break }
            var lot = Int.random(in: 0..<100, using: &generator)
            let kind =
                Self.shares.first { share in
                    lot -= share.1
                    return lot < 0
                }?.0 ?? .flippedBit
            let damage = Damage(kind, whole: sample.files, using: &generator)
            counts[kind, default: 0] += 1
            if round % Self.controlEvery == 0 { try control(sample, damage, &result) }
            try one(sample, damage, round, &result)
            progress(round + 1)
        }
        result.rounds = Damage.Kind.allCases.map { ($0.rawValue, counts[$0, default: 0]) }
        return result
    }

    private func one(_ sample: JournalSample, _ damage: Damage, _ round: Int, _ result: inout Result) throws {
        let place = try DirectoryTree.make("journal", in: directory)
        defer { DirectoryTree.remove(place) }
        try sample.lay(damage, in: place)
        func fault(_ words: String) {
            if result.faults.count < 20 { result.faults.append("round \(round) of seed \(seed), \(damage): \(words)") }
        }
        do {
            let failure = Mutex<JournalError?>(nil)
            let journal = try JournalSample.open(place) { error in failure.withLock { $0 = error } }
            defer { journal.close() }
            let given = try JournalSample.all(of: journal)
            let epoch = journal.state.epoch
            let verdict = sample.judge.judge(given, epoch: epoch, old: sample.epoch)
            result.falsified += verdict.falsified
            result.doubled += verdict.doubled
            result.unnoticed += verdict.unnoticed
            result.reported += verdict.reported
            if verdict.hasRecovered { result.recovered += 1 } else { result.harmless += 1 }
            if !verdict.isSound { fault("\(verdict)") }
            try JournalSample.record(["JT7777777777777"], in: journal)
            if let failure = failure.withLock({ $0 }) { throw failure }
        } catch {
            result.closed += 1
            fault("\(error)")
        }
    }

    /// SQLite alone on the same files: whether its integrity check passes over events that are not what they were.
    private func control(_ sample: JournalSample, _ damage: Damage, _ result: inout Result) throws {
        let place = try DirectoryTree.make("journal", in: directory)
        defer { DirectoryTree.remove(place) }
        try sample.lay(damage, in: place)
        result.controls += 1
        do {
            let connection = try Connection(path: place + "/" + Damage.database)
            defer { connection.close() }
            guard try connection.text("PRAGMA integrity_check") == "ok" else { return }
            let found = try connection.statement("SELECT seq, data, hash FROM event ORDER BY seq").map([]) { row in
                JournalSample.Print(sequence: row.integer(0), data: row.bytes(1), hash: row.bytes(2))
            }
            if found != sample.prints { result.silentToSQLite += 1 }
        } catch {
            // It said so itself.
        }
    }
}
