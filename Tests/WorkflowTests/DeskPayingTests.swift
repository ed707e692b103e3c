import Domain
import Phrases
import Testing
import Workflow

/// A farmer is paid: what was told, whole crates, once; and the account comes out at every moment.
@Suite struct DeskPayingTests {
    static let supervisor = "KB-SUPERVISOR"

    /// A point with two farmers and a supervisor, whose crates are told beforehand.
    final class Market {
        let scene: DeskScene
        private var count: Int64 = 0

        init(seed: UInt64 = 1, _ change: (inout Desk.Policy) -> Void = { _ in }) {
            scene = DeskScene(seed: seed, change)
            scene.point.roster += [
                Person(
                    id: "p-boss", name: "吴*", roles: [.supervisor], badge: BadgeHash(of: DeskPayingTests.supervisor)),
                Person(
                    id: "p-farm-2", name: "郑*", roles: [.farmer], badge: BadgeHash(of: "KB-FARMER-2"),
                    phoneTail: "5678",
                    number: 17),
            ]
        }

        @discardableResult
        func crate(_ fen: Int64?, of farmer: String = "p-farm", lot: Int64 = 1, isPacked: Bool = true) throws
            -> WeighIn.Number
        {
            count += 1
            let number = WeighIn.Number(journal: "3f9a1c", count: count)
            let net = Mass(grams: 1000)
            let weighIn = WeighIn(
                number: number, farmer: farmer, identification: .card, produce: "tomato",
                grade: "1", lot: Lot.id(journal: "3f9a1c", count: lot), gross: net, tare: .zero, tareMode: .none,
                container: nil, stability: .device, scale: .init(serial: nil, protocolName: "test", interval: nil),
                raw: [], pricing: fen.map { pricing($0) }, warnings: fen == nil ? [.unpriced] : [])
            try tell(.weighInRecorded, number.description, weighIn.json)
            if isPacked { try tell(.lotPacked, weighIn.lot, ["crates": .array([])]) }
            if isPacked { scene.point.statuses[weighIn.lot] = (.packed, nil) }
            return number
        }

        private func pricing(_ fen: Int64) -> WeighIn.Pricing {
            .init(price: Price(fenPerKilogram: fen), list: 7, rounding: .halfUp, amount: Money(fen: fen))
        }

        func price(_ number: WeighIn.Number, _ fen: Int64) throws {
            let entry = try #require(scene.point.weighIn(number.description))
            let price = WeighIn.LaterPrice(prices: entry.id, number: number, pricing: pricing(fen), reason: .listed)
            try tell(.weighInPriced, number.description, price.json)
        }

        func tell(_ type: EventType, _ subject: String, _ data: JSON) throws {
            let id = EventID.make(at: scene.now.wall, using: &scene.generator)
            scene.point.record(
                EventDraft(
                    id: id, type: type, subject: subject, now: scene.now, bootID: scene.bootID, actor: nil,
                    data: data.canonical))
        }

        /// From the events alone: delivered, less what was voided, is paid and owed.
        func check(_ here: SourceLocation = #_sourceLocation) {
            for farmer in ["p-farm", "p-farm-2"] {
                var (delivered, voided, paid): (Int64, Int64, Int64) = (0, 0, 0)
                var amounts: [String: Int64] = [:]
                var payments: [String: Int64] = [:]
                for event in scene.point.events {
                    let data = (try? JSON(parsing: event.draft.data)) ?? .null
                    let subject = event.draft.subject ?? ""
                    switch event.draft.type {
                    case .weighInRecorded where data["farmer"]?.string == farmer:
                        amounts[subject] = data["amount"]?.integer ?? 0
                        delivered += data["amount"]?.integer ?? 0
                    case .weighInPriced where amounts[subject] != nil:
                        amounts[subject] = data["amount"]?.integer ?? 0
                        delivered += data["amount"]?.integer ?? 0
                    case .weighInVoided where amounts[subject] != nil: voided += amounts[subject] ?? 0
                    case .paymentMade where data["farmer"]?.string == farmer:
                        payments[subject] = data["amount"]?.integer ?? 0
                        paid += data["amount"]?.integer ?? 0
                    case .paymentReversed: paid -= payments[subject] ?? 0
                    default: break
                    }
                }
                let owed = scene.point.balance(of: farmer).owed.fen
                #expect(delivered - voided == paid + owed, "\(farmer)", sourceLocation: here)
            }
        }

        func signIn(at desk: String = "front") throws {
            try scene.play(
                at: desk, (desk == "front" ? DeskScene.operatorBadge : DeskScene.otherOperatorBadge, .signedIn),
                ("KC-PAY", .askFarmer))
        }
    }

    @Test func `a farmer is told what is owed, and paid exactly that, once`() throws {
        let market = Market()
        try market.crate(1000)
        try market.crate(2550)
        try market.crate(nil)
        try market.signIn()
        let told = try market.scene.scan("KB-FARMER")
        guard case .balance(let account) = told else { throw Wrong("\(String(describing: told))") }
        #expect(account.owed.fen == 3550 && account.crates == 2 && account.unpriced == 1)
        #expect(account.unpricedNet.grams == 1000 && account.payable?.fen == 3550)
        let answer = try market.scene.scan("KC-CONFIRM")
        guard case .paid(let payout) = answer else { throw Wrong("\(String(describing: answer))") }
        #expect(payout.amount.fen == 3550 && payout.crates == 2 && payout.left == .zero && payout.method == .cash)
        market.check()
        // Whoever confirms once more pays nobody.
        try market.scene.play(("KC-CONFIRM", .askFarmer), ("KB-FARMER", .balance), ("KC-CONFIRM", .nothingToPay))
        #expect(market.scene.point.payments.count == 1)
        market.check()
    }

    /// A recovery has put the records elsewhere, and a crate was voided since.
    @Test(arguments: [false, true])
    func `a lot's paper tells what was voided since, also in its former place`(isMoved: Bool) throws {
        let market = Market()
        let numbers = [try market.crate(1000), try market.crate(2000)]
        let lot = Lot.id(journal: "3f9a1c", count: 1)
        try market.tell(.lotPacked, lot, ["crates": .array(numbers.map { .string($0.description) })])
        let packed = try #require(market.scene.point.packing(of: lot))
        let first = try #require(market.scene.point.weighIn(numbers[0].description))
        try market.tell(
            .weighInVoided, numbers[0].description,
            WeighIn.Voiding(voids: first.id, number: numbers[0], reason: .returned).json)
        try market.scene.play((DeskScene.operatorBadge, .signedIn))
        let chain = market.scene.point.chain
        var proof = RecordProof(
            kiosk: chain.kiosk, epoch: chain.epoch, sequence: packed.sequence, hash: packed.hash)
        if isMoved {
            proof.epoch = try #require(Epoch("aaaaaaaa5b7d20489f3c6a1e5b7d2048"))
            proof.sequence += 40
            var record = MovedRecord(packed, of: proof.epoch)
            record.sequence = proof.sequence
            market.scene.point.moved = [record]
        }
        let answer = try market.scene.scan(proof.description)
        guard case .receiptRight(.lot(let account, let voided)) = answer else {
            throw Wrong("\(String(describing: answer))")
        }
        #expect(voided == 1 && account.crates == 1)
    }

    @Test func `no more is paid than was wanted: whole crates, the oldest first`() throws {
        let market = Market()
        for fen in [1000, 2000, 3000] as [Int64] { try market.crate(fen) }
        try market.signIn()
        try market.scene.play(
            ("KB-FARMER", .balance), ("KC-3", .typed), ("KC-5", .typed), ("KC-CONFIRM", .balance),
            ("KC-PAY-TRANSFER", .paid))
        let payment = try #require(market.scene.point.payments.first?.payment)
        #expect(payment.amount.fen == 3000 && payment.crates.map(\.amount.fen) == [1000, 2000])
        #expect(payment.method == .transfer)
        market.check()
        try market.scene.play(
            ("KB-FARMER", .balance), ("KC-2", .typed), ("KC-9", .typed), ("KC-DASH", .typed), ("KC-9", .typed),
            ("KC-9", .typed), ("KC-CONFIRM", .balance), ("KC-CONFIRM", .nothingToPay))
        #expect(market.scene.point.payments.count == 1)
    }

    @Test func `what has changed since it was told is told first, also by another desk`() throws {
        let market = Market()
        let open = try market.crate(nil)
        try market.crate(500)
        try market.signIn()
        try market.signIn(at: "back")
        try market.scene.play(("KB-FARMER", .balance))
        try market.scene.play(at: "back", ("KB-FARMER", .balance))
        try market.price(open, 700)
        try market.scene.play(("KC-CONFIRM", .balance), ("KC-CONFIRM", .paid))
        #expect(market.scene.point.payments.map(\.payment.amount.fen) == [1200])
        try market.scene.play(at: "back", ("KC-CONFIRM", .nothingToPay))
        market.check()
    }

    @Test func `a crate voided after it was paid leaves the farmer owing, and the next payment takes it back`() throws {
        let market = Market()
        let first = try market.crate(1000)
        try market.signIn()
        try market.scene.play(("KB-FARMER", .balance), ("KC-CONFIRM", .paid))
        let number = try #require(market.scene.point.payments.first?.payment.number.description)
        // A crate of a lot that is closed: the operator alone may not.
        try market.scene.play(
            (first.description, .found), ("KC-VOID-MISTAKE", .askSupervisor), ("KB-FARMER-2", .notPermitted),
            (DeskScene.operatorBadge, .notPermitted), (Self.supervisor, .voided))
        let voided = try #require(market.scene.point.events.last { $0.draft.type == .weighInVoided })
        let data = try JSON(parsing: voided.draft.data)
        #expect(voided.draft.actor == "p-op" && data["approvedby"] == "p-boss")
        #expect(market.scene.point.balance(of: "p-farm").owed.fen == -1000)
        market.check()
        try market.scene.play(("KB-FARMER", .balance), ("KC-CONFIRM", .nothingToPay))
        try market.crate(2500, lot: 2)
        try market.scene.play(("KB-FARMER", .balance), ("KC-CONFIRM", .paid))
        let second = try #require(market.scene.point.payments.last?.payment)
        #expect(second.amount.fen == 1500 && second.takenBack.map(\.number) == [first])
        market.check()
        // Taken back already: the first payment cannot be reversed before the second.
        try market.scene.play(
            (number, .found), ("KC-REVERSE-MISTAKE", .askSupervisor), (Self.supervisor, .reverseLaterFirst),
            (second.number.description, .found), ("KC-REVERSE-FAILED", .askSupervisor),
            (Self.supervisor, .paymentReversed))
        market.check()
        try market.scene.play(
            (number, .found), ("KC-REVERSE-MISTAKE", .askSupervisor), (Self.supervisor, .paymentReversed),
            ("KC-REVERSE-MISTAKE", .already))
        market.check()
        #expect(market.scene.point.balance(of: "p-farm").owed.fen == 2500)
    }

    @Test func `reverse never means what the farmer before was paid`() throws {
        let market = Market()
        try market.crate(1000)
        try market.crate(2000, of: "p-farm-2")
        try market.signIn()
        try market.scene.play(
            ("KB-FARMER", .balance), ("KC-CONFIRM", .paid), ("KB-FARMER-2", .balance),
            ("KC-REVERSE-MISTAKE", .nothingToReverse), ("KC-CONFIRM", .paid), ("KB-FARMER-2", .balance),
            ("KC-REVERSE-MISTAKE", .askSupervisor), (Self.supervisor, .paymentReversed))
        let payments = market.scene.point.payments
        #expect(payments.map(\.counts) == [true, false])
        market.check()
    }

    /// What was asked is said whole, and only what was asked is agreed to.
    @Test func `a supervisor hears what is asked, and agrees to nothing else`() throws {
        let market = Market()
        let crate = try market.crate(1000)
        try market.signIn()
        try market.scene.play(("KB-FARMER", .balance), ("KC-CONFIRM", .paid))
        let paid = try #require(market.scene.point.payments.first?.payment.number.description)
        try market.scene.play((crate.description, .found))
        let asked = try market.scene.scan("KC-VOID-RETURNED")
        guard case .askSupervisor(.void(let proposed?, .returned)) = asked else {
            throw Wrong("\(String(describing: asked))")
        }
        #expect(proposed.number == crate.description && proposed.amount?.fen == 1000 && proposed.paidBy == paid)
        #expect(asked?.subject == crate.description && asked?.phrase.chinese.contains("10.00") == true)
        let voice = SpokenMessage(try #require(asked), after: nil)?.sentence() ?? ""
        #expect(voice.contains("作废") && voice.contains("已付十元"), "\(voice)")
        // Whatever is scanned in between, the question is gone.
        for (text, word) in [
            (paid, .found), ("KC-BALANCE", .balance), ("KC-TILL-COUNT", .askAmount), ("KC-PAY", .askFarmer),
            ("KC-CANCEL", .cancelled), ("SF1234567890123", .wrongMode),
        ] as [(String, Answer.Word)] {
            try market.scene.play(("KC-PAY", .askFarmer), ("KB-FARMER", .balance), (crate.description, .found))
            try market.scene.play(("KC-VOID-RETURNED", .askSupervisor), (text, word))
            // A supervisor who comes now is nobody who weighs, pays or is paid here.
            let said = try market.scene.scan(Self.supervisor)?.word
            #expect(said == .notPermitted, "\(text) \(String(describing: said))")
        }
        #expect(market.scene.point.weighIn(crate.description)?.counts == true)
        let back = try market.scene.enter(.practice(true))
        #expect(back?.word == .practiceBegan)
        _ = try market.scene.enter(.practice(false))
        #expect(market.scene.point.weighIn(crate.description)?.counts == true)
        market.check()
    }

    @Test func `what has changed since it was told is told first, also to a supervisor`() throws {
        let market = Market()
        let crate = try market.crate(1000)
        try market.signIn()
        try market.signIn(at: "back")
        try market.scene.play((crate.description, .found), ("KC-VOID-MISTAKE", .askSupervisor))
        try market.scene.play(at: "back", ("KB-FARMER", .balance), ("KC-CONFIRM", .paid))
        let again = try market.scene.scan(Self.supervisor)
        guard case .askSupervisor(.void(let proposed?, _)) = again else { throw Wrong("\(String(describing: again))") }
        #expect(proposed.paidBy != nil && market.scene.point.weighIn(crate.description)?.counts == true)
        try market.scene.play((Self.supervisor, .voided))
        // Voided by the other desk meanwhile: nothing is left to agree to.
        let other = try market.crate(500)
        try market.scene.play((other.description, .found), ("KC-VOID-MISTAKE", .askSupervisor))
        try market.scene.play(
            at: "back", (other.description, .found), ("KC-VOID-MISTAKE", .askSupervisor), (Self.supervisor, .voided))
        try market.scene.play((Self.supervisor, .askSupervisor), (Self.supervisor, .already))
        market.check()
    }

    @Test func `a PIN agrees to what it was typed for, and whoever asked does not agree himself`() throws {
        let market = Market()
        let crates = [try market.crate(1000), try market.crate(2000)]
        market.scene.point.roster.removeAll { $0.id == "p-op" || $0.id == "p-boss" }
        market.scene.point.roster += [
            Person(
                id: "p-op", name: "王*", roles: [.operator, .supervisor], badge: BadgeHash(of: DeskScene.operatorBadge),
                pin: .nobody,
                number: 11),
            Person(
                id: "p-boss", name: "吴*", roles: [.supervisor], badge: BadgeHash(of: Self.supervisor), pin: .nobody,
                number: 12),
        ]
        func type(_ text: String) throws -> Answer.Word? {
            for character in text { try market.scene.scan(character == "-" ? "KC-DASH" : "KC-\(character)") }
            return try market.scene.scan("KC-CONFIRM")?.word
        }
        try market.signIn()
        try market.scene.play((crates[0].description, .found), ("KC-VOID-MISTAKE", .askSupervisor))
        try market.scene.play((DeskScene.operatorBadge, .askAnotherSupervisor))
        // While it is looked at, somebody goes on to another crate.
        market.scene.whileVerifying = {
            _ = try? market.scene.scan(crates[1].description)
            _ = try? market.scene.scan("KC-VOID-MISTAKE")
        }
        #expect(try type("12-2468") == .cancelled)
        // Cancelled, and asked once more for the same: the answer to the first is none to the second.
        market.scene.whileVerifying = {
            _ = try? market.scene.scan("KC-CANCEL")
            market.scene.pass(milliseconds: 10)
            _ = try? market.scene.scan("KC-VOID-MISTAKE")
        }
        #expect(try type("12-2468") == .cancelled)
        #expect(crates.allSatisfy { market.scene.point.weighIn($0.description)?.counts == true })
        market.scene.whileVerifying = nil
        #expect(try type("12-2468") == .voided)
        #expect(crates.map { market.scene.point.weighIn($0.description)?.counts } == [true, false])
        // At the screen a PIN signs in, and agrees to nothing.
        try market.scene.play((crates[0].description, .found), ("KC-VOID-MISTAKE", .askSupervisor))
        #expect(try market.scene.enter(.signIn(number: 12, pin: "2468"))?.word == .notPermitted)
        try market.scene.play((Self.supervisor, .notPermitted))
        // Whoever only types does not make the question last.
        try market.scene.play((crates[0].description, .found), ("KC-VOID-MISTAKE", .askSupervisor))
        for _ in 0..<4 {
            market.scene.pass(milliseconds: 16_000)
            try market.scene.scan("KC-1")
        }
        try market.scene.play((Self.supervisor, .notPermitted))
        #expect(market.scene.point.weighIn(crates[0].description)?.counts == true)
    }

    @Test func `the next farmer's digits pay nobody, and a limit is money to be read`() throws {
        let market = Market()
        try market.crate(1000)
        try market.signIn()
        try market.scene.play(
            ("KB-FARMER", .balance), ("KC-5", .typed), ("KC-6", .typed), ("KC-7", .typed), ("KC-8", .typed),
            ("KC-CONFIRM", .moreThanOwed), ("KC-CANCEL", .cancelled), ("KC-CONFIRM", .askFarmer), ("KC-5", .typed),
            ("KC-6", .typed), ("KC-7", .typed), ("KC-8", .typed), ("KC-CONFIRM", .askFarmer), ("KC-CONFIRM", .balance))
        #expect(market.scene.point.payments.isEmpty)
        for text in ["KC-1", "KC-DASH", "KC-5"] { try market.scene.scan(text) }
        guard case .typed("1-50") = try market.scene.scan("KC-0") else { throw Wrong("hidden") }
    }

    @Test func `who may void is the county's to say`() throws {
        func voids(_ rule: WeighingPolicy.VoidRule, isPacked: Bool) throws -> Answer.Word? {
            let market = Market { $0.weighing.voids = rule }
            let crate = try market.crate(100, isPacked: isPacked)
            try market.signIn()
            try market.scene.play((crate.description, .found))
            return try market.scene.scan("KC-VOID-MISTAKE")?.word
        }
        #expect(try voids(.withinLot, isPacked: false) == .voided)
        #expect(try voids(.withinLot, isPacked: true) == .askSupervisor)
        #expect(try voids(.operator, isPacked: true) == .voided)
        #expect(try voids(.supervisor, isPacked: false) == .askSupervisor)
        // What was paid is never taken back by one person alone, unless the county says so.
        let market = Market()
        let crate = try market.crate(100, isPacked: false)
        try market.signIn()
        try market.scene.play(("KB-FARMER", .balance), ("KC-CONFIRM", .paid), (crate.description, .found))
        #expect(try market.scene.scan("KC-VOID-MISTAKE")?.word == .askSupervisor)
    }

    @Test func `the till says what is missing`() throws {
        let market = Market()
        try market.crate(1000)
        try market.signIn()
        try market.scene.play(
            ("KC-TILL-OPEN", .askAmount), ("KC-5", .typed), ("KC-0", .typed), ("KC-TILL-OPEN", .tillCounted),
            ("KB-FARMER", .balance), ("KC-PAY-CASH", .paid), ("KC-3", .typed), ("KC-9", .typed), ("KC-DASH", .typed),
            ("KC-5", .typed), ("KC-0", .typed))
        let answer = try market.scene.scan("KC-TILL-CLOSE")
        guard case .tillCounted(let count) = answer else { throw Wrong("\(String(describing: answer))") }
        #expect(count.till?.expected.fen == 4000 && count.difference?.fen == -50 && count.counted.fen == 3950)
        #expect(market.scene.point.till()?.isOpen == false)
    }

    @Test func `only an operator pays, in the mode for it, and to a farmer`() throws {
        let market = Market()
        try market.crate(100)
        try market.scene.play(("KC-PAY", .signInFirst), ("KC-PAY-CASH", .signInFirst))
        try market.scene.play((DeskScene.courierBadge, .signedIn), ("KC-PAY", .notPermitted))
        try market.scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-PAY-CASH", .payFirst), ("KC-BALANCE", .payFirst),
            ("KC-REVERSE-MISTAKE", .nothingToReverse), ("KC-PAY", .askFarmer), ("KC-PAY-CASH", .askFarmer),
            ("KC-1", .typed), ("KC-7", .typed), ("KC-CONFIRM", .balance), ("SF1234567890123", .wrongMode))
        #expect(market.scene.point.payments.isEmpty)
    }

    @Test(arguments: UInt64(1)...40)
    func `whatever is scanned, the account comes out at every step`(_ seed: UInt64) throws {
        let market = Market(seed: seed)
        var generator = SeededGenerator(seed: seed &+ 1000)
        try market.signIn()
        try market.signIn(at: "back")
        var unpriced: [WeighIn.Number] = []
        for step in 0..<250 {
            let desk = Bool.random(using: &generator) ? "front" : "back"
            let farmer = Bool.random(using: &generator) ? "p-farm" : "p-farm-2"
            let numbers = market.scene.point.entries.map(\.weighIn.number.description)
            let payments = market.scene.point.payments.map(\.payment.number.description)
            let texts: [String] = [
                "KB-FARMER", "KB-FARMER-2", "KC-CONFIRM", "KC-CONFIRM", "KC-PAY-TRANSFER", "KC-PAY", "KC-BALANCE",
                Self.supervisor, Self.supervisor, "KC-VOID-MISTAKE", "KC-VOID-RETURNED", "KC-REVERSE-MISTAKE", "KC-3",
                "KC-TILL-COUNT", "KC-CANCEL", numbers.randomElement(using: &generator) ?? "KC-UNDO",
                payments.randomElement(using: &generator) ?? "KC-7",
            ]
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                let fen = Bool.random(using: &generator) ? Int64.random(in: 0...2000, using: &generator) : nil
                let number = try market.crate(
                    fen, of: farmer, lot: farmer == "p-farm" ? Int64(step) : Int64(1000 + step))
                if fen == nil { unpriced.append(number) }
            case 1:
                guard let number = unpriced.popLast(), market.scene.point.weighIn(number.description)?.due == .price
                else { continue }
                try market.price(number, Int64.random(in: 0...2000, using: &generator))
            default:
                let text = try #require(texts.randomElement(using: &generator))
                try market.scene.scan(text, at: desk)
            }
            market.check()
        }
        #expect(!market.scene.point.payments.isEmpty)
    }

    struct Wrong: Error {
        var words: String
        init(_ words: String) { self.words = words }
    }
}
