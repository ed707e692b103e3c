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

    enum Letter: Sendable {
        case stop
    }

    private let settings: CenterSettings
    private let logger: Logger
    private let mailbox = Mailbox<Letter>(capacity: 8)
    private let service: ServiceManager

    public init(settings: CenterSettings, logger: Logger, service: ServiceManager) {
        self.settings = settings
        self.logger = logger
        self.service = service
    }

    /// At most this many messages go into one transaction, and so many acknowledgements may be under way; a newer one for
    /// the same kiosk takes the place of one that waits, so that what waits never exceeds the number of kiosks.
    static let mostMessages = 2000
    static let mostUnderWay = 1000

    /// Runs until the service group stops it gracefully.
    /// - Throws: when the store fails; what was not committed was not acknowledged, and comes again after a restart.
    public func run() async throws {
        let outcome = Mutex<Result<Void, any Error>>(.success(()))
        let store = try CenterStore(path: settings.database)
        nonisolated(unsafe) let handedOver = store
        await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                _ = OwnThread.start(name: "center") { [self] in
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

    private func serve(_ store: CenterStore) throws {
        let intake = Intake(store: store, logger: logger)
        let post = DocumentPost(Documents(directory: settings.documents), logger: logger)
        var generator = SystemRandomNumberGenerator()
        let since = BoardClock.wall
        let link = MQTTLink(timing: settings.link, seed: generator.next()) { [settings] in
            var broker = settings.broker
            let offline = CenterState(isOnline: false, since: BoardClock.wall)
            broker.will = MQTTMessage(
                topic: Topics.centerState, payload: offline.json.canonical, isRetained: true,
                contentType: "application/json")
            return broker
        }
        link.start()
        logger.notice("the center is ready", metadata: ["database": "\(settings.database)"])
        service.ready("listening for kiosks")
        defer {
            service.stopping()
            link.stop()
            logger.notice("the center has stopped", metadata: ["events": "\(intake.counters.events)"])
        }
        var underWay: Set<Int32> = []
        var waiting: [KioskID: Acknowledgement] = [:]
        while true {
            var messages: [MQTTMessage] = []
            var isFirst = true
            // Whatever is there goes into one transaction: while a commit lasts, the next group gathers by itself.
            repeat {
                let events = link.turn(
                    wake: mailbox.descriptor, until: isFirst ? post.deadline(BoardClock.uptime) : BoardClock.uptime)
                isFirst = false
                var isQuiet = true
                for event in events {
                    switch event {
                    case .message(let message):
                        messages.append(message)
                        isQuiet = false
                    case .published(let id, let reason):
                        if !post.published(id, reason, at: BoardClock.uptime) { underWay.remove(id) }
                    case .connected:
                        logger.notice("connected to the broker")
                        greet(link, since: since)
                        post.connected()
                    case .disconnected:
                        // Who was not told asks again by sending again.
                        underWay = []
                        waiting = [:]
                        post.disconnected()
                        logger.warning("no connection to the broker", metadata: ["reason": "\(link.trouble ?? "")"])
                    case .subscribed(let reason) where !reason.isSuccess:
                        logger.error("the broker does not let the center listen", metadata: ["reason": "\(reason)"])
                    case .refused, .subscribed: break
                    }
                }
                if isQuiet { break }
            } while messages.count < Self.mostMessages
            if !mailbox.drain().isEmpty { return }
            if !messages.isEmpty {
                for (kiosk, acknowledgement) in try intake.take(messages) { waiting[kiosk] = acknowledgement }
            }
            tell(&waiting, &underWay, link)
            post.turn(at: BoardClock.uptime) { message throws(MQTTError) in try link.publish(message) }
        }
    }

    private func tell(_ waiting: inout [KioskID: Acknowledgement], _ underWay: inout Set<Int32>, _ link: MQTTLink) {
        while underWay.count < Self.mostUnderWay, let (kiosk, acknowledgement) = waiting.popFirst() {
            let message = MQTTMessage(
                topic: Topics.acknowledgement(kiosk), payload: acknowledgement.json.canonical,
                contentType: "application/json")
            // Without a connection there is nobody to tell.
            if let id = try? link.publish(message) { underWay.insert(id) }
        }
    }

    private func greet(_ link: MQTTLink, since: Timestamp) {
        do {
            try link.subscribe([Topics.everythingUp])
            let state = CenterState(isOnline: true, since: since)
            _ = try link.publish(
                MQTTMessage(
                    topic: Topics.centerState, payload: state.json.canonical, isRetained: true,
                    contentType: "application/json"))
        } catch {
            logger.error("the broker could not be told that the center is here", metadata: ["error": "\(error)"])
        }
    }
}
