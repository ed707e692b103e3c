import Board
import Domain
import Journal
import LocalAPIModel

/// The time, from whoever maintains the board.
extension Kiosk {
    func setTime(_ time: Timestamp, isForced: Bool) async throws -> TimeResult {
        let now = BoardClock.now
        // A kernel that follows a reference is not overruled by anybody's word.
        let isFollowing = if case .synchronised = BoardClock.discipline { true } else { false }
        if isFollowing || now.clock.isBetterThanWatch && !isForced {
            return TimeResult(.known, time: now.wall, boundMilliseconds: now.clock.boundMilliseconds ?? 0)
        }
        let moment = BoardClock.moment
        let data: JSON = [
            "time": .string(time.description), "boundms": .integer(Timekeeper.operatorBound),
        ]
        _ = try await journal.record { try $0.record(EventDraft(.clockConfirmed, at: moment, data)) }
        _ = BoardClock.hear(operator: time, isForced: isForced)
        if isForced { await clock.forced() }
        timeNews.announce(())
        return TimeResult(.set, time: time, boundMilliseconds: Timekeeper.operatorBound)
    }
}
