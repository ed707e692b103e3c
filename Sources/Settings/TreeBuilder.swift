/// Makes the tree out of the parser's events, within bounds that no honest settings file comes near.
struct TreeBuilder: ~Copyable {
    static let deepest = 16
    static let mostNodes = 10_000

    private let file: String
    private var reader: YAMLReader
    private var nodes: Int

    init(_ text: [UInt8], file: String) throws(SettingsError) {
        reader = try YAMLReader(text, file: file)
        self.file = file
        nodes = 0
    }

    /// The map that the whole file is. Nothing but comments is a map without keys.
    mutating func document() throws(SettingsError) -> Node {
        let empty = Node(line: 1, value: .map(Node.Map()))
        guard case .documentStart = try reader.next().event else { return empty }
        let (event, line) = try reader.next()
        let root = try node(event, line, at: SettingPath(dotted: "", variable: nil), depth: 1)
        let (after, secondLine) = try reader.next()
        guard case .streamEnd = after else {
            throw error(secondLine, nil, "a second document begins here", "keep one document; delete the --- line")
        }
        if root.isNull { return empty }
        guard case .map = root.value else {
            throw error(line, nil, "expected settings, found \(root.shown)", "write each setting as key: value")
        }
        return root
    }

    private mutating func node(
        _ event: YAMLEvent, _ line: Int, at path: SettingPath, depth: Int
    ) throws(SettingsError) -> Node {
        try count(line, path)
        switch event {
        case .scalar(let text, let isPlain): return Node(line: line, value: .scalar(text, isPlain: isPlain))
        case .mapStart: return Node(line: line, value: .map(try map(line, at: path, depth: depth)))
        case .listStart: return Node(line: line, value: .list(try list(line, at: path, depth: depth)))
        case .documentStart, .containerEnd, .streamEnd:
            throw error(line, path, "a value is missing", "check indentation, colons and quotes here and just above")
        }
    }

    private mutating func map(_ start: Int, at path: SettingPath, depth: Int) throws(SettingsError) -> Node.Map {
        try checkDepth(depth, start, path)
        var map = Node.Map()
        while true {
            let (event, line) = try reader.next()
            if case .containerEnd = event { return map }
            try count(line, path)
            let key = try key(event, line, at: path)
            let place = path.key(key)
            if let first = map[key]?.line {
                throw error(line, place, "given twice, first on line \(first)", "delete one of the two")
            }
            let (value, valueLine) = try reader.next()
            var child = try node(value, valueLine, at: place, depth: depth + 1)
            child.line = line
            map.append(key, child)
        }
    }

    private func key(_ event: YAMLEvent, _ line: Int, at path: SettingPath) throws(SettingsError) -> String {
        guard case .scalar(let key, let isPlain) = event else {
            throw error(line, path, "a key must be one word", "write key: value")
        }
        if key.isEmpty { throw error(line, path, "a key is empty", "write a name before the colon") }
        if key == "<<" && isPlain {
            throw error(line, path, "merge keys (<<) are not supported", "write the keys out here")
        }
        return key
    }

    private mutating func list(_ start: Int, at path: SettingPath, depth: Int) throws(SettingsError) -> [Node] {
        try checkDepth(depth, start, path)
        var items: [Node] = []
        while true {
            let (event, line) = try reader.next()
            if case .containerEnd = event { return items }
            items.append(try node(event, line, at: path.item(items.count), depth: depth + 1))
        }
    }

    private mutating func count(_ line: Int, _ path: SettingPath) throws(SettingsError) {
        nodes += 1
        if nodes > Self.mostNodes {
            throw error(line, path, "more than \(Self.mostNodes) keys and values", "is this the right file?")
        }
    }

    private func checkDepth(_ depth: Int, _ line: Int, _ path: SettingPath) throws(SettingsError) {
        if depth > Self.deepest {
            throw error(line, path, "nested deeper than \(Self.deepest) levels", "is this the right file?")
        }
    }

    private func error(_ line: Int, _ path: SettingPath?, _ problem: String, _ remedy: String) -> SettingsError {
        let key = path.flatMap { $0.dotted.isEmpty ? nil : $0.dotted }
        return SettingsError(file: file, line: line, key: key, problem: problem, remedy: remedy)
    }
}
