import Domain
import LabDevices
import Testing

@testable import LabScenarios

/// The account that is read off printed slips, by which `kiosk-lab weighday` judges paper.
@Suite struct WeighSlipsTests {
    static let proof = "KR-k1310020007.00112233445566778899aabbccddeeff.7.x"
    static let rule = String(repeating: "-", count: 32)

    static let receipt = PrintedSlip(
        lines: [
            "收购单 Receipt", rule, "站点 Point      k1310020007", "农户 Farmer             李*", "品种 Produce",
            "富士苹果 Fuji apple", "等级 Grade      80级", "批号 Lot  KL-3f9a1c-000004", rule, "第 1 筐 Crate 1",
            "编号 No.        KW-3f9a1c-000001", "毛重 G     12.340 kg", "预置皮重 PT    0.340 kg", "净重 N     12.000 kg",
            "24.00 斤", "单价 Price   3.20 元/公斤", "1.60 元/斤", "金额 Amount     ￥38.40", "价目表 List      第 2 版",
            "时间 Time  2026-11-24 09:00", rule, "第 2 筐 Crate 2", "编号 No.        KW-3f9a1c-000002",
            "作废 VOID，不计入 not counted", "毛重 G      5.000 kg", "净重 N      5.000 kg", "单价 Price   3.20 元/公斤",
            "金额 Amount     ￥16.00", "价目表 List      第 2 版", rule, "共 Crates     1 筐", "净重合计 N   12.000 kg",
            "24.00 斤", "合计 ￥38.40", "人民币叁拾捌元肆角整", rule, "记录号 Record   9",
        ], symbols: [proof])
    static let label = PrintedSlip(lines: ["富士苹果 80级", rule, "净重 12.000 kg"], barcodes: ["KL-3f9a1c-000004"])
    static let void = PrintedSlip(
        lines: [
            "作废单 Void", rule, "农户 Farmer  李*", "批号 Lot  KL-3f9a1c-000004", "编号 No.  KW-3f9a1c-000002",
            "净重 N      5.000 kg", rule, "减去 ￥16.00",
        ], symbols: [proof])
    static let statement = PrintedSlip(lines: [
        "对账单 Statement", rule, "农户 Farmer  李*", rule, "2026-11-24 09:00      富士苹果", "KW-3f9a1c-000001",
        "净重 N 12.000 kg      ￥38.40", rule, "2026-11-24 09:01      富士苹果", "KW-3f9a1c-000002",
        "净重 N 5.000 kg      作废 VOID", "* 时间未核对 clock not set", rule, "交售 Sold to us  1 筐", "净重合计 N   12.000 kg",
        "作废 Voided   1 筐",
        "净重 N    5.000 kg", "金额 Amount   ￥16.00", "合计 ￥38.40", "人民币叁拾捌元肆角整", rule,
    ])

    static var paper: ExpectedLedger {
        var paper = ExpectedLedger()
        var row = WeighRow(
            count: 1, lot: 4, farmer: "f-1", produce: "apple", grade: "80", gross: 12_340, tare: 340, net: 12_000)
        (row.fenPerKilogram, row.list, row.fen) = (320, 2, 3840)
        paper.rows.append(row)
        (row.count, row.gross, row.tare, row.net, row.fen, row.voided) = (2, 5000, 0, 5000, 1600, "mistake")
        paper.rows.append(row)
        paper.closed = [4]
        return paper
    }

    private func differences(_ slips: [PrintedSlip]) -> [String] {
        PrintedSlipReader(slips).differences(from: Self.paper, names: ["f-1": "李*"])
    }

    @Test func `slips that say what was written down have no differences`() {
        #expect(differences([Self.void, Self.receipt, Self.label, Self.statement]) == [])
        let slips = PrintedSlipReader([Self.receipt, Self.label, Self.void])
        #expect(slips.proofs == [Self.proof] && slips.totals(of: "李*") == WeighTotals(Self.paper.rows))
        var copy = Self.receipt
        copy.lines.insert("补打 COPY", at: 0)
        #expect(differences([Self.receipt, copy, Self.label, Self.void, Self.statement]) == [])
        // Power failed on the way, so only the copy is whole.
        #expect(differences([copy, Self.label, Self.void, Self.statement]) == [])
    }

    @Test func `a paper that is missing, twice there or not the record is told`() {
        let all = [Self.receipt, Self.label, Self.void, Self.statement]
        for place in all.indices {
            var some = all
            some.remove(at: place)
            #expect(!differences(some).isEmpty, "without \(all[place].lines[0])")
        }
        for slip in [Self.receipt, Self.label, Self.void] {
            #expect(differences(all + [slip]).contains { $0.contains("was not marked as a copy") })
        }
        #expect(!differences(all + [PrintedSlip(lines: ["什么"])]).isEmpty)
    }

    @Test(arguments: [
        ("12.340 kg", "12.341 kg"), ("0.340 kg", "0.341 kg"), ("净重 N     12.000 kg", "净重 N     12.001 kg"),
        ("净重合计 N   12.000 kg", "净重合计 N   12.001 kg"), ("￥38.40", "￥38.41"), ("3.20 元/公斤", "3.21 元/公斤"),
        ("￥16.00", "￥16.01"), ("第 2 版", "第 3 版"), ("李*", "王*"), ("KL-3f9a1c-000004", "KL-3f9a1c-000005"),
        ("KW-3f9a1c-000001", "KW-3f9a1c-000003"), ("作废 VOID，不计入 not counted", ""), ("1 筐", "2 筐"),
        ("净重 12.000 kg", "净重 17.001 kg"), ("净重 N    5.000 kg", "净重 N    5.001 kg"),
    ])
    func `a figure that is not the written one is told`(_ right: String, _ wrong: String) {
        let all = [Self.receipt, Self.label, Self.void, Self.statement]
        var changed = 0
        for place in all.indices {
            for line in all[place].lines.indices where all[place].lines[line].contains(right) {
                // Which of them it is on the paper says nothing.
                if all[place].lines[line].hasPrefix("第 "), right != "第 2 版" { continue }
                var slips = all
                slips[place].lines[line] = slips[place].lines[line].replacing(right, with: wrong)
                changed += 1
                #expect(!differences(slips).isEmpty, "\(slips[place].lines[line])")
            }
        }
        #expect(changed > 0)
    }

    @Test func `a printer's bytes are read as what stands on paper, and unknown ones not at all`() throws {
        let line: [UInt8] = [0xBE, 0xBB, 0xD6, 0xD8, 0x20, 0x31, 0x0A]
        let qr: [UInt8] = [
            0x1D, 0x28, 0x6B, 5, 0, 0x31, 0x50, 0x30, 0x41, 0x42, 0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x51, 0x30,
        ]
        let code: [UInt8] = [0x1D, 0x6B, 0x49, 7, 0x7B, 0x42, 0x4B, 0x2D, 0x7B, 0x43, 7]
        let cut: [UInt8] = [0x1D, 0x56, 0x42, 0]
        let slips = try PrintedSlip.read(
            [0x1B, 0x40, 0x1C, 0x26, 0x1B, 0x45, 1] + line + qr + cut + [0x1D, 0x21, 0x11] + line + code + cut + line)
        #expect(slips.map(\.lines) == [["净重 1"], ["净重 1"]])
        #expect(slips.map(\.symbols) == [["AB"], []] && slips.map(\.barcodes) == [[], ["K-07"]])
        for bytes: [UInt8] in [
            [0x1B, 0x7A], [0x1D, 0x41, 0], [0x1C, 0x2E], [0x1D], [0x1D, 0x6B, 0x49, 9, 1], [0x81, 0x0A],
        ] {
            #expect(throws: PrintedSlip.Failure.self) { try PrintedSlip.read(bytes) }
        }
    }
}
