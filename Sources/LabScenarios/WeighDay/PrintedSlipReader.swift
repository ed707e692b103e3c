import Domain
public import LabDevices

/// The account as somebody makes it who kept every slip that came out: read off the paper alone, in the order of printing, by
/// whoever can read figures and nothing else.
public struct PrintedSlipReader: Sendable {
    /// A crate as the last paper that named it has it.
    public struct Crate: Hashable, Sendable {
        public var farmer: String
        public var lot: Int64
        public var net: Int64
        /// What only a receipt tells; `nil` on a slip that takes the crate off.
        public var gross: Int64?
        public var tare: Int64?
        public var fenPerKilogram: Int64?
        public var list: Int64?
        public var fen: Int64?
        public var isVoided: Bool
    }

    public struct Account: Hashable, Sendable {
        public struct Line: Hashable, Sendable {
            public var net: Int64
            public var fen: Int64?
            public var isVoided: Bool
        }

        public var totals: WeighTotals
        public var lines: [Int64: Line]
    }

    /// How often a paper came out: once as itself, then as copies.
    private struct Count: Hashable {
        var originals = 0
        var copies = 0
    }

    private struct Paper: Hashable {
        var title: String
        var reference: Int64
    }

    public private(set) var crates: [Int64: Crate] = [:]
    /// What the statements say, by the farmer's name: the sums, and of each crate the net and what is paid for it.
    public private(set) var statements: [String: Account] = [:]
    /// What the codes on them hold; any of them proves one record.
    public private(set) var proofs: Set<String> = []
    private var counts: [Paper: Count] = [:]
    private var labels: [Int64: Int64] = [:]
    private var checks: Set<String> = []
    /// Of each payment's number: what its two papers and that of its end say, in fen.
    private var payments: [Int64: [Int64?]] = [:]
    private var tills = 0
    /// What is wrong with the papers by themselves: a sum that is not the sum, a line that is not there.
    public private(set) var complaints: [String] = []

    public init(_ slips: [PrintedSlip]) {
        for slip in slips { read(slip) }
    }

    private mutating func read(_ slip: PrintedSlip) {
        proofs.formUnion(slip.symbols)
        let isCopy = slip.lines.first?.hasPrefix("补打 COPY") ?? false
        if let label = slip.barcodes.first, let lot = WeighRow.count(label) {
            note("label", lot, isCopy)
            labels[lot] = Self.grams(slip.value("净重"))
            return
        }
        guard let title = slip.lines.first(where: { $0.hasSuffix("Receipt") || $0.hasSuffix("Void") }) else {
            if slip.lines.contains(where: { $0 == "付款单 Payment" || $0.hasPrefix("付款冲正单") }) {
                readPayment(slip)
            } else if slip.lines.contains("现金清点单 Till") {
                tills += 1
            } else if slip.lines.contains("砝码核查单 Check") {
                checks.formUnion(slip.symbols)
            } else if slip.lines.contains("对账单 Statement") {
                readStatement(slip)
            } else {
                complaints.append("an unknown paper came out: \(slip.lines.prefix(3))")
            }
            return
        }
        guard let lot = WeighRow.count(slip.value("批号 Lot")), let farmer = slip.value("农户 Farmer") else {
            return complaints.append("a paper has no lot or no farmer: \(slip.lines)")
        }
        if title == "作废单 Void" {
            readVoid(slip, lot, farmer, isCopy)
        } else {
            note("receipt", lot, isCopy)
            readReceipt(slip, lot, farmer)
        }
    }

    private mutating func note(_ title: String, _ reference: Int64, _ isCopy: Bool) {
        counts[Paper(title: title, reference: reference), default: Count()].originals += isCopy ? 0 : 1
        counts[Paper(title: title, reference: reference), default: Count()].copies += isCopy ? 1 : 0
    }

    // MARK: One paper

    private mutating func readReceipt(_ slip: PrintedSlip, _ lot: Int64, _ farmer: String) {
        let blocks = slip.blocks
        var (count, net, fen) = (Int64(0), Int64(0), Int64?.some(0))
        for block in blocks where block.lines.first?.hasPrefix("第 ") ?? false {
            guard let number = WeighRow.count(block.value("编号 No.")), let gross = Self.grams(block.value("毛重 G")),
                let shown = Self.grams(block.value("净重 N"))
            else {
                complaints.append("a crate cannot be read: \(block.lines)")
                continue
            }
            var crate = Crate(
                farmer: farmer, lot: lot, net: shown, isVoided: block.lines.contains("作废 VOID，不计入 not counted"))
            crate.gross = gross
            crate.tare = Self.grams(block.value("皮重 T") ?? block.value("预置皮重 PT")) ?? 0
            crate.fenPerKilogram = Self.fen(block.value("单价 Price"))
            crate.fen = Self.fen(block.value("金额 Amount"))
            crate.list = block.value("价目表 List").flatMap { Self.figure($0, "第 ", decimals: 0, unit: " 版") }
            crates[number] = crate
            if gross - (crate.tare ?? 0) != shown {
                complaints.append("crate \(number): gross and tare do not give the net")
            }
            guard !crate.isVoided else { continue }
            (count, net) = (count + 1, net + shown)
            fen = crate.fen.flatMap { crate in fen.map { $0 + crate } }
        }
        let foot = blocks.first { $0.value("共 Crates") != nil }
        if foot?.value("共 Crates") != "\(count) 筐" || Self.grams(foot?.value("净重合计 N")) != net {
            complaints.append("the sums of lot \(lot)'s receipt are not those of its crates: \(foot?.lines ?? [])")
        }
        let paid = foot?.amount
        if count > 0 ? paid != fen : paid != nil {
            complaints.append("lot \(lot)'s receipt pays \(paid ?? -1) fen, and its crates \(fen ?? -1)")
        }
    }

    private mutating func readVoid(_ slip: PrintedSlip, _ lot: Int64, _ farmer: String, _ isCopy: Bool) {
        guard let number = WeighRow.count(slip.value("编号 No.")), let net = Self.grams(slip.value("净重 N")) else {
            return complaints.append("a void cannot be read: \(slip.lines)")
        }
        note("void", number, isCopy)
        let off = slip.lines.first { $0.hasPrefix("减去 ") }.flatMap { Self.fen(String($0.dropFirst(3))) }
        let void = Crate(farmer: farmer, lot: lot, net: net, fen: off, isVoided: true)
        if let crate = crates[number], (crate.farmer, crate.lot, crate.net, crate.fen) != (farmer, lot, net, off) {
            complaints.append("crate \(number): the receipt said \(crate), and what is taken off is \(void)")
        }
        var crate = crates[number] ?? void
        crate.isVoided = true
        crates[number] = crate
    }

    private mutating func readPayment(_ slip: PrintedSlip) {
        guard let number = WeighRow.count(slip.value("编号 No.")) else {
            return complaints.append("a payment cannot be read: \(slip.lines)")
        }
        payments[number, default: []].append(slip.blocks.compactMap(\.amount).first)
    }

    private mutating func readStatement(_ slip: PrintedSlip) {
        guard let farmer = slip.value("农户 Farmer"),
            let foot = slip.blocks.first(where: { $0.value("交售 Sold to us") != nil }),
            let crates = Self.count(foot.value("交售 Sold to us")), let net = Self.grams(foot.value("净重合计 N")),
            let fen = foot.amount ?? (foot.lines.contains("金额 待核价") ? 0 : nil)
        else { return complaints.append("a statement cannot be read: \(slip.lines)") }
        var totals = WeighTotals([])
        (totals.crates, totals.net, totals.fen) = (crates, net, fen)
        let open = foot.lines.compactMap { Self.figure($0, "另有 ", decimals: 0, unit: " 筐待核价") }.first
        totals.unpriced = open ?? (foot.amount == nil ? crates : 0)
        totals.voided = Self.count(foot.value("作废 Voided")) ?? 0
        totals.voidedNet = Self.grams(foot.value("净重 N")) ?? 0
        totals.voidedFen = Self.fen(foot.value("金额 Amount")) ?? 0
        statements[farmer] = Account(totals: totals, lines: Self.lines(of: slip))
    }

    /// `KW-3f9a1c-000012`, below it the net, and at the right what is paid.
    private static func lines(of slip: PrintedSlip) -> [Int64: Account.Line] {
        var lines: [Int64: Account.Line] = [:]
        for block in slip.blocks where block.lines.count > 2 && block.lines[1].hasPrefix("KW-") {
            guard let number = WeighRow.count(block.lines[1]) else { continue }
            let words = block.lines[2...].flatMap { $0.split(separator: " ") }.map(String.init)
            guard words.count > 4, words[0] == "净重", let net = grams("\(words[2]) \(words[3])") else { continue }
            // Below the last of them stands what a star means.
            let paid = words[4] == "作废" ? words[4...].prefix(2).joined(separator: " ") : words[4]
            lines[number] = Account.Line(net: net, fen: fen(paid), isVoided: paid == "作废 VOID")
        }
        return lines
    }

    // MARK: Figures

    /// `12.340 kg` in grams, digit by digit.
    static func grams(_ text: String?) -> Int64? { figure(text, decimals: 3, unit: " kg") }
    /// `￥39.50` or `3.20 元/公斤` in fen.
    static func fen(_ text: String?) -> Int64? {
        figure(text, "￥", decimals: 2) ?? figure(text, decimals: 2, unit: " 元/公斤")
    }
    private static func count(_ text: String?) -> Int64? { figure(text, decimals: 0, unit: " 筐") }

    fileprivate static func figure(
        _ text: String?, _ before: String = "", decimals: Int, unit: String = ""
    ) -> Int64? {
        guard let text, text.hasPrefix(before), text.hasSuffix(unit) else { return nil }
        let parts = text.dropFirst(before.count).dropLast(unit.count).split(
            separator: ".", omittingEmptySubsequences: false)
        guard parts.count == (decimals == 0 ? 1 : 2), decimals == 0 || parts[1].count == decimals else { return nil }
        return Int64(parts.joined())
    }

    // MARK: The account

    public func totals(of farmer: String) -> WeighTotals {
        var totals = WeighTotals([])
        for crate in crates.values where crate.farmer == farmer {
            if crate.isVoided {
                totals.voided += 1
                totals.voidedNet += crate.net
                totals.voidedFen += crate.fen ?? 0
            } else {
                totals.crates += 1
                totals.net += crate.net
                totals.fen += crate.fen ?? 0
                totals.unpriced += crate.fen == nil ? 1 : 0
            }
        }
        return totals
    }

    /// What differs from what was written down beforehand.
    /// - Parameter names: of the farmers, as the roster has them.
    public func differences(from paper: ExpectedLedger, names: [String: String]) -> [String] {
        var differences = complaints
        func expect(_ isSo: Bool, _ otherwise: @autoclosure () -> String) {
            if !isSo { differences.append("on the printed paper \(otherwise())") }
        }
        for row in paper.rows {
            var wanted = Crate(
                farmer: names[row.farmer] ?? "", lot: row.lot, net: row.net, fen: row.fen, isVoided: row.voided != nil)
            // Of a lot that never was closed no receipt tells; only what was taken off it is on paper.
            if paper.closed.contains(row.lot) {
                (wanted.gross, wanted.tare) = (row.gross, row.tare)
                (wanted.fenPerKilogram, wanted.list) = (row.fenPerKilogram, row.list)
            }
            let found = crates[row.count]
            expect(found == wanted, "crate \(row.count) is \(found.map { "\($0)" } ?? "nowhere"), not \(wanted)")
        }
        expect(crates.count == paper.rows.count, "there are \(crates.count) crates, not \(paper.rows.count)")
        var wanted = Set(
            paper.closed.flatMap { [Paper(title: "receipt", reference: $0), Paper(title: "label", reference: $0)] })
        for row in paper.rows where row.voided != nil { wanted.insert(Paper(title: "void", reference: row.count)) }
        for key in wanted.union(counts.keys).sorted(by: { ($0.title, $0.reference) < ($1.title, $1.reference) }) {
            let count = counts[key] ?? Count()
            let name = "the \(key.title) of \(key.reference)"
            expect(wanted.contains(key), "\(name) should not be")
            expect(count.originals + count.copies > 0, "\(name) is missing")
            expect(count.originals < 2, "\(name) came out \(count.originals) times and was not marked as a copy")
        }
        for (lot, net) in labels {
            let rows = paper.rows.filter { $0.lot == lot }
            // What is voided later stays on the label that sticks there already.
            let range = rows.filter { $0.voided == nil }.reduce(0) { $0 + $1.net }...rows.reduce(0) { $0 + $1.net }
            expect(range.contains(net), "the label of lot \(lot) says \(net) g, and its crates \(range)")
        }
        for (place, payment) in paper.payments.enumerated() {
            let wanted = [Int64?](repeating: payment.fen, count: payment.isReversed ? 3 : 2)
            let found = payments[Int64(place + 1)] ?? []
            expect(found == wanted, "payment \(place + 1) is told as \(found), not \(wanted)")
        }
        expect(payments.count == paper.payments.count, "there are papers of \(payments.count) payments")
        expect(tills == paper.events[.tillCounted, default: 0], "\(tills) counts of the till are told")
        let checked = paper.events[.scaleChecked, default: 0]
        expect(checks.count == checked, "\(checks.count) checks of the scale are told, not \(checked)")
        for farmer in names.keys.sorted() {
            let rows = paper.rows(of: farmer)
            let wanted = Account(
                totals: WeighTotals(rows),
                lines: Dictionary(
                    uniqueKeysWithValues: rows.map { row in
                        let isVoided = row.voided != nil
                        return (row.count, .init(net: row.net, fen: isVoided ? nil : row.fen, isVoided: isVoided))
                    }))
            let found = statements[names[farmer] ?? ""]
            expect(
                found == wanted, "the statement of \(farmer) says \(found.map { "\($0)" } ?? "nothing"), not \(wanted)")
        }
        return differences
    }
}

extension PrintedSlip {
    /// What stands between the lines that are drawn across it.
    fileprivate var blocks: [PrintedSlip] {
        lines.split { line in line.allSatisfy { $0 == "-" } }.map { PrintedSlip(lines: Array($0)) }
    }

    /// The one large line that says what is paid.
    fileprivate var amount: Int64? {
        // On narrow paper a long one has a line of its own.
        lines.indices.compactMap { index in
            let isLabel = Self.labels.contains(lines[index]) && index + 1 < lines.count
            let line = isLabel ? "\(lines[index]) \(lines[index + 1])" : lines[index]
            return Self.labels.compactMap { PrintedSlipReader.figure(line, "\($0) ￥", decimals: 2) }.first
        }.first
    }

    private static let labels = ["合计", "已核价", "已付", "付款冲正"]
}
