import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel

struct SayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say", abstract: "Hear the point's voice: a weight and an amount, as a farmer will.",
        discussion: """
            It says 试音 (trial) first, so that nobody takes it for a weighing, waits until the sentence has been heard, and \
            tells what went wrong otherwise. Nothing is recorded. It needs kioskd, whose loudspeaker it is.

            Stand where a farmer will stand, two metres away. Too soft: `alsamixer` raises the sound card, and -a in \
            sound.voice.program the voice (200 is the most). The wrong loudspeaker: -D in sound.player. No voice at all: \
            `apt-get install espeak-ng`, then start kioskd again. Weights are spoken in kilograms, or in jin (斤) with \
            sound.voice.unit.

            Examples:
              kioskctl say --weight 12340 --amount 3950     试音。净重十二点三四公斤。三十九元五角
              kioskctl say --amount 5                       试音。五分
              kioskctl say --amount=-5                      试音。负五分
            """)
    @OptionGroup var target: ConnectionOptions
    @Option(help: ArgumentHelp("In grams.", valueName: "grams"))
    var weight: Int64?
    @Option(help: ArgumentHelp("In fen, a hundredth of a yuan.", valueName: "fen"))
    var amount: Int64?
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let trial = SpeechTrial(
                weight: weight.map { Mass(grams: $0) }, amount: amount.map { Money(fen: $0) })
            let answer = try await target.client().ask(.post, "/v1/say", body: trial)
            if json { try Output.line(answer.text) }
            let speech = try answer.value(SpeechResult.self)
            switch speech.result {
            case .spoken: if !json { try Output.line("Spoken: \(speech.sentence)") }
            case .speaking: if !json { try Output.line("Speaking: \(speech.sentence)") }
            case .cutOff: if !json { try Output.line("Cut off: a tone or another sentence came. Try again.") }
            case .notSpoken:
                throw CommandError(code: .refused, "not spoken: \(speech.reason ?? "no reason was given")")
            }
        }
    }
}
