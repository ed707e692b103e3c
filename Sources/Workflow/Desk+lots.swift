import Domain

/// Crates that belong together, and what takes one out of the account again.
extension Desk {
    /// "Weighed": the lot is whole, gets its label, and the farmer the receipt.
    mutating func closeLot(_ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let id = weighing.lot, let lot = try turn.point.lot(id) else { return turn.answer = Answer(.noLot) }
        guard try endLot(&turn) else { return turn.answer = Answer(.noLot) }
        turn.closed = nil
        turn.answer = Answer(.lotClosed)
        describeWeighing(&turn)
        try describe(lot, &turn)
        weighing = Weighing(last: weighing.last)
    }

    /// Ends the lot that is open at this desk, if there is one with crates in it.
    /// - Returns: whether there was.
    @discardableResult
    mutating func endLot(_ turn: inout Turn) throws -> Bool {
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

    private func totals(of lot: Lot, _ turn: Turn) throws -> Statement.Totals {
        let entries = try lot.crates.compactMap { try turn.point.weighIn($0) }
        return Statement(farmer: lot.farmer, lines: entries).totals ?? Statement.Totals()
    }

    func describe(_ lot: Lot, _ turn: inout Turn) throws {
        let catalog = try turn.point.catalog()
        let totals = try totals(of: lot, turn)
        let farmer = try turn.point.person(lot.farmer)?.name
        turn.goods.lot = lot.id
        turn.goods.crates = lot.crates.count
        turn.goods.net = lot.net
        turn.goods.amount = totals.unpriced == 0 ? totals.amount : nil
        turn.goods.farmer = farmer
        turn.goods.produce = catalog?.produce(lot.produce)?.name ?? lot.produce
        turn.goods.english = catalog?.produce(lot.produce)?.english
        turn.goods.grade =
            catalog?.produce(lot.produce)?.grades.first { $0.id == lot.grade }?.name ?? lot.grade
    }

    // MARK: Out of the account

    /// The receipt's or the label's code: what "void", "offer" and the questions about it refer to.
    mutating func show(weighIn number: WeighIn.Number, _ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let entry = try turn.point.weighIn(number.description) else {
            return turn.answer = Answer(.nothingHere) { $0.subject = number.description }
        }
        weighing.last = number.description
        turn.answer = Answer(.found) { $0.subject = number.description }
        try describe(entry, &turn)
    }

    /// The square on a paper: whether it tells what was recorded, and what that is. "Void" and "offer" then refer to it.
    mutating func check(_ proof: RecordProof, _ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        let chain = turn.point.chain
        // Another journal's records, those of an earlier journal of this point and pruned ones are the center's to judge.
        guard proof.kiosk == chain.kiosk, proof.epoch == chain.epoch, let event = try turn.point.event(proof.sequence)
        else { return turn.answer = Answer(.receiptUnknown) }
        guard event.hash == proof.hash else { return turn.answer = Answer(.receiptWrong) }
        let subject = event.draft.subject
        turn.answer = Answer(.receiptRight) { $0.subject = subject }
        if event.draft.type == .weighInRecorded, let subject, let entry = try turn.point.weighIn(subject) {
            // A receipt of several crates names the last one; what it tells is the lot, as it was when it was printed.
            if let lot = try turn.point.lot(entry.weighIn.lot), lot.crates.count > (entry.counts ? 1 : 0) {
                labelled = lot.id
                try describe(lot, &turn)
                turn.goods.crate = entry.weighIn.net
                turn.goods.isVoided = !entry.counts
            } else {
                weighing.last = subject
                try describe(entry, &turn)
            }
        }
    }

    func describe(_ entry: WeighInEntry, _ turn: inout Turn) throws {
        let catalog = try turn.point.catalog()
        let produce = catalog?.produce(entry.weighIn.produce)
        turn.goods.describe(entry.weighIn)
        turn.goods.farmer = try turn.point.person(entry.weighIn.farmer)?.name
        turn.goods.produce = produce?.name ?? entry.weighIn.produce
        turn.goods.english = produce?.english
        turn.goods.spoken = produce?.spoken
        turn.goods.grade =
            produce?.grades.first { $0.id == entry.weighIn.grade }?.name ?? entry.weighIn.grade
        turn.goods.isVoided = !entry.counts
    }

    /// A supervisor's word, with a reason; the record itself stays as it is.
    mutating func void(_ reason: WeighIn.Voiding.Reason, _ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let number = weighing.last, let entry = try turn.point.weighIn(number) else {
            return turn.answer = Answer(.nothingToVoid)
        }
        guard entry.counts else {
            turn.answer = Answer(.already) { $0.subject = number }
            return try describe(entry, &turn)
        }
        // What has gone to the city cannot come back by a word.
        guard let lot = try turn.point.lot(entry.weighIn.lot), lot.left >= entry.weighIn.net else {
            turn.answer = Answer(.soldAlready) { $0.subject = number }
            return try describe(entry, &turn)
        }
        turn.record(
            .weighInVoided, number, actor: session?.person,
            WeighIn.Voiding(voids: entry.id, number: entry.weighIn.number, reason: reason).json)
        turn.answer = Answer(.voided) { $0.subject = number }
        try describe(entry, &turn)
        turn.goods.isVoided = true
        turn.goods.crates = lot.crates.count - 1
    }

    // MARK: The shop

    mutating func offer(_ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let id = labelled, let lot = try turn.point.lot(id) else {
            return turn.answer = Answer(.scanLabelFirst)
        }
        guard lot.status != .open, lot.left > .zero else {
            turn.answer = Answer(lot.status == .open ? .lotIsOpen : .soldAlready)
            return try describe(lot, &turn)
        }
        guard let price = try turn.point.catalog()?.price(of: lot.produce, grade: lot.grade, at: turn.trustedTime)
        else {
            turn.answer = Answer(.noPrice)
            return try describe(lot, &turn)
        }
        let until = turn.trustedTime.map { Timestamp(milliseconds: $0.milliseconds + Self.offerMilliseconds) }
        turn.record(
            .lotOffered, id, actor: session?.person,
            Lot.Offer(quantity: lot.left, price: price, until: until).json)
        turn.answer = Answer(.offered)
        try describe(lot, &turn)
        turn.goods.net = lot.left
        turn.goods.price = price
    }

    /// Fresh produce is offered for so long; the center may end it sooner.
    static let offerMilliseconds: Int64 = 3 * 86_400_000

    mutating func show(lot id: String, _ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let lot = try turn.point.lot(id) else {
            return turn.answer = Answer(.nothingHere) { $0.subject = id }
        }
        if mode == .pack, packing != nil { return try take(from: lot, &turn) }
        labelled = id
        turn.answer = Answer(.found)
        try describe(lot, &turn)
    }
}
