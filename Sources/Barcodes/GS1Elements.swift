public import Domain

/// A GS1 element string: what a GS1-128, a GS1 DataMatrix or a GS1 QR code carries.
///
///     (AI value)…    AI: two to four digits that say what the value is, and with it how long
///
/// A value of fixed length is followed by the next AI at once; any other ends at a GS (1D) or with the data. A GS in front of
/// all, which some scanners send for the first FNC1, and one behind a value of fixed length are skipped. A value that lost
/// its GS swallows what follows: it is never guessed where it might have ended.
///
/// AIs not named here are skipped by the same rule of lengths. One fault, and there are no elements at all.
/// Source: Protocols.md in the catalogue.
public struct GS1Elements: Hashable, Sendable {
    /// AI 00, the number of a logistic unit: 18 digits, the check digit right.
    public private(set) var sscc: String?
    /// AI 01, the number of a trade item: 14 digits, the check digit right.
    public private(set) var gtin: String?
    /// AI 10.
    public private(set) var batch: String?
    /// AI 11.
    public private(set) var produced: GS1Date?
    /// AI 13.
    public private(set) var packed: GS1Date?
    /// AI 15.
    public private(set) var bestBefore: GS1Date?
    /// AI 17.
    public private(set) var expires: GS1Date?
    /// AI 21.
    public private(set) var serial: String?
    /// AI 30, of a trade item whose count varies.
    public private(set) var count: Int?
    /// AI 37, of the trade items within a logistic unit.
    public private(set) var contained: Int?
    /// AI 310n.
    public private(set) var netWeight: GS1Weight?
    /// AI 330n.
    public private(set) var grossWeight: GS1Weight?
    /// AI 400, the customer's order.
    public private(set) var order: String?
    /// AI 401, the consignment.
    public private(set) var consignment: String?
    /// AI 403.
    public private(set) var routing: String?

    /// - Parameter bytes: without the AIM identifier, as the scanner sent them: case matters.
    public init(parsing bytes: some Collection<UInt8>) throws(GS1Error) {
        var rest = Array(bytes)[...]
        if rest.first == ASCII.groupSeparator { rest.removeFirst() }
        guard !rest.isEmpty else { throw .empty }
        while !rest.isEmpty {
            try readElement(&rest)
        }
    }

    private mutating func readElement(_ rest: inout ArraySlice<UInt8>) throws(GS1Error) {
        let start = rest.startIndex
        guard let group = Self.digits(2, &rest) else { throw .identifier(at: start) }
        switch group {
        case "00": try set(\.sscc, Self.checked("00", 18, &rest), "00")
        case "01": try set(\.gtin, Self.checked("01", 14, &rest), "01")
        case "10": try set(\.batch, Self.text("10", 20, &rest), "10")
        case "11": try set(\.produced, Self.date("11", &rest), "11")
        case "13": try set(\.packed, Self.date("13", &rest), "13")
        case "15": try set(\.bestBefore, Self.date("15", &rest), "15")
        case "17": try set(\.expires, Self.date("17", &rest), "17")
        case "21": try set(\.serial, Self.text("21", 20, &rest), "21")
        case "30": try set(\.count, Self.count("30", &rest), "30")
        case "37": try set(\.contained, Self.count("37", &rest), "37")
        case "31", "33", "40":
            guard let third = Self.digits(1, &rest) else { throw .identifier(at: start) }
            switch group + third {
            case "310": try set(\.netWeight, Self.weight("310", start, &rest), "310")
            case "330": try set(\.grossWeight, Self.weight("330", start, &rest), "330")
            case "400": try set(\.order, Self.text("400", 30, &rest), "400")
            case "401": try set(\.consignment, Self.text("401", 30, &rest), "401")
            case "403": try set(\.routing, Self.text("403", 30, &rest), "403")
            default: try Self.skip(group, read: 1, &rest)
            }
        default: try Self.skip(group, read: 0, &rest)
        }
    }

    /// The same twice is allowed, two values for one AI are not.
    private mutating func set<Value: Equatable>(
        _ path: WritableKeyPath<Self, Value?>, _ value: Value, _ identifier: String
    ) throws(GS1Error) {
        if let known = self[keyPath: path], known != value { throw .contradiction(identifier) }
        self[keyPath: path] = value
    }
}

/// Why a text is no element string. The texts are AIs.
public enum GS1Error: Error, Hashable, Sendable {
    case empty
    /// At this byte, counted from the start of the data, no AI begins.
    case identifier(at: Int)
    /// A value of fixed length is cut short, or one of variable length is empty or too long.
    case length(String)
    /// A character that the value may not have.
    case character(String)
    case checkDigit(String)
    /// No day of the calendar.
    case date(String)
    case contradiction(String)
}

/// A day as six digits give it. The century is not among them, and a month's last day may be given as day 00.
public struct GS1Date: Hashable, Sendable {
    /// 0…99. February is reckoned as in the years from 2000.
    public let year: Int
    public let month: Int
    /// 1…31; the month's last day where the code had 00.
    public let day: Int

    init?(_ digits: String) {
        guard let number = Int(digits) else { return nil }
        (year, month) = (number / 10_000, number / 100 % 100)
        guard (1...12).contains(month) else { return nil }
        let last = month == 2 ? (year.isMultiple(of: 4) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        let given = number % 100
        guard given <= last else { return nil }
        day = given == 0 ? last : given
    }
}

/// A weight as six digits and the place of their point give it.
public struct GS1Weight: Hashable, Sendable {
    /// 0…999,999.
    public let digits: Int64
    /// How many of the digits stand behind the point of the kilograms, 0…5.
    public let decimals: Int

    /// `nil` when it is not a whole number of grams: nothing is rounded.
    public var mass: Mass? {
        let hundredths = (decimals..<5).reduce(digits) { total, _ in total * 10 }
        return hundredths.isMultiple(of: 100) ? Mass(grams: hundredths / 100) : nil
    }
}

extension GS1Elements {
    /// By an AI's first two digits, how many digits follow on them: the values that need no GS, though their AI be unknown.
    private static let predefined: [String: Int] = [
        "02": 14, "03": 14, "04": 16, "12": 6, "14": 6, "16": 6, "18": 6, "19": 6, "20": 2, "31": 8, "32": 8, "33": 8,
        "34": 8, "35": 8, "36": 8, "41": 14,
    ]

    /// The longest value that any AI has.
    private static let longestValue = 90

    private static func skip(_ group: String, read: Int, _ rest: inout ArraySlice<UInt8>) throws(GS1Error) {
        if let length = predefined[group] {
            _ = try fixed(group, length - read, &rest)
        } else {
            _ = try text(group, longestValue, &rest)
        }
    }

    private static func checked(
        _ identifier: String, _ length: Int, _ rest: inout ArraySlice<UInt8>
    ) throws(GS1Error) -> String {
        let number = try fixed(identifier, length, &rest)
        guard let check = CheckDigit.gs1(body: number.dropLast()), number.hasSuffix(String(check)) else {
            throw .checkDigit(identifier)
        }
        return number
    }

    private static func date(_ identifier: String, _ rest: inout ArraySlice<UInt8>) throws(GS1Error) -> GS1Date {
        guard let date = GS1Date(try fixed(identifier, 6, &rest)) else { throw .date(identifier) }
        return date
    }

    private static func weight(
        _ identifier: String, _ start: Int, _ rest: inout ArraySlice<UInt8>
    ) throws(GS1Error) -> GS1Weight {
        guard let decimals = digits(1, &rest).flatMap({ Int($0) }), decimals <= 5 else { throw .identifier(at: start) }
        guard let digits = Int64(try fixed(identifier, 6, &rest)) else { throw .character(identifier) }
        return GS1Weight(digits: digits, decimals: decimals)
    }

    private static func count(_ identifier: String, _ rest: inout ArraySlice<UInt8>) throws(GS1Error) -> Int {
        let text = try text(identifier, 8, &rest)
        guard text.utf8.allSatisfy(\.isDigit), let count = Int(text) else { throw .character(identifier) }
        return count
    }

    /// So many digits, and a GS behind them if there is one.
    private static func fixed(
        _ identifier: String, _ length: Int, _ rest: inout ArraySlice<UInt8>
    ) throws(GS1Error) -> String {
        let value = rest.prefix(length).prefix { $0 != ASCII.groupSeparator }
        guard value.count == length else { throw .length(identifier) }
        guard let digits = digits(length, &rest) else { throw .character(identifier) }
        if rest.first == ASCII.groupSeparator { rest.removeFirst() }
        return digits
    }

    /// Up to a GS, which goes too, or to the end.
    private static func text(
        _ identifier: String, _ most: Int, _ rest: inout ArraySlice<UInt8>
    ) throws(GS1Error) -> String {
        let value = rest.prefix { $0 != ASCII.groupSeparator }
        guard (1...most).contains(value.count) else { throw .length(identifier) }
        guard value.allSatisfy(isCharacter) else { throw .character(identifier) }
        rest = rest.dropFirst(value.count + 1)
        return String(decoding: value, as: UTF8.self)
    }

    /// Nil when so many digits do not come next; nothing is taken then.
    private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> String? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return String(decoding: digits, as: UTF8.self)
    }

    /// GS1's set of 82 characters, all of ASCII's printable ones but these.
    private static func isCharacter(_ byte: UInt8) -> Bool {
        (0x21...0x7A).contains(byte) && !#"#$@[\]^`"#.utf8.contains(byte)
    }
}
