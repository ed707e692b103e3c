import Devices
import Domain
import Phrases
import Settings

/// What a point sounds like.
extension KioskSettings {
    static func readPlayer(_ sound: SettingsSection?) throws(SettingsError) -> [String]? {
        guard let sound else { return nil }
        return try program("player", of: sound, example: "[/usr/bin/aplay, -q]")
    }

    /// Left out, Debian's engine is taken where it is installed; a point without it is not told of anything missing.
    static func readVoice(
        _ sound: SettingsSection?
    ) throws(SettingsError) -> (VoiceConfiguration?, Mandarin.WeightUnit) {
        guard let sound else { return (nil, .kilogram) }
        guard let section = try sound.section("voice") else { return (.installed, .kilogram) }
        let isWanted = try section.boolean("enabled", default: true)
        let unit = try section.choice("unit", of: Mandarin.WeightUnit.self, default: .kilogram)
        let program = try program(
            "program", of: section, example: "[/usr/bin/espeak-ng, -v, cmn-latn-pinyin, --stdin, --stdout]")
        guard isWanted else { return (nil, unit) }
        return (program.map { VoiceConfiguration(program: $0) } ?? .installed, unit)
    }

    /// A program by its whole path, and its arguments; `nil` when it is left out.
    private static func program(
        _ key: String, of section: SettingsSection, example: String
    ) throws(SettingsError) -> [String]? {
        let words = try section.strings(key)
        guard let program = words.first else { return nil }
        // It is looked up nowhere: what the daemon runs does not depend on where its PATH leads.
        guard program.hasPrefix("/") else {
            throw section.invalid(
                key, "expected a program's whole path first, found \"\(program)\"",
                remedy: "write for example \(key): \(example)")
        }
        return words
    }
}
