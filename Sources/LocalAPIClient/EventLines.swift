import Dispatch
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes the `data` lines out of a stream of server-sent events.
final class EventLines: Sendable {
    private let pending = Mutex<[UInt8]>([])
    private let onComment: @Sendable (String) throws -> Void
    private let onData: @Sendable (String) throws -> Void

    init(
        onComment: @escaping @Sendable (String) throws -> Void = { _ in },
        onData: @escaping @Sendable (String) throws -> Void
    ) {
        (self.onComment, self.onData) = (onComment, onData)
    }

    func take(_ bytes: [UInt8]) throws {
        let lines = pending.withLock { pending in
            pending += bytes
            guard let end = pending.lastIndex(of: 0x0A) else { return [String]() }
            let whole = pending[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
            pending.removeSubrange(...end)
            return whole
        }
        for line in lines {
            if line.hasPrefix("data: ") { try onData(String(line.dropFirst(6))) }
            if line.hasPrefix(": ") { try onComment(String(line.dropFirst(2))) }
        }
    }
}

/// A stream of server-sent events for who blocks.
public final class EventSubscription: Sendable {
    private let waiting = Mutex<(texts: [String], ended: (any Error)?, hasEnded: Bool)>(([], nil, false))
    private let arrived = DispatchSemaphore(value: 0)
    private let connected = DispatchSemaphore(value: 0)
    private let channel = Connection()

    private final class Connection: Sendable {
        let channel = Mutex<(any Channel)?>(nil)
        deinit { channel.withLock { $0?.close(promise: nil) } }
    }

    /// Returns when the daemon has said that it listens.
    public init(_ client: LocalAPIClient, _ route: String) throws {
        let lines = EventLines(
            onComment: { [connected] _ in connected.signal() },
            onData: { [weak self] text in
                guard let self else { throw CancellationError() }
                waiting.withLock { $0.texts.append(text) }
                arrived.signal()
            })
        client.exchange(
            .get, route, body: [], patience: nil,
            onChannel: { [weak channel] opened in
                guard let channel else { return opened.close(promise: nil) }
                channel.channel.withLock { $0 = opened }
            }, onBytes: { try lines.take($0) }
        )
        .whenComplete { [weak self, connected] result in
            self?.end(result)
            connected.signal()
        }
        guard connected.wait(timeout: .now() + .seconds(10)) == .success, !waiting.withLock(\.hasEnded) else {
            throw waiting.withLock(\.ended)
                ?? LocalAPIClient.Failure(.unreachable, "\(route): kioskd does not tell what happens")
        }
    }

    private func end(_ result: Result<LocalAPIClient.Answer, any Error>) {
        waiting.withLock { state in
            state.hasEnded = true
            if case .failure(let error) = result { state.ended = error }
        }
        arrived.signal()
    }

    /// The next one, or `nil` when the stream has ended.
    /// - Throws: `LocalAPIClient.Failure` when nothing comes for so long.
    public func next(within time: Duration) throws -> String? {
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        while true {
            let (text, hasEnded) = waiting.withLock { state in
                (state.texts.isEmpty ? nil : state.texts.removeFirst(), state.hasEnded)
            }
            if let text { return text }
            if hasEnded { return nil }
            guard arrived.wait(timeout: .now() + .milliseconds(Int(milliseconds))) == .success else {
                throw LocalAPIClient.Failure(.unreachable, "kioskd has said nothing for \(milliseconds) ms")
            }
        }
    }
}
