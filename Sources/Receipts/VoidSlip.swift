public import Domain
import Phrases

/// That a weigh-in does not count any more: for the farmer, whose receipt said otherwise.
public struct VoidSlip: Hashable, Sendable {
    public var point: KioskID
    public var farmer: String
    public var produce: String
    public var grade: String
    public var crate: ProduceReceipt.Crate
    public var lot: String
    /// In words, both languages.
    public var reason: String
    public var time: Now
    public var `operator`: String?
    /// Who let it pass.
    public var supervisor: String?
    public var proof: RecordProof?

    public init(
        point: KioskID, farmer: String, produce: String, grade: String, crate: ProduceReceipt.Crate, lot: String,
        reason: String, time: Now, operator: String?, supervisor: String? = nil, proof: RecordProof?
    ) {
        self.point = point
        self.farmer = farmer
        self.produce = produce
        self.grade = grade
        self.crate = crate
        self.lot = lot
        self.reason = reason
        self.time = time
        self.operator = `operator`
        self.supervisor = supervisor
        self.proof = proof
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = .lines(.countsNoMore, alignment: .center)
        elements += [
            .row(.point, point.text), .row(.farmer, PersonalText.maskedName(farmer)),
            .row(.produce, produce), .row(.grade, grade), .row(.lot, lot),
            .row(.number, crate.number), .row(.net, crate.net.description), .row("", crate.net.jin),
        ]
        if let amount = crate.pricing?.amount {
            elements += [
                .rule,
                .text("\(SlipWord.isTakenOff.phrase.chinese) ￥\(amount)", size: .double, isBold: true),
                .text(SlipWord.isTakenOff.phrase.english, alignment: .center),
            ]
        }
        elements += [.rule, .row(.reason, reason)] + Slip.time(.weighed, crate.time)
        elements += Slip.time(.voided, time)
        if let name = `operator` { elements.append(.row(.operator, PersonalText.maskedName(name))) }
        if let supervisor { elements.append(.row(.supervisor, PersonalText.maskedName(supervisor))) }
        elements += [.text(.signatureOfFarmer), .feed(2), .rule]
        if let proof { elements += proof.elements }
        return Slip(.voidSlip, marks, elements + Slip.fromRecord)
    }
}
