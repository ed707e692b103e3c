import Settings
import Testing

@Suite struct ReadingTests {
    @Test func `a whole file is read with its types`() throws {
        let root = try root(village)
        #expect(try root.string("device") == "kiosk-0012")
        #expect(try root.choice("mode", of: Mode.self) == .push)
        let broker = try #require(try root.section("broker"))
        #expect(try broker.string("host") == "broker.example.org")
        #expect(try broker.integer("port", in: 1...65535) == 8883)
        #expect(try broker.integer("keepalive", in: 5...3600) == 60)
        #expect(try broker.milliseconds("spread", in: 0...5000) == 250)
        #expect(try broker.boolean("tls"))
        let devices = try #require(try root.section("devices"))
        let scanners = try devices.sections("scanners")
        #expect(
            try scanners.map { scanner throws in try scanner.string("path") } == ["/dev/scanner0", "/dev/scanner 1"])
        #expect(try scanners.map { scanner throws in try scanner.boolean("beep", default: true) } == [true, false])
        #expect(try devices.sections("scales").isEmpty)
        try root.finish()
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "--- ~\n...\n", "{}", "\u{FEFF}", "%YAML 1.2\n---\n{}"])
    func `a file without settings is an empty map`(text: String) throws {
        let root = try root(text)
        #expect(try root.optionalString("device") == nil)
        #expect(try root.string("device", default: "d") == "d")
        #expect(try root.integer("n", in: 0...9, default: 3) == 3)
        #expect(try root.boolean("b", default: true))
        #expect(try root.milliseconds("t", in: 0...9000, default: 1500) == 1500)
        #expect(try root.choice("mode", of: Mode.self, default: .pull) == .pull)
        #expect(try root.section("broker") == nil)
        #expect(try root.sections("scanners").isEmpty)
        try root.finish()
    }

    @Test(arguments: ["device:", "device: ~", "device: null", "device: NULL", "device: # nothing"])
    func `null and nothing leave a setting out`(text: String) throws {
        let root = try root(text)
        #expect(try root.optionalString("device") == nil)
        #expect(try root.section("device") == nil)
        #expect(try root.sections("device").isEmpty)
        try root.finish()
    }

    @Test(arguments: [
        ("off", "off"), ("0123", "0123"), ("1.50", "1.50"), ("'~'", "~"), ("\"\"", ""), ("\"a\\tb\"", "a\tb"),
        ("a: b".debugDescription, "a: b"), ("|\n  two\n  lines", "two\nlines"), ("村口", "村口"),
    ])
    func `a text is what the file says`(written: String, text: String) throws {
        #expect(try root("key: \(written)").string("key") == text)
    }

    @Test(arguments: [
        ("0", 0), ("2", 2000), ("0.25", 250), ("0.5", 500), ("1.005", 1005), ("10.050", 10050), ("-1.5", -1500),
        ("-0.001", -1), ("007.1", 7100), ("9223372036854775.807", Int.max), ("-9223372036854775.808", Int.min),
    ])
    func `seconds become whole milliseconds`(written: String, milliseconds: Int) throws {
        #expect(try root("t: \(written)").milliseconds("t", in: Int.min...Int.max) == milliseconds)
    }

    @Test(arguments: [
        "1.0005", "1.", ".5", "1,5", "1e3", "+1", "--1", "1-", "1.-5", "1.5.0", "١", "1 s", "inf", "'1'", "0x10",
        "9223372036854775.808", "99999999999999999999999999",
    ])
    func `anything else is no time`(written: String) throws {
        let root = try root("t: \(written)")
        #expect(throws: SettingsError.self) { try root.milliseconds("t", in: Int.min...Int.max) }
    }

    @Test(arguments: ["true", "yes", "on", "True", "YES"])
    func `three words mean true`(word: String) throws { #expect(try root("b: \(word)").boolean("b")) }

    @Test(arguments: ["false", "no", "off", "False", "OFF"])
    func `three words mean false`(word: String) throws { #expect(try !root("b: \(word)").boolean("b")) }

    @Test(arguments: [("010", 10), ("-5", -5), ("+5", 5), ("9223372036854775807", Int.max)])
    func `whole numbers are decimal`(written: String, number: Int) throws {
        #expect(try root("n: \(written)").integer("n", in: Int.min...Int.max) == number)
    }

    @Test(arguments: ["0x10", "1_000", "1.0", "1e3", "9223372036854775808", "'5'", "[5]", "five", "٣"])
    func `anything else is no whole number`(written: String) throws {
        let root = try root("n: \(written)")
        #expect(throws: SettingsError.self) { try root.integer("n", in: Int.min...Int.max) }
    }

    @Test(arguments: [
        ("p: [/usr/bin/aplay, -q]", ["/usr/bin/aplay", "-q"]), ("p:\n- a b\n- '1'\n- \"~\"", ["a b", "1", "~"]),
        ("p: []", []), ("p:", []), ("", []), ("p: ['']", [""]),
    ])
    func `a list of texts is read as it stands`(text: String, texts: [String]) throws {
        let root = try root(text)
        #expect(try root.strings("p") == texts)
        try root.finish()
    }

    @Test func `a section asked for twice is one section`() throws {
        let root = try root("broker: {host: a, port: 1}\nlist: [{n: 1}]")
        #expect(try root.section("broker")?.string("host") == "a")
        #expect(try root.section("broker")?.integer("port", in: 1...2) == 1)
        #expect(try root.sections("list").first === root.sections("list").first)
        _ = try root.sections("list").first?.integer("n", in: 1...1)
        try root.finish()
    }

    @Test func `each reading of a tree starts afresh`() throws {
        let tree = try SettingsTree(text: "a: 1", name: "kiosk.yaml")
        _ = try tree.root.string("a")
        #expect(throws: SettingsError.self) { try tree.root.finish() }
    }
}
