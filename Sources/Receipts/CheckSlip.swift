public import Domain
import Phrases

/// That the scale was checked with a reference weight, and whether it was right: it hangs beside the scale.
public struct CheckSlip: Hashable, Sendable {
    public var point: KioskID
    public var reference: Mass
    public var shown: Mass
    public var tolerance: Mass
    public var hasPassed: Bool
    public var scale: String?
    public var time: Now
    public var `operator`: String?
    public var proof: RecordProof?

    public init(
        point: KioskID, reference: Mass, shown: Mass, tolerance: Mass, hasPassed: Bool, scale: String?, time: Now,
        operator: String?, proof: RecordProof?
    ) {
        self.point = point
        self.reference = reference
        self.shown = shown
        self.tolerance = tolerance
        self.hasPassed = hasPassed
        self.scale = scale
        self.time = time
        self.operator = `operator`
        self.proof = proof
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        let difference = Mass(grams: held(shown.grams.subtractingReportingOverflow(reference.grams)))
        var elements: [Slip.Element] = [
            .text(
                hasPassed ? .passed : .failed, size: .double, alignment: .center, isBold: true),
            .row(.point, point.text), .row(.reference, reference.description),
            .row(.shown, shown.description), .row(.difference, difference.description),
            .row(.tolerance, tolerance.description),
        ]
        if !hasPassed { elements += .lines(.doNotWeigh) }
        if let scale { elements.append(.row(.scale, scale)) }
        if let name = `operator` { elements.append(.row(.operator, PersonalText.maskedName(name))) }
        elements += Slip.time(.time, time)
        if let proof { elements += proof.elements }
        elements += .lines(.noVerification, alignment: .center)
        return Slip(.checkSlip, marks, elements + Slip.fromRecord)
    }
}
