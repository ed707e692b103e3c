public import Domain
public import Phrases

/// Why a slip looks as it does, whatever it tells.
public struct SlipMarks: Hashable, Sendable {
    /// It must not be taken for real.
    public var isPractice: Bool
    /// How often it may have come out before; 0 for the first one.
    public var copy: Int
    /// What it tells does not count any more.
    public var isVoided: Bool

    public init(isPractice: Bool = false, copy: Int = 0, isVoided: Bool = false) {
        self.isPractice = isPractice
        self.copy = copy
        self.isVoided = isVoided
    }
}

extension Slip {
    /// A slip with its marks and title above, and with what every slip has below.
    /// - Parameter feed: empty lines before the cut.
    public init(_ title: SlipWord, _ marks: SlipMarks, _ elements: [Element], feed: Int = 3) {
        self.init(title: title.phrase.both, marks, elements, feed: feed)
    }

    init(title: String, _ marks: SlipMarks, _ elements: [Element], feed: Int = 3) {
        let practice: [Element] = [
            .text(.practice, size: .double, alignment: .center, isBold: true),
            .text(SlipWord.doesNotCount.phrase.chinese, size: .double, alignment: .center, isBold: true),
            .text(SlipWord.doesNotCount.phrase.english, alignment: .center),
        ]
        var all: [Element] = []
        if marks.isPractice { all += practice + [.rule] }
        if marks.copy > 0 {
            all.append(.text(.copy(marks.copy), size: .double, alignment: .center, isBold: true))
        }
        if marks.isVoided { all.append(.text(.isVoided, size: .double, alignment: .center, isBold: true)) }
        all += [.text(title, size: .double, alignment: .center, isBold: true), .rule] + elements
        if marks.isPractice { all += [.rule] + practice }
        self.init(all + [.feed(feed), .cut])
    }

    /// Below what a record tells.
    public static let fromRecord: [Element] = .lines(.fromRecord, alignment: .center)

    /// The board's belief, and beside it whether it can be believed.
    public static func time(_ name: SlipWord, _ now: Now?) -> [Element] {
        guard let now else { return [.row(name, "-")] }
        let row = Element.row(name, now.wall.atPlace)
        return now.clock.isBelieved ? [row] : [row, .text(.clockNotSet, alignment: .right)]
    }
}

/// What lets anyone check the paper against the record.
extension RecordProof {
    var elements: [Slip.Element] {
        [
            .row(.record, "\(sequence)"), .row(.checkCode, String(hash.description.prefix(12))), .symbol(description),
        ] + .lines(.scanToCheck, alignment: .center)
    }
}
