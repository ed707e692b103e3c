import CZlib

/// zlib (RFC 1950), in one step and with a bound on what comes out: the one Swift owner of the C library.
public enum Deflate {
    public enum Failure: Error, Hashable, Sendable {
        /// The input is not a whole, undamaged zlib stream.
        case damaged
        /// It would give more bytes than the caller allows.
        case tooLarge(limit: Int)
        /// zlib's own code, which only lack of memory can cause.
        case failed(code: Int32)
    }

    public static func compress(_ bytes: [UInt8], level: Int32 = 9) throws(Failure) -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(count))
        let code = unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe bytes.withUnsafeBufferPointer { source in
                unsafe compress2(target.baseAddress, &count, source.baseAddress, uLong(source.count), level)
            }
        }
        guard code == Z_OK else { throw .failed(code: code) }
        output.removeLast(output.count - Int(count))
        return output
    }

    /// Expands a whole stream to at most `limit` bytes; memory never exceeds the limit, whatever the input claims.
    public static func expand(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        // Never 0: zlib then expands into a byte of its own and calls a stream of one byte whole.
        var capacity = max(1, min(limit, max(1024, bytes.count * 8)))
        while true {
            var count = uLong(capacity)
            var used = uLong(bytes.count)
            var output = [UInt8](repeating: 0, count: capacity)
            let code = unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe bytes.withUnsafeBufferPointer { source in
                    unsafe uncompress2(target.baseAddress, &count, source.baseAddress, &used)
                }
            }
            switch code {
            case Z_OK where Int(used) == bytes.count:
                guard Int(count) <= limit else { throw .tooLarge(limit: limit) }
                output.removeLast(output.count - Int(count))
                return output
            case Z_BUF_ERROR where Int(count) == capacity:
                guard capacity < limit else { throw .tooLarge(limit: limit) }
                capacity = min(limit, capacity * 4)
            case Z_MEM_ERROR: throw .failed(code: code)
            default: throw .damaged
            }
        }
    }

    /// The check of PNG and gzip: ISO 3309, the reflected polynomial EDB88320.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        // zlib's own name for it takes a count of 32 bits; this one takes any.
        let code = unsafe bytes.withUnsafeBufferPointer { unsafe crc32_z(0, $0.baseAddress, $0.count) }
        return UInt32(truncatingIfNeeded: code)
    }
}
