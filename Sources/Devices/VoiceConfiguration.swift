import Glibc

/// A speech engine: a program that reads a sentence from its input and writes it as a WAV file to its output.
public struct VoiceConfiguration: Sendable, Hashable {
    /// An absolute path, and arguments.
    public var program: [String]
    /// What stands for words that the engine reads wrongly, in this engine's own spelling: espeak-ng takes 茄, which is in
    /// every tomato, for that of a cigar. What a county buys beside has its reading in the catalog.
    var readings: [(word: String, reading: String)] {
        guard program.first?.hasSuffix("/espeak-ng") == true else { return [] }
        return [
            ("茄", " qie2 "), ("砝码", " fa3 ma3 "), ("党参", " dang3 shen1 "), ("枸杞", " gou3 qi3 "), ("莴笋", " wo1 sun3 "),
        ]
    }

    /// - Parameter program: with its arguments; it gets the sentence on its standard input.
    public init(program: [String]) { self.program = program }

    /// Debian's espeak-ng, slow enough for old ears, and louder than it is by itself.
    ///
    /// Not its voice `cmn`: in version 1.51 that spells one character in three with English letters (净 as "jing four").
    /// This one reads the same characters by way of pinyin.
    public static let espeak = VoiceConfiguration(
        program: [
            "/usr/bin/espeak-ng", "-v", "cmn-latn-pinyin", "-s", "160", "-a", "160", "--stdin", "--stdout",
        ])

    /// What a point has that was told nothing of a voice; `nil` when the engine is not installed.
    public static var installed: VoiceConfiguration? {
        unsafe access(espeak.program[0], X_OK) == 0 ? espeak : nil
    }

    /// In characters; a sentence of a weighing has thirty.
    static let longestSentence = 120

    /// The sentence as the engine's input: one line, no control character.
    func input(_ sentence: String) -> [UInt8] {
        var text = ""
        for scalar in sentence.unicodeScalars.prefix(Self.longestSentence)
        where scalar.properties.generalCategory != .control {
            text.unicodeScalars.append(scalar)
        }
        for (word, reading) in readings { text = text.replacing(word, with: reading) }
        return Array(text.utf8) + [UInt8(ascii: "\n")]
    }
}
