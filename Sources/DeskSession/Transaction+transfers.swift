public import Domain
public import Journal

extension Transaction {
    /// Records the county's transfers, each once, where all of its crates are open for just these amounts.
    /// - Returns: what was recorded, and which were not, with the reason. One that was recorded before is in neither.
    public func record(
        _ transfers: [Transfer], at moment: Moment, using generator: inout some RandomNumberGenerator
    ) throws -> (events: [Event], refused: [(id: String, reason: Transfer.Refusal)]) {
        var events: [Event] = []
        var refused: [(id: String, reason: Transfer.Refusal)] = []
        // Also those that were reversed: the same transfer is not made twice, to whomever.
        var known = try payments(of: Set(transfers.map(\.id)))
        for transfer in transfers {
            if let payment = known[transfer.id] {
                // The county would take the money of these crates for sent.
                let isSame = try canonical(payment.farmer) == canonical(transfer.farmer)
                if !isSame || payment.crates != transfer.crates { refused.append((transfer.id, .idUsed)) }
                continue
            }
            if let reason = try refusal(of: transfer) {
                refused.append((transfer.id, reason))
                continue
            }
            guard
                let payment = Payment(
                    number: try nextPayment(), farmer: transfer.farmer, method: .transfer, reference: transfer.id,
                    crates: transfer.crates)
            else {
                refused.append((transfer.id, .otherAmount))
                continue
            }
            known[transfer.id] = payment
            events.append(
                try record(
                    EventDraft(.paymentMade, payment.number.description, at: moment, payment.json, using: &generator),
                    needsRoom: false))
        }
        return (events, refused)
    }

    private func refusal(of transfer: Transfer) throws -> Transfer.Refusal? {
        for item in transfer.crates {
            guard let entry = try weighIn(item.number.description), entry.id == item.id else { return .unknownCrate }
            guard try canonical(entry.weighIn.farmer) == canonical(transfer.farmer) else { return .otherFarmer }
            guard entry.due == .payment else { return .notOpen }
            guard entry.amount == item.amount else { return .otherAmount }
        }
        return nil
    }
}
