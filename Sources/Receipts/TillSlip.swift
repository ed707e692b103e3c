public import Domain
import Phrases

/// The cash of the point as it was counted, against what the events say: the day's sheet.
public struct TillSlip: Hashable, Sendable {
    public var point: KioskID
    public var count: Till.Count
    public var time: Now
    public var `operator`: String?
    public var proof: RecordProof?

    public init(point: KioskID, count: Till.Count, time: Now, operator: String?, proof: RecordProof?) {
        self.point = point
        self.count = count
        self.time = time
        self.operator = `operator`
        self.proof = proof
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        let occasion: SlipWord =
            switch count.occasion {
            case .opened: .tillOpened
            case .counted: .tillCounted
            case .closed: .tillClosed
            }
        var elements: [Slip.Element] = [
            .text(occasion, size: .double, alignment: .center, isBold: true), .row(.point, point.text),
        ]
        if let till = count.till {
            elements += [
                .row(.lastCount, "￥\(till.before)"), .row(.payments, "\(till.payments)"),
                .row(.paid, "￥\(till.paid)"),
            ]
            if till.returned != .zero { elements.append(.row(.reversed, "￥\(till.returned)")) }
            elements.append(.row(.byTheAccount, "￥\(till.expected)"))
        }
        elements.append(.row(.counted, "￥\(count.counted)"))
        if let difference = count.difference {
            elements.append(
                .text("\(SlipWord.cashDifference.phrase.chinese) ￥\(difference)", size: .double, isBold: true))
        }
        elements.append(.rule)
        elements += Slip.time(.time, time)
        if let name = `operator` { elements.append(.row(.operator, PersonalText.maskedName(name))) }
        elements += [.text(.signatureOfPoint), .feed(2), .rule]
        if let proof { elements += proof.elements }
        return Slip(.tillSlip, marks, elements + Slip.fromRecord)
    }
}
