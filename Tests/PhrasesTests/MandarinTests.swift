import Domain
import Foundation
import Phrases
import Testing

@Suite struct MandarinTests {
    @Test(arguments: [
        (0, "零"), (1, "一"), (2, "二"), (10, "十"), (11, "十一"), (12, "十二"), (20, "二十"), (22, "二十二"),
        (100, "一百"), (101, "一百零一"), (110, "一百一十"), (112, "一百一十二"), (200, "两百"), (202, "两百零二"),
        (210, "两百一十"), (222, "两百二十二"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"),
        (1100, "一千一百"), (2000, "两千"), (2200, "两千二百"), (9999, "九千九百九十九"), (10_000, "一万"),
        (10_001, "一万零一"), (10_010, "一万零一十"), (10_200, "一万零二百"), (12_000, "一万二千"), (20_000, "两万"),
        (22_222, "两万二千二百二十二"), (100_000, "十万"), (100_010, "十万零一十"), (101_000, "十万一千"),
        (120_000, "十二万"), (200_000, "二十万"), (1_000_000, "一百万"), (1_000_001, "一百万零一"),
        (2_000_000, "两百万"), (10_000_000, "一千万"), (10_010_010, "一千零一万零一十"), (20_000_000, "两千万"),
        (99_999_999, "九千九百九十九万九千九百九十九"), (100_000_000, "一亿"), (100_000_001, "一亿零一"),
        (105_000_000, "一亿零五百万"), (110_000_000, "一亿一千万"), (200_000_000, "两亿"), (1_200_000_000, "十二亿"),
        (-1, "负一"), (-12_000, "负一万二千"),
    ])
    func `a number is said as a Chinese speaker says it`(number: Int64, text: String) {
        #expect(Mandarin.spoken(number) == text)
    }

    @Test(arguments: [
        (0, "零公斤", "零斤"), (1, "零点零零一公斤", "零点零零二斤"), (5, "零点零零五公斤", "零点零一斤"),
        (10, "零点零一公斤", "零点零二斤"), (100, "零点一公斤", "零点二斤"), (500, "零点五公斤", "一斤"),
        (1000, "一公斤", "两斤"), (2000, "两公斤", "四斤"), (2500, "二点五公斤", "五斤"), (10_190, "十点一九公斤", "二十点三八斤"),
        (12_340, "十二点三四公斤", "二十四点六八斤"), (12_000, "十二公斤", "二十四斤"), (100_005, "一百点零零五公斤", "两百点零一斤"),
        (200_000, "两百公斤", "四百斤"), (205_020, "两百零五点零二公斤", "四百一十点零四斤"), (-12_340, "负十二点三四公斤", "负二十四点六八斤"),
    ])
    func `a weight is said exactly, in kilograms and in jin`(grams: Int64, kilograms: String, jin: String) {
        #expect(Mandarin.spoken(Mass(grams: grams)) == kilograms)
        #expect(Mandarin.spoken(Mass(grams: grams), in: .jin) == jin)
    }

    @Test(arguments: [
        (0, "零元", "零元整"), (1, "一分", "壹分"), (2, "两分", "贰分"), (5, "五分", "伍分"), (10, "一角", "壹角整"), (20, "两角", "贰角整"),
        (22, "两角二分", "贰角贰分"), (55, "五角五分", "伍角伍分"), (100, "一元", "壹元整"), (200, "两元", "贰元整"),
        (222, "两元二角二分", "贰元贰角贰分"), (202, "两元零二分", "贰元零贰分"), (1000, "十元", "壹拾元整"), (1200, "十二元", "壹拾贰元整"),
        (3261, "三十二元六角一分", "叁拾贰元陆角壹分"), (3905, "三十九元零五分", "叁拾玖元零伍分"), (3950, "三十九元五角", "叁拾玖元伍角整"),
        (10_000, "一百元", "壹佰元整"), (10_005, "一百元零五分", "壹佰元零伍分"), (20_000, "两百元", "贰佰元整"),
        // The specimens of the regulation.
        (140_950, "一千四百零九元五角", "壹仟肆佰零玖元伍角整"), (600_714, "六千零七元一角四分", "陆仟零柒元壹角肆分"),
        (168_032, "一千六百八十元三角二分", "壹仟陆佰捌拾元叁角贰分"), (1_640_902, "一万六千四百零九元零二分", "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "三百二十五元零四分", "叁佰贰拾伍元零肆分"), (100_000_000, "一百万元", "壹佰万元整"),
        (20_000_000_000, "两亿元", "贰亿元整"), (-3950, "负三十九元五角", "负叁拾玖元伍角整"),
    ])
    func `an amount is said in yuan, jiao and fen, and written in capitals`(fen: Int64, spoken: String, written: String)
    {
        #expect(Mandarin.spoken(Money(fen: fen)) == spoken)
        #expect(Mandarin.capitals(Money(fen: fen)) == written)
    }

    // MARK: Read back

    static let values: [Character: Int64] = [
        "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "壹": 1, "贰": 2, "叁": 3,
        "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
    ]
    static let places: [Character: Int64] = ["十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000]

    /// As a listener adds it up: sign by sign from the left.
    func heard(_ text: Substring) -> Int64? {
        var (total, section, digit): (Int64, Int64, Int64?) = (0, 0, nil)
        for sign in text {
            if let value = Self.values[sign] {
                guard digit == nil || digit == 0 else { return nil }
                digit = value
            } else if let place = Self.places[sign] {
                section += (digit ?? 1) * place
                digit = nil
            } else if sign == "万" {
                total += (section + (digit ?? 0)) * 10_000
                (section, digit) = (0, nil)
            } else if sign == "亿" {
                total = (total + section + (digit ?? 0)) * 100_000_000
                (section, digit) = (0, nil)
            } else {
                return nil
            }
        }
        return total + section + (digit ?? 0)
    }

    func heardMoney(_ text: String) -> Int64? {
        var (rest, fen) = (text[...], Int64(0))
        if rest.last == "整" { rest.removeLast() }
        for (sign, worth) in [("元", 100), ("角", 10), ("分", 1)] as [(Character, Int64)] {
            guard let end = rest.firstIndex(of: sign) else { continue }
            guard let count = heard(rest[..<end]) else { return nil }
            fen += count * worth
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty ? fen : nil
    }

    func heardWeight(_ text: String, unit: String, grams: Int64) -> Int64? {
        guard text.hasSuffix(unit) else { return nil }
        let parts = text.dropLast(unit.count).split(separator: "点")
        guard let whole = parts.first.flatMap(heard), parts.count <= 2 else { return nil }
        var thousandths = Int64(0)
        if parts.count == 2 {
            var digits = parts[1].compactMap { Self.values[$0] }
            guard digits.count == parts[1].count, digits.count <= 3, digits.last != 0 else { return nil }
            while digits.count < 3 { digits.append(0) }
            thousandths = digits.reduce(0) { $0 * 10 + $1 }
        }
        return whole * grams + thousandths * grams / 1000
    }

    /// A million of them takes a minute: `KIOSK_TEST_NUMBERS=1000000`.
    static let count = ProcessInfo.processInfo.environment["KIOSK_TEST_NUMBERS"].flatMap(Int.init) ?? 10_000

    @Test func `whatever is said is heard as the same number, amount and weight`() {
        var seed = UInt64(7)
        for index in 0..<Self.count {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // The first ones in turn, then numbers of every length with many zeros in them.
            var number = Int64(index)
            if index >= Self.count / 2 {
                number = Int64(seed >> 33) % 100_000_000
                for place in [10, 1000, 100_000, 1_000_000] as [Int64] where seed >> UInt64(place % 31) & 1 == 1 {
                    number -= number / place % 10 * place
                }
            }
            let spoken = Mandarin.spoken(number)
            let weight = Mass(grams: number)
            let isHeard =
                heard(spoken[...]) == number && heardMoney(Mandarin.spoken(Money(fen: number))) == number
                && heardMoney(Mandarin.capitals(Money(fen: number))) == number
                && heardWeight(Mandarin.spoken(weight), unit: "公斤", grams: 1000) == number
                && heardWeight(Mandarin.spoken(weight, in: .jin), unit: "斤", grams: 500) == number
                && !spoken.contains("零零") && (number == 0 || !spoken.hasSuffix("零"))
            if !isHeard { Issue.record("\(number): \(spoken)") }
        }
    }

    @Test func `the largest and the smallest have words too`() {
        for number in [Int64.min, Int64.max] {
            #expect(Mandarin.spoken(number).hasSuffix(number < 0 ? "八百零八" : "八百零七"))
            #expect(Mandarin.capitals(Money(fen: number)).contains("元"))
            #expect(Mandarin.spoken(Mass(grams: number), in: .jin).hasSuffix("斤"))
        }
    }
}
