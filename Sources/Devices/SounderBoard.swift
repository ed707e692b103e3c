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
        var isStopped = false
        var isLeftBehind = false
    }

    /// Two kinds of letters, each in it once at most.
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
        contents.withLock { contents in
            contents.isStopped = true
            contents.counters.dropped += contents.queue.removeAll()
        }
        calls.postOnce(.stop)
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
