public import Domain
public import Journal
import Workflow

extension Transaction {
    /// Ends what the end of the last process interrupted: nobody has stayed signed in over a restart, and no crate is added any
    /// more to a lot that was being weighed.
    /// - Parameter isPrinting: the farmer gets the receipt all the same.
    @discardableResult
    public func endSessions(
        at moment: Moment, isPrinting: Bool, random: Entropy = .system
    ) throws -> [Event] {
        var random = random
        var events: [Event] = []
        for lot in try openLots() {
            let draft = EventDraft(
                id: .make(at: moment.now.wall, using: &random), type: .lotPacked, subject: lot.id, now: moment.now,
                bootID: moment.bootID, actor: lot.actor ?? lot.packing.farmer, data: lot.packing.json.canonical)
            let event = try record(draft, needsRoom: false)
            if isPrinting { try enqueuePrints(of: event) }
            events.append(event)
        }
        for session in try sessions() {
            let data: JSON = ["reason": .string(Desk.Leaving.restart.rawValue), "desk": .string(session.desk)]
            let draft = EventDraft(
                id: .make(at: moment.now.wall, using: &random), type: .operatorSignedOut, subject: session.person,
                now: moment.now, bootID: moment.bootID, actor: session.person, data: data.canonical)
            events.append(try record(draft, needsRoom: false))
        }
        return events
    }
}
