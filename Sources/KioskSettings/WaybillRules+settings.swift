public import Barcodes
import Domain
package import Logging
public import Settings

/// The table of carriers as a YAML file; `Config/waybills.yaml` explains it and is itself the built-in table.
extension WaybillRules {
    public init(file path: String) throws(SettingsError) {
        try self.init(SettingsTree(file: path))
    }

    /// - Parameter name: what errors call the text.
    public init(text: String, name: String) throws(SettingsError) {
        try self.init(SettingsTree(text: text, name: name))
    }

    /// `Config/waybills.yaml` as it stood when this program was built. A test reads it, so that it never throws on a board.
    public static func builtIn() throws(SettingsError) -> WaybillRules {
        try WaybillRules(
            text: String(decoding: PackageResources.waybills_yaml, as: UTF8.self), name: "built-in waybills.yaml")
    }

    /// What a kiosk works with: the file's table, or the built-in one if no file is named or the file is wrong. A wrong one
    /// costs its own hints and never the point.
    package static func inForce(file: String?, logger: Logger) -> WaybillRules {
        do throws(SettingsError) {
            if let file {
                let rules = try WaybillRules(file: file)
                logger.info("waybill rules were read", metadata: ["file": "\(file)", "rules": "\(rules.table.count)"])
                return rules
            }
        } catch {
            logger.error(
                "the waybill rules are wrong and count for nothing; the built-in ones go on",
                metadata: ["error": "\(error)"])
        }
        do throws(SettingsError) {
            return try builtIn()
        } catch {
            logger.error("no waybill rules; no carrier will be suggested", metadata: ["error": "\(error)"])
            return WaybillRules([])
        }
    }

    private init(_ tree: SettingsTree) throws(SettingsError) {
        let root = tree.root
        var table: [WaybillRule] = []
        for section in try root.sections("rules") { table.append(try Self.rule(section)) }
        guard !table.isEmpty else {
            throw root.invalid(
                "rules", "there are no rules", remedy: "write rules: and below it a line for each form, with a dash")
        }
        try root.finish()
        self.init(table)
    }

    private static func rule(_ section: SettingsSection) throws(SettingsError) -> WaybillRule {
        let carrier = try section.choice("carrier", of: Carrier.self)
        let pattern = try section.string("pattern")
        let example = try section.string("example")
        let isSure = try section.boolean("sure", default: false)
        let suffix = try section.choice("suffix", of: WaybillRule.Suffix.self, default: WaybillRule.Suffix.none)
        let check = try section.choice("check", of: WaybillRule.Check.self, default: WaybillRule.Check.none)
        do {
            return try WaybillRule(
                carrier, pattern, example: example, isSure: isSure, suffix: suffix, check: check)
        } catch {
            let (key, problem, remedy) = words(for: error)
            throw section.invalid(key, problem, remedy: remedy)
        }
    }

    private static func words(for error: WaybillRuleError) -> (key: String, problem: String, remedy: String) {
        switch error {
        case .pattern:
            (
                "pattern", "not a pattern",
                #"use 0-9, A-Z, -, \d and [A-Z0-9], each with ?, {n} or {n,m} behind it if need be"#
            )
        case .characters:
            (
                "pattern", "asks for a character that no number has after normalising",
                "use 0-9, A-Z and - only; letters in upper case"
            )
        case .length:
            ("pattern", "knows numbers shorter than 8 or longer than 30 characters", "narrow it with {n} or {n,m}")
        case .check:
            (
                "check", "s10 needs a pattern of two letters, nine digits and two letters",
                #"leave check out, or write for example pattern: '[A-Z]{2}\d{9}[A-Z]{2}'"#
            )
        case .example:
            ("example", "does not match its pattern", "correct the pattern or the example")
        case .exampleCheck:
            ("example", "its check digit is wrong", "write a number whose check digit is right")
        case .reservedExample:
            (
                "example", "a person's number, a pick-up code, a command or a badge is never a parcel",
                "write the number of a parcel"
            )
        }
    }
}
