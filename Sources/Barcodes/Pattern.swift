/// A form of a number, written in the few signs of a regular expression that a table of carriers needs: characters that
/// stand for themselves, `\d`, `[0-9A-Z-]`, and after any of these `?`, `{n}` or `{n,m}`. It always means the whole text.
///
/// `Regex` is not `Sendable`, and a table that comes from a file should not be able to ask for more.
struct Pattern: Sendable {
    fileprivate struct Element: Sendable {
        /// Bit n is ASCII character n.
        var members: UInt128
        var counts: ClosedRange<Int>
    }

    /// More than any number has; `matches` keeps its places in the bits of one word.
    static let longest = 63

    private var elements: [Element] = []
    /// Of the texts that match, in bytes.
    private(set) var lengths = 0...0

    /// Every character that can stand somewhere in a text that matches: bit n is ASCII character n.
    var members: UInt128 { elements.reduce(0) { $0 | $1.members } }

    func matches(_ text: some StringProtocol) -> Bool { matches(Array(text.utf8)[...]) }

    /// At most one look at each byte for each sign, whatever the pattern and the text: neither can make the other slow.
    func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard lengths.contains(bytes.count) else { return false }
        // Bit n: the signs so far can have taken n bytes.
        var reached: UInt64 = 1
        for element in elements {
            reached = element.step(reached, bytes)
            if reached == 0 { return false }
        }
        return reached >> UInt64(bytes.count) & 1 == 1
    }
}

extension Pattern.Element {
    /// The places that this sign can lead to from those reached, none of them behind the text's end.
    fileprivate func step(_ reached: UInt64, _ bytes: ArraySlice<UInt8>) -> UInt64 {
        let first = reached.trailingZeroBitCount
        let last = UInt64.bitWidth - 1 - reached.leadingZeroBitCount
        let window = bytes[(bytes.startIndex + first)...].prefix(last - first + counts.upperBound)
        if first == last {
            // Nearly always there is one place only; the run of members from there decides.
            let run = window.prefix(while: contains).count
            guard run >= counts.lowerBound else { return 0 }
            // The bits from the lower bound to the run; of the longest run the bit behind it has left the word.
            return ((2 << UInt64(run)) &- (1 << UInt64(counts.lowerBound))) << UInt64(first)
        }
        var ofElement: UInt64 = 0
        for (offset, byte) in window.enumerated() where contains(byte) { ofElement |= 1 << UInt64(first + offset) }
        var current = reached
        var ends = counts.lowerBound == 0 ? current : 0
        var count = 0
        while count < counts.upperBound, current != 0 {
            count += 1
            current = (current & ofElement) << 1
            if count >= counts.lowerBound { ends |= current }
        }
        return ends
    }

    private func contains(_ byte: UInt8) -> Bool { byte < 128 && members &>> UInt128(byte) & 1 == 1 }
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
            guard elements.count <= Self.longest, counts.upperBound <= Self.longest - lengths.upperBound else {
                return nil
            }
            lengths = lengths.lowerBound + counts.lowerBound...lengths.upperBound + counts.upperBound
        }
    }

    private static let digits = bits(UInt8(ascii: "0")...UInt8(ascii: "9"))

    private static let letters = bits(UInt8(ascii: "A")...UInt8(ascii: "Z"))

    /// What waybills are made of.
    static let waybillMembers = digits | letters | bits(UInt8(ascii: "-")...UInt8(ascii: "-"))

    /// Whether every text that matches is two letters, nine digits and two letters.
    var isS10: Bool {
        let places = elements.flatMap { element in
            Array(repeating: element.members, count: element.counts.upperBound)
        }
        return lengths == 13...13
            && places.enumerated().allSatisfy { place, members in
                members & ~((2...10).contains(place) ? Self.digits : Self.letters) == 0
            }
    }

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
