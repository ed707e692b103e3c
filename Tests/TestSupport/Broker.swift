import Foundation
import Harness
import MQTT

/// A county's broker with two testers beside it: one that looks on, and one that may say anything.
public final class Broker: Sendable {
    private let process: BrokerProcess
    public let authority: Authority

    /// - Parameter extra: lines for the configuration file.
    public init(in directory: TemporaryDirectory, extra: String = "") throws {
        let rules = "user recorder\ntopic read kiosk/#\nuser sender\ntopic readwrite kiosk/#\n"
        process = try BrokerProcess(in: directory.path, moreRules: rules, more: extra)
        guard let authority = process.authority else { throw TimedOut(description: "the broker has no certificates") }
        self.authority = authority
        try start()
    }

    public var port: Int { process.port }
    public func kill() { process.kill() }
    public func signal(_ signal: Int32) { process.signal(signal) }

    /// Starts it again on the same port, with nothing remembered.
    /// - Parameter own: with another certificate than the county's.
    public func start(as own: Authority.Client? = nil) throws { try process.start(as: own) }

    /// A client of the test's own, of one of those names.
    public func client(_ name: String) throws -> MQTTConfiguration {
        MQTTConfiguration(
            host: "localhost", port: port, clientID: name, keepAliveSeconds: 60, tls: try authority.issue(name).tls,
            will: nil)
    }

    /// What `mosquitto_pub` wants of one who may say anything.
    public func sender() throws -> [String] {
        let own = try authority.issue("sender")
        return [
            "-i", "sender", "-h", "localhost", "-p", "\(port)", "--cafile", own.authority, "--cert", own.certificate,
            "--key", own.key,
        ]
    }
}
