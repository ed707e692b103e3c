import Deflate

/// The user property `content-encoding` of batches and documents: `deflate` is the zlib format, absent is plain.
public enum BodyEncoding {
    public static let property = "content-encoding"
    static let deflate = "deflate"

    /// What a receiver expands at most.
    public static let mostExpanded = 256 * 1024

    /// Deflated when that is smaller.
    static func pack(_ plain: [UInt8]) -> (bytes: [UInt8], encoding: String?) {
        if let packed = try? Deflate.compress(plain), packed.count < plain.count { return (packed, deflate) }
        return (plain, nil)
    }

    /// - Parameter name: what it is, for the words of a refusal.
    public static func unpack(_ bytes: [UInt8], _ encoding: String?, _ name: String) throws(WireError) -> [UInt8] {
        let plain: [UInt8]
        switch encoding {
        case nil: plain = bytes
        case deflate:
            do {
                plain = try Deflate.expand(bytes, limit: mostExpanded)
            } catch {
                throw WireError("the \(name) cannot be expanded: \(error)")
            }
        default: throw WireError("unknown content-encoding")
        }
        guard plain.count <= mostExpanded else { throw WireError("the \(name) is too large") }
        return plain
    }
}
