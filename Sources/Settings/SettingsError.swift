/// One thing wrong with the settings: where it stands, what it is and how to mend it. Its description is one line:
///
///     kiosk.yaml:12: broker.port: expected a whole number from 1 to 65535, found "abc"; write for example port: 8883
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as the caller named it, or `environment variable KIOSK_…` where the value came from there.
    public var file: String
    /// Counted from 1; nil where no line of the file is to blame.
    public var line: Int?
    /// The dotted path, `devices.scanners[0].path`; nil where the fault is not about one key.
    public var key: String?
    public var problem: String
    public var remedy: String?

    public init(file: String, line: Int? = nil, key: String? = nil, problem: String, remedy: String? = nil) {
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        let path = key.map { "\($0): " } ?? ""
        let mending = remedy.map { "; \($0)" } ?? ""
        return "\(place): \(path)\(problem)\(mending)".onOneLine
    }
}

extension String {
    /// Nothing in it breaks the line, moves the cursor or turns the direction of writing: a settings file is text
    /// from outside, and its errors go to a terminal and to a log of one line an entry.
    fileprivate var onOneLine: String {
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                line.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// Short enough for an error line, however long a key or a value the file holds.
    var abbreviated: String {
        let limit = 60
        let head = unicodeScalars.prefix(limit + 1)
        return head.count <= limit ? self : String(String.UnicodeScalarView(head.dropLast())) + "…"
    }
}
