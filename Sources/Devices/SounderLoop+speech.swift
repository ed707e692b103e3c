import Logging
import Sounds

/// Sentences, spoken when no tone waits.
extension SounderLoop {
    /// What an engine may give, in bytes: half a minute at 48,000 samples a second. It is held in memory while it is heard.
    static let longestSpeech = 3 << 20

    mutating func speak(_ sentence: String) -> Sounder.Speech {
        guard let voice else { return .notSpoken("this point has no voice; see sound.voice") }
        guard isFree else { return .notSpoken("the player before hangs in the kernel") }
        do throws(DeviceError) {
            switch try synthesise(sentence, by: voice) {
            case .cutOff: return .cutOff
            case .failed(let problem):
                reportVoice(problem)
                return .notSpoken(problem)
            case .wave(let wave):
                if board.noteVoice(nil) { logger.notice("the voice is there again") }
                return try hear(wave)
            }
        } catch {
            reportVoice(error.description)
            return .notSpoken(error.description)
        }
    }

    private enum Synthesis {
        case wave(SpeechBuffer)
        case cutOff
        case failed(String)
    }

    /// The text goes by way of the engine's input: no shell and no argument ever sees it.
    private mutating func synthesise(
        _ sentence: String, by voice: VoiceConfiguration
    ) throws(DeviceError) -> Synthesis {
        let input = try MemoryFile.holding(voice.input(sentence))
        let output = try MemoryFile(capacity: Self.longestSpeech)
        let process = try PlayerProcess(
            voice.program, environment: environment, input: input.number, output: output.number)
        let board = board
        // espeak-ng takes a tenth of a second on a desk; a slow board shall get it done too.
        switch watch(process, "the voice", atMost: patience * 2, isInTheWay: { board.isSpeechInTheWay }) {
        case .cutOff: return .cutOff
        case .failed(let problem): return .failed(problem)
        case .played: break
        }
        do throws(WaveError) {
            return .wave(try SpeechBuffer(file: output.written(atMost: Self.longestSpeech)))
        } catch {
            return .failed("the voice: \(error)")
        }
    }

    /// By the player of the tones, so that there is one loudspeaker to choose and one program that holds it.
    private mutating func hear(_ wave: SpeechBuffer) throws(DeviceError) -> Sounder.Speech {
        let file = try MemoryFile.holding(wave.loud)
        let process: PlayerProcess
        do throws(DeviceError) {
            process = try PlayerProcess(player + ["/dev/stdin"], environment: environment, input: file.number)
        } catch {
            // Not the voice's fault.
            report(error.description, nil)
            return .notSpoken(error.description)
        }
        let board = board
        let patience = Milliseconds(wave.milliseconds) + patience
        switch watch(process, "the player", atMost: patience, isInTheWay: { board.isSpeechInTheWay }) {
        case .played:
            reportHeard()
            return .spoken
        case .cutOff: return .cutOff
        case .failed(let problem):
            report(problem, nil)
            return .notSpoken(problem)
        }
    }

    /// Once, until it changes.
    func reportVoice(_ problem: String) {
        guard board.noteVoice(problem) else { return }
        logger.warning("no voice: \(problem)", metadata: ["command": "\(voice?.program.joined(separator: " ") ?? "")"])
    }
}
