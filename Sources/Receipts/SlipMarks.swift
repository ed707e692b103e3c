public import Domain

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
    public init(_ title: String, _ marks: SlipMarks, _ elements: [Element], feed: Int = 3) {
        let practice: [Element] = [
            .text("练习 PRACTICE", size: .double, alignment: .center, isBold: true),
            .text("不算数", size: .double, alignment: .center, isBold: true),
            .text("does not count", alignment: .center),
        ]
        var all: [Element] = []
        if marks.isPractice { all += practice + [.rule] }
        if marks.copy > 0 {
            let count = marks.copy > 1 ? " \(marks.copy)" : ""
            all.append(.text("补打 COPY\(count)", size: .double, alignment: .center, isBold: true))
        }
        if marks.isVoided { all.append(.text("作废 VOID", size: .double, alignment: .center, isBold: true)) }
        all += [.text(title, size: .double, alignment: .center, isBold: true), .rule] + elements
        if marks.isPractice { all += [.rule] + practice }
        self.init(all + [.feed(feed), .cut])
    }

    /// Below what a record tells.
    public static let fromRecord: [Element] = [
        .text("按已保存的记录打印", alignment: .center), .text("Printed from the saved record", alignment: .center),
    ]

    /// The board's belief, and beside it whether it can be believed.
    public static func time(_ name: String, _ now: Now?) -> [Element] {
        guard let now else { return [.row(name, "-")] }
        let row = Element.row(name, beijing(now.wall))
        return now.clock == .synced ? [row] : [row, .text("时间未核对 clock not set", alignment: .right)]
    }

    /// To the minute. All of China keeps Beijing time, eight hours ahead of UTC and without summer time.
    public static func beijing(_ time: Timestamp) -> String {
        let hours: Int64 = 8
        let (shifted, overflows) = time.milliseconds.addingReportingOverflow(hours * 3_600_000)
        return String(Timestamp(milliseconds: overflows ? time.milliseconds : shifted).description.prefix(16))
            .replacing("T", with: " ")
    }
}

/// What lets anyone check the paper against the record.
extension RecordProof {
    var elements: [Slip.Element] {
        [
            .row("记录号 Record", "\(sequence)"), .row("校验码 Check", String(hash.description.prefix(12))),
            .symbol(description), .text("拿到站点扫此码，可核对记录", alignment: .center),
            .text("Scan it at the point to check", alignment: .center),
        ]
    }
}
