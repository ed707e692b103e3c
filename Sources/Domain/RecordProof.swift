/// Where a record stands and what its hash is: all that anyone needs to see whether a piece of paper tells what was saved.
///
///     KR-K1310020007.9F3C6A1E5B7D20481C7E….123.E3B0C44298FC1C149AFBF4C8996FB924…
///        kiosk       epoch            sequence   hash, 64 hexadecimal digits
///
/// In capitals, so that a scanner whose text is put into capitals still reads it, and a QR code packs it tighter than small
/// letters; small ones mean the same. It says nothing that is secret, and is of no use for entering anything: nobody is identified by it.
public struct RecordProof: Hashable, Sendable {
    /// What begins so is never a waybill: it has full stops.
    public static let prefix = "KR-"

    public var kiosk: KioskID
    public var epoch: Epoch
    public var sequence: Int64
    public var hash: Digest

    public init(kiosk: KioskID, epoch: Epoch, sequence: Int64, hash: Digest) {
        self.kiosk = kiosk
        self.epoch = epoch
        self.sequence = sequence
        self.hash = hash
    }
}

extension RecordProof: CustomStringConvertible {
    /// What a receipt's QR code holds: at most 128 characters, which is the longest scan.
    public var description: String {
        "\(Self.prefix)\(kiosk).\(epoch).\(sequence).\(hash.hexadecimal)".uppercased()
    }

    /// Reads what `description` writes, in capitals or not, with the white space that comes with copying taken off its ends.
    public init?(_ text: String) {
        let text = text.drop(while: \.isWhitespace).lowercased()
        guard text.utf8.count <= 256, text.hasPrefix(Self.prefix.lowercased()) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let kiosk = KioskID(String(parts[0])), let epoch = Epoch(String(parts[1])),
            let sequence = Int64(parts[2]), sequence > 0, parts[2] == "\(sequence)",
            let hash = Digest(hexadecimal: String(parts[3].prefix { !$0.isWhitespace })),
            parts[3].drop(while: { !$0.isWhitespace }).allSatisfy(\.isWhitespace)
        else { return nil }
        self.init(kiosk: kiosk, epoch: epoch, sequence: sequence, hash: hash)
    }
}
