/// The four sounds of a point. One of them means saved, and nothing else ever sounds like it.
public enum Tone: String, Sendable, CaseIterable {
    case saved
    case already
    case refused
    /// Something wants to be looked at or answered; nothing was saved.
    case attention
}
