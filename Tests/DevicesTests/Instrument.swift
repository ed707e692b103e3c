import Board
import Foundation
import LabDevices
import ScaleProtocols
import Synchronization
import Testing

/// A scale at the other end of a pty, played on a thread of its own until it is let go of.
final class Instrument: Sendable {
    private struct State {
        var scale: SimulatedScale
        var delay: Duration = .zero
        var isPlugged = true
        var isToBeDeaf = false
        var isDeaf = false
        var isOver = false
        var heard: [UInt8] = []
    }

    private final class Shared: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    private let shared: Shared

    /// - Parameter link: where it is plugged in.
    init(
        _ name: ScaleProtocolName, options: ScaleOptions = ScaleOptions(), grams: Int64, at link: String
    ) throws {
        let shared = Shared(State(scale: try SimulatedScale(name, options: options, grams: grams)))
        self.shared = shared
        _ = DedicatedThread.start(name: "instrument") {
            var line: SimulatedLine?
            while case let state = shared.state.withLock({ $0 }), !state.isOver {
                if !state.isPlugged {
                    line = nil
                    usleep(1000)
                    continue
                }
                if line == nil { line = try? SimulatedLine(link: link) }
                guard let line else { continue }
                Self.turn(line, state.scale.isAsked, shared)
            }
        }
    }

    deinit {
        shared.state.withLock { $0.isOver = true }
    }

    private static func turn(_ line: SimulatedLine, _ isAsked: Bool, _ shared: Shared) {
        if !isAsked, let frame = try? shared.state.withLock({ try $0.scale.frame() }) { try? line.send(frame) }
        let isDeaf = shared.state.withLock { state in
            state.isDeaf = state.isToBeDeaf
            return state.isDeaf
        }
        if isDeaf {
            usleep(1000)
            return
        }
        let request = line.receive(waiting: isAsked ? 5 : 20)
        if request.isEmpty { return }
        let (answer, delay) = shared.state.withLock { state in
            state.heard += request
            return (try? state.scale.answer(request), state.delay)
        }
        if delay > .zero { Thread.sleep(forTimeInterval: delay / .seconds(1)) }
        if let answer { try? line.send(answer) }
    }

    /// Pulls the cable, and the link with it.
    func unplug() { shared.state.withLock { $0.isPlugged = false } }
    func plug() { shared.state.withLock { $0.isPlugged = true } }

    func lay(_ grams: Int64, isStable: Bool = true) {
        shared.state.withLock { ($0.scale.grams, $0.scale.isStable) = (grams, isStable) }
    }

    func play(_ fault: SimulatedScale.Fault) {
        shared.state.withLock { $0.scale.fault = fault }
    }

    /// So late comes each answer.
    func delay(_ duration: Duration) {
        shared.state.withLock { $0.delay = duration }
    }

    /// Reads nothing any more: the line fills up.
    func stopReading() {
        shared.state.withLock { $0.isToBeDeaf = true }
    }

    var hasStoppedReading: Bool { shared.state.withLock { $0.isDeaf } }

    /// What the host has sent.
    var heard: String { String(decoding: shared.state.withLock { $0.heard }, as: UTF8.self) }
}
