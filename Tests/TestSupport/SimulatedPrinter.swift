import CDevices
import Foundation
import Synchronization

/// A receipt printer on a pty: prints what it gets into a list and answers what it is asked, or does not.
public final class SimulatedPrinter: Sendable {
    /// How it is. A status that it does not have is a question it does not answer.
    public struct Condition: Sendable {
        public var answers: [UInt8: UInt8] = [1: 0x12, 2: 0x12, 4: 0x12]
        /// After the job; nil: no answer.
        public var afterwards: UInt8? = 0x00
        /// What it takes on when a job has come, as when the paper ends in the middle.
        public var answersAfterwards: [UInt8: UInt8]?

        public static let fine = Condition()
        public static let silent = Condition(answers: [:], afterwards: nil)
        public static let paperOut = Condition(answers: [1: 0x1A, 2: 0x32, 4: 0x7E])
        public static let paperLow = Condition(answers: [1: 0x12, 2: 0x12, 4: 0x1E], afterwards: 0x03)
        public static let coverOpen = Condition(answers: [1: 0x1A, 2: 0x16, 4: 0x12])
    }

    private struct State {
        var condition: Condition
        var printed: [UInt8] = []
        var questions = 0
        var pending: [UInt8] = []
    }

    public let path: String
    private let master: Int32
    private let stop: Int32
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter noise: sent before each answer.
    public init(_ condition: Condition, noise: [UInt8] = []) throws {
        var name = [CChar](repeating: 0, count: 64)
        master = kiosk_pty_open(&name, name.count)
        guard master >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        stop = kiosk_eventfd()
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        state = Mutex(State(condition: condition))
        let (master, stop, ended) = (master, stop, ended)
        let thread = Thread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                var both = [
                    pollfd(fd: master, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
                ]
                poll(&both, 2, -1)
                if both[1].revents != 0 { break }
                let count = read(master, &buffer, buffer.count)
                // Nobody has the other end open.
                if count <= 0 {
                    usleep(1000)
                    continue
                }
                guard let answers = self?.take(buffer[..<count]) else { break }
                for answer in answers {
                    let bytes = noise + [answer]
                    _ = write(master, bytes, bytes.count)
                }
            }
            ended.signal()
        }
        thread.start()
    }

    /// Pulls the cable.
    deinit {
        kiosk_eventfd_signal(stop)
        ended.wait()
        close(master)
        close(stop)
    }

    /// Every byte that was no question.
    public var printed: [UInt8] { state.withLock { $0.printed } }
    /// How often this is on the paper by now.
    public func count(_ part: [UInt8]) -> Int {
        let bytes = printed
        guard !part.isEmpty, bytes.count >= part.count else { return 0 }
        return (0...bytes.count - part.count).count { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }

    public var questions: Int { state.withLock { $0.questions } }

    public func become(_ condition: Condition) { state.withLock { $0.condition = condition } }

    /// Takes the questions out of the stream and answers them.
    private func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        state.withLock { state in
            state.pending += bytes
            var answers: [UInt8] = []
            while let first = state.pending.first {
                let isQuestion = first == 0x10 || first == 0x1D && state.pending.dropFirst().first == 0x72
                if isQuestion || first == 0x1D && state.pending.count == 1 {
                    guard state.pending.count >= 3 else { break }
                    state.questions += 1
                    if first == 0x10, state.pending[1] == 0x04 {
                        if let answer = state.condition.answers[state.pending[2]] { answers.append(answer) }
                    } else if let answer = state.condition.afterwards {
                        answers.append(answer)
                    }
                    state.pending.removeFirst(3)
                } else {
                    state.printed.append(state.pending.removeFirst())
                    if let changed = state.condition.answersAfterwards { state.condition.answers = changed }
                }
            }
            return answers
        }
    }
}
