import Barcodes
import Domain
import Phrases

/// A hand-over between a courier and the point: ten parcels in ten seconds, and at the end both sides know the count.
extension Desk {
    /// The hand-over that scans at this desk belong to: the courier's own, wherever it was begun, or for an operator the
    /// one begun at this desk.
    func openBatch(_ turn: DeskContext) throws -> Batch? {
        guard let session else { return nil }
        if session.role == .courier { return try turn.point.batch(of: session.person) }
        return try turn.point.batch(at: name)
    }

    /// The same, if it is of that kind.
    func openBatch(_ kind: Batch.Kind, _ turn: DeskContext) throws -> Batch? {
        let batch = try openBatch(turn)
        return batch?.kind == kind ? batch : nil
    }

    /// A courier scans a parcel.
    mutating func handOver(_ parcel: ScannedParcel, _ turn: inout DeskContext) throws {
        guard let batch = try openBatch(turn) else { return turn.answer = .openBatchFirst }
        switch batch.kind {
        case .delivery: try receive(parcel, in: batch, decided: nil, &turn)
        case .dispatch: try dispatch(parcel, in: batch, &turn)
        }
    }

    /// What leaves with a courier: what villagers send, and what goes back because something is wrong with it. A parcel
    /// that waits for its recipient stays.
    mutating func dispatch(_ scanned: ScannedParcel, in batch: Batch?, _ turn: inout DeskContext) throws {
        let subject = scanned.waybill.subject
        let parcel = try turn.point.parcel(subject)
        // What waits for another carrier is not this courier's: by its record, or by a number that can be nobody else's.
        if session?.role == .courier, let parcel, parcel.isPresent, let mine = session?.carrier ?? batch?.carrier,
            let theirs = parcel.condition.carrier ?? (scanned.isCertain ? scanned.carriers.first : nil), mine != theirs
        {
            return turn.answer = .notForDispatch(.init(parcel).withoutCode)
        }
        guard let parcel, parcel.isPresent, parcel.status != .accepted else {
            return try leave(subject, parcel?.status == .returned ? .giveBack : .dispatch, in: batch, &turn)
        }
        // What a courier flagged himself opens nothing, at whichever desk and whenever it was: an operator gives it.
        let own = try session.flatMap { $0.role == .courier ? try turn.point.canonical($0.person) : nil }
        let opening = try parcel.condition.flags.filter { flag in
            guard let own, let setter = parcel.condition.flaggedBy[flag] else { return true }
            return try turn.point.canonical(setter) != own
        }
        guard !opening.isEmpty else {
            return turn.answer = .notForDispatch(.init(parcel).withoutCode)
        }
        try leave(subject, .giveBack, in: batch, &turn)
    }

    mutating func open(_ kind: Batch.Kind, _ turn: inout DeskContext) throws {
        guard isPermitted(.batch, &turn), let session else { return }
        if let batch = try openBatch(turn) {
            return turn.answer = .batchIsOpen(try count(batch, turn))
        }
        // For whom a courier comes the county says, where it does.
        let carrier = session.role == .courier ? session.carrier ?? carrier : carrier ?? session.carrier
        self.carrier = nil
        try endLot(&turn)
        (weighing, packing) = (Weighing(), nil)
        mode = .receive
        turn.record(
            .batchOpened, { $0.text }, actor: session.person,
            .members([
                "kind": .string(kind.rawValue), "carrier": carrier.map { .string($0.rawValue) },
                "courier": .string(session.person), "desk": .string(name),
            ]))
        turn.answer = .batchOpened(kind)
    }

    mutating func closeBatch(_ turn: inout DeskContext) throws {
        guard isPermitted(.batch, &turn) else { return }
        guard let batch = try openBatch(turn) else { return turn.answer = .noBatch }
        let count = try account(batch, turn)
        func list(_ subjects: [String]) -> JSON { .array(subjects.map { .string($0) }) }
        turn.record(
            .batchClosed, batch.id, actor: session?.person,
            .members([
                "kind": .string(batch.kind.rawValue), "carrier": batch.carrier.map { .string($0.rawValue) },
                "courier": .string(batch.courier), "scanned": .integer(Int64(count.scanned)),
                "missing": list(count.missing), "missingcount": .integer(Int64(count.missingCount)),
                "unexpected": list(count.unexpected), "unexpectedcount": .integer(Int64(count.unexpectedCount)),
            ]))
        turn.answer = .batchClosed(count)
    }

    /// - Parameters:
    ///   - subject: what this turn adds; one that came back within the same hand-over counts once.
    ///   - left: the hand-over out of which this turn takes a parcel.
    func count(
        _ batch: Batch?, _ turn: DeskContext, adding subject: String? = nil, removing left: String? = nil
    ) throws -> Answer.Count? {
        try batch.map { try count($0, turn, adding: subject, removing: left) }
    }

    private func count(
        _ batch: Batch, _ turn: DeskContext, adding subject: String? = nil, removing left: String? = nil
    ) throws -> Answer.Count {
        let items = try turn.point.items(of: batch.id)
        let isNew = subject.map { !items.contains($0) } ?? false
        return Answer.Count(
            kind: batch.kind, scanned: items.count + (isNew ? 1 : 0) - (left == batch.id && !items.isEmpty ? 1 : 0))
    }

    /// A list in an event names at most so many; the numbers are always whole.
    static let mostListed = 100

    private func account(_ batch: Batch, _ turn: DeskContext) throws -> Answer.Count {
        let items = try turn.point.items(of: batch.id).sorted()
        let missing: [String]
        var unexpected: [String] = []
        switch batch.kind {
        case .delivery:
            missing = try turn.point.awaited(from: batch.carrier)
            // What was announced may be gone from the center's list by now, because it has come.
            let strange = try items.filter { item in
                try turn.point.parcel(item)?.condition.isAnnounced != true && turn.point.expected(item) == nil
            }
            if try strange.count < items.count || turn.point.hasExpectations() { unexpected = strange }
        case .dispatch: missing = try turn.point.accepted(for: batch.carrier)
        }
        return Answer.Count(
            kind: batch.kind, scanned: items.count, missing: Array(missing.prefix(Self.mostListed)),
            missingCount: missing.count, unexpected: Array(unexpected.prefix(Self.mostListed)),
            unexpectedCount: unexpected.count)
    }
}
