import Domain
import Testing

@testable import Receipts

/// What the slips of these tests are about.
enum Goods {
    static func now(_ clock: ClockTrust = .synced) -> Now {
        // 2026-11-24 23:05 UTC is the morning of the next day in China.
        Now(wall: Timestamp(milliseconds: 1_795_561_509_007), uptime: Uptime(milliseconds: 1000), clock: clock)
    }

    static func point() throws -> KioskID { try #require(KioskID("k1310020007")) }

    static func proof() throws -> RecordProof {
        RecordProof(
            kiosk: try point(), epoch: try #require(Epoch("3f9a1c005b7d20489f3c6a1e5b7d2048")), sequence: 123,
            hash: Digest(of: [1, 2, 3]))
    }

    static func weighIn(
        gross: Int64 = 12_340, tare: Int64 = 2150, mode: WeighIn.TareMode = .preset, fenPerKilogram: Int64? = 320,
        count: Int64 = 123, stability: WeighIn.Stability = .device,
        warnings: Set<WeighIn.Warning> = []
    ) throws -> WeighIn {
        let price = fenPerKilogram.map { Price(fenPerKilogram: $0) }
        let net = Mass(grams: gross - tare)
        return WeighIn(
            number: .init(epoch: try proof().epoch, count: count), farmer: "f-1", identification: .card,
            produce: "tomato", grade: "1", lot: "KL-3f9a1c-000045",
            gross: Mass(grams: gross), tare: Mass(grams: tare), tareMode: mode, container: nil, stability: stability,
            scale: .init(serial: "A9-17", protocolName: "yaohua-a9", interval: Mass(grams: 10)), raw: [1],
            pricing: try price.map {
                .init(price: $0, list: 7, rounding: .halfUp, amount: try #require($0.amount(for: net, .halfUp)))
            }, warnings: warnings)
    }

    static func receipt(_ crates: [ProduceReceipt.Crate]? = nil, farmer: String = "张三丰") throws -> ProduceReceipt {
        ProduceReceipt(
            point: try point(), lot: "KL-3f9a1c-000045", farmer: farmer, produce: "番茄", english: "Tomatoes",
            grade: "一级",
            crates: try crates ?? [.init(try weighIn(), at: now(), container: "塑料筐")], scale: "A9-17",
            operator: "李四", proof: try proof())
    }

    /// Without its margin: how wide that is depends on the size of the text.
    static func trimmed(_ line: String) -> String { String(line.drop { $0 == " " }) }

    static func columns(_ line: String) -> Int { line.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } }
}

@Suite struct `A farmer's receipt` {
    @Test func `stands on paper of 58 mm like this`() throws {
        let lines = try Goods.receipt().slip(SlipMarks()).lines(width: 32)
        let golden = """
                     收购单 Receipt
            --------------------------------
            站点 Point           k1310020007
            农户 Farmer                 张**
            品种 Produce       番茄 Tomatoes
            等级 Grade                  一级
            批号 Lot        KL-3f9a1c-000045
            --------------------------------
            第 1 筐 Crate 1
            编号 No.        KW-3f9a1c-000123
            毛重 G                 12.340 kg
            预置皮重 PT             2.150 kg
            容器 Container            塑料筐
            净重 N                 10.190 kg
                                    20.38 斤
            单价 Price          3.20 元/公斤
                                  1.60 元/斤
            金额 Amount              ￥32.61
            价目表 List              第 7 版
            称重时间 Time   2026-11-25 07:05
            --------------------------------
            共 Crates                   1 筐
            净重合计 N             10.190 kg
                                    20.38 斤
            合计 ￥32.61
            人民币叁拾贰元陆角壹分
            --------------------------------
            秤编号 Scale               A9-17
            经办人 Operator              李*
            记录号 Record                123
            """
        let expected = golden.split(separator: "\n").map { Goods.trimmed(String($0)) }
        #expect(Array(lines.prefix(expected.count)).map(Goods.trimmed) == expected)
        // At the right edge, not only somewhere in the line.
        #expect(lines.contains("净重 N                 10.190 kg") && lines.contains { $0.hasSuffix("       20.38 斤") })
        #expect(lines.contains { $0.hasPrefix("[QR] KR-") })
        #expect(lines.suffix(6).contains { $0.hasSuffix("按已保存的记录打印") })
    }

    @Test(
        arguments: [
            (WeighIn.TareMode.none, Int64(0), ["毛重 G", "净重 N"]), (.measured, 2150, ["毛重 G", "皮重 T", "净重 N"]),
            (.preset, 2150, ["毛重 G", "预置皮重 PT", "净重 N"]),
        ])
    func `marks gross, tare or preset tare, and net`(_ mode: WeighIn.TareMode, _ tare: Int64, _ marks: [String]) throws
    {
        let crate = ProduceReceipt.Crate(try Goods.weighIn(tare: tare, mode: mode), at: Goods.now())
        let lines = try Goods.receipt([crate]).slip(SlipMarks()).lines(width: 32)
        let found = lines.compactMap { line in
            ["毛重 G", "预置皮重 PT", "皮重 T", "净重 N"].first { line.hasPrefix($0 + " ") }
        }
        #expect(found == marks)
        #expect(!lines.contains { $0.hasPrefix("皮重 PT") || $0.hasPrefix("预置皮重 T") })
    }

    @Test func `adds up what counts, and says of the rest that it does not`() throws {
        let crates = [
            ProduceReceipt.Crate(try Goods.weighIn(), at: Goods.now()),
            .init(try Goods.weighIn(gross: 5000, tare: 0, mode: .none, count: 124), at: Goods.now(), isVoided: true),
            .init(try Goods.weighIn(gross: 3000, tare: 0, mode: .none, count: 125), at: Goods.now()),
        ]
        let receipt = try Goods.receipt(crates)
        #expect(receipt.net == Mass(grams: 13_190) && receipt.amount == Money(fen: 3261 + 960))
        let lines = receipt.slip(SlipMarks()).lines(width: 32)
        #expect(
            lines.contains { $0.hasSuffix("合计 ￥42.21") }
                && lines.contains { $0.hasPrefix("共 Crates") && $0.hasSuffix("2 筐") })
        #expect(lines.count { $0 == "作废 VOID，不计入 not counted" } == 1)
        #expect(!lines.contains { $0.hasSuffix("作废 VOID") })
        let gone = try Goods.receipt([crates[1]])
        #expect(gone.amount == nil && gone.net == .zero)
        #expect(gone.slip(SlipMarks()).lines(width: 32)[0].hasSuffix("作废 VOID"))
    }

    @Test func `without a price says that the county prices it, and no amount`() throws {
        let crates = [
            ProduceReceipt.Crate(try Goods.weighIn(), at: Goods.now()),
            .init(try Goods.weighIn(fenPerKilogram: nil, warnings: [.unpriced]), at: Goods.now()),
        ]
        let lines = try Goods.receipt(crates).slip(SlipMarks()).lines(width: 32)
        #expect(lines.contains { $0.hasSuffix("金额 待核价") } && !lines.contains { $0.contains("元陆角") })
        #expect(lines.contains { $0.hasPrefix("! 还没有价格") })
    }

    @Test func `says when the clock was not set, when software judged, and what was let pass`() throws {
        let plain = try Goods.receipt().slip(SlipMarks()).lines(width: 48)
        #expect(!plain.contains { $0.contains("时间未核对") || $0.hasPrefix("! ") || $0.contains("稳定") })
        let crate = ProduceReceipt.Crate(
            try Goods.weighIn(stability: .inferred, warnings: Set(WeighIn.Warning.allCases)), at: Goods.now(.unsynced))
        let lines = try Goods.receipt([crate]).slip(SlipMarks()).lines(width: 48)
        #expect(lines.contains { $0.hasSuffix("时间未核对 clock not set") })
        #expect(lines.contains("* 稳定由软件判断 stability inferred"))
        #expect(lines.count { $0.hasPrefix("! ") } == WeighIn.Warning.allCases.count - 1)
    }

    @Test func `marks a copy with its count, practice at both ends, and what was voided`() throws {
        func first(_ marks: SlipMarks) throws -> String { try Goods.receipt().slip(marks).lines(width: 32)[0] }
        #expect(try first(SlipMarks(copy: 1)).hasSuffix("补打 COPY"))
        #expect(try first(SlipMarks(copy: 3)).hasSuffix("补打 COPY 3"))
        #expect(try first(SlipMarks(isVoided: true)).hasSuffix("作废 VOID"))
        let lines = try Goods.receipt().slip(SlipMarks(isPractice: true)).lines(width: 32)
        #expect(lines.count { $0.hasSuffix("练习 PRACTICE") } == 2 && lines[0].hasSuffix("练习 PRACTICE"))
        #expect(try first(SlipMarks()).hasSuffix("收购单 Receipt"))
    }

    @Test(arguments: [
        ("张三丰", "张**"), ("张*", "张*"), ("欧阳锋", "欧阳*"), ("王", "王"), ("王 13812345678", "王 *******5678"), ("f-1", "f-1"),
    ])
    func `hides the name and every number in it`(_ name: String, _ expected: String) throws {
        let text = try Goods.receipt(farmer: name).slip(SlipMarks()).lines(width: 48).joined(separator: "\n")
        #expect(text.contains(" \(expected)\n"), "\(text)")
        #expect(!text.contains("13812345678"))
    }

    @Test func `cannot add up to less than nothing, whatever a damaged record says`() throws {
        var crate = ProduceReceipt.Crate(try Goods.weighIn(), at: Goods.now())
        crate.gross = Mass(grams: .max)
        crate.tare = Mass(grams: -1)
        crate.pricing?.amount = Money(fen: .max)
        crate.pricing?.price = Price(fenPerKilogram: .max)
        let receipt = try Goods.receipt([crate, crate])
        #expect(receipt.net == Mass(grams: .max) && receipt.amount == Money(fen: .max))
        #expect(!receipt.slip(SlipMarks()).lines(width: 32).isEmpty)
    }
}

@Suite struct `The other slips of produce` {
    static func crate() throws -> ProduceReceipt.Crate { .init(try Goods.weighIn(), at: Goods.now()) }

    static func void() throws -> VoidSlip {
        VoidSlip(
            point: try Goods.point(), farmer: "张三丰", produce: "番茄", grade: "一级", crate: try crate(),
            lot: "KL-3f9a1c-000045", reason: "录错了 entered wrongly", time: Goods.now(), operator: "李四",
            proof: try Goods.proof())
    }

    static func label() -> LotLabel {
        LotLabel(
            lot: "KL-3f9a1c-000045", produce: "番茄", grade: "一级", net: Mass(grams: 10_190), crates: 1, farmer: "张三丰",
            packed: Goods.now())
    }

    static func packing() throws -> PackingSlip {
        let lines = (0..<45).map {
            PackingSlip.Line(produce: "番茄", grade: "一级", lot: "KL-3f9a1c-0000\($0 + 10)", quantity: Mass(grams: 1005))
        }
        return PackingSlip(
            point: try Goods.point(), order: "O-20261124-0007", waybill: "SF1234567890123", recipient: "赵钱孙",
            lines: lines, packed: Goods.now(.unsynced))
    }

    static func check() throws -> CheckSlip {
        CheckSlip(
            point: try Goods.point(), reference: Mass(grams: 20_000), shown: Mass(grams: 19_980),
            tolerance: Mass(grams: 10), hasPassed: false, scale: "A9-17", time: Goods.now(), operator: "李四",
            proof: try Goods.proof())
    }

    static func statement(_ count: Int) throws -> StatementSlip {
        var lines: [WeighInEntry] = []
        for index in 0..<count {
            let weighIn = try Goods.weighIn(
                gross: Int64(1000 + index), tare: 0, mode: .none, fenPerKilogram: index % 7 == 6 ? nil : 320,
                count: Int64(index + 1))
            let now = Goods.now(index == 3 ? .unsynced : .synced)
            lines.append(
                WeighInEntry(
                    weighIn: weighIn,
                    id: try #require(
                        EventID("019e7c1f-5a00-7abc-8def-\(String(index + 1_000_000_000_000, radix: 10).suffix(12))")),
                    sequence: Int64(index + 1), moment: Moment(now: now, bootID: "boot"),
                    voiding: index % 5 == 4
                        ? .init(reason: .mistake, sequence: 9999, moment: Moment(now: now, bootID: "boot")) : nil))
        }
        return StatementSlip(
            point: try Goods.point(), farmer: "张三丰", from: "2026-11-01", until: "2026-11-30",
            account: AccountStatement(farmer: "f-1", crates: lines), names: ["tomato": "番茄"], made: Goods.now())
    }

    static func all(_ marks: SlipMarks) throws -> [String: Slip] {
        [
            "receipt": try Goods.receipt().slip(marks), "void": try void().slip(marks),
            "label": label().slip(marks), "packing": try packing().slip(marks), "check": try check().slip(marks),
            "statement": try statement(120).slip(marks),
        ]
    }

    @Test(arguments: [32, 48]) func `fit their paper, with every mark`(width: Int) throws {
        for (name, slip) in try Self.all(SlipMarks(isPractice: true, copy: 12, isVoided: true)) {
            for line in slip.lines(width: width) { #expect(Goods.columns(line) <= width, "\(name): \(line)") }
            let printed = EscPos.bytes(slip, width: width) { _ in [0xB0, 0xA1] }
            #expect(printed.suffix(4) == [0x1D, 0x56, 0x42, 0x00], "\(name)")
        }
    }

    @Test func `an account names the crates whose time nobody knows, beside its sums`() throws {
        var slip = try Self.statement(2)
        let sums = try #require(slip.account.totals)
        slip.account.unplaced = try Self.statement(3).account.lines
        let lines = slip.slip(SlipMarks()).lines(width: 32)
        #expect(lines.contains("另有 3 笔时间未核对") && lines.contains { $0.contains("共 Crates") } == false)
        #expect(lines.count { $0.hasPrefix("  KW-") } == 5)
        #expect(lines.contains { $0.hasSuffix(" 2 筐") } && slip.account.totals == sums)
        #expect(try !Self.statement(2).slip(SlipMarks()).lines(width: 32).contains { $0.hasPrefix("另有") })
    }

    @Test func `that voids says what is taken off and why`() throws {
        let lines = try Self.void().slip(SlipMarks()).lines(width: 32)
        #expect(lines.contains { $0.hasSuffix("减去 ￥32.61") } && lines.contains { $0.hasSuffix("录错了 entered wrongly") })
        #expect(lines.contains("编号 No.        KW-3f9a1c-000123"))
    }

    @Test func `that packs traces each line to its lot and hides whom it is for`() throws {
        let lines = try Self.packing().slip(SlipMarks()).lines(width: 32)
        #expect(lines.count { $0.hasPrefix("  KL-3f9a1c-") } == PackingSlip.mostLines)
        #expect(lines.contains("…还有 5 项 and more") && lines.contains { $0.hasSuffix("45.225 kg") })
        #expect(lines.contains { $0.hasSuffix(" 赵**") } && !lines.contains { $0.contains("赵钱孙") })
        #expect(lines.contains { $0.hasSuffix("时间未核对 clock not set") })
    }

    @Test func `that checks the scale says so large`() throws {
        let lines = try Self.check().slip(SlipMarks()).lines(width: 32)
        #expect(lines.contains { $0.hasSuffix("FAILED") } && lines.contains { $0.hasSuffix("-0.020 kg") })
        #expect(lines.contains("请停用并报修"))
    }

    /// A crate keeps its place in the epoch that recorded it; what became of it may be numbered lower, in a later one.
    @Test func `that states an account does not miss a price or a voiding of a later epoch`() throws {
        let moment = Moment(now: Goods.now(), bootID: "boot")
        func crate(_ count: Int64) throws -> WeighInEntry {
            WeighInEntry(
                weighIn: try Goods.weighIn(gross: 5000, tare: 0, mode: .none, fenPerKilogram: nil, count: count),
                id: try #require(EventID("019e7c1f-5a00-7abc-8def-0123456789f\(count)")), sequence: 40_000 + count,
                moment: moment)
        }
        var (priced, voided) = (try crate(1), try crate(2))
        priced.laterPrice = .init(
            pricing: .init(
                price: Price(fenPerKilogram: 300), list: 2, rounding: .halfUp, amount: Money(fen: 1500)),
            reason: .listed, sequence: 5, moment: moment)
        voided.voiding = .init(reason: .mistake, sequence: 6, moment: moment)
        let totals = try #require(AccountStatement(farmer: "f-1", crates: [priced, voided, try crate(3)]).totals)
        #expect(totals.unpriced == 1 && totals.unpricedNet == Mass(grams: 5000) && totals.amount == Money(fen: 1500))
        #expect(totals.count == 2 && totals.voided == 1)
    }

    @Test func `that states an account never says nothing of what is not priced yet`() throws {
        func lines(_ prices: [Int64?]) throws -> [String] {
            var statement = try Self.statement(prices.count)
            statement.account = AccountStatement(
                farmer: "f-1",
                crates: try prices.enumerated().map { index, price in
                    WeighInEntry(
                        weighIn: try Goods.weighIn(
                            gross: 5000, tare: 0, mode: .none, fenPerKilogram: price, count: Int64(index + 1)),
                        id: try #require(EventID("019e7c1f-5a00-7abc-8def-0123456789f\(index)")),
                        sequence: Int64(index + 1), moment: Moment(now: Goods.now(), bootID: "boot"), voiding: nil)
                })
            return statement.slip(SlipMarks()).lines(width: 32).map { String($0.drop { $0 == " " }) }
        }
        let open = try lines([nil, nil])
        #expect(open.contains("金额 待核价") && !open.contains { $0.contains("另有") })
        #expect(!open.contains { $0.contains("￥") || $0.contains("零元") })
        let mixed = try lines([320, nil])
        #expect(mixed.contains("已核价 ￥16.00") && mixed.contains("人民币壹拾陆元整") && mixed.contains("另有 1 筐待核价"))
        let whole = try lines([320, 320])
        #expect(whole.contains("合计 ￥32.00") && !whole.contains { $0.contains("待核价") })
    }

    @Test func `that states an account has the sums of all its lines, of those not written too`() throws {
        for count in [0, 1, 7, 35, 120, 1000] {
            let statement = try Self.statement(count)
            let entries = statement.account.lines.compactMap { line in
                if case .crate(let entry) = line.what { entry } else { nil }
            }
            let fen = entries.filter(\.counts).compactMap { $0.weighIn.pricing?.amount.fen }.reduce(0, +)
            let lines = statement.slip(SlipMarks()).lines(width: 32)
            #expect(lines.contains { $0.hasSuffix("￥\(Money(fen: fen))") }, "\(lines)")
            let grams = entries.filter(\.counts).map(\.weighIn.net.grams).reduce(0, +)
            #expect(lines.contains { $0.hasPrefix("净重合计 N") && $0.hasSuffix(" \(Mass(grams: grams))") })
            #expect(lines.contains { $0.hasPrefix("交售") && $0.hasSuffix(" \(entries.count(where: \.counts)) 筐") })
            #expect(lines.count { $0.hasPrefix("  KW-") } == min(count, StatementSlip.mostLines))
            #expect(lines.count { $0.hasSuffix("作废 VOID") } == entries.prefix(100).count { !$0.counts })
        }
    }
}

@Suite struct `A lot's barcode` {
    @Test func `packs the digits at its end, so that it fits paper of 58 mm`() throws {
        let code = try #require(Code128("KL-3f9a1c-000045"))
        #expect(code.data == [0x7B, 0x42] + Array("KL-3f9a1c-".utf8) + [0x7B, 0x43, 0, 0, 45])
        #expect(code.modules == 189)
        let bytes = EscPos.bytes(Slip([.barcode("KL-3f9a1c-000045")]), width: 32) { _ in nil }
        #expect(
            Array(bytes.dropFirst(7).prefix(13)) == [
                0x1D, 0x68, 80, 0x1D, 0x77, 2, 0x1D, 0x48, 0, 0x1D, 0x6B, 0x49, 17,
            ])
        #expect(bytes.suffix(17) == Array("KL-3f9a1c-000045\n".utf8))
    }

    @Test func `writes plain text as PROTOCOLS has it, and doubles a brace`() throws {
        #expect(try #require(Code128("12A")).data == [0x7B, 0x42, 0x31, 0x32, 0x41])
        #expect(try #require(Code128("A{B")).data == [0x7B, 0x42, 0x41, 0x7B, 0x7B, 0x42])
        #expect(try #require(Code128("123456")).data == [0x7B, 0x43, 12, 34, 56])
        #expect(Code128("") == nil && Code128("番") == nil && Code128("a\u{1B}") == nil)
    }

    @Test func `never holds what a printer obeys at once`() throws {
        #expect(try #require(Code128("AB1604")).data == [0x7B, 0x42] + Array("AB1604".utf8))
        #expect(try #require(Code128("AB0016")).data == [0x7B, 0x42, 0x41, 0x42, 0x7B, 0x43, 0, 16])
        for number in 0..<10_000 {
            let digits = String(10_000 + number).dropFirst()
            #expect(try !SlipPicture.isObeyed(#require(Code128("KL-\(digits)")).data))
        }
    }

    @Test func `stands on the narrow paper whatever the lot's number is, else a square that says the same`() {
        var squares: [Int] = []
        for number in 1...3000 {
            let lot = "KL-3f9a1c-" + String(1_000_000 + number).dropFirst()
            switch Slip([.barcode(lot)]).layout(width: 32).first {
            case .barcode(lot): break
            case .symbol(lot): squares.append(number)
            default: Issue.record("\(lot) has nothing to scan")
            }
        }
        #expect(squares == [1604, 1605, 1620])
    }

    @Test func `is a square where the paper is too narrow`() {
        let long = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        #expect(Slip([.barcode(long)]).lines(width: 32) == ["[QR] ABCDEFGHIJKLMNOPQRSTUVWXYZ", "   \(long)"])
        #expect(Slip([.barcode("番茄")]).layout(width: 32).first == .symbol("番茄"))
        #expect(Slip([.barcode(String(repeating: "长", count: 100))]).layout(width: 32).count == 7)
        #expect(Slip([.barcode("SF1234567890123")]).lines(width: 32).count == 2)
    }
}
