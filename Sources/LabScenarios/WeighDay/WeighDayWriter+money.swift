import Domain
import Phrases
import Workflow

/// The evening: everybody is paid, some things are put right, and the cash is counted.
extension WeighDayWriter {
    /// What lies in the till in the morning, in yuan.
    static let float: Int64 = 90_000

    mutating func countTill(_ occasion: Till.Count.Occasion, _ yuan: Int64, fen: Int64 = 0) {
        type(String(yuan))
        if fen > 0 {
            command(.dash, WeighAnswer(.typed))
            type(fen < 10 ? "0\(fen)" : String(fen))
        }
        var till: [String: JSON] = ["counted": .integer(yuan * 100 + fen)]
        if occasion != .opened { till["difference"] = 0 }
        command(.till(occasion), WeighAnswer(.tillCounted, till: till))
        day.paper.count(.tillCounted)
    }

    mutating func payEverybody() {
        beginPaying()
        for farmer in farmers where day.paper.owed(farmer.id) > 0 { pay(farmer) }
        // Paid, and found to be another's: the farmer owes it.
        if let place = day.paper.rows.firstIndex(where: { $0.voided == nil && ($0.fen ?? 0) > 0 }),
            let farmer = farmers.first(where: { $0.id == day.paper.rows[place].farmer })
        {
            var found = WeighAnswer(.found)
            found.crate = place + 1
            add(.scan(WeighDay.Scan(text: .receipt(place + 1), answer: found)))
            void(place + 1, .returned)
            meetToPay(farmer, owed: day.paper.owed(farmer.id), isPayable: false)
            command(.confirm, WeighAnswer(.nothingToPay))
        }
        reverse()
        let out = day.paper.payments.filter { !$0.isReversed }.reduce(0) { $0 + $1.fen }
        let left = Self.float * 100 - out
        countTill(.closed, left / 100, fen: left % 100)
    }

    private mutating func beginPaying() {
        endLot()
        command(.mode(.pay), WeighAnswer(.askFarmer))
        forget()
    }

    private mutating func pay(_ farmer: Farmer) {
        let fen = day.paper.owed(farmer.id)
        meetToPay(farmer, owed: fen, isPayable: true)
        let crates = day.paper.rows(of: farmer.id).count { $0.voided == nil && $0.fen != nil }
        command(
            .confirm,
            WeighAnswer(
                .paid, money: ["amount": .integer(fen), "crates": .integer(Int64(crates)), "owed": 0, "method": "cash"])
        )
        day.paper.payments.append(WeighPayment(farmer: farmer.id, fen: fen, crates: Int64(crates)))
        day.paper.count(.paymentMade)
    }

    private mutating func meetToPay(_ wanted: Farmer, owed: Int64, isPayable: Bool) {
        // Digits mean a farmer only while none is there.
        beginPaying()
        let answer = WeighAnswer(
            .balance,
            money: [
                "owed": .integer(owed), "payable": isPayable ? .integer(owed) : .null, "farmer": .string(wanted.name),
            ])
        name(wanted, answer)
    }

    /// The money went to the wrong person: the payment whose paper is brought back is reversed, and made once more.
    private mutating func reverse() {
        guard let place = day.paper.payments.indices.last else { return }
        let payment = day.paper.payments[place]
        guard let farmer = farmers.first(where: { $0.id == payment.farmer }), day.paper.owed(farmer.id) == 0 else {
            return
        }
        add(
            .scan(
                WeighDay.Scan(
                    text: .payment(place + 1), answer: WeighAnswer(.found, money: ["amount": .integer(payment.fen)]))))
        command(.reverse(.mistake), WeighAnswer(.askSupervisor))
        scan(
            supervisorBadge,
            WeighAnswer(.paymentReversed, money: ["owed": .integer(payment.fen), "reversed": true]))
        day.paper.payments[place].isReversed = true
        day.paper.count(.paymentReversed)
        pay(farmer)
    }
}
