import CYAML

/// What the tree is made of. Starts and ends of streams and documents that nobody needs are left out.
enum YAMLEvent {
    case documentStart
    case scalar(String, isPlain: Bool)
    case mapStart
    case listStart
    case containerEnd
    case streamEnd
}

/// The one owner of libyaml's parser: events come out as Swift values, and everything C is freed with the reader.
///
/// What a settings file has no use for is refused here: anchors and aliases (and with them the alias bomb), tags, and
/// NUL in a text, which would cut a path short on its way through C.
@safe struct YAMLReader: ~Copyable {
    /// On the heap because libyaml keeps pointers from the parser into itself.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml reads from these bytes as long as the parser lives.
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    /// - Parameter text: UTF-8; a byte order mark at its start is skipped.
    init(_ text: [UInt8], file: String) throws(SettingsError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw SettingsError(file: file, problem: "no memory for the YAML parser")
        }
        self.file = file
        unsafe self.parser = parser
        unsafe bytes = .allocate(capacity: text.count)
        _ = unsafe bytes.initialize(fromContentsOf: text)
        unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe bytes.deallocate()
    }

    /// The next event and the line on which it begins, counted from 1. After an error the reader is of no more use.
    mutating func next() throws(SettingsError) -> (event: YAMLEvent, line: Int) {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { unsafe yaml_event_delete(&event) }
            let line = unsafe event.start_mark.line + 1
            if let translated = unsafe try translate(event, line) { return (translated, line) }
        }
    }

    private func translate(_ event: yaml_event_t, _ line: Int) throws(SettingsError) -> YAMLEvent? {
        let anchor, tag: UnsafeMutablePointer<UInt8>?
        let translated: YAMLEvent
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            unsafe (anchor, tag) = unsafe (scalar.anchor, scalar.tag)
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            if text.utf8.contains(0) { throw refusal(line, "a NUL character in a text", "delete \\0") }
            translated = unsafe .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_MAPPING_START_EVENT:
            unsafe (anchor, tag) = unsafe (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            translated = .mapStart
        case YAML_SEQUENCE_START_EVENT:
            unsafe (anchor, tag) = unsafe (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            translated = .listStart
        case YAML_ALIAS_EVENT: throw refusal(line, "aliases (*name) are not supported", "write the value out here")
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: return .containerEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        // libyaml answers with no event, not with an error, when asked again after the end.
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        default: return nil
        }
        if unsafe anchor != nil {
            throw refusal(line, "anchors (&name) are not supported", "delete it, or quote a value that begins with &")
        }
        if unsafe tag != nil {
            throw refusal(line, "tags (!name) are not supported", "delete it, or quote a value that begins with !")
        }
        return translated
    }

    private func refusal(_ line: Int, _ problem: String, _ remedy: String) -> SettingsError {
        SettingsError(file: file, line: line, problem: problem, remedy: remedy)
    }

    /// Why the parser stopped, in libyaml's words, with the line it blames.
    private func failure() -> SettingsError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no memory"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let line = unsafe bytes.prefix(parser.pointee.problem_offset).count { $0 == UInt8(ascii: "\n") } + 1
            return refusal(line, "not valid YAML: \(problem)", "save the file as plain UTF-8 text")
        }
        let line = unsafe parser.pointee.problem_mark.line + 1
        let context = unsafe parser.pointee.context.map { unsafe " \(String(cString: $0))" } ?? ""
        let since = unsafe parser.pointee.context_mark.line + 1
        let opened = context.isEmpty || since == line ? "" : " that begins on line \(since)"
        return refusal(line, "not valid YAML: \(problem)\(context)\(opened)", remedy(forLine: line))
    }

    /// The tab is worth a remedy of its own: it looks right on the screen.
    private func remedy(forLine line: Int) -> String {
        let lines = unsafe bytes.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        let hasTab = unsafe lines.count >= line && lines[line - 1].contains(UInt8(ascii: "\t"))
        return hasTab ? "write spaces in place of the tab" : "check indentation, colons and quotes here and just above"
    }
}
