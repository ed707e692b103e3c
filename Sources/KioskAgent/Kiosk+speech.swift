import Devices
import Domain
import KioskSettings
import Phrases
import Sounds

/// What the point says aloud.
extension Kiosk {
    func trySpeech(weight: Mass?, amount: Money?) async -> JSON {
        let sentence = SpokenMessage.trial(net: weight, amount: amount).sentence(in: settings.voiceUnit)
        let (result, reason): (String, String?) =
            switch await heard(sentence) {
            case nil: ("speaking", nil)
            case .spoken: ("spoken", nil)
            case .cutOff: ("cut-off", nil)
            case .notSpoken(let why): ("not-spoken", why)
            }
        return .members([
            "sentence": .string(sentence), "result": .string(result), "reason": reason.map { .string($0) },
        ])
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
