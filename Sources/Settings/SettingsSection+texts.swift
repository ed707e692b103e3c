extension SettingsSection {
    /// The entries of a list of texts; none when the list is absent. Variables change entries by their number from 0, and
    /// add entries by the numbers that follow. An entry cannot be left out, since the next would take its place.
    public func strings(_ key: String) throws(SettingsError) -> [String] {
        let place = path.key(key)
        let node = container(key)
        let items: [Node]
        switch node?.value {
        case .list(let nodes): items = nodes
        case nil: items = []
        default: throw wrong(key, node, expected: "a list", remedy: listing(key, place))
        }
        let count = items.count + (try added(to: place, after: items.count) { reading.overlay[$0] != nil })
        var texts: [String] = []
        for index in 0..<count {
            let item = place.item(index)
            if let variable = item.variable { reading.asked.insert(variable) }
            let override = reading.overlay[item]
            let node = override ?? items[index]
            guard case .scalar(let text, _) = node.value, !node.isNull else {
                throw wrongText(item, node, isOverridden: override != nil)
            }
            texts.append(text)
        }
        return texts
    }

    private func listing(_ key: String, _ place: SettingPath) -> String {
        guard let variable = place.variable, reading.overlay[place] != nil else {
            return "write for example \(key): [one, two]"
        }
        return "set \(variable)_0, \(variable)_1 and so on"
    }

    private func wrongText(_ item: SettingPath, _ node: Node, isOverridden: Bool) -> SettingsError {
        let problem = "expected one text, found \(node.isNull ? "nothing" : node.shown)"
        guard isOverridden, let variable = item.variable else {
            return SettingsError(
                file: reading.file, line: node.line, key: item.dotted, problem: problem, remedy: "write - and the text")
        }
        return SettingsError(
            file: "environment variable \(variable)", key: item.dotted, problem: problem,
            remedy: "give it a value or unset it")
    }
}
