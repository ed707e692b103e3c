import Barcodes
import Domain
import ScaleProtocols
import Testing
import Workflow

@Suite struct AnswerTests {
    static let words = Answer.Word.allCases

    /// With something in every field.
    static func full(_ word: Answer.Word) -> Answer {
        Answer(word) {
            $0.refusal = .misread
            $0.subject = "SF1234567890123"
            $0.status = .shelved
            $0.flags = [.damaged, .overdue]
            $0.possible = [.collect, .giveBack]
            $0.obstacle = .flag(.missing)
            $0.slot = "3-2"
            $0.code = "3-2-1024"
            $0.carriers = [.sf, .zto]
            $0.sequence = 7
            $0.since = Timestamp(milliseconds: 1_795_000_000_000)
            $0.recipient = Recipient(id: "r-1", name: "A*", phoneTail: "5678")
            $0.lines = [.init(subject: "SF1", slot: "1-1"), .init(subject: "SF2", slot: nil)]
            $0.count = .init(
                kind: .dispatch, scanned: 9, missing: ["SF3"], missingCount: 1, unexpected: ["SF4"], unexpectedCount: 1)
            $0.person = "B*"
            $0.role = .operator
            $0.mode = .shelve
            $0.command = .flag(.damaged)
            $0.typed = "1-••"
            $0.waitMilliseconds = 1500
            $0.obstruction = .overloaded
            $0.goods = goods
        }
    }

    static var goods: Answer.Goods {
        var goods = Answer.Goods()
        goods.farmer = "C*"
        goods.produce = "Tomatoes"
        goods.grade = "1"
        goods.container = "Crate"
        goods.gross = Mass(grams: 12_340)
        goods.tare = Mass(grams: 1500)
        goods.tareMode = .preset
        goods.net = Mass(grams: 10_840)
        goods.stability = .device
        goods.price = Price(fenPerKilogram: 320)
        goods.amount = Money(fen: 3469)
        goods.warnings = [.unchecked]
        goods.lot = "KL-3f9a1c-000045"
        goods.crates = 3
        goods.choices = ["C*", "D*"]
        goods.chosen = .farmer
        goods.order = "O-1"
        goods.wanted = Mass(grams: 5000)
        goods.reference = Mass(grams: 20_000)
        return goods
    }

    static func isChinese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    @Test(arguments: words) func `every word is a sentence in both languages, however little or much is known`(
        _ word: Answer.Word
    ) {
        for answer in [Answer(word), Self.full(word)] {
            let (chinese, english) = answer.phrase
            #expect(Self.isChinese(chinese) && !Self.isChinese(english), "\(chinese) / \(english)")
            #expect(english.contains { $0.isLetter })
            for garbage in ["nil", "Optional", "()", "[]", "Answer(", "：：", "，，", ", ,", "\n"] {
                #expect(!chinese.contains(garbage) && !english.contains(garbage), "\(chinese) / \(english)")
            }
        }
        let (chinese, english) = Self.full(word).phrase
        #expect(!chinese.contains("  ") && !english.contains("  "))
        #expect(![" ", ":", ",", "：", "，"].contains { chinese.hasSuffix($0) || english.hasSuffix($0) }, "\(english)")
    }

    @Test func `the phrase says what matters`() {
        let all = Dictionary(uniqueKeysWithValues: Self.words.map { ($0, Self.full($0).phrase.english) })
        #expect(all[.shelved] == "Put SF1234567890123 in 3-2, code 3-2-1024 (no. 9)")
        #expect(all[.wrongParcel] == "Wrong parcel, put it back. It should be: 1-1 SF1, - SF2")
        #expect(all[.locked] == "Too many attempts; try again in 1 min")
        #expect(all[.pickUp] == "Fetch 2: 1-1 SF1, - SF2; then scan each")
        #expect(all[.batchOpened] == "Hand-over out has begun; scan what leaves")
        #expect(all[.flagged] == "Flagged SF1234567890123: damaged, overdue")
        #expect(
            all[.impossible]
                == "Not possible: SF1234567890123 is flagged \"cannot be found\", which has to be resolved first. Possible: pick-up, return"
        )
        #expect(all[.undone]?.contains("3-2-1024") == true && all[.undone]?.contains("9 in the hand-over") == true)
    }

    @Test func `a record says weight, mark and money, and a preset tare is never called measured`() {
        #expect(
            Self.full(.weighed).phrase.english
                == "Recorded SF1234567890123: Tomatoes 1 gross 12.340 kg, PT 1.500 kg, net 10.840 kg, 34.69 yuan. "
                + "Note: the scale was not checked today")
        #expect(Self.full(.weighed).phrase.chinese.contains("预置皮重 PT 1.500 kg"))
        let goods = Self.full(.weighed).json["goods"]
        #expect(goods?["gross"] == 12_340 && goods?["tare"] == 1500 && goods?["net"] == 10_840)
        #expect(goods?["taremode"] == "preset" && goods?["amount"] == 3469 && goods?["fenperkg"] == 320)
    }

    @Test(arguments: ScaleWatch.Obstacle.allCases) func `every obstacle of the scale has its own word and sentence`(
        _ obstacle: ScaleWatch.Obstacle
    ) {
        let answer = Answer(.scale) { $0.obstruction = obstacle }
        #expect(answer.tone == .refused && answer.tally == "scale-\(obstacle.rawValue)")
        #expect(answer.phrase.english == obstacle.words.english && answer.phrase.chinese == obstacle.words.chinese)
    }

    @Test(arguments: Refusal.allCases) func `every refusal has its own sentence and its own fixed word`(
        _ refusal: Refusal
    ) {
        let answer = Answer.refused(refusal)
        #expect(answer.tone == .refused && answer.tally == refusal.rawValue)
        #expect(Self.isChinese(answer.phrase.chinese) && !Self.isChinese(answer.phrase.english))
        let others = Refusal.allCases.filter { $0 != refusal }.map { Answer.refused($0).phrase.english }
        #expect(!others.contains(answer.phrase.english))
    }

    @Test func `the tone of each word is fixed, and only what is recorded sounds saved`() {
        func words(_ tone: Tone) -> Set<Answer.Word> { Set(Self.words.filter { $0.tone == tone }) }
        #expect(
            words(.saved) == [
                .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved,
                .undone, .batchOpened, .batchClosed, .signedIn, .signedOut, .weighed, .voided, .lotClosed, .offered,
                .packed, .checked,
            ])
        #expect(words(.already) == [.already])
        #expect(
            words(.attention) == [
                .mode, .found, .typed, .cancelled, .armed, .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded,
                .nothingHere, .practiceBegan, .practiceEnded, .noSlot, .askFarmer, .askProduce, .askGrade, .weighReady,
                .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .receiptRight,
            ])
    }

    @Test func `a counter's word is never mistaken for another outcome`() {
        let outcomes = Set(Tone.allCases.map(\.rawValue))
        for answer in Self.words.map({ Answer($0) }) + Refusal.allCases.map({ .refused($0) }) {
            if answer.tone != .saved && answer.tone != .already { #expect(!outcomes.contains(answer.tally)) }
        }
    }

    @Test(arguments: words) func `its JSON is sound and says outcome, word and both sentences`(_ word: Answer.Word)
        throws
    {
        for answer in [Answer(word), Self.full(word)] {
            let json = answer.json
            #expect(try JSON(parsing: json.canonical) == json)
            #expect(json["outcome"]?.string == answer.tone.rawValue && json["word"]?.string == word.rawValue)
            #expect(json["text"]?.string == answer.phrase.chinese)
            #expect(json["english"]?.string == answer.phrase.english)
            #expect((json["reason"] != nil) == (answer.tone == .refused))
        }
    }

    @Test func `its JSON leaves out what is not known and holds all that is`() {
        let sparse = Answer(.cancelled).json.object ?? [:]
        #expect(Set(sparse.keys) == ["outcome", "word", "text", "english"])
        let full = Self.full(.impossible).json
        #expect(
            Set((full.object ?? [:]).keys) == [
                "outcome", "word", "text", "english", "reason", "subject", "status", "flags", "possible", "slot",
                "code",
                "carriers", "sequence", "since", "recipient", "parcels", "batch", "person", "role", "mode", "command",
                "typed", "waitms", "goods",
            ])
        #expect(full["command"] == "KC-FLAG-DAMAGED" && full["since"] == "2026-11-18T11:06:40.000Z")
        #expect(full["parcels"] == [["slot": "1-1", "subject": "SF1"], ["subject": "SF2"]])
        #expect(full["batch"]?["missingcount"] == 1 && full["recipient"]?["tail"] == "5678")
    }
}
