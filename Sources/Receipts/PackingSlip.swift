public import Domain
import Phrases

/// What lies in a parcel with an order: from which lots, so that a box can be traced to a farmer and back.
public struct PackingSlip: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var produce: String
        public var grade: String
        public var lot: String
        public var quantity: Mass

        public init(produce: String, grade: String, lot: String, quantity: Mass) {
            self.produce = produce
            self.grade = grade
            self.lot = lot
            self.quantity = quantity
        }
    }

    /// More would be torn off unread.
    static let mostLines = 40

    public var point: KioskID
    public var order: String
    public var waybill: String
    /// As the center sends it; it is masked here.
    public var recipient: String?
    public var lines: [Line]
    public var packed: Now

    public init(
        point: KioskID, order: String, waybill: String, recipient: String?, lines: [Line], packed: Now
    ) {
        self.point = point
        self.order = order
        self.waybill = waybill
        self.recipient = recipient
        self.lines = lines
        self.packed = packed
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        var elements: [Slip.Element] = [
            .text(order, size: .double, alignment: .center, isBold: true), .barcode(waybill),
            .row(.point, point.text),
        ]
        if let recipient { elements.append(.row(.recipient, PersonalText.maskedName(recipient))) }
        for line in lines.prefix(Self.mostLines) {
            elements += [
                .rule, .row("\(line.produce) \(line.grade)", line.quantity.description), .text("  \(line.lot)"),
            ]
        }
        if lines.count > Self.mostLines {
            elements.append(.text(.moreItems(lines.count - Self.mostLines)))
        }
        let net = lines.reduce(Mass.zero) { Mass(grams: held($0.grams.addingReportingOverflow($1.quantity.grams))) }
        elements += [.rule, .row(.netTotal, net.description), .row("", net.jin)]
        return Slip(.packingSlip, marks, elements + Slip.time(.packed, packed) + Slip.fromRecord)
    }
}
