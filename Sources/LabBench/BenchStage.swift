import Board
import Domain
import Glibc
import Harness
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
    let broker: BrokerProcess
    private let programs: String
    private(set) var center: ChildProgram?
    private(set) var kiosk: ChildProgram?
    let client: LocalAPIClient

    /// - Parameter programs: where kioskd and kiosk-center lie.
    init(directory: String, programs: String, isSecure: Bool = false) throws {
        self.directory = directory
        self.programs = programs
        // Somebody has to look on; no two may come under one name.
        broker = try BrokerProcess(
            in: directory, moreRules: "user \(Self.watcher)\ntopic read kiosk/v1/#\n",
            more: "connection_messages false\nlog_type error", isSecure: isSecure)
        client = LocalAPIClient(path: directory + "/kiosk/kioskd.sock")
    }

    deinit { stop() }

    func stop() {
        kiosk?.stop()
        center?.stop()
        broker.stop()
        (kiosk, center) = (nil, nil)
    }

    func startCenter() throws {
        try LabFile.write(
            """
            broker: \(try broker.settings("center"))
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
        let more = keepAlive.map { "keepalive: \($0), " } ?? ""
        try LabFile.write(
            """
            kiosk: {id: \(Self.kiosk)}
            storage: {directory: \(directory)/kiosk, reserve: 1}
            \(try port.map { "broker: \(try broker.settings(Self.kiosk, port: $0, more: more))" } ?? "")
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
        try client.waitUntilReady(kiosk, log: "\(directory)/kioskd.log")
    }

    private func start(_ name: String, _ settings: String) throws -> ChildProgram {
        try ChildProgram(
            "\(programs)/\(name)", ["--config", "\(directory)/\(settings)"], log: "\(directory)/\(name).log")
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
