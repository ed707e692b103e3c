import Center
import Domain
import Journal
import Wire

extension Simulation {
    /// What the center has in the end, of one kiosk.
    private struct Held {
        var facts: [EventID: Digest] = [:]
        var received: [String: Int] = [:]
        var weighIns: [String: WeighIn] = [:]
    }

    /// Center and journals hold the same; every beep is there exactly once; the money adds up.
    func compare() throws {
        guard let store = center.store else { throw InvariantViolation("the center is down") }
        var held: [KioskID: Held] = [:]
        try store.forEachEvent(of: nil) { message in
            let draft = message.event.draft
            let content = Digest(of: draft.canonical)
            guard held[message.kiosk, default: Held()].facts.updateValue(content, forKey: draft.id) == nil else {
                throw InvariantViolation("event \(draft.id) of \(message.kiosk) stands twice at the center")
            }
            guard HashChain(kiosk: message.kiosk, epoch: message.epoch).holds(message.event) else {
                throw InvariantViolation("event \(message.event.sequence) of \(message.kiosk) is not what was hashed")
            }
            if draft.type == .parcelReceived, let subject = draft.subject {
                held[message.kiosk, default: Held()].received[subject, default: 0] += 1
            }
            if draft.type == .weighInRecorded, let json = try? JSON(parsing: draft.data), let weighIn = WeighIn(json) {
                held[message.kiosk, default: Held()].weighIns[draft.id.text] = weighIn
            }
        }
        for kiosk in kiosks { try compare(kiosk, held[kiosk.id] ?? Held(), store) }
        let unharmed = Set(kiosks.filter { !$0.isHarmed }.map(\.id.text))
        for alarm in try store.alarms() where alarm.kind == "history-abandoned" && unharmed.contains(alarm.kiosk) {
            throw InvariantViolation("the center believes that \(alarm.kiosk) has an empty card: \(alarm.detail)")
        }
    }

    private func compare(_ kiosk: VirtualKiosk, _ held: Held, _ store: CenterStore) throws {
        guard let keeper = kiosk.keeper else { throw InvariantViolation("\(kiosk.id) is down") }
        try kiosk.checkSaved(keeper)
        let chain = HashChain(kiosk: kiosk.id, epoch: keeper.state.epoch)
        guard try store.through(chain) == keeper.state.head else {
            throw InvariantViolation("the center's end of \(kiosk.id) is not the journal's")
        }
        for event in try keeper.store.events(after: keeper.store.anchor.sequence, limit: .max) {
            guard try store.hash(chain, event.sequence) == event.hash else {
                throw InvariantViolation(
                    "event \(event.sequence) of \(kiosk.id) is not at the center as it is in the journal")
            }
            guard held.facts[event.draft.id] == Digest(of: event.draft.canonical) else {
                throw InvariantViolation("fact \(event.draft.id) of \(kiosk.id) is not at the center")
            }
        }
        if keeper.state.head.sequence > 0 {
            for sequence in 1...keeper.state.head.sequence where try store.hash(chain, sequence) == nil {
                throw InvariantViolation("the center's chain of \(kiosk.id) has a hole at \(sequence)")
            }
        }
        for fact in kiosk.shown where !kiosk.excused.contains(fact.id) {
            guard held.facts[fact.id] == fact.content else {
                throw InvariantViolation(
                    "event \(fact.sequence) of \(kiosk.id) was shown as saved, and the center has it not")
            }
        }
        for (id, content) in held.facts {
            guard let attempted = kiosk.attempted[id] else { continue }
            guard attempted == content else {
                throw InvariantViolation("event \(id) of \(kiosk.id) is not what was recorded")
            }
        }
        if !kiosk.isHarmed, let twice = held.received.filter({ $0.value > 1 }).keys.min() {
            throw InvariantViolation("parcel \(twice) was received \(held.received[twice] ?? 0) times at \(kiosk.id)")
        }
        try compareMoney(kiosk, held)
        try compareAccount(kiosk, keeper, store)
    }

    /// What the point owes is what the center knows that it owes, and what was said to be paid is there.
    private func compareAccount(_ kiosk: VirtualKiosk, _ keeper: JournalKeeper, _ store: CenterStore) throws {
        guard !kiosk.isHarmed else { return }
        try kiosk.checkAccount(keeper)
        let account = try store.produce(of: kiosk.id)
        if let problem = account.problems.first {
            throw InvariantViolation(
                "the center finds event \(problem.sequence) of \(kiosk.id) wrong: \(problem.words)")
        }
        let view = PointView(store: keeper.store)
        let here = try view.statement(of: "p-farm", from: nil, until: nil)
        let there = account.statement(of: "p-farm", in: Period())
        guard let mine = here.totals, mine == there.totals else {
            throw InvariantViolation(
                "\(kiosk.id) has \(String(describing: here.totals)), the center \(String(describing: there.totals))")
        }
        for payout in kiosk.paidOut where !kiosk.excused.contains(payout.event) {
            guard let entry = account.payments.first(where: { $0.id == payout.event }) else {
                throw InvariantViolation("payment \(payout.number) of \(kiosk.id) was said, and the center has it not")
            }
            guard entry.payment.amount.fen == payout.fen else {
                throw InvariantViolation(
                    "payment \(payout.number) of \(kiosk.id) was said as \(payout.fen) fen, and is \(entry.payment.amount)"
                )
            }
        }
    }

    /// To the gram and the fen.
    private func compareMoney(_ kiosk: VirtualKiosk, _ held: Held) throws {
        let excused = Set(kiosk.excused.map(\.text))
        for crate in kiosk.weighed where !excused.contains(crate.event) {
            guard let weighIn = held.weighIns[crate.event] else {
                throw InvariantViolation("weigh-in \(crate.number) of \(kiosk.id) was shown, and the center has it not")
            }
            guard weighIn.net.grams == crate.grams, weighIn.pricing?.amount.fen ?? 0 == crate.fen else {
                throw InvariantViolation(
                    "weigh-in \(crate.number) of \(kiosk.id): shown \(crate.grams) g for \(crate.fen) fen, the center has "
                        + "\(weighIn.net.grams) g for \(weighIn.pricing?.amount.fen ?? 0) fen")
            }
        }
    }
}

extension VirtualCenter {
    func holds(_ chain: HashChain, _ sequence: Int64, _ hash: Digest) -> Bool {
        ((try? store?.hash(chain, sequence)) ?? nil) == hash
    }
}
