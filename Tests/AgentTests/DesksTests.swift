import Barcodes
import Board
import DeskSession
import Devices
import Domain
import Foundation
import Journal
import Logging
import ScaleProtocols
import Synchronization
import TestSupport
import Testing
import Wire
import Workflow

@testable import KioskAgent

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

        init() { watch.withLock { $0.connect() } }

        func lay(_ grams: Int64...) {
            for grams in grams {
                let reading = ScaleReading(
                    mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok, interval: Mass(grams: 5))
                let now = now.withLock { now in
                    now += 100
                    return now
                }
                watch.withLock { $0.feed(reading, atMilliseconds: now) }
            }
        }

        private func look<Result>(_ body: (inout ScaleWatch, Int64) -> Result) -> Result {
            let now = now.withLock { $0 }
            return watch.withLock { body(&$0, now) }
        }

        var sight: ScaleWatch.Sight { look { $0.sight(atMilliseconds: $1) } }
        func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State { look { $0.state(of: sight, atMilliseconds: $1) } }
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
        desks = Desks(
            journal: journal, practice: Practice(configuration: configuration, logger: logger),
            rules: .inForce(file: nil, logger: logger), policy: Desk.Policy(),
            scanners: [
                .init(
                    device: ScannerConfiguration(name: "gun", path: "/dev/gun", kind: .serial, baud: 9600),
                    acceptsUnterminated: false, reads: .parcels)
            ],
            scale: shared, logger: logger
        ) { [words] in words.add("\($0.answer.json["reason"]?.string ?? $0.answer.word.rawValue)") }
        try await journal.record { transaction in
            let people = [
                Person(id: "p1", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-1")),
                Person(id: "f1", name: "孙*", roles: [.farmer], badge: BadgeHash(of: "KB-2")),
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

    private func confirmed(_ meanwhile: () -> Void) async throws -> Reply? {
        scale.lay(0, 10_000)
        let go = try holdUp()
        async let reply = desks.scan(DeskCommand.record.text, at: "gun")
        // Until it waits in the journal.
        try await Task.sleep(for: .milliseconds(50))
        meanwhile()
        go.signal()
        return await reply
    }

    @Test func `records what lay there when it was confirmed, with that moment`() async throws {
        let before = BoardClock.now.wall
        let reply = try await confirmed { scale.lay(10_005, 10_005) }
        #expect(reply?.answer.word == .weighed && reply?.answer.goods?.gross == Mass(grams: 10_000))
        let event = try await journal.look { try $0.lastWeighIn() }
        #expect(event?.weighIn.gross == Mass(grams: 10_000))
        let recorded = try #require(try await journal.page(after: 0, limit: 100).events.last)
        #expect(recorded.draft.now.wall.milliseconds - before.milliseconds < 50)
    }

    @Test func `refuses a load that was exchanged meanwhile, and takes the new one when it is confirmed`() async throws
    {
        let reply = try await confirmed { scale.lay(0, 20_000) }
        #expect(reply?.answer.json["reason"]?.string == "scale-exchanged")
        #expect(try await journal.look { try $0.lastWeighIn() } == nil)
        let next = await desks.scan(DeskCommand.record.text, at: "gun")
        #expect(next?.answer.word == .weighed && next?.answer.goods?.gross == Mass(grams: 20_000))
    }

    @Test func `takes two presses for one crate`() async throws {
        scale.lay(0, 10_000)
        let go = try holdUp()
        async let first = desks.scan(DeskCommand.record.text, at: "gun")
        async let second = desks.scan(DeskCommand.record.text, at: "gun")
        try await Task.sleep(for: .milliseconds(50))
        go.signal()
        let replies = await [first, second]
        #expect(replies.contains { $0?.answer.obstruction == .notReturned })
        #expect(replies.filter { $0?.answer.word == .weighed }.count == 1)
    }

    @Test func `with no place left has scans wait, and says so when that lasts`() async throws {
        let go = try holdUp()
        defer { go.signal() }
        func scan(_ number: Int) -> DeviceHub.Again? {
            let text = "SF\(1_000_000_000_000 + number)"
            return desks.take(.scan(Scan(bytes: Array(text.utf8), terminated: true)), from: "gun")
        }
        for number in 0..<Journal.mostWaiting { #expect(scan(number) == nil) }
        let again = try #require(scan(1000))
        let other = try #require(scan(1001))
        #expect(!again(false) && !other(false) && !words.all.contains("busy"))
        #expect(other(true) && words.all.contains("busy"))
        go.signal()
        try eventually("the journal goes on") { again(false) }
        try eventually("all is said") { words.all.filter { $0 == "wrong-mode" }.count == Journal.mostWaiting + 1 }
    }
}
