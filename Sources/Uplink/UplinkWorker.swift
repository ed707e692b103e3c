import Board
import Delivery
package import Domain
import Logging
package import MQTT
import Synchronization
import Wire

/// The uplink's thread: performs what `Delivery` decides.
package final class UplinkWorker {
    private let uplink: Uplink
    private let topics: (acknowledgement: String, events: String, status: String)
    private var documents: DocumentReceiver
    private let network: any Network
    private let link: MQTTLink
    private var delivery: Delivery
    private var generator: SeededGenerator
    private var counters = UplinkState.Counters()
    private var receiveMaximum = 1
    private var subscriptionsDue = 0
    private var isStatusWanted = false
    private var lastStatus: Uptime?
    /// When the center that has just come is told.
    private var statusNewsAt: Uptime?
    private var lastJournalInput: Delivery.Input?
    private var refusals = LogRateLimiter(every: .seconds(60))
    private var failures = LogRateLimiter(every: failureLogPeriod)
    private var alarms: [String: String] = [:]
    private var alarmLines = LogRateLimiter(every: .seconds(1))
    private var isStopping = false
    /// The messages under way that are batches; the rest are statuses, whose fate says nothing of delivery.
    private var batches: Set<Int32> = []
    /// Events in a batch, at most; fewer where the broker takes only small messages.
    private var batchLimit = EventBatch.mostEvents
    private var connectedAt: Uptime?
    private var shortSessions = 0
    private var lastSupersede: Uptime?
    private var certificateEnds: Timestamp?
    /// When its files are looked at again: somebody may have brought others.
    private var certificateLook: Uptime?
    private var sendFailures = LogRateLimiter(every: .seconds(60))

    /// A session shorter than this is no session; several in a row are an alarm.
    private static let shortMilliseconds: Int64 = 5000
    /// The center may make us begin a new epoch once in this time. More often, it is the center that is wrong, and each new
    /// epoch costs a copy of the journal.
    private static let supersedeMilliseconds: Int64 = 3_600_000

    /// While the link stays down, one line in this time says so.
    private static let failureLogPeriod = Duration.seconds(600)
    private static let certificateLookMilliseconds: Int64 = 3_600_000
    private static let certificateWarningMilliseconds: Int64 = 30 * 86_400_000
    /// Two status messages are at least this far apart, however much changes.
    private static let statusGapMilliseconds: Int64 = 1000

    /// - Parameter failure: why the link's library gave up before.
    package init(_ uplink: Uplink, network: any Network, random: Entropy, failure: String? = nil) {
        self.uplink = uplink
        let kiosk = uplink.configuration.kiosk
        topics = (Topics.acknowledgement(kiosk), Topics.events(kiosk), Topics.status(kiosk))
        documents = DocumentReceiver(kiosk: kiosk)
        var broker = uplink.configuration.broker
        broker.will = MQTTMessage(
            topic: topics.status, payload: Status.offline.canonical, isRetained: true, contentType: "application/json")
        self.network = network
        link = MQTTLink(timing: uplink.configuration.link, seed: random.next(), network: network) {
            [broker, uplink] in
            var broker = broker
            broker.tls?.time = uplink.certificateTime()
            return broker
        }
        delivery = Delivery(timing: uplink.configuration.delivery, seed: random.next())
        generator = SeededGenerator(seed: random.next())
        if failure != nil {
            alarms["broker-refuses"] = "the broker sent what the MQTT library does not survive; the link begins anew"
        }
    }

    func run() {
        begin()
        while !isStopping { turn() }
        link.stop()
        publishState()
    }

    package func begin() {
        link.onAttempt = { [unowned self] in publishState(isConnecting: true) }
        link.start()
        feed(journalInput())
    }

    /// Waits until something happens or is due, and performs it.
    package func turn() {
        let events = link.turn(wake: uplink.mailbox.descriptor, until: ownDeadline)
        for event in events { handle(event) }
        for command in uplink.mailbox.drain() { handle(command) }
        feed(.tick)
        retryDocuments()
        alarm(
            "center-silent",
            delivery.silences >= 3 ? "the broker takes what is sent, and the center acknowledges nothing" : nil)
        lookAtCertificate()
        alarm("certificate-ends", endOfCertificate)
        noteGoodSession()
        publishStatusIfDue()
        publishState()
    }

    /// When a turn is due even if nothing happens.
    package var deadline: Uptime? { [ownDeadline, link.deadline].compactMap(\.self).min() }

    private var ownDeadline: Uptime? {
        [delivery.deadline, statusDeadline, documents.deadline].compactMap(\.self).min()
    }

    // MARK: Commands and events

    private func handle(_ command: Uplink.Command) {
        switch command {
        case .journalChanged:
            // An acknowledgement was told to delivery at once; that it moved the cursor is no news then.
            let input = journalInput()
            if input != lastJournalInput { feed(input) }
        case .statusChanged: isStatusWanted = true
        case .connectNow:
            certificateLook = nil
            // Asked for by a person: whatever was held is tried again too.
            link.connectNow()
            feed(.asked)
        case .stop: isStopping = true
        }
    }

    private func journalInput() -> Delivery.Input {
        let mark = uplink.outbox.mark
        return .journal(
            epoch: mark.epoch, head: mark.head.sequence, acknowledged: mark.acknowledged, anchor: mark.anchor)
    }

    private func handle(_ event: MQTTEvent) {
        switch event {
        case .connected(let receiveMaximum):
            counters.connections += 1
            certificateLook = nil
            alarm("broker-refuses", nil)
            self.receiveMaximum = receiveMaximum
            connectedAt = network.uptime
            batches = []
            batchLimit = EventBatch.mostEvents
            uplink.logger.notice("connected to the broker", metadata: ["receive-maximum": "\(receiveMaximum)"])
            attempt {
                // Separate packets, so that each has its own answer.
                try link.subscribe([topics.acknowledgement, Topics.centerState])
                subscriptionsDue = 2
            }
        case .subscribed(let reason) where subscriptionsDue == 0:
            // A kiosk that hears of no parcels and no people still receives and delivers.
            alarm(
                "documents-forbidden",
                reason.isSuccess
                    ? nil
                    : "the broker does not let this kiosk hear its documents: \(reason); prices and people grow old here"
            )
            if !reason.isSuccess {
                uplink.logger.warning(
                    "the broker does not let this kiosk hear its documents", metadata: ["reason": "\(reason)"])
            }
        case .subscribed(let reason):
            guard reason.isSuccess else {
                // Without its acknowledgements nothing that is sent could ever be known to have arrived.
                alarm("not-authorised", "the broker does not let this kiosk listen: \(reason)")
                // It may let us the next time. This session was not short: no other kiosk is to be blamed.
                connectedAt = nil
                return link.drop("the broker does not let this kiosk listen: \(reason)")
            }
            subscriptionsDue -= 1
            // Not before: an acknowledgement must find us listening.
            guard subscriptionsDue == 0 else { break }
            isStatusWanted = true
            lastStatus = nil
            publishStatusIfDue()
            feed(.linkUp(receiveMaximum: receiveMaximum))
            // After the two that delivery needs: answers come in order and name no topic.
            attempt { try link.subscribe(documents.topics.keys.sorted()) }
        case .said(let words):
            guard let heldBack = refusals.admit(at: network.uptime) else { break }
            uplink.logger.warning("the broker says why", metadata: ["reason": "\(words)", "not-logged": "\(heldBack)"])
        case .refused, .disconnected:
            feed(.linkDown)
            if case .refused(let reason) = event {
                alarm("broker-refuses", "the broker refused the connection: \(reason)")
            }
            if case .disconnected = event { ended() }
        case .published(let id, let reason): published(id, reason)
        case .message(let message): received(message)
        }
    }

    /// A session that lasts shows that the earlier ones were an episode.
    private func noteGoodSession() {
        guard shortSessions > 0, let since = connectedAt, network.uptime - since >= Self.shortMilliseconds else {
            return
        }
        shortSessions = 0
        alarm("link-unstable", nil)
    }

    private func ended() {
        if let since = connectedAt, network.uptime - since < Self.shortMilliseconds {
            shortSessions += 1
        } else if connectedAt != nil {
            failures = LogRateLimiter(every: Self.failureLogPeriod)
        }
        connectedAt = nil
        if shortSessions >= 3 {
            // Only one reason says so outright; mosquitto gives it to whoever is thrown off by another of its name.
            let why = link.trouble.map { ": \($0)" } ?? ""
            let isTaken = link.trouble.map { $0.contains("0x8e") || !$0.contains("0x") } ?? true
            alarm(
                "link-unstable",
                "each connection ends within seconds\(isTaken ? "; does another kiosk use this kiosk's name?" : why)")
        }
        logTrouble()
    }

    /// Why there is no connection. The library says no more of a certificate than that it is wrong; a kernel's clock that follows a
    /// wrong reference makes every one so.
    private var trouble: String? {
        guard let trouble = link.trouble, trouble.contains("certificate verify failed") else { return link.trouble }
        return
            "\(trouble); look at the certificates, and whether it is \(BoardClock.now.wall) as it is believed here"
    }

    private func logTrouble() {
        guard let heldBack = failures.admit(at: network.uptime) else { return }
        uplink.logger.warning(
            "no connection to the broker; the point works on, and it is tried again",
            metadata: [
                "reason": "\(trouble ?? "unknown")", "broker": "\(uplink.configuration.broker.host)",
                "not-logged": "\(heldBack)",
            ])
    }

    private func published(_ id: Int32, _ reason: ReasonCode) {
        let answer: Delivery.Answer =
            switch reason {
            case .noMatchingSubscribers: .nobodyListens
            case .notAuthorised: .notAuthorised
            case _ where reason.isSuccess: .taken
            default: .refused
            }
        alarm("broker-silent", nil)
        guard batches.remove(id) != nil else { return }
        switch answer {
        case .taken, .nobodyListens: break
        case .notAuthorised: alarm("not-authorised", "the broker does not let this kiosk publish: \(reason)")
        case .refused where reason == .packetTooLarge && shrinkBatch():
            feed(.published(id: id, answer))
            return feed(.asked)
        case .refused: alarm("broker-refuses", "the broker refused a message: \(reason)")
        }
        feed(.published(id: id, answer))
        // What was taken beside what was refused ends no refusal.
        if answer == .taken || answer == .nobodyListens {
            if delivery.hold != .notAuthorised { alarm("not-authorised", nil) }
            if delivery.hold != .refused { alarm("broker-refuses", nil) }
        }
    }

    /// Tries half as many events; `false` when one alone is too many.
    private func shrinkBatch() -> Bool {
        guard batchLimit > 1 else { return false }
        batchLimit /= 2
        return true
    }

    private func received(_ message: MQTTMessage) {
        do {
            switch message.topic {
            case topics.acknowledgement:
                // The center keeps none of its acknowledgements at the broker: a remembered one is of nobody.
                guard !message.isRetained else { throw WireError("an acknowledgement that the broker remembered") }
                let acknowledgement = try Acknowledgement(parsing: message.payload)
                if let question = acknowledgement.question, let time = acknowledgement.time {
                    uplink.onTime(time, question)
                }
                try acknowledged(acknowledgement)
            case Topics.centerState:
                let state = try CenterState(parsing: message.payload)
                // It has just come, and may know nothing of this kiosk; not all kiosks tell it in one moment.
                if state.isOnline, !message.isRetained {
                    statusNewsAt =
                        network.uptime
                        + Int64.random(
                            in: 0...max(uplink.configuration.delivery.resumeSpread.milliseconds, 0), using: &generator)
                }
                feed(.center(isOnline: state.isOnline, isNews: !message.isRetained))
            case let topic:
                guard let kind = documents.topics[topic] else { throw WireError("not a topic that was asked for") }
                try received(kind, message)
            }
        } catch let error as WireError {
            counters.refusedMessages += 1
            guard let heldBack = refusals.admit(at: network.uptime) else { return }
            uplink.logger.warning(
                "a message was refused",
                metadata: ["topic": "\(message.topic)", "reason": "\(error)", "not-logged": "\(heldBack)"])
        } catch {
            uplink.logger.error(
                "a message could not be applied", metadata: ["topic": "\(message.topic)", "error": "\(error)"])
        }
    }

    private func received(_ kind: Document.Kind, _ message: MQTTMessage) throws {
        defer { tellOfDocuments() }
        if let document = try documents.take(kind, message, into: uplink.inbox, at: network.uptime) {
            applied(document)
        }
    }

    private func applied(_ document: Document) {
        uplink.logger.notice(
            "a document of the center was applied",
            metadata: [
                "kind": "\(document.kind.rawValue)", "version": "\(document.version)", "count": "\(document.count)",
            ])
        isStatusWanted = true
    }

    private func tellOfDocuments() {
        alarm("document-refused", documents.refusal)
        alarm("document-ignored", documents.ignored)
    }

    /// What met a journal that was full or busy is tried again: the broker does not send it a second time.
    private func retryDocuments() {
        guard let due = documents.deadline, due <= network.uptime else { return }
        for document in documents.retry(into: uplink.inbox, at: network.uptime) { applied(document) }
        tellOfDocuments()
    }

    private func acknowledged(_ acknowledgement: Acknowledgement) throws {
        let mark = uplink.outbox.mark
        guard acknowledgement.epoch == mark.epoch else { return }
        counters.acknowledgements += 1
        let through = acknowledgement.through.sequence
        switch try uplink.outbox.acknowledge(acknowledgement.through, of: acknowledgement.epoch) {
        case .moved, .unchanged:
            var missing = acknowledgement.missing
            // A center that holds less than it once acknowledged has lost data.
            if missing.isEmpty, through < mark.acknowledged { missing = [through + 1...mark.acknowledged] }
            // What is pruned cannot be sent; the status says from where on there is something.
            if through < mark.anchor { isStatusWanted = true }
            feed(journalInput())
            feed(.acknowledged(missing: missing))
        case .notOurs: try disputed(through, mark)
        }
    }

    private func disputed(_ through: Int64, _ mark: OutboxMark) throws {
        let isBehind = through > mark.head.sequence
        let detail =
            "the center holds event \(through) of this epoch "
            + (isBehind ? "and this journal ends at \(mark.head.sequence)" : "with another content")
        let now = network.uptime
        if let lastSupersede, now - lastSupersede < Self.supersedeMilliseconds {
            return alarm("journal-disputed", "\(detail), again within the hour; the journal is kept as it is")
        }
        lastSupersede = now
        uplink.logger.error("the center knows another story of this journal", metadata: ["detail": "\(detail)"])
        try uplink.outbox.supersede(forked: !isBehind, detail: detail)
        feed(journalInput())
        isStatusWanted = true
    }

    // MARK: Sending

    private func feed(_ input: Delivery.Input) {
        if case .journal = input { lastJournalInput = input }
        var inputs = [input]
        while let next = inputs.popLast() {
            for action in delivery.handle(next, at: network.uptime) {
                switch action {
                case .send(let after): inputs.append(send(after: after))
                case .reconnect:
                    alarm("broker-silent", "the broker takes messages and answers none; the connection is made anew")
                    link.drop("the broker answers nothing")
                }
            }
        }
    }

    private func send(after sequence: Int64) -> Delivery.Input {
        let kiosk = uplink.configuration.kiosk
        do {
            let page = try uplink.outbox.page(after: sequence, limit: batchLimit)
            let messages = page.events.map { EventMessage(kiosk: kiosk, epoch: page.epoch, event: $0) }
            guard let body = EventBatch.encode(messages) else { return .notSent }
            let id = try link.publish(
                MQTTMessage(
                    topic: topics.events, payload: body.bytes, contentType: EventMessage.contentType,
                    userProperties: body.encoding.map { [EventBatch.encodingProperty: $0] } ?? [:]))
            batches.insert(id)
            counters.batches += 1
            counters.events += Int64(body.count)
            counters.plainBytes += Int64(body.plainCount)
            counters.sentBytes += Int64(body.bytes.count)
            return .sent(id: id, through: body.last)
        } catch let error as MQTTError where error.isTooLarge && shrinkBatch() {
            return send(after: sequence)
        } catch {
            if let error = error as? MQTTError, error.isTooLarge {
                alarm("broker-refuses", "the broker takes no message as large as one event")
            }
            if let heldBack = sendFailures.admit(at: network.uptime) {
                uplink.logger.warning(
                    "a batch could not be sent",
                    metadata: ["after": "\(sequence)", "error": "\(error)", "not-logged": "\(heldBack)"])
            }
            return .notSent
        }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            uplink.logger.warning("the broker could not be told", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Status

    private func alarm(_ code: String, _ detail: String?) {
        guard alarms[code] != detail else { return }
        alarms[code] = detail
        isStatusWanted = true
        guard let detail, let heldBack = alarmLines.admit(at: network.uptime) else { return }
        uplink.logger.error("alarm: \(detail)", metadata: ["alarm": "\(code)", "not-logged": "\(heldBack)"])
    }

    /// Every hour, and when a person asks: a file that cannot be used is no reason to wait for the network.
    private func lookAtCertificate() {
        let now = network.uptime
        guard let tls = uplink.configuration.broker.tls, certificateLook.map({ $0 <= now }) ?? true else { return }
        certificateLook = now + Self.certificateLookMilliseconds
        do {
            certificateEnds = try tls.end()
            alarm("certificate-unusable", nil)
        } catch {
            alarm("certificate-unusable", "no connection can be made: \(error)")
        }
    }

    /// In words, once it is near: somebody has to come with another.
    private var endOfCertificate: String? {
        guard let certificateEnds else { return nil }
        let now =
            switch uplink.certificateTime() {
            case .now(let time), .notBefore(let time): time
            case nil: BoardClock.now.wall
            }
        guard certificateEnds < now.adding(Self.certificateWarningMilliseconds) else { return nil }
        let day = "\(certificateEnds)".prefix(10)
        return certificateEnds < now
            ? "this kiosk's certificate, or its authority's, ended on \(day): the broker lets it in no more"
            : "this kiosk's certificate, or its authority's, ends on \(day): it needs another before that"
    }

    private var alarmList: [Status.Alarm] {
        alarms.sorted { $0.key < $1.key }.map { Status.Alarm(code: $0.key, detail: $0.value) }
    }

    /// When a status is due: soon if something changed, else at its interval.
    private var statusDeadline: Uptime? {
        guard link.isConnected, subscriptionsDue == 0 else { return nil }
        guard let lastStatus else { return isStatusWanted ? network.uptime : nil }
        let due =
            lastStatus
            + (isStatusWanted ? Self.statusGapMilliseconds : uplink.configuration.statusInterval.milliseconds)
        return min(due, max(statusNewsAt ?? due, lastStatus + Self.statusGapMilliseconds))
    }

    private func publishStatusIfDue() {
        guard let due = statusDeadline, due <= network.uptime else { return }
        isStatusWanted = false
        lastStatus = network.uptime
        if let at = statusNewsAt, at <= network.uptime { statusNewsAt = nil }
        attempt {
            _ = try link.publish(
                MQTTMessage(
                    topic: topics.status, payload: uplink.status(alarmList).json.canonical, isRetained: true,
                    contentType: "application/json"))
        }
    }

    private func publishState(isConnecting: Bool = false) {
        counters.attempts = link.attempts
        var state = UplinkState()
        switch link.state {
        case _ where isConnecting: state.link = .connecting
        case .waiting(let until):
            state.link = .waiting
            state.at = until
        case .connecting: state.link = .connecting
        case .connected(let since):
            state.link = .connected
            state.at = since
        }
        state.trouble = trouble
        state.hold = delivery.hold.map { hold in
            switch hold {
            case .centerAbsent: "the center is not listening"
            case .notAuthorised: "the broker does not let this kiosk publish"
            case .refused: "the broker refused a batch"
            }
        }
        state.counters = counters
        state.alarms = alarmList
        uplink.shared.withLock { $0 = state }
    }
}
