public import Domain
public import LabDevices
public import Phrases
public import ScaleProtocols
public import Wire
import Workflow

/// A day at the scale of one point, written down before it is played: what is laid on which scale, what is scanned, what has
/// to be answered, and on paper what every farmer has coming. The same for the same seed and size.
///
/// The paper knows nothing of desks, lots or prices as the programs reckon them: it adds whole grams and whole fen.
public struct WeighDay: Sendable {
    /// A scale that stands on the counter for a part of the day.
    public struct Scale: Hashable, Sendable {
        public var protocolName: ScaleProtocolName
        /// By which the kiosk's settings name it.
        public var profile: String
        public var options: ScaleOptions
        /// d, in grams.
        public var interval: Int64
        /// Its frames say whether it is at rest; else the kiosk infers it.
        public var saysRest = true
        /// What the desk answers while it is overloaded, and while it is below zero.
        public var overloaded = "scale-overloaded"
        public var negative = "scale-negative"
        /// Its frames tell what its own tare key took off.
        public var tellsTare = false
    }

    /// What kioskd's own status shows of the scale; a person would look at the display.
    public enum Sight: Hashable, Sendable {
        case rest(grams: Int64)
        case moving, over, negative
        /// Nothing lies there, at rest or not.
        case empty
        /// No sound frame for a second.
        case nothing
        case unplugged
    }

    public struct Scan: Hashable, Sendable {
        public enum Text: Hashable, Sendable {
            case plain(String)
            /// The code on the receipt of the so-manieth crate of this day.
            case receipt(Int)
            /// The code on the paper of the so-manieth payment.
            case payment(Int)
        }

        public var text: Text
        public var answer: WeighAnswer
    }

    public enum Step: Hashable, Sendable {
        case scan(Scan)
        /// One right after the other, without waiting for the answers.
        case burst([Scan])
        case put(grams: Int64)
        case swing(grams: Int64)
        case fail(SimulatedScale.Fault)
        /// A key of the indicator itself.
        case press(ScaleCommand)
        /// Until it is so.
        case see(Sight)
        /// kioskd ends, another scale is connected, and it starts with that one in its settings.
        case change(Scale)
        /// "Record" is scanned, and after so many microseconds kioskd is killed. Nobody knows whether it was saved.
        case killWhileRecording(microseconds: UInt32)
        case kill
        /// Broker and kioskd end at the same moment, and both return.
        case powerCut
        case loseBroker
        case returnBroker
        case sendRoster
        case sendCatalog(Catalog)
        /// What becomes of the printer.
        case printer(SimulatedPrinter.Condition)
        /// Until the center has acknowledged everything.
        case deliver
        /// Every farmer's account is printed, and nothing waits for paper any more.
        case printAccounts
    }

    public struct Phase: Hashable, Sendable {
        public var title: String
        public var steps: [Step] = []
    }

    public internal(set) var seed: UInt64
    public internal(set) var size: Int
    public internal(set) var phases: [Phase] = []
    public internal(set) var roster = Roster(version: 1, people: [])
    public internal(set) var paper = ExpectedLedger()
    /// What has to stand in no event and no log: names, ends of telephone numbers, badges.
    public internal(set) var secrets: Set<String> = []
    /// What went wrong on purpose, and how often.
    public internal(set) var incidents: [String: Int] = [:]

    /// The number of crates: fewer have no room for every mistake.
    public static let sizes = 55...1000

    static let county = "131002"

    public var scanCount: Int {
        phases.flatMap(\.steps).reduce(0) { count, step in
            switch step {
            case .scan, .killWhileRecording: count + 1
            case .burst(let scans): count + scans.count
            default: count
            }
        }
    }
}

/// What an answer at the scale has to say; what is left out may be anything.
public struct WeighAnswer: Hashable, Sendable {
    public var words: Set<Answer.Word>
    public var reasons: Set<String> = []
    /// The crate's place in the day, from 1: its number has to end so.
    public var crate: Int?
    /// Members of `goods`; `.null` must not be there.
    public var goods: [String: JSON] = [:]
    /// Members of `money`, likewise; and of `till`.
    public var money: [String: JSON] = [:]
    public var till: [String: JSON] = [:]

    public init(
        _ words: Answer.Word..., goods: [String: JSON] = [:], money: [String: JSON] = [:], till: [String: JSON] = [:]
    ) {
        self.words = Set(words)
        (self.goods, self.money, self.till) = (goods, money, till)
    }

    /// The scale shows nothing that may be recorded, for one of these reasons.
    public static func scale(_ reasons: String...) -> Self {
        var answer = Self(.scale)
        answer.reasons = Set(reasons)
        return answer
    }

    /// What is wrong with an answer; `nil` if it is the expected one.
    public func complaint(about answer: JSON) -> String? {
        let found = answer["word"]?.string ?? "nothing"
        let reason = answer["reason"]?.string
        guard let word = Answer.Word(rawValue: found), words.contains(word) else {
            let wanted = words.map(\.rawValue).sorted().joined(separator: " or ")
            return "\"\(found)\"\(reason.map { " (\($0))" } ?? "") instead of \"\(wanted)\""
        }
        if word == .scale, !reasons.isEmpty, !reasons.contains(reason ?? "") {
            return "refused as \(reason ?? "nothing") instead of \(reasons.sorted().joined(separator: " or "))"
        }
        // The rest is about a crate that was saved, where it need not have been.
        guard word != .scale, word != .noLot else { return nil }
        if let crate, WeighRow.count(answer["subject"]?.string) != Int64(crate) {
            return "number \(answer["subject"]?.string ?? "none") for crate \(crate)"
        }
        for (part, members) in [("goods", goods), ("money", money), ("till", till)] {
            for (name, wanted) in members.sorted(by: { $0.key < $1.key }) {
                let found = answer[part]?[name] ?? .null
                if found != wanted { return "\(name) \(found.canonicalText) instead of \(wanted.canonicalText)" }
            }
        }
        return nil
    }
}
