import Board
import Domain
import Glibc
import Harness
import LabDevices
import LocalAPIClient
import LocalAPIModel
import Wire

/// The real parts on which a day is played: a broker, a center, a kiosk with a scanner and a card reader, all in one
/// directory and on loopback only.
final class TestEnvironment {
    struct EnvironmentOptions {
        /// Sections of kiosk.yaml, whole lines.
        var settings: String
        var hasCardReader = false
        /// The section `devices.scale`, on one line.
        var scale: String?
        /// The section `devices.printer`, likewise.
        var printer: String?

        fileprivate var deviceCount: Int {
            1 + (hasCardReader ? 1 : 0) + (scale == nil ? 0 : 1) + (printer == nil ? 0 : 1)
        }
    }

    let directory: String
    private let programs: String
    private let broker: BrokerProcess
    private var center: ChildProgram?
    private var kiosk: ChildProgram?
    private var scanner: SimulatedLine?
    private var cards: SimulatedLine?
    private var recorder: TrafficRecorder?
    private var options: EnvironmentOptions
    private var outcomes: EventSubscription?
    let client: LocalAPIClient

    /// - Parameters:
    ///   - programs: where kioskd, kiosk-center and kioskctl lie.
    ///   - fittings: what is at this point besides a scanner.
    init(directory: String, programs: String, options: EnvironmentOptions) throws {
        self.directory = directory
        self.programs = programs
        self.options = options
        // Somebody has to look on.
        broker = try BrokerProcess(
            in: directory, moreRules: "user \(TrafficRecorder.name)\ntopic read kiosk/v1/#\n")
        client = LocalAPIClient(path: directory + "/kiosk/kioskd.sock")
        try configure(options)
        try write(
            """
            broker: \(try broker.settings("center"))
            storage: {directory: \(directory)/center}
            link: {spread: 0.1}
            """, to: "center.yaml")
    }

    /// Takes effect when kioskd starts.
    func configure(_ options: EnvironmentOptions) throws {
        self.options = options
        let cards = options.hasCardReader ? "\n    - {path: \(directory)/cards, reads: cards}" : ""
        try write(
            """
            kiosk: {id: \(Day.kiosk)}
            storage: {directory: \(directory)/kiosk, reserve: 1}
            broker: \(try broker.settings(Day.kiosk))
            link: {spread: 0.1, base: 0.1, cap: 0.5}
            \(options.settings)
            devices:
              scanners:
                - {path: \(directory)/scanner}\(cards)
            \(options.scale.map { "  scale: \($0)" } ?? "")
            \(options.printer.map { "  printer: \($0)" } ?? "")

            """, to: "kiosk.yaml")
    }

    deinit { stop() }

    func start(watch: LeakDetector) throws {
        try startCenter(watch: watch)
        try startKiosk()
    }

    /// Everything but the kiosk.
    func startCenter(watch: LeakDetector) throws {
        try broker.start()
        recorder = try broker.authority.map {
            try TrafficRecorder(port: broker.port, $0.issue(TrafficRecorder.name), watch: watch)
        }
        center = try program("kiosk-center")
    }

    /// In the order in which people would: the kiosk first.
    func stop() {
        outcomes = nil
        kiosk?.stop()
        center?.stop()
        broker.stop()
        (kiosk, center) = (nil, nil)
        _ = recorder?.stop()
        recorder = nil
    }

    /// What the recorder heard; it hears nothing any more.
    func endListening() -> (messages: Int, leaks: [String]) { recorder?.stop() ?? (0, []) }

    // MARK: Incidents

    func startBroker() throws { try broker.start() }
    func loseBroker() { broker.kill() }

    func startKiosk() throws {
        scanner = try SimulatedLine(link: directory + "/scanner")
        cards = options.hasCardReader ? try SimulatedLine(link: directory + "/cards") : nil
        let child = try program("kioskd")
        kiosk = child
        try client.waitUntilReady(child, devices: options.deviceCount, log: "\(directory)/kioskd.log")
        outcomes = try EventSubscription(client, "/v1/outcomes/stream")
    }

    /// What a desk said next; `nil` when kioskd has ended its stream.
    func nextOutcome() throws -> JSON? {
        try outcomes?.next(within: .seconds(30)).map { try JSON(parsing: $0.utf8) }
    }

    /// kill -9, and the power is off: what was on the lines is gone.
    func killKiosk() {
        kiosk?.kill()
        kiosk = nil
        scanner = nil
        cards = nil
    }

    func send(_ bytes: [UInt8], from reader: Day.Scan.Reader) throws {
        try (reader == .cards ? cards : scanner)?.send(bytes + [0x0D])
    }

    /// In order, as somebody would who goes home.
    func stopKiosk() {
        outcomes = nil
        kiosk?.stop()
        // The lines go before new ones of the same names come.
        (kiosk, scanner, cards) = (nil, nil, nil)
    }

    /// - Parameter county: of a document that is for all its kiosks; else it is this kiosk's.
    func send(_ kind: String, _ document: JSON, county: String? = nil) throws {
        try write(document.canonicalText, to: "\(kind).json")
        let addressee = county.map { ["--county", $0] } ?? ["--kiosk", Day.kiosk]
        _ = try command("kiosk-center", ["send", kind] + addressee + ["\(directory)/\(kind).json"])
    }

    func deliver() throws {
        try Polling.wait("everything is acknowledged", seconds: 60) {
            try client.asked(.get, "/v1/status").value(LocalStatus.self).pending == 0
        }
    }

    // MARK: Looking

    /// The kiosk's events and the center's, each as its own program printed it.
    func events() throws -> (kiosk: [EventMessage], center: [EventMessage]) {
        var events: [EventMessage] = []
        while true {
            let last = events.last?.event.sequence ?? 0
            let page = try client.asked(.get, "/v1/events?after=\(last)&limit=1000").body.split(separator: 0x0A)
                .map { try EventMessage(JSON(parsing: $0)) }
            if page.isEmpty { break }
            events += page
        }
        let center = try lines(command("kiosk-center", ["events", "--kiosk", Day.kiosk])).map { try EventMessage($0) }
        return (events, center)
    }

    /// What the center found wrong with the kiosk.
    func alarms() throws -> [String] {
        try lines(command("kiosk-center", ["list", "--json"])).flatMap {
            ($0["alarms"]?.array ?? []).compactMap(\.string)
        }
    }

    /// What must not stand in the programs' logs.
    func leaks(_ watch: LeakDetector) -> [String] {
        ["kioskd.log", "kiosk-center.log", "broker.log"].flatMap { name in
            watch.words(in: BoundedFileReader.read("\(directory)/\(name)", limit: 64 << 20) ?? []).map {
                "\(name) holds \"\($0)\""
            }
        }
    }

    // MARK: Programs

    private func program(_ name: String) throws -> ChildProgram {
        try ChildProgram("\(programs)/\(name)", ["--config", settings(name)], log: "\(directory)/\(name).log")
    }

    /// What a program says, run to its end with this stage's settings.
    func command(_ name: String, _ arguments: [String], accepting codes: Set<Int32> = [0]) throws -> [UInt8] {
        try ChildProgram.run(
            "\(programs)/\(name)", arguments + ["--config", settings(name)], in: directory, accepting: codes)
    }

    private func settings(_ name: String) -> String {
        directory + (name == "kiosk-center" ? "/center.yaml" : "/kiosk.yaml")
    }

    func lines(_ bytes: [UInt8]) throws -> [JSON] {
        try bytes.split(separator: 0x0A).map { try JSON(parsing: $0) }
    }

    private func write(_ text: String, to name: String) throws { try LabFile.write(text, to: "\(directory)/\(name)") }
}
