import Board
public import Delivery
public import Domain
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
        public var statusMilliseconds: Int64

        public init(
            kiosk: KioskID, broker: MQTTConfiguration, link: LinkSchedule.Timing, delivery: Delivery.Timing,
            statusMilliseconds: Int64
        ) {
            self.kiosk = kiosk
            self.broker = broker
            self.link = link
            self.delivery = delivery
            self.statusMilliseconds = statusMilliseconds
        }
    }

    enum Letter: Hashable, Sendable {
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
    let mailbox = Mailbox<Letter>(capacity: 64)
    let shared = Mutex(UplinkState())
    private let thread = Mutex<OwnThread?>(nil)

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

    public func start() {
        let thread = OwnThread.start(name: "uplink") {
            UplinkWorker(self, network: BoardNetwork(), random: .system).run()
        }
        self.thread.withLock { $0 = thread }
    }

    public func journalChanged() { mailbox.postOnce(.journalChanged) }
    public func statusChanged() { mailbox.postOnce(.statusChanged) }
    public func connectNow() { mailbox.postOnce(.connectNow) }

    /// Says good-bye to the broker and ends the thread; `false` if it still waits for the operating system (a name
    /// look-up, a connection attempt) after a second.
    @discardableResult
    public func stop() -> Bool {
        mailbox.postOnce(.stop)
        return thread.withLock { $0 }?.join(milliseconds: 1000) ?? true
    }
}
