/// Check digits of the numbers a scanner meets. Each function takes the digits before the check digit and gives nil
/// for anything that is not such digits.
/// Source: Protocols.md in the catalogue; of the resident id, GB 11643 (ISO 7064 MOD 11-2).
public enum CheckDigit {
    /// UPU S10, over the eight digits of the serial.
    public static func s10(serial: some StringProtocol) -> Int? {
        guard let digits = digits(serial), digits.count == 8 else { return nil }
        let remainder = zip(digits, [8, 6, 4, 2, 3, 5, 9, 7]).reduce(0) { $0 + $1.0 * $1.1 } % 11
        return switch 11 - remainder {
        case 10: 0
        case 11: 5
        case let check: check
        }
    }

    /// GS1: GTIN-8, -12, -13, -14 and SSCC, of any length.
    public static func gs1(body: some StringProtocol) -> Int? {
        guard let digits = digits(body), !digits.isEmpty else { return nil }
        let sum = digits.reversed().enumerated().reduce(0) { $0 + $1.element * ($1.offset.isMultiple(of: 2) ? 3 : 1) }
        return (10 - sum % 10) % 10
    }

    /// The resident id card, over its seventeen digits: `0`…`9` or `X`.
    public static func residentID(body: some StringProtocol) -> Character? {
        guard let digits = digits(body), digits.count == 17 else { return nil }
        let check = (12 - digits.reduce(0) { ($0 + $1) * 2 % 11 } % 11) % 11
        return check == 10 ? "X" : Character(String(check))
    }

    private static func digits(_ text: some StringProtocol) -> [Int]? {
        let digits = text.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
        return digits.allSatisfy { (0...9).contains($0) } ? digits : nil
    }
}
