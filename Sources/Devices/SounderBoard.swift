import Board
import Sounds
import Synchronization

/// What the thread and those who ask share. The lock is held to copy, never while anything plays.
final class SounderBoard: Sendable {
    enum Call: Hashable {
        case sound, stop
    }

    private struct Contents {
        var queue = SoundQueue()
        var counters = Sounder.Counters()
        var problem: String?
        /// At most one: a sentence about an earlier weighing would be heard as the answer to this one.
        var utterance: SpeechRequest?
        /// What is heard now is more than a prompt.
        var isTelling = false
        var voiceProblem: String?
        var isStopped = false
        var isLeftBehind = false
    }

    /// Two kinds of messages, each in it once at most.
    let calls = Mailbox<Call>(capacity: 2)
    private let contents = Mutex(Contents())

    var counters: Sounder.Counters { contents.withLock { $0.counters } }
    var problem: String? { contents.withLock { $0.problem } }
    var isStopped: Bool { contents.withLock { $0.isStopped } }

    /// A killed player that the kernel still held when the thread ended.
    var isLeftBehind: Bool { contents.withLock { $0.isLeftBehind } }

    func add(_ sound: Sound) {
        contents.withLock { contents in
            contents.counters.dropped += contents.isStopped ? 1 : contents.queue.add(sound)
        }
        calls.postOnce(.sound)
    }

    func next() -> Sound? { contents.withLock { $0.queue.next() } }

    func stop() {
        let given = contents.withLock { contents in
            contents.isStopped = true
            contents.counters.dropped += contents.queue.removeAll()
            return contents.utterance.take()
        }
        if let given { finish(given, .cutOff) }
        calls.postOnce(.stop)
    }

    // MARK: Sentences

    /// A tone or the end of the point: what is spoken has to give way.
    var isSpeechInTheWay: Bool {
        contents.withLock { !$0.queue.waiting.isEmpty || $0.utterance != nil || $0.isStopped }
    }

    /// It takes the place of one that waits.
    func add(_ utterance: SpeechRequest) {
        let given = contents.withLock { contents -> SpeechRequest? in
            if contents.isStopped { return utterance }
            if utterance.isPrompt, contents.isTelling || contents.utterance.map({ !$0.isPrompt }) ?? false {
                return utterance
            }
            defer { contents.utterance = utterance }
            return contents.utterance
        }
        if let given { finish(given, .cutOff) }
        calls.postOnce(.sound)
    }

    func nextUtterance() -> SpeechRequest? {
        contents.withLock { contents in
            contents.isTelling = contents.utterance.map { !$0.isPrompt } ?? false
            return contents.utterance.take()
        }
    }

    /// One that was cut off waits again, unless another took its place, or it was cut off before. Whoever hears of the end
    /// may say the next thing at once: by then nothing is being told.
    func end(_ utterance: SpeechRequest, _ outcome: Sounder.Speech) {
        var again = utterance
        again.interruptions += 1
        let isBack = contents.withLock { contents in
            contents.isTelling = false
            guard outcome == .cutOff, !contents.isStopped, contents.utterance == nil,
                again.interruptions <= SpeechRequest.mostInterruptions
            else { return false }
            contents.utterance = again
            return true
        }
        if !isBack { finish(utterance, outcome) }
    }

    private func finish(_ utterance: SpeechRequest, _ outcome: Sounder.Speech) {
        count {
            switch outcome {
            case .spoken: $0.spoken += 1
            case .cutOff, .notSpoken: $0.unspoken += 1
            }
        }
        utterance.then(outcome)
    }

    var voiceProblem: String? { contents.withLock { $0.voiceProblem } }

    /// Returns whether it is another than before.
    func noteVoice(_ problem: String?) -> Bool {
        contents.withLock { contents in
            defer { contents.voiceProblem = problem }
            return contents.voiceProblem != problem
        }
    }

    func leaveBehind() { contents.withLock { $0.isLeftBehind = true } }

    func count(_ change: (inout Sounder.Counters) -> Void) {
        contents.withLock { change(&$0.counters) }
    }

    /// Returns whether it is another than before: only then is it news for the log.
    func note(_ problem: String?) -> Bool {
        contents.withLock { contents in
            defer { contents.problem = problem }
            return contents.problem != problem
        }
    }
}

/// A sentence on its way to the loudspeaker. However it ends, `then` is told once.
struct SpeechRequest: Sendable {
    let sentence: String
    /// Only tells what to do next: it never takes the place of what was weighed or paid.
    var isPrompt = false
    /// How often it was begun and cut off by a tone.
    var interruptions = 0
    let then: @Sendable (Sounder.Speech) -> Void

    /// One that a tone cut off begins again, once: a farmer shall hear the amount, but not for ever anew in a busy room.
    static let mostInterruptions = 1
}
