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
                hasPassed ? "核查合格 PASSED" : "核查不合格 FAILED", size: .double, alignment: .center, isBold: true),
            .row("站点 Point", point.text), .row("砝码 Reference", reference.description),
            .row("示值 Shown", shown.description), .row("误差 Difference", difference.description),
            .row("允差 Tolerance", tolerance.description),
        ]
        if !hasPassed { elements += [.text("请停用并报修"), .text("Do not weigh with it; have it repaired")] }
        if let scale { elements.append(.row("秤编号 Scale", scale)) }
        if let name = `operator` { elements.append(.row("经办人 Operator", PersonalText.maskedName(name))) }
        elements += Slip.time("时间 Time", time)
        if let proof { elements += proof.elements }
        elements += [
            .text("站内核查，不代替检定", alignment: .center), .text("No verification by the authority", alignment: .center),
        ]
        return Slip("砝码核查单 Check", marks, elements + Slip.fromRecord)
    }
}
