/// Which protocols fit bytes that were overheard on a scale's line. Pure, and it asks nobody: an unknown device is never
/// sent anything, for what one takes for a question another takes for tare.
///
/// Every protocol whose scales talk unasked is tried with every set of options that the bytes could tell. What counts is
/// how much of the stream became sound frames, and whether these have a check: `ScaleLearning` changes digits in a frame
/// and looks whether the protocol notices.
public enum ScaleLearning {
    /// A line with seven bits and a parity, listened to with eight and none: the parity stands in the eighth bit.
    public enum Parity: String, Sendable, CaseIterable {
        case none, even, odd
    }

    public struct Candidate: Sendable, Hashable {
        public let name: ScaleProtocolName
        public let options: ScaleOptions
        public let parity: Parity
        /// 0 to 100: the share of the bytes that are sound frames; of frames without a check at most 60.
        public let score: Int
        public let frames: Int
        public let dropped: Int
        /// A changed digit is noticed.
        public let isChecked: Bool
        /// The last that was read.
        public let sample: ScaleReading
    }

    /// What is to be said of a line on which nothing fits.
    public enum Score: Sendable, Hashable {
        case silent
        /// Bytes that no text has: another speed, most likely.
        case wrongSpeed
        /// Every byte has that parity, so the line is understood, but nothing on it.
        case parity(Parity)
        case unknown
    }

    /// Below this it is coincidence.
    static let leastScore = 20

    /// The best first.
    public static func candidates(_ bytes: [UInt8]) -> [Candidate] {
        var found: [Candidate] = []
        for parity in Parity.allCases {
            guard let plain = strip(bytes, parity) else { continue }
            for name in ScaleProtocolName.allCases {
                // Of several sets of options that read the same, the first is the plainest.
                var best: Candidate?
                for options in hypotheses(name) {
                    guard let candidate = judge(plain, name, options, parity), candidate.score > best?.score ?? 0 else {
                        continue
                    }
                    best = candidate
                }
                if let best, best.score >= leastScore { found.append(best) }
            }
        }
        return found.enumerated().sorted { left, right in
            (right.element.score, left.offset) < (left.element.score, right.offset)
        }.map(\.element)
    }

    /// What the bytes look like, whether or not something fits them.
    public static func impression(_ bytes: [UInt8]) -> Score {
        if bytes.isEmpty { return .silent }
        let high = bytes.count { $0 >= 0x80 }
        if high > 0, bytes.count >= 8 {
            if let parity = [Parity.even, .odd].first(where: { strip(bytes, $0) != nil }) { return .parity(parity) }
        }
        let strange = bytes.count { $0 >= 0x80 || $0 == 0 }
        return strange * 4 > bytes.count ? .wrongSpeed : .unknown
    }

    /// Without the parity bits; nil when a byte has another parity, or when there is nothing to strip.
    private static func strip(_ bytes: [UInt8], _ parity: Parity) -> [UInt8]? {
        if parity == .none { return bytes }
        let rest = parity == .even ? 0 : 1
        guard bytes.contains(where: { $0 >= 0x80 }), bytes.allSatisfy({ $0.nonzeroBitCount % 2 == rest }) else {
            return nil
        }
        return bytes.map { $0 & 0x7F }
    }

    // MARK: One protocol

    /// The sets of options under which a scale of this protocol talks unasked, the usual ones first.
    private static func hypotheses(_ name: ScaleProtocolName) -> [ScaleOptions] {
        var usual = ScaleOptions()
        if name.options.contains(.isAsked) { usual.isAsked = false }
        var all = [usual]
        func vary<Value>(_ option: ScaleOptions.Name, _ values: [Value], _ set: (inout ScaleOptions, Value) -> Void) {
            guard name.options.contains(option) else { return }
            all += all.flatMap { base in
                values.map { value in
                    var options = base
                    set(&options, value)
                    return options
                }
            }
        }
        vary(.checksum, [false]) { $0.checksum = $1 }
        vary(.characters, [6, 7, 8]) { $0.characters = $1 }
        vary(.variant, ScaleVariant.allCases) { $0.variant = $1 }
        return all.filter { options in
            guard let codec = try? name.make(options) else { return false }
            return codec.polling == nil
        }
    }

    private static func judge(
        _ bytes: [UInt8], _ name: ScaleProtocolName, _ options: ScaleOptions, _ parity: Parity
    ) -> Candidate? {
        guard var codec = try? name.make(options) else { return nil }
        let readings = codec.feed(bytes)
        guard let sample = readings.last(where: { $0.mass != nil }) ?? readings.last else { return nil }
        let covered = readings.reduce(0) { $0 + $1.raw.count }
        // The first and the last frame were cut by our beginning and ending.
        let whole = max(covered, bytes.count - 2 * (sample.raw.count - 1))
        // Of frames without a weight nothing can be said.
        let isChecked = sample.mass != nil && noticesChanges(sample.raw, name, options)
        var score = covered * (isChecked ? 100 : 60) / whole
        // One frame proves little, and one that says nothing but faults as little.
        score = score * min(readings.count, 3) / 3
        if sample.mass == nil { score /= 2 }
        // A load that shows one weight for long and is never at rest: the scale has most likely no word for it.
        let isStill = readings.count >= 10 && readings.allSatisfy { $0.mass == readings[0].mass }
        if score > 0, isStill, readings.allSatisfy({ $0.stability == .unstable }) { score -= 1 }
        return Candidate(
            name: name, options: options, parity: parity, score: score, frames: readings.count, dropped: codec.dropped,
            isChecked: isChecked, sample: sample)
    }

    /// Whether no frame with another digit is read at all: one that is read, and says that it cannot be weighed, was not guarded.
    private static func noticesChanges(_ frame: [UInt8], _ name: ScaleProtocolName, _ options: ScaleOptions) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let places = frame.indices.filter { digits.contains(frame[$0]) }
        return !places.isEmpty
            && places.allSatisfy { place in
                guard var codec = try? name.make(options) else { return false }
                var changed = frame
                changed[place] = frame[place] == UInt8(ascii: "9") ? UInt8(ascii: "0") : frame[place] + 1
                // Twice: some frames end where the next begins.
                return codec.feed(changed + changed).isEmpty
            }
    }
}
