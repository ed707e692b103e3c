import Board
import Domain
import Glibc
import Wire

/// The real parts on which a day is played: a broker, a center, a kiosk with a scanner and a card reader, all in one
/// directory and on loopback only.
final class DayStage {
    typealias Failure = ChildProgram.Failure

    let directory: String
    private let programs: String
    private let port: Int
    private var broker: ChildProgram?
    private var center: ChildProgram?
    private var kiosk: ChildProgram?
    private var scanner: SimulatedLine?
    private var cards: SimulatedLine?
    private var eavesdropper: Eavesdropper?
    private(set) var outcomes: LocalAPIClient.Outcomes?
    let client: LocalAPIClient

    /// - Parameter programs: where kioskd and kiosk-center lie.
    init(directory: String, programs: String, day: Day) throws {
        self.directory = directory
        self.programs = programs
        port = try Self.freePort()
        client = LocalAPIClient(path: directory + "/kiosk/kioskd.sock")
        let room = min(day.size, 1000)
        // Who leaves without a word is signed out soon, or the play would take long.
        try write(
            """
            kiosk: {id: \(Day.kiosk)}
            storage: {directory: \(directory)/kiosk, reserve: 1}
            broker: {host: 127.0.0.1, port: \(port)}
            link: {spread: 0.1, base: 0.1, cap: 0.5}
            desk: {idle: 12}
            shelves:
              - {name: A, layers: 6, capacity: \(room)}
              - {name: L, layers: 1, capacity: \(Day.largeCapacity(parcels: day.size)), for: large}
              - {name: C, layers: 2, capacity: \(room), for: cold}
            devices:
              scanners:
                - {path: \(directory)/scanner}
                - {path: \(directory)/cards, reads: cards}
            """, to: "kiosk.yaml")
        try write(
            """
            broker: {host: 127.0.0.1, port: \(port)}
            storage: {directory: \(directory)/center}
            link: {spread: 0.1}
            """, to: "center.yaml")
        try write(
            """
            listener \(port) 127.0.0.1
            allow_anonymous true
            persistence false
            max_inflight_messages 20

            """, to: "broker.conf")
        try write(day.roster.json.canonicalText, to: "roster.json")
        try write(day.expected.json.canonicalText, to: "expected.json")
    }

    deinit { stop() }

    func start(watch: Watch) throws {
        try startBroker()
        eavesdropper = Eavesdropper(port: port, watch: watch)
        center = try program("kiosk-center")
        try startKiosk()
    }

    /// In the order in which people would: the kiosk first.
    func stop() {
        outcomes = nil
        kiosk?.stop()
        center?.stop()
        broker?.stop()
        (kiosk, center, broker) = (nil, nil, nil)
        _ = eavesdropper?.stop()
        eavesdropper = nil
    }

    /// What the eavesdropper heard; it hears nothing any more.
    func endListening() -> (messages: Int, leaks: [String]) { eavesdropper?.stop() ?? (0, []) }

    // MARK: Incidents

    func startBroker() throws {
        let child = try ChildProgram(
            Self.mosquitto, ["-c", directory + "/broker.conf"], log: directory + "/broker.log")
        broker = child
        try Patience.wait("the broker listens", seconds: 20) {
            guard child.isRunning else { throw Failure("mosquitto has ended; see \(directory)/broker.log") }
            return Self.accepts(port)
        }
    }

    func loseBroker() {
        broker?.kill()
        broker = nil
    }

    func startKiosk() throws {
        scanner = try SimulatedLine(link: directory + "/scanner")
        cards = try SimulatedLine(link: directory + "/cards")
        let child = try program("kioskd")
        kiosk = child
        try Patience.wait("kioskd is ready with its devices", seconds: 30) {
            guard child.isRunning else { throw Failure("kioskd has ended; see \(directory)/kioskd.log") }
            guard let status = try? client.ask("GET", "/v1/status").first else { return false }
            let devices = status["peripherals"]?.array ?? []
            return devices.count >= 2 && devices.allSatisfy { $0["connected"]?.boolean == true }
        }
        outcomes = try LocalAPIClient.Outcomes(client)
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

    func sendDocuments(of day: Day) throws {
        for kind in ["roster", "expected"] {
            _ = try command("kiosk-center", "send", kind, "--kiosk", Day.kiosk, "\(directory)/\(kind).json")
        }
        try Patience.wait("the center's lists are in force", seconds: 30) {
            let point = try client.ask("GET", "/v1/point").first
            return point?["roster"]?.integer == day.roster.version
                && point?["expected"]?.integer == day.expected.version
        }
    }

    func deliver() throws {
        try Patience.wait("everything is acknowledged", seconds: 60) {
            try client.ask("GET", "/v1/status").first?["pending"]?.integer == 0
        }
    }

    // MARK: Looking

    func sides(of day: Day) throws -> Balance.Sides {
        var sides = Balance.Sides()
        var last: Int64 = 0
        while true {
            let page = try client.ask("GET", "/v1/events?after=\(last)&limit=1000").map { try EventMessage($0) }
            guard let newest = page.last else { break }
            sides.kioskEvents += page
            last = newest.event.sequence
        }
        sides.centerEvents = try lines(command("kiosk-center", "events", "--kiosk", Day.kiosk)).map {
            try EventMessage($0)
        }
        for line in try lines(command("kiosk-center", "parcels", "--kiosk", Day.kiosk, "--json")) {
            guard let subject = line["subject"]?.string else { continue }
            sides.centerParcels[subject] = Fate(shown: line)
        }
        for line in try lines(command("kiosk-center", "list", "--json")) {
            sides.alarms += (line["alarms"]?.array ?? []).compactMap(\.string)
        }
        // Those that are here come in pages; those that have gone are asked for one by one.
        var after = ""
        while true {
            let page = try client.ask("GET", "/v1/parcels?after=\(after)&limit=500")
            for line in page {
                guard let subject = line["subject"]?.string else { continue }
                sides.kioskParcels[subject] = Fate(shown: line)
                after = subject
            }
            if page.isEmpty { break }
        }
        for subject in day.fates.keys where sides.kioskParcels[subject] == nil {
            sides.kioskParcels[subject] = try client.ask("GET", "/v1/parcels/\(subject)").first.flatMap {
                // One that is here must have been in the list.
                $0["status"]?.string.flatMap(Parcel.Status.init)?.isPresent == false ? Fate(shown: $0) : nil
            }
        }
        return sides
    }

    /// What must not stand in the programs' logs.
    func leaks(_ watch: Watch) -> [String] {
        ["kioskd.log", "kiosk-center.log", "broker.log"].flatMap { name in
            watch.words(in: SmallFile.read("\(directory)/\(name)", limit: 64 << 20) ?? []).map {
                "\(name) holds \"\($0)\""
            }
        }
    }

    // MARK: Programs

    private func program(_ name: String) throws -> ChildProgram {
        try ChildProgram("\(programs)/\(name)", ["--config", settings(name)], log: "\(directory)/\(name).log")
    }

    private func command(_ name: String, _ arguments: String...) throws -> [UInt8] {
        try ChildProgram.run("\(programs)/\(name)", arguments + ["--config", settings(name)], in: directory)
    }

    private func settings(_ name: String) -> String { directory + (name == "kioskd" ? "/kiosk.yaml" : "/center.yaml") }

    private func lines(_ bytes: [UInt8]) throws -> [JSON] {
        try bytes.split(separator: 0x0A).map { try JSON(parsing: $0) }
    }

    private func write(_ text: String, to name: String) throws {
        let path = "\(directory)/\(name)"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(path): \(unsafe String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            guard count > 0 else { throw Failure("\(path): \(unsafe String(cString: strerror(errno)))") }
            written += count
        }
    }

    // MARK: The broker's place

    /// Debian's place; it is not on an ordinary user's PATH.
    static let mosquitto = "/usr/sbin/mosquitto"

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard bound else { throw Failure("no free port: \(unsafe String(cString: strerror(errno)))") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        let address = loopback(port: UInt16(port))
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }
}
