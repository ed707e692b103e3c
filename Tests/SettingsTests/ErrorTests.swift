import Settings
import Testing

/// The exact words, since an operator has nothing else to go by.
@Suite struct ErrorTests {
    struct Case: CustomTestStringConvertible {
        var name, text, line: String
        var read: @Sendable (SettingsSection) throws -> Void
        var testDescription: String { name }

        init(
            _ name: String, _ text: String, _ line: String,
            read: @escaping @Sendable (SettingsSection) throws -> Void = { _ in }
        ) {
            (self.name, self.text, self.line, self.read) = (name, text, line, read)
        }
    }

    static let values = [
        Case(
            "not a number", "\nbroker:\n  port: abc",
            #"kiosk.yaml:3: broker.port: expected a whole number from 1 to 65535, found "abc"; write for example port: 8883"#
        ) { _ = try $0.section("broker")?.integer("port", in: 1...65535, default: 8883) },
        Case(
            "out of range", "port: 0",
            #"kiosk.yaml:1: port: expected a whole number from 1 to 65535, found "0"; write for example port: 1"#
        ) { _ = try $0.integer("port", in: 1...65535) },
        Case(
            "a number in quotes", #"port: "8883""#,
            #"kiosk.yaml:1: port: expected a whole number from 1 to 65535, found the quoted text "8883"; write port: 8883 without quotes"#
        ) { _ = try $0.integer("port", in: 1...65535) },
        Case(
            "a list for a number", "port: [1]",
            "kiosk.yaml:1: port: expected a whole number from 1 to 65535, found a list; write for example port: 1"
        ) { _ = try $0.integer("port", in: 1...65535) },
        Case(
            "no boolean", "tls: maybe",
            #"kiosk.yaml:1: tls: expected true or false, found "maybe"; write for example tls: false"#
        ) { _ = try $0.boolean("tls", default: false) },
        Case(
            "no time", "spread: 0.2505",
            #"kiosk.yaml:1: spread: expected seconds from 0.05 to 10 with at most 3 decimals, found "0.2505"; write for example spread: 0.25"#
        ) { _ = try $0.milliseconds("spread", in: 50...10000, default: 250) },
        Case(
            "a choice misspelt", "mode: psuh",
            #"kiosk.yaml:1: mode: expected one of pull, push, off, found "psuh"; did you mean push?"#
        ) { _ = try $0.choice("mode", of: Mode.self) },
        Case(
            "no such choice", "mode: sometimes",
            #"kiosk.yaml:1: mode: expected one of pull, push, off, found "sometimes"; write for example mode: pull"#
        ) { _ = try $0.choice("mode", of: Mode.self) },
        Case(
            "a section for a text", "device:\n  name: x",
            "kiosk.yaml:1: device: expected one text, found a section; write device: and the text on one line"
        ) { _ = try $0.string("device") },
        Case(
            "a text for a section", "broker: example.org",
            #"kiosk.yaml:1: broker: expected a section, found "example.org"; write its keys on lines of their own below broker:"#
        ) { _ = try $0.section("broker") },
        Case(
            "a section for a list", "scanners:\n  path: x",
            "kiosk.yaml:1: scanners: expected a list, found a section; begin each entry below scanners: with a dash"
        ) { _ = try $0.sections("scanners") },
        Case(
            "a text in a list of sections", "scanners:\n- path: x\n- y",
            #"kiosk.yaml:3: scanners[1]: expected a section, found "y"; write - key: value"#
        ) { _ = try $0.sections("scanners") },
        Case(
            "a text for a list of texts", "player: aplay -q",
            #"kiosk.yaml:1: player: expected a list, found "aplay -q"; write for example player: [one, two]"#
        ) { _ = try $0.strings("player") },
        Case(
            "a section in a list of texts", "player:\n- a\n- b: c",
            "kiosk.yaml:3: player[1]: expected one text, found a section; write - and the text"
        ) { _ = try $0.strings("player") },
        Case(
            "nothing in a list of texts", "player: [a, ~]",
            "kiosk.yaml:1: player[1]: expected one text, found nothing; write - and the text"
        ) { _ = try $0.strings("player") },
        Case(
            "a rule of the caller's", "broker:\n  port: 1\n  host: x y",
            "kiosk.yaml:3: broker.host: must not hold blanks; write the name alone"
        ) {
            throw try #require(try $0.section("broker")).invalid(
                "host", "must not hold blanks", remedy: "write the name alone")
        },
        Case("a rule about an absent key", "broker: {}", "kiosk.yaml:1: broker.host: needs tls") {
            throw try #require(try $0.section("broker")).invalid("host", "needs tls", remedy: nil)
        },
        Case(
            "an error line stays one line", "\"a\\nb\": \"x\\ey\\u202Ez\"",
            #"kiosk.yaml:1: a\u{a}b: expected a whole number from 1 to 2, found the quoted text "x\u{1b}y\u{202e}z"; write for example a\u{a}b: 1"#
        ) { _ = try $0.integer("a\nb", in: 1...2) },
        Case(
            "a long value is cut", "n: \(String(repeating: "x", count: 100_000))",
            "kiosk.yaml:1: n: expected true or false, found \"\(String(repeating: "x", count: 60))…\"; write for example n: true"
        ) { _ = try $0.boolean("n") },
    ]

    static let missing = [
        Case(
            "a text", "device: x\nbroker:\n  port: 1",
            "kiosk.yaml:2: broker.host: required but missing; add host: and its value, or set KIOSK_BROKER_HOST"
        ) { _ = try $0.section("broker")?.string("host") },
        Case(
            "a number, in an empty file", "",
            "kiosk.yaml:1: port: required but missing; add for example port: 1, or set KIOSK_PORT"
        ) { _ = try $0.integer("port", in: 1...65535) },
        Case(
            "a boolean that is null", "\ntls: ~",
            "kiosk.yaml:2: tls: required but missing; add for example tls: true, or set KIOSK_TLS"
        ) { _ = try $0.boolean("tls") },
        Case(
            "a time, in a list", "list:\n- {}\n-",
            "kiosk.yaml:3: list[1].t: required but missing; add for example t: 0.5, or set KIOSK_LIST_1_T"
        ) { _ = try $0.sections("list")[1].milliseconds("t", in: 500...1000) },
        Case(
            "a choice", "a: 1",
            "kiosk.yaml:1: clock-mode: required but missing; add for example clock-mode: pull, or set KIOSK_CLOCK_MODE"
        ) { _ = try $0.choice("clock-mode", of: Mode.self) },
    ]

    static let unknown = [
        Case(
            "a slip of the fingers", "broker:\n  hots: x",
            "kiosk.yaml:2: broker.hots: unknown key; did you mean host?"
        ) {
            let broker = try $0.section("broker")
            _ = try broker?.optionalString("host")
            _ = try broker?.optionalString("port")
        },
        Case(
            "nothing like it", "broker:\n  colour: x",
            "kiosk.yaml:2: broker.colour: unknown key; known here: host, port"
        ) {
            let broker = try $0.section("broker")
            _ = try broker?.optionalString("port")
            _ = try broker?.optionalString("host")
        },
        Case("a section nobody asked for", "a: {b: 1}", "kiosk.yaml:1: a: unknown key; delete it"),
        Case("upper case", "Host: x", "kiosk.yaml:1: Host: unknown key; did you mean host?") {
            _ = try $0.optionalString("host")
        },
        Case(
            "inside a list", "list:\n- a: 1\n- a: 2\n  b: 3", "kiosk.yaml:4: list[1].b: unknown key; did you mean a?"
        ) { for item in try $0.sections("list") { _ = try item.string("a") } },
        Case("the first one down the file", "a: {x: 1}\nb: 2", "kiosk.yaml:1: a.x: unknown key; delete it") {
            _ = try $0.section("a")
        },
        Case("a section handed out by a section", "a: {b: {c: 1}}", "kiosk.yaml:1: a.b.c: unknown key; delete it") {
            _ = try $0.section("a")?.section("b")
        },
    ]

    static let syntax = [
        Case(
            "a key given twice", "a:\n  b: 1\n  c: 2\n  b: 3",
            "kiosk.yaml:4: a.b: given twice, first on line 2; delete one of the two"),
        Case(
            "a key given twice, once quoted", "a: 1\n'a': 2",
            "kiosk.yaml:2: a: given twice, first on line 1; delete one of the two"),
        Case(
            "an anchor", "a: &x 1",
            "kiosk.yaml:1: anchors (&name) are not supported; delete it, or quote a value that begins with &"),
        Case(
            "an anchor on a map", "a: &x\n  b: 1",
            "kiosk.yaml:1: anchors (&name) are not supported; delete it, or quote a value that begins with &"),
        Case("an alias", "\na: *x", "kiosk.yaml:2: aliases (*name) are not supported; write the value out here"),
        Case(
            "a tag", "a: !!str 1",
            "kiosk.yaml:1: tags (!name) are not supported; delete it, or quote a value that begins with !"),
        Case(
            "a tag on a list", "a: !x [1]",
            "kiosk.yaml:1: tags (!name) are not supported; delete it, or quote a value that begins with !"),
        Case(
            "a merge key", "a:\n  <<: {b: 1}",
            "kiosk.yaml:2: a: merge keys (<<) are not supported; write the keys out here"),
        Case(
            "two documents", "a: 1\n---\nb: 2",
            "kiosk.yaml:2: a second document begins here; keep one document; delete the --- line"),
        Case(
            "a list on top", "- a\n- b",
            "kiosk.yaml:1: expected settings, found a list; write each setting as key: value"),
        Case(
            "a text on top", "hello",
            #"kiosk.yaml:1: expected settings, found "hello"; write each setting as key: value"#),
        Case("a list as a key", "? [a]\n: b", "kiosk.yaml:1: a key must be one word; write key: value"),
        Case("an empty key", "a:\n  '': b", "kiosk.yaml:2: a: a key is empty; write a name before the colon"),
        Case(
            "a tab", "a:\n\tb: 1",
            "kiosk.yaml:2: not valid YAML: found character that cannot start any token while scanning for the next token; write spaces in place of the tab"
        ),
        Case(
            "bad indentation", "a:\n  b: 1\n c: 2",
            "kiosk.yaml:3: not valid YAML: did not find expected key while parsing a block mapping that begins on line 1; check indentation, colons and quotes here and just above"
        ),
        Case(
            "an open quote", "a: 1\nb: \"x\nc: 2\n",
            "kiosk.yaml:4: not valid YAML: found unexpected end of stream while scanning a quoted scalar that begins on line 2; check indentation, colons and quotes here and just above"
        ),
        Case(
            "a NUL", "a: 1\nb: x\0y",
            "kiosk.yaml:2: not valid YAML: control characters are not allowed; save the file as plain UTF-8 text"),
        Case("a NUL in disguise", #"a: "x\0y""#, #"kiosk.yaml:1: a NUL character in a text; delete \0"#),
        Case(
            "too deep", "a: {b: [\n" + String(repeating: "[", count: 20),
            "kiosk.yaml:2: a.b\(String(repeating: "[0]", count: 14)): nested deeper than 16 levels; is this the right file?"
        ),
        Case(
            "too many", "a:\n" + String(repeating: "- 1\n", count: 10_000),
            "kiosk.yaml:9999: a[9997]: more than 10000 keys and values; is this the right file?"),
        Case(
            "too large", String(repeating: "#", count: 1 << 20) + "#",
            "kiosk.yaml: larger than 1048576 bytes; is this the right file?"),
    ]

    @Test(arguments: values) func `a wrong value`(_ example: Case) { check(example) }
    @Test(arguments: missing) func `a missing key`(_ example: Case) { check(example) }
    @Test(arguments: unknown) func `an unknown key`(_ example: Case) { check(example) }
    @Test(arguments: syntax) func `text that is no settings file`(_ example: Case) { check(example) }

    private func check(_ example: Case) {
        #expect(errorLine(example.text, reading: example.read) == example.line)
    }

    @Test func `without a prefix no variable is offered`() throws {
        let root = try root("", prefix: "")
        #expect(
            throws: SettingsError(
                file: "kiosk.yaml", line: 1, key: "host", problem: "required but missing",
                remedy: "add host: and its value")
        ) {
            try root.string("host")
        }
    }
}
