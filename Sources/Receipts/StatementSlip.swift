public import Domain

/// A farmer's account over a time. Its sums are those of the account's own lines.
public struct StatementSlip: Hashable, Sendable {
    /// So many lines are written; the sums are over all of them.
    public static let mostLines = 100

    public var point: KioskID
    public var farmer: String
    /// As asked for, `2026-11-01`; `nil` for everything that is here.
    public var from: String?
    public var until: String?
    public var account: Statement
    /// What the catalog calls each produce; an id that it does not know stands for itself.
    public var names: [String: String]
    public var made: Now

    public init(
        point: KioskID, farmer: String, from: String?, until: String?, account: Statement, names: [String: String],
        made: Now
    ) {
        self.point = point
        self.farmer = farmer
        self.from = from
        self.until = until
        self.account = account
        self.names = names
        self.made = made
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = [
            .row("站点 Point", point.text), .row("农户 Farmer", PersonalText.maskedName(farmer)),
            .row("自 From", from ?? "全部 all"), .row("止（含）To", until ?? "全部 all"),
        ]
        let lines = account.lines
        for line in lines.prefix(Self.mostLines) { elements += element(line) }
        if lines.count > Self.mostLines {
            elements += [.rule, .text("…还有 \(lines.count - Self.mostLines) 笔，已计入合计")]
            elements.append(.text("and more, which the sums include"))
        }
        if lines.contains(where: { $0.moment.now.clock != .synced }) {
            elements.append(.text("* 时间未核对 clock not set"))
        }
        elements.append(.rule)
        if let totals = account.totals {
            elements += [
                .row("交售 Sold to us", "\(totals.count) 筐"), .row("净重合计 N", totals.net.description),
                .row("", totals.net.jin),
            ]
            if totals.voided > 0 {
                elements += [
                    .row("作废 Voided", "\(totals.voided) 筐"), .row("  净重 N", totals.voidedNet.description),
                    .row("  金额 Amount", "￥\(totals.voidedAmount)"),
                ]
            }
            let isOpen = totals.unpriced > 0
            // A sum of nothing that is priced is not known; 0.00 would be believed.
            if isOpen, totals.unpriced == totals.count {
                elements += ProduceReceipt.total(nil)
            } else {
                elements += ProduceReceipt.total(totals.amount, isOpen ? "已核价" : "合计")
                if isOpen {
                    elements.append(.text("另有 \(totals.unpriced) 筐待核价", isBold: true))
                    elements.append(.text("\(totals.unpriced) more not priced yet"))
                }
            }
        } else {
            elements.append(.text("合计超出范围 the sums are beyond counting"))
        }
        elements += unplaced + [.rule] + Slip.time("打印 Made", made)
        return Slip("对账单 Statement", marks, elements + Slip.fromRecord)
    }

    private func element(_ line: WeighInEntry) -> [Slip.Element] {
        let weighIn = line.weighIn
        let amount = line.counts ? weighIn.pricing.map { "￥\($0.amount)" } ?? "待核价" : "作废 VOID"
        let mark = line.moment.now.clock == .synced ? "" : " *"
        return [
            .rule, .row("\(Slip.beijing(line.moment.now.wall))\(mark)", names[weighIn.produce] ?? weighIn.produce),
            .text("  \(weighIn.number)"), .row("  净重 N \(weighIn.net)", amount),
        ]
    }

    /// Crates of which nobody knows yet whether they belong to this time: a farmer who misses them has to see where they are.
    private var unplaced: [Slip.Element] {
        guard !account.unplaced.isEmpty else { return [] }
        let lines = account.unplaced
        return [
            .rule, .text("另有 \(lines.count) 筐时间未核对", isBold: true), .text("不在以上合计内，校时后计入"),
            .text("\(lines.count) more, not in these sums: their time is not known yet"),
        ] + lines.prefix(Self.mostLines).flatMap(element)
    }
}
