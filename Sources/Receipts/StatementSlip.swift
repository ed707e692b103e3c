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
    public var account: AccountStatement
    /// What the catalog calls each produce; an id that it does not know stands for itself.
    public var names: [String: String]
    public var made: Now

    public init(
        point: KioskID, farmer: String, from: String?, until: String?, account: AccountStatement,
        names: [String: String],
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
        let lines = account.onPaper
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
                    .row("  \(SlipWord.amount.phrase.both)", Slip.yuan(totals.voidedAmount)),
                ]
            }
            let isOpen = totals.unpriced > 0
            // A sum of nothing that is priced is not known; 0.00 would be believed.
            if isOpen, totals.unpriced == totals.count, totals.amount == .zero {
                elements += ProduceReceipt.total(nil)
            } else {
                elements += ProduceReceipt.total(totals.amount, isOpen ? .priced : .total)
                if isOpen {
                    elements += .lines(.morePriceless(totals.unpriced), isBold: true)
                }
            }
            if totals.unpriced > 0 {
                elements.append(.row(.unpricedNet, totals.unpricedNet.description))
            }
            elements += balance(totals)
        } else {
            elements.append(.text(.beyondCounting))
        }
        elements += unplaced + [.rule] + Slip.time(.made, made)
        return Slip(.statement, marks, elements + Slip.fromRecord)
    }

    /// What was owed before, what was paid, and what is left.
    private func balance(_ totals: AccountStatement.Totals) -> [Slip.Element] {
        guard account.before != .zero || totals.paid != .zero || account.lines.contains(where: \.isPayment) else {
            return []
        }
        let owed = Money(fen: held(account.before.fen.addingReportingOverflow(totals.owed.fen)))
        var elements: [Slip.Element] = [.rule]
        if account.before != .zero { elements.append(.row(.before, Slip.yuan(account.before))) }
        return elements + [
            .row(.paid, Slip.yuan(totals.paid)),
            .text("\(SlipWord.owed.phrase.chinese) \(Slip.yuan(owed))", size: .double, isBold: true),
            .text(SlipWord.owed.phrase.english),
        ]
    }

    private func element(_ line: AccountStatement.Line) -> [Slip.Element] {
        let mark = line.moment.now.clock.isBelieved ? "" : " *"
        let time = "\(line.moment.now.wall.atPlace)\(mark)"
        func change(_ word: SlipWord, _ number: String) -> [Slip.Element] {
            [.rule, .row(time, word.phrase.both), .row("  \(number)", Slip.yuan(line.change))]
        }
        switch line.what {
        case .crate(let entry):
            let weighIn = entry.weighIn
            let amount =
                account.voids(entry)
                ? SlipWord.isVoided.phrase.both
                : account.amount(of: entry).map { "￥\($0)" } ?? SlipWord.notPriced.phrase.chinese
            return [
                .rule, .row(time, names[weighIn.produce] ?? weighIn.produce), .text("  \(weighIn.number)"),
                .row("  \(SlipWord.net.phrase.both) \(weighIn.net)", amount),
            ]
        case .price(let entry): return change(.pricedLater, entry.weighIn.number.description)
        case .voiding(let entry): return change(.voided, entry.weighIn.number.description)
        case .payment(let entry): return change(.paid, entry.payment.number.description)
        case .reversal(let entry): return change(.reversed, entry.payment.number.description)
        }
    }

    /// What nobody knows yet to belong to this time: a farmer who misses it has to see where it is.
    private var unplaced: [Slip.Element] {
        guard !account.unplaced.isEmpty else { return [] }
        let lines = account.unplaced
        return [.rule] + .lines(.moreUnplaced(lines.count), isBold: true) + .lines(.notInSums)
            + lines.prefix(Self.mostLines).flatMap(element)
    }
}

extension AccountStatement {
    /// A crate whose price or end is told in the same statement is one line; what belongs to an earlier one stands alone.
    var onPaper: [Line] {
        let crates = Set(lines.compactMap { if case .crate(let entry) = $0.what { entry.id } else { nil } })
        return lines.filter { line in
            switch line.what {
            case .price(let entry), .voiding(let entry): !crates.contains(entry.id)
            case .crate, .payment, .reversal: true
            }
        }
    }

    /// Whether it tells that the crate was voided.
    func voids(_ entry: WeighInEntry) -> Bool { lines.contains(Line(.voiding(entry))) }

    /// What it tells that the crate brought.
    func amount(of entry: WeighInEntry) -> Money? {
        entry.weighIn.pricing?.amount ?? (lines.contains(Line(.price(entry))) ? entry.amount : nil)
    }
}

extension AccountStatement.Line {
    var isPayment: Bool {
        switch what {
        case .payment, .reversal: true
        case .crate, .price, .voiding: false
        }
    }
}
