import Domain
import Logging
import MQTT

/// What all parts of one simulation share: the one clock, the one chance, the agenda and the trace.
final class SimulationContext: @unchecked Sendable {
    // Sendable: one simulation is one thread, and nothing of it is seen by another.

    let seed: UInt64
    let bug: PlantedBug?
    var generator: SeededGenerator
    /// Virtual milliseconds since the simulation began.
    var now: Int64 = 0
    var agenda = Agenda()
    var trace: Trace
    var kiosks = 0
    /// What the parts log goes beside the trace, not into it.
    private(set) lazy var logger = Logger(label: "simulation") { [unowned self] _ in
        guard let onLine = trace.onLine else { return SwiftLogNoOpLogHandler() }
        return TraceLog(onLine: { [unowned self] in onLine("\(now) ms      \($0)") })
    }

    init(seed: UInt64, bug: PlantedBug?, onLine: ((String) -> Void)?) {
        self.seed = seed
        self.bug = bug
        generator = SeededGenerator(seed: seed)
        trace = Trace(onLine: onLine)
    }

    /// A Monday in November 2026, when everything begins.
    static let epoch: Int64 = 1_795_000_000_000

    var wall: Timestamp { Timestamp(milliseconds: Self.epoch + now) }

    func chance(_ one: Int, in many: Int) -> Bool { Int.random(in: 0..<many, using: &generator) < one }
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    func note(_ line: String) { trace.note("\(now) \(line)") }

    /// An independent source for one process, drawn from this one.
    func entropy() -> Entropy {
        let own = Source(generator.next())
        return Entropy { own.next() }
    }

    /// Sendable: as its world.
    private final class Source: @unchecked Sendable {
        private var generator: SeededGenerator
        init(_ seed: UInt64) { generator = SeededGenerator(seed: seed) }
        func next() -> UInt64 { generator.next() }
    }
}

/// A machine's view of the network: its own uptime, and the broker.
struct SimulatedNetwork: Network {
    let broker: SimulatedBroker
    let isCenter: Bool
    /// Virtual time at which the machine started.
    let since: Int64
    let onSession: (SimulatedSession) -> Void
    let onArrival: () -> Void

    var uptime: Uptime { Uptime(milliseconds: broker.context.now - since) }

    func session(_ configuration: MQTTConfiguration) throws(MQTTError) -> any BrokerSession {
        let session = SimulatedSession(
            broker: broker, configuration: configuration, isCenter: isCenter, uptime: { uptime }, onArrival: onArrival)
        onSession(session)
        return session
    }

    func idle(wake: Int32, milliseconds: Int32) {}
}

/// What the parts log, for whoever reads a trace.
private struct TraceLog: LogHandler {
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.notice
    let onLine: @Sendable (String) -> Void

    init(onLine: @escaping (String) -> Void) {
        nonisolated(unsafe) let onLine = onLine
        self.onLine = { unsafe onLine($0) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        onLine("\(event.message)\(details)")
    }
}
