import Barcodes
import Domain
import Phrases

/// A parcel goes to its recipient: by code, by the recipient's QR, or by the operator's word; and the parcel's own scan
/// shows that it is the right one.
extension Desk {
    static let hourKey = "code"
    static func attemptKey(parcel subject: String) -> String { "code:\(subject)" }

    /// The parcel first: then its code is asked for.
    mutating func askForCode(_ parcel: ScannedParcel, _ turn: inout DeskContext) throws {
        guard isPermitted(.receiving, &turn) else { return }
        let subject = parcel.waybill.subject
        guard let known = try turn.point.parcel(subject) else {
            _ = try isPossible(.collect, nil, subject, &turn)
            return
        }
        guard try isPossible(.collect, known, subject, &turn) else { return }
        ask(.code(subject), turn)
        turn.answer = .askCode(.init(known).withoutCode)
    }

    mutating func present(code: String, _ turn: inout DeskContext) throws {
        guard isPermitted(.receiving, &turn) else { return }
        let now = turn.moment.now.uptime
        func next(_ key: String, _ rule: AttemptLimiter.Rule) throws -> AttemptLimiter.Verdict {
            AttemptLimiter.next(try turn.point.attempts(key), rule: rule, bootID: turn.moment.bootID, at: now)
        }
        var failures: [Action] = []
        var keys: [(String, AttemptLimiter.Rule)] = [(Self.hourKey, .hour)]
        if case .code(let subject) = question { keys.append((Self.attemptKey(parcel: subject), .parcel)) }
        for (key, rule) in keys {
            switch try next(key, rule) {
            case .go(let attempts): failures.append(.count(key: key, attempts))
            case .locked(let wait, let attempts):
                turn.actions.append(.count(key: key, attempts))
                turn.answer = .locked(milliseconds: wait)
                return
            }
        }
        let match = try turn.point.parcel(code: code)
        switch question {
        case .code(let subject):
            guard let match, let wanted = try turn.point.parcel(subject), isFor(match, wanted) else { break }
            question = nil
            return try collect(subject, by: PickUp.Authority.code.rawValue, reason: nil, rest: [], &turn)
        default:
            guard let match else { break }
            question = nil
            return try beginPickUp(.code, try together(match, turn), turn: &turn)
        }
        turn.actions += failures
        turn.answer = .wrongCode
    }

    private func isFor(_ match: Parcel, _ wanted: Parcel) -> Bool {
        if match.subject == wanted.subject { return true }
        guard let recipient = match.condition.recipient else { return false }
        return wanted.condition.recipient == recipient
    }

    /// One code fetches everything of the same recipient.
    private func together(_ parcel: Parcel, _ turn: DeskContext) throws -> [Parcel] {
        guard let recipient = parcel.condition.recipient else { return [parcel] }
        return try turn.point.parcels(of: recipient)
    }

    /// A recipient's own square. What is nobody's counts like a wrong code.
    mutating func present(member secret: String, _ turn: inout DeskContext) throws {
        let verdict = AttemptLimiter.next(
            try turn.point.attempts(Self.hourKey), rule: .hour, bootID: turn.moment.bootID, at: turn.moment.now.uptime)
        switch verdict {
        case .locked(let wait, let attempts):
            turn.actions.append(.count(key: Self.hourKey, attempts))
            turn.answer = .locked(milliseconds: wait)
        case .go(let attempts):
            guard let id = try turn.point.recipient(secret: BadgeHash(of: secret)) else {
                turn.actions.append(.count(key: Self.hourKey, attempts))
                return turn.answer = .nothingHere(nil)
            }
            let parcels = try turn.point.parcels(of: id)
            guard !parcels.isEmpty else { return turn.answer = .nothingHere(nil) }
            question = nil
            try beginPickUp(.member, parcels, turn: &turn)
        }
    }

    private mutating func beginPickUp(
        _ authority: PickUp.Authority, _ parcels: [Parcel], turn: inout DeskContext
    ) throws {
        let ready = parcels.filter {
            if case .becomes = ParcelLife.evaluate(.collect, on: $0) { true } else { false }
        }.sorted { ($0.condition.slot ?? "", $0.subject) < ($1.condition.slot ?? "", $1.subject) }
        guard let first = ready.first else {
            if let parcel = parcels.first {
                _ = try isPossible(.collect, parcel, parcel.subject, &turn)
            } else {
                turn.answer = .nothingHere(nil)
            }
            return
        }
        typed = ""
        pickUp = PickUp(authority: authority, subjects: ready.map(\.subject))
        asked = turn.moment.now.uptime
        turn.answer = .pickUp(
            ready.map { .init(subject: $0.subject, slot: $0.condition.slot) },
            try first.condition.recipient.flatMap { try turn.point.recipient($0) })
    }

    /// The parcel's own scan: the right one leaves, any other is called wrong, loudly.
    mutating func takeAway(_ subject: String, _ turn: inout DeskContext) throws {
        guard var under = pickUp else { return }
        guard under.subjects.contains(subject) else {
            return turn.answer = .wrongParcel(subject, right: try lines(under.subjects, turn))
        }
        under.subjects.removeAll { $0 == subject }
        try collect(
            subject, by: under.authority.rawValue, reason: nil, rest: try lines(under.subjects, turn), &turn)
        // What could not be handed over still may be, once its problem is resolved.
        if turn.answer?.tone != .refused { pickUp = under.subjects.isEmpty ? nil : under }
        asked = turn.moment.now.uptime
    }

    private func lines(_ subjects: [String], _ turn: DeskContext) throws -> [Answer.Line] {
        try subjects.map { Answer.Line(subject: $0, slot: try turn.point.parcel($0)?.condition.slot) }
    }

    /// The operator's word instead of a code; the reason comes next.
    mutating func override(_ turn: inout DeskContext) {
        guard isPermitted(.work, &turn) else { return }
        guard case .code(let subject) = question else {
            return turn.answer = .nothingAsked(.override)
        }
        ask(.reason(subject), turn)
        turn.answer = .askReason(subject)
    }

    mutating func give(_ reason: DeskCommand.Reason, _ turn: inout DeskContext) throws {
        guard case .reason(let subject) = question else { return turn.answer = .nothingAsked(nil) }
        question = nil
        try collect(subject, by: "override", reason: reason, rest: [], &turn)
    }

    private mutating func collect(
        _ subject: String, by authority: String, reason: DeskCommand.Reason?, rest: [Answer.Line],
        _ turn: inout DeskContext
    ) throws {
        let parcel = try turn.point.parcel(subject)
        guard try isPossible(.collect, parcel, subject, &turn) else { return }
        let id = turn.record(
            .parcelCollected, subject, actor: session?.person ?? parcel?.condition.recipient,
            .members(["by": .string(authority), "reason": reason.map { .string($0.rawValue) }]))
        turn.actions.append(.count(key: Self.attemptKey(parcel: subject), nil))
        remember(subject, [id])
        turn.answer = .collected(subject, rest: rest)
    }
}
