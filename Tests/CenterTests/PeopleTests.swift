import Domain
import TestSupport
import Testing

@testable import Center

/// Whom a point has met, as the center's account has it.
@Suite struct PeopleTests {
    let directory: TemporaryDirectory
    let market: Market
    static let id = "PN-3f9a1c-000001"

    init() throws {
        directory = try TemporaryDirectory()
        market = Market(try CenterStore(path: directory.file("center.db")))
    }

    private func merge(into person: String) throws {
        try market.tell(
            .rosterApplied, nil,
            [
                "version": 2, "digest": .string(Digest.genesis.description), "count": 1,
                "merged": [["id": .string(Self.id), "into": .string(person)]],
            ])
    }

    private func add() throws {
        try market.tell(
            .personAdded, Self.id,
            [
                "name": "黄*", "roles": ["farmer"], "tail": "5678", "number": 900_001,
                "badge": .string(Digest.genesis.description),
            ])
    }

    private func pay(_ weighed: Market.Weighed, to farmer: String) throws {
        let number = Payment.Number(journal: weighed.weighIn.number.journal, count: 1)
        let item = Payment.Item(
            id: weighed.id, number: weighed.weighIn.number, amount: weighed.weighIn.pricing?.amount ?? .zero)
        let payment = try #require(Payment(number: number, farmer: farmer, method: .cash, crates: [item]))
        try market.tell(.paymentMade, number.description, payment.json)
    }

    /// A card may have spoilt the event of the adding: the account comes out all the same.
    @Test(arguments: [true, false])
    func `both names are one account, and what is said again is no problem`(isAdded: Bool) throws {
        if isAdded { try add() }
        let weighed = try market.weigh(Self.id, net: 1000)
        try merge(into: "p-7")
        try merge(into: "p-7")
        try pay(weighed, to: "p-7")
        let account = try market.store.produce(of: market.kiosk)
        #expect(account.problems.isEmpty, "\(account.problems.map(\.words))")
        for name in ["p-7", Self.id] {
            let totals = account.statement(of: name, in: Period()).totals
            #expect(totals?.count == 1 && totals?.paid.fen == 320 && totals?.owed == .zero, "\(name)")
        }
        try merge(into: "p-8")
        let later = try market.store.produce(of: market.kiosk)
        #expect(later.problems.map(\.words) == ["it merges \(Self.id) into p-8, who is p-7 already"])
        #expect(later.statement(of: "p-8", in: Period()).lines.isEmpty)
    }

    @Test func `the list names who waits for the county, also where the adding is lost`() throws {
        let settings = try directory.write(
            "broker: {host: 127.0.0.1}\nstorage: {directory: \(directory.path)}\n", to: "center.yaml")
        func ask(_ more: String...) throws -> String {
            let answer = try run(Products.path("kiosk-center"), ["people", "--config", settings] + more)
            #expect(answer.code == 0, "\(answer.errors)")
            return answer.output
        }
        #expect(try ask().contains("knows everybody"))
        try add()
        try market.weigh(Self.id, net: 1000)
        try market.weigh("PN-3f9a1c-000009", net: 2000, lot: 2)
        let output = try ask()
        #expect(
            output.contains("黄*") && output.contains("PN-3f9a1c-000009") && output.contains("2 not known"), "\(output)")
        try merge(into: "p-7")
        #expect(try !ask().contains(Self.id))
        #expect(try ask("--all").contains("p-7"))
    }
}
