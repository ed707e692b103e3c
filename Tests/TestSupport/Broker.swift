import Foundation
import Lab
import MQTT

/// A real mosquitto on a free loopback port, with the file, the rules and the certificates of a county's.
public final class Broker: @unchecked Sendable {
    // Sendable: used by one test at a time; a test that kills it from another thread waits for that thread.
    public private(set) var port: Int
    public let authority: Authority
    private let directory: TemporaryDirectory
    private var process: ChildProcess?
    private let extra: String

    /// - Parameter extra: lines for the configuration file.
    public init(in directory: TemporaryDirectory, extra: String = "") throws {
        self.directory = directory
        self.extra = extra
        let keys = directory.file("keys")
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        authority = try Authority(directory: keys)
        port = try Self.freePort()
        try start(choosingPort: true)
    }

    public func kill() {
        process?.kill()
        process = nil
    }

    public func signal(_ signal: Int32) { process?.signal(signal) }

    /// Starts it again on the same port, with nothing remembered.
    ///
    /// - Parameter own: with another certificate than the county's.
    public func start(as own: Authority.Client? = nil) throws { try start(choosingPort: false, own) }

    /// Beside the county's own: who looks on, and who may say anything.
    private static let testers = """

        user recorder
        topic read kiosk/#
        user sender
        topic readwrite kiosk/#

        """

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

    private func start(choosingPort: Bool, _ own: Authority.Client? = nil) throws {
        for _ in 0..<10 {
            var door = try authority.door(rules: directory.write(ShippedBroker.rules + Self.testers, to: "acl"))
            if let own { (door.certificate, door.key) = (own.certificate, own.key) }
            try directory.write(
                ShippedBroker.configuration(
                    port: port, door: door,
                    // When it says that it runs, it has read its certificates.
                    more: "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n" + extra),
                to: "broker.conf")
            // It listens before it has read its certificates, and says that it runs when it has.
            func runs() -> Int {
                let log = (try? String(contentsOfFile: directory.file("broker.log"), encoding: .utf8)) ?? ""
                return log.components(separatedBy: " running").count
            }
            let before = runs()
            let child = try ChildProcess(
                "/usr/sbin/mosquitto", ["-c", directory.file("broker.conf")], log: directory.file("broker.log"))
            try eventually("the broker listens") {
                !child.isRunning || (runs() > before && Self.accepts(port))
            }
            if child.isRunning {
                process = child
                return
            }
            if choosingPort { port = try Self.freePort() }
        }
        throw TimedOut(description: "mosquitto did not start; see \(directory.file("broker.log"))")
    }

    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard bound else { throw TimedOut(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
