public import Domain
import Phrases

/// That a farmer was paid, and for which crates; in duplicate, one for the farmer and one, signed, for the point. Reversed, it says
/// that it does not count any more.
public struct PaymentSlip: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var number: String
        /// `nil` where the crate is not known here any more.
        public var net: Mass?
        public var produce: String?
        public var amount: Money

        public init(number: String, net: Mass?, produce: String?, amount: Money) {
            self.number = number
            self.net = net
            self.produce = produce
            self.amount = amount
        }
    }

    /// Why and when it was reversed.
    public struct Reversal: Hashable, Sendable {
        public var reason: String
        public var time: Now

        public init(reason: String, time: Now) {
            self.reason = reason
            self.time = time
        }
    }

    public enum Copy: Hashable, Sendable {
        case farmers, points
    }

    public var point: KioskID
    public var number: String
    public var copy: Copy
    public var farmer: String
    /// By which the roster knows the farmer.
    public var farmerNumber: Int?
    public var method: Payment.Method
    public var reference: String?
    public var crates: [Line]
    public var takenBack: [Line]
    public var amount: Money
    public var time: Now
    public var reversal: Reversal?
    public var `operator`: String?
    public var supervisor: String?
    public var proof: RecordProof?

    public init(
        point: KioskID, number: String, copy: Copy, farmer: String, farmerNumber: Int?, method: Payment.Method,
        reference: String?, crates: [Line], takenBack: [Line], amount: Money, time: Now,
        reversal: Reversal?, operator: String?, supervisor: String?, proof: RecordProof?
    ) {
        self.point = point
        self.number = number
        self.copy = copy
        self.farmer = farmer
        self.farmerNumber = farmerNumber
        self.method = method
        self.reference = reference
        self.crates = crates
        self.takenBack = takenBack
        self.amount = amount
        self.time = time
        self.reversal = reversal
        self.operator = `operator`
        self.supervisor = supervisor
        self.proof = proof
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = []
        if reversal == nil {
            elements.append(.text(copy == .farmers ? .farmersCopy : .pointsCopy, alignment: .center))
        } else {
            elements += .lines(.paymentCountsNoMore, alignment: .center)
        }
        elements += [
            .row(.point, point.text), .row(.number, number), .row(.farmer, PersonalText.maskedName(farmer)),
        ]
        if let farmerNumber { elements.append(.row(.farmerNumber, String(farmerNumber))) }
        elements.append(.row(.method, method.word.phrase.both))
        if let reference { elements.append(.row(.transferReference, reference)) }
        elements.append(.rule)
        for line in crates { elements += element(line, "￥\(line.amount)") }
        if !takenBack.isEmpty {
            elements += [.rule] + .lines(.takenBack)
            for line in takenBack { elements += element(line, Slip.yuan(Money(fen: -line.amount.fen))) }
        }
        elements += [.rule, .row(.crates, SlipWord.crateCount(crates.count).phrase.chinese)]
        elements += ProduceReceipt.total(amount, reversal == nil ? .paid : .reversed)
        elements.append(.rule)
        elements += Slip.time(.time, time)
        if let reversal {
            elements.append(.row(.reason, reversal.reason))
            elements += Slip.time(.reversed, reversal.time)
        }
        if let name = `operator` { elements.append(.row(.operator, PersonalText.maskedName(name))) }
        if let supervisor { elements.append(.row(.supervisor, PersonalText.maskedName(supervisor))) }
        elements += [.text(.signatureOfFarmer), .feed(2), .rule]
        if let proof { elements += proof.elements }
        return Slip(reversal == nil ? .paymentSlip : .reversalSlip, marks, elements + Slip.fromRecord)
    }

    private func element(_ line: Line, _ amount: String) -> [Slip.Element] {
        let what = [line.produce, line.net?.description].compactMap(\.self).joined(separator: " ")
        return [.text(line.number), .row("  \(what)", amount)]
    }
}

extension Payment.Method {
    var word: SlipWord {
        switch self {
        case .cash: .cash
        case .transfer: .transfer
        }
    }
}
