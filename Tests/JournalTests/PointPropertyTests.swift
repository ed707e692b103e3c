import Barcodes
import Delivery
import DeskSession
import Domain
import Foundation
import Journal
import Phrases
import Synchronization
import Testing
import Workflow

/// A hundred thousand things that people do at a point, by chance, with the real desks and a real journal beside a plain
/// model. A seed that fails is printed; put it into `seeds` and keep it there.
@Suite struct PointPropertyTests {
    static let seeds: [UInt64] = [1]

    @Test(arguments: seeds)
    func `desks and journal agree with a plain model in everything that people do`(seed: UInt64) async throws {
        let bench = try JournalFixture()
        let play = try Play(seed: seed, journal: try bench.open(), bench: bench)
        try await play.begin()
        for _ in 0..<20 { try play.go(5000) }
        try await play.compareAll("after 100,000 actions")
        #expect(play.saved > 20_000, "too little happened: \(play.saved) events")

        // From the journal alone.
        let live = try await play.picture()
        try play.journal.supersede(forked: false, detail: "a test")
        #expect(try await play.picture() == live, "seed \(seed)")
        try await play.compareAll("rebuilt")
        try play.go(1000)

        // Half of the events are pruned: what has gone with them is forgotten, what is here stays, also in a rebuilt journal.
        try await play.prune()
        try await play.compareAll("pruned")
        try play.go(2000)
        let rest = try await play.picture()
        try play.journal.supersede(forked: true, detail: "a test")
        #expect(try await play.picture() == rest, "seed \(seed)")
        try play.go(3000)
        try await play.compareAll("at the end")
        play.journal.close()
        #expect(bench.failures.withLock { $0.isEmpty })
        #expect(play.words.count > 40, "answers never given: \(Set(Answer.Word.allCases).subtracting(play.words))")
    }
}

/// One run. Only the journal's thread touches it while actions are played, and only the test while none are.
final class Play: @unchecked Sendable {
    struct Disagreement: Error, CustomStringConvertible { let description: String }

    /// Everything that the events add up to.
    struct Picture: Equatable {
        var parcels: [Parcel]
        var batches: [Batch: Int]
        var items: [String: Set<String>]
        var sessions: [String: String]
    }

    private let seed: UInt64
    let journal: Journal
    private let bench: JournalFixture
    private var generator: SeededGenerator
    private var world: World
    private var models = [DeskModel(name: "desk-1"), DeskModel(name: "desk-2")]
    private var desks: [DeskSession]
    private let carriers: [String: [Carrier]]
    private let subjects: [String]
    private let recipients: [String]
    private var uptime: Int64 = 1000
    private var number = 0
    private(set) var saved = 0
    private(set) var words: Set<Answer.Word> = []

    init(seed: UInt64, journal: Journal, bench: JournalFixture) throws {
        self.seed = seed
        self.journal = journal
        self.bench = bench
        generator = SeededGenerator(seed: seed)
        let codes = CollidingGenerator(seed: seed)
        subjects = (0..<3000).map { "SF\(1_000_000_000_000 + $0)" }
        recipients = (1...25).map { "R\(100 + $0)" }
        let slots = [
            PointModel.Slot(name: "1-1", room: 6, handling: "normal"), .init(name: "1-2", room: 4, handling: "normal"),
            .init(name: "2-1", room: 9, handling: "normal"), .init(name: "3-1", room: 3, handling: "cold"),
            .init(name: "3-2", room: 2, handling: "cold"), .init(name: "4-1", room: 4, handling: "large"),
        ]
        var policy = Desk.Policy()
        policy.shelves = SlotAllocator(
            slots: slots.map {
                .init(name: $0.name, capacity: $0.room, handling: Parcel.Handling(rawValue: $0.handling)!)
            })
        desks = ["desk-1", "desk-2"].map { [policy] in
            DeskSession(
                name: $0, policy: policy, scale: SharedScale(), isPrinting: false, random: Entropy { codes.next() })
        }
        var expected: [String: (carrier: String?, handling: String, recipient: String?, consent: String?)] = [:]
        for (index, subject) in subjects.enumerated() where index % 5 < 3 {
            expected[subject] = (
                index % 2 == 0 ? "sf" : nil, index % 7 == 0 ? "cold" : index % 11 == 0 ? "large" : "normal",
                index % 3 == 0 ? nil : recipients[index % recipients.count],
                index % 4 == 0 ? nil : Parcel.Consent.allCases[index % 3].rawValue
            )
        }
        carriers = Dictionary(
            uniqueKeysWithValues: subjects.enumerated().map { index, subject in
                (subject, index % 4 == 0 ? [.sf, .zto] : index % 4 == 1 ? [] : [.sf])
            })
        world = World(
            point: PointModel(slots: slots, expected: expected),
            people: [
                "KB-OPERATOR-1": .init(person: "p1", role: "operator", carrier: nil, number: 11),
                "KB-OPERATOR-2": .init(person: "p2", role: "operator", carrier: nil, number: 12),
                "KB-COURIER-1": .init(person: "c1", role: "courier", carrier: "sf", number: 21),
                "KB-COURIER-2": .init(person: "c2", role: "courier", carrier: nil, number: 22),
                "KB-FARMER-1": .init(person: "f1", role: "farmer", carrier: nil, number: 31),
            ], forms: carriers.mapValues { $0.map(\.rawValue) })
    }

    /// The center's documents: who works here, and what is on its way.
    func begin() async throws {
        let people = world.people.map { badge, worker in
            Person(
                id: worker.person, name: "某\(worker.number)", roles: [Person.Role(rawValue: worker.role)!],
                badge: BadgeHash(of: badge), number: worker.number,
                carrier: worker.carrier.flatMap(Carrier.init(rawValue:)))
        }
        let expected = world.point.expected.map { subject, parcel in
            ExpectedParcel(
                subject: subject, carrier: parcel.carrier.flatMap(Carrier.init(rawValue:)),
                recipient: parcel.recipient.map {
                    Recipient(id: $0, name: "张*", phoneTail: "0000", secret: BadgeHash(of: $0.uppercased()))
                },
                handling: Parcel.Handling(rawValue: parcel.handling)!,
                consent: parcel.consent.flatMap(Parcel.Consent.init(rawValue:)))
        }
        try await journal.record { transaction in
            try transaction.apply(.init(version: 1, digest: .genesis, content: .roster(people)))
            try transaction.apply(.init(version: 1, digest: .genesis, content: .expected(expected)))
        }
    }

    // MARK: Playing

    /// Many turns share a transaction, as in a burst; each sees what the one before it wrote.
    func go(_ count: Int) throws {
        try journal.record { [self] transaction in
            for _ in 0..<count { try step(transaction) }
            try compareHere(transaction)
        }
    }

    private func step(_ transaction: Transaction) throws {
        number += 1
        let pause = Int.random(in: 0..<1000, using: &generator)
        uptime += pause < 5 ? 400_000 : pause < 25 ? 70_000 : Int64(pause) * 3
        bench.wall.withLock { $0 = 1_790_000_000_000 + uptime }
        let place = Int.random(in: 0..<desks.count, using: &generator)
        let input = chooseInput(place)
        try turn(input, at: place, transaction)
        if case .pin(let number, let pin) = input, models[place].name == waiting {
            let person = world.people.values.first { $0.number == number }
            waiting = nil
            try turn(.verified(person?.person ?? "", isRight: person != nil && pin == "4321"), at: place, transaction)
        }
    }

    /// The desk that waits for whether a PIN was right.
    private var waiting: String?

    private func turn(_ input: DeskModel.Input, at place: Int, _ transaction: Transaction) throws {
        func disagree(_ words: String) -> Disagreement {
            Disagreement(description: "seed \(seed), action \(number), \(input) at desk \(place): \(words)")
        }
        let awaited = models[place].turn(input, at: uptime, &world)
        let now = Now(
            wall: Timestamp(milliseconds: bench.wall.withLock { $0 }), uptime: Uptime(milliseconds: uptime),
            clock: .synced)
        let session = desks[place]
        let turn = session.begin(translate(input), at: Moment(now: now, bootID: "boot-1"))
        let outcome = try session.run(turn, in: transaction)
        let (answer, events) = (outcome.answer, outcome.events)
        switch session.settle(turn, .success(outcome), isPracticeGone: true) {
        case .say, .stayQuiet: break
        case .verify: waiting = models[place].name
        case .beginPractice, .again: throw disagree("practice")
        }
        for (number, event) in events.enumerated() {
            let draft = event.draft
            guard number < awaited.events.count else { throw disagree("unforeseen \(draft.type)") }
            let next = awaited.events[number]
            let data = try JSON(parsing: draft.data)
            guard draft.type.text == "kiosk.\(next.type).v1", next.subject == nil || next.subject == draft.subject
            else { throw disagree("\(draft.type) of \(draft.subject ?? ""), not \(next.type)") }
            guard next.holds(world.point, data) else { throw disagree("\(draft.type): \(data.canonicalText)") }
            world.point.take(event)
        }
        saved += events.count
        guard events.count == awaited.events.count else {
            throw disagree(
                "\(awaited.events[events.count].type) did not come; it says \(String(describing: answer?.word))")
        }
        guard answer?.word == awaited.word else {
            throw disagree("says \(String(describing: answer?.word)), not \(String(describing: awaited.word))")
        }
        if let word = answer?.word { words.insert(word) }
        if let subject = awaited.undoable {
            let ids = events.filter { $0.draft.subject == subject && $0.draft.type != .operatorSignedOut }
            models[place].undoables.append(
                .init(subject: subject, events: ids.map(\.draft.id.text)))
            if models[place].undoables.count > 10 { models[place].undoables.removeFirst() }
        }
        // What was touched is what the model says, row and event.
        var touched = Set(events.filter { $0.draft.type.text.hasPrefix("kiosk.parcel.") }.compactMap(\.draft.subject))
        if case .scan(let subject) = input { touched.insert(subject) }
        for subject in touched {
            let real = try transaction.parcel(subject).map(PointModel.Row.init)
            guard real == world.point.rows[subject] else {
                throw disagree("\(String(describing: real)), not \(String(describing: world.point.rows[subject]))")
            }
        }
    }

    private func translate(_ input: DeskModel.Input) -> Desk.Input {
        switch input {
        case .scan(let subject):
            .parcel(
                ScannedParcel(
                    waybill: Waybill(subject: subject), carriers: carriers[subject] ?? [], symbology: nil,
                    raw: Array(subject.utf8)))
        case .command(let command): .text(command.text)
        case .code(let code): .text(code)
        case .member(let id, let isAddress): .text(isAddress ? "HTTPS://EXAMPLE.ORG/M/\(id)" : id)
        case .badge(let badge): badge.hasSuffix("1") ? .text(badge) : .card(badge)
        case .pin(let number, let pin): .signIn(number: number, pin: pin)
        case .verified(let person, let isRight): .verified(person: person, isRight: isRight)
        case .tick: .tick
        }
    }

    private func chooseInput(_ place: Int) -> DeskModel.Input {
        let model = models[place]
        let roll = Int.random(in: 0..<1000, using: &generator)
        func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &generator)! }
        // A few hundred at a time; those that somebody took never come again.
        let pool = Array(subjects[min(number / 40, 2700)...].prefix(200))
        var shelved: [String] { world.point.here.filter { $0.value.life.slot != nil }.keys.sorted() }
        if model.session == nil, roll < 300 { return .badge(pick(["KB-OPERATOR-1", "KB-OPERATOR-2", "KB-COURIER-1"])) }
        // What a question asks for comes more often than chance would have it.
        if model.question != nil || model.pickUp != nil, roll < 450 {
            switch model.question {
            case .carrier: return .command(pick([.carrier(.zto), .carrier(.sf), .confirm, .cancel]))
            case .consent:
                return .command(roll < 60 ? .noConsent : .consent(pick(Parcel.Consent.allCases)))
            case .reason: return .command(.reason(pick(DeskCommand.Reason.allCases)))
            case .code(let subject):
                let right = world.point.rows[subject]?.life.code
                return roll < 330 ? right.map { .code($0) } ?? .command(.override) : .command(.override)
            case nil: return .scan(pick(model.pickUp ?? pool))
            }
        }
        switch roll {
        case 0..<500:
            let some = roll < 250 ? pool : roll < 350 ? shelved : Array(pool.prefix(40))
            return .scan(pick(some.isEmpty ? pool : some))
        case 500..<600: return .command(.undo)
        case 600..<680:
            return .command(.mode(pick(DeskCommand.Mode.allCases.filter { ![.weigh, .pack, .pay].contains($0) })))
        case 680..<730: return .command(pick(DeskCommand.Parcel.all))
        case 730..<770:
            let here = world.point.here.values.compactMap(\.life.code).sorted()
            return .code(here.isEmpty || roll < 745 ? pick(["1-1-0001", "000000", "2-1-9999"]) : pick(here))
        case 770..<800: return .member(roll < 775 ? "R999" : pick(recipients), isAddress: roll % 2 == 0)
        case 800..<830: return .badge(roll < 803 ? "KB-NOBODY" : pick(world.people.keys.sorted()))
        case 830..<870: return .pin(number: pick([11, 21, 22, 31, 99]), pin: roll < 860 ? "4321" : "1234")
        case 870..<900: return .tick
        case 900..<930: return .command(pick([.openDelivery, .openDispatch, .closeBatch]))
        default:
            return .command(
                pick(
                    DeskCommand.all.filter { command in
                        switch command {
                        case .digit, .dash, .practice, .newPerson, .surname: false
                        // Produce has a play of its own.
                        case .mode(.weigh), .mode(.pack), .mode(.pay), .pay, .balance, .reverse, .till, .produce,
                            .grade, .tare, .record, .closeLot, .void, .check,
                            .offer:
                            false
                        case .signOut: roll < 940
                        default: true
                        }
                    }))
        }
    }

    // MARK: Comparing

    private func disagree(_ words: String) -> Disagreement {
        Disagreement(description: "seed \(seed), after action \(number): \(words)")
    }

    private func compareHere(_ transaction: Transaction) throws {
        let here = try transaction.here(after: "", limit: 100_000)
        let rows = Dictionary(uniqueKeysWithValues: here.map { ($0.subject, PointModel.Row($0)) })
        guard rows == world.point.here else { throw disagree("other parcels are here than should be") }
        let occupied = try transaction.occupancy()
        guard occupied == world.point.occupancy else { throw disagree("slots: \(occupied)") }
        for slot in world.point.slots
        where occupied[slot.name, default: 0] > slot.room && !world.point.overfilled.contains(slot.name) {
            throw disagree("\(slot.name) is over its capacity")
        }
        let codes = here.compactMap(\.condition.code)
        guard Set(codes).count == codes.count else { throw disagree("two parcels have the same code") }
        for code in codes where try transaction.parcel(code: code)?.subject != world.point.holder(of: code) {
            throw disagree("the code \(code) finds another parcel")
        }
        for recipient in recipients {
            let theirs = world.point.here.filter { $0.value.life.recipient == recipient }.keys.sorted()
            guard try transaction.parcels(of: recipient).map(\.subject) == theirs else {
                throw disagree("other parcels are here for \(recipient)")
            }
        }
        for (id, batch) in world.point.batches {
            guard try Set(transaction.items(of: id)) == batch.items else { throw disagree("items of \(id)") }
            guard try transaction.batch(of: batch.courier)?.id == world.point.batch(courier: batch.courier) else {
                throw disagree("hand-over of \(batch.courier)")
            }
        }
        let sessions = try transaction.sessions()
        guard Dictionary(uniqueKeysWithValues: sessions.map { ($0.desk, $0.person) }) == world.point.sessions else {
            throw disagree("sessions: \(sessions)")
        }
        for (key, guesses) in world.guesses {
            let known = try transaction.attempts(key)
            guard known?.failures == guesses.failures, known?.lock.milliseconds == guesses.lock,
                known?.at.milliseconds == guesses.at
            else { throw disagree("guesses of \(key): \(String(describing: known)), not \(guesses)") }
        }
    }

    /// Every parcel that is known, gone ones too.
    func compareAll(_ when: String) async throws {
        let parcels = try await picture().parcels
        let rows = Dictionary(uniqueKeysWithValues: parcels.map { ($0.subject, PointModel.Row($0)) })
        for (subject, row) in world.point.rows where rows[subject] != row {
            throw disagree("\(when): \(subject) is \(String(describing: rows[subject])), not \(row)")
        }
        guard rows == world.point.rows else { throw disagree("\(when): parcels nobody brought") }
        try await journal.record { [self] in try compareHere($0) }
    }

    func picture() async throws -> Picture {
        let (parcels, batches) = try await journal.look { view in
            (try view.all(after: "", limit: 100_000), try view.batches())
        }
        let (items, sessions) = try await journal.record { transaction in
            (
                try batches.map { ($0.batch.id, Set(try transaction.items(of: $0.batch.id))) },
                try transaction.sessions()
            )
        }
        return Picture(
            parcels: parcels.map {
                var parcel = $0
                parcel.sequence = 0
                return parcel
            }, batches: Dictionary(uniqueKeysWithValues: batches.map { ($0.batch, $0.scanned) }),
            items: Dictionary(uniqueKeysWithValues: items),
            sessions: Dictionary(uniqueKeysWithValues: sessions.map { ($0.desk, $0.person) }))
    }

    /// Acknowledges everything and prunes the older half of it.
    func prune() async throws {
        let head = journal.state.head
        #expect(try journal.acknowledge(head, of: journal.state.epoch) == .moved)
        try await journal.record { _ in }
        let middle = try #require(try await journal.page(after: head.sequence / 2, limit: 1).events.first)
        let before = try await journal.look { try $0.all(after: "", limit: 100_000) }
        while try await journal.prune(before: middle.draft.now.wall) > 0 {}
        let anchor = journal.state.anchor
        #expect(anchor > head.sequence / 3)
        var forgotten = 0
        for parcel in before where !parcel.isPresent && parcel.sequence <= anchor {
            world.point.rows[parcel.subject] = nil
            forgotten += 1
        }
        print("pruned up to \(anchor) of \(head.sequence); \(forgotten) parcels that had gone are forgotten")
    }
}

/// Draws codes from so few that they often meet; the ids of events stay unlike each other.
private final class CollidingGenerator: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed &+ 7)) }

    func next() -> UInt64 {
        let drawn = generator.withLock { $0.next() }
        return drawn & 7 << 61 | drawn >> 19
    }
}

extension DeskCommand {
    /// What concerns the next parcel.
    fileprivate enum Parcel {
        static let all: [DeskCommand] =
            Domain.Parcel.Handling.allCases.map { .handling($0) } + [.nextShelf, .resolve, .nextShelf, .resolve]
            + [.flag(.damaged), .flag(.missing), .flag(.wrongVillage), .flag(.refused)]
    }
}
