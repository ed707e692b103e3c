public import Domain

/// What to send when. It holds no event and knows no socket: the driver performs `send` by reading a batch from the
/// journal, and tells what came of it.
///
/// The cursor is the center's word alone. The broker's answer (PUBACK) only makes place for the next; nobody listening, or a
/// center that says it is offline, holds delivery, with a slow probe. How far sending runs ahead of the cursor grows with the
/// center's word and shrinks with its silence, so that a county that returns at once sends hardly anything twice.
public struct Delivery: Sendable {
    public enum Input: Hashable, Sendable {
        case linkUp(receiveMaximum: Int)
        case linkDown
        /// The journal's state changed: a new event, a moved cursor, or another epoch altogether.
        case journal(epoch: Epoch, head: Int64, acknowledged: Int64, anchor: Int64)
        /// The answer to `send`: the batch went to the broker under this id, and its last event is `through`.
        case sent(id: Int32, through: Int64)
        /// The answer to `send`, when nothing could be read or handed over.
        case notSent
        case published(id: Int32, Answer)
        /// The center has committed up to the journal's cursor, and misses these.
        case acknowledged(missing: [ClosedRange<Int64>])
        /// What the center says of itself. News is what it says now; the rest is what the broker remembers of it.
        case center(isOnline: Bool, isNews: Bool = false)
        /// A person asks for a try at once, whatever holds delivery.
        case asked
        case tick
    }

    /// What the broker said to a batch.
    public enum Answer: Hashable, Sendable {
        case taken
        case nobodyListens
        case notAuthorised
        case refused
    }

    public enum Action: Hashable, Sendable {
        /// Send the next batch after this event, and answer with `sent` or `notSent`.
        case send(after: Int64)
        /// The broker took what was sent and answers nothing: the connection is of no use.
        case reconnect
    }

    public enum Hold: Hashable, Sendable {
        case centerAbsent
        case notAuthorised
        case refused
    }

    public struct Timing: Hashable, Sendable {
        /// Without an acknowledgement for so long, and up to a quarter more, everything after the cursor is sent again; then twice
        /// as long, and so on.
        public var acknowledgementTimeout: Duration = .seconds(30)
        public var longestAcknowledgementTimeout: Duration = .seconds(480)
        /// By how many hundredths of it at most.
        public var patienceSpread: Int64 = 25
        /// So many events may run ahead before the center has said anything.
        public var firstAhead: Int64 = 100
        /// Without any answer of the broker for so long, the connection is given up; 0 for never.
        public var brokerTimeout: Duration = .seconds(60)
        public var probeInterval: Duration = .seconds(300)
        public var notAuthorisedProbeInterval: Duration = .seconds(600)
        /// When the center returns, delivery resumes somewhere in this time.
        public var resumeSpread: Duration = .seconds(60)
        /// The same gap reported again within this time asks for nothing new: the answer is on its way.
        public var gapInterval: Duration = .seconds(5)

        /// The times of a point whose settings say nothing else.
        public init() {}
    }

    public static let mostBatches = 16
    /// How far, in events, sending may run ahead of the cursor: it bounds what the broker has to hold for a slow center.
    public static let mostAhead: Int64 = 64 * batch
    private static let batch: Int64 = 50
    /// Up to so much it doubles, and from there on grows by a batch for each of its lengths.
    static let steadyAhead = 16 * batch

    private let timing: Timing
    private var generator: SeededGenerator
    private var window = 0
    private var isLinked = false
    private var epoch: Epoch?
    private var head: Int64 = 0
    private var cursor: Int64 = 0
    private var anchor: Int64 = 0
    /// The last event handed over since the link came up; sending goes on after it.
    private var sent: Int64 = 0
    private var flights: Set<Int32> = []
    private var awaitsSend = false
    private var waitingSince: Uptime?
    /// When silence is taken for a loss.
    private var patience: Int64 = 0
    /// How often in a row the center did not answer in time.
    public private(set) var silences = 0
    private var ahead: Int64
    /// When the broker answered last, while it owes an answer.
    private var answeredAt: Uptime?
    private var refusals = 0
    /// What was under way when delivery was held: its answers say nothing that was not known by then. One burst that was refused is
    /// one refusal, and what was taken of it ends nothing.
    private var stale: Set<Int32> = []
    private var lastGap: (from: Int64, at: Uptime)?
    /// The last event before what the center lacks although it once acknowledged it: it has lost data, and nothing else would
    /// ever send that again. `nil` as long as it lacks nothing from before the cursor.
    private var owed: Int64?
    private var isCenterKnownOffline = false
    private var held: (cause: Hold, probeAt: Uptime)?
    private var isProbing = false

    /// - Parameter seed: kiosks that draw differently do not come all at once.
    public init(timing: Timing = Timing(), seed: UInt64) {
        self.timing = timing
        ahead = timing.firstAhead
        generator = SeededGenerator(seed: seed)
    }

    public var hold: Hold? { held?.cause }

    /// After which event sending begins again when something was lost on the way. What is pruned cannot be sent.
    private var origin: Int64 { max(owed ?? cursor, anchor) }

    /// When `tick` is due; `nil` while only an event can change anything.
    public var deadline: Uptime? {
        guard isLinked else { return nil }
        let answer = answerDue
        let due = held.map { origin < head ? $0.probeAt : nil } ?? waitingSince.map { $0 + patience }
        return [answer, due].compactMap(\.self).min()
    }

    private var answerDue: Uptime? {
        flights.isEmpty || timing.brokerTimeout.milliseconds == 0
            ? nil : answeredAt.map { $0 + timing.brokerTimeout }
    }

    public mutating func handle(_ input: Input, at now: Uptime) -> [Action] {
        switch input {
        case .linkUp(let receiveMaximum):
            isLinked = true
            window = max(1, min(receiveMaximum, Self.mostBatches))
            flights = []
            ahead = timing.firstAhead
            (silences, refusals) = (0, 0)
            startOver()
            if !isCenterKnownOffline { held = nil }
        case .linkDown:
            isLinked = false
            isCenterKnownOffline = false
            held = nil
            flights = []
            startOver()
        case .journal(let epoch, let head, let acknowledged, let anchor):
            self.head = head
            self.anchor = anchor
            if epoch != self.epoch {
                self.epoch = epoch
                cursor = acknowledged
                // What is in flight stays counted: the broker still owes its answers.
                startOver()
            } else if acknowledged > cursor {
                widen(by: acknowledged - cursor)
                cursor = acknowledged
                held = nil
                refusals = 0
                progress(now)
            }
        case .sent(let id, let through):
            awaitsSend = false
            if flights.isEmpty { answeredAt = now }
            flights.insert(id)
            sent = max(sent, through)
            if waitingSince == nil { wait(now) }
        case .notSent:
            awaitsSend = false
            // Try again after a while rather than at once: whatever refused it is not gone yet.
            hold(.refused, probeAfter: timing.gapInterval.milliseconds, now)
            return []
        case .published(let id, let answer):
            guard flights.remove(id) != nil else { break }
            answeredAt = now
            if stale.remove(id) == nil || held == nil { published(answer, now) }
        case .acknowledged(let missing):
            // The center is there. What the broker refused, it goes on refusing until the cursor has moved.
            if held?.cause == .centerAbsent { held = nil }
            isCenterKnownOffline = false
            let mark = missing.first.map { $0.lowerBound - 1 }
            owed = mark.flatMap { $0 < cursor ? $0 : nil }
            if let mark { rewind(to: mark, now) } else if sent <= cursor { waitingSince = nil }
        case .center(let isOnline, let isNews):
            centerChanged(isOnline, isNews, now)
        case .asked:
            held = held.map { ($0.cause, now) }
            tick(now)
        case .tick:
            if isLinked, let answerDue, answerDue <= now {
                // Until the link is up again there is nothing to do.
                isLinked = false
                return [.reconnect]
            }
            tick(now)
        }
        return pump(now)
    }

    // MARK: Steps

    private mutating func startOver() {
        awaitsSend = false
        owed = nil
        sent = cursor
        waitingSince = nil
        lastGap = nil
    }

    private mutating func progress(_ now: Uptime) {
        if sent < cursor { sent = cursor }
        silences = 0
        if sent > cursor { wait(now) } else { waitingSince = nil }
    }

    /// The clock of the center's silence begins, each kiosk's a little different: a thousand that lost one message together
    /// must not all speak again in one second.
    private mutating func wait(_ now: Uptime) {
        waitingSince = now
        let base = min(
            timing.acknowledgementTimeout.milliseconds << min(silences, 10),
            timing.longestAcknowledgementTimeout.milliseconds)
        patience = base + Int64.random(in: 0...max(base * timing.patienceSpread / 100, 0), using: &generator)
    }

    private mutating func widen(by events: Int64) {
        let grown = ahead < Self.steadyAhead ? ahead + events : ahead + max(events * Self.batch / ahead, 1)
        ahead = min(grown, Self.mostAhead)
    }

    private mutating func narrow() {
        silences += 1
        ahead = max(ahead / 2, timing.firstAhead)
    }

    private mutating func published(_ answer: Answer, _ now: Uptime) {
        switch answer {
        case .taken:
            // The broker takes it and somebody listens. Only the center's own acknowledgement ends a known absence.
            if let held { self.held = isCenterKnownOffline ? (.centerAbsent, held.probeAt) : nil }
        case .nobodyListens: hold(.centerAbsent, probeAfter: timing.probeInterval.milliseconds, now)
        case .notAuthorised: hold(.notAuthorised, probeAfter: timing.notAuthorisedProbeInterval.milliseconds, now)
        case .refused:
            // Most refusals pass: a quota of the minute, a broker that is short of memory.
            let after = min(timing.gapInterval.milliseconds << min(refusals, 10), timing.probeInterval.milliseconds)
            refusals += 1
            ahead = max(ahead / 2, timing.firstAhead)
            hold(.refused, probeAfter: after, now)
        }
    }

    private mutating func hold(_ cause: Hold, probeAfter milliseconds: Int64, _ now: Uptime) {
        held = (cause, now + milliseconds)
        stale = flights
        sent = origin
        waitingSince = nil
    }

    private mutating func rewind(to mark: Int64, _ now: Uptime) {
        guard mark < sent else { return }
        // However it ends, it is looked after: the answer that is on its way may be lost.
        if waitingSince == nil { wait(now) }
        if let lastGap, lastGap.from == mark, now - lastGap.at < timing.gapInterval.milliseconds { return }
        lastGap = (mark, now)
        // A center that lost its own data may ask for events from before the cursor; what is not pruned is sent again.
        sent = max(mark, anchor)
        wait(now)
    }

    private mutating func centerChanged(_ isOnline: Bool, _ isNews: Bool, _ now: Uptime) {
        isCenterKnownOffline = !isOnline
        if !isOnline {
            hold(.centerAbsent, probeAfter: timing.probeInterval.milliseconds, now)
            return
        }
        // It has just come. What was sent before may have reached nobody, even if somebody else listened, and what it lacks is
        // not what it lacked before.
        if isNews { lastGap = nil }
        if isNews, sent > cursor { hold(.centerAbsent, probeAfter: timing.probeInterval.milliseconds, now) }
        if let held, held.cause == .centerAbsent {
            let wait = Int64.random(in: 0...max(timing.resumeSpread.milliseconds, 0), using: &generator)
            self.held = (held.cause, min(held.probeAt, now + wait))
        }
    }

    private mutating func tick(_ now: Uptime) {
        guard isLinked else { return }
        if let held {
            // With nothing to send the probe stays due.
            guard held.probeAt <= now, origin < head else { return }
            let interval =
                held.cause == .notAuthorised
                ? timing.notAuthorisedProbeInterval.milliseconds : timing.probeInterval.milliseconds
            guard flights.isEmpty, !awaitsSend else {
                // Looked at again soon: what is under way is answered, or the connection given up.
                self.held = (held.cause, now + timing.gapInterval)
                return
            }
            self.held = (held.cause, now + interval)
            // One batch, to see, and always the first: the last probe may be lost. The hold stays until an answer.
            sent = origin
            isProbing = true
        } else if let since = waitingSince, now - since >= patience {
            narrow()
            sent = origin
            wait(now)
        }
    }

    private mutating func pump(_ now: Uptime) -> [Action] {
        guard isLinked, !awaitsSend, sent < head, flights.count < window, sent - cursor < ahead else {
            return []
        }
        guard held == nil || isProbing else { return [] }
        isProbing = false
        awaitsSend = true
        return [.send(after: sent)]
    }
}
