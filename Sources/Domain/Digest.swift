public import Crypto

/// A SHA-256 value; on the wire base64url without padding (43 characters).
public struct Digest: Hashable, Sendable {
    public let bytes: [UInt8]

    /// `nil` unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The SHA-256 of these bytes.
    public init(hashing bytes: [UInt8]) { self.init(SHA256.hash(data: bytes)) }

    public init(_ digest: SHA256Digest) {
        bytes = Array(digest)
    }

    /// What the first event of an epoch names as its predecessor.
    public static let genesis = Digest(unchecked: [UInt8](repeating: 0, count: 32))

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension Digest: CustomStringConvertible {
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(43)
        appendBase64URL(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func appendBase64URL(to text: inout [UInt8]) {
        var index = 0
        while index + 2 < 32 {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(Self.alphabet[Int(group >> shift & 63)]) }
            index += 3
        }
        let last = UInt32(bytes[30]) << 16 | UInt32(bytes[31]) << 8
        for shift in [18, 12, 6] as [UInt32] { text.append(Self.alphabet[Int(last >> shift & 63)]) }
    }

    /// Reads base64url as `description` writes it. Another spelling of the same bytes is refused, so that equal digests
    /// always have equal texts.
    public init?(_ text: String) {
        guard text.utf8.count == 43 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(33)
        var group: UInt32 = 0
        var count = 0
        for character in text.utf8 {
            let value = Self.values[Int(character)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
            }
        }
        guard group & 3 == 0 else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: group >> 10))
        bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        self.bytes = bytes
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
