import Barcodes
import ScaleProtocols

/// The times a device is given. Only tests have others.
struct Pace: Sendable {
    /// The longest pause inside one scan.
    var silence: Milliseconds = 250
    /// A missing device is looked for this often, and a path is never opened more often unless its directory speaks:
    /// a loose plug must not become a busy loop.
    var retry: Milliseconds = 2000
}

/// One configured path and the device that may stand behind it. Belongs to the device thread.
final class Port {
    private(set) var state: PeripheralState
    private let wiring: Wiring
    private let pace: Pace
    private var decoder: any Decoder
    private var device: OpenDevice?
    private var triedAt: Milliseconds?
    private var heardAt: Milliseconds = 0

    init(_ scanner: ScannerConfiguration, _ pace: Pace) {
        self.pace = pace
        state = PeripheralState(name: scanner.name, kind: .scanner, path: scanner.path)
        switch scanner.kind {
        case .serial: (wiring, decoder) = (.serial(baud: scanner.baud, .eightNone), SerialScanDecoder())
        case .evdev: (wiring, decoder) = (.keyboard, KeyScanDecoder())
        }
    }

    init(_ scale: ScaleConfiguration, _ pace: Pace) {
        self.pace = pace
        state = PeripheralState(name: "scale", kind: .scale, path: scale.path)
        wiring = .serial(baud: scale.baud, scale.line)
        decoder = ScaleDecoder(scale.protocolName)
    }

    // MARK: Coming and going

    /// What is missing is watched for; what no hang-up would end is watched for its end.
    var needsWatch: Bool { device?.isFIFO ?? true }

    var hasLeftItsPath: Bool { device?.hasLeft(state.path) ?? false }

    /// When to try to open it, if its directory says nothing before; nil while it is open.
    var retryAt: Milliseconds? {
        if state.connected { return nil }
        return triedAt.map { $0 + pace.retry } ?? 0
    }

    /// Tries the path. Returns what the device calls itself.
    func open(at now: Milliseconds, into poller: borrowing Poller, key: UInt64) throws(DeviceProblem) -> String? {
        triedAt = now
        let opened = try OpenDevice(wiring, at: state.path)
        do {
            try poller.add(opened.descriptor.number, key: key)
        } catch {
            throw DeviceProblem(error.code)
        }
        let model = opened.model
        device = consume opened
        state.connected = true
        state.problem = nil
        state.counters["opens", default: 0] += 1
        return model
    }

    func note(_ problem: DeviceProblem) {
        state.problem = problem.text
    }

    /// Closes the device. Returns what its decoder makes of the sudden end.
    func close(_ problem: DeviceProblem?) -> [Meaning] {
        device = nil
        state.connected = false
        state.problem = problem?.text
        return counted(decoder.interrupt())
    }

    // MARK: Bytes

    /// Reads what fits into the buffer, once: the other devices have their turn too.
    func read(at now: Milliseconds, into buffer: inout [UInt8]) throws(DeviceProblem) -> [Meaning] {
        switch device?.descriptor.read(into: &buffer) {
        case .bytes(let count):
            heardAt = now
            state.counters["bytes", default: 0] += count
            return counted(decoder.feed(Array(buffer[..<count])))
        case .nothing, nil:
            return []
        case .gone(let code):
            throw DeviceProblem(code)
        }
    }

    /// When silence ends what is open; nil when nothing is.
    var silentAt: Milliseconds? { decoder.isOpen ? heardAt + pace.silence : nil }

    func endSilence(at now: Milliseconds) -> [Meaning] {
        heardAt = now
        return counted(decoder.idle())
    }

    private func counted(_ meanings: [Meaning]) -> [Meaning] {
        for meaning in meanings {
            switch meaning {
            case .scan(.scan): state.counters["scans", default: 0] += 1
            case .scan(.fault): state.counters["faults", default: 0] += 1
            case .weight: state.counters["frames", default: 0] += 1
            }
        }
        if state.kind == .scale { state.counters["dropped"] = decoder.dropped }
        return meanings
    }
}
