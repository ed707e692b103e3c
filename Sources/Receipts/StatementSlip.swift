public import Domain
import Phrases

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
            .row(.point, point.text), .row(.farmer, PersonalText.maskedName(farmer)),
            .row(.from, from ?? SlipWord.allTime.phrase.both), .row(.until, until ?? SlipWord.allTime.phrase.both),
        ]
        let lines = account.lines
        for line in lines.prefix(Self.mostLines) { elements += element(line) }
        if lines.count > Self.mostLines {
            elements += [.rule] + .lines(.moreLines(lines.count - Self.mostLines))
        }
        if lines.contains(where: { !$0.moment.now.clock.isBelieved }) {
            elements.append(.text("* \(SlipWord.clockNotSet.phrase.both)"))
        }
        elements.append(.rule)
        if let totals = account.totals {
            elements += [
                .row(.sold, SlipWord.crateCount(totals.count).phrase.chinese), .row(.netTotal, totals.net.description),
                .row("", totals.net.jin),
            ]
            if totals.voided > 0 {
                elements += [
                    .row(.voidedCrates, SlipWord.crateCount(totals.voided).phrase.chinese),
                    .row("  \(SlipWord.net.phrase.both)", totals.voidedNet.description),
                    .row("  \(SlipWord.amount.phrase.both)", "￥\(totals.voidedAmount)"),
                ]
            }
            let isOpen = totals.unpriced > 0
            // A sum of nothing that is priced is not known; 0.00 would be believed.
            if isOpen, totals.unpriced == totals.count {
                elements += ProduceReceipt.total(nil)
            } else {
                elements += ProduceReceipt.total(totals.amount, isOpen ? .priced : .total)
                if isOpen {
                    elements += .lines(.morePriceless(totals.unpriced), isBold: true)
                }
            }
        } else {
            elements.append(.text(.beyondCounting))
        }
        elements += unplaced + [.rule] + Slip.time(.made, made)
        return Slip(.statement, marks, elements + Slip.fromRecord)
    }

    private func element(_ line: WeighInEntry) -> [Slip.Element] {
        let weighIn = line.weighIn
        let amount =
            line.counts
            ? weighIn.pricing.map { "￥\($0.amount)" } ?? SlipWord.notPriced.phrase.chinese
            : SlipWord.isVoided.phrase.both
        let mark = line.moment.now.clock.isBelieved ? "" : " *"
        return [
            .rule, .row("\(line.moment.now.wall.atPlace)\(mark)", names[weighIn.produce] ?? weighIn.produce),
            .text("  \(weighIn.number)"), .row("  \(SlipWord.net.phrase.both) \(weighIn.net)", amount),
        ]
    }

    /// Crates of which nobody knows yet whether they belong to this time: a farmer who misses them has to see where they are.
    private var unplaced: [Slip.Element] {
        guard !account.unplaced.isEmpty else { return [] }
        let lines = account.unplaced
        return [.rule] + .lines(.moreUnplaced(lines.count), isBold: true) + .lines(.notInSums)
            + lines.prefix(Self.mostLines).flatMap(element)
    }
}
