import Domain
import Testing
import Workflow

/// Which crates a payment clears, where what was voided is more than one payment can take back.
@Suite struct PaymentPlanTests {
    private func entries(_ fen: [Int64], from first: Int64, isVoided: Bool = false) -> [WeighInEntry] {
        fen.enumerated().map { place, fen in
            var generator = SeededGenerator(seed: UInt64(first) + UInt64(place))
            let number = WeighIn.Number(journal: "3f9a1c", count: first + Int64(place))
            let moment = Moment(
                now: Now(wall: Timestamp(milliseconds: 1), uptime: Uptime(milliseconds: 1), clock: .synced),
                bootID: "boot-1")
            let weighIn = WeighIn(
                number: number, farmer: "f-1", identification: .card, produce: "tomato", grade: "1",
                lot: Lot.id(journal: "3f9a1c", count: 1), gross: Mass(grams: 1000), tare: .zero, tareMode: .none,
                container: nil, stability: .device, scale: .init(serial: nil, protocolName: "test", interval: nil),
                raw: [],
                pricing: .init(
                    price: Price(fenPerKilogram: fen), list: 7, rounding: .halfUp, amount: Money(fen: fen)),
                warnings: [])
            var entry = WeighInEntry(
                weighIn: weighIn, id: .make(at: moment.now.wall, using: &generator), sequence: first + Int64(place),
                moment: moment)
            if isVoided {
                entry.paidBy = Payment.Number(journal: "3f9a1c", count: 1)
                entry.voiding = .init(reason: .mistake, sequence: 9000, moment: moment)
            }
            return entry
        }
    }

    /// Pays until nothing is left to be paid; each payment is no more than is owed then.
    private func payAll(_ all: [WeighInEntry]) throws -> (paid: Int64, payments: Int) {
        var all = all
        var (paid, payments) = (Int64(0), 0)
        while let plan = PaymentPlan(FarmerBalance(all)) {
            let owed = FarmerBalance(all).owed
            #expect(plan.amount <= owed && plan.amount >= .zero)
            let number = Payment.Number(journal: "3f9a1c", count: Int64(payments) + 2)
            let payment = try #require(plan.payment(number, farmer: "f-1", .cash))
            #expect(payment.amount == plan.amount)
            for index in all.indices {
                if payment.crates.contains(where: { $0.id == all[index].id }) { all[index].paidBy = number }
                if payment.takenBack.contains(where: { $0.id == all[index].id }) { all[index].takenBackBy = number }
            }
            #expect(FarmerBalance(all).owed.fen == owed.fen - plan.amount.fen)
            (paid, payments) = (paid + plan.amount.fen, payments + 1)
        }
        return (paid, payments)
    }

    @Test func `refunds larger than the next hundred crates do not stop the paying`() throws {
        let open = entries(Array(repeating: 50, count: 300), from: 1)
        let refunds = entries(Array(repeating: 100, count: 100), from: 1000, isVoided: true)
        let (paid, payments) = try payAll(open + refunds)
        #expect(paid == 5000 && payments == 3)
    }

    @Test(arguments: UInt64(1)...200)
    func `whatever is open, no payment is more than is owed, and little is left`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let open = entries(
            (0..<Int.random(in: 0...250, using: &generator)).map { _ in
                Int64.random(in: 0...5000, using: &generator)
            }, from: 1)
        let refunds = entries(
            (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                Int64.random(in: 0...5000, using: &generator)
            }, from: 1000, isVoided: true)
        let owed = FarmerBalance(open + refunds).owed.fen
        let (paid, _) = try payAll(open + refunds)
        #expect(owed < 0 ? paid == 0 : paid == owed)
    }
}
