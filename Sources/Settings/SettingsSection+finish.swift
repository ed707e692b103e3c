extension SettingsSection {
    /// Throws for the first key, down the file, that nobody asked for in this section or in those handed out from it; a
    /// section never asked for is such a key. On the root also for the first variable that set nothing. Call it when
    /// everything has been read.
    public func finish() throws(SettingsError) {
        try finishFile()
        if path.dotted.isEmpty { try finishEnvironment() }
    }

    private func finishFile() throws(SettingsError) {
        for (key, node) in map.entries {
            guard let children = asked[key] else {
                throw SettingsError(
                    file: reading.file, line: node.line, key: path.key(key).dotted, problem: "unknown key",
                    remedy: mending(key))
            }
            for child in children { try child.finishFile() }
        }
    }

    private func finishEnvironment() throws(SettingsError) {
        guard let name = reading.overlay.names.first(where: { !reading.asked.contains($0) }) else { return }
        let near = name.nearest(among: reading.asked.subtracting(reading.containers).sorted())
        throw SettingsError(
            file: "environment variable \(name)", problem: SettingsError.noSuchSetting,
            remedy: near.map { "did you mean \($0)?" } ?? "unset it")
    }

    private func mending(_ key: String) -> String {
        let known = asked.keys.sorted()
        if let near = key.nearest(among: known) { return "did you mean \(near)?" }
        return known.isEmpty ? "delete it" : "known here: \(known.listed)"
    }
}
