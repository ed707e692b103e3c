public import Domain
import Phrases

/// What a farmer takes home: the crates of one lot, each with all that is needed to check it, and what is paid for them.
///
/// There is no place in it for whether a household is registered, so that it can never come onto paper.
public struct ProduceReceipt: Hashable, Sendable {
    public struct Crate: Hashable, Sendable {
        public var number: String
        public var gross: Mass
        public var tare: Mass
        public var tareMode: WeighIn.TareMode
        /// The name of the container that the catalog gives the preset tare of.
        public var container: String?
        public var pricing: WeighIn.Pricing?
        public var stability: WeighIn.Stability
        public var warnings: Set<WeighIn.Warning>
        public var time: Now
        public var isVoided: Bool

        /// Takes over what belongs on paper, and nothing else.
        /// - Parameter pricing: what it got later; `nil` for what it was recorded with.
        public init(
            _ weighIn: WeighIn, at time: Now, container: String? = nil, pricing: WeighIn.Pricing? = nil,
            isVoided: Bool = false
        ) {
            number = weighIn.number.description
            gross = weighIn.gross
            tare = weighIn.tare
            tareMode = weighIn.tareMode
            self.container = container ?? weighIn.container
            self.pricing = pricing ?? weighIn.pricing
            stability = weighIn.stability
            // One that has its price is not without one any more.
            warnings = self.pricing == nil ? weighIn.warnings : weighIn.warnings.subtracting([.unpriced])
            self.time = time
            self.isVoided = isVoided
        }

        /// Held at the bounds; no scale comes near them.
        public var net: Mass { Mass(grams: held(gross.grams.subtractingReportingOverflow(tare.grams))) }
    }

    public var point: KioskID
    public var lot: String
    /// As the roster has it; it is masked here.
    public var farmer: String
    public var produce: String
    public var english: String?
    public var grade: String
    public var crates: [Crate]
    /// The indicator's serial number.
    public var scale: String?
    public var `operator`: String?
    /// Of the last record that the receipt tells.
    public var proof: RecordProof?

    public init(
        point: KioskID, lot: String, farmer: String, produce: String, english: String? = nil, grade: String,
        crates: [Crate], scale: String?, operator: String?, proof: RecordProof?
    ) {
        self.point = point
        self.lot = lot
        self.farmer = farmer
        self.produce = produce
        self.english = english
        self.grade = grade
        self.crates = crates
        self.scale = scale
        self.operator = `operator`
        self.proof = proof
    }

    /// Those that count.
    var counted: [Crate] { crates.filter { !$0.isVoided } }
    public var net: Mass { counted.reduce(.zero) { Mass(grams: held($0.grams.addingReportingOverflow($1.net.grams))) } }

    /// `nil` as long as one of those that count has no price, or when nothing counts.
    public var amount: Money? {
        guard !counted.isEmpty else { return nil }
        return counted.reduce(Money?.some(.zero)) { sum, crate in
            guard let sum, let amount = crate.pricing?.amount else { return nil }
            return Money(fen: held(sum.fen.addingReportingOverflow(amount.fen)))
        }
    }
}

func held(_ sum: (partialValue: Int64, overflow: Bool)) -> Int64 {
    // A sum that overflows has the other sign.
    sum.overflow ? (sum.partialValue < 0 ? .max : .min) : sum.partialValue
}

extension ProduceReceipt {
    public func slip(_ marks: SlipMarks) -> Slip {
        var marks = marks
        marks.isVoided = marks.isVoided || !crates.isEmpty && counted.isEmpty
        var elements: [Slip.Element] = [
            .row(.point, point.text), .row(.farmer, PersonalText.maskedName(farmer)),
            .row(.produce, english.map { "\(produce) \($0)" } ?? produce), .row(.grade, grade),
            .row(.lot, lot),
        ]
        for (index, crate) in crates.enumerated() { elements += [.rule] + crate.elements(place: index + 1) }
        elements += [
            .rule, .row(.crates, SlipWord.crateCount(counted.count).phrase.chinese), .row(.netTotal, net.description),
            .row("", net.jin),
        ]
        elements += Self.total(amount, isNothing: counted.isEmpty)
        elements.append(.rule)
        if let scale { elements.append(.row(.scale, scale)) }
        if let name = `operator` { elements.append(.row(.operator, PersonalText.maskedName(name))) }
        if let proof { elements += proof.elements }
        return Slip(.receipt, marks, elements + Slip.fromRecord)
    }

    /// The amount so large that whoever reads badly reads it, and in capitals, by which figures are not easily changed. ￥ stands
    /// close before the figures and 人民币 close before the capitals, and both begin the line: nothing can be added before them.
    static func total(
        _ amount: Money?, _ label: SlipWord = .total, isNothing: Bool = false
    ) -> [Slip.Element] {
        guard let amount else {
            let why: SlipWord = isNothing ? .nothingToPay : .notPriced
            let amount = SlipWord.amount.phrase.chinese
            return [
                .text("\(amount) \(why.phrase.chinese)", size: .double, alignment: .center, isBold: true),
                .text(why.phrase.english, alignment: .center),
            ]
        }
        return [
            .text("\(label.phrase.chinese) ￥\(amount)", size: .double, isBold: true),
            .text("\(SlipWord.currency.phrase.chinese)\(Mandarin.capitals(amount))"),
        ]
    }
}

extension ProduceReceipt.Crate {
    /// The marks that a printed weight needs: gross, tare or preset tare, net (Protocols.md in the catalogue).
    func elements(place: Int) -> [Slip.Element] {
        var elements: [Slip.Element] = [.text(.crate(place: place), isBold: true), .row(.number, number)]
        if isVoided { elements.append(.text(.notCounted, isBold: true)) }
        elements.append(.row(.gross, gross.description))
        switch tareMode {
        case .none: break
        case .measured: elements.append(.row(.tare, tare.description))
        case .preset:
            elements.append(.row(.presetTare, tare.description))
            if let container { elements.append(.row(.container, container)) }
        }
        elements += [.row(.net, net.description), .row("", net.jin)]
        if let pricing {
            elements += [
                .row(.price, pricing.price.perKilogram), .row("", pricing.price.perJin),
                .row(.amount, "￥\(pricing.amount)"),
                .row(.list, SlipWord.listVersion(pricing.list).phrase.chinese),
            ]
        }
        elements += Slip.time(.weighingTime, time)
        if stability == .inferred { elements.append(.text(.inferred)) }
        return elements
            + warnings.sorted { $0.rawValue < $1.rawValue }.map { .text("! \($0.title.both)") }
    }
}
