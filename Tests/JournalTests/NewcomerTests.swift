import DeskSession
import Domain
import Journal
import Testing
import Workflow

/// Whom the point met before the county knew: kept, merged once, and carried over by recoveries.
@Suite struct NewcomerTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    static let id = "PN-3f9a1c-000001"

    private func draft(_ type: EventType, _ subject: String?, _ data: JSON) -> EventDraft {
        var generator = SystemRandomNumberGenerator()
        return EventDraft(
            id: .make(at: bench.now.wall, using: &generator), type: type, subject: subject, now: bench.now,
            bootID: "boot-1", actor: nil, data: data.canonical)
    }

    private func add(_ journal: Journal) async throws -> String {
        try await journal.record { transaction in
            let (id, number) = try transaction.nextNewcomer()
            let person = Person(
                id: id, name: "黄*", roles: [.farmer], badge: BadgeHash(of: "KB-\(number - 900_000)"), phoneTail: "5678",
                number: number)
            _ = try transaction.record(draft(.personAdded, id, Newcomer(person).json))
            try transaction.keep(card: "KB-\(number - 900_000)", of: id)
            return id
        }
    }

    private func weigh(_ farmer: String, _ fen: Int64, _ journal: Journal) async throws {
        try await journal.record { transaction in
            let number = try transaction.nextWeighIn()
            let weighIn = WeighIn(
                number: number, farmer: farmer, identification: .card, produce: "tomato", grade: "1",
                lot: try transaction.nextLot(), gross: Mass(grams: 1000), tare: .zero, tareMode: .none, container: nil,
                stability: .device, scale: .init(serial: nil, protocolName: "test", interval: nil), raw: [],
                pricing: .init(
                    price: Price(fenPerKilogram: fen), list: 7, rounding: .halfUp, amount: Money(fen: fen)),
                warnings: [])
            _ = try transaction.record(draft(.weighInRecorded, number.description, weighIn.json))
        }
    }

    private func pay(_ farmer: String, _ journal: Journal) async throws -> Money? {
        try await journal.record { transaction in
            guard let plan = PaymentPlan(try transaction.balance(of: farmer)),
                let payment = plan.payment(try transaction.nextPayment(), farmer: farmer, .cash)
            else { return nil }
            _ = try transaction.record(draft(.paymentMade, payment.number.description, payment.json))
            return payment.amount
        }
    }

    private func apply(_ version: Int64, _ people: [Person], _ journal: Journal) async throws -> [Newcomer.Merging] {
        try await mergings(version, people, journal).stated
    }

    private func mergings(_ version: Int64, _ people: [Person], _ journal: Journal) async throws -> Newcomer.Mergings {
        try await journal.record { transaction in
            let mergings = try transaction.mergings(by: people)
            _ = try transaction.record(
                draft(
                    .rosterApplied, nil,
                    .members(["version": .integer(version)].merging(mergings.members) { $1 })))
            try transaction.apply(.init(version: version, digest: .genesis, content: .roster(people)))
            return mergings
        }
    }

    @Test func `a roster that names another person than before changes nothing, and that is told`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let id = try await add(journal)
        _ = try await apply(1, [person("p-1", was: [id]), person("p-2")], journal)
        let corrected = try await mergings(2, [person("p-1"), person("p-2", was: [id])], journal)
        #expect(corrected.stated.isEmpty && corrected.kept == [.init(id: id, person: "p-1")])
        // One roster that says two things at once is judged by its first.
        let other = try await add(journal)
        let both = try await mergings(3, [person("p-1", was: [other]), person("p-2", was: [other])], journal)
        #expect(both.stated == [.init(id: other, person: "p-1")] && both.kept == both.stated)
    }

    private func person(_ id: String, was: [String] = []) -> Person {
        var person = Person(id: id, name: "黄某*", roles: [.farmer], number: 17)
        person.was = was
        return person
    }

    private func owed(_ farmer: String, _ journal: Journal) async throws -> Int64 {
        try await journal.look { try $0.balance(of: farmer).owed.fen }
    }

    @Test func `who was met is known by card, number and digits, and stays so when a roster comes`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let id = try await add(journal)
        _ = try await apply(1, [person("p-1")], journal)
        try await journal.record { transaction in
            let byCard = try transaction.person(badge: BadgeHash(of: "KB-1"))
            #expect(byCard?.id == id)
            #expect(try transaction.person(number: 900_001)?.id == id)
            #expect(try transaction.person(number: 17)?.id == "p-1")
            #expect(try transaction.people().map(\.id).sorted() == [id, "p-1"])
        }
        #expect(try await add(journal) != id)
    }

    @Test func `merged, both names are one account, and the first word stands`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let id = try await add(journal)
        try await weigh(id, 1000, journal)
        try await weigh("p-1", 500, journal)
        #expect(try await owed("p-1", journal) == 500)
        let merged = try await apply(1, [person("p-1", was: [id, "PN-000000-000009"])], journal)
        #expect(merged.map(\.id) == [id])
        for name in [id, "p-1"] { #expect(try await owed(name, journal) == 1500) }
        // Said again, it is told again: the event that told it may be lost.
        #expect(try await apply(9, [person("p-1", was: [id])], journal).count == 1)
        // Another roster, which says something else, or nothing of it.
        #expect(try await apply(10, [person("p-2", was: [id])], journal).isEmpty)
        _ = try await apply(11, [person("p-2")], journal)
        #expect(try await owed("p-1", journal) == 1500)
        #expect(try await owed("p-2", journal) == 0)
        try await weigh(id, 250, journal)
        #expect(try await pay("p-1", journal)?.fen == 1750)
        try await journal.look { view in
            let statement = try view.statement(of: id, from: nil, until: nil)
            #expect(statement.totals?.owed == .zero && statement.lines.count == 4)
            #expect(try view.newcomer(id)?.card == nil)
            // The card goes on to name the same person.
            #expect(try view.person(id)?.id == "p-1")
            #expect(try view.canonical(id) == "p-1")
        }
        try await journal.record { transaction in
            let byCard = try transaction.person(badge: BadgeHash(of: "KB-1"))
            #expect(byCard?.id == "p-1")
        }
        #expect(try await pay(id, journal) == nil)
    }

    @Test func `a transfer to the county's name pays crates of the other`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let id = try await add(journal)
        try await weigh(id, 1000, journal)
        _ = try await apply(1, [person("p-1", was: [id])], journal)
        try await journal.record { transaction in
            let entry = try #require(try transaction.balance(of: "p-1").unpaid.first)
            let item = Payment.Item(id: entry.id, number: entry.weighIn.number, amount: Money(fen: 1000))
            let moment = Moment(now: bench.now, bootID: "boot-1")
            var generator = SystemRandomNumberGenerator()
            let (events, refused) = try transaction.record(
                [Transfer(id: "T-1", farmer: "p-1", crates: [item])], at: moment, using: &generator)
            #expect(events.count == 1 && refused.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `a recovery keeps people, cards and mergings`(isMerged: Bool) async throws {
        var journal = try bench.open()
        let id = try await add(journal)
        try await weigh(id, 1000, journal)
        if isMerged { _ = try await apply(1, [person("p-1", was: [id])], journal) }
        journal.close()
        // The event of the adding is spoilt, or that of the merging.
        try bench.tamper("UPDATE event SET data = '{}' WHERE seq = \(isMerged ? 3 : 1)")
        journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 1)
        try await journal.look { view in
            let newcomer = try #require(try view.newcomer(id))
            #expect(newcomer.mergedInto == (isMerged ? "p-1" : nil) && newcomer.card == (isMerged ? nil : "KB-1"))
            #expect(try view.balance(of: isMerged ? "p-1" : id).owed.fen == 1000)
        }
    }

    /// The card was in an operator's hands before the county said whose it is.
    @Test func `a card of a desk is nobody's badge for what the county lets that person do`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let id = try await add(journal)
        var boss = Person(
            id: "p-boss", name: "吴*", roles: [.supervisor, .operator, .farmer], badge: BadgeHash(of: "KB-BOSS"),
            pin: .nobody, number: 7)
        boss.was = [id]
        _ = try await apply(1, [boss], journal)
        let found = try await journal.record { transaction in
            (
                try transaction.person(badge: BadgeHash(of: "KB-1")), try transaction.person(number: 900_001),
                try transaction.person(badge: BadgeHash(of: "KB-BOSS"))
            )
        }
        for person in [found.0, found.1] {
            #expect(person?.id == "p-boss" && person?.roles == [.farmer] && person?.pin == nil && person?.met != nil)
        }
        #expect(found.2?.roles.contains(.supervisor) == true)
        // The county did not make her a farmer: as one she is known here all the same.
        var courier = person("p-9")
        courier.roles = [.courier]
        let second = try await add(journal)
        courier.was = [second]
        _ = try await apply(2, [courier], journal)
        let people = try await journal.look { try $0.people() }
        #expect(people.contains { $0.id == "p-9" && $0.roles == [.farmer] })
    }

    @Test func `a number is given once, in every journal of the point`() async throws {
        var journal = try bench.open()
        let first = try await add(journal)
        _ = try await apply(1, [person("p-1")], journal)
        journal.close()
        try bench.tamper("UPDATE event SET data = '{}' WHERE seq = 2")
        journal = try bench.open()
        defer { journal.close() }
        #expect(journal.state.recoveries == 1)
        let second = try await add(journal)
        let numbers = try await journal.look { view in
            [try view.newcomer(first)?.person.number, try view.newcomer(second)?.person.number]
        }
        #expect(first != second && numbers == [900_001, 900_002])
    }
}
