import Barcodes
import Domain
import Phrases
import ScaleProtocols
import Testing

@Suite struct AnswerTests {
    static let parcel: Answer.Whereabouts = {
        var parcel = Answer.Whereabouts("SF1234567890123", .shelved, slot: "3-2", code: "3-2-1024")
        parcel.flags = [.damaged, .overdue]
        parcel.since = Timestamp(milliseconds: 1_795_000_000_000)
        parcel.sequence = 7
        return parcel
    }()
    static let plain = Answer.Whereabouts("SF1234567890123", .collected)
    static let recipient = Recipient(id: "r-1", name: "A*", phoneTail: "5678")
    static let lines = [Answer.Line(subject: "SF1", slot: "1-1"), .init(subject: "SF2", slot: nil)]
    static let count = Answer.Count(
        kind: .dispatch, scanned: 9, missing: ["SF3"], missingCount: 1, unexpected: ["SF4"], unexpectedCount: 1)
    static let tomatoes = Answer.ProduceName("番茄", english: "Tomatoes", spoken: "番 qie2")

    static let next: Answer.NextCrate = {
        var next = Answer.NextCrate()
        next.farmer = "C*"
        next.produce = tomatoes
        next.grade = "1"
        next.tare = .preset(Mass(grams: 1500), container: "Crate")
        next.lot = "KL-3f9a1c-000045"
        next.chosen = .farmer
        return next
    }()

    static func crate(tare: WeighIn.TareMode = .preset, isVoided: Bool = false) throws -> Answer.Crate {
        let weighIn = WeighIn(
            number: try #require(WeighIn.Number("KW-3F9A1C-000123")), farmer: "f-1", identification: .card,
            produce: "tomato", grade: "1", lot: "KL-3f9a1c-000045", gross: Mass(grams: 12_340),
            tare: Mass(grams: tare == .none ? 0 : 1500), tareMode: tare, container: nil, stability: .device,
            scale: .init(serial: "S-1", protocolName: "kern", interval: nil), raw: [],
            pricing: .init(
                price: Price(fenPerKilogram: 320), list: 3, rounding: .halfUp, amount: Money(fen: 3469)),
            warnings: [.unchecked])
        var crate = Answer.Crate(weighIn, farmer: "C*", tomatoes, grade: "一级")
        crate.container = "Crate"
        crate.crates = 3
        crate.isVoided = isVoided
        return crate
    }

    static let lot = Answer.LotAccount(
        "KL-3f9a1c-000045", farmer: "C*", tomatoes, grade: "一级", crates: 3, net: Mass(grams: 30_000),
        amount: Money(fen: 9600))
    static let line = Answer.OrderLine(
        "O-1", tomatoes, grade: "一级", wanted: Mass(grams: 5000), lot: "KL-3f9a1c-000045")
    static let refused = Answer.RefusedCrate(next, gross: Mass(grams: 12_340))
    static let reading = Answer.ReferenceReading(Mass(grams: 20_000), shown: Mass(grams: 20_010))
    static let net = Mass(grams: 5010)
    static let noon = Timestamp(milliseconds: 1_795_000_000_000)

    /// Every answer there is: each case with all that may belong to it, and with as little as may.
    static func samples() throws -> [Answer] {
        let subject = "SF1234567890123"
        let nobody = Answer.NextCrate()
        let crate = try crate()
        let id = try #require(EventID("019e7c1f-5a00-7abc-8def-0123456789ff"))
        let item = Payment.Item(id: id, number: .init(journal: "3f9a1c", count: 1), amount: Money(fen: 1500))
        let payment = try #require(
            Payment(number: .init(journal: "3f9a1c", count: 12), farmer: "f-1", method: .cash, crates: [item]))
        let money = Money(fen: 50_000)
        let payout = Answer.Payout(payment, farmer: "C*", left: money)
        var newcomer = Answer.NewPerson(name: "C*", .farmer, tail: "5678", carrier: nil, isKnown: true)
        newcomer.number = 900_001
        let standIn = Answer.NewPerson(name: "D*", .courier, tail: nil, carrier: .sf, isKnown: false)
        var reversed = Answer.Payout(payment, farmer: nil, left: Money(fen: -50))
        (reversed.isReversed, reversed.method) = (true, .transfer)
        var account = Answer.Account(farmer: "C*", FarmerBalance([]), payable: nil, 0)
        (account.owed, account.crates, account.unpriced, account.unpricedNet) = (money, 2, 1, Mass(grams: 9000))
        var owing = account
        (owing.owed, owing.refunds, owing.refund, owing.unpriced) = (Money(fen: -50), 1, Money(fen: 50), 0)
        var paying = nobody
        paying.isToBePaid = true
        let all: [Answer] = [
            .received(.init(subject, carriers: [.sf, .zto], recipient: recipient, count: count)),
            .received(.init(subject, carriers: [], recipient: nil, count: nil)),
            .shelved(parcel, recipient, count), .shelved(parcel, nil, nil), .moved(parcel),
            .askConsent(parcel, recipient, count),
            .askConsent(.init("SF1234567890123", .received), nil, nil), .consentRefused(parcel),
            .collected(subject, rest: lines), .collected(subject, rest: []), .returned(subject, count),
            .returned(subject, nil), .dispatched(subject, count, order: "O-1"), .dispatched(subject, nil, order: nil),
            .accepted(subject, [.sf]), .flagged(parcel), .resolved(plain), .undone(subject, parcel, count),
            .undone(subject, nil, nil), .batchOpened(.delivery), .batchOpened(.dispatch), .batchClosed(count),
            .batchClosed(.init(kind: .delivery, scanned: 1)), .signedIn("B*", .operator, nil, asksTime: true),
            .signedIn("B*", .courier, count, asksTime: false), .signedOut(unsaved: nil), .signedOut(unsaved: subject),
            .weighed(crate), .weighed(try Self.crate(tare: .measured)), .weighed(try Self.crate(tare: .none)),
            .voided(crate), .lotClosed(lot), .offered(lot, Price(fenPerKilogram: 320)),
            .packed(order: "O-1", waybill: subject, net), .checked(reading),

            .already(.parcel(parcel, count)), .already(.parcel(plain, nil)), .already(.signedIn("B*")),
            .already(.packed(order: "O-1", waybill: subject)), .already(.voided(try Self.crate(isVoided: true))),

            .mode(.shelve), .found(.parcel(parcel, possible: [.collect], recipient)),
            .found(.parcel(plain, possible: [], nil)), .found(.crate(try Self.crate(isVoided: true))),
            .found(.lot(lot)),
            .typed("1-••"), .cancelled(unsaved: nil), .cancelled(unsaved: subject), .armed(.flag(.damaged)),
            .armed(.resolve), .armed(.carrier(.sf)), .armed(.handling(.cold)), .askCarrier(subject, [.sf, .zto]),
            .askCode(parcel), .askReason(subject), .pickUp(lines, recipient), .pickUp(lines, nil), .pickUpEnded,
            .nothingHere(nil), .nothingHere("KW-3F9A1C-000123"), .practiceBegan, .practiceEnded,
            .noSlot(parcel, nil), .noSlot(.init(subject, .received), count), .askFarmer([], nobody),
            .askFarmer(["C*"], nobody), .askFarmer(["C*", "D*"], next), .askProduce(nobody), .askProduce(next),
            .askGrade(["一级", "二级"], next), .weighReady(next), .askOrder, .packNext(line, weighed: nil),
            .packNext(line, weighed: net), .weighOrder(line), .scanWaybill(order: "O-1", weighed: nil),
            .scanWaybill(order: "O-1", weighed: net), .checkFailed(reading), .receiptRight(.crate(crate)),
            .receiptRight(.lot(lot, voided: 1)), .receiptRight(.lot(lot, voided: 0)), .receiptRight(.payment(payout)),
            .receiptRight(.other(nil)),
            .receiptRight(.other("KW-3F9A1C-000123")),

            .impossible(.init(subject, nil, .notHere, possible: [.receive, .accept], recipient: recipient)),
            .impossible(.init(subject, parcel, .flag(.missing), possible: [.collect, .giveBack], count: count)),
            .impossible(.init(subject, plain, .state(.collected), possible: [])),
            .wrongParcel(subject, right: lines), .wrongCode, .locked(milliseconds: 1500), .signInFirst,
            .notPermitted, .unknownPerson, .nobodyFound, .wrongPIN, .answerFirst(subject), .openBatchFirst,
            .batchIsOpen(count), .noBatch, .notForDispatch(parcel), .nothingToUndo, .changedSince(parcel),
            .nothingAsked(nil), .nothingAsked(.nextShelf), .nothingAsked(.override), .nothingAsked(.signOut),
            .noShelves, .scaleIsTared(nil), .scaleIsTared(next), .tareTooHeavy(refused), .belowMinimum(refused),
            .verificationExpired(refused), .scaleIsWrong(refused), .checkFirst(refused), .noPrice(.crate(refused)),
            .noPrice(.offer(lot)), .noReference, .onlyReference(reading), .unknownProduce, .unknownContainer,
            .weighFirst, .wrongMode(subject), .noLot, .scanLabelFirst, .lotIsOpen(.lot(lot)),
            .lotIsOpen(.line(line, nil)), .soldAlready(.crate(crate)), .soldAlready(.stock(.lot(lot))),
            .soldAlready(.stock(.line(line, net))), .soldAlready(.order("O-1")), .nothingToVoid, .unknownOrder,
            .wrongLot(line), .notAsOrdered(line, net), .receiptWrong, .receiptUnknown, .timeSet(noon), .askTime,
            .timeKnown(noon), .paid(payout), .paymentReversed(reversed),
            .tillCounted(.init(.opened, counted: money, till: nil)),
            .tillCounted(.init(.closed, counted: money, till: Till(isOpen: true, before: money, paid: Money(fen: 5)))),
            .tillCounted(.init(.counted, counted: money, till: Till(isOpen: true, before: .zero))),
            .already(.reversed(reversed)), .found(.payment(payout)), .balance(account), .balance(owing),
            .balance(.init(farmer: "C*", FarmerBalance([]), limit: money, payable: Money(fen: 5), 1)),
            .askSupervisor(.void(crate, .mistake)), .askSupervisor(.void(nil, .returned)),
            .askSupervisor(.reverse(payout, .failed)), .askSupervisor(.reverse(nil, .mistake)), .askAnotherSupervisor,
            .moreThanOwed(account), .askNewPerson(newcomer), .askNewPerson(standIn),
            .personAdded("PN-3f9a1c-000012", newcomer),
            .askTail, .badgeExpired, .askAmount, .payFirst, .nothingToPay(account), .nothingToPay(owing),
            .nothingToReverse,
            .reverseLaterFirst("KP-3f9a1c-000012"), .askFarmer([], paying),
        ]
        return all + Refusal.allCases.map { .refused($0) }
            + ScaleWatch.NotWeighableReason.allCases.flatMap { [.scale($0, nil), .scale($0, next)] }
    }

    static func isChinese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    @Test func `there is a sample of every word`() throws {
        #expect(Set(try Self.samples().map(\.word)) == Set(Answer.Word.allCases))
    }

    @Test func `every answer is a sentence in both languages`() throws {
        for answer in try Self.samples() {
            let phrase = answer.phrase
            #expect(Self.isChinese(phrase.chinese), "\(phrase)")
            // Names of grades are the catalog's own.
            #expect(
                !Self.isChinese(
                    phrase.english.replacing("一级", with: "").replacing("二级", with: "").replacing("番茄", with: "")))
            #expect(phrase.english.contains { $0.isLetter })
            for garbage in ["nil", "Optional", "()", "[]", "Answer(", "：：", "，，", ", ,", "\n", "  "] {
                #expect(!phrase.chinese.contains(garbage) && !phrase.english.contains(garbage), "\(phrase)")
            }
            for end in [" ", ":", ",", "：", "，"] {
                #expect(!phrase.chinese.hasSuffix(end) && !phrase.english.hasSuffix(end), "\(phrase)")
            }
        }
    }

    @Test func `the phrase says what matters`() throws {
        func english(_ answer: Answer) -> String { answer.phrase.english }
        #expect(
            english(.shelved(Self.parcel, nil, Self.count)) == "Put SF1234567890123 in 3-2, code 3-2-1024 (no. 9)")
        #expect(
            english(.wrongParcel("SF9", right: Self.lines))
                == "Wrong parcel, put it back. It should be: 1-1 SF1, - SF2")
        #expect(english(.locked(milliseconds: 1500)) == "Too many attempts; try again in 1 min")
        #expect(english(.pickUp(Self.lines, nil)) == "Fetch 2: 1-1 SF1, - SF2; then scan each")
        #expect(english(.batchOpened(.dispatch)) == "Hand-over out has begun; scan what leaves")
        #expect(english(.flagged(Self.parcel)) == "Flagged SF1234567890123: damaged, overdue")
        #expect(
            english(
                .impossible(
                    .init(
                        "SF1234567890123", Self.parcel, .flag(.missing), possible: [.collect, .giveBack])))
                == "Not possible: SF1234567890123 is flagged \"cannot be found\", which has to be resolved first. Possible: pick-up, return"
        )
        #expect(
            english(.undone("SF1234567890123", Self.parcel, Self.count))
                == "Undone: SF1234567890123, which is now shelved in 3-2, code 3-2-1024; 9 in the hand-over")
        #expect(
            Answer.packNext(Self.line, weighed: Self.net).phrase
                == Phrase(
                    "O-1：这份好了，请扫批次标签：番茄 一级（KL-3f9a1c-000045），5.000 kg",
                    "O-1: scan the label of a lot of Tomatoes 一级 (KL-3f9a1c-000045), 5.000 kg"))
        #expect(
            english(.receiptRight(.lot(Self.lot, voided: 1)))
                == "The paper is genuine, compare it: KL-3f9a1c-000045, 3 crates Tomatoes 一级 30.000 kg, 96.00 yuan (1 crate voided since)"
        )
    }

    @Test func `a record says weight, mark and money, and a preset tare is never called measured`() throws {
        let weighed = Answer.weighed(try Self.crate())
        #expect(
            weighed.phrase.english
                == "Recorded KW-3f9a1c-000123: Tomatoes 一级 gross 12.340 kg, PT 1.500 kg, net 10.840 kg, 34.69 yuan. "
                + "Note: the scale was not checked today")
        #expect(weighed.phrase.chinese.contains("预置皮重 PT 1.500 kg"))
        #expect(try Answer.weighed(Self.crate(tare: .measured)).phrase.chinese.contains("毛重 12.340 kg 皮重 1.500 kg"))
        let goods = weighed.json["goods"]
        #expect(goods?["gross"] == 12_340 && goods?["tare"] == 1500 && goods?["net"] == 10_840)
        #expect(goods?["taremode"] == "preset" && goods?["amount"] == 3469 && goods?["fenperkg"] == 320)
    }

    @Test func `a lot that was closed by what was done comes first`() throws {
        let closed = Answer.Closed(lot: "KL-3f9a1c-000045", crates: 1, net: Mass(grams: 10_000), amount: nil)
        #expect(
            closed.before(Answer.askProduce(.init()).phrase)
                == Phrase(
                    "上一批已结单（1 筐，10.000 kg，价格待定）。请选品种",
                    "The lot before is closed (1 crate, 10.000 kg, not priced yet). Choose the produce"))
        let json = Answer.askProduce(.init()).json(after: closed)
        #expect(json["closed"] == ["lot": "KL-3f9a1c-000045", "crates": 1, "net": 10_000])
        #expect(json["text"]?.string?.hasPrefix("上一批已结单") == true)
    }

    @Test func `the grades of a produce are never offered as farmers`() {
        var next = Answer.NextCrate()
        next.produce = Self.tomatoes
        #expect(Answer.askFarmer([], next).phrase.chinese.hasPrefix("请农户刷卡"))
    }

    @Test(arguments: ScaleWatch.NotWeighableReason.allCases)
    func `every obstacle of the scale has its own word and sentence`(
        _ obstacle: ScaleWatch.NotWeighableReason
    ) {
        let answer = Answer.scale(obstacle, nil)
        #expect(answer.tone == .refused && answer.tally == "scale-\(obstacle.rawValue)")
        let others = ScaleWatch.NotWeighableReason.allCases.filter { $0 != obstacle }.map(\.phrase)
        #expect(answer.phrase == obstacle.phrase && !others.contains(obstacle.phrase))
        // A scale's display says kg too.
        let chinese = obstacle.phrase.chinese.replacing("kg", with: "")
        #expect(chinese.unicodeScalars.allSatisfy { $0.value > 0x7F })
        #expect(obstacle.phrase.english.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test(arguments: Refusal.allCases) func `every refusal has its own sentence and its own fixed word`(
        _ refusal: Refusal
    ) {
        let answer = Answer.refused(refusal)
        #expect(answer.tone == .refused && answer.tally == refusal.rawValue)
        let others = Refusal.allCases.filter { $0 != refusal }.map { Answer.refused($0).phrase }
        #expect(!others.contains(answer.phrase))
    }

    @Test func `the tone of each word is fixed, and only what is recorded sounds saved`() {
        func words(_ tone: Tone) -> Set<Answer.Word> { Set(Answer.Word.allCases.filter { $0.tone == tone }) }
        #expect(
            words(.saved) == [
                .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved,
                .undone, .batchOpened, .batchClosed, .signedIn, .signedOut, .weighed, .voided, .lotClosed, .offered,
                .packed, .checked, .timeSet, .paid, .paymentReversed, .tillCounted,
                .consentRefused, .personAdded,
            ])
        #expect(words(.already) == [.already])
        #expect(
            words(.attention) == [
                .mode, .found, .typed, .cancelled, .armed, .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded,
                .nothingHere, .practiceBegan, .practiceEnded, .noSlot, .askFarmer, .askProduce, .askGrade, .weighReady,
                .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .receiptRight, .askTime,
                .balance, .askSupervisor, .askAmount, .askAnotherSupervisor, .askConsent, .askNewPerson, .askTail,
            ])
    }

    @Test func `a counter's word is never mistaken for another outcome`() throws {
        let outcomes = Set(Tone.allCases.map(\.rawValue))
        for answer in try Self.samples() where answer.tone != .saved && answer.tone != .already {
            #expect(!outcomes.contains(answer.tally))
        }
    }

    @Test func `its JSON is sound and says outcome, word and both sentences`() throws {
        for answer in try Self.samples() {
            let json = answer.json
            #expect(try JSON(parsing: json.canonical) == json)
            #expect(json["outcome"]?.string == answer.tone.rawValue && json["word"]?.string == answer.word.rawValue)
            #expect(json["text"]?.string == answer.phrase.chinese && json["english"]?.string == answer.phrase.english)
            #expect((json["reason"] != nil) == (answer.tone == .refused))
        }
    }

    @Test func `its JSON holds what belongs to it and nothing else`() {
        func keys(_ answer: Answer) -> Set<String> { Set((answer.json.object ?? [:]).keys) }
        #expect(keys(.cancelled(unsaved: nil)) == ["outcome", "word", "text", "english"])
        let impossible = Answer.impossible(
            .init(
                "SF1234567890123", Self.parcel, .flag(.missing), possible: [.collect], recipient: Self.recipient,
                count: Self.count))
        #expect(
            keys(impossible) == [
                "outcome", "word", "text", "english", "reason", "subject", "status", "flags", "possible", "slot",
                "code", "sequence", "since", "recipient", "batch",
            ])
        #expect(impossible.json["since"] == "2026-11-18T11:06:40.000Z")
        #expect(impossible.json["batch"]?["missingcount"] == 1 && impossible.json["recipient"]?["tail"] == "5678")
        #expect(Answer.armed(.flag(.damaged)).json["command"] == "KC-FLAG-DAMAGED")
        #expect(
            Answer.pickUp(Self.lines, nil).json["parcels"] == [["slot": "1-1", "subject": "SF1"], ["subject": "SF2"]])
        #expect(keys(.askFarmer([], .init())) == ["outcome", "word", "text", "english", "mode"])
    }

    @Test func `no list in its JSON is empty, but the carriers of what is saved`() throws {
        for answer in try Self.samples() {
            for (name, value) in answer.json.object ?? [:] where value.array?.isEmpty == true {
                #expect(name == "carriers" && answer.tone == .saved, "\(answer.word): \(name)")
            }
            for (name, value) in answer.json["goods"]?.object ?? [:] {
                #expect(value.array?.isEmpty != true, "\(answer.word): \(name)")
            }
        }
    }

    @Test func `whoever is chosen among is told alone`() {
        let json = Answer.askFarmer(["C*", "D*"], Self.next).json
        #expect(json["goods"] == ["choices": ["C*", "D*"]])
    }

    @Test func `what is withheld names no code, no recipient and no order`() throws {
        for answer in try Self.samples() {
            let told = answer.withheld
            #expect(told.word == answer.word && told.json["code"] == nil && told.json["recipient"] == nil)
            #expect(!told.phrase.chinese.contains("3-2-1024"))
        }
        #expect(Answer.dispatched("SF1", nil, order: "O-1").withheld.json["goods"] == nil)
    }
}
