import Domain
import Journal
import Logging
import Workflow

/// The two ends of a parcel's stay.
enum ParcelLifeGenerator {
    static let now = Now(
        wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 86_400_000),
        clock: .synced)

    static func came(_ subject: String) -> EventDraft {
        draft(
            .parcelReceived, subject,
            [
                "waybill": .string(subject), "raw": .string(subject), "carriers": ["sf"], "carrier": "sf",
                "scanner": "scanner-1", "symbology": "]C0", "recipient": .string("r-\(subject.suffix(4))"),
                "expected": true,
            ])
    }

    static func fetched(_ subject: String) -> EventDraft {
        draft(.parcelCollected, subject, ["by": "code"])
    }

    static func draft(_ type: EventType, _ subject: String, _ data: JSON) -> EventDraft {
        var generator = SystemRandomNumberGenerator()
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: type, subject: subject, now: now,
            bootID: "5f1c2d3e-8a9b-4c0d-9e1f-2a3b4c5d6e7f", actor: "p-1", data: data.canonical)
    }
}

/// Crates of sixty farmers, one after the other; each brings six, which are a lot.
struct CrateGenerator {
    static let crates: Int64 = 6

    private var count: Int64 = 0
    private var open: [WeighIn.Number] = []

    mutating func next(_ epoch: Epoch) -> EventDraft {
        let lot = Lot.id(journal: WeighIn.Number(epoch: epoch, count: 1).journal, count: count / Self.crates + 1)
        let farmer = "f-\(count / Self.crates % 60)"
        let (net, amount) = (Mass(grams: 11_140), Money(fen: 3565))
        if open.count == Self.crates {
            let packing = Lot.Packing(
                farmer: farmer, produce: "tomato", grade: "1", crates: open, net: Mass(grams: net.grams * Self.crates),
                amount: Money(fen: amount.fen * Self.crates), unpriced: 0)
            open = []
            let last = Lot.id(journal: WeighIn.Number(epoch: epoch, count: 1).journal, count: count / Self.crates)
            return ParcelLifeGenerator.draft(.lotPacked, last, packing.json)
        }
        count += 1
        let weighIn = WeighIn(
            number: WeighIn.Number(epoch: epoch, count: count), farmer: farmer, identification: .card,
            produce: "tomato", grade: "1", lot: lot, gross: Mass(grams: net.grams + 1200),
            tare: Mass(grams: 1200), tareMode: .preset, container: "crate", stability: .device,
            scale: .init(serial: "A9-0017", protocolName: "toledo-continuous", interval: Mass(grams: 5)),
            raw: [UInt8](repeating: 0x30, count: 17),
            pricing: .init(price: Price(fenPerKilogram: 320), list: 7, rounding: .halfUp, amount: amount),
            warnings: [])
        open.append(weighIn.number)
        return ParcelLifeGenerator.draft(.weighInRecorded, weighIn.number.description, weighIn.json)
    }
}

/// A journal of a busy point that has not been pruned: parcels, and a crate for every nine events of theirs.
enum BacklogGenerator {
    /// - Parameter progress: how many are recorded.
    static func fill(_ directory: String, events: Int, seed: UInt64, progress: (Int) -> Void) throws {
        let configuration = Journal.Configuration(
            directory: directory, kiosk: try SpeedBenchmark.kiosk(), reserveBytes: 0, bootID: "lab",
            now: { ParcelLifeGenerator.now })
        let journal = try Journal.open(
            configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in
        }
        defer { journal.close() }
        var parcels = EventFixture(seed: seed)
        var crates = CrateGenerator()
        let epoch = journal.state.epoch
        var done = 0
        while done < events {
            let drafts = (0..<min(500, events - done)).map {
                $0 % 10 == 9 ? crates.next(epoch) : parcels.next()
            }
            try journal.record { transaction in
                for draft in drafts { _ = try transaction.record(draft) }
            }
            done += drafts.count
            progress(done)
        }
    }
}
