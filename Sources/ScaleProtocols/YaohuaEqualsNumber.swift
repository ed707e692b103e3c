import Domain

/// The number behind a `=`, as several of Yaohua's indicators write it; see `YaohuaEquals`.
struct YaohuaEqualsNumber: Sendable {
    let isReversed: Bool
    let characters: Int
    let unit: ScaleUnit
    let decimals: Int

    /// False for text that is no number.
    func read(_ text: some BidirectionalCollection<UInt8>, into reading: inout ScaleReading) -> Bool {
        let text = isReversed ? Array(text.reversed()) : Array(text)
        guard text.count == characters, let sign = text.first,
            // With eight characters the sign has a place of its own.
            sign == UInt8(ascii: "-") || sign == UInt8(ascii: "0") || (characters < 8 && sign.isDigit),
            text.dropFirst().allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }), let number = DecimalText(text)
        else { return false }
        let shown = DecimalText(digits: number.digits, decimals: number.hasPoint ? number.decimals : decimals)
        reading.setWeight(shown, expected: unit)
        return true
    }

    func encode(_ mass: Mass) -> [UInt8]? {
        guard let number = DecimalText.encode(mass, unit: unit, width: characters - 1),
            number.contains(UInt8(ascii: ".")) || decimals == 0
        else { return nil }
        let sign = UInt8(ascii: mass < .zero ? "-" : "0")
        let text = [sign] + number.leftPadded(to: characters - 1, with: UInt8(ascii: "0"))
        return isReversed ? text.reversed() : text
    }
}
