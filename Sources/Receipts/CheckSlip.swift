public import Domain

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
                hasPassed ? "合格 RIGHT" : "不合格 WRONG", size: .double, alignment: .center, isBold: true),
            .row("站点 Point", point.text), .row("砝码 Reference", reference.description),
            .row("示值 Shown", shown.description), .row("差 Difference", difference.description),
            .row("允差 Tolerance", tolerance.description),
        ]
        if !hasPassed { elements += [.text("停用并报修"), .text("Do not weigh with it; have it repaired")] }
        if let scale { elements.append(.row("秤号 Scale", scale)) }
        if let name = `operator` { elements.append(.row("经办 Operator", PersonalText.maskedName(name))) }
        elements += Slip.time("时间 Time", time)
        if let proof { elements += proof.elements }
        return Slip("核秤单 Check", marks, elements + Slip.fromRecord)
    }
}
