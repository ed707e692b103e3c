import Domain
import Foundation
import Logging
import MQTT
import SQLite
import TestSupport
import Testing
import Wire

@testable import Center

/// A kiosk's side of the chain, without a kiosk.
private struct Chain {
    let kiosk: KioskID
    let epoch: Epoch
    private(set) var head = Head.genesis
    private var generator: SeededGenerator

    init(_ kiosk: String = "k1310020007", seed: UInt64 = 1) {
        self.kiosk = KioskID(kiosk)!
        generator = SeededGenerator(seed: seed)
        epoch = .random(using: &generator)
    }

    mutating func draft(_ subject: String) -> EventDraft {
        let now = Now(
            wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 1), clock: .synced)
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: .parcelReceived, subject: subject, now: now,
            bootID: "boot", actor: nil, data: JSON.object(["raw": .string(subject)]).canonical)
    }

    mutating func next(_ subject: String = "SF1234567890123") -> EventMessage { next(draft(subject)) }

    mutating func next(_ draft: EventDraft) -> EventMessage {
        let event = HashChain(kiosk: kiosk, epoch: epoch).append(draft, after: head)
        head = Head(sequence: event.sequence, hash: event.hash)
        return EventMessage(kiosk: kiosk, epoch: epoch, event: event)
    }

    /// The first event of a journal that was made of another one.
    mutating func recovered(from old: Epoch?, cause: String = "damaged") -> EventMessage {
        var draft = draft("")
        draft.type = .journalRecovered
        draft.subject = nil
        draft.data =
            JSON.members([
                "cause": .string(cause), "detail": "it is unreadable", "oldepoch": old.map { .string($0.text) },
            ]).canonical
        return next(draft)
    }

    mutating func next(count: Int) -> [EventMessage] { (0..<count).map { next("SF\(1_000_000_000_000 + $0)") } }

    func message(_ events: [EventMessage]) -> MQTTMessage {
        let body = EventBatch.encode(events)!
        return MQTTMessage(
            topic: Topics.events(kiosk), payload: body.bytes,
            userProperties: body.encoding.map { [EventBatch.encodingProperty: $0] } ?? [:])
    }

    func status(head: Head? = nil, acknowledged: Int64 = 0, pruned: Head? = nil) -> MQTTMessage {
        let status = Status(
            kiosk: kiosk, epoch: epoch, head: head ?? self.head, acknowledged: acknowledged, pruned: pruned,
            oldestMilliseconds: nil,
            time: Timestamp(milliseconds: 0), clock: .unsynced, version: "1", configuration: "c", alarms: [],
            peripherals: [], board: Status.Board(uptimeMilliseconds: 1, freeBytes: 1, residentKiB: 1))
        return MQTTMessage(topic: Topics.status(kiosk), payload: status.json.canonical)
    }
}

@Suite struct IntakeTests {
    let directory: TemporaryDirectory
    let store: CenterStore
    let intake: EventIngest

    init() throws {
        directory = try TemporaryDirectory()
        store = try CenterStore(path: directory.file("center.db"))
        intake = EventIngest(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func stored() throws -> [EventMessage] {
        var events: [EventMessage] = []
        try store.forEachEvent(of: nil) { events.append($0) }
        return events
    }

    private func alarms() throws -> [String] { try store.alarms().map(\.kind) }

    @Test func `a batch is stored once and acknowledged through its last event`() throws {
        var chain = Chain()
        let events = chain.next(count: 7)
        let answers = try intake.take([chain.message(events)])
        #expect(answers.map(\.1) == [Acknowledgement(epoch: chain.epoch, through: chain.head)])
        #expect(try stored() == events)
    }

    @Test func `the same batch again is acknowledged again and stored once`() throws {
        var chain = Chain()
        let events = chain.next(count: 5)
        for _ in 0..<3 { _ = try intake.take([chain.message(events), chain.message(events)]) }
        #expect(try stored() == events)
        #expect(intake.counters.known == 25)
        #expect(try alarms().isEmpty)
    }

    @Test func `a gap is named and nothing behind it is stored until it is filled`() throws {
        var chain = Chain()
        let events = chain.next(count: 9)
        _ = try intake.take([chain.message(Array(events[0..<3]))])
        let answer = try #require(try intake.take([chain.message(Array(events[6..<9]))]).first?.1)
        #expect(answer.missing == [4...6])
        #expect(answer.through.sequence == 3)
        #expect(try stored().count == 3)
        #expect(try alarms() == ["gap"])
        _ = try intake.take([chain.message(Array(events[3..<9]))])
        #expect(try stored() == events)
    }

    @Test func `what comes again, or lies behind a gap, uses up nothing of what a kiosk may bring in a day`() throws {
        let intake = EventIngest(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, mostEventsADay: 10)
        var chain = Chain()
        let events = chain.next(count: 12)
        for _ in 0..<5 { _ = try intake.take([chain.message(Array(events[3..<9]))]) }
        for _ in 0..<5 { _ = try intake.take([chain.message(Array(events[0..<9]))]) }
        #expect(try stored().count == 9 && alarms().isEmpty)
        let answer = try #require(try intake.take([chain.message(Array(events[9..<12]))]).first?.1)
        #expect(answer.through.sequence == 9 && answer.missing.isEmpty)
        #expect(try stored().count == 9 && alarms() == ["too-many-events"])
    }

    /// The second content of an id is kept beside the first; when a journal is salvaged it comes again, and counts once.
    @Test func `an id of two contents counts each once, also after a salvage`() throws {
        var chain = Chain()
        let first = chain.next()
        var second = first.event.draft
        second.subject = "SF1234567890124"
        let other = chain.next(second)
        _ = try intake.take([chain.message([first, other])])
        var salvaged = Chain(seed: 2)
        _ = try intake.take([salvaged.message([salvaged.next(first.event.draft), salvaged.next(second)])])
        #expect(try stored() == [first, other])
        #expect(intake.counters.salvaged == 2)
    }

    @Test func `another history under the same name is a fork and overwrites nothing`() throws {
        var chain = Chain()
        let events = chain.next(count: 4)
        _ = try intake.take([chain.message(events)])
        var other = Chain()
        _ = other.next("YT0000000000001")
        let forged = [other.next("YT0000000000002"), other.next("YT0000000000003")]
        #expect(other.epoch == chain.epoch)
        let answer = try #require(try intake.take([other.message(forged)]).first?.1)
        #expect(answer.through == chain.head)
        #expect(try stored() == events)
        #expect(try alarms() == ["fork"])
    }

    @Test func `an event that does not follow the stored end is a fork`() throws {
        var chain = Chain()
        let events = chain.next(count: 3)
        _ = try intake.take([chain.message(Array(events[0..<2]))])
        var other = Chain()
        _ = other.next(count: 1)
        _ = other.next("YT0000000000002")
        _ = try intake.take([other.message([other.next("YT0000000000003")])])
        #expect(try stored().count == 2)
        #expect(try alarms() == ["fork"])
    }

    @Test func `a batch in which an event was changed under way is refused as a whole`() throws {
        var chain = Chain()
        let first = chain.next(count: 1)
        _ = try intake.take([chain.message(first)])
        var events = chain.next(count: 3)
        var draft = events[1].event.draft
        draft.subject = "SF9999999999999"
        let event = events[1].event
        events[1] = EventMessage(
            kiosk: chain.kiosk, epoch: chain.epoch,
            event: Event(draft: draft, sequence: event.sequence, previousHash: event.previousHash, hash: event.hash))
        let answer = try #require(try intake.take([chain.message(events)]).first?.1)
        #expect(answer.through.sequence == 1)
        #expect(try stored().count == 1)
        #expect(try alarms() == ["broken"] && intake.counters.refused == 1)
    }

    @Test func `salvaged events under a new epoch are acknowledged and not stored twice`() throws {
        var old = Chain()
        let events = old.next(count: 6)
        _ = try intake.take([old.message(events)])
        var new = Chain(seed: 2)
        var resent = [new.recovered(from: old.epoch)]
        for event in events { resent.append(new.next(event.event.draft)) }
        resent.append(new.next("SF5555555555555"))
        let answer = try #require(try intake.take([new.message(resent)]).first?.1)
        #expect(answer.through == new.head)
        #expect(try stored().count == 8)
        #expect(Set(try stored().map(\.event.draft.id)).count == 8)
        // Sent once more, the salvaged ones are known under their new places too.
        _ = try intake.take([new.message(resent)])
        #expect(try stored().count == 8)
        #expect(try alarms().isEmpty)
    }

    @Test func `one id with two contents keeps both facts and raises an alarm`() throws {
        var old = Chain()
        let event = old.next("SF1111111111111")
        _ = try intake.take([old.message([event])])
        var new = Chain(seed: 2)
        var draft = event.event.draft
        draft.subject = "SF2222222222222"
        _ = try intake.take([new.message([new.recovered(from: old.epoch), new.next(draft)])])
        #expect(try stored().count == 3)
        #expect(try alarms() == ["id-taken"])
    }

    @Test func `a kiosk that says where its journal ends is told what is held`() throws {
        var chain = Chain()
        let events = chain.next(count: 5)
        _ = try intake.take([chain.message(events)])
        let answer = try #require(try intake.take([chain.status()]).first?.1)
        #expect(answer.through == chain.head)
        let unknown = Chain(seed: 9)
        #expect(try intake.take([unknown.status()]).first?.1.through == .genesis)
        // An older copy was put back.
        let behind = Head(sequence: 2, hash: events[1].event.hash)
        #expect(try intake.take([chain.status(head: behind)]).first?.1.through == chain.head)
        #expect(try alarms() == ["rolled-back"])
    }

    @Test(arguments: [("forked", ["fork"]), ("rolled-back", ["rolled-back"]), ("damaged", []), ("upgraded", [])])
    func `a kiosk that gave up its epoch because of us raises the alarm as if we had seen it first`(
        cause: String, expected: [String]
    ) throws {
        var chain = Chain()
        _ = try intake.take([chain.message([chain.recovered(from: Chain(seed: 2).epoch, cause: cause)])])
        #expect(try alarms() == expected)
    }

    @Test func `a card that was wiped says through where the old journal is stored and how far it reached`() throws {
        var old = Chain()
        let events = old.next(count: 33)
        _ = try intake.take([old.message(Array(events[0..<11])), old.status()])
        var new = Chain(seed: 2)
        let first = new.next()
        // The status comes first, as always, and takes the place of the old one.
        _ = try intake.take([new.status(), new.message([first])])
        _ = try intake.take([new.message([first, new.next()]), new.status()])
        let alarm = try #require(try store.alarms().first)
        #expect(try store.alarms().count == 1 && alarm.kind == "history-abandoned" && alarm.count == 1)
        #expect(
            alarm.detail == """
                epoch \(new.epoch) does not go on from epoch \(old.epoch), which is stored through 11 and was last known \
                to reach 33: 22 events and any after them have not come
                """)
    }

    @Test func `an empty card is told of also when the kiosk gave no status, or its recovery names nothing`() throws {
        var old = Chain()
        _ = try intake.take([old.message(old.next(count: 3))])
        var new = Chain(seed: 2)
        _ = try intake.take([new.message([new.recovered(from: nil)])])
        #expect(try store.alarms().map(\.kind) == ["history-abandoned"])
        #expect(try store.alarms().first?.detail.contains("stored through 3 and was last known to reach 3:") == true)
    }

    @Test func `a first start, and journals made of one another, are no empty cards`() throws {
        var first = Chain()
        _ = try intake.take([Chain(seed: 9).status(head: .genesis), first.status(), first.message([first.next()])])
        var second = Chain(seed: 2)
        _ = try intake.take([second.status(), second.message([second.recovered(from: first.epoch), second.next()])])
        // Two recoveries while nobody heard: the name between is not known here.
        var third = Chain(seed: 3)
        _ = try intake.take([third.message([third.recovered(from: Chain(seed: 4).epoch)]), third.status()])
        // An older copy of the first one was put back.
        var fourth = Chain(seed: 5)
        _ = try intake.take([first.status(), fourth.status()])
        _ = try intake.take([fourth.message([fourth.recovered(from: first.epoch, cause: "forked")])])
        #expect(try alarms() == ["fork"])
    }

    @Test func `a store of before keeps how far its kiosks were last said to reach`() throws {
        var old = Chain()
        _ = old.next(count: 5)
        _ = try intake.take([old.status()])
        try Connection(path: directory.file("center.db")).execute("DROP TABLE told")
        let store = try CenterStore(path: directory.file("center.db"))
        #expect(try store.predecessor(of: HashChain(kiosk: old.kiosk, epoch: Chain(seed: 2).epoch))?.head == 5)
    }

    @Test func `a center that lost what it acknowledged asks for it again`() throws {
        var chain = Chain()
        let events = chain.next(count: 8)
        _ = try intake.take([chain.message(Array(events[0..<3]))])
        let answer = try #require(try intake.take([chain.status(acknowledged: 6)]).first?.1)
        #expect(answer.through.sequence == 3)
        #expect(answer.missing == [4...6])
        #expect(try intake.take([chain.status(acknowledged: 3)]).first?.1.missing == [])
    }

    @Test func `what a kiosk has pruned and the center lost is named and the chain goes on behind it`() throws {
        var chain = Chain()
        let events = chain.next(count: 8)
        let pruned = Head(sequence: 5, hash: events[4].event.hash)
        let answer = try #require(try intake.take([chain.status(acknowledged: 6, pruned: pruned)]).first?.1)
        #expect(answer.through == pruned)
        #expect(answer.missing == [6...6])
        #expect(try alarms() == ["history-lost"])
        _ = try intake.take([chain.message(Array(events[5..<8]))])
        #expect(try stored() == Array(events[5..<8]))
    }

    @Test func `kiosks with the same numbers do not touch each other`() throws {
        var first = Chain()
        var second = Chain("k1310020008")
        let events = [first.next(), second.next()]
        let answers = try intake.take([first.message([events[0]]), second.message([events[1]])])
        #expect(answers.count == 2)
        #expect(try stored().count == 2)
    }

    @Test func `events published under another kiosk's topic are refused`() throws {
        var chain = Chain()
        var message = chain.message([chain.next()])
        message.topic = Topics.events(KioskID("k1310020008")!)
        #expect(try intake.take([message]).isEmpty)
        #expect(intake.counters.refused == 1)
        #expect(try stored().isEmpty)
    }

    @Test func `a malformed message costs only itself`() throws {
        var chain = Chain()
        let good = chain.message([chain.next()])
        let topics = [
            "kiosk/v1/131002/k1310020007/up/events", "kiosk/v1/131002/k1310020007/up/status",
            "kiosk/v1/131003/k1310020007/up/events", "kiosk/v1/131002/k1310020007/up/samples", "kiosk/v1", "",
        ]
        let payloads: [[UInt8]] = [
            [], Array("{".utf8), Array("[]".utf8), Array("[{}]".utf8), Array(#"{"state":"online"}"#.utf8),
            [UInt8](repeating: UInt8(ascii: "["), count: 100_000), [0xFF, 0xFE], Array("null".utf8),
        ]
        var messages: [MQTTMessage] = []
        for topic in topics {
            for payload in payloads {
                messages.append(MQTTMessage(topic: topic, payload: payload))
                messages.append(
                    MQTTMessage(topic: topic, payload: payload, userProperties: ["content-encoding": "deflate"]))
            }
        }
        _ = try intake.take(messages + [good])
        #expect(intake.counters.refused == Int64(messages.count))
        #expect(try stored().count == 1)
    }

    @Test func `a store that fails acknowledges nothing and counts nothing`() throws {
        var chain = Chain()
        let events = chain.next(count: 3)
        // Another hand takes away what the center writes to.
        let other = try Connection(path: directory.file("center.db"))
        try other.execute("DROP TABLE chain")
        #expect(throws: (any Error).self) { try intake.take([chain.message(events)]) }
        #expect(intake.counters.events == 0)
    }
}
