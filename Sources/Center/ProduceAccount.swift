package import Domain
import Projections
import Wire

/// What the stored events of one kiosk's produce add up to, by the same rules as at the kiosk: its crates, lots and orders.
///
/// It never refuses: an event that it cannot read, or that does not fit the ones before, is kept as a problem, because somebody
/// may have been paid for it. A fact that a kiosk salvaged into a new epoch is one row of the store and counts once; the same id
/// with another content is another row, and a problem.
package struct ProduceAccount {
    /// The types of events that it takes; the store has an index of them.
    static let types: [EventType] =
        (ProduceProjection.types.map(\.text)
        + [
            EventType.clockSynced, EventType.clockConfirmed, EventType.paymentsApplied, EventType.catalogApplied,
        ].map(\.text)
        + PersonProjection.types.map(\.text)).sorted()
        .compactMap { EventType($0) }

    package struct Group {
        /// Indices of `entries`, the voided ones too.
        var entries: [Int] = []
        var status = Lot.Status.open
        var offer: Lot.Offer?
        var moment: Moment
    }

    /// An event that counts for nothing, and why.
    package struct Problem {
        package var epoch: Epoch
        package var sequence: Int64
        package var id: EventID
        package var type: EventType
        package var words: String
    }

    package let kiosk: KioskID
    package private(set) var entries: [WeighInEntry] = []
    package private(set) var payments: [PaymentEntry] = []
    package private(set) var groups: [String: Group] = [:]
    /// With the moment of their last change.
    package private(set) var shipments: [String: (shipment: Shipment, moment: Moment)] = [:]
    package private(set) var problems: [Problem] = []
    /// Whom the point met before the county knew them.
    package private(set) var newcomers: [String: Newcomer] = [:]
    /// Who they are by the county's word.
    private var people: [String: String] = [:]
    /// The county's transfers that the point did not record, and why.
    package private(set) var refusedTransfers: [String: (reason: String, moment: Moment)] = [:]
    /// Crates that the point's card does not have any more: it can neither price nor pay them.
    var lostAtPoint: Set<EventID> = []
    /// The newest list that each journal says was in force, and the crates that were priced by an older one after that.
    private var listInForce: [Epoch: Int64] = [:]
    private(set) var pricedByOlder: [EventID: Int64] = [:]
    private var byEvent: [EventID: Int] = [:]
    private var byPayment: [EventID: Int] = [:]
    /// When each boot began, once its clock could be believed.
    private var boots: [String: BootTimes] = [:]

    /// - Parameter kiosk: whose events it takes; those of others are not for it.
    package init(kiosk: KioskID) { self.kiosk = kiosk }

    /// No crate and no amount beyond these is of this world. Sums of fewer than millions of them hold within 64 bits.
    static let heaviest = Mass(grams: 1_000_000_000)
    static let dearest = Money(fen: 1_000_000_000_000)

    // MARK: Taking

    mutating func take(_ message: EventMessage) {
        let event = message.event
        guard Self.types.contains(event.draft.type) else { return }
        note(message)
        guard let words = fault(of: event) else { return }
        if event.draft.type == .rosterApplied, problems.contains(where: { $0.words == words }) { return }
        problems.append(
            Problem(
                epoch: message.epoch, sequence: event.sequence, id: event.draft.id, type: event.draft.type,
                words: words))
    }

    /// By which list a journal prices. Each journal by itself: a card that was put back has an older one in force.
    private mutating func note(_ message: EventMessage) {
        let draft = message.event.draft
        guard draft.type == .catalogApplied || draft.type == .weighInRecorded,
            let data = try? JSON(parsing: draft.data)
        else { return }
        let inForce = listInForce[message.epoch] ?? 0
        if draft.type == .catalogApplied {
            listInForce[message.epoch] = max(inForce, data["version"]?.integer ?? 0)
        } else if let list = data["price"]?["list"]?.integer, list < inForce {
            pricedByOlder[draft.id] = inForce
        }
    }

    /// Takes the event; says what is wrong with it if it counts for nothing.
    private mutating func fault(of event: Event) -> String? {
        let draft = event.draft
        let moment = Moment(now: draft.now, bootID: draft.bootID)
        if draft.type == .clockSynced || draft.type == .clockConfirmed {
            // As at the kiosk.
            if let start = BootStart(draft) { boots[draft.bootID, default: BootTimes(start)].add(start) }
            return nil
        }
        if PersonProjection.types.contains(draft.type) { return know(event) }
        if draft.type == .catalogApplied { return nil }
        if draft.type == .paymentsApplied { return refuse(draft, at: moment) }
        switch ProduceProjection.step(event) {
        case .record(let entry): return record(entry)
        case .void(let number, let voiding): return void(number, voiding, draft)
        case .price(let number, let price): return self.price(number, price, draft)
        case .pay(let entry): return pay(entry)
        case .reverse(let number, let reversal): return reverse(number, reversal, draft)
        case .pack(let lot):
            guard groups[lot] != nil else { return "no crate of its lot is here" }
            groups[lot]?.status = .packed
            groups[lot]?.moment = moment
            return nil
        case .offer(let lot, let offer):
            guard groups[lot] != nil else { return "no crate of its lot is here" }
            groups[lot]?.status = .offered
            groups[lot]?.offer = offer
            groups[lot]?.moment = moment
            return nil
        case .ship(let shipment):
            guard shipment.lines.allSatisfy({ $0.quantity > .zero && $0.quantity <= Self.heaviest }) else {
                return "its weights are implausibly large"
            }
            if let before = shipments[shipment.order], before.shipment.takes { return "the order was packed before" }
            shipments[shipment.order] = (shipment, moment)
            return nil
        case .set(let order, let status):
            guard var shipment = shipments[order]?.shipment else { return "its order is not packed here" }
            shipment.status = status
            shipments[order] = (shipment, moment)
            return nil
        case nil:
            // Most corrections are of parcels in which there is no order.
            return draft.type == .parcelCorrected ? nil : "its data is not what such an event says"
        }
    }

    private mutating func record(_ entry: WeighInEntry) -> String? {
        guard byEvent[entry.id] == nil else { return "its id came before with another content" }
        let weighIn = entry.weighIn
        guard weighIn.net > .zero, weighIn.gross <= Self.heaviest, weighIn.tare >= .zero,
            weighIn.pricing.map({ $0.amount >= .zero && $0.amount <= Self.dearest }) ?? true
        else { return "its weights or its amount are implausibly large" }
        byEvent[entry.id] = entries.count
        groups[weighIn.lot, default: Group(moment: entry.moment)].entries.append(entries.count)
        groups[weighIn.lot]?.moment = entry.moment
        entries.append(entry)
        return nil
    }

    /// By the event's id, and not by the number alone: that begins with six digits of a random epoch, of which two may be equal.
    private func crate(_ member: String, _ number: String, _ draft: EventDraft) -> Int? {
        let id = (try? JSON(parsing: draft.data))?[member]?.string.flatMap(EventID.init)
        return id.flatMap { byEvent[$0] }.flatMap { entries[$0].weighIn.number.description == number ? $0 : nil }
    }

    private mutating func void(_ number: String, _ voiding: WeighInEntry.Voiding, _ draft: EventDraft) -> String? {
        guard let index = crate("voids", number, draft) else { return "the weigh-in that it voids is not here" }
        guard entries[index].counts else { return "the weigh-in was voided before" }
        entries[index].voiding = voiding
        guard draft.actor == nil || voiding.approvedBy != draft.actor else {
            return "it counts as it was recorded, but \(draft.actor ?? "one person") asked for it and agreed to it"
        }
        return nil
    }

    private mutating func price(_ number: String, _ price: WeighInEntry.LaterPrice, _ draft: EventDraft) -> String? {
        guard let index = crate("prices", number, draft) else { return "the weigh-in that it prices is not here" }
        guard price.pricing.amount >= .zero, price.pricing.amount <= Self.dearest,
            price.pricing.price.amount(for: entries[index].weighIn.net, price.pricing.rounding) == price.pricing.amount
        else { return "its amount is not what its price makes of the weight" }
        guard entries[index].due == .price else { return "the weigh-in has a price, or was voided before" }
        entries[index].laterPrice = price
        return nil
    }

    /// It counts as it was recorded, because somebody got the money; what does not fit the crates that it names is a problem.
    private mutating func pay(_ entry: PaymentEntry) -> String? {
        guard byPayment[entry.id] == nil else { return "its id came before with another content" }
        guard entry.payment.amount <= Self.dearest else { return "its amount is implausibly large" }
        byPayment[entry.id] = payments.count
        payments.append(entry)
        var problems: [String] = []
        let number = entry.payment.number
        for item in entry.payment.crates {
            guard let index = byEvent[item.id],
                canonical(entries[index].weighIn.farmer) == canonical(entry.payment.farmer)
            else {
                problems.append("it pays \(item.number), which is not this farmer's here")
                continue
            }
            if entries[index].due != .payment || entries[index].amount != item.amount {
                problems.append("it pays \(item.number), which was not open for that amount")
            }
            if entries[index].paidBy == nil { entries[index].paidBy = number }
        }
        for item in entry.payment.takenBack {
            guard let index = byEvent[item.id], entries[index].due == .refund, entries[index].amount == item.amount
            else {
                problems.append("it takes back \(item.number), which was not paid and voided")
                continue
            }
            entries[index].takenBackBy = number
        }
        return problems.isEmpty ? nil : "it counts as it was recorded, but " + problems.joined(separator: "; ")
    }

    /// The problems of one farmer's payments.
    package func problems(ofPaymentsTo farmer: String) -> [Problem] {
        let farmer = canonical(farmer)
        let ids = Set(payments.filter { canonical($0.payment.farmer) == farmer }.map(\.id))
        return problems.filter { ids.contains($0.id) }
    }

    private mutating func know(_ event: Event) -> String? {
        switch PersonProjection.step(event) {
        case .add(let newcomer):
            guard newcomers[newcomer.person.id] == nil else { return "somebody of that id was added before" }
            newcomers[newcomer.person.id] = newcomer
            newcomers[newcomer.person.id]?.mergedInto = people[newcomer.person.id]
        case .merge(let merged):
            for merging in merged {
                // Also somebody whose adding is lost; a roster says it again as long as the county does.
                let person = people[merging.id] ?? merging.person
                guard person == merging.person else {
                    return "it merges \(merging.id) into \(merging.person), who is \(person) already"
                }
                people[merging.id] = person
                newcomers[merging.id]?.mergedInto = person
            }
        case nil: if event.draft.type == .personAdded { return "its data is not what such an event says" }
        }
        guard event.draft.type == .rosterApplied, let kept = (try? JSON(parsing: event.draft.data))?["kept"]?.array
        else {
            return nil
        }
        let words = kept.compactMap(Newcomer.Merging.init).map { "\($0.id) stays \($0.person)" }
        return words.isEmpty
            ? nil
            : "its roster names another person than an earlier one, and \(words.joined(separator: ", ")): send one that agrees"
    }

    /// By what the county calls this person.
    package func canonical(_ farmer: String) -> String { people[farmer] ?? farmer }
    /// Whom the county has said this is.
    package func known(_ newcomer: String) -> String? { people[newcomer] }

    /// A list takes the place of the one before, and so does what became of it.
    private mutating func refuse(_ draft: EventDraft, at moment: Moment) -> String? {
        guard let data = try? JSON(parsing: draft.data) else { return "its data is not what such an event says" }
        refusedTransfers = [:]
        for entry in data["refused"]?.array ?? [] {
            guard let id = entry["id"]?.string, let reason = entry["reason"]?.string else { continue }
            refusedTransfers[id] = (reason, moment)
        }
        return nil
    }

    private mutating func reverse(_ number: String, _ reversal: PaymentEntry.Reversal, _ draft: EventDraft) -> String? {
        let id = (try? JSON(parsing: draft.data))?["reverses"]?.string.flatMap(EventID.init)
        guard let index = id.flatMap({ byPayment[$0] }), payments[index].payment.number.description == number else {
            return "the payment that it reverses is not here"
        }
        guard payments[index].counts else { return "the payment was reversed before" }
        payments[index].reversal = reversal
        let payment = payments[index].payment
        for item in payment.crates {
            if let crate = byEvent[item.id], entries[crate].paidBy == payment.number {
                let farmer = canonical(entries[crate].weighIn.farmer)
                entries[crate].paidBy = standing {
                    canonical($0.farmer) == farmer && $0.crates.contains { $0.id == item.id }
                }
            }
        }
        for item in payment.takenBack {
            if let crate = byEvent[item.id], entries[crate].takenBackBy == payment.number {
                entries[crate].takenBackBy = standing { $0.takenBack.contains { $0.id == item.id } }
            }
        }
        guard draft.actor == nil || reversal.approvedBy != draft.actor else {
            return "it counts as it was recorded, but \(draft.actor ?? "one person") asked for it and agreed to it"
        }
        return nil
    }

    /// A payment that counts and settles the same: a journal that went on in two epochs may have paid twice, even by one number.
    private func standing(_ settles: (Payment) -> Bool) -> Payment.Number? {
        payments.first { $0.counts && settles($0.payment) }?.payment.number
    }

    // MARK: Looking

    /// A farmer's account of a time.
    package func statement(of farmer: String, in period: Period) -> AccountStatement {
        let farmer = canonical(farmer)
        return AccountStatement(
            farmer: farmer, crates: entries.filter { canonical($0.weighIn.farmer) == farmer },
            payments: payments.filter { canonical($0.payment.farmer) == farmer }, from: period.from,
            until: period.until, placed: time)
    }

    /// When it was, as far as anybody can know; `nil` for a boot in which no clock could ever be believed.
    package func time(of moment: Moment) -> Timestamp? {
        moment.placed { boots[$0] }
    }

    /// Between which times a crate was weighed: by its own boot, else by what was recorded before and after it.
    package func span(of entry: WeighInEntry) -> TimeSpan? {
        if let span = entry.moment.span(by: { boots[$0] }) { return span }
        let index = byEvent[entry.id] ?? 0
        func nearest(_ others: some Sequence<WeighInEntry>) -> TimeSpan? {
            for other in others { if let span = other.moment.span(by: { boots[$0] }) { return span } }
            return nil
        }
        guard let latest = nearest(entries[(index + 1)...])?.latest else { return nil }
        return TimeSpan(
            between: nearest(entries[..<index].reversed())?.earliest ?? Timestamp(milliseconds: 0), and: latest)
    }

    package func lot(_ id: String) -> Lot? {
        groups[id].flatMap { group in
            ProduceProjection.lot(
                id, status: group.status, offer: group.offer, entries: group.entries.map { entries[$0] },
                shipments: shipments.values.map(\.shipment))
        }
    }
}

/// From the first moment until the first one no more; without either, always.
package struct Period {
    package var from: Timestamp?
    package var until: Timestamp?

    /// - Parameters:
    ///   - from: from this moment on.
    ///   - until: to before this one.
    package init(from: Timestamp? = nil, until: Timestamp? = nil) {
        self.from = from
        self.until = until
    }

    var isAlways: Bool { from == nil && until == nil }

    /// What nobody can place in time lies in no period but always.
    func contains(_ time: Timestamp?) -> Bool {
        guard let time else { return isAlways }
        return (from.map { $0 <= time } ?? true) && (until.map { time < $0 } ?? true)
    }
}
