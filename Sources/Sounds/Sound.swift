public import Domain

/// A tone as it is heard. All of them together:
///
///     saved        one short, bright beep that rises              100 ms
///     already      two equal beeps of middle pitch                280 ms
///     refused      one long, low buzz                             400 ms
///     attention    three times high-low                           410 ms
///     practice     a warble of 150 ms, then the same, an octave lower and muffled (the buzz stays where it is)
///
/// Pitch and rhythm both tell them apart, so that one of the two is enough for who hears badly or stands in a noisy room.
/// Nothing needs the range above 2.4 kHz, which old ears lose first, or that below 400 Hz, which small speakers do not
/// give: the buzz is heard by its overtones. `saved` is short enough for ten in ten seconds, each with the time that a
/// player takes to start.
public struct Sound: Hashable, Sendable {
    public static let samplesPerSecond = 22_050

    public let tone: Tone
    public let isPractice: Bool

    public init(_ tone: Tone, isPractice: Bool) {
        self.tone = tone
        self.isPractice = isPractice
    }

    public static let all = Tone.allCases.flatMap { [Sound($0, isPractice: false), Sound($0, isPractice: true)] }

    /// As a file is called: `saved`, `saved-practice`.
    public var name: String { isPractice ? "\(tone.rawValue)-practice" : tone.rawValue }

    /// One channel. The same on every machine.
    public var samples: [Int16] {
        let level = isPractice ? 0.6 : 0.9
        return phrase.flatMap { $0.samples(perSecond: Self.samplesPerSecond, level: level) }
    }

    /// A WAV file, whole.
    public var file: [UInt8] { WaveFile.bytes(of: samples, perSecond: Self.samplesPerSecond) }

    private var phrase: [Note] {
        guard isPractice else { return tone.notes }
        return [Note(.warble(600, 450, everyMilliseconds: 25), 150, .soft), .rest(30)] + tone.notes.map(\.muffled)
    }
}

extension Tone {
    fileprivate var notes: [Note] {
        switch self {
        case .saved: [Note(.glide(1600, 2400), 100, .bright)]
        case .already: [Note(.steady(1000), 90, .bright), .rest(100), Note(.steady(1000), 90, .bright)]
        case .refused: [Note(.steady(210), 400, .reed)]
        case .attention: Array([highLow, highLow, highLow].joined(separator: [.rest(40)]))
        }
    }

    private var highLow: [Note] { [Note(.steady(1500), 55, .bright), Note(.steady(850), 55, .bright)] }
}
