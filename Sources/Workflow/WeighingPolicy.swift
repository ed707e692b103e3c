public import Domain

/// What a point knows of its scale, and how strict it is when it buys.
public struct WeighingPolicy: Hashable, Sendable {
    public enum Rule: String, Sendable, CaseIterable {
        case ignore, warn, refuse
    }

    /// Who may take a crate out of the account.
    public enum VoidRule: String, Sendable, CaseIterable {
        /// The operator while its lot is open, a supervisor afterwards.
        case withinLot = "within-lot"
        case `operator`
        case supervisor
    }

    /// Of the indicator, as it stands on its plate.
    public var serial: String?
    public var protocolName = "unknown"
    /// e = d. Without it, what a frame tells counts.
    public var interval: Mass?
    /// The least that may be weighed, Min on the plate.
    public var minimum: Mass?
    /// The first moment at which the scale's verification has run out.
    public var verifiedUntil: Timestamp?
    public var belowMinimum = Rule.warn
    public var expired = Rule.warn
    /// The last check with a reference weight found it wrong.
    public var scaleWrong = Rule.refuse
    /// No check with a reference weight today.
    public var unchecked = Rule.ignore
    /// No price is in force, or the clock cannot tell which.
    public var unpriced = Rule.warn
    public var voids = VoidRule.withinLot
    public var rounding = Rounding.halfUp
    /// The reference weight, and how far the scale may be from it.
    public var reference: Mass?
    public var tolerance = Mass.zero
    /// What a point does whose settings say nothing else.
    public init() {}

    /// Days are those of the place: China has one time, eight hours ahead, and no summer time.
    static func day(_ time: Timestamp) -> Int64 {
        let hours = time.adding(Timestamp.beijing).milliseconds
        return hours >= 0 ? hours / 86_400_000 : (hours - 86_399_999) / 86_400_000
    }

    /// Whether the scale's verification has run out; `nil` when the clock cannot tell.
    func isExpired(at now: Now) -> Bool? {
        guard let verifiedUntil else { return false }
        return now.span.flatMap { $0.isBefore(verifiedUntil) }.map { !$0 }
    }

    /// Whether no check has passed today; `nil` when the clock cannot tell. Where it cannot, a check of the same boot
    /// counts for a day: a point without a clock checks its scale and weighs.
    func isUnchecked(at moment: Moment, last check: LastScaleCheck?, startOf boot: (String) throws -> BootTimes?)
        rethrows
        -> Bool?
    {
        guard let check, check.isPassed else { return true }
        if let now = moment.now.span, let then = try check.moment.span(by: boot) {
            let today = Self.day(now.earliest)...Self.day(now.latest)
            let checked = Self.day(then.earliest)...Self.day(then.latest)
            if !today.overlaps(checked) { return true }
            if today.count == 1, checked.count == 1 { return false }
        }
        guard check.moment.bootID == moment.bootID else { return nil }
        return moment.now.uptime - check.moment.now.uptime < 86_400_000 ? false : nil
    }
}
