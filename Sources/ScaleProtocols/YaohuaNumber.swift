import Domain

/// A weight as Yaohua's frames with a check write it: sign, six digits, and how many of them stand right of the point.
///
///     + or -  digit×6  0…4        8 bytes
enum YaohuaNumber {
    static let count = 8

    /// Nil for anything else; spaces are no zeros here.
    static func read(_ bytes: ArraySlice<UInt8>) -> DecimalText? {
        guard bytes.count == count, let sign = bytes.first, let decimals = bytes.last,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            (UInt8(ascii: "0")...UInt8(ascii: "4")).contains(decimals), bytes.dropFirst().allSatisfy(\.isDigit),
            let number = DecimalText(bytes.dropLast())
        else { return nil }
        return DecimalText(digits: number.digits, decimals: Int(decimals - UInt8(ascii: "0")))
    }

    /// With as many decimals as fit; nil when the number has no room or no exact place.
    static func encode(_ mass: Mass, unit: ScaleUnit) -> [UInt8]? {
        guard let power = unit.powerOfGrams else { return nil }
        for decimals in (0...min(power, 4)).reversed() {
            let (number, rest) = mass.grams.quotientAndRemainder(dividingBy: .powerOfTen(power - decimals))
            guard rest == 0, let digits = DecimalField.encode(number.magnitude, width: 6) else { continue }
            return [UInt8(ascii: mass < .zero ? "-" : "+")] + digits + [UInt8(ascii: "0") + UInt8(decimals)]
        }
        return nil
    }

    /// `body` with its check between STX and ETX: how a host and an indicator in command mode speak.
    static func frame(_ body: [UInt8]) -> [UInt8] { [Control.stx] + body + check(body) + [Control.etx] }

    /// The letter of an address, `A` for 1 to `Z` for 26.
    static func letter(_ address: Int) -> UInt8 { UInt8(ascii: "A") + UInt8(min(max(address, 1), 26) - 1) }

    /// The exclusive or of the bytes as two hexadecimal characters, upper case.
    static func check(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let sum = bytes.reduce(0, ^)
        return [sum >> 4, sum & 0xF].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "A") + $0 - 10 }
    }

    /// Whether two characters are the check of these bytes. Some indicators count on from `9` with `: ; < = > ?`, as two
    /// captures show, and not with letters.
    static func isCheck(_ characters: some Collection<UInt8>, of bytes: some Sequence<UInt8>) -> Bool {
        let sum = bytes.reduce(0, ^)
        let digits: [UInt8] = [sum >> 4, sum & 0xF]
        return characters.count == 2
            && zip(characters, digits).allSatisfy { (character: UInt8, digit: UInt8) -> Bool in
                let isCounted = character == UInt8(ascii: "0") + digit
                let isLetter = digit > 9 && character == UInt8(ascii: "A") + digit - 10
                return isCounted || isLetter
            }
    }
}
