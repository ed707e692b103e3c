import Domain

/// The three ways in which Ohaus lays out a line.
public enum OhausLayout: Sendable {
    /// Defender 3000: `sign SP weight×7 SP unit×5 ?|SP legend×3`.
    case defender
    /// Ranger counting scales: `sign SP SP weight×7 SP unit×2 SP ?|SP SP legend×3`.
    case ranger
    /// Balances: `weight×10…12 SP unit×1…5 SP [?] …`.
    case balance

    /// The fields of a line; nil when it has not this layout.
    struct Fields {
        var number: DecimalText
        var unit: ArraySlice<UInt8>
        var isMoving: Bool
        var legend: String
        /// How wide the weight is, with what stands before it.
        var width: Int
    }

    func fields(_ text: [UInt8]) -> Fields? {
        switch self {
        // By the manual, and as captured on an indicator: a column less before the weight, and a legend of one letter.
        case .defender where text.count == 16: columns(text, weight: 1..<8, unit: 9..<14, mark: 14, length: 16)
        case .defender: columns(text, weight: 2..<9, unit: 10..<15, mark: 15)
        case .ranger: columns(text, weight: 3..<10, unit: 11..<13, mark: 14)
        case .balance: balance(text)
        }
    }

    private func columns(
        _ text: [UInt8], weight: Range<Int>, unit: Range<Int>, mark: Int, length: Int = 19
    ) -> Fields? {
        let space = UInt8(ascii: " ")
        let legend = text.dropFirst(length == 19 ? 16 : mark + 1)
        guard text.count == length, text[0] == space || text[0] == UInt8(ascii: "-"),
            text[1..<weight.lowerBound].allSatisfy({ $0 == space }),
            text[weight].allSatisfy({ $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
            text[unit.lowerBound - 1] == space, let number = DecimalText([text[0]] + text[weight]),
            let name = word(text[unit]), text[mark] == space || text[mark] == UInt8(ascii: "?")
        else { return nil }
        guard self == .defender || (text[13] == space && text[15] == space) else { return nil }
        return Fields(
            number: number, unit: name, isMoving: text[mark] != space,
            legend: String(decoding: legend.filter { $0 != space }, as: UTF8.self), width: weight.upperBound)
    }

    /// Letters, then spaces.
    private func word(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let name = field.prefix(while: \.isUnitSign)
        return !name.isEmpty && field.dropFirst(name.count).allSatisfy({ $0 == UInt8(ascii: " ") }) ? name : nil
    }

    private func balance(_ text: [UInt8]) -> Fields? {
        let space = UInt8(ascii: " ")
        let weight = text.prefix { !$0.isUnitSign }
        let rest = text.dropFirst(weight.count)
        let name = rest.prefix(while: \.isUnitSign)
        let end = rest.dropFirst(name.count)
        guard (11...13).contains(weight.count), weight.last == space, let number = DecimalText(weight.dropLast()),
            (1...5).contains(name.count), end.isEmpty || end.first == space,
            end.allSatisfy({ $0.isLetter || $0 == space || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "/") })
        else { return nil }
        let legend = end.filter { $0 != space && $0 != UInt8(ascii: "?") }
        return Fields(
            number: number, unit: name, isMoving: end.contains(UInt8(ascii: "?")),
            legend: String(decoding: legend, as: UTF8.self), width: weight.count - 1)
    }

    func encode(number: [UInt8], isNegative: Bool, unit: ScaleUnit, isMoving: Bool, isNet: Bool) -> [UInt8]? {
        let sign = isNegative ? "-" : " "
        let mark = isMoving ? "?" : " "
        let name = unit.rawValue
        guard number.count <= 7 else { return nil }
        let weight = String(decoding: number.leftPadded(to: 7, with: UInt8(ascii: " ")), as: UTF8.self)
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.utf8.count))
        }
        let text =
            switch self {
            case .defender: "\(sign) \(weight) \(padded(name, 5))\(mark)\(padded(isNet ? "NET" : "G", 3))"
            case .ranger: "\(sign)  \(weight) \(padded(name, 2)) \(mark) \(isNet ? "NET" : "B/G")"
            case .balance:
                String(repeating: " ", count: 10 - (isNegative ? 1 : 0) - number.count) + (isNegative ? "-" : "")
                    + String(decoding: number, as: UTF8.self) + " \(name) \(mark)\(isNet ? " NET" : "")"
            }
        return Array(text.utf8) + Control.lineEnd
    }
}
