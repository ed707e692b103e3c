/// A sentence on its way to the loudspeaker. However it ends, `then` is told once.
struct SpeechRequest: Sendable {
    let sentence: String
    /// Only tells what to do next: it never takes the place of what was weighed or paid.
    var isPrompt = false
    /// How often it was begun and cut off by a tone.
    var interruptions = 0
    let then: @Sendable (Sounder.Speech) -> Void

    /// One that a tone cut off begins again, once: a farmer shall hear the amount, but not for ever anew in a busy room.
    static let mostInterruptions = 1
}
