import Domain
import Journal
import Phrases
import Receipts
import Workflow

/// What stands on a paper: read back from the journal when it is printed or shown, never from what is still in memory.
struct SlipSource: Sendable {
    /// One question to the journal looks through so many events, so that no scan waits for long.
    static let page: Int64 = 2000
    /// What has no place of its own is looked for among so many of the newest events: a year and more of a busy point. What
    /// is pruned is gone.
    static let mostPages = 100

    let kiosk: KioskID

    /// `nil` when its record is not there any more.
    /// - Parameter now: of a statement, when it is made.
    func slip(_ request: PrintJob.Request, _ marks: SlipMarks, at now: Now, _ view: PointView) throws -> Slip? {
        let event = try view.event(request.sequence)
        // The journal may have been replaced since; then that number is another event's.
        let own = event.flatMap { ($0.draft.subject ?? $0.draft.id.text) == request.reference ? $0 : nil }
        switch request.kind {
        case .handOver: return try handOver(own, marks, view)
        case .receipt: return try receipt(of: request.reference, own, view)?.slip(marks)
        case .label: return try label(request.reference, own, view)?.slip(marks)
        case .void: return try void(request.reference, view)?.slip(marks)
        case .packing: return try packing(request.reference, own, view)?.slip(marks)
        case .check: return try check(own, view)?.slip(marks)
        case .payment, .paymentStub, .reversal: return try payment(request, view)?.slip(marks)
        case .till: return try till(own, view)?.slip(marks)
        case .card: return try card(request.reference, view)?.slip(marks)
        case .statement: return try statement(request.reference, at: now, view)?.slip(marks)
        }
    }

    private func handOver(_ closing: Event?, _ marks: SlipMarks, _ view: PointView) throws -> Slip? {
        guard let closing, var handOver = HandOver(closing: closing) else { return nil }
        handOver.courierName = try view.person(handOver.courier)?.name
        // The event that opened it has its id, and lies a few scans before.
        handOver.begun =
            try view.opening(of: handOver.batch, before: closing.sequence, within: Self.page)?.draft.now
        return handOver.slip(of: kiosk, marks)
    }

    // MARK: Produce

    /// Of a lot with all its crates, or of one crate.
    /// - Parameter packed: the event that closed the lot: its code is the receipt's, so that no crate's own receipt has the same.
    func receipt(of reference: String, _ packed: Event?, _ view: PointView) throws -> ProduceReceipt? {
        let entries: [WeighInEntry]
        if let lot = Lot.id(in: reference.uppercased()) {
            entries = try view.trace(lot: lot).crates
        } else {
            entries = try view.weighIn(reference).map { [$0] } ?? []
        }
        guard let first = entries.first?.weighIn, let last = entries.map(\.sequence).max() else { return nil }
        let names = try names(of: entries[0], view)
        let event = try packed.flatMap { $0.draft.type == .lotPacked ? $0 : nil } ?? view.event(last)
        return ProduceReceipt(
            point: kiosk, lot: first.lot, farmer: names.farmer, produce: names.produce, english: names.english,
            grade: names.grade,
            crates: try entries.map { entry in
                .init(
                    entry.weighIn, at: entry.moment.now, container: try self.names(of: entry, view).container,
                    pricing: entry.pricing, isVoided: !entry.counts)
            }, scale: first.scale.serial, operator: try event?.draft.actor.map { try name($0, view) },
            proof: event.map { proof($0, view) })
    }

    private func label(_ lot: String, _ packed: Event?, _ view: PointView) throws -> LotLabel? {
        guard let lot = try view.lot(lot) else { return nil }
        let names = try names(lot.produce, lot.grade, view)
        let last = try lot.crates.last.flatMap { try view.weighIn($0.description) }?.moment.now
        guard let time = packed?.draft.now ?? last else { return nil }
        return LotLabel(
            lot: lot.id, produce: names.produce, grade: names.grade, net: lot.net, crates: lot.crates.count,
            farmer: try name(lot.farmer, view), packed: time)
    }

    private func void(_ number: String, _ view: PointView) throws -> VoidSlip? {
        guard let entry = try view.weighIn(number), let voiding = entry.voiding else { return nil }
        let weighIn = entry.weighIn
        let names = try names(of: entry, view)
        let event = try view.event(voiding.sequence)
        return VoidSlip(
            point: kiosk, farmer: names.farmer, produce: names.produce, grade: names.grade,
            crate: .init(weighIn, at: entry.moment.now, pricing: entry.pricing, isVoided: true), lot: weighIn.lot,
            reason: voiding.reason.title.both,
            time: event?.draft.now ?? voiding.moment.now, operator: try event?.draft.actor.map { try name($0, view) },
            supervisor: try event.flatMap { try? JSON(parsing: $0.draft.data) }?["approvedby"]?.string.map {
                try name($0, view)
            },
            proof: event.map { proof($0, view) })
    }

    private func packing(_ order: String, _ packed: Event?, _ view: PointView) throws -> PackingSlip? {
        guard let packed, packed.draft.type == .orderPacked, let data = try? JSON(parsing: packed.draft.data),
            let packing = Order.Packing(data)
        else { return nil }
        return PackingSlip(
            point: kiosk, order: order, waybill: packing.parcel,
            recipient: try view.orders().first { $0.id == order }?.recipient?.name,
            lines: try packing.items.map { item in
                let names = try names(item.produce, item.grade, view)
                return .init(produce: names.produce, grade: names.grade, lot: item.lot, quantity: item.quantity)
            }, packed: packed.draft.now)
    }

    private func check(_ event: Event?, _ view: PointView) throws -> CheckSlip? {
        guard let event, event.draft.type == .scaleChecked, let data = try? JSON(parsing: event.draft.data),
            let check = ScaleCheck(data)
        else { return nil }
        return CheckSlip(
            point: kiosk, reference: check.reference, shown: check.shown, tolerance: check.tolerance,
            hasPassed: check.isPassed, scale: check.scale.serial, time: event.draft.now,
            operator: try event.draft.actor.map { try name($0, view) }, proof: proof(event, view))
    }

    // MARK: Money

    private func payment(_ request: PrintJob.Request, _ view: PointView) throws -> PaymentSlip? {
        guard let number = Payment.Number(request.reference), let entry = try view.payment(number) else { return nil }
        let payment = entry.payment
        let isReversal = request.kind == .reversal
        guard !isReversal || entry.reversal != nil else { return nil }
        let event = try view.event(isReversal ? entry.reversal?.sequence ?? 0 : entry.sequence)
        let person = try view.person(payment.farmer)
        func lines(_ items: [Payment.Item]) throws -> [PaymentSlip.Line] {
            try items.map { item in
                let crate = try view.weighIn(item.number.description)
                return .init(
                    number: item.number.description, net: crate?.weighIn.net,
                    produce: try crate.map { try names(of: $0, view).produce }, amount: item.amount)
            }
        }
        let supervisor = event.flatMap { try? JSON(parsing: $0.draft.data) }?["approvedby"]?.string
        return PaymentSlip(
            point: kiosk, number: number.description, copy: request.kind == .paymentStub ? .points : .farmers,
            farmer: person?.name ?? payment.farmer, farmerNumber: person?.number, method: payment.method,
            reference: payment.reference, crates: try lines(payment.crates), takenBack: try lines(payment.takenBack),
            amount: payment.amount, time: entry.moment.now,
            // A copy of what has been reversed since says so.
            reversal: entry.reversal.map { .init(reason: $0.reason.title.both, time: $0.moment.now) },
            operator: try event?.draft.actor.map { try name($0, view) },
            supervisor: try supervisor.map { try name($0, view) }, proof: event.map { proof($0, view) })
    }

    private func till(_ event: Event?, _ view: PointView) throws -> TillSlip? {
        guard let event, event.draft.type == .tillCounted, let data = try? JSON(parsing: event.draft.data),
            let count = Till.Count(data)
        else { return nil }
        return TillSlip(
            point: kiosk, count: count, time: event.draft.now,
            operator: try event.draft.actor.map { try name($0, view) }, proof: proof(event, view))
    }

    /// `nil` once the county's roster has named the person: then the county gives the card.
    private func card(_ id: String, _ view: PointView) throws -> PersonCard? {
        guard let newcomer = try view.newcomer(id), let card = newcomer.card, let met = newcomer.person.met else {
            return nil
        }
        let person = newcomer.person
        return PersonCard(
            point: kiosk, name: person.name, role: person.roles.contains(.courier) ? .courier : .farmer,
            tail: person.phoneTail, number: person.number, card: card, made: met.now)
    }

    // MARK: Statements

    /// Whose account, and of which days in China, both included.
    struct Period: Hashable {
        var farmer: String
        var from: String?
        var until: String?

        /// What a print job is named by.
        var reference: String { "\(farmer) \(from ?? "-") \(until ?? "-")" }

        init(farmer: String, from: String?, until: String?) {
            self.farmer = farmer
            self.from = from
            self.until = until
        }

        init?(reference: String) {
            let parts = reference.split(separator: " ").map(String.init)
            guard parts.count == 3 else { return nil }
            farmer = parts[0]
            from = parts[1] == "-" ? nil : parts[1]
            until = parts[2] == "-" ? nil : parts[2]
        }

        /// Midnight at which a day begins in China; `nil` for what is no date.
        static func begin(of day: String) -> Timestamp? {
            Timestamp("\(day)T00:00:00.000Z").map { $0.adding(-Timestamp.beijing) }
        }
    }

    private func statement(_ reference: String, at now: Now, _ view: PointView) throws -> StatementSlip? {
        guard let period = Period(reference: reference), let farmer = try Kiosk.farmer(period.farmer, view) else {
            return nil
        }
        let until = period.until.flatMap(Period.begin).map { Timestamp(milliseconds: $0.milliseconds + 86_400_000) }
        let account = try view.statement(of: farmer.id, from: period.from.flatMap(Period.begin), until: until)
        let produce = try view.catalog()?.produce ?? []
        return StatementSlip(
            point: kiosk, farmer: farmer.name ?? farmer.id, from: period.from, until: period.until, account: account,
            names: Dictionary(produce.map { ($0.id, $0.name) }) { first, _ in first }, made: now)
    }

    // MARK: Names

    /// As the record has them, and as they are called today where it has none.
    private func names(of entry: WeighInEntry, _ view: PointView) throws
        -> (farmer: String, produce: String, english: String?, grade: String, container: String?)
    {
        let (weighIn, kept) = (entry.weighIn, entry.names)
        let today = try names(weighIn.produce, weighIn.grade, view)
        let container = try weighIn.container.flatMap { try view.catalog()?.container($0)?.name }
        return (
            try kept?.farmer ?? name(weighIn.farmer, view), kept?.produce ?? today.produce,
            kept?.produce == nil ? today.english : kept?.english, kept?.grade ?? today.grade,
            kept?.container ?? container
        )
    }

    private func name(_ id: String, _ view: PointView) throws -> String { try view.person(id)?.name ?? id }

    /// As the catalog in force has them; what it does not know stands with its id.
    private func names(_ produce: String, _ grade: String, _ view: PointView) throws
        -> (produce: String, english: String?, grade: String)
    {
        let known = try view.catalog()?.produce(produce)
        return (known?.name ?? produce, known?.english, known?.grades.first { $0.id == grade }?.name ?? grade)
    }

    private func proof(_ event: Event, _ view: PointView) -> RecordProof {
        RecordProof(kiosk: kiosk, epoch: view.epoch, sequence: event.sequence, hash: event.hash)
    }
}
