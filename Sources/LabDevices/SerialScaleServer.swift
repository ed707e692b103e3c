import Board
import Domain
import Glibc
import ScaleProtocols
import Synchronization

/// A simulated scale on a pseudo-terminal: it talks or answers, turn by turn, and its cable can be pulled.
public final class SerialScaleServer {
    private var scale: SimulatedScale
    private let load: SimulatedLoad
    private let link: String?
    private let interval: Duration
    /// `nil` while the cable is pulled.
    private var line: SimulatedLine?
    private var turns = 0

    /// - Parameters:
    ///   - link: a stable name for the device.
    ///   - interval: between two frames of a scale that talks unasked.
    public init(_ scale: SimulatedScale, link: String?, load: SimulatedLoad, interval: Duration) throws {
        self.scale = scale
        self.load = load
        self.link = link
        self.interval = interval
        line = try SimulatedLine(link: link)
    }

    public var path: String { link ?? line?.path ?? "" }

    /// Sends one frame, or waits a moment for a question.
    public func turn() throws {
        let state = load.now
        turns += 1
        scale.fault = state.fault
        scale.isStable = state.isStable
        scale.grams = state.grams + (turns.isMultiple(of: 2) ? state.swing : 0)
        if let key = load.takeKey() { scale.execute(key) }
        if state.fault == .unplug {
            line = nil
            usleep(20_000)
            return
        }
        let plugged = try line ?? SimulatedLine(link: link)
        line = plugged
        if scale.isAsked {
            let request = plugged.receive(waiting: 20)
            if !request.isEmpty { plugged.offer(try scale.answer(request)) }
        } else {
            plugged.offer(try scale.frame())
            let order = plugged.receive(waiting: Int(interval.milliseconds))
            if !order.isEmpty {
                plugged.offer(try scale.answer(order))
                usleep(UInt32(interval.milliseconds) * 1000)
            }
        }
    }
}

/// A scale that stands on the counter and plays by itself, on a thread of its own, until it is taken away.
package final class PtyScale: Sendable {
    private let load: SimulatedLoad
    private let isWanted = Mutex(true)
    private let trouble = Mutex<String?>(nil)
    private let thread = Mutex<DedicatedThread?>(nil)

    package init(_ scale: SimulatedScale, link: String, load: SimulatedLoad, interval: Duration) {
        self.load = load
        let thread = DedicatedThread.start(name: "scale") { [self] in
            do {
                let scale = try SerialScaleServer(
                    scale, link: link, load: load, interval: interval)
                while isWanted.withLock({ $0 }) { try scale.turn() }
            } catch {
                trouble.withLock { $0 = "\(error)" }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    /// What it could not say: a weight that its frames have no room for.
    package var problem: String? { trouble.withLock { $0 } }

    package func takeAway() {
        isWanted.withLock { $0 = false }
        thread.withLock { $0 }?.join(within: .seconds(3))
    }
}
