import Barcodes
import Domain
import Phrases

/// What a scanned parcel means, in the order in which a person would expect: an armed problem first, then the pick-up
/// under way, then the mode.
extension Desk {
    mutating func scanned(_ parcel: ScannedParcel, _ turn: inout DeskContext) throws {
        question = nil
        typed = ""
        let subject = parcel.waybill.subject
        if let armed { return try flag(subject, armed, &turn) }
        if pickUp != nil { return try takeAway(subject, &turn) }
        if session?.role == .courier { return try handOver(parcel, &turn) }
        switch mode {
        case .weigh, .pay:
            // A card or an id may look like a waybill.
            if try meet(try farmer(code: subject, turn), .code, &turn) { return }
            turn.answer = .wrongMode(subject)
        case .pack: try pack(parcel, &turn)
        case .receive:
            guard isPermitted(.receiving, &turn) else { return }
            let batch = try openBatch(turn)
            if batch?.kind == .dispatch { return try dispatch(parcel, in: batch, &turn) }
            try receive(parcel, in: batch, decided: nil, &turn)
        case .shelve:
            guard isPermitted(.work, &turn) else { return }
            try shelve(parcel, &turn)
        case .collect: try askForCode(parcel, &turn)
        case .giveBack:
            guard isPermitted(.work, &turn) else { return }
            try leave(subject, .giveBack, in: try openBatch(.dispatch, turn), &turn)
        case .dispatch:
            guard isPermitted(.work, &turn) else { return }
            try leave(subject, .dispatch, in: try openBatch(.dispatch, turn), &turn)
        case .accept:
            guard isPermitted(.work, &turn) else { return }
            try accept(parcel, decided: nil, &turn)
        case .find:
            guard isPermitted(.receiving, &turn) else { return }
            try find(subject, &turn)
        }
    }

    // MARK: Coming in

    /// What a person answered to "which carrier?". Confirmed without one, it stays open.
    enum Decision { case carrier(Carrier), open }

    /// - Parameter decided: `nil` before anybody was asked.
    mutating func receive(
        _ parcel: ScannedParcel, in batch: Batch?, decided: Decision?, _ turn: inout DeskContext
    ) throws {
        let subject = parcel.waybill.subject
        let known = try turn.point.parcel(subject)
        guard try isPossible(.receive, known, subject, in: batch, &turn) else { return }
        let expected = try turn.point.expected(subject)
        if needsCarrier(parcel, certain(parcel, expected, batch), decided) { return askForCarrier(parcel, &turn) }
        let id = arrive(parcel, expected, batch, decided, &turn)
        remember(subject, [id])
        turn.answer = .received(
            .init(
                subject, carriers: parcel.carriers, recipient: expected?.recipient,
                count: try count(batch, turn, adding: subject)))
    }

    private mutating func arrive(
        _ parcel: ScannedParcel, _ expected: ExpectedParcel?, _ batch: Batch?, _ decided: Decision?,
        _ turn: inout DeskContext
    ) -> EventID {
        var data = identity(of: parcel, certain: certain(parcel, expected, batch), decided)
        data["batch"] = batch.map { .string($0.id) }
        data["recipient"] = expected?.recipient.map { .string($0.id) }
        let handling = handling ?? expected?.handling ?? .normal
        if handling != .normal { data["handling"] = .string(handling.rawValue) }
        if expected != nil { data["expected"] = true }
        self.handling = nil
        return turn.record(.parcelReceived, parcel.waybill.subject, actor: session?.person, .members(data))
    }

    mutating func accept(
        _ parcel: ScannedParcel, decided: Decision?, order: Order? = nil, _ turn: inout DeskContext
    ) throws {
        let subject = parcel.waybill.subject
        guard try isPossible(.accept, try turn.point.parcel(subject), subject, &turn) else { return }
        if needsCarrier(parcel, nil, decided) { return askForCarrier(parcel, &turn) }
        var data = identity(of: parcel, certain: nil, decided)
        let handling = handling ?? .normal
        if handling != .normal { data["handling"] = .string(handling.rawValue) }
        data["order"] = order.map { .string($0.id) }
        self.handling = nil
        remember(subject, [turn.record(.parcelAccepted, subject, actor: session?.person, .members(data))])
        turn.answer = .accepted(subject, parcel.carriers)
    }

    private func identity(of parcel: ScannedParcel, certain: Carrier?, _ decided: Decision?) -> [String: JSON?] {
        var carrier = certain
        if case .carrier(let answer) = decided { carrier = answer }
        return [
            "waybill": .string(parcel.waybill.number),
            "package": parcel.waybill.package.map { .integer(Int64($0)) },
            "carriers": .array(parcel.carriers.map { .string($0.rawValue) }),
            "carrier": carrier.map { .string($0.rawValue) }, "symbology": parcel.symbology.map { .string($0) },
            "raw": .string(
                PersonalText.masked(
                    String(decoding: parcel.raw, as: UTF8.self), keeping: parcel.waybill.number)),
            "scanner": .string(name),
        ]
    }

    /// What tells the carrier: the center's word, or the hand-over's carrier where the number's form does not speak against it.
    private func certain(_ parcel: ScannedParcel, _ expected: ExpectedParcel?, _ batch: Batch?) -> Carrier? {
        if let carrier = expected?.carrier { return carrier }
        guard let carrier = batch?.carrier, parcel.carriers.isEmpty || parcel.carriers.contains(carrier) else {
            return nil
        }
        return carrier
    }

    /// Only an operator is asked: a courier in a hurry is not held up, and at an open desk the center decides.
    private func needsCarrier(_ parcel: ScannedParcel, _ certain: Carrier?, _ decided: Decision?) -> Bool {
        certain == nil && decided == nil && parcel.carriers.count > 1 && !parcel.isCertain && session?.role == .operator
    }

    private mutating func askForCarrier(_ parcel: ScannedParcel, _ turn: inout DeskContext) {
        ask(.carrier(parcel), turn)
        turn.answer = .askCarrier(parcel.waybill.subject, parcel.carriers)
    }

    // MARK: Shelves

    private mutating func shelve(
        _ parcel: ScannedParcel, decided: Decision? = nil, _ turn: inout DeskContext
    ) throws {
        let subject = parcel.waybill.subject
        guard !policy.shelves.slots.isEmpty else { return turn.answer = .noShelves }
        if let known = try turn.point.parcel(subject), known.isPresent {
            if known.status == .shelved {
                turn.answer = .already(.parcel(.init(known), nil))
                return
            }
            guard try isPossible(.shelve, known, subject, &turn) else { return }
            return try shelve(subject, known.condition, .init(known), try turn.point.expected(subject), &turn)
        }
        let expected = try turn.point.expected(subject)
        guard try isPossible(.receive, try turn.point.parcel(subject), subject, &turn) else { return }
        let batch = try openBatch(.delivery, turn)
        if needsCarrier(parcel, certain(parcel, expected, batch), decided) { return askForCarrier(parcel, &turn) }
        var condition = Parcel.Condition(status: .received, arrived: turn.moment)
        condition.handling = handling ?? expected?.handling ?? .normal
        condition.recipient = expected?.recipient?.id
        let count = try count(batch, turn, adding: subject)
        let id = arrive(parcel, expected, batch, decided, &turn)
        let here = Answer.Whereabouts(subject, .received)
        try shelve(subject, condition, here, expected, after: [id], counted: count, &turn)
    }

    /// A parcel that is here, once its recipient agrees; if that has to be asked first, it stays received.
    private mutating func shelve(
        _ subject: String, _ condition: Parcel.Condition, _ here: Answer.Whereabouts, _ expected: ExpectedParcel?,
        after events: [EventID] = [], counted count: Answer.Count? = nil, _ turn: inout DeskContext
    ) throws {
        var condition = condition
        condition.consent = condition.consent ?? expected?.consent
        guard condition.consent != nil || policy.consent != .ask else {
            if !events.isEmpty { remember(subject, events) }
            ask(.consent(subject, handling), turn)
            handling = nil
            let whom = try condition.recipient.flatMap { try recipient($0, subject, turn) }
            return turn.answer = .askConsent(here, whom, count)
        }
        try place(subject, condition, after: events, form: expected?.code, counted: count, &turn)
    }

    mutating func give(_ consent: Parcel.Consent, _ turn: inout DeskContext) throws {
        guard case .consent(let subject, let wanted) = question else {
            return turn.answer = .nothingAsked(.consent(consent))
        }
        question = nil
        handling = handling ?? wanted
        let parcel = try turn.point.parcel(subject)
        // Another desk may have been asked about it too.
        if let parcel, parcel.status == .shelved { return turn.answer = .already(.parcel(.init(parcel), nil)) }
        guard try isPossible(.shelve, parcel, subject, &turn), var condition = parcel?.condition else { return }
        condition.consent = consent
        try place(subject, condition, after: [], form: try turn.point.expected(subject)?.code, &turn)
    }

    /// It goes back with its carrier, who brings it to the door.
    mutating func refuseConsent(_ turn: inout DeskContext) throws {
        guard case .consent(let subject, _) = question else { return turn.answer = .nothingAsked(.noConsent) }
        question = nil
        // "Refused" was said with it; the next parcel is another one.
        armed = nil
        let parcel = try turn.point.parcel(subject)
        let verdict = try judge(.refused, isResolved: false, on: parcel, turn)
        guard try accept(verdict, parcel, subject, &turn), let parcel else { return }
        let id = turn.record(
            .parcelFlagged, subject, actor: session?.person,
            ["flag": .string(Parcel.Flag.refused.rawValue), "resolved": false, "consent": "refused"])
        remember(subject, [id])
        var known = Answer.Whereabouts(parcel)
        known.flags = (known.flags + [.refused]).sorted()
        turn.answer = .consentRefused(known)
    }

    mutating func shelve(_ parcel: ScannedParcel, decided: Decision, _ turn: inout DeskContext) throws {
        try shelve(parcel, decided: Optional(decided), &turn)
    }

    /// Chooses a slot and a code. Without a free slot the parcel stays received, and the answer says so.
    private mutating func place(
        _ subject: String, _ condition: Parcel.Condition, after events: [EventID], form: PickUpCode.Form?,
        counted count: Answer.Count? = nil, _ turn: inout DeskContext
    ) throws {
        let wanted = handling ?? condition.handling
        handling = nil
        let occupied = try turn.point.occupancy()
        let form = form ?? policy.codeForm
        guard let slot = policy.shelves.emptiest(for: wanted, occupied: occupied),
            let code = try issue(form, slot.name, &turn)
        else {
            if !events.isEmpty { remember(subject, events) }
            return turn.answer = .noSlot(.init(subject, condition.status), count)
        }
        let id = relocate(
            subject, slot.name, code, wanted == condition.handling ? nil : wanted, condition.consent, &turn)
        remember(subject, events + [id])
        shelved = subject
        var place = Answer.Whereabouts(subject, .shelved, slot: slot.name, code: code)
        place.consent = condition.consent
        place.lacksConsent = condition.consent == nil && policy.consent == .warn
        turn.answer = .shelved(
            place, try condition.recipient.flatMap { try recipient($0, subject, turn) }, count)
    }

    /// Whom a parcel is for, from what the point knows, or from the announcement if the parcel came in this very turn.
    private func recipient(_ id: String, _ subject: String, _ turn: DeskContext) throws -> Recipient? {
        if let known = try turn.point.recipient(id) { return known }
        return try turn.point.expected(subject)?.recipient
    }

    mutating func moveOn(_ turn: inout DeskContext) throws {
        guard let subject = shelved, let parcel = try turn.point.parcel(subject), parcel.status == .shelved,
            let from = parcel.condition.slot
        else { return turn.answer = .nothingAsked(.nextShelf) }
        guard try isPossible(.shelve, parcel, subject, &turn) else { return }
        let wanted = handling ?? parcel.condition.handling
        handling = nil
        let slot = policy.shelves.next(after: from, for: wanted, occupied: try turn.point.occupancy())
        var code = parcel.condition.code
        if let slot, code.map({ $0.hasPrefix(from + "-") }) ?? true { code = try issue(.shelf, slot.name, &turn) }
        guard let slot, let code else { return turn.answer = .noSlot(.init(parcel), nil) }
        let id = relocate(subject, slot.name, code, wanted == parcel.condition.handling ? nil : wanted, nil, &turn)
        remember(subject, [id])
        var moved = Answer.Whereabouts(parcel)
        (moved.slot, moved.code) = (slot.name, code)
        turn.answer = .moved(moved)
    }

    private func relocate(
        _ subject: String, _ slot: String, _ code: String?, _ handling: Parcel.Handling?,
        _ consent: Parcel.Consent?, _ turn: inout DeskContext
    ) -> EventID {
        turn.record(
            .parcelRelocated, subject, actor: session?.person,
            .members([
                "slot": .string(slot), "code": code.map { .string($0) },
                "handling": handling.map { .string($0.rawValue) },
                "consent": consent.map { .string($0.rawValue) },
            ]))
    }

    func issue(_ form: PickUpCode.Form, _ slot: String, _ turn: inout DeskContext) throws -> String? {
        let point = turn.point
        func draw(_ generator: inout some RandomNumberGenerator) throws -> String? {
            try PickUpCode.issue(form, slot: slot, isTaken: { try point.parcel(code: $0) != nil }, using: &generator)
        }
        return try draw(&turn.generator)
    }

    // MARK: Leaving

    /// Back to the carrier, or on its way.
    mutating func leave(
        _ subject: String, _ action: Parcel.Action, in batch: Batch?, _ turn: inout DeskContext
    ) throws {
        guard try isPossible(action, try turn.point.parcel(subject), subject, &turn) else { return }
        let isReturn = action == .giveBack
        let id = turn.record(
            isReturn ? .parcelReturned : .parcelDispatched, subject, actor: session?.person,
            .members([
                "batch": batch.map { .string($0.id) }, "carrier": batch?.carrier.map { .string($0.rawValue) },
            ]))
        turn.actions.append(.count(key: Self.attemptKey(parcel: subject), nil))
        remember(subject, [id])
        let count = try count(batch, turn, adding: subject)
        turn.answer =
            isReturn
            ? .returned(subject, count)
            : .dispatched(subject, count, order: try dispatchOrder(in: subject, batch: batch, &turn))
    }

    // MARK: Problems

    private mutating func flag(_ subject: String, _ what: ArmedModifier, _ turn: inout DeskContext) throws {
        armed = nil
        let parcel = try turn.point.parcel(subject)
        let flags: [Parcel.Flag]
        let isResolved: Bool
        switch what {
        case .flag(let flag): (flags, isResolved) = ([flag], false)
        case .resolve: (flags, isResolved) = (parcel?.condition.flags.sorted() ?? [], true)
        }
        let verdict = try judge(flags.first ?? .damaged, isResolved: isResolved, on: parcel, turn)
        guard try accept(verdict, parcel, subject, &turn), let parcel else { return }
        let ids = flags.map { flag in
            turn.record(
                .parcelFlagged, subject, actor: session?.person,
                ["flag": .string(flag.rawValue), "resolved": .boolean(isResolved)])
        }
        remember(subject, ids)
        var known = Answer.Whereabouts(parcel)
        known.flags = isResolved ? [] : (known.flags + flags).sorted()
        turn.answer = isResolved ? .resolved(known) : .flagged(known)
    }

    /// What a courier flagged counts for more once somebody of the point has said the same.
    private func judge(
        _ flag: Parcel.Flag, isResolved: Bool, on parcel: Parcel?, _ turn: DeskContext
    ) throws -> ParcelLife.Verdict {
        let verdict = ParcelLife.evaluate(flag, isResolved: isResolved, on: parcel)
        guard verdict == .already, !isResolved, session?.role != .courier, let parcel,
            let setter = parcel.condition.flaggedBy[flag],
            try turn.point.person(setter)?.roles.isDisjoint(with: [.operator, .supervisor]) ?? true
        else { return verdict }
        return .becomes(parcel.status)
    }

    private mutating func find(_ subject: String, _ turn: inout DeskContext) throws {
        found = nil
        guard let parcel = try turn.point.parcel(subject) else {
            return turn.answer = .impossible(
                .init(
                    subject, nil, .notHere, possible: ParcelLife.possible(for: nil),
                    recipient: try turn.point.expected(subject)?.recipient))
        }
        found = subject
        turn.answer = .found(
            .parcel(
                .init(parcel), possible: ParcelLife.possible(for: parcel),
                try parcel.condition.recipient.flatMap { try turn.point.recipient($0) }))
    }

    // MARK: Judging

    /// Whether the deed changes anything; if not, the answer is given.
    func isPossible(
        _ action: Parcel.Action, _ parcel: Parcel?, _ subject: String, in batch: Batch? = nil, _ turn: inout DeskContext
    ) throws -> Bool {
        try accept(ParcelLife.evaluate(action, on: parcel), parcel, subject, in: batch, &turn)
    }

    private func accept(
        _ verdict: ParcelLife.Verdict, _ parcel: Parcel?, _ subject: String, in batch: Batch? = nil,
        _ turn: inout DeskContext
    ) throws -> Bool {
        switch (verdict, parcel) {
        case (.becomes, _): return true
        case (.already, let parcel?): turn.answer = .already(.parcel(.init(parcel), try count(batch, turn)))
        case (.already, nil):
            turn.answer = .impossible(.init(subject, nil, .notHere, possible: ParcelLife.possible(for: nil)))
        case (.impossible(let obstacle), _):
            turn.answer = .impossible(
                .init(
                    subject, parcel.map { .init($0) }, obstacle, possible: ParcelLife.possible(for: parcel),
                    count: try count(batch, turn)))
        }
        return false
    }
}
