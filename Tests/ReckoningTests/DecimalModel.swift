/// Weights and money as a person reckons them on paper: digit by digit, in kilograms and yuan with their decimal points. It
/// shares nothing with the code that it judges, which knows whole grams and whole fen only.
struct PaperDecimal: Equatable {
    /// The last digit first; no zeros before the first one.
    private var digits: [UInt8]
    /// How many of them stand behind the point.
    private var places: Int

    /// Reads `12.340`. Nothing but digits and one point.
    init(_ text: String) {
        var digits: [UInt8] = []
        var places = 0
        var isBehind = false
        for character in text.utf8 {
            if character == UInt8(ascii: ".") {
                isBehind = true
                continue
            }
            digits.append(character - UInt8(ascii: "0"))
            if isBehind { places += 1 }
        }
        self.init(digits: digits.reversed(), places: places)
    }

    private init(digits: [UInt8], places: Int) {
        self.digits = digits
        self.places = places
        while self.digits.count > places + 1, self.digits.last == 0 { self.digits.removeLast() }
        while self.digits.count < places + 1 { self.digits.append(0) }
    }

    /// Long subtraction; both have the same number of places, and what is taken away is not the greater.
    static func - (left: PaperDecimal, right: PaperDecimal) -> PaperDecimal {
        var result: [UInt8] = []
        var borrowed: UInt8 = 0
        for place in 0..<left.digits.count {
            let taken = (place < right.digits.count ? right.digits[place] : 0) + borrowed
            borrowed = left.digits[place] < taken ? 1 : 0
            result.append(left.digits[place] + 10 * borrowed - taken)
        }
        return PaperDecimal(digits: result, places: left.places)
    }

    /// Long multiplication; the places add up.
    static func * (left: PaperDecimal, right: PaperDecimal) -> PaperDecimal {
        var sums = [Int](repeating: 0, count: left.digits.count + right.digits.count)
        for (place, digit) in left.digits.enumerated() where digit > 0 {
            for (other, factor) in right.digits.enumerated() { sums[place + other] += Int(digit) * Int(factor) }
        }
        var carried = 0
        let digits = sums.map { sum -> UInt8 in
            carried += sum
            defer { carried /= 10 }
            return UInt8(carried % 10)
        }
        return PaperDecimal(digits: digits, places: left.places + right.places)
    }

    enum Rule { case fiveRoundsUp, fiveRoundsToEven }

    /// Whether what would be cut off is exactly a five and nothing behind it.
    func isTie(at kept: Int) -> Bool {
        let cut = digits.prefix(places - kept)
        return cut.last == 5 && cut.dropLast().allSatisfy { $0 == 0 }
    }

    /// Cut to so many places, by looking at the first digit that goes and at whether anything stands behind it.
    func rounded(to kept: Int, _ rule: Rule) -> PaperDecimal {
        let cut = places - kept
        var result = Array(digits[cut...])
        let first = digits[cut - 1]
        let isUp = isTie(at: kept) && rule == .fiveRoundsToEven ? result[0] % 2 == 1 : first >= 5
        var place = 0
        while isUp {
            if place == result.count { result.append(0) }
            result[place] += 1
            if result[place] < 10 { break }
            result[place] = 0
            place += 1
        }
        return PaperDecimal(digits: result, places: kept)
    }

    var text: String {
        var text: [UInt8] = []
        for (place, digit) in digits.enumerated().reversed() {
            text.append(UInt8(ascii: "0") + digit)
            if place == places, place > 0 { text.append(UInt8(ascii: ".")) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
