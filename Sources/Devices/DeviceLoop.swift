import Barcodes
import Board
import CDevices
import Domain
import Glibc
import Logging
import ScaleProtocols

/// The one thread's work: waits on all devices at once, and sleeps without a timer while all are there and silent.
///
/// Belongs to the thread that calls `run`. Callbacks are called from there, with no lock held.
final class DeviceLoop {
    struct Callbacks {
        let onScan: @Sendable (_ scanner: String, _ input: ScanInput) -> DeviceHub.Again?
        let onChange: @Sendable () -> Void
        var onScale: @Sendable (_ state: ScaleWatch.State) -> Void = { _ in }
    }

    /// What other threads want of this one.
    enum Command: Equatable {
        /// The board says whether somebody weighs.
        case attention
        case order(ScaleCommand, ticket: UInt64)
    }

    private struct Held {
        struct Scan {
            let again: DeviceHub.Again
            let since: Milliseconds
        }

        var scans: [Scan] = []
        var next: Milliseconds
        /// The port is not read on.
        var isPaused = false
    }

    /// More than a person scans in the time that a scan is held. With more, the port is not read on: a line then keeps the rest.
    private static let mostHeld = 16

    private static let stopKey = UInt64.max
    private static let pathsKey = UInt64.max - 1
    private static let commandsKey = UInt64.max - 2

    private let ports: [Port]
    private let board: DeviceBoard
    private let callbacks: Callbacks
    private let logger: Logger
    private let stop: Descriptor
    private let commands: Mailbox<Command>
    /// Scans that nobody could take yet, by port and in their order.
    private var held: [Int: Held] = [:]
    private var scaleState = ScaleWatch.State.obstacle(.disconnected)
    private var poller: Poller
    private var watch: PathWatch
    /// What one wake-up reads from one device at most.
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// - Parameters:
    ///   - stop: ends the loop when it becomes readable.
    ///   - commands: is closed when the loop ends.
    init(
        _ ports: [Port], _ board: DeviceBoard, _ callbacks: Callbacks, logger: Logger, stop: consuming Descriptor,
        commands: Mailbox<Command>
    ) throws(DeviceError) {
        self.ports = ports
        self.board = board
        self.callbacks = callbacks
        self.logger = logger
        poller = try Poller()
        watch = try PathWatch()
        self.stop = stop
        self.commands = commands
        try poller.add(self.stop.number, key: Self.stopKey)
        try poller.add(watch.number, key: Self.pathsKey)
        try poller.add(commands.descriptor, key: Self.commandsKey)
    }

    func run() {
        updatePolling()
        openDue()
        while turn() {}
        // Said, rather than lost in silence.
        for scan in held.values.flatMap(\.scans).sorted(by: { $0.since < $1.since }) { _ = scan.again(true) }
        for index in ports.indices where ports[index].isOpen {
            _ = ports[index].close(nil)
            show(index)
        }
        _ = commands.close()
        board.finishAll(.notDone("kioskd is stopping"))
    }

    /// One wake-up; false when it is the last.
    private func turn() -> Bool {
        let keys = poller.wait(atMost: nextDeadline.map { $0 - kiosk_clock_boottime_ms() })
        board.countWakeUp()
        var pathsChanged = false
        for key in keys {
            switch key {
            case Self.stopKey: return false
            case Self.pathsKey: pathsChanged = watch.drain()
            case Self.commandsKey: for command in commands.drain() { handle(command) }
            default: read(Int(key))
            }
        }
        askAgain()
        for (index, port) in ports.enumerated() {
            if held[index]?.isPaused != true { serve(index) }
            if pathsChanged && port.hasLeftItsPath { detach(index, DeviceProblem(ENOENT)) }
        }
        openDue(all: pathsChanged)
        showScale()
        return true
    }

    private var nextDeadline: Milliseconds? {
        let scale = board.withWatch { $0.deadline(after: BoardClock.uptime) }?.milliseconds
        let due = ports.indices.flatMap { index in
            let own = held[index]?.isPaused == true ? [] : [ports[index].deadline, ports[index].retryAt]
            return own + [held[index]?.next]
        }
        return (due + [scale]).compactMap(\.self).min()
    }

    /// Asks the clock anew, as `read` does.
    private func serve(_ index: Int) {
        do throws(DeviceProblem) {
            let wasConnected = ports[index].state.connected
            let meanings = try ports[index].serve(at: kiosk_clock_boottime_ms(), buffer: &buffer)
            if !wasConnected { attach(index) }
            if !meanings.isEmpty { deliver(meanings, of: index) }
        } catch {
            detach(index, error)
        }
    }

    // MARK: The scale

    private func handle(_ command: Command) {
        switch command {
        case .attention: updatePolling()
        case .order(let order, let ticket):
            guard let index = ports.firstIndex(where: { $0.state.kind == .scale }) else {
                return board.finish(ticket, .notDone("no scale is configured"))
            }
            deliver(ports[index].begin(order, ticket: ticket), of: index)
        }
    }

    private func updatePolling() {
        let isAttentive = board.isAttentive
        for port in ports { port.setPollingFast(isAttentive) }
    }

    private func showScale() {
        let state = board.withWatch { $0.state(at: BoardClock.uptime) }
        if state == scaleState { return }
        scaleState = state
        callbacks.onScale(state)
    }

    // MARK: Coming and going

    /// Opens what is missing and due, or all that is missing when their directories spoke.
    private func openDue(all: Bool = false) {
        let now = kiosk_clock_boottime_ms()
        let due = ports.indices.filter { index in
            held[index]?.isPaused != true && ports[index].retryAt.map { all || $0 <= now } ?? false
        }
        if due.isEmpty { return }
        // First watch, then try: what appears in between is announced.
        restore()
        for index in due { open(index, at: now) }
        restore()
    }

    private func open(_ index: Int, at now: Milliseconds) {
        let port = ports[index]
        let before = port.state.problem
        do throws(DeviceProblem) {
            try port.open(at: now, into: poller, key: UInt64(index))
            show(index)
            attach(index)
        } catch {
            port.note(error)
            if before == error.text { return }
            logger.warning("\(port.state.name) not usable: \(error.text)", metadata: ["path": "\(port.state.path)"])
            show(index)
            callbacks.onChange()
        }
    }

    /// Tells of a device that is connected by now and was not.
    private func attach(_ index: Int) {
        let port = ports[index]
        guard port.state.connected else { return }
        let metadata: Logger.Metadata = ["path": "\(port.state.path)", "model": "\(port.model ?? "-")"]
        logger.info("\(port.state.name) connected", metadata: metadata)
        show(index)
        callbacks.onChange()
    }

    private func detach(_ index: Int, _ problem: DeviceProblem) {
        let port = ports[index]
        let meanings = port.close(problem)
        // Before anyone hears of it: who does may plug it in again at once.
        restore()
        logger.warning("\(port.state.name) lost: \(problem.text)", metadata: ["path": "\(port.state.path)"])
        deliver(meanings, of: index)
        callbacks.onChange()
    }

    private func restore() {
        watch.cover(ports.filter(\.needsWatch).map(\.state.path))
    }

    // MARK: Bytes

    /// Asks the clock anew: a callback may have taken its time meanwhile.
    private func read(_ index: Int) {
        guard held[index]?.isPaused != true else { return }
        do throws(DeviceProblem) {
            let wasConnected = ports[index].state.connected
            guard let meanings = try ports[index].read(at: kiosk_clock_boottime_ms(), into: &buffer) else { return }
            if !wasConnected { attach(index) }
            if ports[index].state.kind == .scale {
                board.withWatch { $0.hear(at: BoardClock.uptime) }
            }
            deliver(meanings, of: index)
        } catch {
            detach(index, error)
        }
    }

    /// The board before the callbacks: who is told of a scan finds it counted.
    private func deliver(_ meanings: [DeviceEvent], of index: Int) {
        show(index)
        for meaning in meanings {
            switch meaning {
            case .scan(let input):
                if let again = callbacks.onScan(ports[index].state.name, input) { hold(index, again) }
            case .weight(let reading): board.withWatch { $0.feed(reading, at: BoardClock.uptime) }
            case .missed: board.withWatch { $0.miss() }
            case .ordered(let ticket, let result): board.finish(ticket, result)
            }
        }
    }

    // MARK: Scans that nobody can take yet

    private func hold(_ index: Int, _ again: @escaping DeviceHub.Again) {
        let now = kiosk_clock_boottime_ms()
        var line = held[index] ?? Held(next: now + ports[index].pace.again)
        line.scans.append(Held.Scan(again: again, since: now))
        if line.scans.count >= Self.mostHeld, !line.isPaused {
            line.isPaused = true
            ports[index].pause(poller)
        }
        held[index] = line
    }

    private func askAgain() {
        let now = kiosk_clock_boottime_ms()
        // Who has waited longest comes first.
        let due = held.filter { $0.value.next <= now }.sorted { first, second in
            (first.value.scans.first?.since ?? 0) < (second.value.scans.first?.since ?? 0)
        }
        for (index, line) in due {
            let pace = ports[index].pace
            var scans = line.scans[...]
            while let scan = scans.first, scan.again(now - scan.since >= pace.patience) { scans.removeFirst() }
            held[index]?.scans = Array(scans)
            held[index]?.next = now + pace.again
            if scans.isEmpty { resume(index) }
        }
    }

    private func resume(_ index: Int) {
        let wasPaused = held.removeValue(forKey: index)?.isPaused ?? false
        guard wasPaused else { return }
        do throws(DeviceProblem) {
            try ports[index].resume(at: kiosk_clock_boottime_ms(), poller, key: UInt64(index))
        } catch {
            detach(index, error)
        }
    }

    private func show(_ index: Int) {
        board.show(ports[index].state, at: index)
    }
}
