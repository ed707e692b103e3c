import Domain

/// A text as Code 128 for a printer that draws it itself.
///
///     1D 68 n   height in dots          1D 77 n   a module in dots, 2 at least
///     1D 48 00  nothing written below   1D 6B 49 n data
///
/// The data begin with the set of characters: `{B` is ASCII, with `{` itself doubled, and `{C` is pairs of digits, a byte of
/// 0 to 99 each. Pairs take half the room, without which a lot's label would not fit paper of 58 mm.
/// Source: Protocols.md in the catalogue.
struct Code128 {
    /// As after `1D 6B 49 n`.
    let data: [UInt8]
    /// Without the quiet zones, which the paper's own margins are.
    let modules: Int

    /// `nil` for a text that is empty or has more than printable ASCII.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 80, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        let packed = Self.packed(bytes)
        self = SlipPicture.isObeyed(packed.data) ? Self.plain(bytes) : packed
    }

    private init(_ data: [UInt8], symbols: Int) {
        self.data = data
        // Each with eleven modules, with the start, the check and the stop, which has two more.
        modules = 11 * (symbols + 3) + 2
    }

    private static func plain(_ bytes: [UInt8]) -> Code128 {
        Code128([0x7B, 0x42] + escaped(bytes[...]), symbols: bytes.count)
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.flatMap { $0 == UInt8(ascii: "{") ? [$0, $0] : [$0] }
    }

    /// Pairs for the digits at the end, when there are four or more and so the change of sets pays.
    private static func packed(_ bytes: [UInt8]) -> Code128 {
        let digits = bytes.reversed().prefix { $0.isDigit }.count / 2 * 2
        guard digits >= 4 else { return plain(bytes) }
        let head = bytes.dropLast(digits)
        let tail = Array(bytes.suffix(digits))
        let pairs = stride(from: 0, to: digits, by: 2).map { index in
            (tail[index] - UInt8(ascii: "0")) * 10 + (tail[index + 1] - UInt8(ascii: "0"))
        }
        let start: [UInt8] = head.isEmpty ? [] : [0x7B, 0x42] + escaped(head)
        return Code128(start + [0x7B, 0x43] + pairs, symbols: head.count + (head.isEmpty ? 0 : 1) + pairs.count)
    }
}
