import ArgumentParser
import Devices
import Domain
import Glibc
import LocalAPIClient
import LocalAPIModel
import ScaleProtocols

struct ScaleLearnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn", abstract: "Listen to an unknown scale, and say which settings are likely to fit it.",
        discussion: """
            It only listens, with the line opened for reading: nothing is ever sent to the device, for what one scale takes \
            for a question another takes for tare. So it finds scales that talk unasked; one that is silent is tried by \
            hand with the profiles in Config/scales. Put something uneven on the scale first (12.34 kg, not 10.01).

            kioskd must not have the line: take the scale out of its settings, or stop it, meanwhile.

            Exit codes: 0 something fits, 2 nothing does, 70 the line cannot be listened to.

            Example:
              kioskctl scale learn --path /dev/serial/by-id/usb-scale-if00-port0
            """)

    @OptionGroup var target: ConnectionOptions
    @Option(help: ArgumentHelp("The serial line; better a name that stays.", valueName: "path"))
    var path: String
    @Option(help: ArgumentHelp("How long to listen at each speed.", valueName: "seconds"))
    var seconds = 2
    @Flag(help: "The result as one JSON object, for programs.")
    var json = false

    /// The likeliest first. Eight bits and no parity at each: a parity shows in the eighth bit.
    static let bauds = [9600, 4800, 2400, 1200, 600, 19_200]
    /// So sure is sure enough to leave the other speeds alone.
    static let certainScore = 90

    func validate() throws {
        guard (1...60).contains(seconds) else { throw ValidationError("--seconds must be from 1 to 60") }
    }

    func run() async throws {
        try await reportingErrors {
            try await refuseLineOfKioskd()
            let result = try listen()
            if json { try Output.line(result.json(path).canonicalText) }
            if !json { for line in result.lines(path) { try Output.line(line) } }
            guard !result.candidates.isEmpty else { throw ArgumentParser.ExitCode(CommandError.Code.declined.rawValue) }
        }
    }

    private func listen() throws -> LearnedScale {
        var result = LearnedScale()
        do throws(ScaleListener.Fault) {
            let listener = try ScaleListener(path: path)
            for baud in Self.bauds {
                if !json, isatty(2) == 1 {
                    let text = Array("Listening at \(baud) for \(seconds) s …\n".utf8)
                    _ = unsafe write(2, text, text.count)
                }
                result.heard(try listener.listen(baud: baud, milliseconds: seconds * 1000), at: baud)
                if result.candidates.first?.candidate.score ?? 0 >= Self.certainScore { break }
            }
        } catch {
            throw CommandError(
                code: .refused,
                error.isHeld
                    ? "\(path) is held by another program, most likely kioskd: stop it, or take the scale out of its settings"
                    : error.description)
        }
        return result
    }

    /// Two readers of one line take each other's bytes. Not every line can be held exclusively, so kioskd is asked as well;
    /// one that does not answer has no line.
    private func refuseLineOfKioskd() async throws {
        guard let status = try? await target.client().ask(.get, "/v1/status").value(LocalStatus.self) else { return }
        for device in status.devices where device.isConnected && Self.real(device.path) == Self.real(path) {
            throw CommandError(
                code: .refused,
                "kioskd holds \(path) as \(device.name): stop it, or take the device out of its settings")
        }
    }

    private static func real(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
