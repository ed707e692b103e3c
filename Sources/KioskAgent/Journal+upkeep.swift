import DeskSession
import Domain
import Journal
import Workflow

/// What is done once in a while, and only by a clock that can be believed.
extension Journal {
    /// Flags what has been here for too long, a page of parcels at a time so that no scan waits for long.
    /// - Parameters:
    ///   - now: by which ages are judged; `nil` for the moment's own.
    ///   - onPage: called after each page: a long walk is no hang.
    /// - Returns: how many parcels were flagged.
    func flagOverdue(
        after days: Int, judged now: Now? = nil, at moment: Moment, onPage: () -> Void = {}
    ) async throws -> Int {
        let now = now ?? moment.now
        guard now.clock.isBelieved else { return 0 }
        var last = ""
        var flagged = 0
        while true {
            let page = try await record { [last] transaction in
                let parcels = try transaction.here(after: last, limit: 200)
                var count = 0
                for parcel in parcels {
                    let isDue = try Overdue.isDue(parcel, after: days, at: now) {
                        try transaction.bootTimes($0)
                    }
                    guard isDue else { continue }
                    _ = try transaction.record(
                        EventDraft(.parcelFlagged, parcel.subject, at: moment, ["flag": "overdue", "resolved": false]))
                    count += 1
                }
                return (last: parcels.last?.subject, flagged: count)
            }
            flagged += page.flagged
            guard let next = page.last else { return flagged }
            last = next
            onPage()
        }
    }

    /// Gives crates without a price theirs, as far as anybody can tell what was in force when they were weighed.
    /// - Returns: how many were priced.
    func priceCrates(
        _ rounding: Rounding, because reason: WeighIn.LaterPrice.Reason, at moment: Moment, onPage: () -> Void = {}
    ) async throws -> Int {
        var last: WeighIn.Number?
        var priced = 0
        while true {
            let page = try await record { [last] transaction in
                var generator = SystemRandomNumberGenerator()
                return try transaction.priceCrates(
                    after: last, limit: 50, rounding, because: reason, at: moment, using: &generator)
            }
            priced += page.events.count
            guard let next = page.next else { return priced }
            last = next
            onPage()
        }
    }

    /// Erases whom parcels were for when all of theirs have been gone for so long.
    /// - Returns: how many recipients were erased.
    func eraseRecipients(after days: Int, at now: Now) async throws -> Int {
        guard let span = now.span else { return 0 }
        let cutoff = span.earliest.adding(-Int64(days) * 86_400_000)
        return try await record { try $0.eraseRecipients(goneBefore: cutoff, now: span.latest) }
    }
}
