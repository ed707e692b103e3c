/// Numbers that name a person and are sometimes printed as a code on a parcel. They are never taken for a parcel.
enum PersonalNumber {
    /// `text` is normalised: no spaces.
    static func isOne(_ text: String) -> Bool { isMobile(text) || isResidentID(text) }

    /// Whether one stands in a text that no carrier's form knows: each of its runs of digits is looked at, because scanners, and
    /// people who print labels, put letters and dashes around them.
    static func isWithin(_ text: String) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        var run: [UInt8] = []
        for byte in Array(text.utf8) + [0] {
            if digits.contains(byte) {
                run.append(byte)
                continue
            }
            let number = String(decoding: run, as: UTF8.self)
            if isOne(number) || byte == UInt8(ascii: "X") && isResidentID(number + "X") { return true }
            run = []
        }
        return isOne(text)
    }

    private static let mobiles: [Pattern] = [#"1[3-9]\d{9}"#, #"1[3-9]\d-\d{4}-\d{4}"#]

    static func isMobile(_ text: String) -> Bool {
        let prefix = ["+86-", "+86", "0086-", "0086", "86-", "86", "0"].first(where: text.hasPrefix) ?? ""
        let number = text.dropFirst(prefix.count)
        return mobiles.contains { $0.matches(number) }
    }

    /// Six digits of region, a birthday YYYYMMDD, three of order, and the check digit. The birthday is looked at too:
    /// one in eleven waybills of eighteen digits passes the check digit by chance.
    private static let residentID: Pattern = #"\d{6}[12][089]\d{2}[01]\d[0-3]\d{4}[0-9X]"#

    static func isResidentID(_ text: String) -> Bool {
        guard residentID.matches(text), let check = CheckDigit.residentID(body: text.dropLast()) else { return false }
        return text.last == check
    }
}
