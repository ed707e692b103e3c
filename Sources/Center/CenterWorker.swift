import Board
package import Domain
package import Logging
package import MQTT
package import Wire

/// The center's thread: listens to the broker, stores, and acknowledges.
package final class CenterWorker {
    package let intake: EventIngest
    private let network: any Network
    private let link: MQTTLink
    private let post: DocumentPublisher?
    private let logger: Logger
    private let since: Timestamp
    private let time: () -> Acknowledgement.Time?
    private let reserveBytes: Int64
    private let freeBytes: () -> Int64?
    private var free: Int64?
    private var lookedAt: Uptime?
    private var certificateWarnings: [String: LogRateLimiter] = [:]
    private var fullness = LogRateLimiter(every: .seconds(60))
    private var refusals = LogRateLimiter(every: .seconds(60))
    private var said = LogRateLimiter(every: .seconds(60))
    private var underWay: Set<Int32> = []
    /// When the broker answered last, while it owes an answer.
    private var answeredAt: Uptime?
    private var waiting: [KioskID: Acknowledgement] = [:]
    /// Whose turn it is to be told: everyone of `waiting`, once.
    private var queue: [KioskID] = []

    /// At most this many messages go into one transaction, and so many acknowledgements may be under way; a newer one for
    /// the same kiosk takes the place of one that waits, so that what waits never exceeds the number of kiosks.
    static let mostMessages = 2000
    package static let mostUnderWay = 1000
    private let tls: MQTTConfiguration.TLS?
    private static let silenceMilliseconds: Int64 = 60_000
    private static let certificateWarningMilliseconds: Int64 = 30 * 86_400_000
    private static let certificateLookMilliseconds: Int64 = 86_400_000
    private var certificateLook: Uptime?

    /// How many acknowledgements the broker has not taken yet, and how many it was not offered yet.
    package var acknowledgements: (underWay: Int, waiting: Int) { (underWay.count, waiting.count) }

    /// - Parameters:
    ///   - broker: its will is set here.
    ///   - documents: `nil` sends none.
    ///   - reserveBytes: so much of the disk is kept free; `freeBytes` tells what is.
    ///   - time: what a kiosk is told that asks; `nil` while the center's own clock cannot be believed.
    package init(
        store: CenterStore, broker: MQTTConfiguration, timing: LinkSchedule.Timing, documents: Documents?,
        logger: Logger, network: any Network, wall: @escaping () -> Timestamp,
        time: @escaping () -> Acknowledgement.Time?, seed: UInt64, reserveBytes: Int64 = 0,
        freeBytes: @escaping () -> Int64? = { nil }
    ) {
        self.reserveBytes = reserveBytes
        self.freeBytes = freeBytes
        self.logger = logger
        self.time = time
        self.network = network
        intake = EventIngest(store: store, logger: logger, wall: wall, uptime: { network.uptime })
        post = documents.map { DocumentPublisher($0, logger: logger) }
        since = wall()
        tls = broker.tls
        link = MQTTLink(timing: timing, seed: seed, network: network) {
            var broker = broker
            let offline = CenterState(isOnline: false, since: wall())
            broker.will = MQTTMessage(
                topic: Topics.centerState, payload: offline.json.canonical, isRetained: true,
                contentType: "application/json")
            return broker
        }
    }

    package func begin() { link.start() }

    package func end() { link.stop() }

    /// When a turn is due even if nothing happens.
    package var deadline: Uptime? {
        [post?.deadline(network.uptime), link.deadline, silenceDue].compactMap(\.self).min()
    }

    /// Waits until something happens or is due. Whatever is there goes into one transaction: while a commit lasts, the next
    /// group gathers by itself.
    /// - Parameter wake: a descriptor that ends the waiting when it becomes readable.
    /// - Throws: when the store failed; what was not committed is not acknowledged, and comes again.
    /// - Parameter within: so many milliseconds it lasts at most, for whoever has to show that it is alive.
    package func turn(wake: Int32, within: Int64? = nil) throws {
        var messages: [MQTTMessage] = []
        var isFirst = true
        repeat {
            let beat = within.map { network.uptime + $0 }
            let due = [post?.deadline(network.uptime), silenceDue, beat].compactMap(\.self).min()
            let events = link.turn(wake: wake, until: isFirst ? due : network.uptime)
            isFirst = false
            let before = messages.count
            for event in events { handle(event, &messages) }
            if messages.count == before { break }
        } while messages.count < Self.mostMessages
        if !messages.isEmpty, hasRoom() {
            for (kiosk, next) in try intake.take(messages) {
                var acknowledgement = next
                if acknowledgement.question == nil { acknowledgement.question = waiting[kiosk]?.question }
                if waiting.updateValue(acknowledgement, forKey: kiosk) == nil { queue.append(kiosk) }
            }
        }
        sendAcknowledgements()
        leaveSilentBroker()
        if link.isConnected, certificateLook.map({ $0 <= network.uptime }) ?? false { lookAtCertificates() }
        post?.turn(at: network.uptime) { message throws(MQTTError) in try link.publish(message) }
    }

    /// Below the reserve nothing is taken: the kiosks keep it, and send it again. A full disk would end the center for all.
    private func hasRoom() -> Bool {
        let now = network.uptime
        if lookedAt.map({ now - $0 >= 1000 }) ?? true {
            lookedAt = now
            free = freeBytes()
        }
        guard let free, free < reserveBytes else { return true }
        if fullness.admit(at: now) != nil {
            logger.critical(
                "too little space is free: nothing is taken and nothing acknowledged, free some",
                metadata: ["free-mib": "\(free >> 20)", "reserve-mib": "\(reserveBytes >> 20)"])
        }
        return false
    }

    /// At each connection, and once a day: without the broker's nobody is connected at all.
    private func lookAtCertificates() {
        certificateLook = network.uptime + Self.certificateLookMilliseconds
        for (whose, time) in [("center", (try? tls?.end()) ?? nil), ("broker", link.brokerCertificateEnd)] {
            guard let time, time < BoardClock.now.wall.adding(Self.certificateWarningMilliseconds) else { continue }
            // Once a day also where the connection comes and goes.
            guard
                certificateWarnings[whose, default: LogRateLimiter(every: .seconds(86_400))].admit(at: network.uptime)
                    != nil
            else { continue }
            logger.warning("the \(whose)'s certificate needs another in its place", metadata: ["ends": "\(time)"])
        }
    }

    private func handle(_ event: MQTTEvent, _ messages: inout [MQTTMessage]) {
        switch event {
        case .message(let message): messages.append(message)
        case .published(let id, let reason):
            answeredAt = network.uptime
            if post?.published(id, reason, at: network.uptime) == true { break }
            underWay.remove(id)
            if !reason.isSuccess, let heldBack = refusals.admit(at: network.uptime) {
                logger.error(
                    "the broker does not take what the center says: no kiosk is acknowledged",
                    metadata: ["reason": "\(reason)", "not-logged": "\(heldBack)"])
            }
        case .connected:
            lookAtCertificates()
            logger.notice("connected to the broker")
            announceOnline()
            post?.connected()
        case .disconnected:
            // Who was not told asks again by sending again.
            underWay = []
            waiting = [:]
            queue = []
            post?.disconnected()
            logger.warning("no connection to the broker", metadata: ["reason": "\(link.trouble ?? "")"])
        case .subscribed(let reason) where !reason.isSuccess:
            logger.error("the broker does not let the center listen", metadata: ["reason": "\(reason)"])
            link.drop("the broker does not let the center listen: \(reason)")
        case .said(let words):
            guard let heldBack = said.admit(at: network.uptime) else { break }
            logger.warning("the broker says why", metadata: ["reason": "\(words)", "not-logged": "\(heldBack)"])
        case .refused, .subscribed: break
        }
    }

    private func sendAcknowledgements() {
        let due = queue.prefix(max(Self.mostUnderWay - underWay.count, 0))
        for kiosk in due {
            guard var acknowledgement = waiting.removeValue(forKey: kiosk) else { continue }
            if acknowledgement.question != nil { acknowledgement.time = time() }
            let message = MQTTMessage(
                topic: Topics.acknowledgement(kiosk), payload: acknowledgement.json.canonical,
                contentType: "application/json")
            // Without a connection there is nobody to tell.
            if let id = try? link.publish(message) {
                if underWay.isEmpty { answeredAt = network.uptime }
                underWay.insert(id)
            }
        }
        queue.removeFirst(due.count)
    }

    /// A broker that takes acknowledgements and answers none would leave every kiosk waiting, for ever.
    private func leaveSilentBroker() {
        guard let due = silenceDue, due <= network.uptime else { return }
        logger.error("the broker takes messages and answers none; the connection is made anew")
        link.drop("the broker answers nothing")
    }

    private var silenceDue: Uptime? { underWay.isEmpty ? nil : answeredAt.map { $0 + Self.silenceMilliseconds } }

    private func announceOnline() {
        do {
            try link.subscribe(Topics.fromKiosks)
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
