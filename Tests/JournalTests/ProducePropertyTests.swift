import Barcodes
import DeskSession
import Domain
import Foundation
import Journal
import Phrases
import ScaleProtocols
import Synchronization
import Testing
import Wire
import Workflow

/// Days at a collection point by chance: crates, mistakes, orders and restarts, with the real desks and a real journal beside a
/// plain book. A seed that fails is printed; put it into `seeds` and keep it there.
@Suite struct ProducePropertyTests {
    static let seeds: [UInt64] = [1, 2, 6]

    @Test(arguments: seeds)
    func `desks and journal agree with a plain book in every crate, lot, order and statement`(seed: UInt64) async throws
    {
        let bench = try JournalFixture()
        let play = try ProducePlay(seed: seed, journal: try bench.open(), bench: bench)
        try await play.begin()
        for _ in 0..<12 { try await play.day(of: 700) }
        try await play.compareAll("after twelve days")
        #expect(play.world.book.crates.count > 150, "only \(play.world.book.crates.count) crates")
        #expect(play.world.book.parcels.count > 5, "only \(play.world.book.parcels.count) parcels")

        // From the journal alone.
        let live = try await play.picture()
        try await play.rebuild()
        #expect(try await play.picture() == live, "seed \(seed)")
        for _ in 0..<2 { try await play.day(of: 700) }
        try await play.compareAll("rebuilt")

        // Most of the events are pruned; the account reaches further back than they do, also in a rebuilt journal.
        try await play.prune()
        try await play.compareAll("pruned")
        let rest = try await play.picture()
        try await play.rebuild()
        #expect(try await play.picture() == rest, "seed \(seed)")
        for _ in 0..<2 { try await play.day(of: 700) }
        try await play.compareAll("at the end")
        play.journal.close()
        #expect(bench.failures.withLock { $0.isEmpty })
        let expected: Set<Answer.Word> = [
            .weighed, .voided, .lotClosed, .offered, .packed, .dispatched, .checked, .checkFailed, .askFarmer,
            .askProduce,
            .askGrade, .weighReady, .askOrder, .packNext, .weighOrder, .scanWaybill, .scale, .scaleIsTared,
            .tareTooHeavy, .unknownProduce, .unknownContainer, .weighFirst, .wrongMode, .noLot, .lotIsOpen,
            .soldAlready, .nothingToVoid, .wrongLot, .notAsOrdered, .undone, .already, .found, .onlyReference,
            .scanLabelFirst, .unknownOrder, .nobodyFound,
        ]
        for type in [EventType.weighInPriced, .paymentMade, .paymentReversed] {
            // Where nothing is bought without a price, nothing gets one later.
            let isNever = type == .weighInPriced && play.world.rules.unpriced == .refuse
            #expect(isNever || play.settled[type, default: 0] > 5, "\(type): \(play.settled)")
        }
        let unsaid = expected.subtracting(play.words)
        #expect(unsaid.isEmpty)
    }
}

/// One run. Only the journal's thread touches it while a day is played, and only the test while none is.
final class ProducePlay: @unchecked Sendable {
    struct Disagreement: Error, CustomStringConvertible { let description: String }

    struct Picture: Equatable {
        var crates: [WeighInEntry]
        var lots: [Lot?]
        var shipments: [Shipment?]
        var payments: [PaymentEntry]
    }

    let seed: UInt64
    let journal: Journal
    private let bench: JournalFixture
    private var generator: SeededGenerator
    private(set) var world: ProduceDeskModel.World
    private var models: [ProduceDeskModel] = []
    private var desks: [DeskSession] = []
    private let scale = ShownScale()
    private var policy = Desk.Policy()
    private(set) var words: Set<Answer.Word> = []
    private var number = 0
    private var boot = 0
    /// The true time, and when this boot began.
    private var now: Int64 = 1_795_000_000_000
    private var started: Int64 = 0
    private var isTrusted = false
    private let begun: Int64 = 1_795_000_000_000
    private var waybills = 0
    /// Parcels that left so long ago that the journal knows nothing of them any more; nobody scans them here again.
    var forgotten: Set<String> = []
    /// When each crate was truly weighed.
    private var weighedAt: [String: Int64] = [:]
    private(set) var settled: [EventType: Int] = [:]
    private static let day: Int64 = 86_400_000

    init(seed: UInt64, journal: Journal, bench: JournalFixture) throws {
        self.seed = seed
        self.journal = journal
        self.bench = bench
        generator = SeededGenerator(seed: seed)
        func time(_ day: Int64) -> Timestamp { Timestamp(milliseconds: 1_795_000_000_000 + day * Self.day) }
        func offer(_ produce: String, _ grade: String, _ fen: Int64, _ from: Int64?, _ until: Int64?) -> Catalog.Offer {
            .init(
                produce: produce, grade: grade, price: Price(fenPerKilogram: fen), from: from.map(time),
                until: until.map(time))
        }
        let grades = [Catalog.Grade(id: "1", name: "一级"), .init(id: "2", name: "二级")]
        let catalog = Catalog(
            version: 7,
            produce: [
                .init(id: "tomato", number: 11, name: "番茄", grades: grades),
                .init(id: "apple", number: 21, name: "苹果", grades: grades),
                .init(id: "shiitake", number: 31, name: "香菇", grades: [.init(id: "A", name: "统货")]),
            ],
            containers: [
                .init(id: "crate-blue", number: 1, name: "蓝筐", tare: Mass(grams: 1502)),
                .init(id: "sack", number: 2, name: "编织袋", tare: Mass(grams: 120)),
                .init(id: "trolley", number: 3, name: "小车", tare: Mass(grams: 12_503)),
            ],
            offers: [
                offer("tomato", "1", 321, nil, 5), offer("tomato", "1", 343, 5, nil),
                offer("tomato", "2", 215, nil, nil),
                offer("apple", "1", 767, nil, nil), offer("apple", "2", 591, 3, nil),
                offer("shiitake", "A", 6405, nil, nil),
            ])
        let orders = (1...60).map { number in
            let lines = [("tomato", "1"), ("apple", "1"), ("shiitake", "A")].prefix(1 + number % 2).map {
                Order.Line(produce: $0.0, grade: $0.1, quantity: Mass(grams: Int64(500 + number * 40)))
            }
            return Order(
                id: "O-20261124-\(ProduceDeskModel.six(number))", recipient: nil, carrier: number % 3 == 0 ? .sf : nil,
                lines: lines, tolerancePermille: 50)
        }
        let farmers = (1...6).map { number in
            Person(
                id: "F\(100 + number)", name: "农\(number)", roles: [.farmer],
                badge: BadgeHash(of: "KB-FARMER-\(number)"), phoneTail: number < 3 ? "5678" : "000\(number)",
                number: 40 + number)
        }
        let operators = (1...2).map { number in
            Person(
                id: "p\(number)", name: "站\(number)", roles: [.operator],
                badge: BadgeHash(of: "KB-OPERATOR-\(number)"), number: 10 + number)
        }
        var draw = SeededGenerator(seed: seed &+ 99)
        func rule() -> WeighingPolicy.Rule { WeighingPolicy.Rule.allCases[Int(draw.next() % 3)] }
        let rules = ProduceDeskModel.Rules(
            interval: 5, minimum: 100, verifiedUntil: time(8).milliseconds, belowMinimum: rule(),
            expired: seed % 2 == 0 ? .warn : .ignore,
            scaleWrong: seed % 2 == 0 ? .refuse : .warn, unchecked: rule(), unpriced: rule(), toEven: seed % 2 == 0,
            reference: 5000, tolerance: 5)
        var weighing = WeighingPolicy()
        weighing.serial = "A-1"
        weighing.protocolName = "toledo-continuous"
        weighing.interval = Mass(grams: Int64(rules.interval))
        weighing.minimum = Mass(grams: Int64(rules.minimum))
        weighing.verifiedUntil = Timestamp(milliseconds: rules.verifiedUntil)
        weighing.belowMinimum = rules.belowMinimum
        weighing.expired = rules.expired
        weighing.scaleWrong = rules.scaleWrong
        weighing.unchecked = rules.unchecked
        weighing.unpriced = rules.unpriced
        // What a supervisor is asked for is DeskPayingTests' business.
        weighing.voids = .operator
        weighing.rounding = rules.toEven ? .halfEven : .halfUp
        weighing.reference = Mass(grams: Int64(rules.reference))
        weighing.tolerance = Mass(grams: Int64(rules.tolerance))
        policy.weighing = weighing
        policy.isOpen = false
        world = ProduceDeskModel.World(
            catalog: catalog, orders: orders, people: farmers + operators, rules: rules,
            journal: String(journal.state.epoch.text.prefix(6)))
    }

    func begin() async throws {
        let (people, catalog) = (world.people, world.catalog)
        let orders = OrderList(version: 4, orders: world.orders)
        try await journal.record { transaction in
            try transaction.apply(.init(version: 1, digest: .genesis, content: .roster(people)))
            try transaction.apply(.init(version: 7, digest: catalog.digest, content: .catalog(catalog)))
            try transaction.apply(.init(version: 4, digest: orders.digest, content: .orders(orders)))
        }
    }

    // MARK: Playing

    /// A new boot: nobody is signed in, nothing but the journal is remembered, and the clock may be wrong for a while or for
    /// good.
    func day(of turns: Int) async throws {
        boot += 1
        started = now
        isTrusted = generator.next() % 2 == 0
        let shared = SharedScale()
        shared.stand(on: scale)
        desks = ["desk-1", "desk-2"].map { [policy, scale] in
            DeskSession(name: $0, policy: policy, scale: shared, isPrinting: true, random: scale.entropy(seed))
        }
        models = desks.map { ProduceDeskModel(name: $0.name) }
        let trustedFrom = generator.next() % 4 == 0 ? turns + 1 : Int(generator.next() % UInt64(turns))
        try await journal.record { [self] transaction in
            try endLots(transaction)
            for turn in 0..<turns {
                if turn == trustedFrom, !isTrusted {
                    isTrusted = true
                    world.book.take(try transaction.record(draft(.clockSynced)))
                }
                try step(transaction)
                if generator.next() % 25 == 0 { try settle(transaction) }
            }
        }
        now += Self.day / 2 + Int64(generator.next() % UInt64(Self.day / 2))
    }

    /// After a new epoch was begun.
    func renewJournal() { world.journal = String(journal.state.epoch.text.prefix(6)) }

    private var moment: Moment {
        // A clock without a battery begins in 1970.
        let wall = isTrusted ? now : now - started
        bench.wall.withLock { $0 = wall }
        return Moment(
            now: Now(
                wall: Timestamp(milliseconds: wall), uptime: Uptime(milliseconds: now - started + 1000),
                clock: isTrusted ? .synced : .unsynced), bootID: "boot-\(boot)")
    }

    private func draft(_ type: EventType, _ subject: String? = nil, _ data: JSON = [:]) -> EventDraft {
        let moment = moment
        return EventDraft(
            id: .make(at: moment.now.wall, using: &generator), type: type, subject: subject, now: moment.now,
            bootID: moment.bootID, actor: nil, data: data.canonical)
    }

    /// What the daemon does after a restart: what was being weighed is whole now.
    private func endLots(_ transaction: Transaction) throws {
        let open = try transaction.openLots()
        let known = world.book.lots.filter { $0.value.status == "open" && !world.book.counting($0.key).isEmpty }
        guard open.map(\.id) == known.keys.sorted() else {
            throw Disagreement(description: "seed \(seed), boot \(boot): \(open.map(\.id)) are open, not \(known.keys)")
        }
        for lot in open {
            guard lot.packing.crates.map(\.description) == world.book.counting(lot.id),
                lot.packing.net.grams == world.book.net(lot.id)
            else { throw Disagreement(description: "seed \(seed), boot \(boot): \(lot.id) ends as \(lot.packing)") }
        }
        let events = try transaction.endSessions(at: moment, isPrinting: true)
        guard events.filter({ $0.draft.type == .lotPacked }).map(\.draft.subject) == open.map(\.id) else {
            throw Disagreement(description: "seed \(seed), boot \(boot): other lots were ended")
        }
        for event in events { world.book.take(event) }
    }

    // MARK: Money

    /// Prices, payments, transfers and their ends, as they come between turns.
    private func settle(_ transaction: Transaction) throws {
        let farmer = "F\(101 + generator.next() % 6)"
        switch generator.next() % 5 {
        case 0, 1: try price(transaction)
        case 2:
            let limit = Int64.random(in: 0...60_000, using: &generator)
            let balance = try transaction.balance(of: farmer)
            guard let plan = PaymentPlan(balance, limit: generator.next() % 2 == 0 ? nil : Money(fen: limit)),
                let payment = plan.payment(try transaction.nextPayment(), farmer: farmer, .cash)
            else { return }
            take(try transaction.record(draft(.paymentMade, payment.number.description, payment.json)))
        case 3: try transfer(to: farmer, transaction)
        default:
            let standing = world.book.payments.filter { payment in
                payment.value.reversed == nil && !payment.value.crates.contains { world.book.takenBack[$0] != nil }
            }.keys.sorted()
            guard let name = standing.randomElement(using: &generator), let number = Payment.Number(name),
                let entry = try transaction.payment(number)
            else { return }
            let reversal = Payment.Reversal(reverses: entry.id, number: number, reason: .mistake, approvedBy: "p1")
            take(try transaction.record(draft(.paymentReversed, name, reversal.json)))
        }
        let owed = try transaction.balance(of: farmer).owed.fen
        guard owed == world.book.owed(farmer) else {
            throw Disagreement(
                description: "seed \(seed), turn \(number): \(farmer) is owed \(owed), not \(world.book.owed(farmer))")
        }
    }

    private func take(_ event: Event) {
        world.book.take(event)
        settled[event.draft.type, default: 0] += 1
    }

    /// Whatever gets a price gets that of the moment at which it was truly weighed.
    private func price(_ transaction: Transaction) throws {
        var last: WeighIn.Number?
        repeat {
            let page = try transaction.priceCrates(
                after: last, limit: 3, world.rules.toEven ? .halfEven : .halfUp, because: .placed, at: moment,
                using: &generator)
            for event in page.events {
                let data = try JSON(parsing: event.draft.data)
                let name = event.draft.subject ?? ""
                guard let entry = try transaction.weighIn(name), let weighed = weighedAt[name] else {
                    throw Disagreement(description: "seed \(seed): \(name) is priced, and was never weighed")
                }
                let time = TimeSpan(around: Timestamp(milliseconds: weighed), within: 0)
                let right = world.catalog.price(of: entry.weighIn.produce, grade: entry.weighIn.grade, at: time)
                guard data["price"]?["fenperkg"]?.integer == right?.fenPerKilogram else {
                    throw Disagreement(
                        description: "seed \(seed), turn \(number): \(name) costs \(data), and should "
                            + "\(String(describing: right))")
                }
                take(event)
            }
            last = page.next
        } while last != nil
    }

    /// One that can be made, the same again, one that cannot, and another one under the first one's id.
    private func transfer(to farmer: String, _ transaction: Transaction) throws {
        guard let entry = try transaction.balance(of: farmer).unpaid.first, let amount = entry.amount else { return }
        let item = Payment.Item(id: entry.id, number: entry.weighIn.number, amount: amount)
        let transfer = Transfer(id: "T-\(number)", farmer: farmer, crates: [item])
        var wrong = transfer
        wrong.id += "-x"
        var reused = transfer
        reused.crates[0].amount = Money(fen: amount.fen + 1)
        var other = transfer
        other.farmer += "-other"
        let (events, refused) = try transaction.record(
            [transfer, transfer, wrong, reused, other], at: moment, using: &generator)
        guard events.count == 1, refused.map(\.reason) == [.notOpen, .idUsed, .idUsed] else {
            throw Disagreement(description: "seed \(seed), turn \(number): \(events.count) transfers, \(refused)")
        }
        take(events[0])
        // In another document the same again is nothing, and neither another farmer nor another crate gets that id.
        if let next = try transaction.balance(of: farmer).unpaid.first, let amount = next.amount {
            let item = Payment.Item(id: next.id, number: next.weighIn.number, amount: amount)
            let again = Transfer(id: transfer.id, farmer: farmer, crates: [item])
            let (events, refused) = try transaction.record([transfer, again], at: moment, using: &generator)
            guard events.isEmpty, refused.map(\.reason) == [.idUsed] else {
                throw Disagreement(description: "seed \(seed), turn \(number): \(transfer.id) was taken twice")
            }
        }
    }

    private func step(_ transaction: Transaction) throws {
        number += 1
        let pause = Int.random(in: 0..<1000, using: &generator)
        now += pause < 4 ? 400_000 : pause < 20 ? 70_000 : Int64(pause) * 3
        let place = Int.random(in: 0..<desks.count, using: &generator)
        let input = chooseInput(models[place])
        let load = chooseLoad(models[place], input)
        if case .typed(let text) = input {
            for character in text {
                let key: DeskCommand = character.wholeNumberValue.map { .digit($0) } ?? .dash
                try play(.command(key), .obstacle, at: place, transaction, isTyped: true)
            }
        }
        try play(input, load, at: place, transaction)
    }

    private func play(
        _ input: ProduceDeskModel.Input, _ load: ProduceDeskModel.Load, at place: Int, _ transaction: Transaction,
        isTyped: Bool = false
    ) throws {
        func disagree(_ words: String) -> Disagreement {
            Disagreement(description: "seed \(seed), turn \(number), \(input), \(load) at desk \(place): \(words)")
        }
        let moment = moment
        let (uptime, time) = (moment.now.uptime.milliseconds, isTrusted ? moment.now.wall.milliseconds : nil)
        (world.boot, world.uptime) = ("boot-\(boot)", uptime)
        var awaited = models[place].turn(isTyped ? .tick : input, at: uptime, time, load, world)
        if isTyped {
            awaited.word = .typed
            models[place].active = uptime
            // Whoever types is still thinking of the question.
            models[place].asked = uptime
        }
        let session = desks[place]
        scale.show(translate(load))
        let turn = session.begin(translate(input), at: moment)
        let outcome = try session.run(turn, in: transaction)
        let (answer, events) = (outcome.answer, outcome.events)
        switch session.settle(turn, .success(outcome), isPracticeGone: true) {
        case .say, .stayQuiet: break
        case .verify, .beginPractice, .again: throw disagree("another sequel than an answer")
        }
        for (number, event) in events.enumerated() {
            let draft = event.draft
            guard number < awaited.events.count else { throw disagree("unforeseen \(draft.type)") }
            let next = awaited.events[number]
            let data = try JSON(parsing: draft.data)
            guard draft.type.text == "kiosk.\(next.type).v1", next.subject == draft.subject else {
                throw disagree("\(draft.type) of \(draft.subject ?? ""), not \(next.type) of \(next.subject ?? "")")
            }
            // The instrument and its frame stand in it too; they are not what this is about.
            let members = (data.object ?? [:]).filter { !["scale", "raw", "stability", "batch"].contains($0.key) }
            if let wanted = next.data, members != wanted {
                throw disagree("\(data.canonicalText), not \(JSON.object(wanted).canonicalText)")
            }
            world.book.take(event)
            if draft.type == .weighInRecorded, let subject = draft.subject { weighedAt[subject] = now }
        }
        guard events.count == awaited.events.count else {
            throw disagree(
                "\(awaited.events[events.count].type) did not come; it says \(String(describing: answer?.word))")
        }
        // Codes of nobody are counted as guesses at a recipient's secret, which the play of parcels follows.
        let isGuess = if case .code = input { answer?.word == .locked && awaited.word == .nothingHere } else { false }
        guard answer?.word == awaited.word || isGuess else {
            throw disagree("says \(String(describing: answer?.word)), not \(String(describing: awaited.word))")
        }
        if let word = answer?.word { words.insert(word) }
        if let waybill = awaited.undoable, let event = events.first(where: { $0.draft.subject == waybill }) {
            models[place].undoables.append((waybill, event.draft.id.text))
            if models[place].undoables.count > 10 { models[place].undoables.removeFirst() }
        }
        for event in events where event.draft.type == .weighInRecorded || event.draft.type == .weighInVoided {
            try compare(crate: event.draft.subject ?? "", transaction)
        }
    }

    private func translate(_ input: ProduceDeskModel.Input) -> Desk.Input {
        switch input {
        case .badge(let badge): badge.hasSuffix("1") ? .text(badge) : .card(badge)
        case .code(let id): .text("HTTPS://EXAMPLE.ORG/M/\(id)")
        case .command(let command): .text(command.text)
        case .typed: .text(DeskCommand.confirm.text)
        // As a scanner of capitals sends it.
        case .receipt(let number), .label(let number): .text(number.uppercased())
        case .order(let id): .text(id)
        case .waybill(let waybill):
            .parcel(
                ScannedParcel(
                    waybill: Waybill(subject: waybill), carriers: [.sf], symbology: nil, raw: Array(waybill.utf8)))
        case .tick: .tick
        }
    }

    private func translate(_ load: ProduceDeskModel.Load) -> ScaleWatch.State {
        var reading = ScaleReading(stability: .stable, range: .ok, raw: [2, 0x30, 3])
        switch load {
        case .obstacle: return .obstacle(.unstable)
        case .bareNet(let grams):
            reading.mass = Mass(grams: Int64(grams))
            reading.kind = .net
        case .shows(let grams, let tared):
            reading.mass = Mass(grams: Int64(grams))
            reading.kind = tared == nil ? .gross : .net
            reading.tare = tared.map { Mass(grams: Int64($0)) }
            reading.tareMode = tared == nil ? .none : .measured
        }
        return .weighable(reading)
    }

    private func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &generator) }

    private func chooseLoad(_ model: ProduceDeskModel, _ input: ProduceDeskModel.Input) -> ProduceDeskModel.Load {
        let roll = Int.random(in: 0..<100, using: &generator)
        if input == .command(.check), roll < 85 {
            return .shows(5 * Int.random(in: 999...1001, using: &generator), tared: nil)
        }
        if roll < 6 { return .obstacle }
        if roll < 9 { return .bareNet(500) }
        if roll < 15 {
            return .shows(
                5 * Int.random(in: 1..<2000, using: &generator), tared: 5 * Int.random(in: 1..<300, using: &generator))
        }
        if let order = model.order, model.lines.count < order.lines.count, roll < 85 {
            let wanted = Int(order.lines[model.lines.count].quantity.grams)
            return .shows(wanted + Int.random(in: -30...30, using: &generator), tared: nil)
        }
        return .shows(5 * Int.random(in: 1..<(roll < 40 ? 400 : 6000), using: &generator), tared: nil)
    }

    private func chooseInput(_ model: ProduceDeskModel) -> ProduceDeskModel.Input {
        let roll = Int.random(in: 0..<1000, using: &generator)
        if model.session == nil, roll < 600 { return .badge("KB-OPERATOR-\(1 + roll % 2)") }
        if model.mode != "weigh", model.mode != "pack", roll < 300 {
            return .command(.mode([.weigh, .weigh, .pack, .dispatch][roll % 4]))
        }
        let labels = Array(world.book.lots.keys.sorted().suffix(40))
        let known = world.book.parcels.keys.filter { !forgotten.contains($0) }.sorted().suffix(8)
        if model.mode == "pack", roll < 700 {
            guard let order = model.order else {
                return roll < 400 ? .order(pick(world.orders)?.id ?? "") : .label(pick(labels) ?? "KL-000000-000009")
            }
            guard model.lines.count < order.lines.count else {
                if roll < 500 {
                    waybills += 1
                    return .waybill("SF\(1_000_000_000_000 + waybills)")
                }
                return .waybill(pick(Array(known)) ?? "SF1000000000000")
            }
            if model.picked != nil, roll < 500 { return .command(.confirm) }
            let line = order.lines[model.lines.count]
            let right = labels.filter {
                world.book.lots[$0]?.produce == line.produce && world.book.lots[$0]?.grade == line.grade
            }
            return .label(pick(roll < 620 ? right : labels) ?? "KL-000000-000009")
        }
        if model.mode == "dispatch", roll < 500 { return .waybill(pick(Array(known)) ?? "SF1000000000000") }
        switch roll {
        case 0..<60: return .badge("KB-FARMER-\(1 + roll % 6)")
        case 60..<80: return .code("F\(100 + roll % 9)")
        case 80..<130:
            return .typed(
                pick(["5678", "0003", "9999", "41", "46", "99", "1", "2", "3", "-1", "-2", "-9", "11", "21"]) ?? "1")
        case 130..<220: return .command(.produce(pick([11, 11, 21, 31, 99]) ?? 11))
        case 220..<310: return .command(.grade(pick(["1", "1", "2", "A", "Z"]) ?? "1"))
        case 310..<370:
            return .command(
                .tare(pick([.none, .measured, .container(1), .container(2), .container(3), .container(9)]) ?? .none))
        case 370..<700: return .command(roll % 2 == 0 ? .record : .confirm)
        case 700..<740: return .command(.closeLot)
        case 740..<770: return .command(.void(pick(WeighIn.Voiding.Reason.allCases) ?? .mistake))
        case 770..<800: return .command(.undo)
        case 800..<820: return .receipt(pick(world.book.crates.keys.sorted()) ?? "KW-000000-000001")
        case 820..<850: return .label(pick(labels) ?? "KL-000000-000009")
        case 850..<875: return .command(.offer)
        case 875..<905: return .command(.check)
        case 905..<945: return .command(.mode([.weigh, .weigh, .pack, .dispatch][roll % 4]))
        case 945..<955 where model.mode != "receive": return .waybill(pick(Array(known)) ?? "SF1000000000000")
        case 955..<965: return .order(pick(world.orders)?.id ?? "")
        case 965..<975: return .badge("KB-OPERATOR-\(1 + roll % 2)")
        case 975..<980: return .badge("KB-NOBODY")
        case 980..<985: return .command(.signOut)
        default: return .tick
        }
    }
}

/// A scale that shows what the test wants, each time another load.
final class ShownScale: PointScale {
    private let shown = Mutex(ScaleWatch.Sight(.obstacle(.empty)))

    func show(_ state: ScaleWatch.State) {
        shown.withLock { $0 = ScaleWatch.Sight(state, load: $0.load + 1) }
    }

    func entropy(_ seed: UInt64) -> Entropy {
        let generator = Locked(seed)
        return Entropy { generator.next() }
    }

    private final class Locked: Sendable {
        private let generator: Mutex<SeededGenerator>
        init(_ seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }
        func next() -> UInt64 { generator.withLock { $0.next() } }
    }

    var sight: ScaleWatch.Sight { shown.withLock { $0 } }
    func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State { sight.state }
    func recorded(_ sight: ScaleWatch.Sight) {}
    func recorded(oneOf shown: [Mass]) {}
    func setAttentive(_ isAttentive: Bool) {}
}
