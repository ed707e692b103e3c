/// A section of the settings, read key by key. It remembers which keys were asked for: `finish()` on the root, when all
/// has been read, finds those that nobody wanted.
///
/// It belongs to one task and to the moment of reading; what should last is copied out.
public final class SettingsSection {
    let reading: Reading
    let path: SettingPath
    /// nil when the section stands in the environment alone.
    let line: Int?
    let map: Node.Map
    /// The keys asked for, each with the sections handed out for it.
    private(set) var asked: [String: [SettingsSection]] = [:]

    /// A node that is no map makes a section without keys: the caller has checked, and made its error of it.
    init(_ reading: Reading, _ path: SettingPath, _ node: Node?) {
        self.reading = reading
        self.path = path
        line = node?.line
        if case .map(let map) = node?.value { self.map = map } else { map = Node.Map() }
    }

    /// The section under a key; nil when it is absent from the file and no variable sets anything in it. Asked again,
    /// it is the same section.
    public func section(_ key: String) throws(SettingsError) -> SettingsSection? {
        if let known = asked[key]?.first { return known }
        let place = path.key(key)
        let node = container(key)
        switch node?.value {
        case .map: break
        case nil where reading.overlay.names(inside: place).isEmpty: return nil
        case nil: break
        default:
            throw wrong(key, node, expected: "a section", remedy: "write its keys on lines of their own below \(key):")
        }
        let section = SettingsSection(reading, place, node)
        asked[key] = [section]
        return section
    }

    /// The entries of a list, each a section; none when the list is absent. Variables change entries by their number
    /// from 0, and add entries by the numbers that follow. Asked again, they are the same sections.
    public func sections(_ key: String) throws(SettingsError) -> [SettingsSection] {
        if let known = asked[key], !known.isEmpty { return known }
        let place = path.key(key)
        let node = container(key)
        var items: [Node?]
        switch node?.value {
        case .list(let nodes): items = nodes
        case nil: items = []
        default: throw wrong(key, node, expected: "a list", remedy: "begin each entry below \(key): with a dash")
        }
        for (index, item) in items.enumerated() {
            guard let item, !item.isNull else { continue }
            if case .map = item.value { continue }
            throw SettingsError(
                file: reading.file, line: item.line, key: place.item(index).dotted,
                problem: "expected a section, found \(item.shown)", remedy: "write - key: value")
        }
        items += Array(
            repeating: nil,
            count: try added(to: place, after: items.count) {
                !reading.overlay.names(inside: $0).isEmpty
            })
        let sections = items.enumerated().map { SettingsSection(reading, place.item($0.offset), $0.element) }
        asked[key] = sections
        return sections
    }

    /// An error of the caller's own about a key's value, with the place filled in.
    public func invalid(_ key: String, _ problem: String, remedy: String?) -> SettingsError {
        let place = path.key(key)
        var error = SettingsError(file: reading.file, key: place.dotted, problem: problem, remedy: remedy)
        if let variable = place.variable, reading.overlay[place] != nil {
            error.file = "environment variable \(variable)"
        } else {
            error.line = map[key]?.line ?? line
        }
        return error
    }

    /// What a key holds, the environment before the file, and nil for null; from here on the key is known.
    func node(_ key: String) -> Node? {
        let place = path.key(key)
        asked[key, default: []] += []
        if let variable = place.variable { reading.asked.insert(variable) }
        let node = reading.overlay[place] ?? map[key]
        return node?.isNull == true ? nil : node
    }

    /// `node` for a section or a list.
    func container(_ key: String) -> Node? {
        if let variable = path.key(key).variable { reading.containers.insert(variable) }
        return node(key)
    }

    func wrong(_ key: String, _ node: Node?, expected: String, remedy: String) -> SettingsError {
        invalid(key, "expected \(expected), found \(node?.shown ?? "nothing")", remedy: remedy)
    }

    /// How many entries variables add to a list of `count`. A gap is an error: its number is most likely a slip.
    /// - Parameter isSet: whether variables say anything of an entry.
    func added(
        to list: SettingPath, after count: Int, isSet: (SettingPath) -> Bool
    ) throws(SettingsError) -> Int {
        var end = count
        while isSet(list.item(end)) { end += 1 }
        for name in reading.overlay.names(inside: list).sorted() {
            guard let index = reading.overlay.index(of: name, in: list), index > end else { continue }
            throw SettingsError(
                file: "environment variable \(name)", key: list.item(index).dotted,
                problem: "beyond the end of the list, which has \(end) entries",
                remedy: "the next number is \(end)")
        }
        return end - count
    }
}

/// It changes with every question; two tasks must not share it.
@available(*, unavailable)
extension SettingsSection: Sendable {}
