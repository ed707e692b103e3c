public import Devices
public import ScaleProtocols
public import Settings

/// What one knows of a family of indicators, as a file in `Config/scales`; `yaohua-a9.yaml` there explains the keys.
public struct ScaleProfile: Sendable, Hashable {
    /// How sure its facts are.
    public enum Confidence: String, Sendable, CaseIterable {
        /// From the maker's own document.
        case manual = "A"
        /// From working programs or a captured line.
        case practice = "B"
        /// General knowledge.
        case general = "C"
    }

    public var title: String
    public var protocolName: ScaleProtocolName
    public var options: ScaleOptions
    public var baud: Int
    public var line: ScaleConfiguration.Line
    public var sureness: Confidence
    public var source: String
    public var notes: String

    public init(file path: String) throws(SettingsError) {
        try self.init(SettingsTree(file: path))
    }

    /// - Parameter name: what errors call the text.
    public init(text: String, name: String) throws(SettingsError) {
        try self.init(SettingsTree(text: text, name: name))
    }

    private init(_ tree: SettingsTree) throws(SettingsError) {
        let root = tree.root
        title = try root.string("name")
        protocolName = try root.choice("protocol", of: ScaleProtocolName.self)
        options = try ScaleOptions(root, for: protocolName, over: ScaleOptions())
        baud = try root.integer("baud", in: ScaleProfile.bauds)
        line = try root.choice("line", of: ScaleConfiguration.Line.self)
        sureness = try root.choice("sure", of: Confidence.self)
        source = try root.string("source")
        notes = try root.string("notes")
        try root.finish()
    }

    static let bauds = 50...4_000_000
}

// MARK: The profiles that kioskd is built with

extension ScaleProfile {
    /// nil for a name that is not known here. A test reads all of them, so that it never throws on a board.
    public static func builtIn(_ name: String) throws(SettingsError) -> ScaleProfile? {
        guard let bytes = files[name] else { return nil }
        return try ScaleProfile(text: String(decoding: bytes, as: UTF8.self), name: "built-in \(name).yaml")
    }

    public static var names: [String] { files.keys.sorted() }

    /// `Config/scales/*.yaml` by their names without the ending, as they stood when this program was built.
    private static var files: [String: [UInt8]] {
        [
            "and-standard": PackageResources.and_standard_yaml,
            "cas-caston": PackageResources.cas_caston_yaml,
            "cas-ci": PackageResources.cas_ci_yaml,
            "cas-ci-asked": PackageResources.cas_ci_asked_yaml,
            "cas-pos": PackageResources.cas_pos_yaml,
            "cas-value": PackageResources.cas_value_yaml,
            "ht9800": PackageResources.ht9800_yaml,
            "keli-d2008": PackageResources.keli_d2008_yaml,
            "keli-xk3118k9": PackageResources.keli_xk3118k9_yaml,
            "kern": PackageResources.kern_yaml,
            "kern-ftc": PackageResources.kern_ftc_yaml,
            "mettler-sics": PackageResources.mettler_sics_yaml,
            "ohaus-balance": PackageResources.ohaus_balance_yaml,
            "ohaus-defender": PackageResources.ohaus_defender_yaml,
            "ohaus-ranger": PackageResources.ohaus_ranger_yaml,
            "os2x": PackageResources.os2x_yaml,
            "os2x-asked": PackageResources.os2x_asked_yaml,
            "sartorius-sbi": PackageResources.sartorius_sbi_yaml,
            "sma": PackageResources.sma_yaml,
            "st-gs": PackageResources.st_gs_yaml,
            "toledo-8142": PackageResources.toledo_8142_yaml,
            "toledo-8217": PackageResources.toledo_8217_yaml,
            "toledo-continuous": PackageResources.toledo_continuous_yaml,
            "toledo-continuous-7e1": PackageResources.toledo_continuous_7e1_yaml,
            "toledo-fairbanks": PackageResources.toledo_fairbanks_yaml,
            "toledo-liden": PackageResources.toledo_liden_yaml,
            "toledo-short": PackageResources.toledo_short_yaml,
            "yaohua-a12e": PackageResources.yaohua_a12e_yaml,
            "yaohua-a22": PackageResources.yaohua_a22_yaml,
            "yaohua-a9": PackageResources.yaohua_a9_yaml,
            "yaohua-a9-asked": PackageResources.yaohua_a9_asked_yaml,
            "yaohua-forward": PackageResources.yaohua_forward_yaml,
            "yaohua-priced": PackageResources.yaohua_priced_yaml,
            "yaohua-reversed": PackageResources.yaohua_reversed_yaml,
            "yaohua-text": PackageResources.yaohua_text_yaml,
            "yousheng-bcd": PackageResources.yousheng_bcd_yaml,
            "yousheng-bcd-old": PackageResources.yousheng_bcd_old_yaml,
        ]
    }
}

extension ScaleOptions {
    /// The section `options`, each given key in place of what `base` has.
    init(_ parent: SettingsSection, for name: ScaleProtocolName, over base: ScaleOptions) throws(SettingsError) {
        self = base
        guard let section = try parent.section("options") else {
            try check(parent, name)
            return
        }
        func given(_ key: String) throws(SettingsError) -> Bool { try section.optionalString(key) != nil }
        if try given("unit") { unit = try section.choice("unit", of: ScaleUnit.self) }
        if try given("decimals") { decimals = try section.integer("decimals", in: 0...6) }
        if try given("characters") { characters = try section.integer("characters", in: 0...64) }
        if try given("checksum") { checksum = try section.boolean("checksum") }
        if try given("address") { address = try section.integer("address", in: 1...255) }
        if try given("kind") { kind = try section.choice("kind", of: ScaleReading.Kind.self) }
        if try given("asked") { isAsked = try section.boolean("asked") }
        if try given("variant") { variant = try section.choice("variant", of: ScaleVariant.self) }
        try check(section, name)
    }

    private func check(_ section: SettingsSection, _ name: ScaleProtocolName) throws(SettingsError) {
        do {
            _ = try name.make(self)
        } catch {
            let key = error.option == .isAsked ? "asked" : error.option.rawValue
            let known = name.options.map { $0 == .isAsked ? "asked" : $0.rawValue }.sorted()
            throw section.invalid(
                key, error.description,
                remedy: known.isEmpty ? "leave it out" : "\(name.rawValue) has \(known.joined(separator: ", "))")
        }
    }
}
