public import Domain

/// Up to which moment ages are judged: what is overdue, erased or pruned. It goes on with the clock; one that jumps ahead, or a
/// board that was off for weeks, is caught up with by a day a day. So a clock that is decades ahead, for whatever reason, erases a
/// few days' worth until somebody looks.
public struct AgePace: Hashable, Sendable {
    public private(set) var judged: Timestamp?
    /// When that was, in this boot of this process; `nil` after a start.
    private var at: Uptime?

    private static let day: Int64 = 86_400_000

    public init(judged: Timestamp? = nil) { self.judged = judged }

    /// - Parameter earliest: it is certainly not earlier now.
    public mutating func next(_ earliest: Timestamp, at uptime: Uptime) -> Timestamp {
        defer { at = uptime }
        guard let known = judged, known < earliest else {
            judged = earliest
            return earliest
        }
        // As much as has passed, and as much again to catch up. Over a start nobody knows how much has.
        let step = at.map { 2 * max(uptime - $0, 0) } ?? Self.day
        let next = min(known.adding(step), earliest)
        judged = next
        return next
    }
}
