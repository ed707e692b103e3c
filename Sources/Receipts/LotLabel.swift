public import Domain
import Phrases

/// What sticks on the crates of a lot: read from two metres, and scanned when an order is packed.
public struct LotLabel: Hashable, Sendable {
    public var lot: String
    public var produce: String
    public var grade: String
    public var net: Mass
    public var crates: Int
    public var farmer: String
    public var packed: Now

    public init(lot: String, produce: String, grade: String, net: Mass, crates: Int, farmer: String, packed: Now) {
        self.lot = lot
        self.produce = produce
        self.grade = grade
        self.net = net
        self.crates = crates
        self.farmer = farmer
        self.packed = packed
    }

    public func slip(_ marks: SlipMarks) -> Slip {
        Slip(
            title: "\(produce) \(grade)", marks,
            [
                .text("\(SlipWord.net.phrase.chinese) \(net)", size: .double, alignment: .center, isBold: true),
                .text("\(net.jin)  \(SlipWord.crateCount(crates).phrase.chinese)", alignment: .center), .barcode(lot),
                .row(.farmer, PersonalText.maskedName(farmer)),
            ] + Slip.time(.closed, packed))
    }
}
