import Domain
import LabDevices
public import ScaleProtocols

/// Throws damaged frames, noise and cut streams at every scale protocol, and checks what must hold of any line:
///
/// - however the bytes are cut into calls, the readings and the count of refused frames are the same;
/// - a reading with a fault or out of range has no mass, and every reading has its bytes, and not many;
/// - what is held between calls does not grow;
/// - after any bytes, five sound frames are enough to be heard again.
///
/// A trap ends the program. Each input has a generator of its own, made of the seed and its number, so that one can be
/// run again alone.
public struct ScaleFuzz: Sendable {
    /// A protocol with options.
    public struct Subject: Sendable {
        public var name: String
        public var codec: any ScaleProtocol

        public init(name: String, codec: any ScaleProtocol) {
            self.name = name
            self.codec = codec
        }
    }

    public struct Failure: Error, CustomStringConvertible {
        public let input: Int
        public let subject: String
        public let reason: String
        public let bytes: [UInt8]

        public var description: String {
            let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            return "input \(input), \(subject): \(reason); bytes \(text.joined(separator: " "))"
        }
    }

    public struct Result: Sendable {
        public var inputs = 0
        public var subjects = 0
        public var bytes = 0
        public var readings = 0
        public var masses = 0
        public var dropped = 0
        /// The most values that hung below a codec between two calls, of those looked at.
        public var largest = 0
    }

    /// More than any frame, dialogue of frames or line that is held, in values below the codec's.
    public static let largestFootprint = 200
    /// The longest dialogue of frames that is one reading has 42 bytes, the longest line 64.
    private static let longestFrame = 64
    /// Looking below a value is slow.
    private static let footprintStride = 97

    public var subjects = Self.everyProtocol
    public var inputs = 20_000
    public var seed: UInt64 = 1
    /// The number of the first input.
    public var first = 0

    public init() {}

    public func run(progress: (Int) -> Void = { _ in }) throws(Failure) -> Result {
        let corpora = subjects.map { FrameCorpus($0.codec, seed: seed) }
        var result = Result()
        result.subjects = subjects.count
        for number in first..<(first + inputs) {
            var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
            let index = number % subjects.count
            try run(number, subjects[index], corpora[index], random: &random, into: &result)
            result.inputs += 1
            progress(result.inputs)
        }
        return result
    }

    private func run(
        _ number: Int, _ subject: Subject, _ corpus: FrameCorpus, random: inout SeededGenerator,
        into result: inout Result
    ) throws(Failure) {
        let bytes = corpus.input(random: &random)
        func failure(_ reason: String) -> Failure {
            Failure(input: number, subject: subject.name, reason: reason, bytes: bytes)
        }
        var whole = subject.codec
        var cut = subject.codec
        if Int.random(in: 0..<4, using: &random) == 0, whole.ask() != cut.ask() {
            throw failure("two questions of one codec differ")
        }
        let readings = whole.feed(bytes)
        var pieces: [ScaleReading] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...12, using: &random))
            pieces += cut.feed(piece)
            rest = rest.dropFirst(piece.count)
            if number % Self.footprintStride == 0 {
                result.largest = max(result.largest, Self.footprint(of: cut))
            }
        }
        guard pieces == readings, cut.dropped == whole.dropped, cut.takeOrderOutcome() == whole.takeOrderOutcome()
        else {
            throw failure("cut into pieces it is read otherwise")
        }
        guard result.largest <= Self.largestFootprint else { throw failure("\(result.largest) values are held") }
        for reading in readings {
            if let reason = Self.fault(in: reading) { throw failure(reason) }
        }
        _ = cut.takeReply()
        _ = cut.answer(bytes, showing: corpus.reading(random: &random))

        if let sound = corpus.sound(random: &random) {
            let heard = whole.feed((0..<5).flatMap { _ in sound.frame })
            guard heard.last == sound.reading else { throw failure("after it, five sound frames are not heard") }
        }
        result.bytes += bytes.count
        result.readings += readings.count
        result.masses += readings.count { $0.mass != nil }
        result.dropped += cut.dropped
    }

    private static func fault(in reading: ScaleReading) -> String? {
        if reading.mass != nil, reading.fault != nil { return "a mass with a fault" }
        if reading.mass != nil, reading.range == .over || reading.range == .under { return "a mass out of range" }
        if reading.raw.isEmpty { return "a reading without bytes" }
        if reading.raw.count > longestFrame { return "a reading of \(reading.raw.count) bytes" }
        return nil
    }

    /// How many values hang below this one: grows with every byte that is kept.
    private static func footprint(of value: Any) -> Int {
        Mirror(reflecting: value).children.reduce(1) { $0 + footprint(of: $1.value) }
    }

    /// Each protocol as usual, and with each value of each option that it has.
    public static var everyProtocol: [Subject] {
        var changes: [(String, (inout ScaleOptions) -> Void)] = [("", { _ in })]
        for unit in ScaleUnit.allCases { changes.append((" unit \(unit.rawValue)", { $0.unit = unit })) }
        for kind in [ScaleReading.Kind.gross, .net] { changes.append((" kind \(kind.rawValue)", { $0.kind = kind })) }
        for variant in ScaleVariant.allCases {
            changes.append((" variant \(variant.rawValue)", { $0.variant = variant }))
        }
        for characters in [0, 6, 7, 10, 12, 19] {
            changes.append((" characters \(characters)", { $0.characters = characters }))
        }
        changes.append((" decimals 3", { $0.decimals = 3 }))
        changes.append((" unchecked", { $0.checksum = false }))
        changes.append((" address 2", { $0.address = 2 }))
        for isAsked in [true, false] { changes.append((isAsked ? " asked" : " unasked", { $0.isAsked = isAsked })) }
        return ScaleProtocolName.allCases.flatMap { name in
            changes.compactMap { words, change in
                var options = ScaleOptions()
                change(&options)
                guard let codec = try? name.make(options) else { return nil }
                return Subject(name: name.rawValue + words, codec: codec)
            }
        }
    }
}
