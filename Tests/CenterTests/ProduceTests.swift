import Domain
import Foundation
import Logging
import MQTT
import SQLite
import TestSupport
import Testing
import Wire

@testable import Center

/// A point that buys produce, as the center hears of it: every event goes through intake and store.
final class Market {
    let kiosk: KioskID
    let store: CenterStore
    let intake: EventIngest
    private(set) var epoch: Epoch
    private var head = Head.genesis
    private var generator: SeededGenerator
    private(set) var sent: [EventMessage] = []
    private var count: Int64 = 0
    var wall = Timestamp("2026-11-24T00:00:00.000Z")!
    var bootID = "boot-1"
    var clock = ClockTrust.synced
    var uptime: Int64 = 1000

    init(_ store: CenterStore, _ kiosk: String = "k1310020007", seed: UInt64 = 1) {
        self.store = store
        self.kiosk = KioskID(kiosk)!
        // A clock that stands still: nothing may hang on the order of two of its times.
        intake = EventIngest(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wall: { Timestamp(milliseconds: 1_795_000_000_000) })
        generator = SeededGenerator(seed: seed)
        epoch = .random(using: &generator)
    }

    @discardableResult
    func tell(_ type: EventType, _ subject: String?, _ data: JSON, id: EventID? = nil) throws -> EventMessage {
        let now = Now(wall: wall, uptime: Uptime(milliseconds: uptime), clock: clock)
        wall = Timestamp(milliseconds: wall.milliseconds + 60_000)
        uptime += 60_000
        return try send(
            EventDraft(
                id: id ?? .make(at: wall, using: &generator), type: type, subject: subject, now: now, bootID: bootID,
                actor: "p-op", data: data.canonical))
    }

    func send(_ draft: EventDraft) throws -> EventMessage {
        let event = HashChain(kiosk: kiosk, epoch: epoch).append(draft, after: head)
        head = Head(sequence: event.sequence, hash: event.hash)
        let message = EventMessage(kiosk: kiosk, epoch: epoch, event: event)
        sent.append(message)
        let body = EventBatch.encode([message])!
        _ = try intake.take([
            MQTTMessage(
                topic: Topics.events(kiosk), payload: body.bytes,
                userProperties: body.encoding.map { [EventBatch.encodingProperty: $0] } ?? [:])
        ])
        return message
    }

    /// The journal was damaged, or a card from before was put back: what there is is sent again in a new epoch.
    func salvage(through last: Int = .max) throws {
        let drafts = sent.prefix(last).map(\.event.draft)
        epoch = .random(using: &generator)
        head = .genesis
        for draft in drafts { _ = try send(draft) }
    }

    struct Weighed {
        var id: EventID
        var weighIn: WeighIn
    }

    @discardableResult
    func weigh(
        _ farmer: String = "p-1", _ produce: String = "tomato", net: Int64, price: Int64? = 320, lot: Int64 = 1
    ) throws -> Weighed {
        count += 1
        let net = Mass(grams: net)
        let pricing = price.map { fen in
            let price = Price(fenPerKilogram: fen)
            return WeighIn.Pricing(
                price: price, list: 7, rounding: .halfUp, amount: price.amount(for: net, .halfUp) ?? .zero)
        }
        let weighIn = WeighIn(
            number: WeighIn.Number(epoch: epoch, count: count), farmer: farmer, identification: .card,
            produce: produce, grade: "1",
            lot: Lot.id(journal: String(epoch.text.prefix(6)), count: lot),
            gross: Mass(grams: net.grams + 1500), tare: Mass(grams: 1500), tareMode: .preset, container: "crate-blue",
            stability: .device, scale: .init(serial: nil, protocolName: "yaohua-a9", interval: nil), raw: [1, 2],
            pricing: pricing, warnings: pricing == nil ? [.unpriced] : [])
        let message = try tell(.weighInRecorded, weighIn.number.description, weighIn.json)
        return Weighed(id: message.event.draft.id, weighIn: weighIn)
    }

    @discardableResult
    func void(_ weighed: Weighed) throws -> EventMessage {
        try tell(
            .weighInVoided, weighed.weighIn.number.description,
            WeighIn.Voiding(voids: weighed.id, number: weighed.weighIn.number, reason: .wrongTare).json)
    }

    func pack(_ order: String, _ parcel: String, _ items: [(lot: String, grams: Int64)]) throws {
        try tell(
            .orderPacked, order,
            Order.Packing(
                parcel: parcel,
                items: items.map { .init(lot: $0.lot, produce: "tomato", grade: "1", quantity: Mass(grams: $0.grams)) }
            ).json)
    }

    func correct(_ parcel: String, _ undone: EventType, order: String?) throws {
        try tell(
            .parcelCorrected, parcel,
            .members([
                "corrects": .string(EventID.make(at: wall, using: &generator).text),
                "undoes": .string(undone.text), "reason": "mistake", "order": order.map { .string($0) },
            ]))
    }

    var account: ProduceAccount { get throws { try store.produce(of: kiosk) } }

    func report(_ from: String? = nil, _ until: String? = nil, _ households: Households = Households()) throws
        -> ProduceReport
    {
        var report = ProduceReport(
            Period(from: from.flatMap { Timestamp(written: $0) }, until: until.flatMap { Timestamp(written: $0) }),
            households)
        try store.forEachProduce(of: nil) { try report.add($0) }
        return report
    }
}

@Suite struct ProduceTests {
    let directory: TemporaryDirectory
    let store: CenterStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try CenterStore(path: directory.file("center.db"))
    }

    @Test func `what farmers brought is summed by farmer and produce, and households of the register apart`() throws {
        let market = Market(store)
        try market.weigh(net: 10_000)
        try market.weigh("p-2", net: 5005, lot: 2)
        try market.weigh("p-2", "apple", net: 2000, price: 1001, lot: 3)
        try market.weigh("p-1", net: 3000, price: nil)
        let other = Market(store, "k1310020008", seed: 2)
        try other.weigh("p-9", net: 1000)

        // p-9 at one point, p-2 until the day, and p-1 from the day after.
        let households = try Households(
            parsing: Array(
                #"{"households":[{"person":"p-9","kiosk":"k1310020008"},{"person":"p-2","until":"2026-12-31"},{"person":"p-1","kiosk":"k1310020008"},{"person":"p-1","from":"2027-01-01"}]}"#
                    .utf8))
        let report = try market.report(nil, nil, households)
        #expect(report.rows.count == 4)
        let rows = report.rows.sorted { $0.key < $1.key }
        #expect(rows.map(\.key.farmer) == ["p-1", "p-2", "p-2", "p-9"])
        #expect(rows[0].value.net.grams == 13_000 && rows[0].value.amount.fen == 3200 && rows[0].value.unpriced == 1)
        // 5.005 kg at 3.20 yuan is 16.016; 2 kg at 10.01 is 20.02.
        #expect(rows.filter(\.key.isRegistered).map(\.value.amount.fen).sorted() == [320, 1602, 2002])
        let all = report.sums()
        #expect(all.farmers == 3 && all.totals.count == 5 && all.totals.net.grams == 21_005)
        #expect(all.totals.amount.fen == 3200 + 1602 + 2002 + 320)
        let registered = report.sums(registered: true)
        #expect(registered.farmers == 2 && registered.totals.amount.fen == 3924 && registered.totals.count == 3)
        #expect(report.problems.isEmpty)
    }

    @Test func `a void counts when it was done: a month that is over keeps its account, and sums of periods add up`()
        throws
    {
        let market = Market(store)
        let first = try market.weigh(net: 10_000)
        try market.weigh(net: 4000)
        market.wall = Timestamp("2026-12-02T00:00:00.000Z")!
        try market.weigh(net: 1000, price: nil)
        try market.void(first)
        let november = try market.report(nil, "2026-12-01T00:00:00Z").sums().totals
        #expect(november.count == 2 && november.amount.fen == 4480 && november.voided == 0)
        let december = try market.report("2026-12-01T00:00:00Z").sums().totals
        #expect(december.count == 0 && december.amount.fen == -3200 && december.unpriced == 1)
        #expect(december.voided == 1 && december.voidedNet.grams == 10_000 && december.voidedAmount.fen == 3200)
        var both = november
        both.add(december)
        #expect(try both == market.report().sums().totals)
    }

    @Test func `a day's sums are those of a plain count, whatever was weighed, voided and salvaged`() throws {
        for seed in UInt64(1)...12 {
            let store = try CenterStore(path: directory.file("center-\(seed).db"))
            let market = Market(store, seed: seed)
            var generator = SeededGenerator(seed: seed)
            var standing: [Market.Weighed] = []
            var net: Int64 = 0
            var paid: Int64 = 0
            for _ in 0..<60 {
                switch Int.random(in: 0..<10, using: &generator) {
                case 0..<7:
                    let price = Bool.random(using: &generator) ? Int64.random(in: 0...5000, using: &generator) : nil
                    let weighed = try market.weigh(
                        "p-\(Int.random(in: 1...4, using: &generator))",
                        net: Int64.random(in: 1...60_000, using: &generator), price: price)
                    standing.append(weighed)
                    net += weighed.weighIn.net.grams
                    paid += weighed.weighIn.pricing?.amount.fen ?? 0
                case 7, 8:
                    guard let index = standing.indices.randomElement(using: &generator) else { continue }
                    let weighed = standing.remove(at: index)
                    try market.void(weighed)
                    net -= weighed.weighIn.net.grams
                    paid -= weighed.weighIn.pricing?.amount.fen ?? 0
                default:
                    if market.sent.count < 200 { try market.salvage() }
                }
            }
            let totals = try market.report().sums().totals
            #expect(totals.net.grams == net && totals.amount.fen == paid, "seed \(seed)")
            #expect(totals.count == standing.count, "seed \(seed)")
            #expect(try market.account.problems.isEmpty, "seed \(seed)")
        }
    }

    @Test func `what was salvaged into a new epoch counts once`() throws {
        let market = Market(store)
        let weighed = try market.weigh(net: 10_000)
        try market.weigh(net: 4000)
        try market.void(weighed)
        let before = try market.report().sums().totals
        try market.salvage()
        try market.salvage()
        #expect(try market.report().sums().totals == before)
        #expect(before.count == 1 && before.voided == 1 && before.amount.fen == 1280)
        #expect(try market.account.problems.isEmpty)
    }

    @Test func `an event that cannot be read, or fits none, is listed and counts for nothing`() throws {
        let market = Market(store)
        let weighed = try market.weigh(net: 10_000)
        var members = try #require(weighed.weighIn.json.object)
        func recorded(_ change: (inout [String: JSON]) -> Void, id: EventID? = nil) throws {
            var members = members
            change(&members)
            try market.tell(.weighInRecorded, weighed.weighIn.number.description, .object(members), id: id)
        }
        try recorded { $0["net"] = 10_001 }
        try recorded { $0["farmer"] = nil }
        try recorded { ($0["gross"], $0["net"]) = (1500, 0) }
        try recorded { ($0["gross"], $0["net"]) = (.integer(.max), .integer(.max - 1500)) }
        try recorded { $0["amount"] = .integer(.max) }
        members["farmer"] = "p-2"
        try recorded({ _ in }, id: weighed.id)
        try market.void(weighed)
        try market.void(weighed)
        let stranger = Market.Weighed(id: EventID("01a20972-5f7b-7921-b9dc-f33bffd1e6e0")!, weighIn: weighed.weighIn)
        try market.void(stranger)
        try market.tell(.lotOffered, "KL-000000-000001", ["quantity": 1, "fenperkg": 1])
        try market.tell(.lotPacked, "KL-000000-000001", [:])
        try market.tell(.lotOffered, weighed.weighIn.lot, ["quantity": 1])
        try market.tell(.orderDispatched, "O-1", ["parcel": "SF1234567890123"])
        try market.pack("O-1", "SF1234567890123", [(weighed.weighIn.lot, -5)])
        try market.pack("O-1", "SF1234567890123", [(weighed.weighIn.lot, 5)])
        try market.pack("O-1", "SF1234567890124", [(weighed.weighIn.lot, 5)])
        try market.correct("SF9999999999999", .parcelAccepted, order: nil)
        try market.tell(.weighInVoided, nil, [:])
        let account = try market.account
        #expect(
            account.problems.map(\.words) == [
                "its data is not what such an event says", "its data is not what such an event says",
                "its weights or its amount are implausibly large", "its weights or its amount are implausibly large",
                "its weights or its amount are implausibly large", "its id came before with another content",
                "the weigh-in was voided before", "the weigh-in that it voids is not here",
                "no crate of its lot is here", "its data is not what such an event says",
                "its data is not what such an event says", "its order is not packed here",
                "its weights are implausibly large", "the order was packed before",
                "its data is not what such an event says",
            ])
        #expect(account.problems.map(\.sequence) == [2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, 19])
        let totals = try market.report().sums().totals
        #expect(totals.count == 0 && totals.voided == 1 && totals.amount == .zero)
        #expect(try market.report().problems.count == 15)
    }

    @Test func `a weigh-in before the clock was right is placed by it, and one that never is lies in no period`() throws
    {
        let market = Market(store)
        market.clock = .unsynced
        market.wall = Timestamp(milliseconds: 0)
        market.uptime = 60_000
        try market.weigh(net: 1000)
        market.clock = .synced
        market.wall = Timestamp("2026-11-24T08:00:00.000Z")!
        try market.tell(.clockSynced, nil, ["source": "kernel"])
        market.clock = .unsynced
        market.bootID = "boot-2"
        market.wall = Timestamp(milliseconds: 0)
        try market.weigh(net: 2000)
        let account = try market.account
        #expect(account.time(of: account.entries[0].moment) == Timestamp("2026-11-24T07:59:00.000Z"))
        #expect(account.time(of: account.entries[1].moment) == nil)
        let day = try market.report("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")
        #expect(day.sums().totals.net.grams == 1000 && day.undated == 1)
        #expect(try market.report().sums().totals.net.grams == 3000 && market.report().undated == 0)
    }

    @Test func `a crate is followed to the parcel in the city, and back`() throws {
        let market = Market(store)
        let crate = try market.weigh(net: 10_000)
        let voided = try market.weigh(net: 700)
        let second = try market.weigh("p-2", net: 6000, lot: 2)
        try market.void(voided)
        let lots = [crate.weighIn.lot, second.weighIn.lot]
        try market.tell(
            .lotPacked, lots[0],
            Lot.Packing(
                farmer: "p-1", produce: "tomato", grade: "1", crates: [crate.weighIn.number], net: Mass(grams: 10_000),
                amount: Money(fen: 3200), unpriced: 0
            ).json)
        try market.tell(.lotOffered, lots[1], ["quantity": 5000, "fenperkg": 900])
        try market.pack("O-1", "SF1234567890123", [(lots[0], 5020), (lots[1], 980)])
        try market.pack("O-2", "SF1234567890124", [(lots[1], 1000)])
        try market.tell(.orderDispatched, "O-1", ["parcel": "SF1234567890123"])
        var account = try market.account
        func names(_ name: String) -> [String] { account.trace(name).map { "\($0.what) \($0.name) \($0.status)" } }
        let crates = ["crate \(crate.weighIn.number) weighed", "crate \(voided.weighIn.number) voided"]
        let way = ["order O-1 dispatched", "parcel SF1234567890123 dispatched"]
        #expect(names(crate.weighIn.number.description) == [crates[0], "lot \(lots[0]) packed"] + way)
        #expect(names(crate.weighIn.number.description.uppercased()) == names(crate.weighIn.number.description))
        #expect(names(lots[0].uppercased()) == crates + ["lot \(lots[0]) packed"] + way)
        let back =
            crates + ["crate \(second.weighIn.number) weighed", "lot \(lots[0]) packed", "lot \(lots[1]) offered"] + way
        #expect(names("sf1234567890123") == back)
        #expect(names("O-1") == back)
        #expect(names(lots[1]).suffix(4) == way + ["order O-2 packed", "parcel SF1234567890124 accepted"])
        #expect(names("KW-000000-000001").isEmpty && names("SF9").isEmpty && names("").isEmpty)
        #expect(account.problems.isEmpty)
        let known = try lots.map { try #require(account.lot($0)) }
        #expect(known.map(\.net.grams) == [10_000, 6000] && known.map(\.taken.grams) == [5020, 1980])
        #expect(known[1].offer?.quantity.grams == 5000 && known[0].crates == [crate.weighIn.number.description])

        // The courier gave it back, then the packing itself was a mistake; then it was packed into another parcel.
        try market.correct("SF1234567890123", .parcelDispatched, order: "O-1")
        account = try market.account
        #expect(names("O-1").suffix(2) == ["order O-1 packed", "parcel SF1234567890123 accepted"])
        try market.correct("SF1234567890123", .parcelAccepted, order: "O-1")
        account = try market.account
        #expect(names("O-1").last == "order O-1 unpacked" && names("SF1234567890123").isEmpty)
        #expect(lots.map { account.lot($0)?.taken.grams } == [0, 1000])
        try market.pack("O-1", "SF1234567890125", [(lots[0], 5000)])
        account = try market.account
        #expect(names("SF1234567890125").last == "parcel SF1234567890125 accepted")
        #expect(account.problems.isEmpty)
    }

    @Test func `the account reads the events of produce alone`() throws {
        let market = Market(store)
        try market.weigh(net: 1000)
        let plan = try Connection(path: directory.file("center.db"), mode: .readOnly).statement(
            "EXPLAIN QUERY PLAN SELECT data FROM event WHERE kiosk = ?1 AND \(CenterStore.isProduce) ORDER BY rowid"
        ).map([.text("k1310020007")]) { $0.text(3) }
        #expect(plan.count == 1 && plan[0].contains("USING INDEX event_priced (kiosk=?)"), "\(plan)")
    }
}
