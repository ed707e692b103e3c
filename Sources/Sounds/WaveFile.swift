/// Uncompressed sound in one channel of 16 bits, as every player reads it. All numbers are little-endian.
///
///     0   "RIFF"  bytes that follow ×4  "WAVE"
///     12  "fmt "  16 ×4  format 1 ×2  channels ×2  samples/s ×4  bytes/s ×4  bytes/sample ×2  bits ×2
///     36  "data"  bytes that follow ×4  samples…
///
/// Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft, August 1991.
enum WaveFile {
    /// - Parameter samples: fewer than 2³⁰, so that their length fits its field.
    static func bytes(of samples: [Int16], perSecond rate: Int) -> [UInt8] {
        let length = samples.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + length)
        bytes += "RIFF".utf8
        bytes.append(little: UInt32(truncatingIfNeeded: 36 + length))
        bytes += "WAVEfmt ".utf8
        bytes.append(little: UInt32(16))
        bytes.append(little: UInt16(1))
        bytes.append(little: UInt16(1))
        bytes.append(little: UInt32(truncatingIfNeeded: rate))
        bytes.append(little: UInt32(truncatingIfNeeded: rate * 2))
        bytes.append(little: UInt16(2))
        bytes.append(little: UInt16(16))
        bytes += "data".utf8
        bytes.append(little: UInt32(truncatingIfNeeded: length))
        for sample in samples { bytes.append(little: sample) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(little number: some FixedWidthInteger) {
        for byte in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
    }
}
