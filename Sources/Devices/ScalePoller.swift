import Domain
import ScaleProtocols

/// What became of an order to the scale.
public enum ScaleOrderResult: Sendable, Hashable {
    /// The scale said so, or its reading shows it.
    case done
    /// With why, in words for the operator.
    case notDone(String)
    /// The protocol has no such order.
    case unsupported
    /// The scale said nothing at all since.
    case silent
}

/// Our side of the talk with one scale: when to ask, how long to wait, what to send. Owns no clock and no line; what it
/// wants sent lies in `takeOutgoing`, to be called after each of its methods.
///
/// A scale that talks unasked costs no timer. One that is asked gets one question at a time; what comes while none is
/// open is thrown away, so that a late answer is never taken for the next one's. After a question without an answer it
/// asks again only when the line has been quiet for as long as an answer may take.
struct ScalePoller {
    private var frames: any ScaleProtocol
    private let polling: ScalePolling?
    private let pace: Pace

    /// Somebody weighs: ask as often as the protocol allows. Else rarely, so that an idle board sleeps.
    var isAttentive = false

    private var isOpen = false
    /// Before this nothing is sent.
    private var notBefore: Milliseconds = 0
    private var askedAt: Milliseconds?
    /// Until when the question that is open may be answered.
    private var answerBy: Milliseconds?
    /// Questions without an answer since the last answer, and without a byte.
    private var misses = 0
    private var isRecovering = false
    private var order: OpenOrder?
    private var outgoing: [UInt8] = []

    private struct OpenOrder {
        let ticket: UInt64
        let order: ScaleCommand
        let bytes: [UInt8]
        /// nil until its turn has come.
        var sentAt: Milliseconds?
        var wasHeard = false
    }

    init(_ frames: any ScaleProtocol, _ pace: Pace) {
        self.frames = frames
        self.pace = pace
        polling = frames.polling
    }

    var dropped: Int { frames.dropped }

    /// Nothing here grows: a question and an order at most are waiting.
    mutating func takeOutgoing() -> [UInt8] {
        defer { outgoing = [] }
        return outgoing
    }

    // MARK: Coming and going

    /// Opening toggles DTR, which restarts some devices: what is sent to them meanwhile is lost, or worse.
    mutating func open(at now: Milliseconds) {
        isOpen = true
        notBefore = now + pace.settle
        forget()
    }

    mutating func close() -> [DeviceEvent] {
        isOpen = false
        forget()
        return finish(.notDone("the scale was unplugged"))
    }

    private mutating func forget() {
        frames.reset()
        outgoing = []
        (askedAt, answerBy, isRecovering, misses) = (nil, nil, false, 0)
    }

    // MARK: Bytes

    mutating func feed(_ bytes: [UInt8], at now: Milliseconds) -> [DeviceEvent] {
        let isWaiting = polling == nil || answerBy != nil || order?.sentAt != nil
        guard isWaiting else {
            if isRecovering { notBefore = max(notBefore, now + quiet) }
            return []
        }
        misses = 0
        if order?.sentAt != nil { order?.wasHeard = true }
        let readings = frames.feed(bytes)
        outgoing += frames.takeReply()
        var meanings = readings.map(DeviceEvent.weight)
        if answerBy != nil, !readings.isEmpty { answerBy = nil }
        if let outcome = frames.takeOrderOutcome() {
            switch outcome {
            case .done: meanings += finish(.done)
            case .refused(let why): meanings += finish(.notDone(why))
            }
        } else if let order, order.sentAt != nil, readings.contains(where: order.order.isShown) {
            meanings += finish(.done)
        }
        return meanings
    }

    // MARK: Time

    /// When `turn` has something to do; nil for a scale that is left alone.
    var deadline: Milliseconds? {
        guard isOpen else { return nil }
        return [answerBy, nextQuestion, orderDeadline].compactMap(\.self).min()
    }

    /// Does what is due: gives up a question or an order, sends the next.
    mutating func turn(at now: Milliseconds) -> [DeviceEvent] {
        guard isOpen else { return [] }
        var meanings: [DeviceEvent] = []
        if let answerBy, answerBy <= now { meanings.append(miss(at: now)) }
        if let order, let sentAt = order.sentAt, sentAt + pace.order <= now {
            meanings += finish(order.wasHeard ? .notDone("the scale does not say whether it did") : .silent)
        }
        if answerBy == nil, let bytes = order?.bytes, order?.sentAt == nil, notBefore <= now {
            outgoing += bytes
            order?.sentAt = now
        }
        if let polling, let next = nextQuestion, next <= now {
            outgoing += frames.ask()
            askedAt = now
            answerBy = now + polling.timeout.milliseconds
            isRecovering = false
        }
        return meanings
    }

    private mutating func miss(at now: Milliseconds) -> DeviceEvent {
        frames.reset()
        answerBy = nil
        misses += 1
        isRecovering = true
        notBefore = max(notBefore, now + quiet)
        return .missed
    }

    /// How long the line must be quiet after a question without an answer.
    private var quiet: Milliseconds { polling.map { max($0.timeout.milliseconds, $0.interval.milliseconds) } ?? 0 }

    /// nil while a question is open, and while an order waits for its turn or its answer.
    private var nextQuestion: Milliseconds? {
        guard let polling, answerBy == nil else { return nil }
        var least = notBefore
        if let order {
            guard let sentAt = order.sentAt else { return nil }
            // A scale that answers no order shows in its next reading what it did.
            least = max(least, sentAt + pace.orderAnswer)
        }
        return askedAt.map { max(least, $0 + interval(polling)) } ?? least
    }

    /// A scale that is switched off is asked less and less, but for somebody who weighs.
    private func interval(_ polling: ScalePolling) -> Milliseconds {
        if isAttentive { return polling.interval.milliseconds }
        return max(polling.interval.milliseconds, min(pace.idlePoll << Milliseconds(min(misses, 8)), pace.deadPoll))
    }

    private var orderDeadline: Milliseconds? {
        guard let order else { return nil }
        if let sentAt = order.sentAt { return sentAt + pace.order }
        return answerBy ?? notBefore
    }

    // MARK: Orders

    /// Its turn comes when the question that is open has been answered or given up.
    mutating func begin(_ order: ScaleCommand, ticket: UInt64) -> [DeviceEvent] {
        guard let bytes = frames.order(order) else { return [.ordered(ticket: ticket, .unsupported)] }
        guard isOpen else { return [.ordered(ticket: ticket, .notDone("the scale is not connected"))] }
        guard self.order == nil else { return [.ordered(ticket: ticket, .notDone("the scale has an order already"))] }
        // An answer to an earlier one, given up long ago.
        _ = frames.takeOrderOutcome()
        self.order = OpenOrder(ticket: ticket, order: order, bytes: bytes)
        return []
    }

    private mutating func finish(_ result: ScaleOrderResult) -> [DeviceEvent] {
        guard let order else { return [] }
        self.order = nil
        return [.ordered(ticket: order.ticket, result)]
    }
}

extension ScaleCommand {
    /// What a scale shows that has done it; false where the reading does not tell.
    fileprivate func isShown(by reading: ScaleReading) -> Bool {
        switch self {
        case .zero: reading.mass == .zero && reading.stability != .unstable
        case .tare: reading.mass == .zero && reading.kind != .gross && reading.stability != .unstable
        case .clearTare: reading.kind == .gross || reading.tareMode == ScaleReading.TareMode.none
        }
    }
}
