import Domain
public import Phrases

/// Elements in the words that paper has.
extension Slip.Element {
    public static func row(_ word: SlipWord, _ value: String) -> Slip.Element { .row(word.phrase.both, value) }

    /// Both languages on one line.
    public static func text(
        _ word: SlipWord, size: Slip.Size = .normal, alignment: Slip.Alignment = .left, isBold: Bool = false
    ) -> Slip.Element {
        .text(word.phrase.both, size: size, alignment: alignment, isBold: isBold)
    }
}

extension [Slip.Element] {
    /// The Chinese, and the English below it.
    public static func lines(
        _ word: SlipWord, alignment: Slip.Alignment = .left, isBold: Bool = false
    ) -> [Slip.Element] {
        [
            .text(word.phrase.chinese, alignment: alignment, isBold: isBold),
            .text(word.phrase.english, alignment: alignment),
        ]
    }
}

extension Slip {
    /// The sign stands before the currency's.
    static func yuan(_ amount: Money) -> String {
        amount < .zero ? "-￥\("\(amount)".dropFirst())" : "￥\(amount)"
    }
}
