import Barcodes
import Glibc
import ScaleProtocols

/// The times a device is given. Only tests have others.
struct Pace: Sendable {
    /// The longest pause inside one scan.
    var silence: Milliseconds = 250
    /// Without a byte for so long after opening, no scan was under way. As long as the longest pause inside one: shorter, and a
    /// slow scanner's tail would pass for a scan.
    var opening: Milliseconds = 250
    /// A missing device is looked for this often, and a path is never opened more often unless its directory speaks:
    /// a loose plug must not become a busy loop.
    var retry: Milliseconds = 2000
    /// From opening a scale's line to the first byte sent: opening toggles DTR, which restarts some devices.
    var settle: Milliseconds = 2000
    /// Between two questions while nobody weighs. Each costs two wake-ups, so four a second, half of what the whole idle
    /// board may have; and twice in the time that a reading stays fresh, so that the display does not flicker.
    var idlePoll: Milliseconds = 500
    /// Between two questions to a scale that has long been silent, while nobody weighs.
    var deadPoll: Milliseconds = 5000
    /// A scan that nobody can take yet is offered again after so long, and for so long in all.
    var again: Milliseconds = 20
    var patience: Milliseconds = 2000
    /// For the answer to an order alone. Then a scale that is asked is asked again: its reading may show what it did.
    var orderAnswer: Milliseconds = 1500
    /// For an order in all: a scale that is not at rest may wait for that before it obeys.
    var order: Milliseconds = 5000
}

/// One configured path and the device that may stand behind it. Belongs to the device thread.
final class Port {
    private(set) var state: PeripheralState
    private let wiring: Wiring
    let pace: Pace
    private var talk: SessionState
    private var device: OpenDevice?
    private(set) var isOpen = false
    /// What the device calls itself.
    private(set) var model: String?
    private var triedAt: Milliseconds?
    private var heardAt: Milliseconds = 0
    /// Nobody listened for a while: what is one scan and what are several, a line without terminators does not tell any more.
    private var wasDeaf = false

    private enum SessionState {
        case scanner(any Decoder)
        case scale(ScalePoller)
    }

    init(_ scanner: ScannerConfiguration, _ pace: Pace) {
        self.pace = pace
        state = PeripheralState(name: scanner.name, kind: .scanner, path: scanner.path)
        switch scanner.kind {
        case .serial: (wiring, talk) = (.serial(baud: scanner.baud, .eightNone), .scanner(SerialScanDecoder()))
        case .evdev: (wiring, talk) = (.keyboard, .scanner(KeyScanDecoder()))
        }
    }

    init(_ scale: ScaleConfiguration, _ pace: Pace) {
        self.pace = pace
        state = PeripheralState(name: "scale", kind: .scale, path: scale.path)
        wiring = .serial(baud: scale.baud, scale.line)
        talk = .scale(ScalePoller(scale.makeProtocol(), pace))
    }

    // MARK: Coming and going

    /// What is missing is watched for; what no hang-up would end is watched for its end.
    var needsWatch: Bool { device?.isFIFO ?? true }

    var hasLeftItsPath: Bool { device?.hasLeft(state.path) ?? false }

    /// When to try to open it, if its directory says nothing before; nil while it is open.
    var retryAt: Milliseconds? {
        if isOpen { return nil }
        return triedAt.map { $0 + pace.retry } ?? 0
    }

    /// Tries the path. A scale is connected at once, a scanner when it is sure that no scan was under way.
    func open(at now: Milliseconds, into poller: borrowing Poller, key: UInt64) throws(DeviceProblem) {
        triedAt = now
        let opened = try OpenDevice(wiring, at: state.path)
        do {
            try poller.add(opened.descriptor.number, key: key)
        } catch {
            throw DeviceProblem(error.code)
        }
        model = opened.model
        device = consume opened
        isOpen = true
        state.problem = nil
        state.counters["opens", default: 0] += 1
        heardAt = now
        wasDeaf = false
        switch talk {
        case .scanner(var decoder):
            decoder.open()
            talk = .scanner(decoder)
        case .scale:
            withDialogue { $0.open(at: now) }
            state.connected = true
        }
    }

    /// Is not listened to for a while.
    func pause(_ poller: borrowing Poller) {
        if let number = device?.descriptor.number { poller.remove(number) }
    }

    func resume(at now: Milliseconds, _ poller: borrowing Poller, key: UInt64) throws(DeviceProblem) {
        guard let number = device?.descriptor.number else { return }
        // The line was not silent; nobody listened.
        heardAt = now
        wasDeaf = true
        do {
            try poller.add(number, key: key)
        } catch {
            throw DeviceProblem(error.code)
        }
    }

    func note(_ problem: DeviceProblem) {
        state.problem = problem.text
    }

    /// Closes the device. Returns what is to be made of the sudden end.
    func close(_ problem: DeviceProblem?) -> [DeviceEvent] {
        device = nil
        isOpen = false
        state.connected = false
        state.problem = problem?.text
        switch talk {
        case .scanner(var decoder):
            let meanings = decoder.interrupt()
            talk = .scanner(decoder)
            return counted(meanings)
        case .scale: return counted(withDialogue { $0.close() } ?? [])
        }
    }

    // MARK: Bytes

    /// Reads what fits into the buffer, once: the other devices have their turn too. nil when there was nothing.
    func read(at now: Milliseconds, into buffer: inout [UInt8]) throws(DeviceProblem) -> [DeviceEvent]? {
        switch device?.descriptor.read(into: &buffer) {
        case .bytes(let count):
            state.counters["bytes", default: 0] += count
            return counted(try feed(Array(buffer[..<count]), at: now))
        case .nothing, nil:
            return nil
        case .gone(let code):
            throw DeviceProblem(code)
        }
    }

    private func feed(_ bytes: [UInt8], at now: Milliseconds) throws(DeviceProblem) -> [DeviceEvent] {
        switch talk {
        case .scanner(var decoder):
            // What came while nobody listened was read at once.
            if now - heardAt > pace.silence { wasDeaf = false }
            let meanings = decoder.feed(bytes)
            talk = .scanner(decoder)
            // What types nothing does not put off the end of opening: a mouse at a scanner's path would never be told of.
            if !decoder.isOpening {
                heardAt = now
                state.connected = true
            }
            return meanings
        case .scale:
            let meanings = withDialogue { $0.feed(bytes, at: now) } ?? []
            try send()
            return meanings
        }
    }

    // MARK: Time

    /// When `act` has something to do although nothing is heard; nil when never.
    var deadline: Milliseconds? {
        switch talk {
        case .scanner(let decoder) where decoder.isOpening: heardAt + pace.opening
        case .scanner(let decoder): decoder.isOpen ? heardAt + pace.silence : nil
        case .scale(let dialogue): dialogue.deadline
        }
    }

    private func isDue(at now: Milliseconds) -> Bool {
        deadline.map { $0 <= now } ?? false
    }

    /// Does what is due.
    func serve(at now: Milliseconds, buffer: inout [UInt8]) throws(DeviceProblem) -> [DeviceEvent] {
        guard isDue(at: now) else { return [] }
        switch talk {
        case .scanner:
            // This thread may have been held up: with bytes unread, the line was not silent.
            let heard = try read(at: now, into: &buffer) ?? []
            return isDue(at: now) ? heard + counted(idle(at: now)) : heard
        case .scale:
            let meanings = withDialogue { $0.turn(at: now) } ?? []
            try send()
            return counted(meanings)
        }
    }

    /// The scanner's line was silent.
    private func idle(at now: Milliseconds) -> [DeviceEvent] {
        guard case .scanner(var decoder) = talk else { return [] }
        heardAt = now
        let meanings = decoder.idle()
        talk = .scanner(decoder)
        state.connected = true
        defer { wasDeaf = false }
        return wasDeaf ? meanings.map { _ in .scan(.fault(.interrupted)) } : meanings
    }

    // MARK: The scale

    func setPollingFast(_ isAttentive: Bool) {
        withDialogue { $0.isAttentive = isAttentive }
    }

    func begin(_ order: ScaleCommand, ticket: UInt64) -> [DeviceEvent] {
        withDialogue { $0.begin(order, ticket: ticket) } ?? []
    }

    @discardableResult
    private func withDialogue<R>(_ body: (inout ScalePoller) -> R) -> R? {
        guard case .scale(var dialogue) = talk else { return nil }
        defer { talk = .scale(dialogue) }
        return body(&dialogue)
    }

    /// Never waits: a line that takes no more bytes loses the question, which counts as one without an answer.
    private func send() throws(DeviceProblem) {
        guard let bytes = withDialogue({ $0.takeOutgoing() }), !bytes.isEmpty else { return }
        switch device?.descriptor.write(bytes) {
        case .bytes(let count):
            state.counters["sent", default: 0] += count
            if count < bytes.count { state.counters["blocked", default: 0] += 1 }
        case .nothing: state.counters["blocked", default: 0] += 1
        case .gone(let code): throw DeviceProblem(code)
        case nil: break
        }
    }

    private func counted(_ meanings: [DeviceEvent]) -> [DeviceEvent] {
        for meaning in meanings {
            switch meaning {
            case .scan(.scan): state.counters["scans", default: 0] += 1
            case .scan(.fault): state.counters["faults", default: 0] += 1
            case .weight: state.counters["frames", default: 0] += 1
            case .missed: state.counters["missed", default: 0] += 1
            case .ordered: state.counters["orders", default: 0] += 1
            }
        }
        if case .scale(let dialogue) = talk { state.counters["dropped"] = dialogue.dropped }
        return meanings
    }
}
