public import Domain

/// Admits a few lines into the log in a given time, and counts what it held back: what comes from outside must not wear out the
/// card on which the log lies.
public struct LogRateLimiter: Sendable {
    private let lines: Int
    private let period: Duration
    private var began: Uptime?
    private var admitted = 0
    private var heldBack = 0

    public init(lines: Int = 1, every period: Duration) {
        (self.lines, self.period) = (lines, period)
    }

    /// - Returns: how many were held back since the last one admitted; `nil` when this one is held back too.
    public mutating func admit(at now: Uptime) -> Int? {
        if began.map({ now >= $0 + period }) ?? true { (began, admitted) = (now, 0) }
        guard admitted < lines else {
            heldBack += 1
            return nil
        }
        admitted += 1
        defer { heldBack = 0 }
        return heldBack
    }
}
