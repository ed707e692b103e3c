import Domain
import Hummingbird
import LocalAPIModel

/// The voice, for whoever puts up a loudspeaker.
extension LocalAPI {
    /// In grams and in fen: a thousand tonnes, ten million yuan. More is a slip of the keyboard.
    public static let mostSpoken: Int64 = 1_000_000_000

    static func addSpeech(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.post("/v1/say") { request, _ in
            let hints = [
                "weight": "a whole number in grams, at most \(mostSpoken), or nothing",
                "amount": "a whole number in fen, at most \(mostSpoken), or nothing",
            ]
            let body = try await body(SpeechTrial.self, of: request, hints)
            for (name, value) in [("weight", body.weight?.grams), ("amount", body.amount?.fen)] {
                guard let value, !(-mostSpoken...mostSpoken).contains(value) else { continue }
                throw missing(name, hints)
            }
            return try answer(await facts.trySpeech(weight: body.weight, amount: body.amount))
        }
    }
}
