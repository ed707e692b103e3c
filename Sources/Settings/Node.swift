/// A piece of the settings as the file has it: text, not yet numbers or words, since only the reader knows the type.
struct Node: Sendable {
    enum Value: Sendable {
        /// `isPlain` is false for anything in quotes and for `|` and `>` blocks: those are text, never a number.
        case scalar(String, isPlain: Bool)
        case map(Map)
        case list([Node])
    }

    /// A map in the order of the file, so that the first fault reported is the first one met when reading down.
    struct Map: Sendable {
        private(set) var entries: [(key: String, node: Node)] = []
        private var places: [String: Int] = [:]

        subscript(key: String) -> Node? { places[key].map { entries[$0].node } }

        mutating func append(_ key: String, _ node: Node) {
            places[key] = entries.count
            entries.append((key, node))
        }
    }

    /// The line of its key, or of its dash in a list; nil for a value out of the environment.
    var line: Int?
    var value: Value

    /// Nothing, `~` and `null` all say that a setting is left out.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = value else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// As an error names it after "found".
    var shown: String {
        switch value {
        case .scalar(let text, isPlain: true): "\"\(text.abbreviated)\""
        case .scalar(let text, isPlain: false): "the quoted text \"\(text.abbreviated)\""
        case .map: "a section"
        case .list: "a list"
        }
    }
}
