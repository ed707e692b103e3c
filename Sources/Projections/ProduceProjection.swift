public import Domain

/// What an event makes of weigh-ins, lots and orders. The one place that knows it: the live state, a state rebuilt from the
/// journal and the center's account all come from here.
///
/// It never refuses: an event is a fact. One that does not say what it should changes nothing here, and whoever keeps the
/// account shows it as it came.
public enum ProduceProjection {
    /// What an event does, in the order in which it has to be done.
    public enum Step: Hashable, Sendable {
        case record(WeighInEntry)
        case void(number: String, WeighInEntry.Voiding)
        case price(number: String, WeighInEntry.LaterPrice)
        case pay(PaymentEntry)
        case reverse(number: String, PaymentEntry.Reversal)
        /// The lot is ready; or it is on sale.
        case pack(lot: String)
        case offer(lot: String, Lot.Offer)
        case ship(Shipment)
        case set(order: String, Shipment.Status)
    }

    public static func step(_ event: Event) -> Step? {
        let draft = event.draft
        guard types.contains(draft.type), let subject = draft.subject, let data = try? JSON(parsing: draft.data)
        else { return nil }
        let moment = Moment(now: draft.now, bootID: draft.bootID)
        switch draft.type {
        case .weighInRecorded:
            guard let weighIn = WeighIn(data), weighIn.number.description == subject else { return nil }
            return .record(WeighInEntry(weighIn: weighIn, id: draft.id, sequence: event.sequence, moment: moment))
        case .weighInVoided:
            guard let voiding = WeighIn.Voiding(data), voiding.number.description == subject else { return nil }
            return .void(
                number: subject,
                .init(
                    reason: voiding.reason, approvedBy: voiding.approvedBy, sequence: event.sequence, moment: moment))
        case .weighInPriced:
            guard let price = WeighIn.LaterPrice(data), price.number.description == subject else { return nil }
            return .price(
                number: subject,
                .init(pricing: price.pricing, reason: price.reason, sequence: event.sequence, moment: moment))
        case .paymentMade:
            guard let payment = Payment(data), payment.number.description == subject else { return nil }
            return .pay(PaymentEntry(payment: payment, id: draft.id, sequence: event.sequence, moment: moment))
        case .paymentReversed:
            guard let reversal = Payment.Reversal(data), reversal.number.description == subject else { return nil }
            return .reverse(
                number: subject,
                .init(
                    reason: reversal.reason, approvedBy: reversal.approvedBy, sequence: event.sequence, moment: moment))
        case .lotPacked: return Lot.Packing(data).map { _ in .pack(lot: subject) }
        case .lotOffered: return Lot.Offer(data).map { .offer(lot: subject, $0) }
        case .orderPacked:
            guard let packing = Order.Packing(data) else { return nil }
            return .ship(Shipment(order: subject, status: .packed, waybill: packing.parcel, lines: packing.items))
        case .orderDispatched: return .set(order: subject, .dispatched)
        default:
            // Undoing what an order's parcel went through takes the order along.
            guard let order = data["order"]?.string, let undone = data["undoes"]?.string.flatMap({ EventType($0) })
            else { return nil }
            switch undone {
            case .parcelAccepted: return .set(order: order, .unpacked)
            case .parcelDispatched: return .set(order: order, .packed)
            default: return nil
            }
        }
    }

    public static let types: Set<EventType> = [
        .weighInRecorded, .weighInVoided, .weighInPriced, .paymentMade, .paymentReversed, .lotPacked, .lotOffered,
        .orderPacked, .orderDispatched, .parcelCorrected,
    ]

    // MARK: Lots

    /// What a lot adds up to: derived, never counted beside, so that it cannot disagree with what it is made of.
    /// - Parameters:
    ///   - entries: every weigh-in of the lot, the voided ones too, in the order in which they were recorded.
    ///   - shipments: every shipment that took of it.
    public static func lot(
        _ id: String, status: Lot.Status, offer: Lot.Offer?, entries: [WeighInEntry], shipments: [Shipment]
    ) -> Lot? {
        guard let first = entries.first?.weighIn else { return nil }
        let crates = entries.filter(\.counts)
        let taken = shipments.filter(\.takes).flatMap(\.lines).filter { $0.lot == id }
        return Lot(
            id: id, farmer: first.farmer, produce: first.produce, grade: first.grade, status: status,
            crates: crates.map(\.weighIn.number.description),
            net: crates.reduce(Mass.zero) { $0.adding($1.weighIn.net) },
            taken: taken.reduce(Mass.zero) { $0.adding($1.quantity) }, offer: offer)
    }
}

extension Shipment {
    /// Whether its lots miss what is in it.
    public var takes: Bool { status != .unpacked }
}

extension Lot.Packing {
    /// What a lot is when it ends.
    /// - Parameter crates: those of its weigh-ins that count, in order.
    public init(_ lot: Lot, _ crates: [WeighInEntry]) {
        let totals = AccountStatement(farmer: lot.farmer, crates: crates).totals ?? AccountStatement.Totals()
        self.init(
            farmer: lot.farmer, produce: lot.produce, grade: lot.grade, crates: crates.map(\.weighIn.number),
            net: lot.net, amount: totals.amount, unpriced: totals.unpriced)
    }
}
