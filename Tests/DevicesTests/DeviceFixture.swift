import Barcodes
import CDevices
import Foundation
import Logging
import ScaleProtocols
import Synchronization
import Testing

@testable import Devices

/// A directory in which devices are plugged in and out, and what the hub that watches them said.
final class DeviceFixture: Sendable {
    private let directory: String
    private let heardNow = Mutex<[String]>([])
    private let changesNow = Mutex(0)
    private let scaleNow = Mutex<[ScaleWatch.State]>([])
    let log = LogBook()
    /// So long the hub's thread is held up by each scan.
    let holdUp = Mutex(Duration.zero)
    /// The scanner whose scans cannot be taken now.
    let busy = Mutex<String?>(nil)

    init() throws {
        directory = NSTemporaryDirectory() + "bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// What the scanners said, in order: `123⏎`, unterminated `123…`, fault `!too-long`.
    var heard: [String] { heardNow.withLock { $0 } }
    var changes: Int { changesNow.withLock { $0 } }
    /// What was told of the scale, in order.
    var scaleStates: [ScaleWatch.State] { scaleNow.withLock { $0 } }

    /// A started hub. The scanners are called `scanner-1` and so on. Its times are so long that, unless the test says
    /// otherwise, no slow machine ends a scan by silence, and nothing is found by looking again.
    func hub(
        serial: [String] = [], keyboards: [String] = [], scale: String? = nil,
        speaking protocolName: ScaleProtocolName = .yaohuaA9, pace: Pace = .never
    ) throws -> DeviceHub {
        try hub(
            serial: serial, keyboards: keyboards,
            scale: scale.map { ScaleConfiguration(path: path($0), protocolName: protocolName) }, pace: pace)
    }

    func hub(
        serial: [String] = [], keyboards: [String] = [], scale: ScaleConfiguration?, pace: Pace = .never
    ) throws -> DeviceHub {
        let kinds =
            serial.map { ($0, ScannerConfiguration.Kind.serial) }
            + keyboards.map { ($0, ScannerConfiguration.Kind.evdev) }
        let scanners = kinds.enumerated().map { number, entry in
            ScannerConfiguration(name: "scanner-\(number + 1)", path: path(entry.0), kind: entry.1)
        }
        let hub = DeviceHub(
            scanners: scanners,
            scale: scale,
            pace: pace, logger: Logger(label: "devices") { [log] _ in log },
            DeviceLoop.Callbacks(
                onScan: { [weak self] scanner, input in
                    self?.hear(input, from: scanner)
                },
                onChange: { [weak self] in self?.changesNow.withLock { $0 += 1 } },
                onScale: { [weak self] state in self?.scaleNow.withLock { $0.append(state) } }))
        try hub.start()
        return hub
    }

    private func hear(_ input: ScanInput, from scanner: String) -> DeviceHub.Again? {
        if busy.withLock({ $0 }) == scanner {
            return { [weak self] isLast in
                guard let self, busy.withLock({ $0 }) == scanner else {
                    _ = self?.hear(input, from: "")
                    return true
                }
                if isLast { heardNow.withLock { $0.append("lost \(words(input))") } }
                return isLast
            }
        }
        heardNow.withLock { $0.append(words(input)) }
        Thread.sleep(forTimeInterval: holdUp.withLock { $0 } / .seconds(1))
        return nil
    }

    /// The same, once everything is connected.
    func connectedHub(
        serial: [String] = [], keyboards: [String] = [], scale: String? = nil,
        speaking protocolName: ScaleProtocolName = .yaohuaA9, pace: Pace = .never
    ) async throws -> DeviceHub {
        let hub = try hub(
            serial: serial, keyboards: keyboards, scale: scale, speaking: protocolName, pace: pace)
        let connected = try await eventually { hub.peripherals.allSatisfy(\.connected) }
        try #require(connected)
        return hub
    }

    /// Points a link at the device in one step, as udev does.
    func plug(_ pty: Pty, as name: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name + ".new"), withDestinationPath: pty.path)
        try #require(rename(path(name + ".new"), path(name)) == 0)
    }

    func unplug(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func makeFIFO(_ name: String) throws {
        try #require(mkfifo(path(name), 0o600) == 0)
    }
}

private func words(_ input: ScanInput) -> String {
    switch input {
    case .scan(let scan): String(decoding: scan.bytes, as: UTF8.self) + (scan.terminated ? "⏎" : "…")
    case .fault(let fault): "!\(fault.rawValue)"
    }
}

/// The other end of a serial line.
final class Pty: Sendable {
    let path: String
    private let master: Int32

    init() throws {
        var name = [CChar](repeating: 0, count: 64)
        master = kiosk_pty_open(&name, name.count)
        try #require(master >= 0)
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    /// Pulls the cable.
    deinit {
        close(master)
    }

    /// Waits while the line is full.
    func send(_ bytes: [UInt8]) {
        write(all: bytes, to: master)
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }
}

/// A program that types into a FIFO of key events.
final class Typist {
    private let fifo: Int32

    /// Fails, rather than waits, when nobody reads there.
    init(_ path: String) throws {
        fifo = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(fifo >= 0)
    }

    deinit {
        close(fifo)
    }

    func send(_ bytes: some Sequence<UInt8>) {
        write(all: Array(bytes), to: fifo)
    }
}

private func write(all bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 { return }
        rest = rest.dropFirst(count)
    }
}

/// The records of a scanner that types this and Enter.
func keys(_ text: String) throws -> [UInt8] {
    try #require(KeyStrokes.events(typing: Array(text.utf8))).flatMap(\.bytes)
}

extension Pace {
    static let never = Pace(silence: 600_000, opening: 60, retry: 600_000)
}

/// Less than the minute for which a player or an engine of these tests would sleep: whatever returns sooner has not waited for
/// it. How much sooner is a matter of the machine.
let lifeOfAPlayer = Duration.seconds(45)

/// Waits for the thing itself; false when it has not come in time.
func eventually(within limit: Duration = .seconds(20), _ condition: () -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        if ContinuousClock.now > end { return false }
        try await Task.sleep(for: .milliseconds(1))
    }
    return true
}

/// Counts what happens on another thread.
final class Tally: Sendable {
    private let counted = Mutex(0)
    var count: Int { counted.withLock { $0 } }
    func add() { counted.withLock { $0 += 1 } }
}

extension DeviceHub {
    func isConnected(_ index: Int = 0) -> Bool { peripherals[index].connected }
}

/// Keeps what is logged.
final class LogBook: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    func log(event: LogEvent) {
        kept.withLock { $0.append("\(event.level): \(event.message) \(event.metadata ?? [:])") }
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}
