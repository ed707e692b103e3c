import CZlib

/// zlib (RFC 1950), in one step and with a bound on what comes out: the one Swift owner of the C library.
public enum Deflate {
    public enum Failure: Error, Hashable, Sendable {
        /// The input is not a whole, undamaged zlib stream, or wants another dictionary.
        case damaged
        /// It would give more bytes than the caller allows.
        case tooLarge(limit: Int)
        /// zlib's own code, which only lack of memory can cause.
        case failed(code: Int32)
    }

    /// - Parameter dictionary: what the receiver knows beforehand, the most usual at its end. The stream names it by its
    ///   Adler-32 (FDICT), and cannot be expanded without it. Empty: none.
    public static func compress(
        _ bytes: [UInt8], level: Int32 = 9, dictionary: [UInt8] = []
    ) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        var code = unsafe deflateInit_(&stream, level, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .failed(code: code) }
        defer { unsafe deflateEnd(&stream) }
        if !dictionary.isEmpty {
            code = unsafe deflateSetDictionary(&stream, dictionary, uInt(dictionary.count))
            guard code == Z_OK else { throw .failed(code: code) }
        }
        var output = unsafe [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
        code = unsafe run(&stream, bytes, 0, &output, 0) { unsafe deflate(&$0, Z_FINISH) }
        guard code == Z_STREAM_END else { throw .failed(code: code) }
        output.removeLast(output.count - Int(unsafe stream.total_out))
        return output
    }

    /// Expands a whole stream to at most `limit` bytes; memory never exceeds the limit, whatever the input claims.
    /// - Parameter dictionary: for a stream that wants one; another one than was used is no dictionary.
    public static func expand(
        _ bytes: [UInt8], limit: Int, dictionary: [UInt8] = []
    ) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        var code = unsafe inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .failed(code: code) }
        defer { unsafe inflateEnd(&stream) }
        // One more than the limit, so that what is too large can be told from what is damaged.
        var output = [UInt8](repeating: 0, count: min(limit + 1, max(1024, bytes.count * 8)))
        var taken = 0
        while true {
            let given = Int(unsafe stream.total_out)
            code = unsafe run(&stream, bytes, taken, &output, given) { unsafe inflate(&$0, Z_NO_FLUSH) }
            // Not `total_in`, which does not count what comes before a dictionary.
            taken = bytes.count - Int(unsafe stream.avail_in)
            let count = Int(unsafe stream.total_out)
            guard count <= limit else { throw .tooLarge(limit: limit) }
            switch code {
            case Z_STREAM_END:
                guard taken == bytes.count else { throw .damaged }
                output.removeLast(output.count - count)
                return output
            case Z_NEED_DICT:
                guard unsafe inflateSetDictionary(&stream, dictionary, uInt(dictionary.count)) == Z_OK else {
                    throw .damaged
                }
            case Z_OK, Z_BUF_ERROR:
                // Room was left, so the input has ended too early.
                guard count == output.count else { throw .damaged }
                output += [UInt8](repeating: 0, count: min(limit + 1, output.count * 4) - output.count)
            case Z_MEM_ERROR: throw .failed(code: code)
            default: throw .damaged
            }
        }
    }

    /// Lets zlib work from one place of the input to one of the output; nothing keeps the pointers afterwards.
    private static func run(
        _ stream: inout z_stream, _ input: [UInt8], _ taken: Int, _ output: inout [UInt8], _ given: Int,
        _ step: (inout z_stream) -> Int32
    ) -> Int32 {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                // zlib does not write to its input; its header only lacks the word.
                unsafe stream.next_in = unsafe source.baseAddress.map {
                    unsafe UnsafeMutablePointer(mutating: $0 + taken)
                }
                unsafe stream.avail_in = uInt(source.count - taken)
                unsafe stream.next_out = unsafe target.baseAddress.map { unsafe $0 + given }
                unsafe stream.avail_out = uInt(target.count - given)
                return unsafe step(&stream)
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
