public import Domain

/// What to send when. It holds no event and knows no socket: the driver performs `send` by reading a batch from the
/// journal, and tells what came of it.
///
/// The cursor is the center's word alone. The broker's answer (PUBACK) only opens the window; nobody listening, or a
/// center that says it is offline, holds delivery, with a slow probe.
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
    }

    public enum Hold: Hashable, Sendable {
        case centerAbsent
        case notAuthorised
        case refused
    }

    public struct Timing: Hashable, Sendable {
        /// Without an acknowledgement for so long, everything after the cursor is sent again.
        public var acknowledgementMilliseconds: Int64 = 30_000
        public var probeMilliseconds: Int64 = 300_000
        public var notAuthorisedProbeMilliseconds: Int64 = 600_000
        /// When the center returns, delivery resumes somewhere in this time.
        public var resumeSpreadMilliseconds: Int64 = 60_000
        /// The same gap reported again within this time asks for nothing new: the answer is on its way.
        public var gapMilliseconds: Int64 = 5000

        public init() {}
    }

    public static let mostBatches = 16
    /// How far, in events, sending may run ahead of the cursor: it bounds what the broker has to hold for a slow center.
    public static let mostAhead: Int64 = 64 * 50

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
    private var lastGap: (from: Int64, at: Uptime)?
    /// The last event before what the center lacks although it once acknowledged it: it has lost data, and nothing else would
    /// ever send that again. `nil` as long as it lacks nothing from before the cursor.
    private var owed: Int64?
    private var isCenterKnownOffline = false
    private var held: (cause: Hold, probeAt: Uptime)?
    private var isProbing = false

    public init(timing: Timing = Timing(), seed: UInt64) {
        self.timing = timing
        generator = SeededGenerator(seed: seed)
    }

    public var hold: Hold? { held?.cause }

    /// After which event sending begins again when something was lost on the way. What is pruned cannot be sent.
    private var origin: Int64 { max(owed ?? cursor, anchor) }

    /// When `tick` is due; `nil` while only an event can change anything.
    public var deadline: Uptime? {
        guard isLinked else { return nil }
        if let held { return origin < head ? held.probeAt : nil }
        return waitingSince.map { $0 + timing.acknowledgementMilliseconds }
    }

    public mutating func handle(_ input: Input, at now: Uptime) -> [Action] {
        switch input {
        case .linkUp(let receiveMaximum):
            isLinked = true
            window = max(1, min(receiveMaximum, Self.mostBatches))
            flights = []
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
                cursor = acknowledged
                held = nil
                progress(now)
            }
        case .sent(let id, let through):
            awaitsSend = false
            flights.insert(id)
            sent = max(sent, through)
            if waitingSince == nil { waitingSince = now }
        case .notSent:
            awaitsSend = false
            // Try again after a while rather than at once: whatever refused it is not gone yet.
            hold(.refused, probeAfter: timing.gapMilliseconds, now)
            return []
        case .published(let id, let answer):
            guard flights.remove(id) != nil else { break }
            published(answer, now)
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
        waitingSince = sent > cursor ? now : nil
    }

    private mutating func published(_ answer: Answer, _ now: Uptime) {
        switch answer {
        case .taken:
            // The broker takes it and somebody listens. Only the center's own acknowledgement ends a known absence.
            if let held { self.held = isCenterKnownOffline ? (.centerAbsent, held.probeAt) : nil }
        case .nobodyListens: hold(.centerAbsent, probeAfter: timing.probeMilliseconds, now)
        case .notAuthorised: hold(.notAuthorised, probeAfter: timing.notAuthorisedProbeMilliseconds, now)
        case .refused: hold(.refused, probeAfter: timing.probeMilliseconds, now)
        }
    }

    private mutating func hold(_ cause: Hold, probeAfter milliseconds: Int64, _ now: Uptime) {
        held = (cause, now + milliseconds)
        sent = origin
        waitingSince = nil
    }

    private mutating func rewind(to mark: Int64, _ now: Uptime) {
        guard mark < sent else { return }
        // However it ends, it is looked after: the answer that is on its way may be lost.
        waitingSince = waitingSince ?? now
        if let lastGap, lastGap.from == mark, now - lastGap.at < timing.gapMilliseconds { return }
        lastGap = (mark, now)
        // A center that lost its own data may ask for events from before the cursor; what is not pruned is sent again.
        sent = max(mark, anchor)
        waitingSince = now
    }

    private mutating func centerChanged(_ isOnline: Bool, _ isNews: Bool, _ now: Uptime) {
        isCenterKnownOffline = !isOnline
        if !isOnline {
            hold(.centerAbsent, probeAfter: timing.probeMilliseconds, now)
            return
        }
        // It has just come. What was sent before may have reached nobody, even if somebody else listened, and what it lacks is
        // not what it lacked before.
        if isNews { lastGap = nil }
        if isNews, sent > cursor { hold(.centerAbsent, probeAfter: timing.probeMilliseconds, now) }
        if let held, held.cause == .centerAbsent {
            let wait = Int64.random(in: 0...max(timing.resumeSpreadMilliseconds, 0), using: &generator)
            self.held = (held.cause, min(held.probeAt, now + wait))
        }
    }

    private mutating func tick(_ now: Uptime) {
        guard isLinked else { return }
        if let held {
            // With nothing to send the probe stays due.
            guard held.probeAt <= now, origin < head else { return }
            let interval =
                held.cause == .notAuthorised ? timing.notAuthorisedProbeMilliseconds : timing.probeMilliseconds
            self.held = (held.cause, now + interval)
            guard flights.isEmpty, !awaitsSend else { return }
            // One batch, to see, and always the first: the last probe may be lost. The hold stays until an answer.
            sent = origin
            isProbing = true
        } else if let since = waitingSince, now - since >= timing.acknowledgementMilliseconds {
            sent = origin
            waitingSince = now
        }
    }

    private mutating func pump(_ now: Uptime) -> [Action] {
        guard isLinked, !awaitsSend, sent < head, flights.count < window, sent - cursor < Self.mostAhead else {
            return []
        }
        guard held == nil || isProbing else { return [] }
        isProbing = false
        awaitsSend = true
        return [.send(after: sent)]
    }
}
