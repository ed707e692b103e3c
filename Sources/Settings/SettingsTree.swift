/// A settings file as a tree that knows its lines, with the environment laid over it.
///
/// An environment variable names a setting by its path in upper case, with `_` between the levels, for `-`, and around
/// the number of a list's entry: `KIOSK_BROKER_HOST` is `broker.host`, `KIOSK_DEVICES_SCANNERS_0_PATH` is
/// `devices.scanners[0].path`. It wins over the file. Sections can be made of variables alone; a list can be lengthened
/// by numbers that follow on its last. Two settings that share a variable (`clock-floor` and `clock.floor`) both get it:
/// do not name settings so.
///
/// The file is UTF-8, at most 1 MiB, 16 levels and 10,000 keys and values, one document, without anchors, aliases, tags
/// and merge keys. Unquoted nothing, `~` and `null` leave a setting out.
public struct SettingsTree: Sendable {
    private let file: String
    private let document: Node
    private let overlay: Overlay

    /// Reads the file once; it is closed again on return.
    ///
    /// - Parameters:
    ///   - environment: as the process has it; only names that begin with the prefix and `_` matter.
    ///   - prefix: `KIOSK`, with or without its `_`; with an empty one the environment is not looked at.
    ///   - ignoring: names with the prefix that are no settings, such as `KIOSK_CONFIG`.
    public init(
        file path: String, environment: [String: String] = [:], prefix: String = "", ignoring: Set<String> = []
    ) throws(SettingsError) {
        let overlay = Overlay(environment: environment, prefix: prefix, ignoring: ignoring)
        try self.init(bytes: SettingsFile.read(path), file: path, overlay: overlay)
    }

    /// The same for text at hand; `name` is what errors call it.
    public init(
        text: String, name: String, environment: [String: String] = [:], prefix: String = "",
        ignoring: Set<String> = []
    ) throws(SettingsError) {
        let overlay = Overlay(environment: environment, prefix: prefix, ignoring: ignoring)
        try self.init(bytes: Array(text.utf8), file: name, overlay: overlay)
    }

    private init(bytes: [UInt8], file: String, overlay: Overlay) throws(SettingsError) {
        try SettingsFile.checkSize(bytes.count, file)
        try SettingsFile.checkUTF8(bytes, file)
        var builder = try TreeBuilder(bytes, file: file)
        document = try builder.document()
        self.file = file
        self.overlay = overlay
    }

    /// A new reading from the top. Keep it in a constant: each reading remembers for itself what it was asked for, and
    /// `finish()` judges by that.
    public var root: SettingsSection {
        SettingsSection(
            Reading(file: file, overlay: overlay), SettingPath(dotted: "", variable: overlay.root), document)
    }
}

/// What the sections of one reading share.
final class Reading {
    let file: String
    let overlay: Overlay
    /// The variables of all settings asked for; what is left over in the environment is unknown.
    var asked: Set<String> = []
    /// Those among them that stand for a section or a list: nothing to suggest to one who misspelt a setting.
    var containers: Set<String> = []

    init(file: String, overlay: Overlay) {
        self.file = file
        self.overlay = overlay
    }
}
