/// Settings that do not parse must not close what was open: a power cut can leave a file of no length, and an editor half a one.
/// What a program last started with lies beside its store, and is used, with a complaint, until the file is mended.
public enum LastGoodSettings {
    /// Beside the store.
    public static let name = "settings.good"

    public struct Loaded<Settings> {
        public var settings: Settings
        /// What was read in the end.
        public var file: String
        /// What is wrong, and was gone around.
        public var faults: [SettingsError]
    }

    /// - Parameters:
    ///   - directories: where the store may lie; the file itself cannot be asked any more.
    ///   - belongs: whether the store of these settings lies there: else they are left over from another place.
    ///   - read: reads and checks a file, with the environment over it.
    /// - Throws: what is wrong with the file when there is nothing to go back to.
    public static func load<Settings>(
        file: String, environment: [String: String], directories: [String],
        belongs: (_ settings: Settings, _ directory: String) -> Bool,
        _ read: (_ file: String, _ environment: [String: String]) throws(SettingsError) -> Settings
    ) throws(SettingsError) -> Loaded<Settings> {
        var faults: [SettingsError] = []
        var environment = environment
        let refused: SettingsError
        // A variable that sets nothing does no harm; each is named once, and left out.
        while true {
            do {
                return Loaded(settings: try read(file, environment), file: file, faults: faults)
            } catch {
                guard let name = error.unknownVariable, environment.removeValue(forKey: name) != nil else {
                    refused = error
                    break
                }
                faults.append(error)
            }
        }
        for directory in directories {
            let kept = directory + "/" + name
            guard let settings = try? read(kept, environment), belongs(settings, directory) else { continue }
            return Loaded(settings: settings, file: kept, faults: faults + [refused])
        }
        throw refused
    }
}

extension SettingsError {
    /// The variable that sets nothing, if that is all that is wrong.
    fileprivate var unknownVariable: String? {
        let prefix = "environment variable "
        guard key == nil, line == nil, problem == Self.noSuchSetting, file.hasPrefix(prefix) else { return nil }
        return String(file.dropFirst(prefix.count))
    }

    static let noSuchSetting = "no such setting"
}
