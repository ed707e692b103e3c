import Board
import Glibc
import Harness
import LocalAPIModel
import Synchronization

/// A line between a client and a broker: it hands on what comes after a while, as a far network does, and counts what
/// crosses it.
///
/// Bytes are those inside TCP, so TLS is in them. What TCP and IP add is 52 bytes a segment (IPv4 20, TCP 20, its
/// timestamps 12); the kernel counts the segments of the client's side, made no larger than those of an Ethernet.
/// The delay is the line's alone: the client's TCP sees an answer at once, so a slow start is not in the figures.
final class WireProxy: Sendable {
    struct Count: Hashable, Sendable {
        var upBytes: Int64 = 0
        var downBytes: Int64 = 0
        var segments: Int64 = 0

        static let segmentHeader: Int64 = 52
        var total: Int64 { upBytes + downBytes + segments * Self.segmentHeader }

        static func - (left: Count, right: Count) -> Count {
            Count(
                upBytes: left.upBytes - right.upBytes, downBytes: left.downBytes - right.downBytes,
                segments: left.segments - right.segments)
        }
    }

    let port: Int
    private let listener: Int32
    private let target: Int
    private let delay: Int64
    private let counted = Mutex(Count())
    private let mailbox = Mailbox<Bool>(capacity: 4)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// - Parameter delayMilliseconds: in each direction.
    init(to target: Int, delayMilliseconds: Int64) throws {
        self.target = target
        delay = delayMilliseconds * 1_000_000
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // What a segment of an Ethernet holds beside its headers. The option is inherited, and told to the client.
        Self.set(listener, Int32(IPPROTO_TCP), TCP_MAXSEG, 1460)
        guard Loopback.bind(listener, port: 0), listen(listener, 16) == 0, let port = Loopback.port(of: listener) else {
            throw ChildProgram.Failure("no line could be made: \(message(of: errno))")
        }
        self.port = port
        let thread = DedicatedThread.start(name: "wire") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    deinit { close(listener) }

    var count: Count { counted.withLock { $0 } }

    func stop() {
        mailbox.post(true)
        thread.withLock { $0 }?.join(within: .seconds(3))
    }

    /// One direction of one connection.
    private struct Stream {
        /// More than any window of the contract; beyond it the sender has to wait.
        static let mostWaiting = 4 << 20
        var pieces: [(due: Int64, bytes: [UInt8])] = []
        var waiting = 0
        var isEnded = false
    }

    private struct Link {
        let near: Int32
        let far: Int32
        var up = Stream()
        var down = Stream()
        var segments: Int64 = 0
        var isOver = false
    }

    private func run() {
        var links: [Link] = []
        while mailbox.drain().isEmpty {
            wait(links)
            accept(&links)
            for index in links.indices { work(&links[index]) }
            for link in links where link.isOver {
                close(link.near)
                close(link.far)
            }
            links.removeAll(where: \.isOver)
        }
        for link in links {
            close(link.near)
            close(link.far)
        }
    }

    private func wait(_ links: [Link]) {
        var waiting = [
            pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        var due: Int64?
        for link in links {
            for (source, stream) in [(link.near, link.up), (link.far, link.down)] {
                let takes = stream.waiting < Stream.mostWaiting && !stream.isEnded
                waiting.append(pollfd(fd: source, events: takes ? Int16(POLLIN) : 0, revents: 0))
                if let first = stream.pieces.first?.due { due = min(due ?? first, first) }
            }
        }
        let now = ParcelBenchmark.nanoseconds
        let milliseconds = due.map { Int32(clamping: max($0 - now, 0) / 1_000_000 + ($0 > now ? 1 : 0)) } ?? 1000
        unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
    }

    private func accept(_ links: inout [Link]) {
        var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&waiting, 1, 0) > 0 else { return }
        let near = Glibc.accept(listener, nil, nil)
        guard near >= 0 else { return }
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard Loopback.connect(far, port: target) else {
            close(near)
            close(far)
            return
        }
        for descriptor in [near, far] {
            Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        links.append(Link(near: near, far: far))
    }

    private func work(_ link: inout Link) {
        let now = ParcelBenchmark.nanoseconds
        let up = take(link.near, &link.up, now)
        let down = take(link.far, &link.down, now)
        give(&link.up, to: link.far, now)
        give(&link.down, to: link.near, now)
        let segments = Self.segments(link.near)
        counted.withLock { count in
            count.upBytes += up
            count.downBytes += down
            count.segments += max(segments - link.segments, 0)
        }
        link.segments = max(segments, link.segments)
        link.isOver = link.up.isEnded && link.up.pieces.isEmpty || link.down.isEnded && link.down.pieces.isEmpty
    }

    private func take(_ source: Int32, _ stream: inout Stream, _ now: Int64) -> Int64 {
        var total: Int64 = 0
        while stream.waiting < Stream.mostWaiting, !stream.isEnded {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe read(source, &bytes, bytes.count)
            if count < 0, errno == EAGAIN || errno == EINTR { break }
            guard count > 0 else {
                stream.isEnded = true
                break
            }
            bytes.removeLast(bytes.count - count)
            stream.pieces.append((now + delay, bytes))
            stream.waiting += count
            total += Int64(count)
        }
        return total
    }

    private func give(_ stream: inout Stream, to target: Int32, _ now: Int64) {
        while let (due, bytes) = stream.pieces.first, due <= now {
            let count = unsafe send(target, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if count < 0 {
                // A full socket is tried again at the next turn, a broken one is over.
                if errno != EAGAIN, errno != EINTR { stream = Stream(isEnded: true) }
                return
            }
            stream.waiting -= count
            if count < bytes.count {
                stream.pieces[0].bytes.removeFirst(count)
                return
            }
            stream.pieces.removeFirst()
        }
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Both directions, from the kernel's `tcp_info`: `tcpi_segs_out` and `tcpi_segs_in` stand at bytes 136 and 140, beyond
    /// what the C library's header knows of it.
    private static func segments(_ descriptor: Int32) -> Int64 {
        var info = [UInt32](repeating: 0, count: 64)
        var length = socklen_t(256)
        guard unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, length >= 144 else {
            return 0
        }
        return Int64(info[34]) + Int64(info[35])
    }
}
