import Board
import Foundation
import LocalAPIClient
import MQTT
import Synchronization

/// Writes down everything that crosses the broker, for the contract check after the tests. It does so only when
/// `KIOSK_TEST_CAPTURE` names a directory.
public final class Recorder: Sendable {
    public static let directory = ProcessInfo.processInfo.environment["KIOSK_TEST_CAPTURE"]

    private let mailbox = Mailbox<Void>(capacity: 4)
    private let thread: DedicatedThread

    /// `nil` when nobody wants a capture.
    public init?(_ broker: Broker) throws {
        guard let directory = Self.directory else { return nil }
        let path = "\(directory)/\(UUID().uuidString).mqtt"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let mailbox = mailbox
        let client = try broker.client("recorder")
        thread = DedicatedThread.start(name: "recorder") {
            guard let file = FileHandle(forWritingAtPath: path) else { return }
            let timing = LinkSchedule.Timing(
                spread: .milliseconds(0), base: .milliseconds(50), cap: .milliseconds(200), good: .milliseconds(0))
            let link = MQTTLink(timing: timing, seed: 1) {
                client
            }
            link.start()
            while mailbox.drain().isEmpty {
                for event in link.turn(wake: mailbox.descriptor, until: nil) {
                    switch event {
                    case .connected: try? link.subscribe(["kiosk/#"])
                    case .message(let message): Self.write(message, to: file)
                    default: break
                    }
                }
            }
        }
    }

    deinit {
        mailbox.post(())
        thread.join(within: .seconds(2))
    }

    private static func write(_ message: MQTTMessage, to file: FileHandle) {
        var properties = message.userProperties
        properties["content-type"] = message.contentType
        let line: [String: Any] = [
            "topic": message.topic, "payload": Data(message.payload).base64EncodedString(), "properties": properties,
        ]
        guard var data = try? JSONSerialization.data(withJSONObject: line) else { return }
        data.append(0x0A)
        file.write(data)
    }

    /// Asks a route of the local API and writes the answer down.
    public static func ask(
        _ method: String, _ path: String, body: String? = nil, socket: String
    ) throws -> (status: Int, body: String) {
        let answer = try LocalAPIClient(path: socket).exchanged(
            LocalAPIClient.Method(method), path, body: Array((body ?? "").utf8))
        if let capture = directory {
            let line: [String: Any] = [
                "method": method, "path": path, "status": answer.status, "type": answer.contentType,
                "body": Data(answer.body).base64EncodedString(),
            ]
            let data = try JSONSerialization.data(withJSONObject: line)
            try data.write(to: URL(fileURLWithPath: "\(capture)/\(UUID().uuidString).http"))
        }
        return (answer.status, answer.text)
    }
}
