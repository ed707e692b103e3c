import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import ScaleProtocols

struct ScaleCommands: AsyncParsableCommand {
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
            try await reportingErrors {
                let client = try target.client()
                guard watch else {
                    let answer = try await client.ask(.get, "/v1/scale")
                    if json { return try Output.line(answer.text) }
                    for line in ScaleText.lines(try answer.value()) { try Output.line(line) }
                    return
                }
                var last = ""
                while true {
                    let answer = try await client.ask(.get, "/v1/scale")
                    let line = ScaleText.line(try answer.value())
                    if line != last { try Output.line(json ? answer.text : line) }
                    last = line
                    try await Task.sleep(for: .milliseconds(Self.watchMilliseconds))
                }
            }
        }
    }

    struct Zero: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale call what it shows zero.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give(.zero) }
    }

    struct Tare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale take off what lies on it.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give(.tare) }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the scale forget its tare.")
        @OptionGroup var order: OrderTarget
        func run() async throws { try await order.give(.clearTare) }
    }
}

struct OrderTarget: ParsableArguments {
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func give(_ order: ScaleCommand) async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(
                .post, "/v1/scale/order", body: ScaleOrderRequest(order: order))
            if json { try Output.line(answer.text) }
            let result = try answer.value(ScaleOrderAnswer.self)
            switch result.result {
            case .done: if !json { try Output.line("Done.") }
            case .notDone:
                throw CommandError(code: .declined, "not done: \(result.reason ?? "no reason was given")")
            case .unsupported:
                throw CommandError(
                    code: .declined,
                    "this scale takes no such order over its line; zero it by its own key, and tare at the desk")
            case .silent:
                throw CommandError(code: .declined, "the scale said nothing; look at its power and its cable")
            }
        }
    }
}

/// The scale as a person reads it.
enum ScaleText {
    static func lines(_ scale: ScaleNow) -> [String] {
        var rows = [
            ["Scale", "\(scale.path), \(scale.protocolName)"], ["Weight", weight(scale)], ["State", state(scale)],
        ]
        let identity = scale.identity
        if let serial = identity.serial { rows.append(["Serial number", serial]) }
        let plate = [("Max", identity.maximum), ("Min", identity.minimum), ("e", identity.interval)]
            .compactMap { name, mass in mass.map { "\(name) \($0)" } }
        if !plate.isEmpty { rows.append(["Plate", plate.joined(separator: ", ")]) }
        if let day = identity.verifiedUntil {
            let word =
                switch identity.isVerified {
                case true?: "valid"
                case false?: "OVER: the scale must not be traded with"
                case nil: "the clock cannot say whether that is over"
                }
            rows.append(["Verified until", "\(day), \(word)"])
        }
        return StatusText.aligned(rows)
    }

    /// All of it in one line, without what changes by itself.
    static func line(_ scale: ScaleNow) -> String { "\(weight(scale))  \(state(scale))" }

    private static func state(_ scale: ScaleNow) -> String { "\(scale.text)  \(scale.english) (\(scale.state))" }

    private static func weight(_ scale: ScaleNow) -> String {
        guard let reading = scale.reading else { return "-" }
        guard let weight = reading.weight else { return reading.fault ?? reading.range.rawValue }
        return "\(weight) \(reading.kind.rawValue), \(reading.stability.rawValue)"
    }
}
