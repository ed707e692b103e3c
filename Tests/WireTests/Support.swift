import Domain
import Testing
import Wire

/// What is needed of a kiosk to speak for it: its chain, and events as a village makes them.
struct SampleKiosk {
    var chain: HashChain
    var head = Head.genesis
    private var generator: SeededGenerator

    init(_ kiosk: String = "k1310020007", epoch: String = "00112233445566778899aabbccddeeff", seed: UInt64 = 1) throws {
        chain = HashChain(kiosk: try #require(KioskID(kiosk)), epoch: try #require(Epoch(epoch)))
        generator = SeededGenerator(seed: seed)
    }

    /// A parcel, as reception records it.
    mutating func next(actor: String? = nil, data: JSON? = nil) -> EventMessage {
        let sequence = head.sequence + 1
        let wall = Timestamp(milliseconds: 1_795_000_000_000 + sequence * 4321)
        let number = "SF" + String(1_000_000_000_000 + Int64.random(in: 0..<9_000_000_000_000, using: &generator))
        let data =
            data ?? [
                "waybill": .string(number), "carriers": ["sf"], "symbology": "]C0", "raw": .string("]C0" + number),
                "scanner": "scanner-1",
            ]
        let draft = EventDraft(
            id: EventID.make(at: wall, using: &generator), type: .parcelReceived, subject: number,
            now: Now(wall: wall, uptime: Uptime(milliseconds: 60_000 + sequence * 4321), clock: .synced),
            bootID: "5f1c2d3e-8a9b-4c0d-9e1f-2a3b4c5d6e7f", actor: actor, data: data.canonical)
        let event = chain.append(draft, after: head)
        head = Head(sequence: event.sequence, hash: event.hash)
        return EventMessage(kiosk: chain.kiosk, epoch: chain.epoch, event: event)
    }

    mutating func events(_ count: Int) -> [EventMessage] { (0..<count).map { _ in next() } }
}

/// What was said when a message was refused; `nil` when it was not.
func problem<Value>(_ body: () throws(WireError) -> Value) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return error.problem
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
