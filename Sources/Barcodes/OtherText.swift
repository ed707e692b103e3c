import Domain

/// Text that is no waybill and may still mean something to the desk.
enum OtherText {
    /// In characters; as much as a scan may have.
    static let longest = 128

    /// Shelf, layer and number: unique in one station for some days, so never the identity of a parcel.
    private static let pickUpCode: Pattern = #"[0-9A-Z]{1,4}-[0-9A-Z]{1,3}-\d{2,5}"#

    /// What the point itself prints and gives out. It is never a parcel, whatever a table of carriers says.
    static func isReserved(_ text: String) -> Bool {
        [
            DeskCommand.prefix, BadgeHash.prefix, WeighIn.Number.prefix, Lot.prefix, Payment.Number.prefix,
            RecordProof.prefix,
        ].contains {
            text.hasPrefix($0)
        }
            || pickUpCode.matches(text)
    }

    /// Everything the desk knows is made of these; what is not could only hide something from the eye.
    static func isPrintable(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
