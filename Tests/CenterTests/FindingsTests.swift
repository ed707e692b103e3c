import Domain
import Foundation
import Logging
import MQTT
import Phrases
import SQLite
import TestSupport
import Testing
import Wire

@testable import Center

/// What the center makes of a kiosk's word, and of papers from before a journal was damaged.
@Suite struct FindingsTests {
    let directory: TemporaryDirectory
    let store: CenterStore
    let market: Market
    let documents: Documents
    let county: County

    init() throws {
        directory = try TemporaryDirectory()
        store = try CenterStore(path: directory.file("center.db"))
        market = Market(store)
        documents = Documents(directory: directory.file("documents"))
        county = County(of: market.kiosk)
    }

    private func send(catalog version: Int64, price: Int64) throws {
        let produce = [Catalog.Produce(id: "tomato", number: 11, name: "番茄", grades: [.init(id: "1", name: "一级")])]
        let offers = [Catalog.Offer(produce: "tomato", grade: "1", price: Price(fenPerKilogram: price))]
        let catalog = Catalog(version: version, produce: produce, offers: offers)
        _ = try documents.write(.catalog(catalog), for: .county(county))
    }

    private func send(roster version: Int64, _ ids: String...) throws {
        let people = ids.map { Person(id: $0, name: "李*", roles: [.farmer]) }
        _ = try documents.write(.roster(Roster(version: version, people: people)), for: .kiosk(market.kiosk))
    }

    private func findings() throws -> [String] {
        var sent = SentDocuments(documents)
        return try store.produce(of: market.kiosk).findings(&sent).map(\.words)
    }

    @Test func `what agrees with what was sent is no finding, also by an older list and of somebody who has left`()
        throws
    {
        try send(catalog: 7, price: 320)
        try send(roster: 1, "p-1", "p-2")
        try market.weigh("p-1", net: 10_000)
        try send(catalog: 8, price: 400)
        try send(roster: 2, "p-2")
        #expect(try findings() == [])
    }

    @Test func `an amount that its price does not make, a price and a list that were not sent are listed`() throws {
        try send(catalog: 7, price: 320)
        let weighed = try market.weigh("p-1", net: 10_000)
        var data = weighed.weighIn.json
        if case .object(var members) = data {
            members["amount"] = 99_999_999
            members["number"] = "KW-\(market.epoch.text.prefix(6))-000777".json
            data = .object(members)
        }
        try market.tell(.weighInRecorded, "KW-\(market.epoch.text.prefix(6))-000777", data)
        try market.weigh("p-1", net: 1000, price: 500)
        let words = try findings()
        #expect(words.count == 2)
        #expect(words[0].contains("its amount is 999999.99 yuan") && words[0].contains("32.00"))
        #expect(words[1].contains("has no price of 5.00"))
        // They count all the same: somebody may have the money.
        #expect(try store.produce(of: market.kiosk).statement(of: "p-1", in: Period()).totals?.count == 3)
    }

    @Test func `a farmer on no roster of that point is listed, and one met there is not`() throws {
        // Before the first roster that is remembered here somebody else may have stood on one.
        try market.weigh("p-left", net: 1000)
        try send(roster: 1, "p-1")
        market.wall = try #require(Timestamp("2036-01-01T00:00:00.000Z"))
        try market.weigh("p-1", net: 1000)
        try market.weigh("p-stranger", net: 1000)
        #expect(try findings() == ["p-stranger is on no roster that this point was sent, and was not met here"])
    }

    @Test func `nothing is said of lists from before a history was kept`() throws {
        try send(catalog: 9, price: 100)
        // Weighed by list 7, which was sent by an older program.
        try market.weigh("p-1", net: 1000)
        #expect(try findings() == [])
        var sent = SentDocuments(documents)
        #expect(try store.produce(of: market.kiosk).countOfUncompared(&sent) == 1)
    }

    @Test func `a price of its list that was not in force when the crate was weighed is listed`() throws {
        let day: Int64 = 86_400_000
        func offer(_ price: Int64, from: Int64?, until: Int64?) -> Catalog.Offer {
            Catalog.Offer(
                produce: "tomato", grade: "1", price: Price(fenPerKilogram: price),
                from: from.map { market.wall.adding($0) }, until: until.map { market.wall.adding($0) })
        }
        let produce = [Catalog.Produce(id: "tomato", number: 11, name: "番茄", grades: [.init(id: "1", name: "一级")])]
        let catalog = Catalog(
            version: 7, produce: produce,
            offers: [
                offer(500, from: nil, until: -day), offer(320, from: -day, until: day),
                offer(400, from: day, until: nil),
            ])
        _ = try documents.write(.catalog(catalog), for: .county(county))
        try market.weigh("p-1", net: 1000, price: 320)
        #expect(try findings() == [])
        try market.weigh("p-1", net: 1000, price: 500)
        try market.weigh("p-1", net: 1000, price: 400)
        #expect(
            try findings() == [
                "the price of 5.00 yuan of list 7 was not in force when it was weighed",
                "the price of 4.00 yuan of list 7 was not in force when it was weighed",
            ])
    }

    @Test func `a list of no version is a finding, and a damaged list is counted as not compared`() throws {
        try send(catalog: 1, price: 320)
        var data = try market.weigh("p-1", net: 1000).weighIn.json
        guard case .object(var members) = data else { return }
        members["number"] = "KW-\(market.epoch.text.prefix(6))-000777".json
        guard case .object(var price)? = members["price"] else { return }
        price["list"] = -5
        members["price"] = .object(price)
        data = .object(members)
        try market.tell(.weighInRecorded, "KW-\(market.epoch.text.prefix(6))-000777", data)
        #expect(try findings().contains("it was priced by list -5, and no list has such a version"))
        try send(catalog: 7, price: 320)
        try spoil("\(county).catalog.7.") { _ in Data("{".utf8) }
        var sent = SentDocuments(documents)
        #expect(try store.produce(of: market.kiosk).countOfUncompared(&sent) == 1)
    }

    private func spoil(_ prefix: String, _ change: (Data) -> Data) throws {
        let folder = documents.directory + "/history"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(prefix) }
        let file = URL(fileURLWithPath: folder + "/" + (try #require(names.count == 1 ? names.first : nil)))
        try change(Data(contentsOf: file)).write(to: file)
    }

    @Test func `a digit that fell over in the history accuses nobody, and is counted`() throws {
        try send(catalog: 7, price: 320)
        try send(roster: 1, "p-1", "p-2")
        market.wall = try #require(Timestamp("2036-01-01T00:00:00.000Z"))
        try market.weigh("p-1", net: 1000)
        func replace(_ old: String, _ new: String) -> (Data) -> Data {
            { Data(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8) }
        }
        try spoil("\(county).catalog.7.", replace("320", "321"))
        #expect(try findings() == [])
        try spoil("\(market.kiosk).people", replace("p-1", "p-9"))
        #expect(try findings() == [])
        var sent = SentDocuments(documents)
        #expect(try store.produce(of: market.kiosk).countOfUncompared(&sent) == 1)
        // It begins anew with the roster that is held: an offline point may have that one for weeks.
        try send(roster: 2, "p-2")
        #expect(try findings() == [])
        try market.weigh("p-8", net: 1000)
        #expect(try findings() == ["p-8 is on no roster that this point was sent, and was not met here"])
    }

    /// One of them may have been noted and never put in its place: a sender that was killed, a disk that was full.
    @Test func `two lists of one version that differ accuse nobody, and are counted`() throws {
        try send(catalog: 7, price: 320)
        let folder = documents.directory + "/history/"
        let first = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let kept = try Data(contentsOf: URL(fileURLWithPath: folder + first))
        try FileManager.default.removeItem(atPath: documents.directory + "/\(county).catalog.json")
        try FileManager.default.removeItem(atPath: folder + first)
        try send(catalog: 7, price: 420)
        try market.weigh("p-1", net: 1000)
        #expect(try findings().count == 1)
        try kept.write(to: URL(fileURLWithPath: folder + first))
        #expect(try findings() == [])
        var sent = SentDocuments(documents)
        #expect(try store.produce(of: market.kiosk).countOfUncompared(&sent) == 1)
        // A name without a digest, of a program before, says less than one with it.
        try FileManager.default.removeItem(atPath: folder + first)
        try kept.write(to: URL(fileURLWithPath: folder + "\(county).catalog.7.json"))
        #expect(try findings().count == 1)
    }

    @Test func `a price by an older list than the one in force is listed, in the same journal`() throws {
        try send(catalog: 7, price: 320)
        try send(catalog: 8, price: 320)
        try market.tell(.catalogApplied, nil, ["version": 8, "count": 1])
        try market.weigh("p-1", net: 1000)
        #expect(try findings() == ["it was priced by list 7 when list 8 was in force there"])
        // A card from before has an older list.
        try market.salvage(through: 0)
        try market.tell(.catalogApplied, nil, ["version": 7, "count": 1])
        try market.weigh("p-1", net: 1000)
        #expect(try findings().filter { $0.contains("in force there") }.count == 1)
    }

    @Test func `a merging that no roster says is listed, and one that the county takes back too`() throws {
        let (one, two) = ("PN-3f9a1c-000001", "PN-3f9a1c-000002")
        func person(_ id: String, _ was: String...) -> Person {
            var person = Person(id: id, name: "李*", roles: [.farmer])
            person.was = was
            return person
        }
        func merge(_ data: JSON) throws { try market.tell(.rosterApplied, nil, data) }
        _ = try documents.write(
            .roster(Roster(version: 1, people: [person("p-1", one), person("p-2")])), for: .kiosk(market.kiosk))
        market.wall = try #require(Timestamp("2036-01-01T00:00:00.000Z"))
        for id in [one, two] { try market.weigh(id, net: 1000) }
        try merge(["version": 1, "count": 2, "merged": [["id": .string(one), "into": "p-1"]]])
        #expect(try findings() == ["\(two) is on no roster that this point was sent, and was not met here"])
        try merge(["version": 1, "count": 2, "merged": [["id": .string(two), "into": "p-2"]]])
        #expect(try findings() == ["\(two) became p-2 there, and no roster that this point was sent says so"])
        _ = try documents.write(
            .roster(Roster(version: 2, people: [person("p-1"), person("p-2", one, two)])), for: .kiosk(market.kiosk))
        #expect(try findings() == [])
        for version in 2...3 as ClosedRange<Int64> {
            try merge(["version": .integer(version), "count": 2, "kept": [["id": .string(one), "into": "p-1"]]])
        }
        let account = try store.produce(of: market.kiosk)
        #expect(
            account.problems.map(\.words) == [
                "its roster names another person than an earlier one, and \(one) stays p-1: send one that agrees"
            ])
        #expect(account.canonical(one) == "p-1")
    }

    @Test func `what one person asked for and agreed to is listed`() throws {
        let weighed = try market.weigh("p-1", net: 1000)
        let number = Payment.Number(journal: String(market.epoch.text.prefix(6)), count: 1)
        let payment = try #require(
            Payment(
                number: number, farmer: "p-1", method: .cash,
                crates: [.init(id: weighed.id, number: weighed.weighIn.number, amount: Money(fen: 320))]))
        let paid = try market.tell(.paymentMade, number.description, payment.json)
        try market.tell(
            .paymentReversed, number.description,
            Payment.Reversal(
                reverses: paid.event.draft.id, number: number, reason: .mistake, approvedBy: "p-op"
            ).json)
        try market.tell(
            .weighInVoided, weighed.weighIn.number.description,
            WeighIn.Voiding(
                voids: weighed.id, number: weighed.weighIn.number, reason: .wrongTare, approvedBy: "p-op"
            ).json)
        let account = try store.produce(of: market.kiosk)
        let words = "it counts as it was recorded, but p-op asked for it and agreed to it"
        #expect(account.problems.map(\.words) == [words, words])
        #expect(account.entries.allSatisfy { !$0.counts } && account.payments.allSatisfy { !$0.counts })
    }

    @Test func `a board cannot make one farmer's crates another's`() throws {
        try market.weigh("p-5", net: 1000)
        try market.tell(
            .rosterApplied, nil, ["version": 2, "people": 2, "merged": [["id": "p-5", "into": "p-3"]]])
        #expect(try store.produce(of: market.kiosk).canonical("p-5") == "p-5")
    }

    @Test func `what was paid and voided by one person alone is listed`() throws {
        try send(catalog: 7, price: 320)
        let weighed = try market.weigh("p-1", net: 1000)
        let number = Payment.Number(journal: String(market.epoch.text.prefix(6)), count: 1)
        let payment = try #require(
            Payment(
                number: number, farmer: "p-1", method: .cash,
                crates: [.init(id: weighed.id, number: weighed.weighIn.number, amount: Money(fen: 320))]))
        try market.tell(.paymentMade, number.description, payment.json)
        #expect(try findings().isEmpty)
        try market.void(weighed)
        #expect(try findings() == ["it was paid, and voided without a supervisor's word"])
    }

    /// A card from before was put back: what came after it was made is stored here, and nowhere else.
    @Test func `crates that the point's card does not have any more are listed until they are settled`() throws {
        try send(catalog: 7, price: 320)
        try market.weigh("p-1", net: 1000)
        try market.weigh("p-2", net: 2000)
        try market.salvage(through: 1)
        #expect(
            try findings() == [
                "the card of the point does not have it any more, and cannot settle it: the county has to, by hand"
            ])
        // What a later recovery takes over is there as before.
        try market.weigh("p-3", net: 3000)
        try market.salvage()
        #expect(try findings().isEmpty)
    }

    // MARK: Papers

    private func chain(_ epoch: Epoch) -> HashChain { HashChain(kiosk: market.kiosk, epoch: epoch) }

    @Test func `a record is found by its event, under every place that it has had`() throws {
        let weighed = try market.weigh("p-1", net: 10_000)
        let first = try #require(market.sent.first { $0.event.draft.id == weighed.id })
        let old = market.epoch
        try market.salvage()
        let second = try #require(market.sent.last { $0.event.draft.id == weighed.id })
        #expect(market.epoch != old && second.event.hash != first.event.hash)
        for message in [first, second] {
            let record = try #require(try store.records(chain(message.epoch), message.event.sequence).first)
            #expect(record.hash == message.event.hash && record.id == weighed.id)
        }
    }

    /// It was printed, the card was damaged before it was delivered, and it came under another place.
    @Test func `a record that was salvaged before it was delivered is found by its former place`() throws {
        var generator = SeededGenerator(seed: 77)
        let former = HashChain(kiosk: market.kiosk, epoch: .random(using: &generator))
        let weighed = try market.weigh("p-1", net: 10_000)
        let draft = try #require(market.sent.first { $0.event.draft.id == weighed.id }).event.draft
        let printed = former.append(draft, after: Head(sequence: 41, hash: market.sent[0].event.hash))
        #expect(try store.records(former, 42).isEmpty)
        try market.tell(
            .journalMoved, nil, MovedRecord.json([MovedRecord(printed, of: former.epoch)], of: former.epoch))
        let record = try #require(try store.records(former, 42).first)
        #expect(record.hash == printed.hash && record.id == weighed.id)
        #expect(try store.records(former, 43).isEmpty)
    }

    // MARK: Whose it is

    @Test func `the same event under another kiosk's name is an alarm`() throws {
        try market.weigh("p-1", net: 10_000)
        let other = Market(store, "k1310020099", seed: 5)
        for message in market.sent { _ = try other.send(message.event.draft) }
        let alarms = try store.alarms().filter { $0.kind == "known-elsewhere" }
        #expect(alarms.map(\.kiosk) == ["k1310020099"])
        #expect(alarms.first?.detail.contains("k1310020007") == true)
    }

    @Test func `an alarm is ended by whoever looked at it, and comes again with its cause`() throws {
        try store.raise("gap", market.kiosk, "events 3 to 9 have not come", at: market.wall)
        #expect(try store.end("gap", market.kiosk) && !store.end("gap", market.kiosk))
        #expect(try store.alarms().isEmpty)
        try store.raise("gap", market.kiosk, "events 3 to 9 have not come", at: market.wall)
        #expect(try store.alarms().map(\.count) == [1])
    }

    @Test func `a database of a newer program is left alone`() throws {
        let path = directory.file("newer.db")
        _ = try CenterStore(path: path)
        let connection = try Connection(path: path)
        try connection.execute("PRAGMA user_version = 99")
        connection.close()
        #expect(throws: CenterError.self) { try CenterStore(path: path) }
    }

    @Test func `one kiosk cannot bring more in a day than its bound, and its neighbours are not held up`() throws {
        var allowance = Allowance()
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        var generator = SeededGenerator(seed: 3)
        let mine = HashChain(kiosk: market.kiosk, epoch: .random(using: &generator))
        for _ in 0..<Allowance.usualMost / 50 {
            #expect(allowance.admit(50, of: mine, isNew: false, at: now) == nil)
            allowance.note(50, of: mine.kiosk)
        }
        #expect(allowance.admit(1, of: mine, isNew: false, at: now) == .events)
        let other = HashChain(kiosk: try #require(KioskID("k1310020008")), epoch: mine.epoch)
        #expect(allowance.admit(50, of: other, isNew: false, at: now) == nil)
        #expect(allowance.admit(50, of: mine, isNew: false, at: now.adding(86_400_000)) == nil)
        for _ in 0..<Allowance.mostEpochs - 1 {
            let next = HashChain(kiosk: other.kiosk, epoch: .random(using: &generator))
            #expect(allowance.admit(0, of: next, isNew: true, at: now.adding(86_400_000)) == nil)
        }
        let last = HashChain(kiosk: other.kiosk, epoch: .random(using: &generator))
        #expect(allowance.admit(0, of: last, isNew: true, at: now.adding(86_400_000)) == nil)
        let beyond = HashChain(kiosk: other.kiosk, epoch: .random(using: &generator))
        #expect(allowance.admit(0, of: beyond, isNew: true, at: now.adding(86_400_000)) == .epochs)
    }

    @Test func `text of a kiosk does nothing to a terminal`() {
        let lines = TextTable.lines(header: ["A"], rows: [["f-1\u{1B}[2J\nx\u{202E}"]])
        #expect(lines[1] == "f-1\u{FFFD}[2J\u{FFFD}x\u{FFFD}")
        #expect("番茄 12.34".printable == "番茄 12.34")
    }
}

extension String {
    fileprivate var json: JSON { .string(self) }
}
