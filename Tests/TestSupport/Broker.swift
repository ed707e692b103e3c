import Foundation
import Lab

/// A real mosquitto on a free loopback port.
public final class Broker: @unchecked Sendable {
    // Sendable: used by one test at a time; a test that kills it from another thread waits for that thread.
    public struct TLS: Sendable {
        public var authority: String
        public var certificate: String
        public var key: String

        public init(authority: String, certificate: String, key: String) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }
    }

    public private(set) var port: Int
    private let directory: TemporaryDirectory
    private var process: ChildProcess?
    private let extra: String

    /// - Parameter extra: lines for the configuration file.
    public init(in directory: TemporaryDirectory, extra: String = "") throws {
        self.directory = directory
        self.extra = extra
        port = try Self.freePort()
        try start(choosingPort: true)
    }

    public func kill() {
        process?.kill()
        process = nil
    }

    public func signal(_ signal: Int32) { process?.signal(signal) }

    /// Starts it again on the same port, with nothing remembered.
    public func start(tls: TLS? = nil) throws { try start(choosingPort: false, tls: tls) }

    private func start(choosingPort: Bool, tls: TLS? = nil) throws {
        for _ in 0..<10 {
            let rules = try directory.write(ShippedBroker.rules, to: "acl")
            let door = tls.map {
                ShippedBroker.Door(
                    authority: $0.authority, certificate: $0.certificate, key: $0.key, rules: rules)
            }
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
