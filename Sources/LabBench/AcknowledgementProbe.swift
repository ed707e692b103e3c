import Board
import Domain
import Harness
import MQTT
import Wire

/// Hears one kiosk's acknowledgements and statuses as the broker gives them out, on the thread that asks.
final class AcknowledgementProbe {
    /// Nanoseconds of the monotonic clock.
    private(set) var begun: Int64?
    private(set) var ended: Int64?
    private(set) var through: Int64 = 0
    private(set) var acknowledgements = 0
    private let link: MQTTLink
    private let kiosk: KioskID
    private var isListening = false

    init(port: Int, kiosk: KioskID, tls: MQTTConfiguration.TLS? = nil) throws {
        self.kiosk = kiosk
        let timing = LinkSchedule.Timing(
            spread: .milliseconds(0), base: .milliseconds(50), cap: .milliseconds(200), good: .milliseconds(0))
        link = MQTTLink(timing: timing, seed: 1) {
            MQTTConfiguration(
                host: tls == nil ? "127.0.0.1" : "localhost", port: port, clientID: "ear", keepAliveSeconds: 60,
                tls: tls, will: nil)
        }
        link.start()
        try Polling.wait("the broker lets the bench listen", seconds: 20) {
            turn()
            return isListening
        }
    }

    deinit { link.stop() }

    /// Until the center has committed that event; the clock runs from the kiosk's first status on.
    func wait(for last: Int64, seconds: Int64, progress: (Int64) -> Void) throws {
        let deadline = BoardClock.uptime + seconds * 1000
        var told = through
        while through < last {
            guard BoardClock.uptime < deadline else {
                throw ChildProgram.Failure("only \(through) of \(last) events were acknowledged within \(seconds) s")
            }
            turn()
            if through - told >= last / 10 {
                told = through
                progress(through)
            }
        }
        ended = ParcelBenchmark.nanoseconds
    }

    /// Listens until the kiosk has said how it is.
    func waitForKiosk() throws {
        try Polling.wait("the kiosk is connected", seconds: 30) {
            turn()
            return begun != nil
        }
    }

    private func turn() {
        for event in link.turn(wake: -1, until: BoardClock.uptime + 50) {
            switch event {
            case .connected: try? link.subscribe([Topics.acknowledgement(kiosk), Topics.status(kiosk)])
            case .subscribed: isListening = true
            case .message(let message): hear(message)
            default: break
            }
        }
    }

    private func hear(_ message: MQTTMessage) {
        if message.topic == Topics.status(kiosk) {
            if begun == nil, let status = try? ReportedStatus(parsing: message.payload, from: kiosk),
                case .online = status.report
            {
                begun = ParcelBenchmark.nanoseconds
            }
        } else if let acknowledgement = try? Acknowledgement(parsing: message.payload) {
            acknowledgements += 1
            through = max(through, acknowledgement.through.sequence)
        }
    }
}
