public import Domain

/// What an event makes of a parcel. The one place that knows it: the live state, a state rebuilt from the journal and the
/// center's account all come from here.
public enum ParcelProjection {
    /// The types of events that change a parcel.
    public static let types: Set<EventType> = [
        .parcelReceived, .parcelRelocated, .parcelCollected, .parcelReturned, .parcelDispatched, .parcelAccepted,
        .parcelFlagged, .parcelCorrected,
    ]

    /// The parcel after the event; `nil` when there is none any more, because its first event was undone.
    ///
    /// It never refuses: an event is a fact. What it does not say stays as it was.
    public static func apply(_ event: Event, to parcel: Parcel?) -> Parcel? {
        let draft = event.draft
        guard types.contains(draft.type), let subject = draft.subject,
            let data = try? JSON(parsing: draft.data)
        else { return parcel }
        if draft.type == .parcelCorrected { return corrected(parcel, by: data, event) }
        let moment = Moment(now: draft.now, bootID: draft.bootID)
        guard let condition = condition(after: draft, data, before: parcel?.condition, at: moment) else {
            return parcel
        }
        var past = parcel?.past ?? []
        past.append(Parcel.Past(change: parcel?.change, condition: parcel?.condition))
        return Parcel(
            subject: subject, condition: condition, change: .init(id: draft.id, type: draft.type),
            past: past.suffix(Parcel.mostPast), sequence: event.sequence, touched: draft.now.wall)
    }

    /// The subjects of a hand-over's list that the event adds or takes away.
    public enum BatchStep: Hashable, Sendable {
        case adds(batch: String)
        case removes(batch: String)
    }

    public static func batchStep(_ event: Event, before: Parcel?, after: Parcel?) -> BatchStep? {
        if event.draft.type == .parcelCorrected {
            guard let batch = before?.condition.batch, after?.condition.batch != batch else { return nil }
            return .removes(batch: batch)
        }
        guard let batch = after?.condition.batch, before?.condition.batch != batch else { return nil }
        return .adds(batch: batch)
    }

    // MARK: Steps

    private static func condition(
        after draft: EventDraft, _ data: JSON, before: Parcel.Condition?, at moment: Moment
    ) -> Parcel.Condition? {
        switch draft.type {
        case .parcelReceived, .parcelAccepted:
            var condition = Parcel.Condition(
                status: draft.type == .parcelReceived ? .received : .accepted, arrived: moment)
            condition.carrier = carrier(data)
            condition.recipient = data["recipient"]?.string
            condition.handling = handling(data) ?? .normal
            condition.batch = data["batch"]?.string
            condition.isAnnounced = data["expected"]?.boolean ?? false
            return condition
        case .parcelRelocated:
            guard var condition = before, let slot = data["slot"]?.string else { return nil }
            condition.status = .shelved
            condition.slot = slot
            condition.code = data["code"]?.string ?? condition.code
            condition.handling = handling(data) ?? condition.handling
            condition.consent = data["consent"]?.string.flatMap(Parcel.Consent.init) ?? condition.consent
            return condition
        case .parcelCollected: return gone(before, .collected, data)
        case .parcelReturned: return gone(before, .returned, data)
        case .parcelDispatched: return gone(before, .dispatched, data)
        case .parcelFlagged:
            guard var condition = before, let flag = data["flag"]?.string.flatMap(Parcel.Flag.init) else { return nil }
            if data["resolved"]?.boolean == true {
                condition.flags.remove(flag)
                condition.flaggedBy[flag] = nil
                if flag == .overdue { condition.extended = moment }
            } else {
                condition.flags.insert(flag)
                condition.flaggedBy[flag] = draft.actor
            }
            return condition
        default: return nil
        }
    }

    /// Its slot and its code are free again, and whatever was wrong with it is somebody else's now.
    private static func gone(
        _ before: Parcel.Condition?, _ status: Parcel.Status, _ data: JSON
    ) -> Parcel.Condition? {
        guard var condition = before else { return nil }
        condition.status = status
        condition.slot = nil
        condition.code = nil
        condition.flags = []
        condition.flaggedBy = [:]
        condition.batch = data["batch"]?.string ?? condition.batch
        condition.carrier = carrier(data) ?? condition.carrier
        return condition
    }

    /// Puts back what was before the undone change. Its code may have been given away meanwhile; then the correction says
    /// which it has now.
    private static func corrected(_ parcel: Parcel?, by data: JSON, _ event: Event) -> Parcel? {
        guard var parcel, let undone = parcel.change, data["corrects"]?.string == undone.id.text,
            let before = parcel.past.popLast()
        else { return parcel }
        guard var condition = before.condition else { return nil }
        if let slot = data["slot"]?.string { condition.slot = slot }
        if let code = data["code"]?.string { condition.code = code }
        parcel.condition = condition
        parcel.change = before.change
        parcel.sequence = event.sequence
        parcel.touched = event.draft.now.wall
        return parcel
    }

    private static func carrier(_ data: JSON) -> Carrier? { data["carrier"]?.string.flatMap(Carrier.init) }

    private static func handling(_ data: JSON) -> Parcel.Handling? {
        data["handling"]?.string.flatMap(Parcel.Handling.init)
    }
}
