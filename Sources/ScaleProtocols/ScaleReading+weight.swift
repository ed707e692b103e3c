import Domain

extension ScaleReading {
    /// Sets the mass, or the fault that says why there is none.
    ///
    /// - Parameters:
    ///   - unit: the unit as the frame writes it; nil when it names none, and then it is `expected`.
    ///   - expected: the unit that is set; a frame of another one is not to be believed.
    mutating func setWeight(_ number: DecimalText, unit name: ArraySlice<UInt8>? = nil, expected: ScaleUnit?) {
        let unit = name.map { ScaleUnit($0) } ?? expected
        if unit == .tonne, expected != .tonne {
            // Nobody brings tonnes, and to A&D `t` is tola, 11.66 g.
            fault = ScaleFault.unknownUnit
        } else if unit == nil {
            fault = name.map { ScaleFault.unit($0) } ?? ScaleFault.noUnit
        } else if let expected, unit != expected {
            fault = ScaleFault.otherUnit
        } else if let power = unit?.powerOfGrams {
            mass = Mass(number.digits, tensOfGrams: power - number.decimals)
            fault = mass == nil ? Mass.fractionFault : nil
            if name == nil { setResolution(number, power) }
        } else {
            fault = ScaleFault.pounds
        }
    }
}

extension ScaleReading {
    /// What one step of the last digit is, where nothing but that tells a weight from a count.
    mutating func setResolution(_ number: DecimalText, _ powerOfGrams: Int) {
        guard mass != nil, (0...powerOfGrams).contains(number.decimals) else { return }
        resolution = Mass(grams: .powerOfTen(powerOfGrams - number.decimals))
    }
}

/// Why a sound frame gives no mass: the words that several protocols share.
enum ScaleFault {
    static let pounds = "the scale weighs in pounds"
    static let pieces = "the scale counts pieces"
    static let outside = "out of range, or never zeroed since the scale was switched on"
    static let percent = "the scale shows percent"
    /// What is not known is never a weight.
    static let unknownState = "the scale is in a state that is not known"
    static let otherUnit = "the scale shows another unit than the one that is set"
    static let unknownUnit = "the scale weighs in a unit that is not kg or g"
    static let noUnit = "the scale names no unit, and none is set"
    static let expanded = "the display is expanded tenfold"
    static let held = "the display is held: this is no live weight"
    static let notNow = "the scale could not weigh just now"
    static let unknownRequest = "the scale does not know the request"

    static func unit(_ name: some Sequence<UInt8>) -> String {
        let text = String(decoding: name.filter { $0.isLetter }, as: UTF8.self).lowercased()
        return ["pc", "pcs", "ct"].contains(text)
            ? pieces : name.contains(UInt8(ascii: "%")) ? percent : unknownUnit
    }
}
