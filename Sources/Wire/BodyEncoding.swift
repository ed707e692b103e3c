import Deflate

/// The user property `content-encoding` of batches and documents: `deflate` is the zlib format, absent is plain.
public enum BodyEncoding {
    public static let property = "content-encoding"
    static let deflate = "deflate"

    /// What a receiver expands at most.
    public static let mostExpanded = 256 * 1024
    /// Of a document: 2,000 parcels with their recipients are some 400 KiB, and 50 on the wire.
    public static let mostOfDocument = 1 << 20

    /// Deflated when that is smaller.
    /// - Parameter dictionary: what the receiver of this kind of message knows beforehand.
    static func pack(_ plain: [UInt8], dictionary: [UInt8] = []) -> (bytes: [UInt8], encoding: String?) {
        // Level 6: of a batch it takes half the time of level 9 and leaves the same bytes to one in three hundred.
        if let packed = try? Deflate.compress(plain, level: 6, dictionary: dictionary), packed.count < plain.count {
            return (packed, deflate)
        }
        return (plain, nil)
    }

    /// - Parameters:
    ///   - name: what it is, for the words of a refusal.
    ///   - dictionary: for a stream that wants one.
    public static func unpack(
        _ bytes: [UInt8], _ encoding: String?, _ name: String, dictionary: [UInt8] = [], atMost most: Int = mostExpanded
    ) throws(WireError) -> [UInt8] {
        let plain: [UInt8]
        switch encoding {
        case nil: plain = bytes
        case deflate:
            do {
                plain = try Deflate.expand(bytes, limit: most, dictionary: dictionary)
            } catch {
                throw WireError("the \(name) cannot be expanded: \(error)")
            }
        default: throw WireError("unknown content-encoding")
        }
        guard plain.count <= most else { throw WireError("the \(name) is too large") }
        return plain
    }
}
