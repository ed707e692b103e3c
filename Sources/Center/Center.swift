public import Board
import Domain
public import Logging
import MQTT
public import ServiceLifecycle
import Synchronization
import Wire

/// The control center's core: one thread that listens to the broker, stores, and acknowledges.
public final class Center: Service {
    /// The version that `--version` tells.
    public static let version = "0.1.0"

    enum Command: Sendable {
        case stop
    }

    private let settings: CenterSettings
    private let logger: Logger
    private let mailbox = Mailbox<Command>(capacity: 8)
    private let service: ServiceManager

    /// - Parameter service: is told when the center is ready, and that it is alive.
    public init(settings: CenterSettings, logger: Logger, service: ServiceManager) {
        self.settings = settings
        self.logger = logger
        self.service = service
    }

    /// Runs until the service group stops it gracefully.
    /// - Throws: when the store fails; what was not committed was not acknowledged, and comes again after a restart.
    public func run() async throws {
        let outcome = Mutex<Result<Void, any Error>>(.success(()))
        let store = try CenterStore(path: settings.database)
        nonisolated(unsafe) let handedOver = store
        await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                _ = DedicatedThread.start(name: "center") { [self] in
                    let result = Result { try serve(unsafe handedOver) }
                    outcome.withLock { $0 = result }
                    continuation.resume()
                }
            }
        } onGracefulShutdown: { [mailbox] in
            mailbox.post(.stop)
        }
        try outcome.withLock { $0 }.get()
    }

    /// What a kiosk is told that asks; nothing while this machine's own clock cannot be believed.
    private static func time(_ settings: CenterSettings) -> Acknowledgement.Time? {
        if let bound = settings.clockBound { return .init(BoardClock.wall, within: bound) }
        let now = BoardClock.now
        return now.clock.boundMilliseconds.map { .init(now.wall, within: $0) }
    }

    private func serve(_ store: CenterStore) throws {
        let worker = CenterWorker(
            store: store, broker: settings.broker, timing: settings.link,
            documents: Documents(directory: settings.documents),
            logger: logger, network: BoardNetwork(), wall: { BoardClock.wall },
            time: { [settings] in Self.time(settings) },
            seed: Entropy.system.next(), reserveBytes: settings.reserveBytes,
            freeBytes: { [settings] in BoardState.freeBytes(at: settings.directory) })
        worker.begin()
        logger.notice("the center is ready", metadata: ["database": "\(settings.database)"])
        service.ready("listening for kiosks")
        defer {
            service.stopping()
            worker.end()
            logger.notice("the center has stopped", metadata: ["events": "\(worker.intake.counters.events)"])
        }
        let beat = service.watchdog?.milliseconds
        while mailbox.drain().isEmpty {
            service.alive()
            try worker.turn(wake: mailbox.descriptor, within: beat)
        }
    }
}
