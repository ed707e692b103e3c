public import Crypto

/// A SHA-256 value; on the wire base64url without padding (43 characters).
public struct Digest: Hashable, Sendable {
    public let bytes: [UInt8]

    /// `nil` unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public init(_ digest: SHA256Digest) {
        bytes = Array(digest)
    }

    /// The SHA-256 of these bytes.
    public init(of bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    /// What the first event of an epoch names as its predecessor.
    public static let genesis = Digest(unchecked: [UInt8](repeating: 0, count: 32))

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension Digest: CustomStringConvertible {
    public var description: String { Base64URL.encode(bytes) }

    /// Reads base64url as `description` writes it. Another spelling of the same bytes is refused, so that equal digests
    /// always have equal texts.
    public init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text) else { return nil }
        self.bytes = bytes
    }
}
