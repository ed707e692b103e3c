/// The environment's settings, laid over those of the file. A variable is only a name until somebody asks for the
/// setting it stands for: `KIOSK_CLOCK_FLOOR` may be `clock.floor` or `clock-floor`, and only the reader knows.
struct Overlay: Sendable {
    /// The variable that the root would have, `KIOSK`; nil when the environment has no say.
    let root: String?
    private let values: [String: String]

    init(environment: [String: String], prefix: String, ignoring: Set<String>) {
        let root = prefix.hasSuffix("_") ? String(prefix.dropLast()) : prefix
        self.root = root.isEmpty ? nil : root
        values = root.isEmpty ? [:] : environment.filter { $0.key.hasPrefix("\(root)_") && !ignoring.contains($0.key) }
    }

    /// In alphabetical order, so that the same mistake gives the same error each time.
    var names: [String] { values.keys.sorted() }

    /// The environment's word on one setting. It counts as unquoted: empty means left out.
    subscript(path: SettingPath) -> Node? {
        path.variable.flatMap { values[$0] }.map { Node(line: nil, value: .scalar($0, isPlain: true)) }
    }

    /// The variables of settings inside a section or a list.
    func names(inside path: SettingPath) -> [String] {
        guard let variable = path.variable else { return [] }
        return values.keys.filter { $0.hasPrefix("\(variable)_") }
    }

    /// The number after the list's own name: 2 in `KIOSK_DEVICES_SCANNERS_2_PATH`.
    func index(of name: String, in path: SettingPath) -> Int? {
        name.dropFirst((path.variable?.count ?? 0) + 1).split(separator: "_").first.flatMap { Int($0) }
    }
}
