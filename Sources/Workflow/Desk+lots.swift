import Domain
import Phrases
import Projections

/// Crates that belong together, and what takes one out of the account again.
extension Desk {
    /// "Weighed": the lot is whole, gets its label, and the farmer the receipt.
    mutating func closeLot(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let id = weighing.lot, let lot = try turn.point.lot(id) else { return turn.answer = .noLot }
        guard try endLot(&turn) else { return turn.answer = .noLot }
        turn.closed = nil
        turn.answer = .lotClosed(try account(lot, turn))
        weighing = Weighing(last: weighing.last)
    }

    /// Ends the lot that is open at this desk, if there is one with crates in it.
    /// - Returns: whether there was.
    @discardableResult
    mutating func endLot(_ turn: inout DeskContext) throws -> Bool {
        guard let id = weighing.lot else { return false }
        weighing.lot = nil
        guard let lot = try turn.point.lot(id), lot.status == .open, !lot.crates.isEmpty else { return false }
        let packing = Lot.Packing(lot, try lot.crates.compactMap { try turn.point.weighIn($0) })
        turn.record(.lotPacked, id, actor: session?.person, packing.json)
        let totals = try totals(of: lot, turn)
        turn.closed = Answer.Closed(
            lot: id, crates: lot.crates.count, net: lot.net, amount: totals.unpriced == 0 ? totals.amount : nil)
        return true
    }

    private func totals(of lot: Lot, _ turn: DeskContext) throws -> AccountStatement.Totals {
        let entries = try lot.crates.compactMap { try turn.point.weighIn($0) }
        return AccountStatement(farmer: lot.farmer, crates: entries).totals ?? AccountStatement.Totals()
    }

    func account(_ lot: Lot, _ turn: DeskContext) throws -> Answer.LotAccount {
        let totals = try totals(of: lot, turn)
        let (produce, grade) = try names(lot.produce, lot.grade, turn)
        return Answer.LotAccount(
            lot.id, farmer: try turn.point.person(lot.farmer)?.name, produce, grade: grade, crates: lot.crates.count,
            net: lot.net, amount: totals.unpriced == 0 ? totals.amount : nil)
    }

    /// As the catalog in force has them; what it does not know stands with its id.
    func names(_ produce: String, _ grade: String, _ turn: DeskContext) throws -> (Answer.ProduceName, grade: String) {
        guard let known = try turn.point.catalog()?.produce(produce) else { return (.init(produce), grade) }
        return (.init(known), known.grades.first { $0.id == grade }?.name ?? grade)
    }

    // MARK: Out of the account

    /// The receipt's or the label's code: what "void", "offer" and the questions about it refer to.
    mutating func show(weighIn number: WeighIn.Number, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let entry = try turn.point.weighIn(number.description) else {
            return turn.answer = .nothingHere(number.description)
        }
        weighing.last = number.description
        turn.answer = .found(.crate(try crate(entry, turn)))
    }

    /// The square on a paper: whether it tells what was recorded, and what that is. "Void" and "offer" then refer to it.
    mutating func check(_ proof: RecordProof, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        let chain = turn.point.chain
        // Another kiosk's records and pruned ones are the center's to judge.
        guard proof.kiosk == chain.kiosk, let record = try record(of: proof, turn) else {
            return turn.answer = .receiptUnknown
        }
        // A journal that was given up may hold other records in the places of those that a card put back did not have: about
        // papers of that time only the center can tell.
        guard record.hash == proof.hash else {
            return turn.answer = proof.epoch == chain.epoch ? .receiptWrong : .receiptUnknown
        }
        turn.answer = .receiptRight(.other(record.subject))
        guard let subject = record.subject else { return }
        switch record.type {
        case .weighInRecorded:
            guard let entry = try turn.point.weighIn(subject) else { return }
            weighing.last = subject
            turn.answer = .receiptRight(.crate(try crate(entry, turn)))
        case .lotPacked:
            // What it tells is the lot as it was when it was printed; what was voided since is said with it.
            guard let lot = try turn.point.lot(subject) else { return }
            labelled = lot.id
            // A recovery has put it elsewhere.
            let packed =
                proof.epoch == chain.epoch
                ? try turn.point.event(proof.sequence)
                : try turn.point.packing(of: subject).flatMap { $0.draft.id == record.id ? $0 : nil }
            turn.answer = .receiptRight(.lot(try account(lot, turn), voided: packed.map { voided(in: lot, $0) } ?? 0))
        case .paymentMade, .paymentReversed:
            guard let number = Payment.Number(subject), let entry = try turn.point.payment(number) else { return }
            paying.last = number
            turn.answer = .receiptRight(.payment(try payout(entry, turn)))
        default: break
        }
    }

    /// What stands in that place, also of a journal from before a recovery.
    private func record(of proof: RecordProof, _ turn: DeskContext) throws -> MovedRecord? {
        guard proof.epoch == turn.point.chain.epoch else { return try turn.point.former(proof.epoch, proof.sequence) }
        return try turn.point.event(proof.sequence).map { MovedRecord($0, of: proof.epoch) }
    }

    /// How many crates of a lot were voided since it was closed.
    private func voided(in lot: Lot, _ packed: Event) -> Int {
        let told = (try? JSON(parsing: packed.draft.data))?["crates"]?.array?.count ?? 0
        return max(told - lot.crates.count, 0)
    }

    func crate(_ entry: WeighInEntry, _ turn: DeskContext) throws -> Answer.Crate {
        let (produce, grade) = try names(entry.weighIn.produce, entry.weighIn.grade, turn)
        var crate = Answer.Crate(
            entry.weighIn, farmer: try turn.point.person(entry.weighIn.farmer)?.name, produce, grade: grade,
            pricing: entry.pricing)
        crate.isVoided = !entry.counts
        crate.paidBy = entry.paidBy?.description
        return crate
    }

    /// With a reason; the record itself stays as it is. What is in an open lot an operator may void, what is older a supervisor,
    /// unless the settings say otherwise.
    mutating func void(_ reason: WeighIn.Voiding.Reason, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let number = weighing.last.flatMap(WeighIn.Number.init) else { return turn.answer = .nothingToVoid }
        guard let (entry, lot) = try voidable(number, &turn) else { return }
        let isAlone =
            switch policy.weighing.voids {
            case .operator: true
            case .withinLot: lot.status == .open && entry.paidBy == nil
            case .supervisor: false
            }
        guard isAlone else { return try ask(for: .void(number, reason), &turn) }
        try void(number, reason, approvedBy: nil, &turn)
    }

    /// - Returns: `nil` when it cannot be voided; then the answer is given.
    private func voidable(_ number: WeighIn.Number, _ turn: inout DeskContext) throws -> (
        entry: WeighInEntry, lot: Lot
    )? {
        guard let entry = try turn.point.weighIn(number.description) else {
            turn.answer = .nothingToVoid
            return nil
        }
        guard entry.counts else {
            turn.answer = .already(.voided(try crate(entry, turn)))
            return nil
        }
        // What has gone to the city cannot come back by a word.
        guard let lot = try turn.point.lot(entry.weighIn.lot), lot.left >= entry.weighIn.net else {
            turn.answer = .soldAlready(.crate(try crate(entry, turn)))
            return nil
        }
        return (entry, lot)
    }

    mutating func void(
        _ number: WeighIn.Number, _ reason: WeighIn.Voiding.Reason, approvedBy supervisor: String?,
        _ turn: inout DeskContext
    ) throws {
        guard let (entry, lot) = try voidable(number, &turn) else { return }
        turn.record(
            .weighInVoided, number.description, actor: session?.person,
            WeighIn.Voiding(
                voids: entry.id, number: entry.weighIn.number, reason: reason, approvedBy: supervisor
            ).json)
        var voided = try crate(entry, turn)
        voided.isVoided = true
        voided.crates = lot.crates.count - 1
        turn.answer = .voided(voided)
    }

    // MARK: The shop

    mutating func offer(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let id = labelled, let lot = try turn.point.lot(id) else {
            return turn.answer = .scanLabelFirst
        }
        guard lot.status != .open, lot.left > .zero else {
            let account = try account(lot, turn)
            return turn.answer = lot.status == .open ? .lotIsOpen(.lot(account)) : .soldAlready(.stock(.lot(account)))
        }
        guard let price = try turn.point.catalog()?.price(of: lot.produce, grade: lot.grade, at: turn.moment.now.span)
        else {
            return turn.answer = .noPrice(.offer(try account(lot, turn)))
        }
        let until = turn.moment.now.span.map { $0.latest.adding(Self.offerMilliseconds) }
        turn.record(
            .lotOffered, id, actor: session?.person,
            Lot.Offer(quantity: lot.left, price: price, until: until).json)
        var account = try account(lot, turn)
        account.net = lot.left
        turn.answer = .offered(account, price)
    }

    /// Fresh produce is offered for so long; the center may end it sooner.
    static let offerMilliseconds: Int64 = 3 * 86_400_000

    mutating func show(lot id: String, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let lot = try turn.point.lot(id) else {
            return turn.answer = .nothingHere(id)
        }
        if mode == .pack, packing != nil { return try take(from: lot, &turn) }
        labelled = id
        turn.answer = .found(.lot(try account(lot, turn)))
    }
}
