import Domain
import Receipts
import Testing
import Workflow

@testable import KioskAgent

@Suite struct `The slip of a hand-over` {
    static let batch = "019e7c1f-5a00-7abc-8def-0123456789ab"
    let kiosk: KioskID
    let closed: Event

    init() throws {
        kiosk = try #require(KioskID("k1310020007"))
        closed = try Self.event(Self.data())
    }

    static func data(kind: String = "delivery", scanned: Int64 = 12, missing: [String] = [], missingCount: Int64 = 0)
        -> JSON
    {
        .members([
            "kind": .string(kind), "carrier": "sf", "courier": "p-2", "scanned": .integer(scanned),
            "missing": .array(missing.map { .string($0) }), "missingcount": .integer(missingCount),
            "unexpected": ["YT1234567890123"], "unexpectedcount": 1,
        ])
    }

    static func event(_ data: JSON, type: EventType = .batchClosed, clock: ClockTrust = .synced) throws -> Event {
        // 2026-11-24 23:05 UTC is the morning of the next day in China.
        let wall = try #require(Timestamp("2026-11-24T23:05:09.007Z"))
        let draft = EventDraft(
            id: try #require(EventID("019e7c1f-5a00-7abc-8def-0123456789ff")), type: type, subject: batch,
            now: Now(wall: wall, uptime: Uptime(milliseconds: 1000), clock: clock), bootID: "boot", actor: "p-2",
            data: data.canonical)
        return Event(draft: draft, sequence: 9, previousHash: .genesis, hash: .genesis)
    }

    func lines(_ handOver: HandOver?, _ marks: SlipMarks = SlipMarks(), width: Int = 32) throws -> [String] {
        try #require(handOver).slip(of: kiosk, marks).lines(width: width)
    }

    @Test func `says who, when, how many and which, from the event that was recorded`() throws {
        var handOver = try #require(HandOver(closing: closed))
        handOver.courierName = "王师傅"
        handOver.begun = closed.draft.now
        let lines = try lines(handOver)
        for expected in [
            "交接单 Hand-over", "站点 Point           k1310020007", "类型 Kind                送件 in",
            "快递员 Courier              王**", "快递公司 Carrier         顺丰 SF", "开始 Begun      2026-11-25 07:05",
            "结束 Ended      2026-11-25 07:05", "多出（未预报） Not announced   1", "  YT1234567890123",
            "[QR] \(Self.batch.prefix(24))", String(Self.batch.prefix(24)), String(Self.batch.suffix(12)),
            "12 parcels scanned",
        ] {
            #expect(lines.contains { $0 == expected || $0.hasSuffix(" " + expected) }, "\(expected)")
        }
        #expect(lines.contains { $0.hasSuffix("共 12 件") })
        #expect(!lines.contains { $0.contains("应到未到") || $0.contains("练习") || $0.contains("补打") })
        #expect(!lines.contains { $0.contains("时间未核对") })
        #expect(lines.last == String(repeating: "- ", count: 16))
    }

    @Test func `says beside each time that the clock was not set`() throws {
        var handOver = try #require(HandOver(closing: Self.event(Self.data(), clock: .unsynced)))
        #expect(try lines(handOver).count { $0.hasSuffix("时间未核对 clock not set") } == 1)
        #expect(try lines(handOver).contains("开始 Begun                     -"))
        handOver.begun = handOver.closed
        #expect(try lines(handOver).count { $0.hasSuffix("时间未核对 clock not set") } == 2)
    }

    @Test func `lists twenty parcels and says how many more there are`() throws {
        let missing = (0..<25).map { "SF10000000000\($0 + 10)" }
        let handOver = HandOver(closing: try Self.event(Self.data(missing: missing, missingCount: 130)))
        let lines = try lines(handOver)
        #expect(lines.count { $0.hasPrefix("  SF1") } == 20)
        #expect(lines.contains("  …还有 110 件 and 110 more"))
        #expect(lines.contains("应到未到 Expected, not here  130"))
        // Those that the event names and the slip does not count among the rest.
        let some = HandOver(closing: try Self.event(Self.data(missing: missing, missingCount: 25)))
        #expect(try self.lines(some).contains("  …还有 5 件 and 5 more"))
        let exact = HandOver(closing: try Self.event(Self.data(missing: Array(missing.prefix(20)), missingCount: 20)))
        #expect(try !self.lines(exact).contains { $0.contains("还有") })
    }

    @Test func `of what leaves names what waits, and nothing as expected`() throws {
        let data = Self.data(kind: "dispatch", missing: ["SF1234567890123"], missingCount: 1)
        let lines = try lines(HandOver(closing: try Self.event(data)))
        #expect(lines.contains("类型 Kind               揽收 out"))
        #expect(lines.contains("待寄未取 Waiting, not taken    1"))
        #expect(!lines.contains { $0.contains("应到") || $0.contains("多出") })
    }

    @Test func `of practice says at both ends that it does not count`() throws {
        let lines = try lines(HandOver(closing: closed), SlipMarks(isPractice: true))
        #expect(lines.indices.filter { lines[$0].hasSuffix("练习 PRACTICE") }.count == 2)
        #expect(lines[0].hasSuffix("练习 PRACTICE") && lines[1].hasSuffix("不算数"))
        let end = lines.suffix(7)
        #expect(end.contains { $0.hasSuffix("练习 PRACTICE") } && end.contains { $0.hasSuffix("不算数") })
    }

    @Test func `printed again says so at the top`() throws {
        #expect(try lines(HandOver(closing: closed), SlipMarks(copy: 1))[0].hasSuffix("补打 COPY"))
    }

    @Test func `bears no telephone number, whatever a name on the roster holds`() throws {
        var handOver = try #require(HandOver(closing: closed))
        handOver.courierName = "王 13812345678"
        let text = try lines(handOver).joined()
        #expect(text.contains("*******5678") && !text.contains("13812345678"))
    }

    @Test(arguments: [32, 48]) func `fits its paper`(width: Int) throws {
        let missing = (0..<25).map { "SF10000000000\($0 + 10)-12" }
        let handOver = HandOver(
            closing: try Self.event(Self.data(missing: missing, missingCount: 25), clock: .unsynced))
        let marks = SlipMarks(isPractice: true, copy: 1)
        for line in try lines(handOver, marks, width: width) {
            #expect(line.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } <= width, "\(line)")
        }
        // The big lines are made for the narrow paper; a broken title would look broken.
        let lines = try lines(handOver, marks)
        #expect(lines.contains { $0.hasSuffix("交接单 Hand-over") } && lines.contains { $0.hasSuffix("练习 PRACTICE") })
    }

    @Test func `is made of no other event, and of none that is not whole`() throws {
        #expect(HandOver(closing: try Self.event(Self.data(), type: .batchOpened)) == nil)
        for missing in ["kind", "courier", "scanned"] {
            guard case .object(var members) = Self.data() else { return }
            members[missing] = nil
            #expect(HandOver(closing: try Self.event(.object(members))) == nil, "\(missing)")
        }
    }
}
