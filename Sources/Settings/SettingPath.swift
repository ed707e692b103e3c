/// Where a setting stands, under both its names: `devices.scanners[0].path` in the file,
/// `KIOSK_DEVICES_SCANNERS_0_PATH` in the environment.
struct SettingPath {
    /// Empty for the root.
    let dotted: String
    /// nil where the environment has no say.
    let variable: String?

    func key(_ key: String) -> SettingPath {
        let shown = key.abbreviated
        let upper = key.uppercased().split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
        return SettingPath(
            dotted: dotted.isEmpty ? shown : "\(dotted).\(shown)", variable: variable.map { "\($0)_\(upper)" })
    }

    func item(_ index: Int) -> SettingPath {
        SettingPath(dotted: "\(dotted)[\(index)]", variable: variable.map { "\($0)_\(index)" })
    }
}
