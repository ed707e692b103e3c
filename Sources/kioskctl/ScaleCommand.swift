import ArgumentParser
import Domain
import NIOHTTP1

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "The scale: what it shows and whether that may be recorded; orders; learning.",
        discussion: """
            Examples:
              kioskctl scale
              kioskctl scale show --watch
              kioskctl scale zero
              kioskctl scale learn --path /dev/serial/by-id/usb-scale-if00-port0
            """,
        subcommands: [Show.self, Zero.self, Tare.self, Clear.self, ScaleLearnCommand.self], defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the scale shows now, and what keeps that from being recorded.")
        @OptionGroup var target: ConnectionOptions
        @Flag(help: "Stay, and print a line at each change; Ctrl-C ends it.")
        var watch = false
        @Flag(help: "The answer as JSON, for programs; with --watch one a line.")
        var json = false

        /// Twice a second: as often as an idle kiosk asks a scale.
        private static let watchMilliseconds = 500

        func run() async throws {
            try await complaining {
                let client = try target.client()
                guard watch else {
                    let scale = try await client.ask(.GET, "/v1/scale").json()
                    if json { return try Output.line(scale.canonicalText) }
                    for line in ScaleText.lines(scale) { try Output.line(line) }
                    return
                }
                var last = ""
                while true {
                    let scale = try await client.ask(.GET, "/v1/scale").json()
                    let line = ScaleText.line(scale)
                    if line != last { try Output.line(json ? scale.canonicalText : line) }
                    last = line
                    try await Task.sleep(for: .milliseconds(Self.watchMilliseconds))
                }
            }
        }
    }

    struct Zero: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale call what it shows zero.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give("zero") }
    }

    struct Tare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale take off what lies on it.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give("tare") }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale forget its tare.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give("clear-tare") }
    }
}

struct OrderTarget: ParsableArguments {
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func give(_ order: String) async throws {
        try await complaining {
            let answer = try await target.client().ask(.POST, "/v1/scale/order", body: ["order": .string(order)]).json()
            if json { try Output.line(answer.canonicalText) }
            switch answer["result"]?.string {
            case "done": if !json { try Output.line("Done.") }
            case "not-done":
                throw CommandError(code: .declined, "not done: \(answer["reason"]?.string ?? "no reason was given")")
            case "unsupported":
                throw CommandError(
                    code: .declined,
                    "this scale takes no such order over its line; zero it by its own key, and tare at the desk")
            case "silent":
                throw CommandError(code: .declined, "the scale said nothing; look at its power and its cable")
            default: throw CommandError(code: .protocolError, "kioskd's answer is not understood")
            }
        }
    }
}

/// The scale as a person reads it.
enum ScaleText {
    static func lines(_ scale: JSON) -> [String] {
        var rows = [
            ["Scale", "\(StatusText.text(scale["path"])), \(StatusText.text(scale["protocol"]))"],
            ["Weight", weight(scale)], ["State", state(scale)],
        ]
        let identity = scale["identity"]
        if let serial = identity?["serial"]?.string { rows.append(["Serial number", serial]) }
        let plate = [("Max", "maximum"), ("Min", "minimum"), ("e", "interval")].compactMap { name, key in
            identity?[key]?.integer.map { "\(name) \(Mass(grams: $0))" }
        }
        if !plate.isEmpty { rows.append(["Plate", plate.joined(separator: ", ")]) }
        if let day = identity?["verifieduntil"]?.string {
            let word =
                switch identity?["isverified"]?.boolean {
                case true?: "valid"
                case false?: "OVER: the scale must not be traded with"
                case nil: "the clock cannot say whether that is over"
                }
            rows.append(["Verified until", "\(day), \(word)"])
        }
        return StatusText.aligned(rows)
    }

    /// All of it in one line, without what changes by itself.
    static func line(_ scale: JSON) -> String { "\(weight(scale))  \(state(scale))" }

    private static func state(_ scale: JSON) -> String {
        "\(StatusText.text(scale["text"]))  \(StatusText.text(scale["english"])) (\(StatusText.text(scale["state"])))"
    }

    private static func weight(_ scale: JSON) -> String {
        guard let reading = scale["reading"] else { return "-" }
        guard let grams = reading["grams"]?.integer else {
            return StatusText.text(reading["fault"] ?? reading["range"])
        }
        return "\(Mass(grams: grams)) \(StatusText.text(reading["kind"])), \(StatusText.text(reading["stability"]))"
    }
}
