public import Domain

/// Guesses at a secret, counted before they are answered and kept on disk, so that pulling the plug gives no new ones.
///
/// A lock lasts by the board's own monotonic clock. After a restart that clock says nothing of before, so a lock begins
/// anew: whoever restarts a kiosk to get rid of one only waits longer.
public struct AttemptLimiter: Hashable, Sendable {
    public var failures: Int
    /// How long the last failure locks, from `at` on; 0 for not at all.
    public var lock: Duration
    public var bootID: String
    public var at: Uptime

    /// - Parameters:
    ///   - lock: how long the last failure locks, from `at` on.
    ///   - bootID: in which boot `at` is a time.
    public init(failures: Int, lock: Duration, bootID: String, at: Uptime) {
        self.failures = failures
        self.lock = lock
        self.bootID = bootID
        self.at = at
    }

    /// Failures are not counted beyond this.
    public static let mostFailures = 1000

    public struct Rule: Hashable, Sendable {
        /// So many may be tried; the last of them locks, and each after it.
        public var free: Int
        /// The first lock; each further failure doubles it, up to the longest.
        public var lock: Duration
        public var longest: Duration
        /// Each time that so long passes without a failure, one is forgotten; `nil`: only a success forgets.
        public var forget: Duration?

        /// No rule locks for longer.
        public static let longestLock: Int64 = 86_400_000

        /// A person's PIN: a lock of a minute that doubles up to a day.
        public static let pin = Rule(
            free: 5, lock: .seconds(60), longest: .milliseconds(longestLock), forget: nil)
        /// The codes of one parcel.
        public static let parcel = Rule(
            free: 5, lock: .seconds(3600), longest: .milliseconds(longestLock), forget: nil)
        /// Codes of whatever parcel, tried at this point: ten mistakes of people in a hurry, and then one an hour, which is 33 in
        /// a day for whoever guesses.
        public static let hour = Rule(
            free: 10, lock: .seconds(900), longest: .seconds(3600), forget: .seconds(3600))
    }

    public enum Verdict: Hashable, Sendable {
        /// May be tried; this has to be on disk before the answer is given. A success removes it.
        case go(AttemptLimiter)
        /// Not now, and not counted. What is to be stored differs from before only after a restart.
        case locked(milliseconds: Int64, AttemptLimiter)
    }

    /// Counts one more try as a failure, or refuses it.
    public static func next(_ known: AttemptLimiter?, rule: Rule, bootID: String, at now: Uptime) -> Verdict {
        var attempts = known ?? AttemptLimiter(failures: 0, lock: .milliseconds(0), bootID: bootID, at: now)
        if attempts.bootID != bootID {
            attempts.bootID = bootID
            attempts.at = now
        }
        // A damaged row may hold any time: one that is not before now is now.
        let (passed, overflow) = now.milliseconds.subtractingReportingOverflow(attempts.at.milliseconds)
        let elapsed = overflow ? 0 : max(passed, 0)
        attempts.lock = .milliseconds(min(attempts.lock.milliseconds, rule.longest.milliseconds))
        if elapsed < attempts.lock.milliseconds {
            return .locked(milliseconds: attempts.lock.milliseconds - elapsed, attempts)
        }
        if let forget = rule.forget?.milliseconds {
            attempts.failures = Int(max(Int64(min(max(attempts.failures, 0), mostFailures)) - elapsed / forget, 0))
        }
        attempts.failures = min(max(attempts.failures, 0), mostFailures - 1) + 1
        attempts.at = now
        attempts.lock = .milliseconds(0)
        if attempts.failures >= rule.free {
            let doublings = min(attempts.failures - rule.free, 20)
            attempts.lock = .milliseconds(min(rule.lock.milliseconds << Int64(doublings), rule.longest.milliseconds))
        }
        return .go(attempts)
    }
}
