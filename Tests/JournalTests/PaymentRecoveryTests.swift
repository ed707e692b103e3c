import Domain
import Foundation
import Journal
import TestSupport
import Testing

/// A payment whose event a card has spoilt: the farmer has the money, so its crates are not paid again.
@Suite struct PaymentRecoveryTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func record(_ type: EventType, _ subject: String, _ data: JSON, in journal: Journal) throws -> Event {
        var draft = bench.draft(subject, type: type)
        draft.data = data.canonical
        return try journal.record { [draft] in try $0.record(draft) }
    }

    private func weigh(_ count: Int64, in journal: Journal) throws -> Payment.Item {
        let price = Price(fenPerKilogram: 320)
        let net = Mass(grams: 10_000)
        let amount = try #require(price.amount(for: net, .halfUp))
        let weighIn = WeighIn(
            number: .init(epoch: journal.state.epoch, count: count), farmer: "f-1", identification: .card,
            produce: "tomato", grade: "1", lot: "KL-000000-000001", gross: net, tare: .zero, tareMode: .none,
            container: nil, stability: .device,
            scale: .init(serial: "A9-17", protocolName: "yaohua-a9", interval: Mass(grams: 10)), raw: [1],
            pricing: .init(price: price, list: 7, rounding: .halfUp, amount: amount), warnings: [])
        let event = try record(.weighInRecorded, weighIn.number.description, weighIn.json, in: journal)
        return .init(id: event.draft.id, number: weighIn.number, amount: amount)
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
