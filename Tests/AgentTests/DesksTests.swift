import Barcodes
import Board
import Delivery
import DeskSession
import Devices
import Domain
import Foundation
import Journal
import Logging
import Phrases
import ScaleProtocols
import Sounds
import Synchronization
import TestSupport
import Testing
import Wire
import Workflow

@testable import KioskAgent
@testable import KioskSettings

/// What the devices hand over becomes what a desk is entered.
@Suite(.timeLimit(.minutes(1))) struct `A reader of cards` {
    let directory: TemporaryDirectory
    let desks: Desks
    let words = Words()

    final class Words: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }
        func add(_ word: String) { words.withLock { $0.append(word) } }
    }

    init() throws {
        directory = try TemporaryDirectory()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = Journal.Configuration(
            directory: directory.file("kiosk"), kiosk: try #require(KioskID("k1310020007")), reserveBytes: 0,
            bootID: "boot-1", now: { BoardClock.now })
        let journal = try Journal.open(configuration, logger: logger, onFailure: { Issue.record("\($0)") })
        func scanner(_ name: String, _ reads: KioskSettings.Reads, acceptsUnterminated: Bool = false)
            -> KioskSettings.Scanner
        {
            .init(
                device: ScannerConfiguration(name: name, path: "/dev/\(name)", kind: .serial, baud: 9600),
                acceptsUnterminated: acceptsUnterminated, reads: reads)
        }
        desks = Desks(
            journal: journal, practice: Practice(configuration: configuration, logger: logger),
            rules: .inForce(file: nil, logger: logger), policy: Desk.Policy(),
            scanners: [
                scanner("gun", .parcels), scanner("cards", .cards),
                scanner("silent", .cards, acceptsUnterminated: true),
            ],
            scale: SharedScale(), logger: logger
        ) { [words] in words.add("\($0.desk) \($0.answer.json["reason"]?.string ?? $0.answer.word.rawValue)") }
    }

    func said(to input: ScanInput, from reader: String = "cards") throws -> String {
        let before = words.all.count
        _ = desks.take(input, from: reader)
        try eventually("something is said") { words.all.count > before }
        return words.all.last ?? ""
    }

    @Test(arguments: [
        (ScanFault.empty, "empty"), (.tooLong, "too-long"), (.interrupted, "interrupted"),
    ])
    func `says which fault it had`(_ fault: ScanFault, _ word: String) throws {
        #expect(try said(to: .fault(fault)) == "gun \(word)")
    }

    /// What is left of a card's number may be another card's.
    @Test func `is not believed a card without its end, unless that is how it sends them`() throws {
        let card = ScanInput.scan(Scan(bytes: Array("0045131261".utf8), terminated: false))
        #expect(try said(to: card) == "gun incomplete")
        #expect(try said(to: card, from: "silent") == "gun unknown-person")
    }

    @Test func `is told that what it read is no card`() throws {
        #expect(try said(to: .scan(Scan(bytes: [0x02, 0x41], terminated: true))) == "gun unknown")
    }
}

/// The turn that ships, behind a journal that takes its time.
@Suite(.timeLimit(.minutes(1))) struct `A journal that is slow` {
    let directory: TemporaryDirectory
    let journal: Journal
    let desks: Desks
    let scale = Pan()
    let words = `A reader of cards`.Words()

    /// A scale on which the test lays what it likes; each time it is another load.
    final class Pan: PointScale {
        private let watch = Mutex(ScaleWatch())
        private let now = Mutex<Int64>(0)

        init() { restart() }

        /// As a new process finds it.
        func restart() {
            watch.withLock { watch in
                watch = ScaleWatch()
                watch.connect()
            }
        }

        func lay(_ grams: Int64...) {
            for grams in grams {
                let reading = ScaleReading(
                    mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok, interval: Mass(grams: 5))
                let now = now.withLock { now in
                    now += 100
                    return now
                }
                watch.withLock { $0.feed(reading, at: Uptime(milliseconds: now)) }
            }
        }

        private func look<Result>(_ body: (inout ScaleWatch, Int64) -> Result) -> Result {
            let now = now.withLock { $0 }
            return watch.withLock { body(&$0, now) }
        }

        var sight: ScaleWatch.Sight { look { $0.sight(at: Uptime(milliseconds: $1)) } }
        func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State {
            look { $0.state(of: sight, at: Uptime(milliseconds: $1)) }
        }
        func recorded(_ sight: ScaleWatch.Sight) { look { watch, _ in watch.record(sight) } }
        func recorded(oneOf shown: [Mass]) { look { watch, _ in watch.record(oneOf: shown) } }
        func setAttentive(_ isAttentive: Bool) {}
    }

    init() async throws {
        directory = try TemporaryDirectory()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = Journal.Configuration(
            directory: directory.file("kiosk"), kiosk: try #require(KioskID("k1310020007")), reserveBytes: 0,
            bootID: "boot-1", now: { BoardClock.now })
        journal = try Journal.open(configuration, logger: logger, onFailure: { Issue.record("\($0)") })
        let shared = SharedScale()
        shared.stand(on: scale)
        var policy = Desk.Policy()
        policy.weighing.reference = Mass(grams: 5000)
        policy.weighing.tolerance = Mass(grams: 10)
        desks = Desks(
            journal: journal, practice: Practice(configuration: configuration, logger: logger),
            rules: .inForce(file: nil, logger: logger), policy: policy,
            scanners: [
                .init(
                    device: ScannerConfiguration(name: "gun", path: "/dev/gun", kind: .serial, baud: 9600),
                    acceptsUnterminated: false, reads: .parcels),
                .init(
                    device: ScannerConfiguration(name: "cards", path: "/dev/cards", kind: .serial, baud: 9600),
                    acceptsUnterminated: false, reads: .cards),
            ],
            scale: shared, logger: logger
        ) { [words] in words.add("\($0.answer.json["reason"]?.string ?? $0.answer.word.rawValue)") }
        try await journal.record { transaction in
            let people = [
                Person(id: "p1", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-1")),
                Person(id: "f1", name: "孙*", roles: [.farmer], badge: BadgeHash(of: "KB-2")),
                Person(id: "f2", name: "赵*", roles: [.farmer], badge: BadgeHash(of: "KB-3")),
            ]
            let catalog = Catalog(
                version: 1,
                produce: [.init(id: "tomato", number: 1, name: "番茄", grades: [.init(id: "1", name: "一级")])],
                offers: [.init(produce: "tomato", grade: "1", price: Price(fenPerKilogram: 325))])
            try transaction.apply(.init(version: 1, digest: .genesis, content: .roster(people)))
            try transaction.apply(.init(version: 1, digest: catalog.digest, content: .catalog(catalog)))
        }
        for text in ["KB-1", "KC-WEIGH", "KB-2", DeskCommand.produce(1).text] { _ = await desks.scan(text, at: "gun") }
        #expect(words.all.last == "weigh-ready", "\(words.all)")
    }

    /// Keeps the journal's thread until it is let go of, as a card does that takes seconds for a commit.
    private func holdUp() throws -> DispatchSemaphore {
        let (entered, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        #expect(
            journal.record { _ in
                entered.signal()
                _ = go.wait(timeout: .now() + 30)
            } then: { _ in
            })
        entered.wait()
        return go
    }

    /// As the gun's cable brings it; when this returns it waits in the journal.
    private func scan(_ text: String, _ device: String = "gun") -> DeviceHub.Again? {
        desks.take(.scan(Scan(bytes: Array(text.utf8), terminated: true)), from: device)
    }

    /// What is said of a crate that was confirmed before something happened, and recorded after it.
    private func confirmed(_ meanwhile: () -> Void) throws -> String? {
        scale.lay(0, 10_000)
        let go = try holdUp()
        let before = words.all.count
        #expect(scan(DeskCommand.record.text) == nil)
        meanwhile()
        go.signal()
        try eventually("it is said") { words.all.count > before }
        return words.all.last
    }

    @Test func `records what lay there when it was confirmed, with that moment`() async throws {
        let before = BoardClock.now.uptime
        var after = before
        let word = try confirmed {
            after = BoardClock.now.uptime
            scale.lay(10_005, 10_005)
        }
        #expect(word == "weighed")
        #expect(try await journal.look { try $0.lastWeighIn() }?.weighIn.gross == Mass(grams: 10_000))
        let recorded = try #require(try await journal.page(after: 0, limit: 100).events.last)
        #expect((before...after).contains(recorded.draft.now.uptime))
    }

    @Test func `refuses a load that was exchanged meanwhile, and takes the new one when it is confirmed`() async throws
    {
        #expect(try confirmed { scale.lay(0, 20_000) } == "scale-exchanged")
        #expect(try await journal.look { try $0.lastWeighIn() } == nil)
        let next = await desks.scan(DeskCommand.record.text, at: "gun")
        #expect(next?.answer.word == .weighed && next?.answer.json["goods"]?["gross"] == 20_000)
    }

    @Test func `takes two presses for one crate`() async throws {
        scale.lay(0, 10_000)
        let go = try holdUp()
        let before = words.all.count
        for _ in 0..<2 { #expect(scan(DeskCommand.record.text) == nil) }
        go.signal()
        try eventually("both are told") { words.all.count == before + 2 }
        #expect(words.all.suffix(2) == ["weighed", "scale-not-returned"])
    }

    @Test func `with no place left has scans wait, and says so when that lasts`() async throws {
        let go = try holdUp()
        defer { go.signal() }
        func scan(_ number: Int) -> DeviceHub.Again? { self.scan("SF\(1_000_000_000_000 + number)") }
        for number in 0..<Journal.mostWaiting { #expect(scan(number) == nil) }
        let again = try #require(scan(1000))
        let other = try #require(scan(1001))
        #expect(!again(false) && !other(false) && !words.all.contains("busy"))
        #expect(other(true) && words.all.contains("busy"))
        go.signal()
        try eventually("the journal goes on") { again(false) }
        try eventually("all is said") { words.all.filter { $0 == "wrong-mode" }.count == Journal.mostWaiting + 1 }
    }

    /// A card is read while a crate's confirmation waits: the crate is not the next farmer's.
    @Test func `keeps the order in which things were done at a desk, whatever device they came from`() async throws {
        let go = try holdUp()
        defer { go.signal() }
        for number in 0..<Journal.mostWaiting { #expect(scan("SF\(1_000_000_000_000 + number)") == nil) }
        scale.lay(0, 10_000)
        let crate = try #require(scan(DeskCommand.record.text))
        let card = try #require(scan("KB-3", "cards"))
        go.signal()
        // The card is offered first and again; it waits for what came before it.
        try eventually("there is a place in the journal") { journal.record({ _ in }, then: { _ in }) }
        #expect(!card(false))
        try eventually("the crate is taken") { crate(false) }
        try eventually("the card is taken") { card(false) }
        try eventually("both are told") { words.all.suffix(2).first == "weighed" }
        let crates = try await journal.look { try $0.weighIns(after: nil, limit: 10) }
        #expect(crates.map(\.weighIn.farmer) == ["f1"])
    }

    @Test func `of practice that fails ends practice at each desk, and it can begin again`() async throws {
        for desk in ["gun", "screen"] {
            #expect(await desks.enter(.practice(true), at: desk)?.answer.word == .practiceBegan)
        }
        // As a card would: what it is to write into is gone.
        let path = directory.file("kiosk/practice/journal.db")
        try FileManager.default.removeItem(atPath: path)
        let first = await desks.scan("SF1000000000001", at: "screen")
        #expect(first?.answer.word == .practiceEnded && first?.isPractice == false)
        let second = await desks.scan("SF1000000000002", at: "gun")
        #expect(second?.answer.word == .practiceEnded && second?.isPractice == false)
        #expect(desks.present.allSatisfy { !$0.isPractice })
        // What is scanned now counts.
        #expect(await desks.scan("SF1000000000003", at: "screen")?.answer.word == .received)
        let again = await desks.enter(.practice(true), at: "screen")
        #expect(again?.answer.word == .practiceBegan && again?.isPractice == true)
        #expect(await desks.scan("SF1000000000004", at: "screen")?.isPractice == true)
    }

    /// A recovery at the start gives the journal another name; the crate is still the one that was paid.
    @Test func `that begins anew after a restart still knows what lies on the scale`() async throws {
        scale.lay(0, 10_000)
        #expect(await desks.scan(DeskCommand.record.text, at: "gun")?.answer.word == .weighed)
        try journal.supersede(forked: false, detail: "a test")
        scale.restart()
        scale.lay(10_000)
        try await desks.rearmScale()
        #expect(await desks.scan(DeskCommand.record.text, at: "gun")?.answer.tally == "scale-not-returned")
        scale.lay(0, 10_000)
        #expect(await desks.scan(DeskCommand.record.text, at: "gun")?.answer.word == .weighed)
    }

    @Test func `tells the total of a lot that another farmer's card closes`() async throws {
        scale.lay(0, 10_000)
        _ = await desks.scan(DeskCommand.record.text, at: "gun")
        let reply = try #require(await desks.scan("KB-3", at: "gun"))
        #expect(reply.answer.word == .askProduce || reply.answer.word == .weighReady)
        #expect(reply.closed?.crates == 1 && reply.closed?.net == Mass(grams: 10_000))
        #expect(SpokenMessage(reply.answer, after: reply.closed)?.sentence() == "上一批已结单。合计一筐。净重十公斤。三十二元五角")
        #expect(reply.json["text"]?.string?.hasPrefix("上一批已结单（1 筐，10.000 kg，32.50 元）。") == true)
        #expect(reply.json["closed"]?["amount"] == 3250)
        // Nothing is open at the next sign-out.
        #expect(await desks.scan(DeskCommand.signOut.text, at: "gun")?.closed == nil)
    }

    @Test func `takes a load for goods that is far from the reference weight, and for the scale when it is so again`()
        async throws
    {
        scale.lay(0, 3900)
        func check() async -> Answer.Word? { await desks.scan(DeskCommand.check.text, at: "gun")?.answer.word }
        #expect(await check() == .onlyReference)
        scale.lay(0, 12_340)
        #expect(await check() == .onlyReference)
        scale.lay(0, 12_345)
        #expect(await check() == .checkFailed)
        scale.lay(0, 5000)
        #expect(await check() == .checked)
        #expect(try await journal.look { try $0.prints(limit: 5) }.isEmpty)
    }

    @Test func `lets nobody practise while a farmer's lot is open`() async throws {
        scale.lay(0, 10_000)
        _ = await desks.scan(DeskCommand.record.text, at: "gun")
        #expect(await desks.enter(.practice(true), at: "gun")?.answer.word == .lotIsOpen)
        _ = await desks.scan(DeskCommand.closeLot.text, at: "gun")
        #expect(await desks.enter(.practice(true), at: "gun")?.answer.word == .practiceBegan)
    }
}
