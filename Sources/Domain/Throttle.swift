/// Admits one thing in a given time, and counts what it held back: for log lines that an outsider could provoke.
public struct Throttle: Hashable, Sendable {
    private let milliseconds: Int64
    private var next: Uptime?
    private var heldBack = 0

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The number held back since the last one admitted; `nil` when this one is held back too.
    public mutating func admit(at now: Uptime) -> Int? {
        if let next, now < next {
            heldBack += 1
            return nil
        }
        next = now + milliseconds
        defer { heldBack = 0 }
        return heldBack
    }
}
