import Domain
import Phrases
import Testing

@Suite struct AnnouncementTests {
    static let tomatoes = SpokenMessage.weighed(
        produce: "番茄", grade: "一级", net: Mass(grams: 10_190), amount: Money(fen: 3261))

    @Test func `what was weighed is said with its net weight and what it brings`() {
        #expect(Self.tomatoes.sentence() == "番茄，一级。净重十点一九公斤。三十二元六角一分")
        #expect(Self.tomatoes.sentence(in: .jin) == "番茄，一级。净重二十点三八斤。三十二元六角一分")
        let unpriced = SpokenMessage.weighed(produce: "黄瓜", grade: nil, net: Mass(grams: 2000), amount: nil)
        #expect(unpriced.sentence() == "黄瓜。净重两公斤。价格待定")
    }

    @Test func `practice says so first`() {
        #expect(Self.tomatoes.sentence(isPractice: true).hasPrefix("练习。番茄，"))
        #expect(SpokenMessage.instruction(.notStable).sentence(isPractice: true) == "练习。请等秤稳定")
        #expect(SpokenMessage.instruction(.practiceBegan).sentence(isPractice: true) == "现在是练习，不算数")
    }

    @Test func `the sum and what counts no more are said`() {
        func total(_ crates: Int, _ grams: Int64, _ fen: Int64?, isByItself: Bool = false) -> String {
            SpokenMessage.total(
                crates: crates, net: Mass(grams: grams), amount: fen.map { Money(fen: $0) }, isByItself: isByItself
            ).sentence()
        }
        #expect(total(2, 18_500, 6000) == "合计两筐。净重十八点五公斤。六十元")
        #expect(total(12, 0, 0) == "合计十二筐。净重零公斤。零元")
        #expect(total(1, 18_500, nil) == "合计一筐。净重十八点五公斤。价格待定")
        #expect(total(2, 18_500, 6000, isByItself: true) == "上一批已结单。合计两筐。净重十八点五公斤。六十元")
        #expect(SpokenMessage.voided(produce: "番茄", net: Mass(grams: 500)).sentence() == "作废一筐。番茄，净重零点五公斤")
    }

    @Test func `a trial says that it is one, and then whatever it was given`() {
        #expect(
            SpokenMessage.trial(net: Mass(grams: 12_340), amount: Money(fen: 3950)).sentence()
                == "试音。净重十二点三四公斤。三十九元五角")
        #expect(SpokenMessage.trial(net: nil, amount: nil).sentence() == "试音")
    }

    @Test func `each instruction has a sentence of its own, without a sign that is not Chinese`() {
        let sentences = SpokenMessage.Instruction.allCases.map { SpokenMessage.instruction($0).sentence() }
        #expect(Set(sentences).count == sentences.count)
        for sentence in sentences {
            #expect(
                sentence.unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) || $0 == "，" }, "\(sentence)")
            #expect(sentence.count <= 17, "\(sentence) is too long to be heard at once")
            // The engine misreads these.
            for word in ["重新", "空位", "货位", "砝码", "应"] { #expect(!sentence.contains(word), "\(sentence)") }
        }
    }

    @Test(arguments: [
        ("番茄\n$(reboot)<speak>", "番茄rebootspeak"), ("  ", ""), ("茄子 2号", "茄子 2号"), ("\u{1B}[2J", "2J"),
        (String(repeating: "长", count: 4000), String(repeating: "长", count: 16)),
        ("e\u{301}" + String(repeating: "\u{301}", count: 4000), "e"),
    ])
    func `of a name only letters and digits are said, and not for ever`(name: String, said: String) {
        let sentence = SpokenMessage.weighed(produce: name, grade: nil, net: .zero, amount: nil).sentence()
        #expect(sentence == (said.isEmpty ? "" : said + "。") + "净重零公斤。价格待定")
    }
}
