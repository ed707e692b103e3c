import Devices
import Domain
import KioskSettings
import LocalAPIModel
import Phrases
import Sounds

/// What the point says aloud.
extension Kiosk {
    func trySpeech(weight: Mass?, amount: Money?) async -> SpeechResult {
        let sentence = SpokenMessage.trial(net: weight, amount: amount).sentence(in: settings.voiceUnit)
        switch await heard(sentence) {
        case nil: return SpeechResult(sentence: sentence, result: .speaking)
        case .spoken: return SpeechResult(sentence: sentence, result: .spoken)
        case .cutOff: return SpeechResult(sentence: sentence, result: .cutOff)
        case .notSpoken(let why): return SpeechResult(sentence: sentence, result: .notSpoken, reason: why)
        }
    }

    /// `nil` when it was not known in time, which a client waits for.
    private func heard(_ sentence: String) async -> Sounder.Speech? {
        guard let sounder else { return .notSpoken("this point has no sound; see sound.player") }
        let (endings, continuation) = AsyncStream.makeStream(of: Sounder.Speech.self)
        sounder.say(sentence) {
            continuation.yield($0)
            continuation.finish()
        }
        return await withTaskGroup(of: Sounder.Speech?.self) { group in
            group.addTask { await endings.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: .seconds(8))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
