public import Domain
public import Wire

/// The account in the evening: the script's paper, the kiosk, and the center, parcel by parcel.
public struct Reconciliation: Sendable {
    public struct LedgerViews: Sendable {
        /// The kiosk's events and the center's, each as its own program printed it.
        public var kioskEvents: [EventMessage] = []
        public var centerEvents: [EventMessage] = []
        /// What the kiosk shows of every parcel, here or gone.
        public var kioskParcels: [String: ExpectedParcelState] = [:]
        /// What the center's own list shows.
        public var centerParcels: [String: ExpectedParcelState] = [:]
        /// What the center found wrong with the kiosk.
        public var alarms: [String] = []

        public init() {}
    }

    public struct Row: Hashable, Sendable {
        public var name: String
        public var paper: Int
        public var kiosk: Int
        public var center: Int
    }

    /// How many parcels are in each state, and how many events there are of each type.
    public let states: [Row]
    public let events: [Row]
    /// Empty if and only if everything matches.
    public let differences: [String]

    public init(_ day: Day, _ sides: LedgerViews) {
        let kiosk = ExpectedParcelState.folded(sides.kioskEvents.map(\.event))
        let center = ExpectedParcelState.folded(sides.centerEvents.map(\.event))
        var differences: [String] = []
        func compare(_ name: String, _ account: [String: ExpectedParcelState], _ paper: [String: ExpectedParcelState]) {
            for subject in Set(account.keys).union(paper.keys).sorted() where account[subject] != paper[subject] {
                differences.append(
                    "\(name) has \(subject) as \(account[subject].map { "\($0)" } ?? "unknown"); "
                        + "it is \(paper[subject].map { "\($0)" } ?? "unknown")")
            }
        }
        let shown = day.expectedStates.mapValues(\.shown)
        compare("the center's events", center, day.expectedStates)
        compare("the kiosk's events", kiosk, day.expectedStates)
        compare("the center's list", sides.centerParcels, shown)
        compare("the kiosk's list", sides.kioskParcels, shown)
        differences += Self.chainDifferences(sides.kioskEvents, sides.centerEvents)
        differences += sides.alarms.map { "the center raised the alarm \($0)" }

        states = Parcel.Status.allCases.map { status in
            func count(_ expectedStates: [String: ExpectedParcelState]) -> Int {
                expectedStates.values.count { $0.status == status }
            }
            return Row(
                name: status.rawValue, paper: count(day.expectedStates), kiosk: count(sides.kioskParcels),
                center: count(center))
        }
        let types = Self.countedTypes.sorted { $0.text < $1.text }
        events = types.map { type in
            func count(_ events: [EventMessage]) -> Int { events.count { $0.event.draft.type == type } }
            return Row(
                name: type.text, paper: day.events[type, default: 0], kiosk: count(sides.kioskEvents),
                center: count(sides.centerEvents))
        }
        for row in events where row.paper != row.center {
            differences.append("the center has \(row.center) events \(row.name); there were \(row.paper)")
        }
        let watch = LeakDetector(words: day.personal.union(day.secrets).union(day.practised))
        self.differences = differences + Self.leaks(watch, sides.centerEvents)
    }

    /// Those that the script can foretell; when a device starts or the clock is set, it cannot.
    public static let countedTypes: Set<EventType> = [
        .parcelReceived, .parcelRelocated, .parcelCollected, .parcelReturned, .parcelDispatched, .parcelAccepted,
        .parcelFlagged, .parcelCorrected, .batchOpened, .batchClosed, .operatorSignedIn, .operatorSignedOut,
        .expectedApplied, .rosterApplied,
    ]

    /// The very same events on both sides, in the same order, in one chain without a gap.
    static func chainDifferences(_ kiosk: [EventMessage], _ center: [EventMessage]) -> [String] {
        var differences: [String] = []
        if kiosk.count != center.count {
            differences.append("the kiosk has \(kiosk.count) events, the center \(center.count)")
        }
        if let place = zip(kiosk, center).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
            differences.append("event \(place + 1) is not the same at the kiosk and at the center")
        }
        var previous = Head.genesis
        for message in center {
            let event = message.event
            guard event.sequence == previous.sequence + 1, event.previousHash == previous.hash,
                HashChain(kiosk: message.kiosk, epoch: message.epoch).holds(event)
            else {
                differences.append("the center's chain breaks at event \(event.sequence)")
                break
            }
            previous = Head(sequence: event.sequence, hash: event.hash)
        }
        return differences
    }

    /// Whatever must not have come to the center.
    static func leaks(_ watch: LeakDetector, _ events: [EventMessage]) -> [String] {
        var leaks: [String] = []
        for message in events {
            for word in watch.words(in: message.event.draft.readable) {
                leaks.append("event \(message.event.sequence) holds \"\(word)\"")
            }
        }
        return leaks
    }
}

extension EventDraft {
    /// Everything that a person could read in an event, without its hashes and times.
    fileprivate var readable: [UInt8] {
        Array("\(subject ?? "") \(actor ?? "") ".utf8) + data
    }
}
