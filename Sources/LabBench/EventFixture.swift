import Domain
import Journal
import LabDevices
import Logging

/// Events as a busy point records them, the same for the same seed: couriers hand over forty parcels at a time, which are
/// shelved one after the other; as many are fetched.
struct EventFixture {
    static let handOver = 40

    private var generator: SeededGenerator
    private var waybills: WaybillGenerator
    private var now = Now(
        wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 86_400_000), clock: .synced)
    private var queue: ArraySlice<EventDraft> = []
    private var rounds = 0

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        waybills = WaybillGenerator(seed: seed)
    }

    mutating func next() -> EventDraft {
        if queue.isEmpty { queue = round()[...] }
        return queue.removeFirst()
    }

    private mutating func round() -> [EventDraft] {
        let subjects = waybills.next(Self.handOver)
        rounds += 1
        let opened = draft(.batchOpened, nil, "c-\(rounds % 7)", [:])
        let batch = opened.id.text
        var events: [EventDraft] = []
        for subject in subjects {
            events.append(
                draft(
                    .parcelReceived, subject, "c-\(rounds % 7)",
                    [
                        "waybill": .string(subject), "raw": .string(subject), "carriers": ["sf"], "carrier": "sf",
                        "scanner": "scanner-1", "symbology": "]C0", "batch": .string(batch), "expected": true,
                        "recipient": .string("r-\(Int.random(in: 0..<3000, using: &generator))"),
                    ]))
        }
        for subject in subjects {
            let slot = "\(Int.random(in: 1...40, using: &generator))-\(Int.random(in: 1...5, using: &generator))"
            let code = String(String(Int.random(in: 1_000_000...1_999_999, using: &generator)).dropFirst())
            events.append(
                draft(.parcelRelocated, subject, "p-1", ["slot": .string(slot), "code": .string(code)]))
        }
        for subject in subjects { events.append(draft(.parcelCollected, subject, "p-1", ["by": "code"])) }
        return events
    }

    private mutating func draft(_ type: EventType, _ subject: String?, _ actor: String, _ data: JSON) -> EventDraft {
        let passed = Int64.random(in: 800...5000, using: &generator)
        now.wall = Timestamp(milliseconds: now.wall.milliseconds + passed)
        now.uptime = now.uptime + passed
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: type, subject: subject, now: now,
            bootID: "5f1c2d3e-8a9b-4c0d-9e1f-2a3b4c5d6e7f", actor: actor, data: data.canonical)
    }

    /// A kiosk's journal with so many events that no center has seen.
    /// - Parameter progress: how many are recorded.
    static func fill(
        _ directory: String, kiosk: KioskID, events: Int, seed: UInt64, progress: (Int) -> Void
    ) throws {
        let configuration = Journal.Configuration(
            directory: directory, kiosk: kiosk, reserveBytes: 0, bootID: "lab", now: { EventFixture.start })
        let journal = try Journal.open(
            configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in }
        var fixture = EventFixture(seed: seed)
        var done = 0
        while done < events {
            let drafts = (0..<min(500, events - done)).map { _ in fixture.next() }
            try journal.record { transaction in
                for draft in drafts { _ = try transaction.record(draft) }
            }
            done += drafts.count
            progress(done)
        }
        journal.close()
    }

    private static let start = Now(
        wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 1), clock: .synced)
}
