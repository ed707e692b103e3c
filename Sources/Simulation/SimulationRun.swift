import Board
public import Domain
import Synchronization

/// Many seeds, a few at a time.
public struct SimulationRun {
    /// What they came to together.
    public struct Result: Sendable {
        public var seeds = 0
        public var kiosks = 0
        public var steps = 0
        public var events = 0
        public var milliseconds: Int64 = 0
        /// Over the traces of all seeds, in their order.
        public var trace: Digest
        /// The first seed in which a rule did not hold.
        public var broken: (seed: UInt64, rule: InvariantViolation)?
    }

    public var first: UInt64
    public var count: Int
    public var bug: PlantedBug?
    public var threads: Int

    public init(first: UInt64, count: Int, bug: PlantedBug? = nil, threads: Int) {
        self.first = first
        self.count = count
        self.bug = bug
        self.threads = threads
    }

    /// Seeds that one thread takes at once. A run stops when a rule was broken, but for the seeds before that one, so that the
    /// first one is told whatever the threads' pace.
    private static let share = 8

    private struct Progress: Sendable {
        var next = 0
        var outcomes: [Int: Simulation.Report] = [:]
        var firstBroken = Int.max
    }

    /// - Parameter onProgress: gets the number of seeds done, from any of the threads, one at a time.
    public func run(onProgress: @escaping @Sendable (Int) -> Void) -> Result {
        let began = BoardClock.uptime
        let (first, count, bug) = (first, count, bug)
        let box = Shared()
        let workers = (0..<threads).map { number in
            DedicatedThread.start(name: "seeds-\(number)") {
                while true {
                    let share = box.progress.withLock { progress -> Range<Int>? in
                        guard progress.next < min(progress.firstBroken, count) else { return nil }
                        defer { progress.next = min(progress.next + Self.share, count) }
                        return progress.next..<min(progress.next + Self.share, count)
                    }
                    guard let share else { return }
                    for index in share where box.progress.withLock({ index < $0.firstBroken }) {
                        let outcome = Simulation(seed: first + UInt64(index), bug: bug).run()
                        box.progress.withLock { progress in
                            progress.outcomes[index] = outcome
                            if outcome.broken != nil { progress.firstBroken = min(progress.firstBroken, index) }
                            onProgress(progress.outcomes.count)
                        }
                    }
                }
            }
        }
        for worker in workers { while !worker.join(within: .seconds(1)) {} }
        // Seeds behind the first that broke a rule were played or not, as the threads' pace would have it.
        let outcomes = box.progress.withLock { progress in
            progress.outcomes.filter { $0.key <= progress.firstBroken }.sorted { $0.key < $1.key }.map(\.value)
        }
        var result = Result(trace: .genesis)
        for outcome in outcomes {
            result.seeds += 1
            result.kiosks += outcome.kiosks
            result.steps += outcome.steps
            result.events += outcome.events
            result.trace = Digest(of: result.trace.bytes + outcome.trace.bytes)
            if let rule = outcome.broken, result.broken == nil { result.broken = (outcome.seed, rule) }
        }
        result.milliseconds = BoardClock.uptime - began
        return result
    }

    private final class Shared: Sendable {
        let progress = Mutex(Progress())
    }
}
