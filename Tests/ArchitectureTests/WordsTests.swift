import Foundation
import Phrases
import TestSupport
import Testing

/// What people read or hear stands in one module, where whoever mends a sentence finds all of them.
@Suite struct WordsTests {
    /// Chinese in the code elsewhere, and why.
    static let others: [String: String] = [
        "Domain/Newcomer.swift": "surnames, which are barcodes",
        "Domain/PersonalText+name.swift": "surnames of two characters",
        "Receipts/Quantities.swift": "units beside numbers",
        "Devices/VoiceConfiguration.swift": "what the engine misreads, in its own spelling",
        "kioskctl/SayCommand.swift": "help that shows what is said",
        "kiosk-center/DocumentCommands.swift": "help that shows a county's documents",
    ]

    static func isChinese(_ text: some StringProtocol) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    @Test func `Chinese for people stands in Phrases`() throws {
        let sources = Products.repository + "/Sources"
        var found: Set<String> = []
        for case let name as String in try #require(FileManager.default.enumerator(atPath: sources))
        where name.hasSuffix(".swift") && !["Phrases/", "Lab", "Simulation/"].contains(where: name.hasPrefix) {
            let lines = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8).split(separator: "\n")
            for line in lines where Self.isChinese(line) {
                let code = line.drop { $0 == " " }
                // Comments may cite a word; behind code they follow two spaces and two strokes.
                if code.hasPrefix("//") { continue }
                found.insert(name)
            }
        }
        #expect(found == Set(Self.others.keys))
    }
}
