/// Hides numbers that belong to a person in a text that was not made for them.
public enum PersonalText {
    /// Mobile numbers keep their last four digits (`*******5678`: GB/T 41833-2022 asks for six hidden ones), resident identity
    /// numbers one at each end. Only runs of exactly that length are taken for one; a longer number is something else.
    public static func masked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index].isDigit else {
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end].isDigit { end += 1 }
            // An identity number may end in X.
            let hasX = end - index == 17 && end < bytes.count && bytes[end] | 0x20 == UInt8(ascii: "x")
            let run = Array(bytes[index..<(hasX ? end + 1 : end)])
            let follows = index > 0 && isWordCharacter(bytes[index - 1])
            result += follows ? run : masked(run)
            index += run.count
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The same for a scan whose waybill is known: whatever form that has, it is nobody's number and stays readable.
    public static func masked(_ text: String, keeping waybill: String) -> String {
        let bytes = Array(text.utf8)
        let kept = Array(waybill.utf8)
        let starts = 0...max(bytes.count - kept.count, 0)
        guard !kept.isEmpty, let start = starts.first(where: { bytes[$0...].starts(with: kept) }) else {
            return masked(text)
        }
        func part(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
        return masked(part(bytes[..<start])) + waybill + masked(part(bytes[(start + kept.count)...]))
    }

    private static func masked(_ run: [UInt8]) -> [UInt8] {
        let star = UInt8(ascii: "*")
        switch run.count {
        case 11 where run[0] == UInt8(ascii: "1") && run[1] >= UInt8(ascii: "3"):
            return [UInt8](repeating: star, count: 7) + run.suffix(4)
        case 18 where run[6] == UInt8(ascii: "1") || run[6] == UInt8(ascii: "2"):
            return run.prefix(1) + [UInt8](repeating: star, count: 16) + run.suffix(1)
        default: return run
        }
    }

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLetter
    }
}
