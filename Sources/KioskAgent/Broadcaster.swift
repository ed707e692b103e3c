import Domain
import Synchronization

/// Tells whoever listens, and keeps nothing for a listener that is slow but the newest.
final class Broadcaster<News: Sendable>: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<News>.Continuation] = [:]
        var next = 0
        var hasFinished = false
    }

    private let state = Mutex(State())
    private let kept: Int

    init(kept: Int) { self.kept = kept }

    func stream() -> AsyncStream<News> {
        let (stream, continuation) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .bufferingNewest(kept))
        let number: Int? = state.withLock { state in
            guard !state.hasFinished else { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// While nobody listens, the news is not even made.
    func announce(_ news: @autoclosure () -> News) {
        let listeners = state.withLock { Array($0.listeners.values) }
        if listeners.isEmpty { return }
        let news = news()
        for listener in listeners { listener.yield(news) }
    }

    /// Ends every stream, and those asked for later at once.
    func finish() {
        let listeners = state.withLock { state in
            state.hasFinished = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
