import Board
import Domain
import Foundation
import MQTT

/// Publishes these messages as one who may say anything, one connection for all of them, and waits until it has taken each.
public func publish(_ messages: [MQTTMessage], to broker: Broker, within seconds: Double = 20) throws {
    let mailbox = Mailbox<Void>(capacity: 1)
    let client = try broker.client("sender")
    let link = MQTTLink(
        timing: .init(
            spread: .milliseconds(0), base: .milliseconds(50), cap: .milliseconds(200), good: .milliseconds(0)), seed: 1
    ) {
        client
    }
    link.start()
    defer { link.stop() }
    var waiting = messages[...]
    var (taken, window) = (0, 0)
    let deadline = Date(timeIntervalSinceNow: seconds)
    while taken < messages.count {
        guard Date() < deadline else {
            throw TimedOut(description: "the broker took \(taken) of \(messages.count) messages in \(seconds) s")
        }
        for event in link.turn(wake: mailbox.descriptor, until: BoardClock.uptime + 100) {
            switch event {
            case .connected(let receiveMaximum): window = receiveMaximum
            case .published(_, let reason):
                guard reason.isSuccess else { throw TimedOut(description: "the broker refused a message: \(reason)") }
                taken += 1
                window += 1
            case .refused(let reason): throw TimedOut(description: "the broker refused the connection: \(reason)")
            case .disconnected(let reason): throw TimedOut(description: "the connection ended: \(reason)")
            default: break
            }
        }
        while window > 0, let next = waiting.popFirst() {
            _ = try link.publish(next)
            window -= 1
        }
    }
}
