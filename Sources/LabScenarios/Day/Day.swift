public import Domain
public import Phrases
public import Wire
import Workflow

/// A whole day at one point, written down before it is played: what is scanned, what has to be answered, and on paper where
/// every parcel must be in the evening. The same for the same seed and size.
///
/// The paper knows nothing of desks or events: whoever wrote the script noted beside each line what a person would expect.
public struct Day: Sendable {
    public struct Scan: Hashable, Sendable {
        public enum Reader: Hashable, Sendable {
            case scanner, cards
            /// Typed at the screen's desk, through the local API.
            case screen
        }

        public enum Text: Hashable, Sendable, CustomStringConvertible {
            case plain(String)
            /// The pick-up code that the point gave this parcel.
            case code(of: String)
            /// Of the right form, and no parcel's here.
            case wrongCode

            public var description: String {
                switch self {
                case .plain(let text): "\"\(text)\""
                case .code(let subject): "the code of \(subject)"
                case .wrongCode: "a wrong code"
                }
            }
        }

        public var reader: Reader
        public var text: Text
        public var answer: ExpectedAnswer

        public init(_ text: Text, from reader: Reader = .scanner, _ answer: ExpectedAnswer) {
            self.reader = reader
            self.text = text
            self.answer = answer
        }
    }

    public enum Step: Hashable, Sendable {
        case scan(Scan)
        /// Scanned by the scanner one right after the other, without waiting for the answers.
        case burst([Scan])
        /// kioskd is killed after so many answers, while the rest is being scanned; power is off, and comes back. What was
        /// answered is saved; of the rest nobody knows, and all are scanned again by whoever signs in again. Only parcels
        /// may be in it.
        case powerCut([Scan], answers: Int)
        /// Nobody scans anything; the point says this by itself.
        case heard(ExpectedAnswer)
        case sendDocuments
        case loseBroker
        /// A new broker that remembers nothing.
        case returnBroker
        /// Until the center has acknowledged everything.
        case deliver
    }

    public struct Phase: Hashable, Sendable {
        public var time: String
        public var title: String
        public var steps: [Step] = []
    }

    public internal(set) var seed: UInt64
    public internal(set) var size: Int
    public internal(set) var phases: [Phase] = []
    public internal(set) var roster: Roster
    public internal(set) var expected: ExpectedList
    /// The paper: every parcel that was ever here.
    public internal(set) var expectedStates: [String: ExpectedParcelState] = [:]
    /// How many events of each type of parcels, hand-overs and people.
    public internal(set) var events: [EventType: Int] = [:]
    /// Scanned in practice only: nothing real may know them.
    public internal(set) var practised: Set<String> = []
    /// Names and ends of telephone numbers that the center told the point, and that must not come back.
    public internal(set) var personal: Set<String> = []
    /// Badges, and texts that were refused: they must stand nowhere.
    public internal(set) var secrets: Set<String> = []

    /// Each pull of the trigger, typed ones included; what a power cut makes people scan again is there twice.
    public var scanCount: Int {
        phases.flatMap(\.steps).reduce(0) { count, step in
            switch step {
            case .scan: count + 1
            case .burst(let scans), .powerCut(let scans, _): count + scans.count
            default: count
            }
        }
    }

    public static let kiosk = "k1310020007"
    /// The number of parcels: fewer have no room for every mistake, more no room in one list.
    public static let sizes = 100...1500
}

/// What an answer has to say; what is left out may be anything.
public struct ExpectedAnswer: Hashable, Sendable {
    public var words: Set<Answer.Word>
    public var subject: String?
    public var reason: String?
    public var status: Parcel.Status?
    /// The parcels of a pick-up that remain, or are named.
    public var parcels: Set<String>?
    public var scanned: Int?
    public var missing: Int?
    public var unexpected: Int?
    /// The shelf's letter: parcels for one kind of shelf never lie on another.
    public var shelf: String?
    public var isPractice = false

    public init(_ word: Answer.Word, _ subject: String? = nil, _ fill: (inout ExpectedAnswer) -> Void = { _ in }) {
        words = [word]
        self.subject = subject
        fill(&self)
    }

    /// What is wrong with an answer; `nil` if it is the expected one.
    public func complaint(about answer: JSON) -> String? {
        func differs(_ name: String, _ wanted: String?, _ found: String?) -> String? {
            wanted == nil || wanted == found ? nil : "\(name) \(found ?? "none") instead of \(wanted ?? "none")"
        }
        func number(_ name: String, _ wanted: Int?) -> String? {
            differs(name, wanted.map { String($0) }, answer["batch"]?[name]?.integer.map { String($0) })
        }
        let word = answer["word"]?.string.flatMap(Answer.Word.init)
        guard let word, words.contains(word) else {
            let wanted = words.map(\.rawValue).sorted().joined(separator: " or ")
            let reason = answer["reason"]?.string.map { " (\($0))" } ?? ""
            return "\"\(answer["word"]?.string ?? "nothing")\"\(reason) instead of \"\(wanted)\""
        }
        let named = Set((answer["parcels"]?.array ?? []).compactMap { $0["subject"]?.string })
        let differences: [String?] = [
            differs("subject", subject, answer["subject"]?.string),
            differs("reason", reason, answer["reason"]?.string),
            differs("status", status?.rawValue, answer["status"]?.string),
            differs("parcels", parcels?.sorted().joined(separator: " "), named.sorted().joined(separator: " ")),
            number("scanned", scanned), number("missingcount", missing), number("unexpectedcount", unexpected),
            differs("shelf", shelf, answer["slot"]?.string?.prefix(1).description),
            differs("practice", String(isPractice), String(answer["practice"]?.boolean ?? false)),
        ]
        return differences.compactMap(\.self).first
    }
}
