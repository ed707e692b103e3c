import Domain
import Testing

/// A farmer's account over a time, where nobody can say when some of it was.
@Suite struct AccountStatementTests {
    /// What happens to some crates, one thing after the other; `known` tells of which steps the time is known.
    struct Story {
        var crates: [WeighInEntry] = []
        var payments: [PaymentEntry] = []
        private var step: Int64 = 0
        private var known: [Int64: Bool] = [:]
        var steps: Int64 { step }

        private mutating func next(_ isKnown: Bool) -> (sequence: Int64, moment: Moment) {
            step += 1
            known[step] = isKnown
            let now = Now(
                wall: Timestamp(milliseconds: step * 1000), uptime: Uptime(milliseconds: step), clock: .unsynced)
            return (step, Moment(now: now, bootID: isKnown ? "known" : "unknown"))
        }

        func placed(_ moment: Moment) -> Timestamp? { moment.bootID == "known" ? moment.now.wall : nil }

        private func id(_ step: Int64) -> EventID {
            var generator = SeededGenerator(seed: UInt64(step))
            return EventID.make(at: Timestamp(milliseconds: 1), using: &generator)
        }

        mutating func deliver(_ fen: Int64?, _ isKnown: Bool) {
            let (sequence, moment) = next(isKnown)
            let number = WeighIn.Number(journal: "3f9a1c", count: Int64(crates.count + 1))
            let weighIn = WeighIn(
                number: number, farmer: "f-1", identification: .card, produce: "tomato", grade: "1",
                lot: Lot.id(journal: "3f9a1c", count: 1), gross: Mass(grams: 1000), tare: .zero, tareMode: .none,
                container: nil, stability: .device, scale: .init(serial: nil, protocolName: "test", interval: nil),
                raw: [], pricing: fen.map(pricing), warnings: fen == nil ? [.unpriced] : [])
            crates.append(WeighInEntry(weighIn: weighIn, id: id(step), sequence: sequence, moment: moment))
        }

        private func pricing(_ fen: Int64) -> WeighIn.Pricing {
            .init(price: Price(fenPerKilogram: fen), list: 7, rounding: .halfUp, amount: Money(fen: fen))
        }

        mutating func price(_ place: Int, _ fen: Int64, _ isKnown: Bool) {
            let (sequence, moment) = next(isKnown)
            crates[place].laterPrice = .init(
                pricing: pricing(fen), reason: .listed, sequence: sequence, moment: moment)
        }

        mutating func void(_ place: Int, _ isKnown: Bool) {
            let (sequence, moment) = next(isKnown)
            crates[place].voiding = .init(reason: .mistake, sequence: sequence, moment: moment)
        }

        /// Everything that is due.
        mutating func pay(_ isKnown: Bool) {
            func items(_ due: WeighInEntry.Due) -> [Payment.Item] {
                crates.filter { $0.due == due }.map {
                    .init(id: $0.id, number: $0.weighIn.number, amount: $0.amount ?? .zero)
                }
            }
            let number = Payment.Number(journal: "3f9a1c", count: Int64(payments.count + 1))
            guard
                let payment = Payment(
                    number: number, farmer: "f-1", method: .cash, crates: items(.payment), takenBack: items(.refund))
            else { return }
            let (sequence, moment) = next(isKnown)
            for place in crates.indices {
                switch crates[place].due {
                case .payment: crates[place].paidBy = number
                case .refund: crates[place].takenBackBy = number
                case .price, nil: break
                }
            }
            payments.append(PaymentEntry(payment: payment, id: id(step), sequence: sequence, moment: moment))
        }

        mutating func reverse(_ place: Int, _ isKnown: Bool) {
            let (sequence, moment) = next(isKnown)
            payments[place].reversal = .init(reason: .mistake, sequence: sequence, moment: moment)
            for index in crates.indices where crates[index].paidBy == payments[place].payment.number {
                crates[index].paidBy = nil
            }
        }

        func statement(until step: Int64) -> AccountStatement {
            AccountStatement(
                farmer: "f-1", crates: crates, payments: payments, from: Timestamp(milliseconds: 1),
                until: Timestamp(milliseconds: step * 1000), placed: placed)
        }
    }

    @Test func `a crate of a time that nobody knows, paid on a known day, leaves nobody owing`() throws {
        var story = Story()
        story.deliver(5750, false)
        story.pay(true)
        let day = story.statement(until: 10)
        #expect(day.unplaced.isEmpty && day.lines.count == 2)
        #expect(day.totals?.owed == .zero && day.totals?.paid.fen == 5750)
        let later = AccountStatement(
            farmer: "f-1", crates: story.crates, payments: story.payments, from: Timestamp(milliseconds: 5000),
            until: nil, placed: story.placed)
        #expect(later.before == .zero && later.lines.isEmpty && later.unplaced.isEmpty)
        // Before it was paid there is no such line.
        #expect(story.statement(until: 2).lines.isEmpty)
    }

    @Test func `a payment that was reversed when nobody knew the time, and made anew, leaves nobody owing`() {
        var story = Story()
        story.deliver(1000, true)
        story.pay(true)
        story.reverse(0, false)
        story.pay(true)
        let day = story.statement(until: 10)
        #expect(day.unplaced.isEmpty && day.totals?.owed == .zero && day.totals?.paid.fen == 1000)
    }

    /// By a count of its own: what stands in a statement stands there with all that it came of.
    @Test(arguments: UInt64(1)...300)
    func `whatever is not known, nothing stands without what it came of`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var story = Story()
        for _ in 0..<30 {
            let isKnown = Int.random(in: 0..<3, using: &generator) > 0
            let fen = Int64.random(in: 1...5000, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1: story.deliver(Bool.random(using: &generator) ? fen : nil, isKnown)
            case 2:
                if let place = story.crates.firstIndex(where: { $0.due == .price }) { story.price(place, fen, isKnown) }
            case 3:
                if let place = story.crates.indices.filter({ story.crates[$0].counts }).randomElement(using: &generator)
                {
                    story.void(place, isKnown)
                }
            default: story.pay(isKnown)
            }
        }
        for step in 1...story.steps {
            let part = story.statement(until: step)
            let crates = Set(part.lines.compactMap { if case .crate(let entry) = $0.what { entry.id } else { nil } })
            let prices = Set(part.lines.compactMap { if case .price(let entry) = $0.what { entry.id } else { nil } })
            let paid = Set(
                part.lines.flatMap {
                    if case .payment(let entry) = $0.what { entry.payment.crates.map(\.id) } else { [EventID]() }
                })
            let voided = Set(part.lines.compactMap { if case .voiding(let entry) = $0.what { entry.id } else { nil } })
            let late = Set(story.crates.filter { $0.laterPrice != nil }.map(\.id))
            #expect(prices.isSubset(of: crates) && paid.isSubset(of: crates) && voided.isSubset(of: crates))
            #expect(paid.intersection(late).isSubset(of: prices))
            for line in part.lines {
                guard case .payment(let entry) = line.what else { continue }
                #expect(entry.payment.takenBack.allSatisfy { voided.contains($0.id) && paid.contains($0.id) })
            }
            #expect(part.lines.count + part.unplaced.count <= Int(story.steps))
        }
        // Together it is what is owed.
        let all = story.statement(until: story.steps + 1)
        let unplaced = all.unplaced.reduce(Int64(0)) { $0 + $1.change.fen }
        #expect((all.totals?.owed.fen ?? 0) + unplaced == FarmerBalance(story.crates).owed.fen)
    }
}
