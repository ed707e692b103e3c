public import Domain

/// Up to which moment ages are judged: what is overdue, erased or pruned. It goes on with the clock; one that jumps ahead, or a
/// board that was off for weeks, is caught up with by a day a day. So a clock that is decades ahead, for whatever reason, erases a
/// few days' worth until somebody looks.
public struct AgePace: Hashable, Sendable {
    public private(set) var judged: Timestamp?
    /// When that was, in this boot; `nil` after a start of the board.
    public private(set) var at: Uptime?

    private static let day: Int64 = 86_400_000
    /// A board that was off for so long is caught up with at once, when somebody live tells the time and nobody contradicts.
    private static let longestAbsence = 7 * day
    /// A start so soon is one of the board, and not only of the program.
    private static let soon: Int64 = 600_000

    /// - Parameter at: when that was, if it was in this boot: the program may have been started anew.
    public init(judged: Timestamp? = nil, at: Uptime? = nil) {
        self.judged = judged
        self.at = at
    }

    /// - Parameters:
    ///   - earliest: it is certainly not earlier now.
    ///   - isLive: the kernel or the center says so now, and nothing contradicts it.
    public mutating func next(_ earliest: Timestamp, at uptime: Uptime, isLive: Bool = false) -> Timestamp {
        defer { at = uptime }
        guard let known = judged else {
            judged = earliest
            return earliest
        }
        // A clock that is behind, be it wrong or set right, judges by itself, and is not remembered: it would hold up all
        // that comes after it.
        guard known < earliest else { return earliest }
        // As much as has passed, and as much again to catch up. Over a start of the board nobody knows how much has.
        let step = at.map { 2 * max(uptime - $0, 0) } ?? (uptime.milliseconds < Self.soon ? Self.day : 0)
        let isCaughtUp = isLive && earliest <= known.adding(Self.longestAbsence)
        let next = isCaughtUp ? earliest : min(known.adding(step), earliest)
        judged = next
        return next
    }
}
