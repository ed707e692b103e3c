public import Domain

/// What an event says of the people whom a point met before its county knew them. The kiosk's state and the center's account come
/// from here.
public enum PersonProjection {
    public enum Step: Hashable, Sendable {
        case add(Newcomer)
        /// A roster names people who were met here. The first word of each stands: what was paid by it is paid.
        case merge([Newcomer.Merging])
    }

    public static let types: Set<EventType> = [.personAdded, .rosterApplied]

    public static func step(_ event: Event) -> Step? {
        let draft = event.draft
        guard types.contains(draft.type), let data = try? JSON(parsing: draft.data) else { return nil }
        if draft.type == .personAdded {
            let moment = Moment(now: draft.now, bootID: draft.bootID)
            return draft.subject.flatMap { Newcomer(id: $0, data, met: moment) }.map { .add($0) }
        }
        let merged = (data["merged"]?.array ?? []).compactMap(Newcomer.Merging.init)
        return merged.isEmpty ? nil : .merge(merged)
    }
}
