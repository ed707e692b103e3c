/// A transfer that the county is about to make: it is one once the point has recorded it, so that no crate is paid twice.
public struct Transfer: Hashable, Sendable {
    /// Why a point does not record it.
    public enum Refusal: String, Sendable, CaseIterable {
        /// No such crate here.
        case unknownCrate = "unknown-crate"
        case otherFarmer = "other-farmer"
        /// Paid, voided, or without a price.
        case notOpen = "not-open"
        case otherAmount = "other-amount"
        /// Its id is that of another transfer, which was recorded.
        case idUsed = "id-used"
    }

    /// The county's own; of one transfer for ever.
    public var id: String
    public var farmer: String
    public var crates: [Payment.Item]

    public init(id: String, farmer: String, crates: [Payment.Item]) {
        self.id = id
        self.farmer = farmer
        self.crates = crates
    }
}
