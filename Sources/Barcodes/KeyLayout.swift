/// The US layout: which key types what. A keycode is a position, so a scanner set to another country's layout types
/// other characters here; the scanner's setting is what must change.
/// Source: Protocols.md in the catalogue.
enum KeyLayout {
    struct Key: Sendable {
        var plain: UInt8
        var shifted: UInt8
        var keypadDigit: Int?
    }

    enum Modifier {
        case shift, control, alt
    }

    static let enter: UInt16 = 28
    static let tab: UInt16 = 15
    static let capsLock: UInt16 = 58
    static let leftShift: UInt16 = 42
    static let leftControl: UInt16 = 29

    static func modifier(_ code: UInt16) -> Modifier? {
        switch code {
        case leftShift, 54: .shift
        case leftControl, 97: .control
        case 56, 100: .alt
        default: nil
        }
    }

    /// Runs of neighbouring keycodes: the first code, then what the keys type without and with Shift.
    private static let runs: [(first: UInt16, plain: String, shifted: String)] = [
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        (57, " ", " "),
        (86, "\\", "|"),  // the key beside the left Shift of ISO boards
        (83, ".", "."), (98, "/", "/"), (55, "*", "*"), (74, "-", "-"), (78, "+", "+"),  // keypad
        (enter, "\r", "\r"), (96, "\r", "\r"), (tab, "\t", "\t"),
    ]

    /// The keypad's keys for 0 to 9; they type digits whatever NumLock says.
    private static let keypadDigits: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]

    static let keys: [UInt16: Key] = {
        var keys: [UInt16: Key] = [:]
        for run in runs {
            for (offset, (plain, shifted)) in zip(run.plain.utf8, run.shifted.utf8).enumerated() {
                keys[run.first + UInt16(offset)] = Key(plain: plain, shifted: shifted)
            }
        }
        for (digit, code) in keypadDigits.enumerated() {
            let character = UInt8(ascii: "0") + UInt8(digit)
            keys[code] = Key(plain: character, shifted: character, keypadDigit: digit)
        }
        return keys
    }()
}
