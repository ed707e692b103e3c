import Domain
import Hummingbird

/// The voice, for whoever puts up a loudspeaker.
extension LocalAPI {
    /// In grams and in fen: a thousand tonnes, ten million yuan. More is a slip of the keyboard.
    public static let mostSpoken: Int64 = 1_000_000_000

    static func addSpeech(to router: Router<BasicRequestContext>, _ facts: any KioskFacts) {
        router.post("/v1/say") { request, _ in
            let body = try await object(request)
            return answer(
                await facts.trySpeech(
                    weight: try spoken("weight", "in grams", body).map { Mass(grams: $0) },
                    amount: try spoken("amount", "in fen", body).map { Money(fen: $0) }))
        }
    }

    private static func spoken(_ name: String, _ unit: String, _ body: JSON) throws -> Int64? {
        guard let value = body[name] else { return nil }
        guard let number = value.integer, (-mostSpoken...mostSpoken).contains(number) else {
            throw missing(name, "a whole number \(unit), at most \(mostSpoken), or nothing")
        }
        return number
    }
}
