import Domain
import Testing

@testable import Sounds

@Suite struct AnnouncementTests {
    static let tomatoes = Announcement.weighed(
        produce: "番茄", grade: "一级", net: Mass(grams: 10_190), amount: Money(fen: 3261))

    @Test func `what was weighed is said with its net weight and what it brings`() {
        #expect(Self.tomatoes.sentence() == "番茄,一级,净重十点一九公斤,三十二元六角一分")
        #expect(Self.tomatoes.sentence(in: .jin) == "番茄,一级,净重二十点三八斤,三十二元六角一分")
        let unpriced = Announcement.weighed(produce: "黄瓜", grade: nil, net: Mass(grams: 2000), amount: nil)
        #expect(unpriced.sentence() == "黄瓜,净重两公斤")
    }

    @Test func `practice says so first`() {
        #expect(Self.tomatoes.sentence(isPractice: true).hasPrefix("练习,番茄,"))
        #expect(Announcement.refused(.notStable).sentence(isPractice: true) == "练习,请等秤稳定")
    }

    @Test func `the sum and what counts no more are said`() {
        let total = Announcement.total(crates: 2, net: Mass(grams: 18_500), amount: Money(fen: 6000))
        #expect(total.sentence() == "合计两箱,净重十八点五公斤,六十元")
        #expect(
            Announcement.total(crates: 12, net: .zero, amount: .zero).sentence() == "合计十二箱,净重零公斤,零元")
        #expect(Announcement.voided(produce: "番茄", net: Mass(grams: 500)).sentence() == "番茄,零点五公斤,已作废")
    }

    @Test func `a trial says that it is one, and then whatever it was given`() {
        #expect(
            Announcement.trial(net: Mass(grams: 12_340), amount: Money(fen: 3950)).sentence()
                == "试音,净重十二点三四公斤,三十九元五角")
        #expect(Announcement.trial(net: nil, amount: nil).sentence() == "试音")
    }

    @Test func `each obstacle has a sentence of its own, without a sign that is not Chinese`() {
        let sentences = Announcement.Obstacle.allCases.map { Announcement.refused($0).sentence() }
        #expect(Set(sentences).count == sentences.count)
        #expect(sentences.contains("请等秤稳定") && sentences.contains("超载") && sentences.contains("请先清空秤"))
        #expect(sentences.allSatisfy { $0.unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) } })
    }

    @Test(arguments: [
        ("番茄\n$(reboot)<speak>", "番茄rebootspeak"), ("  ", ""), ("茄子 2号", "茄子 2号"), ("\u{1B}[2J", "2J"),
        (String(repeating: "长", count: 4000), String(repeating: "长", count: 16)),
        ("e\u{301}" + String(repeating: "\u{301}", count: 4000), "e"),
    ])
    func `of a name only letters and digits are said, and not for ever`(name: String, said: String) {
        let sentence = Announcement.weighed(produce: name, grade: nil, net: .zero, amount: nil).sentence()
        #expect(sentence == (said.isEmpty ? "" : said + ",") + "净重零公斤")
    }
}
