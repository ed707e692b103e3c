import Board
import Domain
import Glibc
import LocalAPIClient
import LocalAPIModel
import MQTT

/// The real parts that a line of the benchmark measures, in one directory and on loopback only: the broker, the center, one
/// kiosk, with TLS and with a line between kiosk and broker where a benchmark wants them.
final class BenchStage {
    typealias Failure = ChildProgram.Failure

    static let kiosk = "k1310020007"
    /// Who looks on beside the center.
    static let watcher = "watcher"

    let directory: String
    /// Whoever may come in, where not everybody may.
    let authority: Authority?
    let port: Int
    private let programs: String
    private(set) var broker: ChildProgram?
    private(set) var center: ChildProgram?
    private(set) var kiosk: ChildProgram?
    let client: LocalAPIClient

    /// - Parameter programs: where kioskd and kiosk-center lie.
    init(directory: String, programs: String, isSecure: Bool = false) throws {
        self.directory = directory
        self.programs = programs
        port = try Loopback.freePort()
        client = LocalAPIClient(path: directory + "/kiosk/kioskd.sock")
        authority = isSecure ? try Authority(directory: directory) : nil
    }

    deinit { stop() }

    func stop() {
        kiosk?.stop()
        center?.stop()
        broker?.stop()
        (kiosk, center, broker) = (nil, nil, nil)
    }

    /// As `Config/broker` has it, but for who may come in.
    func startBroker() throws {
        let rules = directory + "/acl"
        // Somebody has to look on; no two may come under one name.
        try LabFile.write(ShippedBroker.rules + "\nuser \(Self.watcher)\ntopic read kiosk/v1/#\n", to: rules)
        try LabFile.write(
            ShippedBroker.configuration(
                port: port, door: try authority?.door(rules: rules), log: "\(directory)/broker.log",
                more: "connection_messages false\nlog_type error"), to: directory + "/broker.conf")
        let child = try ChildProgram(
            TestEnvironment.mosquitto, ["-c", directory + "/broker.conf"], log: directory + "/broker.out")
        broker = child
        try Polling.wait("the broker listens", seconds: 20) {
            guard child.isRunning else { throw Failure("mosquitto has ended; see \(directory)/broker.log") }
            return Loopback.accepts(port)
        }
    }

    func startCenter() throws {
        try LabFile.write(
            """
            broker: \(try door("center", port))
            storage: {directory: \(directory)/center}
            link: {spread: 0}

            """, to: directory + "/center.yaml")
        center = try start("kiosk-center", "center.yaml")
    }

    /// - Parameters:
    ///   - port: where the kiosk finds the broker; `nil`: it has none.
    ///   - keepAlive: seconds; `nil` for the default.
    ///   - extra: another section of its settings, on one line.
    func startKiosk(port: Int?, scanner: String? = nil, keepAlive: Int? = nil, extra: String = "") throws {
        try LabFile.write(
            """
            kiosk: {id: \(Self.kiosk)}
            storage: {directory: \(directory)/kiosk, reserve: 1}
            \(try port.map { "broker: \(try door(Self.kiosk, $0, keepAlive))" } ?? "")
            link: {spread: 0, base: 0.1, cap: 0.5}
            \(extra)
            \(scanner.map { "devices: {scanners: [{path: \($0)}]}" } ?? "")

            """, to: directory + "/kiosk.yaml")
        kiosk = try start("kioskd", "kiosk.yaml")
    }

    func stopKiosk() {
        kiosk?.stop()
        kiosk = nil
    }

    func waitForKiosk() throws {
        let child = kiosk
        try Polling.wait("kioskd is ready with its devices", seconds: 30) {
            guard child?.isRunning == true else { throw Failure("kioskd has ended; see \(directory)/kioskd.log") }
            let status = try? client.asked(.get, "/v1/status").value(LocalStatus.self)
            return status?.peripherals.allSatisfy(\.isConnected) ?? false
        }
    }

    private func start(_ name: String, _ settings: String) throws -> ChildProgram {
        try ChildProgram(
            "\(programs)/\(name)", ["--config", "\(directory)/\(settings)"], log: "\(directory)/\(name).log")
    }

    private func door(_ name: String, _ port: Int, _ keepAlive: Int? = nil) throws -> String {
        try authority?.settings(name, port: port, more: keepAlive.map { "keepalive: \($0), " } ?? "")
            ?? "{host: 127.0.0.1, port: \(port)}"
    }
}

/// What a program has used of the processor, from the kernel's account.
struct UsedTime {
    /// Milliseconds.
    private let before: [String: Int64]
    private let programs: [ChildProgram]

    init(_ programs: [ChildProgram?]) {
        self.programs = programs.compactMap(\.self)
        before = Dictionary(
            self.programs.map { ($0.name, Self.milliseconds($0.id)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Since the beginning, in microseconds an event: `kioskd 21.3, kiosk-center 30.1`.
    func words(events: Int64) -> String {
        let parts = programs.map { program in
            let used = Self.milliseconds(program.id) - (before[program.name] ?? 0)
            let tenths = used * 10_000 / max(events, 1)
            return "\(program.name) \(tenths / 10).\(tenths % 10)"
        }
        return "CPU µs an event: " + parts.joined(separator: ", ")
    }

    static func milliseconds(_ process: pid_t) -> Int64 {
        guard let bytes = BoundedFileReader.read("/proc/\(process)/stat", limit: 4096) else { return 0 }
        // The program's name stands in brackets and may hold spaces.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else { return 0 }
        return (user + system) * 1000 / max(Int64(sysconf(Int32(_SC_CLK_TCK))), 1)
    }
}
