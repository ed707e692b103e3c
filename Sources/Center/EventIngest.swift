import Board
import Delivery
package import Domain
package import Logging
package import MQTT
package import Wire

/// Takes what kiosks publish, stores a whole group of messages in one transaction, and only after its COMMIT gives back
/// the acknowledgements to be sent. Used by the center's thread.
package final class EventIngest {
    package struct Counters: Hashable {
        var events: Int64 = 0
        var known: Int64 = 0
        var salvaged: Int64 = 0
        var statuses: Int64 = 0
        var refused: Int64 = 0
        var commits: Int64 = 0
    }

    package private(set) var counters = Counters()
    private let store: CenterStore
    private let logger: Logger
    private let wall: () -> Timestamp
    private let uptime: () -> Uptime
    /// Up to where events are missing, of chains of which it was said. After a restart an operator ends what is left.
    private var gaps: [HashChain: Int64] = [:]
    private var allowance: Allowance
    private var refusals = LogRateLimiter(every: .seconds(60))
    private var alarms = LogRateLimiter(every: .seconds(1))

    /// - Parameters:
    ///   - wall: the center's clock, for what it records of its own.
    ///   - mostEventsADay: of one kiosk; beyond that it has to wait.
    package init(
        store: CenterStore, logger: Logger, wall: @escaping () -> Timestamp = { BoardClock.wall },
        uptime: @escaping () -> Uptime = { BoardClock.uptime }, mostEventsADay: Int? = nil
    ) {
        allowance = mostEventsADay.map { Allowance(mostEvents: $0) } ?? Allowance()
        self.store = store
        self.logger = logger
        self.wall = wall
        self.uptime = uptime
    }

    /// - Returns: one acknowledgement for each chain of which something came; that of the one heard of last comes last.
    /// - Throws: when the store failed; then nothing of the group is stored, and none of it may be acknowledged.
    package func take(_ messages: [MQTTMessage]) throws -> [(KioskID, Acknowledgement)] {
        var touched = Touched()
        let before = counters
        do {
            try store.transaction {
                for (turn, message) in messages.enumerated() {
                    do {
                        try take(message, turn, &touched)
                    } catch let error as WireError {
                        refuse(message.topic, error)
                    }
                }
            }
        } catch {
            counters = before
            throw error
        }
        counters.commits += 1
        return touched.sorted { $0.value.turn < $1.value.turn }.map { ($0.key.kiosk, $0.value.acknowledgement) }
    }

    /// What each chain is to be told, and which message of the group it answers.
    private typealias Touched = [HashChain: (turn: Int, acknowledgement: Acknowledgement)]

    private func take(_ message: MQTTMessage, _ turn: Int, _ touched: inout Touched) throws {
        let (kiosk, kind) = try Topics.parseUpward(message.topic)
        switch kind {
        case .events:
            let encoding = message.userProperties[EventBatch.encodingProperty]
            let batch = try EventBatch.decode(message.payload, encoding: encoding)
            guard batch.kiosk == kiosk else {
                throw WireError("the events are not those of the kiosk that published them")
            }
            let chain = HashChain(kiosk: kiosk, epoch: batch.epoch)
            var acknowledgement = try take(batch, of: chain)
            // Somebody who asked for the time in the same group still waits for it.
            acknowledgement.question = touched[chain]?.acknowledgement.question
            touched[chain] = (turn, acknowledgement)
        case .status:
            let status = try ReportedStatus(parsing: message.payload, from: kiosk)
            if case .online(let epoch, _) = status.report {
                let chain = HashChain(kiosk: kiosk, epoch: epoch)
                let isNew = try store.through(chain).sequence == 0
                if let excess = allowance.admit(0, of: chain, isNew: isNew, at: wall()) {
                    return try alarm(
                        excess.rawValue, kiosk, "it speaks of more than \(Allowance.mostEpochs) journals in a day")
                }
            }
            counters.statuses += 1
            try store.setStatus(kiosk, status, isOld: message.isRetained, at: wall())
            guard case .online(let epoch, let head) = status.report else { break }
            let chain = HashChain(kiosk: kiosk, epoch: epoch)
            touched[chain] = (turn, try answer(chain, head, status, isOld: message.isRetained))
        case .samples:
            throw WireError("samples are not taken yet")
        }
    }

    /// A kiosk that says where its journal ends is told what is held of it. That is how it learns that the center holds
    /// more, or less than it once acknowledged.
    private func answer(
        _ chain: HashChain, _ head: Head, _ status: ReportedStatus, isOld: Bool
    ) throws -> Acknowledgement {
        var through = try store.through(chain)
        if let pruned = status.pruned, through.sequence < pruned.sequence {
            // We lost what the kiosk has deleted since. Nobody can fill this gap; go on behind it, and say so.
            try alarm(
                "history-lost", chain.kiosk,
                "events \(through.sequence + 1) to \(pruned.sequence) of epoch \(chain.epoch) are neither here nor there"
            )
            try store.setThrough(chain, pruned, at: wall())
            through = pruned
        }
        let lacks = through.sequence < min(status.acknowledged, head.sequence)
        // What the broker remembered may be an hour old; the answer makes the kiosk speak for itself if need be.
        if through.sequence > head.sequence, !isOld {
            try alarm(
                "rolled-back", chain.kiosk,
                "its journal ends at \(head.sequence), but \(through.sequence) events of epoch \(chain.epoch) are stored"
            )
        }
        return Acknowledgement(
            epoch: chain.epoch, through: through,
            missing: lacks ? [through.sequence + 1...min(status.acknowledged, head.sequence)] : [],
            question: status.question)
    }

    private func take(_ batch: EventBatch.Content, of chain: HashChain) throws -> Acknowledgement {
        var intake = ChainVerifier(chain: chain, through: try store.through(chain))
        let before = intake.through
        let news = batch.events.count { $0.event.sequence > before.sequence }
        if let excess = allowance.admit(news, of: chain, isNew: before.sequence == 0, at: wall()) {
            try alarm(
                excess.rawValue, chain.kiosk,
                "\(excess == .events ? "more events" : "more journals") than one kiosk may bring in a day; the rest is not taken before tomorrow (UTC)"
            )
            return Acknowledgement(epoch: chain.epoch, through: before)
        }
        var missing: [ClosedRange<Int64>] = []
        events: for message in batch.events {
            switch try intake.verify(message.event, isProved: true, stored: { try store.hash(chain, $0) }) {
            case .next:
                switch try store.store(message, at: wall()) {
                case .new:
                    counters.events += 1
                    if message.event.sequence == 1 { try lookBack(from: message) }
                    try end(gapOf: chain, through: message.event.sequence)
                    try tellOfRecovery(message)
                case .salvaged: counters.salvaged += 1
                case .knownOf(let other):
                    counters.events += 1
                    try alarm(
                        "known-elsewhere", chain.kiosk,
                        "event \(message.event.draft.id) was recorded by \(other): one journal speaks under two names, and what it holds counts twice"
                    )
                    try tellOfRecovery(message)
                case .idTaken:
                    counters.events += 1
                    try alarm("id-taken", chain.kiosk, "event \(message.event.draft.id) came with two contents")
                }
            case .known: counters.known += 1
            case .gap(let range):
                missing = [range]
                try alarm("gap", chain.kiosk, "events \(range.lowerBound) to \(range.upperBound) have not come")
                gaps[chain] = range.upperBound
                break events
            case .fork:
                try alarm(
                    "fork", chain.kiosk,
                    "event \(message.event.sequence) of epoch \(chain.epoch) came with another content than the stored one"
                )
                break events
            case .broken: break events
            }
        }
        if let broken = batch.firstBroken {
            counters.refused += 1
            try alarm("broken", chain.kiosk, "event \(broken) does not match its hash")
        }
        if intake.through != before {
            try store.setThrough(chain, intake.through, at: wall())
            allowance.note(Int(clamping: intake.through.sequence - before.sequence), of: chain.kiosk)
        }
        return Acknowledgement(epoch: chain.epoch, through: intake.through, missing: missing)
    }

    /// A journal that takes the place of another one names it in its first event. One that does not was begun on an empty
    /// card, and what the other one held is not coming any more.
    private func lookBack(from first: EventMessage) throws {
        guard Self.recovery(first)?["oldepoch"]?.string == nil,
            let old = try store.predecessor(of: HashChain(kiosk: first.kiosk, epoch: first.epoch))
        else { return }
        let missing = old.head - old.through
        try alarm(
            "history-abandoned", first.kiosk,
            "epoch \(first.epoch) does not go on from epoch \(old.epoch), which is stored through \(old.through) and was "
                + "last known to reach \(old.head): "
                + (missing > 0
                    ? "\(missing) events and any after them have not come" : "any later events have not come"))
    }

    /// What was missing has come: the alarm has had its time.
    private func end(gapOf chain: HashChain, through sequence: Int64) throws {
        guard let last = gaps[chain], sequence >= last else { return }
        gaps[chain] = nil
        try store.end("gap", chain.kiosk)
    }

    private static func recovery(_ message: EventMessage) -> JSON? {
        guard message.event.draft.type == .journalRecovered else { return nil }
        return try? JSON(parsing: message.event.draft.data)
    }

    /// Whichever of the two sees first that their stories differ, the county hears of it: a kiosk that saw it in our
    /// acknowledgement begins a new epoch, and never sends what we could have called a fork.
    private func tellOfRecovery(_ message: EventMessage) throws {
        guard let data = Self.recovery(message) else { return }
        let kind: String
        switch data["cause"]?.string {
        case "forked": kind = "fork"
        case "rolled-back": kind = "rolled-back"
        case "damaged", "log-missing":
            let lost = data["lostevents"]?.integer ?? 0
            guard lost > 0 || data["mayhavelostmore"]?.boolean == true else { return }
            return try alarm(
                "journal-damaged", message.kiosk,
                "its journal was damaged and \(lost) events of it are lost\(lost > 0 ? "" : ", as far as it can tell"): \(data["detail"]?.string ?? "")"
            )
        default: return
        }
        let old = data["oldepoch"]?.string ?? "unknown"
        try alarm(
            kind, message.kiosk, "it gave up epoch \(old) and began \(message.epoch): \(data["detail"]?.string ?? kind)"
        )
    }

    private func alarm(_ kind: String, _ kiosk: KioskID, _ detail: String) throws {
        try store.raise(kind, kiosk, detail, at: wall())
        guard let heldBack = alarms.admit(at: uptime()) else { return }
        logger.error(
            "an alarm was raised",
            metadata: ["kiosk": "\(kiosk)", "alarm": "\(kind)", "detail": "\(detail)", "not-logged": "\(heldBack)"])
    }

    private func refuse(_ topic: String, _ error: WireError) {
        counters.refused += 1
        guard let heldBack = refusals.admit(at: uptime()) else { return }
        logger.warning(
            "a message was refused",
            metadata: ["topic": "\(topic.prefix(100))", "reason": "\(error)", "not-logged": "\(heldBack)"])
    }
}
