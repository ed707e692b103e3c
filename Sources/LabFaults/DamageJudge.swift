public import Domain

/// What a journal gives out after damage, held against what was recorded in it.
public struct DamageJudge: Sendable {
    public struct Verdict: Hashable, Sendable {
        public init() {}

        /// Events given out that nobody ever recorded so.
        public var falsified = 0
        /// Events given out more than once.
        public var doubled = 0
        /// Events that are gone, and the recovery names their range or says that more may be gone behind its end.
        public var reported = 0
        /// Events that are gone, and nothing says so.
        public var unnoticed = 0
        public var hasRecovered = false

        public var isSound: Bool { falsified == 0 && doubled == 0 && unnoticed == 0 }
    }

    private let recorded: [EventID: Event]

    public init(recorded: [Event]) {
        self.recorded = Dictionary(recorded.map { ($0.draft.id, $0) }) { first, _ in first }
    }

    /// - Parameters:
    ///   - given: all that would be delivered, in order.
    ///   - epoch: that of `given`.
    ///   - old: the epoch in which everything was recorded.
    public func judge(_ given: [Event], epoch: Epoch, old: Epoch) -> Verdict {
        var verdict = Verdict()
        var seen: Set<EventID> = []
        var named: [ClosedRange<Int64>] = []
        var openEnd: Int64?
        for event in given {
            if event.draft.type == .journalRecovered, recorded[event.draft.id] == nil {
                verdict.hasRecovered = true
                guard let report = try? JSON(parsing: event.draft.data) else { continue }
                named += (report["lost"]?.array ?? []).compactMap { range in
                    guard let from = range.array?.first?.integer, let to = range.array?.last?.integer, from <= to
                    else { return nil }
                    return from...to
                }
                if report["mayhavelostmore"]?.boolean == true {
                    openEnd = (report["oldhead"]?["sequence"]?.integer ?? 0) + 1
                }
                continue
            }
            if !seen.insert(event.draft.id).inserted { verdict.doubled += 1 }
            guard let known = recorded[event.draft.id] else {
                verdict.falsified += 1
                continue
            }
            // In its own epoch number and hash have to be the old ones, too.
            if epoch == old ? event != known : event.draft != known.draft { verdict.falsified += 1 }
        }
        for event in recorded.values where !seen.contains(event.draft.id) {
            let isNamed = named.contains { $0.contains(event.sequence) }
            if isNamed || openEnd.map({ event.sequence >= $0 }) == true {
                verdict.reported += 1
            } else {
                verdict.unnoticed += 1
            }
        }
        return verdict
    }
}
