import Domain
import Foundation
import Logging
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Barcodes
@testable import KioskSettings

/// The table of carriers as a file that people edit.
@Suite struct `Waybill rules from a file` {
    static let sample = Products.repository + "/Config/waybills.yaml"

    static func error(_ text: String) -> String {
        do {
            _ = try WaybillRules(text: text, name: "waybills.yaml")
            return "no error"
        } catch {
            return error.description
        }
    }

    static func row(_ fields: String) -> String { "# a comment\nrules:\n  - {\(fields)}" }

    @Test func `the sample is the table that kioskd is built with`() throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: Self.sample))
        #expect([UInt8](file) == PackageResources.waybills_yaml)
        let builtIn = try WaybillRules.builtIn()
        #expect(builtIn.table.map(\.example) == (try WaybillRules(file: Self.sample)).table.map(\.example))
        // What letters in front tell comes before what a length tells.
        let lastPrefix = builtIn.table.lastIndex { $0.isSure } ?? -1
        let firstLength = builtIn.table.firstIndex { $0.example.allSatisfy(\.isNumber) } ?? -1
        #expect(builtIn.table.count >= 30 && 0 <= lastPrefix && lastPrefix < firstLength)
        #expect(Set(builtIn.table.map(\.carrier)) == Set(Carrier.allCases))
    }

    @Test func `order is rank, and a row says what it means`() throws {
        let rules = try WaybillRules(
            text: """
                rules:
                  - carrier: zto
                    pattern: "AB\\\\d{8}"
                    example: AB12345678
                  - {carrier: sto, pattern: 'AB\\d{8,9}', example: AB123456789, sure: yes, suffix: package}
                  - {carrier: yto, pattern: 'AB\\d{9}', example: AB123456789, sure: no, check: none}
                  - {carrier: sf, pattern: 'CD\\d{9}', example: CD123456789, sure: yes}
                  - {carrier: jd, pattern: 'CD\\d{9}', example: CD123456789, sure: yes}
                  - {carrier: jt, pattern: '\\d{20}', example: 12345678901234567890}
                """, name: "waybills.yaml")
        func parcel(_ number: String, _ package: Int?, _ carriers: [Carrier], _ certain: Bool) -> Recognition {
            .parcel(
                Waybill(number: number, package: package), carriers: carriers, isCertain: certain, symbology: nil)
        }
        #expect(rules.recognise(.scan("AB12345678")) == parcel("AB12345678", nil, [.zto, .sto], false))
        #expect(rules.recognise(.scan("AB123456789")) == parcel("AB123456789", nil, [.sto, .yto], true))
        #expect(rules.recognise(.scan("AB123456789-2")) == parcel("AB123456789", 2, [.sto], true))
        #expect(rules.recognise(.scan("CD123456789")) == parcel("CD123456789", nil, [.sf, .jd], false))
        #expect(rules.recognise(.scan("SF1234567890123")) == parcel("SF1234567890123", nil, [], false))
    }

    @Test(arguments: [
        ("", "1: rules: there are no rules; write rules: and below it a line for each form, with a dash"),
        ("a: 1", "1: rules: there are no rules"), ("rules:", "1: rules: there are no rules"),
        ("# x\nrules: []", "2: rules: there are no rules"),
        ("rules: yes", "1: rules: expected a list"), ("rules: [1]", "1: rules[0]: expected a section"),
        ("rules: {a: 1}", "1: rules: expected a list"),
        (row("carrier: sf, pattern: 'SF\\d{13}'"), "3: rules[0].example: required but missing"),
        (row("carrier: sf, example: SF1234567890123"), "3: rules[0].pattern: required but missing"),
        (row("pattern: 'SF\\d{13}', example: SF1234567890123"), "3: rules[0].carrier: required but missing"),
        (row("carrier: st, pattern: 'SF\\d{13}', example: SF1234567890123"), "3: rules[0].carrier: expected one of "),
        (
            row("carrier: fedex, pattern: 'SF\\d{13}', example: SF1234567890123"),
            "3: rules[0].carrier: expected one of china-post, "
        ),
        (
            row("carrier: sf, patern: 'SF\\d{13}', pattern: 'SF\\d{13}', example: SF1234567890123"),
            "3: rules[0].patern: unknown key; did you mean pattern?"
        ),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: SF1234567890123") + "\nrule: 1",
            "4: rule: unknown key; did you mean rules?"
        ),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: SF1234567890123, sure: maybe"),
            "3: rules[0].sure: expected true or false"
        ),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: SF1234567890123, suffix: packages"),
            "3: rules[0].suffix: expected one of none, package, package-of-total"
        ),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: SF1234567890123, check: gs1"),
            "3: rules[0].check: expected one of none, s10"
        ),
        (row("carrier: sf, pattern: [a], example: SF1234567890123"), "3: rules[0].pattern: expected one text"),
        (row("carrier: sf, pattern: 'SF.*', example: SF1234567890123"), "3: rules[0].pattern: not a pattern; use "),
        (row("carrier: sf, pattern: '^SF\\d{13}$', example: SF1234567890123"), "3: rules[0].pattern: not a pattern"),
        (row("carrier: sf, pattern: 'SF\\d{9999}', example: SF1234567890123"), "3: rules[0].pattern: not a pattern"),
        (
            row("carrier: sf, pattern: 'sf\\d{13}', example: sf1234567890123"),
            "3: rules[0].pattern: asks for a character that no number has"
        ),
        (
            row("carrier: sf, pattern: 'HTTPS://\\d{8}', example: 'HTTPS://12345678'"),
            "3: rules[0].pattern: asks for a character that no number has"
        ),
        (
            row("carrier: sf, pattern: '\\d{6,12}', example: 123456789012"),
            "3: rules[0].pattern: knows numbers shorter than 8 or longer than 30 characters; narrow it"
        ),
        (row("carrier: sf, pattern: '\\d{8,31}', example: 123456789012"), "3: rules[0].pattern: knows numbers shorter"),
        (row("carrier: sf, pattern: '', example: ''"), "3: rules[0].pattern: knows numbers shorter"),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: SF123456789012"),
            "3: rules[0].example: does not match its pattern; correct the pattern or the example"
        ),
        (
            row("carrier: sf, pattern: 'SF\\d{13}', example: sf1234567890123"),
            "3: rules[0].example: does not match its pattern"
        ),
        (
            row("carrier: ems, pattern: '[A-Z]{2}\\d{9}[A-Z]{2}', example: RB123456786US, check: s10"),
            "3: rules[0].example: its check digit is wrong"
        ),
        // It would refuse nearly every parcel there is as misread.
        (
            row("carrier: ems, pattern: '[0-9A-Z]{8,30}', example: RB123456785US, check: s10"),
            "3: rules[0].check: s10 needs a pattern of two letters, nine digits and two letters"
        ),
        (
            row("carrier: ems, pattern: '[0-9A-Z]{13}', example: RB123456785US, check: s10"),
            "3: rules[0].check: s10 needs a pattern"
        ),
        (row("carrier: sf, pattern: '\\d{11}', example: 13812345678"), "3: rules[0].example: a person's number, "),
        (
            row("carrier: sf, pattern: '[0-9X]{18}', example: 11010519491231002X"),
            "3: rules[0].example: a person's number, "
        ),
        (row("carrier: sf, pattern: 'KB-\\d{8}', example: KB-12345678"), "3: rules[0].example: a person's number, "),
        (row("carrier: sf, pattern: '[A-Z-]{10}', example: KC-CONFIRM"), "3: rules[0].example: a person's number, "),
        (row("carrier: sf, pattern: '[0-9-]{8}', example: 3-2-1024"), "3: rules[0].example: a person's number, "),
        ("rules:\n\t- a", "2: not valid YAML: "), ("rules: [", "2: not valid YAML: "), ("- a", "1: expected settings"),
        (row("carrier: sf, pattern: \"SF\\d{13}\", example: SF1234567890123"), "3: not valid YAML: "),
        ("a: &a [x]\nrules: *a", "1: anchors (&name) are not supported"),
    ])
    func `a mistake is told with file, line, key and remedy`(_ text: String, _ words: String) {
        let error = Self.error(text)
        #expect(error.hasPrefix("waybills.yaml:\(words)"), "\(error)")
        #expect(error.contains("; "), "no remedy: \(error)")
    }

    @Test func `every reason to refuse a row has a test above`() {
        // The compiler counts the reasons; who adds one adds its row.
        #expect(WaybillRuleError.allCases.count == 7)
    }

    @Test func `a table as wide as can be written makes a parcel of nothing that is none`() throws {
        let rules = try WaybillRules(
            text: """
                rules:
                  - {carrier: sf, pattern: '[0-9A-Z-]{8,30}', example: SF1234567890123, sure: yes, suffix: package-of-total}
                  - {carrier: sf, pattern: '\(String(repeating: "[0-9A-Z-]?", count: 22))[0-9A-Z-]{8}', example: SF12345678}
                """, name: "waybills.yaml")
        for text in DeskCommand.all.map(\.text) + [
            "KB-12345678", "KC-12345678-1-1", "3-2-1024", "A12-3-4567", "123456",
        ] {
            #expect(rules.recognise(.scan(text)) == .other(text))
        }
        #expect(rules.recognise(.scan("https://example.com/m/12345678")) == .other("HTTPS://EXAMPLE.COM/M/12345678"))
        #expect(rules.recognise(.scan("13812345678")) == .refused(.personal))
        #expect(rules.recognise(.scan("11010519491231002X")) == .refused(.personal))
        #expect(rules.recognise(.scan("]E06901234567892")) == .refused(.product))
        #expect(rules.recognise(.scan("]C1401SF1234567890123")) == .refused(.unknown))
        #expect(rules.recognise(.scan("")) == .refused(.empty))
    }

    @Test func `the sample with bytes changed at random gives a table or an error`() throws {
        let sample = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.sample)))
        let marks = Array("[]{}:-?,'\"\\ \n09AZadn#&*".utf8)
        var random = SeededGenerator(seed: 11)
        var outcomes: Set<Bool> = []
        for _ in 0..<400 {
            var bytes = sample
            for _ in 0...Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = marks.randomElement(using: &random)!
            }
            let error = Self.error(String(decoding: bytes, as: UTF8.self))
            outcomes.insert(error == "no error")
            #expect(error == "no error" || error.hasPrefix("waybills.yaml:"))
        }
        #expect(outcomes == [true, false])
    }

    /// What a kiosk says while it reads its rules.
    final class Lines: Sendable {
        let text = Mutex("")
    }

    struct Recorder: LogHandler {
        let lines: Lines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.text.withLock { $0 += "\(event.level) \(event.message) \(event.metadata ?? [:])\n" }
        }
    }

    @Test func `a wrong file is told aloud and the built-in table goes on`() throws {
        let directory = try TemporaryDirectory()
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Recorder(lines: lines) }
        let bad = try directory.write("rules:\n  - {carrier: sf, pattern: '(', example: x}", to: "bad.yaml")
        for file in [bad, directory.file("none.yaml")] {
            let rules = WaybillRules.inForce(file: file, logger: logger)
            #expect(rules.table.map(\.example) == (try WaybillRules.builtIn()).table.map(\.example))
        }
        let told = lines.text.withLock { $0 }
        #expect(told.split(separator: "\n").count { $0.hasPrefix("error ") } == 2)
        #expect(told.contains("\(bad):2: rules[0].pattern: not a pattern") && told.contains("none.yaml: no such file"))
    }

    @Test func `the file named is the table in force, and without one the built-in is, silently`() throws {
        let directory = try TemporaryDirectory()
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Recorder(lines: lines) }
        #expect(WaybillRules.inForce(file: nil, logger: logger).table.count == WaybillRules.standard.table.count)
        #expect(lines.text.withLock { $0 }.isEmpty)
        let own = try directory.write(
            "rules: [{carrier: sto, pattern: 'SF\\d{13}', example: SF1234567890123}]", to: "own.yaml")
        let rules = WaybillRules.inForce(file: own, logger: logger)
        #expect(rules.table.map(\.carrier) == [.sto])
        #expect(lines.text.withLock { $0 }.hasPrefix("info "))
    }
}
