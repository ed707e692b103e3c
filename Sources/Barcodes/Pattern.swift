/// A form of a number, written in the few signs of a regular expression that a table of carriers needs: characters that
/// stand for themselves, `\d`, `[0-9A-Z-]`, and after any of these `?`, `{n}` or `{n,m}`. It always means the whole text.
///
/// `Regex` is not `Sendable`, and a table that will one day come from a file should not be able to ask for more.
struct Pattern: Sendable {
    private struct Element {
        /// Bit n is ASCII character n.
        var members: UInt128
        var counts: ClosedRange<Int>
    }

    private var elements: [Element] = []

    func matches(_ text: some StringProtocol) -> Bool {
        Self.matches(elements[...], Array(text.utf8)[...])
    }

    private static func matches(_ elements: ArraySlice<Element>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = elements.first else { return text.isEmpty }
        let run = text.prefix(first.counts.upperBound).prefix { $0 < 128 && first.members >> UInt128($0) & 1 == 1 }
        guard run.count >= first.counts.lowerBound else { return false }
        return (first.counts.lowerBound...run.count).reversed().contains { count in
            matches(elements.dropFirst(), text.dropFirst(count))
        }
    }
}

extension Pattern: ExpressibleByStringLiteral {
    /// Traps on a literal that is no pattern: the table is part of the program, and a test reads all of it.
    init(stringLiteral literal: String) {
        guard let pattern = Pattern(parsing: literal) else { preconditionFailure("not a pattern: \(literal)") }
        self = pattern
    }
}

extension Pattern {
    /// Nil when the text has a sign this language does not know, or one that is not finished.
    init?(parsing text: String) {
        var rest = Array(text.utf8)[...]
        while let sign = rest.popFirst() {
            guard let members = Self.members(sign, &rest), let counts = Self.counts(&rest) else { return nil }
            elements.append(Element(members: members, counts: counts))
        }
    }

    private static let digits = bits(UInt8(ascii: "0")...UInt8(ascii: "9"))

    private static func bits(_ range: ClosedRange<UInt8>) -> UInt128 {
        range.reduce(0) { $0 | 1 << UInt128($1) }
    }

    private static func members(_ sign: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt128? {
        switch Character(Unicode.Scalar(sign)) {
        case "\\":
            rest.popFirst() == UInt8(ascii: "d") ? digits : nil
        case "[":
            set(&rest)
        case let character where character.isASCII && !"]{}?*+()|.^$".contains(character):
            bits(sign...sign)
        default:
            nil
        }
    }

    /// What follows `[`, up to and with the `]`. A `-` at the end stands for itself.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> UInt128? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var inside = rest[..<end]
        rest = rest[(end + 1)...]
        var members: UInt128 = 0
        while let low = inside.popFirst() {
            var high = low
            if inside.count >= 2, inside.first == UInt8(ascii: "-") {
                inside.removeFirst()
                high = inside.removeFirst()
            }
            guard low <= high, high < 128 else { return nil }
            members |= bits(low...high)
        }
        return members == 0 ? nil : members
    }

    private static func counts(_ rest: inout ArraySlice<UInt8>) -> ClosedRange<Int>? {
        switch rest.first {
        case UInt8(ascii: "?"):
            rest.removeFirst()
            return 0...1
        case UInt8(ascii: "{"):
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let limits = rest[..<end].dropFirst().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { Int(String(decoding: $0, as: UTF8.self)) }
            rest = rest[(end + 1)...]
            guard (1...2).contains(limits.count), let low = limits[0], let high = limits[limits.count - 1],
                0 <= low, low <= high
            else { return nil }
            return low...high
        default:
            return 1...1
        }
    }
}
