import DeskSession
import Domain
import Journal
import Wire
import Workflow

/// Prices, payments and transfers at a simulated point, and what must be true of them.
extension VirtualKiosk {
    /// What somebody was told was paid.
    struct Payout: Hashable {
        var event: EventID
        var number: String
        var fen: Int64
    }

    // MARK: What the daemon does by itself

    /// The time has become known, or is known much closer: that is recorded, and what waited for it is priced.
    func keepHouse() {
        guard isUp, failure == nil, !isStalled else { return }
        let reading = time.reading
        let bound = reading.now.clock.boundMilliseconds ?? 0
        worstBound = max(worstBound, bound)
        if let source = reading.source, source != .operator, notedSource != source || worstBound - bound >= 10_000 {
            (notedSource, worstBound) = (source, bound)
            perform([recordOwn(.clockSynced, ["source": .string(source.rawValue)])])
        }
        priceCrates(because: .placed)
    }

    private func own(_ type: EventType, _ subject: String?, _ data: JSON) -> EventDraft {
        EventDraft(
            id: .make(at: clock.wall, using: &entropy), type: type, subject: subject, now: clock,
            bootID: time.bootID, actor: nil, data: data.canonical)
    }

    private func recordOwn(_ type: EventType, _ data: JSON) -> Job {
        .recording { [unowned self] transaction in
            let event = try transaction.record(own(type, nil, data))
            attempted[event.draft.id] = Digest(of: event.draft.canonical)
            return event
        } then: { [unowned self] in
            if case .success(let event) = $0 { show([event]) }
        }
    }

    private func priceCrates(because reason: WeighIn.LaterPrice.Reason) {
        perform([
            .recording { [unowned self] transaction in
                var events: [Event] = []
                var last: WeighIn.Number?
                repeat {
                    let page = try transaction.priceCrates(
                        after: last, limit: 5, Scenario.policy.weighing.rounding, because: reason, at: moment,
                        using: &entropy)
                    events += page.events
                    if context.bug == .pricedTwice { events += try page.events.map { try again($0, transaction) } }
                    last = page.next
                } while last != nil
                if context.bug == .pricedByToday { events += try priceByToday(transaction) }
                for event in events { attempted[event.draft.id] = Digest(of: event.draft.canonical) }
                return events
            } then: { [unowned self] result in
                guard case .success(let events) = result else { return }
                show(events)
                for event in events { judge(price: event) }
            }
        ])
    }

    private func again(_ event: Event, _ transaction: Transaction) throws -> Event {
        var draft = event.draft
        draft.id = .make(at: draft.now.wall, using: &entropy)
        return try transaction.record(draft)
    }

    private func priceByToday(_ transaction: Transaction) throws -> [Event] {
        guard let catalog = try transaction.catalog() else { return [] }
        return try transaction.unpriced(after: nil, limit: 50).compactMap { entry in
            guard
                let price = LatePricing.price(
                    entry, by: catalog, at: TimeSpan(around: clock.wall, within: 0), Scenario.policy.weighing.rounding,
                    because: .placed)
            else { return nil }
            return try transaction.record(own(.weighInPriced, price.number.description, price.json))
        }
    }

    /// The county sends a list that prices what had none.
    func takeCatalog() {
        guard isUp, failure == nil, !isStalled else { return }
        perform([
            .recording { [unowned self] transaction in
                guard try transaction.isNews(Scenario.laterCatalog) else { return [] }
                try transaction.apply(Scenario.laterCatalog)
                let event = try transaction.record(
                    own(
                        .catalogApplied, nil,
                        [
                            "version": .integer(Scenario.laterCatalog.version),
                            "digest": .string(Scenario.laterCatalog.digest.description), "count": 3,
                        ]))
                attempted[event.draft.id] = Digest(of: event.draft.canonical)
                return [event]
            } then: { [unowned self] (result: Result<[Event], any Error>) in
                if case .success(let events) = result { show(events) }
            }
        ])
        priceCrates(because: .listed)
    }

    /// The county has found out who some people are whom the point has met.
    func takeRoster() {
        guard isUp, failure == nil, !isStalled else { return }
        perform([
            .recording { [unowned self] transaction in
                let met = try PointView(store: transaction.store).newcomers()
                merging = nil
                guard let last = met.filter({ $0.mergedInto == nil }).map(\.person.id).max() else { return [] }
                let version = Int64(transaction.store.head.sequence) + 2
                let roster = Scenario.roster(version, was: [last])
                let document = CenterDocument(
                    version: version, digest: roster.digest, content: .roster(roster.people))
                guard try transaction.isNews(document) else { return [] }
                var mergings = try transaction.mergings(by: roster.people)
                if context.bug == .mergingForgotten { mergings.stated = [] }
                if context.bug == .mergedAnew, let known = met.first(where: { $0.mergedInto != nil }) {
                    mergings.stated.append(.init(id: known.person.id, person: "p-boss"))
                }
                merging = last
                let event = try transaction.record(
                    own(
                        .rosterApplied, nil,
                        .members(
                            [
                                "version": .integer(version), "digest": .string(roster.digest.description),
                                "count": 3,
                            ].merging(mergings.members) { $1 })))
                try transaction.apply(document)
                attempted[event.draft.id] = Digest(of: event.draft.canonical)
                return [event]
            } then: { [unowned self] (result: Result<[Event], any Error>) in
                guard case .success(let events) = result else { return }
                if !events.isEmpty, let merging { merged.insert(merging) }
                show(events)
            }
        ])
    }

    /// The county wants to transfer for some crates, by what it knows of them.
    func takeTransfers() {
        guard isUp, failure == nil, !isStalled else { return }
        transfers += 1
        let name = "T-\(transfers)"
        let wanted = (0..<context.pick(1...3)).compactMap { _ in weighed.randomElement(using: &context.generator) }
        perform([
            .recording { [unowned self] transaction in
                var items: [Payment.Item] = []
                for crate in wanted {
                    guard let id = EventID(crate.event), let number = WeighIn.Number(crate.number),
                        let entry = try transaction.weighIn(crate.number), let amount = entry.amount,
                        !items.contains(where: { $0.id == id })
                    else { continue }
                    items.append(.init(id: id, number: number, amount: amount))
                }
                guard !items.isEmpty else { return [] }
                let transfer = Transfer(id: name, farmer: "p-farm", crates: items)
                var events: [Event] = []
                if context.bug == .transferNotChecked {
                    if let payment = Payment(
                        number: try transaction.nextPayment(), farmer: "p-farm", method: .transfer, reference: name,
                        crates: items)
                    {
                        events = [
                            try transaction.record(
                                own(.paymentMade, payment.number.description, payment.json))
                        ]
                    }
                } else {
                    events = try transaction.record([transfer, transfer], at: moment, using: &entropy).events
                }
                for event in events { attempted[event.draft.id] = Digest(of: event.draft.canonical) }
                return events
            } then: { [unowned self] (result: Result<[Event], any Error>) in
                if case .success(let events) = result { show(events) }
            }
        ])
    }

    // MARK: What must be true

    /// What a crate costs is what it cost when it was truly weighed.
    private func judge(price event: Event) {
        guard let data = try? JSON(parsing: event.draft.data), let price = WeighIn.LaterPrice(data),
            let weighed = weighedAt[price.prices],
            let entry = try? ask({ try PointView(store: $0.store).weighIn(price.number.description) }),
            let catalog = try? ask({ try PointView(store: $0.store).catalog() })
        else { return }
        // The clocks of the simulation are cut to whole milliseconds.
        let right = catalog.price(
            of: entry.weighIn.produce, grade: entry.weighIn.grade, at: TimeSpan(around: weighed, within: 5))
        if let right, right != price.pricing.price, broken == nil {
            broken = InvariantViolation(
                "\(id): \(price.number) costs \(price.pricing.price), and did \(right) when it was weighed")
        }
    }

    /// Delivered, less what was voided, is paid and owed; and no crate is paid by two payments that stand.
    func checkAccount(_ keeper: JournalKeeper) throws {
        guard !isHarmed, failure == nil else { return }
        let view = PointView(store: keeper.store)
        let failures = disk.failures
        let (crates, payments): ([WeighInEntry], [PaymentEntry])
        do {
            (crates, payments) = (
                try view.weighIns(after: nil, limit: 100_000), try view.payments(after: nil, limit: 100_000)
            )
        } catch  where disk.death != nil || disk.failures > failures {
            // What was to hit the next write has hit this look.
            return
        }
        var payer: [EventID: Payment.Number] = [:]
        for entry in payments where entry.counts {
            for item in entry.payment.crates {
                if let other = payer.updateValue(entry.payment.number, forKey: item.id) {
                    throw InvariantViolation(
                        "\(id): crate \(item.number) is paid by \(other) and by \(entry.payment.number)")
                }
            }
        }
        let people = Dictionary(
            try view.newcomers().map { ($0.person.id, $0.mergedInto ?? $0.person.id) }, uniquingKeysWith: { $1 })
        if let lost = merged.first(where: { people[$0] != "p-farm" }) {
            throw InvariantViolation("\(id): a roster said who \(lost) is, and the account does not know")
        }
        func isOf(_ farmer: String, _ id: String) -> Bool { (people[id] ?? id) == farmer }
        for farmer in Set(crates.map(\.weighIn.farmer)) where people[farmer] ?? farmer == farmer {
            let statement = AccountStatement(
                farmer: farmer, crates: crates.filter { isOf(farmer, $0.weighIn.farmer) },
                payments: payments.filter { isOf(farmer, $0.payment.farmer) })
            guard let totals = statement.totals else { continue }
            let owed = try view.balance(of: farmer).owed
            guard totals.owed == owed else {
                throw InvariantViolation(
                    "\(id): by the book \(totals.owed) is owed to \(farmer), by the crates \(owed)")
            }
        }
    }
}
