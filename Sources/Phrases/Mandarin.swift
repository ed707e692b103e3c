public import Domain

/// Numbers, weights and amounts as a Chinese speaker says them, and amounts as they are written on a receipt so that nobody
/// can add a stroke.
///
/// It lies in `Domain`, since both what is said and what is printed stand on it. Everything is whole grams and fen; what is
/// said is exactly what is recorded, to the last digit.
public enum Mandarin {
    /// 一, 十二, 两百零五, 一万零一十, 三亿零五百万.
    ///
    /// 两 stands for a 2 that begins the number before 百, 千, 万 or 亿; within it 二 remains. Zeros within are one 零 for each
    /// gap, the 一 of a leading 一十 is not said.
    public static func spoken(_ number: Int64) -> String {
        signed(number) { cardinal($0) }
    }

    /// Which unit a weight is said in. A farmer reckons in 斤, half a kilogram; the price stands for a kilogram.
    public enum WeightUnit: String, Sendable, CaseIterable {
        case kilogram = "kg"
        case jin

        fileprivate var grams: UInt64 { self == .kilogram ? 1000 : 500 }
        fileprivate var name: String { self == .kilogram ? "公斤" : "斤" }
    }

    /// 12,340 g: 十二点三四公斤, 二十四点六八斤. Exact: three decimals at most, digit by digit, without zeros at the end.
    public static func spoken(_ mass: Mass, in unit: WeightUnit = .kilogram) -> String {
        signed(mass.grams) { grams in
            let (whole, rest) = grams.quotientAndRemainder(dividingBy: unit.grams)
            guard rest > 0 else { return counted(whole) + unit.name }
            // Thousandths of the unit: both units divide them evenly.
            var thousandths = String(rest * (1000 / unit.grams))
            thousandths = String(repeating: "0", count: 3 - thousandths.count) + thousandths
            while thousandths.hasSuffix("0") { thousandths.removeLast() }
            let decimals = thousandths.map { Self.digits[$0.wholeNumberValue ?? 0] }.joined()
            return cardinal(whole) + "点" + decimals + unit.name
        }
    }

    /// 3,950 fen: 三十九元五角. 5: 五分. 10,005: 一百元零五分. 0: 零元.
    public static func spoken(_ money: Money) -> String {
        signed(money.fen) { fen in
            let (yuan, jiao, rest) = parts(fen)
            var text = yuan > 0 || fen == 0 ? counted(yuan) + "元" : ""
            // The 2 that begins the amount is 两, whichever unit it stands before.
            func first(_ digit: Int) -> String { digit == 2 && text.isEmpty ? "两" : Self.digits[digit] }
            if jiao > 0 { text += first(jiao) + "角" }
            if jiao == 0, rest > 0, yuan > 0 { text += "零" }
            if rest > 0 { text += first(rest) + "分" }
            return text
        }
    }

    /// The amount in capitals (大写): 3,950 fen: 叁拾玖元伍角整. 10,005: 壹佰元零伍分.
    ///
    /// 整 ends what has no fen; 壹拾 keeps its 壹; a digit of jiao that is 0 before fen is 零.
    /// Source: People's Bank of China, 正确填写票据和结算凭证的基本规定, 1997, articles 3 to 5.
    public static func capitals(_ money: Money) -> String {
        signed(money.fen) { fen in
            let (yuan, jiao, rest) = parts(fen)
            var text = yuan > 0 || fen == 0 ? Numerals.capital.text(yuan) + "元" : ""
            if jiao > 0 { text += Numerals.capital.digits[jiao] + "角" }
            if jiao == 0, rest > 0, yuan > 0 { text += "零" }
            return text + (rest > 0 ? Numerals.capital.digits[rest] + "分" : "整")
        }
    }

    // MARK: Parts

    private static let digits = Numerals.spoken.digits

    private static func signed(_ number: Int64, _ text: (UInt64) -> String) -> String {
        (number < 0 ? "负" : "") + text(number.magnitude)
    }

    private static func parts(_ fen: UInt64) -> (yuan: UInt64, jiao: Int, fen: Int) {
        (fen / 100, Int(fen / 10 % 10), Int(fen % 10))
    }

    /// Without a unit behind it, or with decimals: 二, 十二, 两百.
    private static func cardinal(_ number: UInt64) -> String {
        var text = Numerals.spoken.text(number)
        if text.hasPrefix("一十") { text.removeFirst() }
        if ["二百", "二千", "二万", "二亿"].contains(where: text.hasPrefix) { text = "两" + text.dropFirst() }
        return text
    }

    /// Before a unit: 两元, 两公斤.
    private static func counted(_ number: UInt64) -> String { number == 2 ? "两" : cardinal(number) }
}

/// A set of signs for digits and places, and how they are put together.
private struct Numerals: Sendable {
    let digits: [String]
    /// Of the tens, hundreds and thousands.
    let places: [String]

    static let spoken = Numerals(
        digits: ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"], places: ["", "十", "百", "千"])
    static let capital = Numerals(
        digits: ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"], places: ["", "拾", "佰", "仟"])

    /// Every digit with its place, 亿 of 亿 for the largest; each gap of zeros within is one 零.
    func text(_ number: UInt64) -> String {
        for (size, name) in [(100_000_000, "亿"), (10_000, "万")] as [(UInt64, String)] where number >= size {
            let (high, low) = number.quotientAndRemainder(dividingBy: size)
            let gap = low > 0 && low < size / 10 ? digits[0] : ""
            return text(high) + name + gap + (low > 0 ? text(low) : "")
        }
        if number == 0 { return digits[0] }
        var (text, hasGap) = ("", false)
        for place in [3, 2, 1, 0] {
            let digit = Int(number / [1, 10, 100, 1000][place] % 10)
            if digit == 0 {
                hasGap = !text.isEmpty
                continue
            }
            text += (hasGap ? digits[0] : "") + digits[digit] + places[place]
            hasGap = false
        }
        return text
    }
}
