import Board
import CDevices
import Delivery
import Domain
import Glibc
import Harness
import Wire
import Workflow

/// Thousands of kiosks in one thread, each with a connection, a journal and batches of its own: they deliver as kiosks do,
/// and count what the center acknowledges.
///
/// The batches are made before the clock runs, so that the fleet's own work takes little of the processor that the broker
/// and the center need.
final class Fleet {
    typealias Failure = ChildProgram.Failure

    /// Connections that the broker has not answered yet; its own list of those waiting holds a hundred.
    static let mostConnecting = 64

    private struct Kiosk {
        let id: KioskID
        var batches: [EventBatch.Body]
        var descriptor: Int32 = -1
        var channel: SecureChannel?
        var isReady = false
        var received: [UInt8] = []
        var through: Int64 = 0
        let epoch: Epoch
        /// Decides what leaves when, as on a board: nothing else holds a kiosk of a county back.
        var delivery: Delivery
        var lastID: UInt16 = 0
        var head: Int64 { batches.last?.last ?? 0 }
    }

    private var kiosks: [Kiosk] = []
    private let poller: Int32
    private(set) var ready = 0
    private(set) var events: Int64 = 0
    /// Batches that left, those that left again too.
    private(set) var sends: Int64 = 0
    var batches: Int { kiosks.reduce(0) { $0 + $1.batches.count } }

    /// - Parameter first: the number of the first kiosk; the others follow it.
    init(
        kiosks count: Int, from first: Int = 1_301_000_000, batches: Int, eventsEach: Int, seed: UInt64,
        progress: (Int) -> Void
    ) throws {
        poller = kiosk_epoll_create()
        var generator = SeededGenerator(seed: seed)
        for index in 0..<count {
            let text = String(first + index)
            guard let id = KioskID("k" + text) else { throw Failure("no kiosk of the number \(text)") }
            let chain = HashChain(kiosk: id, epoch: .random(using: &generator))
            var fixture = EventFixture(seed: seed &+ UInt64(index))
            var head = Head.genesis
            var kiosk = Kiosk(
                id: id, batches: [], epoch: chain.epoch, delivery: Delivery(seed: seed &+ UInt64(index)))
            var messages: [EventMessage] = []
            for _ in 0..<batches {
                while messages.count < eventsEach {
                    let event = chain.append(fixture.next(), after: head)
                    head = Head(sequence: event.sequence, hash: event.hash)
                    messages.append(EventMessage(kiosk: id, epoch: chain.epoch, event: event))
                }
                guard let body = EventBatch.encode(messages) else { continue }
                kiosk.batches.append(body)
                events += Int64(body.count)
                // What did not fit is the next batch's beginning.
                messages.removeFirst(body.count)
            }
            kiosks.append(kiosk)
            if (index + 1) % 5000 == 0 { progress(index + 1) }
        }
    }

    deinit {
        for kiosk in kiosks where kiosk.descriptor >= 0 { close(kiosk.descriptor) }
        close(poller)
    }

    // MARK: Connecting

    /// Opens every connection, each with its subscription; as many as the system lets this process and the broker have.
    /// - Parameter authority: who gives each kiosk its certificate, where the broker asks for one.
    func connect(port: Int, authority: Authority? = nil, progress: (Int) -> Void) throws {
        var opened = 0
        while ready < kiosks.count {
            while opened < kiosks.count, opened - ready < Self.mostConnecting {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                guard descriptor >= 0 else { throw Failure("connection \(opened): \(Self.words)") }
                // An address of this machine has ports for some twenty thousand connections to one other.
                guard Loopback.bind(descriptor, port: 0, host: UInt32(2 + opened / 10_000)),
                    Loopback.connect(descriptor, port: port)
                else { throw Failure("connection \(opened): \(Self.words)") }
                kiosks[opened].descriptor = descriptor
                if let own = try authority?.issue(kiosks[opened].id.text) {
                    kiosks[opened].channel = try SecureChannel(descriptor, own)
                }
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
                guard kiosk_epoll_add(poller, descriptor, UInt64(opened)) == 0 else {
                    throw Failure("connection \(opened): \(Self.words)")
                }
                try send(MQTTFrame.connect(kiosks[opened].id.text), opened)
                opened += 1
                if opened % (authority == nil ? 5000 : 250) == 0 { progress(opened) }
            }
            try turn()
        }
    }

    // MARK: Delivering

    /// Lets all kiosks loose at once, and returns when the center has acknowledged the last batch; nanoseconds from the first.
    func deliver(progress: (Int64) -> Void) throws -> Int64 {
        let began = ParcelBenchmark.nanoseconds
        for index in kiosks.indices {
            try feed(
                .journal(epoch: kiosks[index].epoch, head: kiosks[index].head, acknowledged: 0, anchor: 0), index)
            try feed(.linkUp(receiveMaximum: 20), index)
        }
        let all = batches
        var told: Int64 = 0
        var heard = BoardClock.uptime
        var ticked = heard
        while acknowledged < all {
            let before = acknowledged
            try turn()
            let now = BoardClock.uptime
            if acknowledged > before { heard = now }
            guard now - heard < Self.patienceMilliseconds else {
                throw Failure("of \(all) batches \(acknowledged) were acknowledged")
            }
            if now - ticked >= 100 {
                ticked = now
                for index in kiosks.indices where kiosks[index].delivery.deadline.map({ $0 <= now }) ?? false {
                    try feed(.tick, index)
                }
            }
            let share = Int64(acknowledged) * 10 / Int64(all)
            if share > told {
                told = share
                progress(share * 10)
            }
        }
        return ParcelBenchmark.nanoseconds - began
    }

    /// Nothing was acknowledged for so long: it never will be.
    private static let patienceMilliseconds: Int64 = 120_000

    private func feed(_ input: Delivery.Input, _ index: Int) throws {
        var inputs = [input]
        while let next = inputs.popLast() {
            for action in kiosks[index].delivery.handle(next, at: BoardClock.uptime) {
                switch action {
                case .send(let after): inputs.append(try send(after: after, index))
                case .reconnect: throw Failure("the broker answers \(kiosks[index].id) nothing")
                }
            }
        }
    }

    private func send(after: Int64, _ index: Int) throws -> Delivery.Input {
        guard let body = kiosks[index].batches.first(where: { $0.last > after }) else { return .notSent }
        kiosks[index].lastID = kiosks[index].lastID % 60_000 + 1
        let id = kiosks[index].lastID
        sends += 1
        try send(
            MQTTFrame.publish(
                Topics.events(kiosks[index].id), id: id, body.bytes, encoding: body.encoding), index)
        return .sent(id: Int32(id), through: body.last)
    }

    private var acknowledged = 0

    // MARK: One turn

    private func turn() throws {
        var keys = [UInt64](repeating: 0, count: 16)
        let count = unsafe kiosk_epoll_wait(poller, &keys, 16, 100)
        for key in keys.prefix(max(Int(count), 0)) { try read(Int(key)) }
    }

    private func read(_ index: Int) throws {
        if let channel = kiosks[index].channel {
            guard let bytes = channel.read() else {
                throw Failure("the broker ended the connection of \(kiosks[index].id)")
            }
            kiosks[index].received += bytes
        } else {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe Glibc.read(kiosks[index].descriptor, &bytes, bytes.count)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else { throw Failure("the broker ended the connection of \(kiosks[index].id)") }
            kiosks[index].received += bytes.prefix(count)
        }
        while let packet = MQTTFrame.take(&kiosks[index].received) { try handle(packet, index) }
    }

    private func handle(_ packet: MQTTFrame.Packet, _ index: Int) throws {
        switch packet.type {
        case 0x20:
            guard packet.body.count > 1, packet.body[1] == 0 else {
                throw Failure("the broker refused connection \(index)")
            }
            try send(MQTTFrame.subscribe(Topics.acknowledgement(kiosks[index].id)), index)
        case 0x90:
            kiosks[index].isReady = true
            ready += 1
        case 0x30:
            if packet.flags & 0x06 != 0, let id = packet.id { try send(MQTTFrame.acknowledge(id), index) }
            guard let payload = packet.payload, let word = try? Acknowledgement(parsing: payload) else { return }
            let before = kiosks[index].through
            if word.through.sequence > before {
                kiosks[index].through = word.through.sequence
                acknowledged += kiosks[index].batches.count { $0.last > before && $0.last <= word.through.sequence }
            }
            try feed(
                .journal(
                    epoch: kiosks[index].epoch, head: kiosks[index].head, acknowledged: kiosks[index].through, anchor: 0
                ),
                index)
            try feed(.acknowledged(missing: word.missing), index)
        case 0x40:
            guard packet.body.count >= 2 else { return }
            let id = Int32(packet.body[0]) << 8 | Int32(packet.body[1])
            let reason = packet.body.count > 2 ? packet.body[2] : 0
            let answer: Delivery.Answer = reason == 0x10 ? .nobodyListens : reason >= 0x80 ? .refused : .taken
            try feed(.published(id: id, answer), index)
        case 0xE0: throw Failure("the broker ended the connection of \(kiosks[index].id)")
        default: break
        }
    }

    private func send(_ bytes: [UInt8], _ index: Int) throws {
        var sent = 0
        while sent < bytes.count {
            let rest = bytes[sent...]
            let count =
                kiosks[index].channel?.write(rest)
                ?? (unsafe rest.withUnsafeBytes { buffer in
                    let count = unsafe Glibc.send(
                        kiosks[index].descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
                    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : count
                })
            if count == 0 {
                var waiting = pollfd(fd: kiosks[index].descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&waiting, 1, 100)
                continue
            }
            guard count > 0 else { throw Failure("the connection of \(kiosks[index].id) broke: \(Self.words)") }
            sent += count
        }
    }

    private static var words: String { message(of: errno) }

    /// How many connections one process may hold here, its own files taken off.
    static func mostConnections() -> Int {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return max(Int(clamping: limit.rlim_max) - 64, 0)
    }
}
