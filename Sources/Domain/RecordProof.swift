/// Where a record stands and what its hash is: all that anyone needs to see whether a piece of paper tells what was saved.
///
///     KR-k1310020007.9f3c6a1e5b7d2048.123.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU
///        kiosk       epoch            sequence   hash in base64url
///
/// It says nothing that is secret, and is of no use for entering anything: nobody is identified by it.
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
    /// What a receipt's QR code holds; about a hundred bytes.
    public var description: String { "\(Self.prefix)\(kiosk).\(epoch).\(sequence).\(hash)" }

    /// Reads exactly what `description` writes, with the white space that comes with copying taken off its ends.
    public init?(_ text: String) {
        let text = text.drop(while: \.isWhitespace)
        guard text.utf8.count <= 256, text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let kiosk = KioskID(String(parts[0])), let epoch = Epoch(String(parts[1])),
            let sequence = Int64(parts[2]), sequence > 0, parts[2] == "\(sequence)",
            let hash = Digest(String(parts[3].prefix { !$0.isWhitespace })),
            parts[3].drop(while: { !$0.isWhitespace }).allSatisfy(\.isWhitespace)
        else { return nil }
        self.init(kiosk: kiosk, epoch: epoch, sequence: sequence, hash: hash)
    }
}
