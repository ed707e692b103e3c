import Domain

/// Looks for words that must not stand in a text. A word of letters, digits and dashes is looked for whole, so that the end
/// of a telephone number is not found inside a waybill or an event's id; anything else wherever it stands.
public struct LeakDetector: Sendable {
    private let whole: Set<String>
    private let parts: [[UInt8]]

    public init(words: some Sequence<String>) {
        let words = words.filter { !$0.isEmpty }
        whole = Set(words.filter { $0.utf8.allSatisfy(Self.isWordByte) })
        parts = words.filter { !$0.utf8.allSatisfy(Self.isWordByte) }.map { Array($0.utf8) }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
    }

    /// The words that stand in the text, in a fixed order.
    public func words(in text: some Collection<UInt8>) -> [String] {
        let bytes = Array(text)
        var found: Set<String> = []
        for word in bytes.split(whereSeparator: { !Self.isWordByte($0) }) {
            let word = String(decoding: word, as: UTF8.self)
            if whole.contains(word) { found.insert(word) }
        }
        return found.sorted() + parts.filter { Self.stands($0, in: bytes) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func stands(_ part: [UInt8], in text: [UInt8]) -> Bool {
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            text[start] == part[0] && text[start..<(start + part.count)].elementsEqual(part)
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: "-")
            || byte.isLetter
    }
}
