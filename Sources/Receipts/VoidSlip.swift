public import Domain

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
    public var proof: RecordProof?

    public init(
        point: KioskID, farmer: String, produce: String, grade: String, crate: ProduceReceipt.Crate, lot: String,
        reason: String, time: Now, operator: String?, proof: RecordProof?
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
        self.proof = proof
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = [
            .text("这一筐不再计入", alignment: .center), .text("This crate does not count any more", alignment: .center),
            .row("站点 Point", point.text), .row("农户 Farmer", PersonalText.maskedName(farmer)),
            .row("品种 Produce", produce), .row("等级 Grade", grade), .row("批号 Lot", lot),
            .row("编号 No.", crate.number), .row("净重 N", crate.net.description), .row("", crate.net.jin),
        ]
        if let amount = crate.pricing?.amount {
            elements += [
                .rule,
                .text("减去 ￥\(amount)", size: .double, isBold: true),
                .text("taken off the account", alignment: .center),
            ]
        }
        elements += [.rule, .row("原因 Reason", reason)] + Slip.time("称重 Weighed", crate.time)
        elements += Slip.time("作废 Voided", time)
        if let name = `operator` { elements.append(.row("经办人 Operator", PersonalText.maskedName(name))) }
        elements += [.text("农户签字 Farmer"), .feed(2), .rule]
        if let proof { elements += proof.elements }
        return Slip("作废单 Void", marks, elements + Slip.fromRecord)
    }
}
