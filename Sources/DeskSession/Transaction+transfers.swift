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
        for transfer in transfers {
            if let crates = try recorded(transfer) {
                // The county would take the money of these crates for sent.
                if crates != transfer.crates { refused.append((transfer.id, .idUsed)) }
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
            events.append(
                try record(
                    EventDraft(.paymentMade, payment.number.description, at: moment, payment.json, using: &generator),
                    needsRoom: false))
        }
        return (events, refused)
    }

    /// The crates of the transfer of that name. Also of one that was reversed: the same transfer is not made twice.
    private func recorded(_ transfer: Transfer) throws -> [Payment.Item]? {
        try payments(of: transfer.farmer).first {
            $0.payment.method == .transfer && $0.payment.reference == transfer.id
        }?.payment.crates
    }

    private func refusal(of transfer: Transfer) throws -> Transfer.Refusal? {
        for item in transfer.crates {
            guard let entry = try weighIn(item.number.description), entry.id == item.id else { return .unknownCrate }
            guard entry.weighIn.farmer == transfer.farmer else { return .otherFarmer }
            guard entry.due == .payment else { return .notOpen }
            guard entry.amount == item.amount else { return .otherAmount }
        }
        return nil
    }
}
