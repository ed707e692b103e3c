import Domain
import TestSupport
import Testing
import Wire

@testable import Center

/// What the county learns of the transfers that it asked its points for.
@Suite struct TransferTests {
    let directory: TemporaryDirectory
    let settings: String
    let market: Market

    init() throws {
        directory = try TemporaryDirectory()
        settings = try directory.write(
            "broker: {host: 127.0.0.1}\nstorage: {directory: \(directory.path)}\n", to: "center.yaml")
        market = Market(try CenterStore(path: directory.file("center.db")))
    }

    private func ask(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try run(Products.path("kiosk-center"), arguments + ["--config", settings])
    }

    private func item(_ weighed: Market.Weighed) -> Payment.Item {
        .init(
            id: weighed.id, number: weighed.weighIn.number, amount: weighed.weighIn.pricing?.amount ?? .zero)
    }

    private func pay(_ count: Int64, _ weighed: Market.Weighed, by name: String?) throws -> EventMessage {
        let number = Payment.Number(journal: weighed.weighIn.number.journal, count: count)
        let payment = try #require(
            Payment(
                number: number, farmer: weighed.weighIn.farmer, method: name == nil ? .cash : .transfer,
                reference: name, crates: [item(weighed)]))
        return try market.tell(.paymentMade, number.description, payment.json)
    }

    @Test func `each is recorded, refused with the reason, reversed, or not answered yet`() throws {
        let crates = try (0..<4).map { try market.weigh("p-\($0)", net: 1000 + Int64($0)) }
        let wanted = [
            Transfer(id: "T-1", farmer: "p-0", crates: [item(crates[0])]),
            Transfer(id: "T-2", farmer: "p-1", crates: [item(crates[1])]),
            Transfer(id: "T-3", farmer: "p-2", crates: [item(crates[2])]),
            Transfer(id: "T-4", farmer: "p-3", crates: [item(crates[3])]),
        ]
        let documents = Documents(directory: directory.file("documents"))
        _ = try documents.write(.payments(PaymentList(version: 1, transfers: wanted)), for: .kiosk(market.kiosk))
        let other = try #require(KioskID("k1310020099"))
        _ = try documents.write(
            .payments(
                PaymentList(version: 1, transfers: [Transfer(id: "T-9", farmer: "p-9", crates: [item(crates[0])])])),
            for: .kiosk(other))
        _ = try pay(1, crates[1], by: nil)
        let first = try pay(2, crates[0], by: "T-1")
        let second = try pay(3, crates[2], by: "T-3")
        try market.tell(
            .paymentsApplied, nil,
            [
                "version": 1, "digest": .string(Digest.genesis.description), "count": 4, "recorded": 2,
                "refused": [["id": "T-2", "reason": "not-open"]],
            ])
        let number = Payment.Number(journal: crates[0].weighIn.number.journal, count: 3)
        try market.tell(
            .paymentReversed, number.description,
            Payment.Reversal(reverses: second.event.draft.id, number: number, reason: .failed, approvedBy: "p-boss")
                .json)
        let answer = try ask("transfers", "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = try answer.output.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        let states = Dictionary(uniqueKeysWithValues: lines.map { ($0["id"]?.string ?? "", $0["state"]?.string ?? "") })
        #expect(states == ["T-1": "recorded", "T-2": "refused", "T-3": "reversed", "T-4": "waiting", "T-9": "waiting"])
        #expect(lines.first { $0["id"] == "T-2" }?["reason"] == "not-open")
        #expect(lines.first { $0["id"] == "T-1" }?["payment"]?.string == first.event.draft.subject)
        let table = try ask("transfers", "--kiosk", market.kiosk.text).output
        #expect(table.contains("1 recorded by their points: send the money (3.20 yuan)"), "\(table)")
        #expect(!table.contains("T-9"))
        // What the next list does not refuse is not refused any more.
        try market.tell(
            .paymentsApplied, nil,
            ["version": 2, "digest": .string(Digest.genesis.description), "count": 4, "recorded": 0])
        let later = try ask("transfers", "--kiosk", market.kiosk.text, "--json").output
        #expect(later.contains(#""id":"T-2""#) && !later.contains("refused"), "\(later)")
        // The statement says by which transfer.
        #expect(try ask("statement", "--farmer", "p-0").output.contains("transfer T-1"))
    }

    /// As after a fork: one number names two payments, and whichever is reversed, the farmer was paid by the other.
    @Test(arguments: [[0, 1], [1, 0]])
    func `a crate that was paid twice is owed when both payments are reversed`(order: [Int]) throws {
        let weighed = try market.weigh(net: 1000)
        let paid = try [pay(1, weighed, by: nil), pay(1, weighed, by: nil)]
        let number = Payment.Number(journal: weighed.weighIn.number.journal, count: 1)
        var dues: [WeighInEntry.Due?] = []
        for place in order {
            let id = paid[place].event.draft.id
            try market.tell(
                .paymentReversed, number.description,
                Payment.Reversal(reverses: id, number: number, reason: .mistake, approvedBy: "p-boss").json)
            dues.append(try market.account.entries.first?.due)
        }
        #expect(dues == [nil, .payment])
    }

    @Test func `a reversed payment's paper is genuine and counts no more`() throws {
        let weighed = try market.weigh(net: 1000)
        let paid = try pay(1, weighed, by: nil)
        let proof = RecordProof(
            kiosk: market.kiosk, epoch: paid.epoch, sequence: paid.event.sequence, hash: paid.event.hash)
        let before = try ask("verify-receipt", "\(proof)")
        #expect(before.code == 0 && before.output.contains("3.20 yuan (cash)"), "\(before)")
        let number = Payment.Number(journal: weighed.weighIn.number.journal, count: 1)
        try market.tell(
            .paymentReversed, number.description,
            Payment.Reversal(reverses: paid.event.draft.id, number: number, reason: .mistake, approvedBy: "p-boss").json
        )
        let after = try ask("verify-receipt", "\(proof)")
        #expect(after.code == 3 && after.output.contains("REVERSED since (mistake)"), "\(after)")
    }
}
