import Board
import Glibc
import Synchronization

/// A real mosquitto on a free loopback port, with the file and the rules of a county's, and its certificates unless everybody
/// may come in.
public final class BrokerProcess: Sendable {
    public let port: Int
    /// Who lets clients in; `nil` for a plain listener.
    public let authority: Authority?
    private let directory: String
    private let moreRules: String
    private let more: String
    private let process = Mutex<ChildProgram?>(nil)

    /// Debian's place; it is not on an ordinary user's PATH.
    public static let executable = "/usr/sbin/mosquitto"
    /// Its log tells when it has read its certificates, which it has not yet when it listens.
    private static let told = "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n"

    /// - Parameters:
    ///   - directory: where its files and its log, `broker.log`, lie.
    ///   - moreRules: for those who look on or forge, beside the rules as they are shipped.
    ///   - more: lines for a case about another setting.
    public init(in directory: String, moreRules: String = "", more: String = "", isSecure: Bool = true) throws {
        self.directory = directory
        self.moreRules = moreRules
        self.more = more
        port = try Loopback.freePort()
        guard isSecure else {
            authority = nil
            return
        }
        let keys = directory + "/keys"
        guard unsafe mkdir(keys, 0o700) == 0 || errno == EEXIST else {
            throw ChildProgram.Failure("\(keys): \(message(of: errno))")
        }
        authority = try Authority(directory: keys)
    }

    deinit { kill() }

    public var child: ChildProgram? { process.withLock { $0 } }
    public func signal(_ signal: Int32) { child?.signal(signal) }

    public func kill() {
        process.withLock { process in
            process?.kill()
            process = nil
        }
    }

    public func stop() {
        process.withLock { process in
            process?.stop()
            process = nil
        }
    }

    /// Starts it, again too: on the same port, with nothing remembered. Returns when it lets clients in.
    /// - Parameter own: with another certificate than the county's.
    public func start(as own: Authority.Client? = nil) throws {
        let rules = directory + "/acl"
        try LabFile.write(ShippedBroker.rules + "\n" + moreRules, to: rules)
        var door = try authority?.door(rules: rules)
        if let own {
            door?.certificate = own.certificate
            door?.key = own.key
        }
        try LabFile.write(
            ShippedBroker.configuration(
                port: port, door: door, more: (more.contains("log_type") ? "" : Self.told) + more),
            to: directory + "/broker.conf")
        let log = directory + "/broker.log"
        // One log for all its runs: what must not stand in it is looked for at the end.
        func runs() -> Int {
            String(decoding: BoundedFileReader.read(log, limit: 64 << 20) ?? [], as: UTF8.self)
                .split(separator: "\n").count { $0.hasSuffix(" running") }
        }
        let before = runs()
        let waitsForLog = !more.contains("log_type")
        let child = try ChildProgram(Self.executable, ["-c", directory + "/broker.conf"], log: log)
        process.withLock { $0 = child }
        try Polling.wait("the broker lets clients in", seconds: 20) {
            guard child.isRunning else { throw ChildProgram.Failure("mosquitto has ended; see \(log)") }
            return Loopback.accepts(port) && (!waitsForLog || runs() > before)
        }
    }

    /// How who comes in under that name finds it: a section of settings, on one line.
    /// - Parameter port: of what stands before it, if anything does.
    public func settings(_ name: String, port other: Int? = nil, more: String = "") throws -> String {
        try authority?.settings(name, port: other ?? port, more: more)
            ?? "{host: 127.0.0.1, port: \(other ?? port)}"
    }
}
