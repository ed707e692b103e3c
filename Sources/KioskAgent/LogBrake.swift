import Domain

/// Lets a few lines a second into the log: noise on a scanner's line is refused hundreds of times a second, and must not wear out
/// the card on which the log lies.
struct LogBrake: Sendable {
    static let linesASecond = 10

    private var began: Uptime?
    private var lines = 0
    private var leftOut = 0

    /// - Returns: `nil` when this line is left out; otherwise how many were since the last one that was not.
    mutating func pass(at now: Uptime) -> Int? {
        if began.map({ now - $0 >= 1000 }) ?? true { (began, lines) = (now, 0) }
        guard lines < Self.linesASecond else {
            leftOut += 1
            return nil
        }
        lines += 1
        defer { leftOut = 0 }
        return leftOut
    }
}
