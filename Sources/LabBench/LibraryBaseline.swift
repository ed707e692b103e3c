import Board
import Domain
import Glibc
import Harness
import MQTT
import SQLite
import Wire

/// What no code above the two C libraries could undercut: the same bytes, written and sent by them alone.
enum LibraryBaseline {
    /// The event's row as the journal's format wants it, and nothing beside it.
    static let table = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT, recorded_at INTEGER NOT NULL,
            boot_id TEXT NOT NULL, uptime_ms INTEGER NOT NULL, clock TEXT NOT NULL, actor TEXT, data TEXT NOT NULL,
            prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        """

    static func open(_ path: String) throws -> Connection {
        let connection = try Connection(path: path)
        try connection.execute(table)
        guard try connection.text("PRAGMA synchronous") == "2" else { throw ChildProgram.Failure("not synchronised") }
        return connection
    }

    static func insert(_ connection: Connection, _ sequence: Int64, _ draft: EventDraft, _ data: String) throws {
        try connection.statement("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)").run(
            .integer(sequence), .text(draft.id.text), .text(draft.type.text), .text(draft.subject),
            .integer(draft.now.wall.milliseconds), .text(draft.bootID), .integer(draft.now.uptime.milliseconds),
            .text(draft.now.clock.description), .text(draft.actor), .text(data), .blob(Digest.genesis.bytes),
            .blob(Digest.genesis.bytes))
    }

    /// Events a second: messages of a batch's size through the same broker, each stored and committed in rows and answered.
    /// One process does both ends, so it is the libraries' work that is seen, not that of programs.
    static func drain(_ place: String, port: Int, events: Int) throws -> Int64 {
        let broker = try ChildProgram(
            BrokerProcess.executable, ["-c", place + "/broker.conf"], log: place + "/broker.out")
        try Polling.wait("the broker listens", seconds: 20) { Loopback.accepts(port) }
        var fixture = EventFixture(seed: 1)
        let rows = (0..<EventBatch.mostEvents).map { _ in fixture.next() }
        let texts = rows.map { String(decoding: $0.data, as: UTF8.self) }
        // As many bytes as a batch has on the wire.
        let payload = [UInt8](repeating: 0x5A, count: 3000)
        let batches = events / rows.count
        let connection = try open(place + "/floor.db")
        let sender = try BaselineClient(port: port, name: "sender", topic: "floor/down")
        let keeper = try BaselineClient(port: port, name: "keeper", topic: "floor/up")
        let began = ParcelBenchmark.nanoseconds
        let thread = DedicatedThread.start(name: "sender") { sender.send(payload, to: "floor/up", count: batches) }
        var sequence: Int64 = 0
        try keeper.serve(count: batches) { messages in
            try connection.transaction {
                for _ in 0..<messages {
                    for (draft, text) in zip(rows, texts) {
                        sequence += 1
                        try insert(connection, sequence, draft, text)
                    }
                }
            }
            try keeper.answer(on: "floor/down")
        }
        thread.join(within: .seconds(60))
        let nanoseconds = max(ParcelBenchmark.nanoseconds - began, 1)
        connection.close()
        broker.stop()
        return sequence * 1_000_000_000 / nanoseconds
    }
}

/// One end of the floor's conversation.
final class BaselineClient: @unchecked Sendable {
    // Sendable: used by one thread at a time: by the one that made it, then by the one it was given to, if any.
    private let session: MQTTSession
    private var arrived = 0
    private var unanswered = 0
    private var isReady = false

    init(port: Int, name: String, topic: String) throws {
        session = try MQTTSession(
            configuration: MQTTConfiguration(
                host: "127.0.0.1", port: port, clientID: name, keepAliveSeconds: 60, tls: nil, will: nil))
        session.onEvent = { [unowned self] event in
            switch event {
            case .connected: try? session.subscribe([topic])
            case .subscribed: isReady = true
            case .published: unanswered -= 1
            case .message: arrived += 1
            default: break
            }
        }
        try session.connect()
        try Polling.wait("\(name) is connected", seconds: 20) {
            session.turn(wake: -1, milliseconds: 50)
            return isReady
        }
    }

    /// Keeps sixteen under way, as the contract does; ends early when the connection does.
    func send(_ payload: [UInt8], to topic: String, count: Int) {
        var sent = 0
        while sent < count || unanswered > 0 {
            while sent < count, unanswered < 16 {
                guard (try? session.publish(MQTTMessage(topic: topic, payload: payload))) != nil else { return }
                sent += 1
                unanswered += 1
            }
            session.turn(wake: -1, milliseconds: 1000)
        }
    }

    func serve(count: Int, _ body: (Int) throws -> Void) throws {
        var served = 0
        while served < count {
            session.turn(wake: -1, milliseconds: 1000)
            let messages = arrived - served
            if messages > 0 {
                served = arrived
                try body(messages)
            }
        }
        // What waits to be written still goes out.
        session.turn(wake: -1, milliseconds: 0)
    }

    func answer(on topic: String) throws {
        _ = try session.publish(MQTTMessage(topic: topic, payload: [UInt8](repeating: 0x5A, count: 140)))
        unanswered += 1
    }
}
