/// The same in both languages, Chinese first.
public struct Phrase: Hashable, Sendable {
    public var chinese: String
    public var english: String

    public init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    public static let empty = Phrase("", "")

    /// On one line, as paper has it; once where both are the same.
    public var both: String { chinese == english ? chinese : "\(chinese) \(english)" }

    public static func + (left: Phrase, right: Phrase) -> Phrase {
        Phrase(left.chinese + right.chinese, left.english + right.english)
    }
}
