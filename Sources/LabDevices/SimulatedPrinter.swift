import Board
import Synchronization

/// A receipt printer on a pseudo-terminal: prints what it gets onto a roll and answers what it is asked, or does not.
public final class SimulatedPrinter: Sendable {
    /// How it is. A status that it does not have is a question it does not answer.
    public struct Condition: Hashable, Sendable {
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

    public let path: String
    private let works: Works
    private let thread: DedicatedThread

    /// - Parameters:
    ///   - noise: sent before each answer.
    ///   - link: a stable name for the device.
    public init(_ condition: Condition, noise: [UInt8] = [], link: String? = nil) throws {
        let line = try SimulatedLine(link: link)
        path = link ?? line.path
        let works = Works(condition)
        self.works = works
        // Handed over to the thread; nobody else ever has it again.
        nonisolated(unsafe) let handedOver = line
        thread = DedicatedThread.start(name: "printer") { works.run(unsafe handedOver, noise: noise) }
    }

    /// Pulls the cable.
    deinit {
        works.end()
        thread.join(within: .seconds(3))
    }

    /// Every byte that was no question.
    public var printed: [UInt8] { works.state.withLock { $0.printed } }
    public var questions: Int { works.state.withLock { $0.questions } }
    public func become(_ condition: Condition) { works.state.withLock { $0.condition = condition } }

    /// How often this is on the paper by now.
    public func count(_ part: [UInt8]) -> Int {
        let bytes = printed
        guard !part.isEmpty, bytes.count >= part.count else { return 0 }
        return (0...bytes.count - part.count).count { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }
}

extension SimulatedPrinter {
    /// What goes on inside, for the printer and its thread.
    private final class Works: Sendable {
        struct State {
            var condition: Condition
            var printed: [UInt8] = []
            var questions = 0
            var pending: [UInt8] = []
            var isPlugged = true
        }

        let state: Mutex<State>
        init(_ condition: Condition) { state = Mutex(State(condition: condition)) }

        func end() { state.withLock { $0.isPlugged = false } }

        func run(_ line: SimulatedLine, noise: [UInt8]) {
            while state.withLock({ $0.isPlugged }) {
                let bytes = line.receive(waiting: 20)
                for answer in take(bytes) { line.offer(noise + [answer]) }
            }
        }

        /// Takes the questions out of the stream and answers them: `10 04 n` and `1D 72 n`.
        private func take(_ bytes: [UInt8]) -> [UInt8] {
            state.withLock { state in
                state.pending += bytes
                var answers: [UInt8] = []
                while let first = state.pending.first {
                    let second = state.pending.dropFirst().first
                    let begins = first == 0x10 || first == 0x1D
                    if begins, second == nil { break }
                    // What a printer obeys at once, wherever it stands.
                    let isImmediate = first == 0x10 && [0x04, 0x05, 0x14].contains(second)
                    if isImmediate || first == 0x1D && second == 0x72 {
                        guard state.pending.count >= 3 else { break }
                        state.questions += 1
                        if isImmediate {
                            if second == 0x04, let answer = state.condition.answers[state.pending[2]] {
                                answers.append(answer)
                            }
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
}
