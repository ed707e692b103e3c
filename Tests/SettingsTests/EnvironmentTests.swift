import Settings
import Testing

@Suite struct EnvironmentTests {
    let text = "broker:\n  host: a\n  port: 1\nclock-floor: 5\nscanners:\n- path: /dev/a\n- path: /dev/b\n"

    @Test(arguments: ["KIOSK", "KIOSK_"])
    func `a variable wins over the file`(prefix: String) throws {
        let environment = [
            "KIOSK_BROKER_HOST": "b", "KIOSK_BROKER_PORT": "2", "KIOSK_CLOCK_FLOOR": "0.5", "KIOSK_NEW": "yes",
            "KIOSK_SCANNERS_1_PATH": "/dev/c", "KIOSKS": "x", "HOME": "/root",
        ]
        let root = try root(text, environment: environment, prefix: prefix)
        #expect(try root.section("broker")?.string("host") == "b")
        #expect(try root.section("broker")?.integer("port", in: 1...9) == 2)
        #expect(try root.milliseconds("clock-floor", in: 0...9000) == 500)
        #expect(try root.boolean("new"))
        #expect(
            try root.sections("scanners").map { scanner throws in try scanner.string("path") } == ["/dev/a", "/dev/c"])
        try root.finish()
    }

    @Test func `variables append entries to a list, one after the other`() throws {
        let environment = ["KIOSK_SCANNERS_3_PATH": "/dev/d", "KIOSK_SCANNERS_2_PATH": "/dev/c"]
        let scanners = try root(text, environment: environment).sections("scanners")
        #expect(
            try scanners.map { scanner throws in try scanner.string("path") } == [
                "/dev/a", "/dev/b", "/dev/c", "/dev/d",
            ])
    }

    @Test func `sections and lists can be made of variables alone`() throws {
        let root = try root("", environment: ["KIOSK_A_B_C": "1", "KIOSK_A_LIST_0_X": "2", "KIOSK_A_LIST_0_Y_Z": "3"])
        let a = try #require(try root.section("a"))
        #expect(try a.section("b")?.string("c") == "1")
        let item = try #require(try a.sections("list").first)
        #expect(try item.string("x") == "2")
        #expect(try item.section("y")?.string("z") == "3")
        #expect(try root.section("b") == nil)
        try root.finish()
    }

    @Test func `an empty variable leaves the setting, section or list out`() throws {
        let root = try root(text, environment: ["KIOSK_CLOCK_FLOOR": "", "KIOSK_BROKER": "", "KIOSK_SCANNERS": "null"])
        #expect(try root.integer("clock-floor", in: 0...9, default: 7) == 7)
        #expect(try root.section("broker") == nil)
        #expect(try root.sections("scanners").isEmpty)
        try root.finish()
    }

    @Test func `variables change and lengthen a list of texts, and leave it out`() throws {
        let changed = try root("p: [a, b]", environment: ["KIOSK_P_1": "c", "KIOSK_P_3": "e", "KIOSK_P_2": "d"])
        #expect(try changed.strings("p") == ["a", "c", "d", "e"])
        try changed.finish()
        let alone = try root("", environment: ["KIOSK_S_P_0": "a"])
        #expect(try alone.section("s")?.strings("p") == ["a"])
        try alone.finish()
        let without = try root("p: [a, b]", environment: ["KIOSK_P": ""])
        #expect(try without.strings("p").isEmpty)
        try without.finish()
    }

    @Test(arguments: [
        (
            ["KIOSK_P_3": "x"],
            "environment variable KIOSK_P_3: p[3]: beyond the end of the list, which has 2 entries; the next number is 2"
        ),
        (
            ["KIOSK_P_0": ""],
            "environment variable KIOSK_P_0: p[0]: expected one text, found nothing; give it a value or unset it"
        ),
        (
            ["KIOSK_P": "a b"],
            #"environment variable KIOSK_P: p: expected a list, found "a b"; set KIOSK_P_0, KIOSK_P_1 and so on"#
        ),
    ])
    func `a variable that does not fit a list of texts is named`(environment: [String: String], line: String) {
        #expect(errorLine("p: [a, b]", environment: environment) { _ = try $0.strings("p") } == line)
    }

    @Test func `without a prefix the environment has no say`() throws {
        let root = try root("host: a", environment: ["HOST": "b", "_HOST": "c"], prefix: "")
        #expect(try root.string("host") == "a")
        try root.finish()
    }

    @Test func `ignored names are no settings`() {
        let environment = ["KIOSK_CONFIG": "/etc/kiosk.yaml"]
        #expect(errorLine("", environment: environment, ignoring: ["KIOSK_CONFIG"]) == "no error")
        #expect(
            errorLine("", environment: environment)
                == "environment variable KIOSK_CONFIG: no such setting; unset it")
    }

    static let errors: [(variable: String, value: String, line: String)] = [
        ("KIOSK_BROKER_HOTS", "x", "no such setting; did you mean KIOSK_BROKER_HOST?"),
        ("KIOSK_COLOUR", "x", "no such setting; unset it"),
        ("KIOSK_BROKER_HOST_NAME", "x", "no such setting; unset it"),
        ("KIOSK_DEVICES_SCANNERS_0", "x", "no such setting; unset it"),
        ("KIOSK_DEVICES_SCANNERS_00_PATH", "x", "no such setting; did you mean KIOSK_DEVICES_SCANNERS_0_PATH?"),
        (
            "KIOSK_BROKER_PORT", "abc",
            #"broker.port: expected a whole number from 1 to 65535, found "abc"; set for example KIOSK_BROKER_PORT=1"#
        ),
        ("KIOSK_BROKER_HOST", "", "broker.host: required but missing; give it a value or unset it"),
        (
            "KIOSK_MODE", "sometimes",
            #"mode: expected one of pull, push, off, found "sometimes"; set for example KIOSK_MODE=pull"#
        ),
        (
            "KIOSK_BROKER", "x",
            #"broker: expected a section, found "x"; write its keys on lines of their own below broker:"#
        ),
        (
            "KIOSK_DEVICES_SCANNERS_3_PATH", "x",
            "devices.scanners[3]: beyond the end of the list, which has 2 entries; the next number is 2"
        ),
    ]

    @Test(arguments: errors)
    func `an error names the variable`(variable: String, value: String, line: String) {
        #expect(
            errorLine(village, environment: [variable: value], reading: readVillage)
                == "environment variable \(variable): \(line)")
    }

    @Test func `a caller's own rule names the variable too`() throws {
        let error = try root(text, environment: ["KIOSK_CLOCK_FLOOR": "x"]).invalid("clock-floor", "bad", remedy: nil)
        #expect(error.description == "environment variable KIOSK_CLOCK_FLOOR: clock-floor: bad")
    }
}
