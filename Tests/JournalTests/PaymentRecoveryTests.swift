import Domain
import Foundation
import Journal
import TestSupport
import Testing

/// A payment whose event a card has spoilt: the farmer has the money, so its crates are not paid again.
@Suite struct PaymentRecoveryTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    private func record(_ type: EventType, _ subject: String, _ data: JSON, in journal: Journal) throws -> Event {
        var draft = bench.draft(subject, type: type)
        draft.data = data.canonical
        return try journal.record { [draft] in try $0.record(draft) }
    }

    private func weigh(_ count: Int64, isPriced: Bool = true, in journal: Journal) throws -> Payment.Item {
        let price = Price(fenPerKilogram: 320)
        let net = Mass(grams: 10_000)
        let amount = try #require(price.amount(for: net, .halfUp))
        let weighIn = WeighIn(
            number: .init(epoch: journal.state.epoch, count: count), farmer: "f-1", identification: .card,
            produce: "tomato", grade: "1", lot: "KL-000000-000001", gross: net, tare: .zero, tareMode: .none,
            container: nil, stability: .device,
            scale: .init(serial: "A9-17", protocolName: "yaohua-a9", interval: Mass(grams: 10)), raw: [1],
            pricing: isPriced ? .init(price: price, list: 7, rounding: .halfUp, amount: amount) : nil,
            warnings: isPriced ? [] : [.unpriced])
        let event = try record(.weighInRecorded, weighIn.number.description, weighIn.json, in: journal)
        return .init(id: event.draft.id, number: weighIn.number, amount: amount)
    }

    private func pay(_ crates: [Payment.Item], _ takenBack: [Payment.Item] = [], in journal: Journal) async throws {
        let number = try await journal.record { try $0.nextPayment() }
        let payment = try #require(
            Payment(number: number, farmer: "f-1", method: .cash, crates: crates, takenBack: takenBack))
        _ = try record(.paymentMade, number.description, payment.json, in: journal)
    }

    /// Its row was saved with the event, and proves itself: the farmer is owed for it.
    @Test func `a crate whose own event is spoilt is still there, and is paid`() async throws {
        let journal = try bench.open()
        _ = try weigh(1, in: journal)
        let spoilt = try weigh(2, in: journal)
        _ = try weigh(3, in: journal)
        journal.close()
        try bench.tamper("UPDATE event SET data = '{}' WHERE id = '\(spoilt.id.text)'")

        let recovered = try bench.open()
        defer { recovered.close() }
        let before = try await recovered.look { try $0.balance(of: "f-1") }
        #expect(before.unpaid.count == 3 && before.owed == Money(fen: 9600))
        try await pay(
            before.unpaid.map { .init(id: $0.id, number: $0.weighIn.number, amount: Money(fen: 3200)) }, in: recovered)
        #expect(try await recovered.look { try $0.balance(of: "f-1") }.owed == .zero)
        // The next is another crate's number.
        #expect(try await recovered.record { try $0.nextWeighIn() }.count == 1)
    }

    /// A payment that stands proves what it rests on, where the event of that is spoilt.
    @Test func `keeps the price of what it paid, and the end of what it took back`() async throws {
        let journal = try bench.open()
        let first = try weigh(1, in: journal)
        try await pay([first], in: journal)
        let voided = try record(
            .weighInVoided, first.number.description,
            WeighIn.Voiding(voids: first.id, number: first.number, reason: .mistake, approvedBy: "p-9").json,
            in: journal)
        let second = try weigh(2, in: journal)
        var third = try weigh(3, isPriced: false, in: journal)
        third.amount = Money(fen: 900)
        let price = Price(fenPerKilogram: 90)
        let priced = try record(
            .weighInPriced, third.number.description,
            WeighIn.LaterPrice(
                prices: third.id, number: third.number,
                pricing: .init(price: price, list: 8, rounding: .halfUp, amount: third.amount), reason: .listed
            ).json, in: journal)
        try await pay([second, third], [first], in: journal)
        journal.close()
        try bench.tamper("UPDATE event SET data = '{}' WHERE seq IN (\(voided.sequence), \(priced.sequence))")

        let recovered = try bench.open()
        defer { recovered.close() }
        let (balance, statement) = try await recovered.look { view in
            (try view.balance(of: "f-1"), try view.statement(of: "f-1", from: nil, until: nil))
        }
        #expect(balance.owed == .zero && balance.unpaid.isEmpty && balance.unpriced.isEmpty && balance.refunds.isEmpty)
        #expect(statement.totals?.owed == .zero && statement.totals?.count == 2)
    }

    @Test(arguments: [false, true])
    func `whose event is lost still clears its crates, and its reversal still opens them`(isReversed: Bool) async throws
    {
        let journal = try bench.open()
        let crates = [try weigh(1, in: journal), try weigh(2, in: journal)]
        let number = try await journal.record { try $0.nextPayment() }
        let payment = try #require(Payment(number: number, farmer: "f-1", method: .cash, crates: crates))
        let paid = try record(.paymentMade, number.description, payment.json, in: journal)
        var lost = paid.sequence
        if isReversed {
            let reversal = Payment.Reversal(
                reverses: paid.draft.id, number: number, reason: .mistake, approvedBy: "p-9")
            lost = try record(.paymentReversed, number.description, reversal.json, in: journal).sequence
        }
        journal.close()
        try bench.tamper("UPDATE event SET data = '{}' WHERE seq = \(lost)")

        let recovered = try bench.open()
        defer { recovered.close() }
        #expect(recovered.state.recoveries == 1)
        let balance = try await recovered.look { try $0.balance(of: "f-1") }
        let entry = try await recovered.look { try $0.payment(number) }
        #expect(entry?.counts == !isReversed)
        #expect(balance.unpaid.count == (isReversed ? 2 : 0) && balance.refunds.isEmpty)
    }
}
