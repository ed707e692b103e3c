import Domain

/// A field of decimal digits in a frame, leading zeros as `0` or as space.
enum DecimalField: Equatable {
    /// All spaces: the display shows nothing.
    case blank
    case digits(Int64)

    /// Nil for anything but spaces followed by digits.
    init?(_ bytes: some Collection<UInt8>) {
        let digits = bytes.drop { $0 == UInt8(ascii: " ") }
        guard digits.allSatisfy(\.isDigit), digits.count <= 18 else {
            return nil
        }
        self =
            digits.isEmpty
            ? .blank : .digits(digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    /// Zero-padded; nil when the number has more digits than `width`.
    static func encode(_ number: UInt64, width: Int) -> [UInt8]? {
        let digits = Array(String(number).utf8)
        guard digits.count <= width else { return nil }
        return [UInt8](repeating: UInt8(ascii: "0"), count: width - digits.count) + digits
    }
}
