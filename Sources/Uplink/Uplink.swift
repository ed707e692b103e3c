import Board
public import Delivery
public import Domain
import Glibc
public import Logging
public import MQTT
import Synchronization
public import Wire

/// Delivers the journal to the center: one thread that owns the link and the delivery logic.
public final class Uplink: Sendable {
    public struct Configuration: Sendable {
        public var kiosk: KioskID
        /// Its will is set by the uplink.
        public var broker: MQTTConfiguration
        public var link: LinkSchedule.Timing
        public var delivery: Delivery.Timing
        public var statusInterval: Duration

        public init(
            kiosk: KioskID, broker: MQTTConfiguration, link: LinkSchedule.Timing, delivery: Delivery.Timing,
            statusInterval: Duration
        ) {
            self.kiosk = kiosk
            self.broker = broker
            self.link = link
            self.delivery = delivery
            self.statusInterval = statusInterval
        }
    }

    enum Command: Hashable, Sendable {
        case journalChanged
        case statusChanged
        case connectNow
        case stop
    }

    let configuration: Configuration
    let outbox: any Outbox
    let inbox: any Inbox
    /// Makes the status of this moment, with the uplink's own alarms added.
    let status: @Sendable ([Status.Alarm]) -> Status
    /// The center told its time, in answer to a question of a status.
    let onTime: @Sendable (Acknowledgement.Time, _ question: String) -> Void
    /// When the broker's certificate has to be valid; `nil` for now, by the kernel's clock.
    let certificateTime: @Sendable () -> CertificateTime?
    let logger: Logger
    let mailbox = Mailbox<Command>(capacity: 64)
    let shared = Mutex(UplinkState())
    private let thread = Mutex<DedicatedThread?>(nil)

    public init(
        configuration: Configuration, outbox: any Outbox, inbox: any Inbox, logger: Logger,
        status: @escaping @Sendable ([Status.Alarm]) -> Status,
        onTime: @escaping @Sendable (Acknowledgement.Time, _ question: String) -> Void = { _, _ in },
        certificateTime: @escaping @Sendable () -> CertificateTime? = { nil }
    ) {
        self.configuration = configuration
        self.outbox = outbox
        self.inbox = inbox
        self.logger = logger
        self.status = status
        self.onTime = onTime
        self.certificateTime = certificateTime
    }

    public var state: UplinkState { shared.withLock { $0 } }

    public func start() { start(after: 0, nil) }

    /// - Parameters:
    ///   - failures: how often the MQTT library has given up since the daemon started. Each time a thread is lost, so the next try
    ///     waits twice as long.
    private func start(after failures: Int, _ words: String?) {
        let thread = DedicatedThread.start(name: "uplink") { [self] in
            if failures > 0, !pause(milliseconds: min(1000 << Int64(min(failures, 20)), Self.longestPauseMilliseconds))
            {
                return
            }
            // libmosquitto 2.0.11 ends the process where a broker sends a property that it does not know. The point must not
            // hang on what a broker sends.
            DedicatedThread.surviveAssertions { [self] words in
                logger.error(
                    "the MQTT library gave up; the link begins anew", metadata: ["failed": "\(words.suffix(120))"])
                start(after: failures + 1, words)
            }
            UplinkWorker(self, network: BoardNetwork(), random: .system, failure: words).run()
        }
        self.thread.withLock { $0 = thread }
    }

    private static let longestPauseMilliseconds: Int64 = 6 * 3_600_000

    /// `false`: the daemon stops.
    private func pause(milliseconds: Int64) -> Bool {
        let end = BoardClock.uptime + milliseconds
        while BoardClock.uptime < end {
            var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, Int32(clamping: end - BoardClock.uptime))
            for command in mailbox.drain() {
                switch command {
                case .stop: return false
                case .connectNow: return true
                case .journalChanged, .statusChanged: break
                }
            }
        }
        return true
    }

    public func journalChanged() { mailbox.postOnce(.journalChanged) }
    public func statusChanged() { mailbox.postOnce(.statusChanged) }
    public func connectNow() { mailbox.postOnce(.connectNow) }

    /// Says good-bye to the broker and ends the thread; `false` if it still waits for the operating system (a name
    /// look-up, a connection attempt) after a second.
    @discardableResult
    public func stop() -> Bool {
        mailbox.postOnce(.stop)
        return thread.withLock { $0 }?.join(within: .seconds(1)) ?? true
    }
}
