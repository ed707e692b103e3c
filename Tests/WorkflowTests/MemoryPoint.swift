import Domain
import Projections
import Testing
import Workflow

/// A point in memory, as plain as can be: every question is answered by looking at everything.
struct MemoryPoint: DeskStateReader {
    var events: [Event] = []
    var known: [String: Parcel] = [:]
    var announced: [ExpectedParcel] = []
    var roster: [Person] = []
    var counters: [String: AttemptLimiter] = [:]
    var open: [Batch] = []
    var scanned: [String: Set<String>] = [:]
    var prices: Catalog?
    var orders: [Order] = []
    var entries: [WeighInEntry] = []
    var payments: [PaymentEntry] = []
    var newcomers: [Newcomer] = []
    /// What their cards say.
    var cards: [String: String] = [:]
    var statuses: [String: (status: Lot.Status, offer: Lot.Offer?)] = [:]
    var shipments: [Shipment] = []
    var check: LastScaleCheck?

    var chain: HashChain { HashChain(kiosk: Self.kiosk, epoch: Self.journal) }
    static let kiosk = KioskID("k1310020007")!
    static let journal = Epoch("3f9a1c005b7d20489f3c6a1e5b7d2048")!

    var moved: [MovedRecord] = []
    func former(_ epoch: Epoch, _ sequence: Int64) -> MovedRecord? {
        moved.first { $0.epoch == epoch && $0.sequence == sequence }
    }
    func packing(of lot: String) -> Event? { events.last { $0.draft.type == .lotPacked && $0.draft.subject == lot } }
    func event(_ sequence: Int64) -> Event? { events.first { $0.sequence == sequence } }

    // MARK: What a desk gives back

    mutating func perform(_ action: Desk.Action) {
        switch action {
        case .record(let draft): record(draft)
        case .count(let key, let attempts): counters[key] = attempts
        case .keep(let card, let id): cards[id] = card
        case .verify, .practice, .answer: break
        }
    }

    mutating func record(_ draft: EventDraft) {
        let event = Event(
            draft: draft, sequence: Int64(events.count + 1), previousHash: .genesis, hash: .genesis)
        events.append(event)
        if let batch = Batch(opening: event) {
            open.append(batch)
            scanned[batch.id] = []
        }
        if draft.type == .scaleChecked, let isPassed = (try? JSON(parsing: draft.data))?["passed"]?.boolean {
            check = LastScaleCheck(at: Moment(now: draft.now, bootID: draft.bootID), isPassed: isPassed)
        }
        if case .add(let newcomer) = PersonProjection.step(event) { newcomers.append(newcomer) }
        if let step = ProduceProjection.step(event) { take(step) }
        guard let subject = draft.subject else { return }
        if draft.type == .batchClosed {
            open.removeAll { $0.id == subject }
            scanned[subject] = nil
        }
        let before = known[subject]
        known[subject] = ParcelProjection.apply(event, to: before)
        switch ParcelProjection.batchStep(event, before: before, after: known[subject]) {
        case .adds(let batch) where open.contains { $0.id == batch }: scanned[batch, default: []].insert(subject)
        case .removes(let batch): scanned[batch]?.remove(subject)
        default: break
        }
    }

    private mutating func take(_ step: ProduceProjection.Step) {
        switch step {
        case .record(let entry): entries.append(entry)
        case .void(let number, let voiding):
            for index in entries.indices where entries[index].weighIn.number.description == number {
                entries[index].voiding = voiding
            }
        case .price(let number, let price):
            for index in entries.indices where entries[index].weighIn.number.description == number {
                entries[index].laterPrice = price
            }
        case .pay(let entry):
            payments.append(entry)
            settle(entry.payment, with: entry.payment.number)
        case .reverse(let number, let reversal):
            for index in payments.indices where payments[index].payment.number.description == number {
                payments[index].reversal = reversal
                settle(payments[index].payment, with: nil)
            }
        case .pack(let lot): statuses[lot] = (.packed, nil)
        case .offer(let lot, let offer): statuses[lot] = (.offered, offer)
        case .ship(let shipment): shipments = shipments.filter { $0.order != shipment.order } + [shipment]
        case .set(let order, let status):
            for index in shipments.indices where shipments[index].order == order { shipments[index].status = status }
        }
    }

    private mutating func settle(_ payment: Payment, with number: Payment.Number?) {
        for index in entries.indices {
            if payment.crates.contains(where: { $0.id == entries[index].id }) { entries[index].paidBy = number }
            if payment.takenBack.contains(where: { $0.id == entries[index].id }) { entries[index].takenBackBy = number }
        }
    }

    // MARK: What a desk asks

    var present: [Parcel] { known.values.filter(\.isPresent) }

    func parcel(_ subject: String) -> Parcel? { known[subject] }
    func knowsPackages(of number: String) -> Bool {
        (Array(known.keys) + announced.map(\.subject)).contains { $0.hasPrefix("\(number)-") }
    }
    func parcel(code: String) -> Parcel? { present.first { $0.condition.code == code } }

    func parcels(of recipient: String) -> [Parcel] {
        present.filter { $0.condition.recipient?.uppercased() == recipient.uppercased() }.sorted {
            $0.subject < $1.subject
        }
    }

    func occupancy() -> [String: Int] {
        present.compactMap(\.condition.slot).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    func accepted(for carrier: Carrier?) -> [String] {
        present.filter {
            $0.status == .accepted
                && (carrier == nil || $0.condition.carrier == nil || $0.condition.carrier == carrier)
        }.map(\.subject).sorted()
    }

    func expected(_ subject: String) -> ExpectedParcel? { announced.first { $0.subject == subject } }
    func hasExpectations() -> Bool { !announced.isEmpty }

    func awaited(from carrier: Carrier?) -> [String] {
        announced.filter { (carrier == nil || $0.carrier == carrier) && known[$0.subject] == nil }.map(\.subject)
            .sorted()
    }

    func recipient(secret: BadgeHash) -> String? {
        announced.compactMap(\.recipient).first { $0.secret == secret }?.id
    }
    func recipient(_ id: String) -> Recipient? { announced.compactMap(\.recipient).first { $0.id == id } }
    func person(_ id: String) -> Person? { people().first { $0.id == id } }
    func person(badge: BadgeHash) -> Person? { people().first { $0.badge == badge } }
    func person(number: Int) -> Person? { people().first { $0.number == number } }
    func attempts(_ key: String) -> AttemptLimiter? { counters[key] }
    func batch(of courier: String) -> Batch? { open.last { $0.courier == courier } }
    func batch(at desk: String) -> Batch? { open.last { $0.desk == desk } }
    func items(of batch: String) -> [String] { Array(scanned[batch] ?? []) }

    // MARK: Produce

    private static let epoch = Epoch("3f9a1c00000000000000000000000000")

    func people() -> [Person] { roster + newcomers.map(\.person) }
    func canonical(_ id: String) -> String { newcomers.first { $0.person.id == id }?.mergedInto ?? id }
    func nextNewcomer() -> (id: String, number: Int) {
        (
            Newcomer.id(journal: "3f9a1c", count: Int64(newcomers.count) + 1),
            Newcomer.numbers.lowerBound + newcomers.count
        )
    }
    func catalog() -> Catalog? { prices }
    func weighIn(_ number: String) -> WeighInEntry? { entries.first { $0.weighIn.number.description == number } }

    func lot(_ id: String) -> Lot? {
        ProduceProjection.lot(
            id, status: statuses[id]?.status ?? .open, offer: statuses[id]?.offer,
            entries: entries.filter { $0.weighIn.lot == id },
            shipments: shipments.filter { $0.lines.contains { $0.lot == id } })
    }

    func order(_ id: String) -> Order? { orders.first { $0.id == id } }
    func shipment(order: String) -> Shipment? { shipments.first { $0.order == order } }

    func shipment(waybill: String) -> Shipment? {
        let all = shipments.filter { $0.waybill == waybill }
        return all.first(where: \.takes) ?? all.first
    }

    func nextWeighIn() throws -> WeighIn.Number {
        WeighIn.Number(epoch: try #require(Self.epoch), count: Int64(entries.count) + 1)
    }

    func nextLot() throws -> String {
        Lot.id(
            journal: "3f9a1c", count: Int64(Set(entries.map(\.weighIn.lot)).count) + 1)
    }

    func lastCheck() -> LastScaleCheck? { check }
    func balance(of farmer: String) -> FarmerBalance { FarmerBalance(entries.filter { $0.weighIn.farmer == farmer }) }
    func till() -> Till? {
        var till: Till?
        for event in events {
            guard let data = try? JSON(parsing: event.draft.data) else { continue }
            if event.draft.type == .tillCounted { till = Till.Count(data).map(Till.after) }
            if event.draft.type == .paymentMade, let payment = Payment(data) { till?.take(payment) }
            if event.draft.type == .paymentReversed,
                let entry = payments.first(where: { $0.payment.number.description == event.draft.subject })
            {
                till?.takeBack(entry.payment)
            }
        }
        return till
    }
    func payment(_ number: Payment.Number) -> PaymentEntry? { payments.first { $0.payment.number == number } }
    func nextPayment() -> Payment.Number { Payment.Number(journal: "3f9a1c", count: Int64(payments.count) + 1) }
    func bootTimes(_ id: String) -> BootTimes? { nil }
}
