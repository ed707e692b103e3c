import Board
import Domain
import Harness
import MQTT
import Synchronization
import Wire

/// A subscriber that hears everything kiosks send, as whoever reads the broker's traffic would, and keeps what must not have
/// been in it.
final class TrafficRecorder: Sendable {
    private let mailbox = Mailbox<Bool>(capacity: 4)
    private let heard = Mutex<(messages: Int, leaks: Set<String>)>((0, []))
    private let thread = Mutex<DedicatedThread?>(nil)

    static let name = "recorder"

    init(port: Int, _ own: Authority.Client, watch: LeakDetector) {
        let thread = DedicatedThread.start(name: "recorder") { [self] in
            let timing = LinkSchedule.Timing(
                spread: .milliseconds(0), base: .milliseconds(50), cap: .milliseconds(200), good: .milliseconds(0))
            let link = MQTTLink(timing: timing, seed: 1) {
                MQTTConfiguration(
                    host: "localhost", port: port, clientID: Self.name, keepAliveSeconds: 60, tls: own.tls, will: nil)
            }
            link.start()
            while mailbox.drain().isEmpty {
                for event in link.turn(wake: mailbox.descriptor, until: nil) {
                    switch event {
                    case .connected: try? link.subscribe([Topics.everythingUp])
                    case .message(let message): hear(message, watch)
                    default: break
                    }
                }
            }
            link.stop()
        }
        self.thread.withLock { $0 = thread }
    }

    private func hear(_ message: MQTTMessage, _ watch: LeakDetector) {
        let body = try? BodyEncoding.unpack(message.payload, message.userProperties[BodyEncoding.property], "message")
        let words = watch.words(in: body ?? message.payload)
        heard.withLock { heard in
            heard.messages += 1
            for word in words { heard.leaks.insert("\(message.topic) carried \"\(word)\"") }
        }
    }

    /// Ends it, and tells how many messages it heard and what was wrong in them.
    func stop() -> (messages: Int, leaks: [String]) {
        mailbox.post(true)
        thread.withLock { $0 }?.join(within: .seconds(3))
        return heard.withLock { ($0.messages, $0.leaks.sorted()) }
    }
}
