import ScaleProtocols
import Synchronization

/// What the device thread shows to all others. The lock is held for a copy, never during a callback.
final class DeviceBoard: Sendable {
    private struct Contents {
        var peripherals: [PeripheralState]
        var watch: ScaleWatch
        var isAttentive = false
        var wakeUps = 0
        /// Who waits for what becomes of an order; each is told once.
        var waiting: [UInt64: @Sendable (ScaleOrderResult) -> Void] = [:]
        var nextTicket: UInt64 = 1
    }

    private let contents: Mutex<Contents>

    init(_ peripherals: [PeripheralState], _ limits: ScaleWatch.Limits = ScaleWatch.Limits()) {
        contents = Mutex(Contents(peripherals: peripherals, watch: ScaleWatch(limits)))
    }

    var peripherals: [PeripheralState] {
        contents.withLock { $0.peripherals }
    }

    /// How often the thread woke: with every device present and silent, never.
    var wakeUps: Int {
        contents.withLock { $0.wakeUps }
    }

    func countWakeUp() {
        contents.withLock { $0.wakeUps += 1 }
    }

    func show(_ state: PeripheralState, at index: Int) {
        contents.withLock {
            $0.peripherals[index] = state
            guard state.kind == .scale else { return }
            if state.connected { $0.watch.connect() } else { $0.watch.disconnect() }
        }
    }

    // MARK: The scale

    func withWatch<R>(_ body: (inout ScaleWatch) -> R) -> R {
        contents.withLock { body(&$0.watch) }
    }

    var isAttentive: Bool {
        get { contents.withLock { $0.isAttentive } }
        set { contents.withLock { $0.isAttentive = newValue } }
    }

    /// A ticket by which `finish` finds who waits.
    func ticket(_ then: @escaping @Sendable (ScaleOrderResult) -> Void) -> UInt64 {
        contents.withLock { contents in
            defer { contents.nextTicket += 1 }
            contents.waiting[contents.nextTicket] = then
            return contents.nextTicket
        }
    }

    func finish(_ ticket: UInt64, _ result: ScaleOrderResult) {
        contents.withLock { $0.waiting.removeValue(forKey: ticket) }?(result)
    }

    func finishAll(_ result: ScaleOrderResult) {
        let waiting = contents.withLock { contents in
            defer { contents.waiting = [:] }
            return contents.waiting
        }
        for then in waiting.values { then(result) }
    }
}
