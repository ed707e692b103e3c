import Hashing

/// A SHA-256 value; on the wire base64url without padding (43 characters).
public struct Digest: Hashable, Sendable {
    public let bytes: [UInt8]

    /// `nil` unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The SHA-256 of these bytes.
    public init(of bytes: [UInt8]) {
        self.init(unchecked: SHA256.hash(bytes))
    }

    /// What the first event of an epoch names as its predecessor.
    public static let genesis = Digest(unchecked: [UInt8](repeating: 0, count: 32))

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension Digest: CustomStringConvertible {
    public var description: String { Base64URL.encode(bytes) }

    /// `description`, without the text in between.
    public func append(to text: inout [UInt8]) { Base64URL.append(bytes, to: &text) }

    /// Reads base64url as `description` writes it. Another spelling of the same bytes is refused, so that equal digests
    /// always have equal texts.
    public init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text) else { return nil }
        self.bytes = bytes
    }
}

extension Digest {
    /// 64 digits, small letters: where a text may be put into capitals, which base64url does not survive.
    public var hexadecimal: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// Reads what `hexadecimal` writes, and nothing else.
    public init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        self.init(bytes: stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}
