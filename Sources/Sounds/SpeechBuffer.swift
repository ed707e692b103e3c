/// Why what a voice gave cannot be played.
public enum WaveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not a WAV file, or ends before its first sample.
    case notWave(bytes: Int)
    /// Not one channel of 16 bits, uncompressed, at 8,000 to 48,000 samples a second.
    case otherFormat
    case silent

    public var description: String {
        switch self {
        case .notWave(let bytes): "it gave \(bytes) bytes that are no WAV file"
        case .otherFormat: "it gave no WAV file of one channel with 16 bits"
        case .silent: "it gave silence"
        }
    }
}

/// A spoken sentence, as a speech engine hands it over: a WAV file (see `WaveFile`), whose lengths may be wrong, since an
/// engine that writes to a pipe cannot know them at the beginning.
public struct SpeechBuffer: Hashable, Sendable {
    public let samplesPerSecond: Int
    public let samples: [Int16]

    public init(file: [UInt8]) throws(WaveError) {
        func number(_ at: Int, _ count: Int) -> Int {
            file[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func isNamed(_ name: String, _ at: Int) -> Bool { file[at..<at + 4].elementsEqual(name.utf8) }

        guard file.count >= 12, isNamed("RIFF", 0), isNamed("WAVE", 8) else { throw .notWave(bytes: file.count) }
        var place = 12
        var rate: Int?
        while place + 8 <= file.count {
            let body = place + 8
            let length = min(number(place + 4, 4), file.count - body)
            if isNamed("fmt ", place), length >= 16 {
                guard number(body, 2) == 1, number(body + 2, 2) == 1, number(body + 14, 2) == 16,
                    (8000...48_000).contains(number(body + 4, 4))
                else { throw .otherFormat }
                rate = number(body + 4, 4)
            } else if isNamed("data", place), let rate {
                // 0 and -1 stand for a length that was not known.
                let isKnown = ![0, 0xFFFF_FFFF].contains(number(place + 4, 4))
                let end = isKnown ? body + length : file.count
                samplesPerSecond = rate
                samples = stride(from: body, to: end - 1, by: 2).map {
                    Int16(truncatingIfNeeded: number($0, 2))
                }
                guard samples.contains(where: { $0.magnitude > Self.hiss }) else { throw .silent }
                return
            }
            // Chunks begin at even places.
            place = body + length + length % 2
        }
        throw .notWave(bytes: file.count)
    }

    public var milliseconds: Int { samples.count * 1000 / samplesPerSecond }

    /// A WAV file with its lengths right, as loud as the tones: engines differ, and a farmer stands two metres away.
    public var loud: [UInt8] {
        let peak = samples.map { Int($0.magnitude) }.max() ?? 0
        // More than eightfold would be an engine's hiss.
        let top = min(Self.peak, peak * 8)
        let louder = samples.map { peak > 0 ? Int16(clamping: Int($0) * top / peak) : $0 }
        return WaveFile.bytes(of: louder, perSecond: samplesPerSecond)
    }

    /// As in `Sound.samples`: nine tenths of the most.
    private static let peak = 29_490
    /// What nobody hears.
    private static let hiss: UInt16 = 200
}
