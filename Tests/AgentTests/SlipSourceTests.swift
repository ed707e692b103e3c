import Board
import DeskSession
import Domain
import Foundation
import Journal
import KioskSettings
import Logging
import Receipts
import TestSupport
import Testing
import Wire
import Workflow

@testable import KioskAgent

/// Papers of produce, from a real journal.
@Suite struct `What stands on a paper` {
    let directory: TemporaryDirectory
    let journal: Journal
    let kiosk: KioskID
    let source: SlipSource
    static let lot = "KL-000000-000001"

    init() throws {
        directory = try TemporaryDirectory()
        kiosk = try #require(KioskID("k1310020007"))
        source = SlipSource(kiosk: kiosk)
        journal = try Journal.open(
            Journal.Configuration(
                directory: directory.file("kiosk"), kiosk: kiosk, reserveBytes: 0, bootID: "boot-1",
                now: { BoardClock.now }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onFailure: { Issue.record("\($0)") })
        let people = [
            Person(id: "f-1", name: "张三丰", roles: [.farmer], number: 12),
            Person(id: "p-1", name: "李四", roles: [.operator]),
        ]
        let roster = CenterDocument(version: 1, digest: Digest(of: [1]), content: .roster(people))
        try journal.record { try $0.apply(roster) }
    }

    @discardableResult
    func record(_ type: EventType, _ subject: String?, _ data: JSON, day: Int64 = 0) throws -> Event {
        var generator = SystemRandomNumberGenerator()
        // 2026-11-24 04:00 UTC, noon in China.
        let wall = Timestamp(milliseconds: 1_795_492_800_000 + day * 86_400_000)
        let draft = EventDraft(
            id: .make(at: wall, using: &generator), type: type, subject: subject,
            now: Now(wall: wall, uptime: Uptime(milliseconds: 1000), clock: .synced), bootID: "boot-1", actor: "p-1",
            data: data.canonical)
        return try journal.record { transaction in
            let event = try transaction.record(draft)
            try transaction.enqueuePrints(of: event)
            return event
        }
    }

    @discardableResult
    func weigh(_ count: Int64, gross: Int64 = 12_340, tare: Int64 = 2150, lot: String = lot, day: Int64 = 0) throws
        -> Event
    {
        let net = Mass(grams: gross - tare)
        let price = Price(fenPerKilogram: 320)
        let weighIn = WeighIn(
            number: .init(epoch: journal.state.epoch, count: count), farmer: "f-1", identification: .card,
            produce: "tomato", grade: "1", lot: lot, gross: Mass(grams: gross),
            tare: Mass(grams: tare), tareMode: .preset, container: nil, stability: .device,
            scale: .init(serial: "A9-17", protocolName: "yaohua-a9", interval: Mass(grams: 10)), raw: [1],
            pricing: .init(
                price: price, list: 7, rounding: .halfUp, amount: try #require(price.amount(for: net, .halfUp))),
            warnings: [])
        return try record(.weighInRecorded, weighIn.number.description, weighIn.json, day: day)
    }

    func void(_ event: Event, day: Int64 = 0) throws -> Event {
        let number = try #require(event.draft.subject)
        return try record(
            .weighInVoided, number,
            ["voids": .string(event.draft.id.text), "number": .string(number), "reason": "wrong-tare"], day: day)
    }

    func lines(_ kind: PrintJob.Kind, _ reference: String, _ sequence: Int64 = 0) async throws -> [String]? {
        let request = PrintJob.Request(kind: kind, reference: reference, sequence: sequence, isAsked: false)
        return try await journal.look { [source] in
            try source.slip(request, SlipMarks(), at: BoardClock.now, $0)?.lines(width: 48)
        }
    }

    @Test func `of a lot are its crates as recorded, who brought and who weighed them, and the hash of the record`()
        async throws
    {
        let lot = Lot.id(journal: WeighIn.Number(epoch: journal.state.epoch, count: 1).journal, count: 1)
        let first = try weigh(1, lot: lot)
        let last = try weigh(2, gross: 5000, tare: 1000, lot: lot)
        let lines = try #require(try await lines(.receipt, lot))
        #expect(lines.contains { $0.hasPrefix("农户 Farmer") && $0.hasSuffix(" 张**") })
        #expect(lines.contains { $0.hasPrefix("经办人 Operator") && $0.hasSuffix(" 李*") })
        #expect(lines.contains { $0.hasPrefix("共 Crates") && $0.hasSuffix(" 2 筐") })
        #expect(lines.contains { $0.hasPrefix("净重合计 N") && $0.hasSuffix(" 14.190 kg") })
        #expect(lines.contains { $0.hasSuffix("合计 ￥45.41") })
        let proof = RecordProof(
            kiosk: kiosk, epoch: journal.state.epoch, sequence: last.sequence, hash: last.hash)
        #expect(lines.joined().replacing(" ", with: "").contains(proof.description))
        // One crate alone, by its number, has the hash of its own record.
        let number = try #require(first.draft.subject)
        let one = try #require(try await self.lines(.receipt, number))
        #expect(one.joined().replacing(" ", with: "").contains(first.hash.hexadecimal.uppercased()))
        #expect(one.contains { $0.hasSuffix(" 1 筐") })
        #expect(try await self.lines(.receipt, "KL-ffffff-000009") == nil)
    }

    @Test func `of a voiding says so, on the receipt too`() async throws {
        let lot = Lot.id(journal: WeighIn.Number(epoch: journal.state.epoch, count: 1).journal, count: 1)
        let event = try weigh(1, lot: lot)
        let number = try #require(event.draft.subject)
        #expect(try await lines(.void, number) == nil)
        let voided = try void(event)
        let lines = try #require(try await lines(.void, number))
        #expect(lines.contains { $0.hasSuffix("减去 ￥32.61") } && lines.contains { $0.hasSuffix("皮重不对 wrong tare") })
        #expect(lines.joined().replacing(" ", with: "").contains(voided.hash.hexadecimal.uppercased()))
        let receipt = try await self.lines(.receipt, lot)
        #expect(receipt?.first?.hasSuffix("作废 VOID") == true)
    }

    private func name(_ farmer: String, _ tomato: String, _ version: Int64) throws {
        let people = [
            Person(id: "f-1", name: farmer, roles: [.farmer], number: 12),
            Person(id: "p-1", name: "李四", roles: [.operator]),
        ]
        let catalog = Catalog(
            version: version,
            produce: [
                .init(id: "tomato", number: 1, name: tomato, grades: [.init(id: "1", name: "\(tomato)一级")])
            ], offers: [])
        try journal.record { transaction in
            try transaction.apply(.init(version: version, digest: catalog.digest, content: .catalog(catalog)))
            try transaction.apply(
                .init(version: version, digest: Digest(of: [UInt8(version)]), content: .roster(people)))
        }
    }

    @Test func `of a crate keeps the names that its record had`() async throws {
        try name("张三丰", "番茄", 2)
        let crate = try weigh(1)
        try name("王五", "西红柿", 3)
        try weigh(2)
        _ = try void(crate)
        let number = try #require(crate.draft.subject)
        for kind in [PrintJob.Kind.receipt, .void] {
            let copy = try #require(try await lines(kind, number)).joined(separator: "\n")
            #expect(copy.contains("张**") && copy.contains("番茄") && copy.contains("番茄一级"))
            #expect(!copy.contains("王*") && !copy.contains("西红柿"))
        }
        let next = WeighIn.Number(epoch: journal.state.epoch, count: 2).description
        let receipt = try #require(try await lines(.receipt, next)).joined(separator: "\n")
        #expect(receipt.contains("王*") && receipt.contains("西红柿一级"))
    }

    @Test func `of a payment that was reversed says so, on every copy`() async throws {
        let crate = try weigh(1)
        let item = Payment.Item(
            id: crate.draft.id, number: .init(epoch: journal.state.epoch, count: 1), amount: Money(fen: 3261))
        let number = try await journal.record { try $0.nextPayment() }
        let payment = try #require(Payment(number: number, farmer: "f-1", method: .cash, crates: [item]))
        let paid = try record(.paymentMade, number.description, payment.json)
        let valid = try #require(try await lines(.payment, number.description)).joined(separator: "\n")
        #expect(valid.contains("付款单 Payment") && valid.contains("￥32.61"))
        let reversal = Payment.Reversal(reverses: paid.draft.id, number: number, reason: .mistake, approvedBy: "p-1")
        try record(.paymentReversed, number.description, reversal.json)
        for kind in [PrintJob.Kind.payment, .paymentStub, .reversal] {
            let copy = try #require(try await lines(kind, number.description)).joined(separator: "\n")
            #expect(!copy.contains("付款单 Payment") && copy.contains("这一笔付款不再算数"), "\(kind)")
        }
    }

    @Test func `of an account adds up what was delivered in its days, by id or by number`() async throws {
        let lot = Lot.id(journal: WeighIn.Number(epoch: journal.state.epoch, count: 1).journal, count: 1)
        for day in Int64(0)..<4 { try weigh(day + 1, lot: lot, day: day) }
        _ = try void(try weigh(5, lot: lot, day: 1), day: 1)
        let whole = try #require(try await lines(.statement, "f-1 - -"))
        #expect(whole.contains { $0.hasPrefix("交售 Sold to us") && $0.hasSuffix(" 4 筐") })
        #expect(whole.contains { $0.hasPrefix("作废 Voided") && $0.hasSuffix(" 1 筐") })
        #expect(whole.contains { $0.hasSuffix("￥130.44") })
        // Both days are in it.
        let days = try #require(try await lines(.statement, "12 2026-11-25 2026-11-26"))
        #expect(days.contains { $0.hasPrefix("交售 Sold to us") && $0.hasSuffix(" 2 筐") })
        #expect(days.contains { $0.hasSuffix("￥65.22") })
        #expect(try await lines(.statement, "f-9 - -") == nil)
        #expect(try await lines(.statement, "f-1") == nil)
    }

    @Test func `of a check of the scale is what it showed`() async throws {
        let check = ScaleCheck(
            reference: Mass(grams: 20_000), shown: Mass(grams: 19_980), tolerance: Mass(grams: 10),
            scale: .init(serial: "A9-17", protocolName: "yaohua-a9", interval: Mass(grams: 10)), raw: [1])
        let event = try record(.scaleChecked, nil, check.json)
        let lines = try #require(try await lines(.check, event.draft.id.text, event.sequence))
        #expect(lines.contains { $0.hasSuffix("FAILED") })
        let jobs = try await journal.look { try $0.prints(limit: 10) }
        #expect(jobs.map(\.request.reference) == [event.draft.id.text] && jobs[0].request.kind == .check)
    }

    @Test func `of a lot that a restart has ended comes out all the same`() async throws {
        let lot = Lot.id(journal: WeighIn.Number(epoch: journal.state.epoch, count: 1).journal, count: 1)
        try weigh(1, lot: lot)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = journal.configuration
        try await Desks(
            journal: journal, practice: Practice(configuration: configuration, logger: logger),
            rules: .inForce(file: nil, logger: logger), policy: Desk.Policy(), scanners: [], scale: SharedScale(),
            logger: logger, onPaper: { nil }, onSaid: { _ in }
        ).endSessions()
        #expect(try await journal.look { try $0.lot(lot) }?.status == .packed)
        let jobs = try await journal.look { try $0.prints(limit: 10) }
        #expect(Set(jobs.map(\.request.kind)) == [.receipt, .label])
    }

    @Test func `of an order names its lots`() async throws {
        let packing = Order.Packing(
            parcel: "SF1234567890123",
            items: [.init(lot: Self.lot, produce: "tomato", grade: "1", quantity: Mass(grams: 2010))])
        let event = try record(.orderPacked, "O-20261124-0007", packing.json)
        let lines = try #require(try await lines(.packing, "O-20261124-0007", event.sequence))
        #expect(lines.contains { $0.hasSuffix("O-20261124-0007") } && lines.contains("  \(Self.lot)"))
        #expect(lines.contains { $0.hasSuffix("SF1234567890123") } && lines.contains { $0.hasSuffix(" 2.010 kg") })
    }

    @Test func `becomes a picture and a page, whatever stands in a name`() async throws {
        let lot = Lot.id(journal: WeighIn.Number(epoch: journal.state.epoch, count: 1).journal, count: 1)
        let people = [Person(id: "f-1", name: "<b>\"&'x", roles: [.farmer])]
        let roster = CenterDocument(version: 2, digest: Digest(of: [2]), content: .roster(people))
        try await journal.record { try $0.apply(roster) }
        try weigh(1, lot: lot)
        let wish = PrintJob.Request(kind: .receipt, reference: lot, sequence: 0, isAsked: true)
        let made = try await journal.look { [source] in
            try source.slip(wish, SlipMarks(copy: 1), at: BoardClock.now, $0)
        }
        let slip = try #require(made)
        let ink = SlipInk(printer: nil, columnsOnScreen: 32)
        let page = ink.html(slip, title: "<receipt>")
        #expect(
            page.contains("&lt;b&gt;&quot;&amp;&#39;x") && !page.contains("<b>") && page.contains("&lt;receipt&gt;"))
        #expect(page.contains("<svg") && !page.contains("http://") || page.contains("www.w3.org"))
        #expect(!page.contains("src=") && !page.contains("<script") && !page.contains("url("))
        let png = try ink.png(slip)
        #expect(png.prefix(4) == [0x89, 0x50, 0x4E, 0x47] && png.count > 3000)
        if let folder = ProcessInfo.processInfo.environment["KIOSK_PICTURES"] {
            try Data(png).write(to: URL(fileURLWithPath: folder + "/receipt-from-journal.png"))
        }
    }
}
