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
        func end(_ type: EventType, _ subject: String, actor: String, _ data: JSON) throws -> Event {
            try record(EventDraft(type, subject, at: moment, actor: actor, data, using: &random), needsRoom: false)
        }
        var events: [Event] = []
        for lot in try openLots() {
            let event = try end(.lotPacked, lot.id, actor: lot.actor ?? lot.packing.farmer, lot.packing.json)
            if isPrinting { try enqueuePrints(of: event) }
            events.append(event)
        }
        for session in try sessions() {
            let reason = Desk.SignOutReason.restart.rawValue
            events.append(
                try end(
                    .operatorSignedOut, session.person, actor: session.person,
                    ["reason": .string(reason), "desk": .string(session.desk)]))
        }
        return events
    }
}
