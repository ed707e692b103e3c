import ScaleProtocols
import Synchronization

/// What the device thread shows to all others. The lock is held for a copy, never during a callback.
final class DeviceBoard: Sendable {
    private struct Contents {
        var peripherals: [PeripheralState]
        var weight: (reading: ScaleReading, at: Milliseconds)?
        var wakeUps = 0
    }

    /// A continuous indicator sends about seven frames a second: after one second without any, something is wrong,
    /// and a weight that once was there must not be taken for the one that lies there now.
    static let weightLifetime: Milliseconds = 1000

    private let contents: Mutex<Contents>

    init(_ peripherals: [PeripheralState]) {
        contents = Mutex(Contents(peripherals: peripherals))
    }

    var peripherals: [PeripheralState] {
        contents.withLock { $0.peripherals }
    }

    /// How often the thread woke: with every device present and silent, never.
    var wakeUps: Int {
        contents.withLock { $0.wakeUps }
    }

    func weight(at now: Milliseconds) -> (reading: ScaleReading, age: Milliseconds)? {
        guard let weight = contents.withLock({ $0.weight }) else { return nil }
        let age = max(0, now - weight.at)
        return age > Self.weightLifetime ? nil : (weight.reading, age)
    }

    func show(_ state: PeripheralState, at index: Int) {
        contents.withLock {
            $0.peripherals[index] = state
            if state.kind == .scale && !state.connected { $0.weight = nil }
        }
    }

    func show(_ reading: ScaleReading, at now: Milliseconds) {
        contents.withLock { $0.weight = (reading, now) }
    }

    func countWakeUp() {
        contents.withLock { $0.wakeUps += 1 }
    }
}
