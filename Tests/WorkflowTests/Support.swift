import Domain
import Testing
import Workflow

/// Events of one epoch, as a journal holds them: `[0]` is event 1.
struct SampleChain: Sendable {
    let chain: HashChain
    let events: [Event]

    init(epoch digit: Character, count: Int) throws {
        chain = HashChain(
            kiosk: try #require(KioskID("k1310020007")), epoch: try #require(Epoch(String(repeating: digit, count: 32)))
        )
        var generator = SeededGenerator(seed: UInt64(digit.asciiValue ?? 0))
        var head = Head.genesis
        var events: [Event] = []
        for step in 0..<Int64(count) {
            let wall = Timestamp(milliseconds: 1_795_000_000_000 + step)
            let draft = EventDraft(
                id: EventID.make(at: wall, using: &generator), type: .parcelReceived, subject: nil,
                now: Now(wall: wall, uptime: Uptime(milliseconds: step), clock: .synced), bootID: "b", actor: nil,
                data: Array("{}".utf8))
            let event = chain.append(draft, after: head)
            events.append(event)
            head = Head(sequence: event.sequence, hash: event.hash)
        }
        self.events = events
    }

    func head(at sequence: Int64) -> Head {
        sequence == 0 ? .genesis : Head(sequence: sequence, hash: events[Int(sequence) - 1].hash)
    }
}
