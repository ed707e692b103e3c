import Domain
import Journal
import MQTT
import ScaleProtocols
import Uplink
import Wire
import Workflow

/// One kiosk: its disk, which outlives everything, and the process of the moment, made of the real journal, desks and uplink.
final class VirtualKiosk: @unchecked Sendable {
    // Sendable: it belongs to one simulation, which is one thread.

    /// What somebody was told is saved.
    struct Shown: Hashable {
        var id: EventID
        var epoch: Epoch
        var sequence: Int64
        var hash: Digest
        /// Of the fact itself, whatever epoch it stands in.
        var content: Digest
    }

    /// What the screen said of a crate.
    struct Weighed: Hashable {
        var event: String
        var number: String
        var grams: Int64
        var fen: Int64
    }

    let world: World
    let id: KioskID
    let disk: SimulatedDisk
    let broker: SimulatedBroker
    var shown: [Shown] = []
    var weighed: [Weighed] = []
    /// Every fact that was ever about to be recorded, saved or not.
    var attempted: [EventID: Digest] = [:]
    /// What was shown and is gone, because somebody exchanged the card or a bit turned.
    var excused: Set<EventID> = []
    /// What need not be in the journal because the center has it.
    var delivered: Set<EventID> = []
    /// An older card was put back, or a bit turned: the point has to cope, and may lose something if it says so.
    var isHarmed = false
    /// It began a new journal, and said so.
    var hasRecovered = false

    // The process of the moment.
    private(set) var keeper: JournalKeeper?
    private(set) var uplink: Uplink?
    private(set) var worker: UplinkWorker?
    private(set) var session: SimulatedSession?
    var desks: [Desk] = []
    var entropy = Entropy.system
    /// Of the board; a process that is only killed comes back in the same one.
    private var boot = 1
    private var since: Int64
    private var isDown = true
    private var failuresBefore = 0
    /// Of the last journal that was open.
    var lastEpoch = Epoch.none
    /// How far the center has acknowledged a chain, and whether it holds an event.
    var promised: (HashChain) -> Int64 = { _ in 0 }
    var isAtCenter: (Shown) -> Bool = { _ in false }
    /// The write that failed for good: the process must end.
    var failure: (any Error)?

    // The clock that the board believes.
    var wallOffset: Int64 = 0
    var trust = ClockTrust.synced

    private var wakeNumber = 0
    private var isTurning = false
    private var told: Uptime?
    private var toldAt = Uptime(milliseconds: 0)
    private var isRung = false

    init(world: World, broker: SimulatedBroker, number: Int) {
        self.world = world
        since = world.now
        self.broker = broker
        // Four digits; a simulation has far fewer kiosks.
        id = KioskID("k131002" + String(1000 + number)) ?? VirtualKiosk.first
        disk = SimulatedDisk(bug: world.bug)
        DiskVFS.mount(disk)
    }

    deinit { DiskVFS.unmount(disk) }

    private static let first: KioskID = {
        guard let id = KioskID("k1310020007") else { preconditionFailure("a kiosk's name has another form") }
        return id
    }()

    var uptime: Uptime { Uptime(milliseconds: world.now - since) }
    var clock: Now {
        Now(wall: Timestamp(milliseconds: world.wall.milliseconds + wallOffset), uptime: uptime, clock: trust)
    }
    var moment: Moment { Moment(now: clock, bootID: "boot-\(boot)") }
    var isUp: Bool { keeper != nil }

    func note(_ line: String) { world.note("\(id) \(line)") }

    // MARK: Beginning and end

    /// Starts the process. It may be cut off in the middle of that too.
    func start() throws {
        guard isDown else { return }
        isDown = false
        disk.restart()
        failure = nil
        failuresBefore = disk.failures
        note("starts")
        if world.bug == .logRemovedAtStart { disk.remove(disk.root + "/journal.db-wal") }
        entropy = world.entropy()
        var configuration = Journal.Configuration(
            directory: disk.root, kiosk: id, reserveBytes: 1 << 20, bootID: "boot-\(boot)",
            now: { [unowned self] in clock })
        configuration.disk = disk
        configuration.random = world.bug == .epochReused ? sameEntropy : entropy
        do {
            let keeper = try JournalKeeper(configuration: configuration, logger: world.logger)
            self.keeper = keeper
            lastEpoch = keeper.state.epoch
            try checkSaved(keeper)
            open()
        } catch let rule as BrokenRule {
            throw rule
        } catch {
            return try end(of: error)
        }
        if failure != nil || disk.death != nil { return try end(of: failure) }
        beginDelivery()
        try turn()
    }

    /// Draws the same every time.
    private var sameEntropy: Entropy { Entropy { 0x1234_5678_9ABC_DEF0 } }

    /// The first transaction: nobody is signed in over a restart, and who works here is known.
    private func open() {
        desks = Village.desks
        told = nil
        let job = Job.recording { [unowned self] transaction in
            var events: [Event] = []
            for document in Village.documents where try transaction.isNews(document.document) {
                events.append(try record(draft(document.type, document.data), transaction))
                try transaction.apply(document.document)
            }
            for session in try transaction.sessions() {
                events.append(
                    try record(
                        draft(
                            .operatorSignedOut, subject: session.person,
                            ["reason": "restart", "desk": .string(session.desk)]), transaction))
            }
            events.append(try record(draft(.deviceStarted, ["version": "0.1.0"]), transaction))
            return (events, transaction.store.chain.epoch)
        } then: { [unowned self] result in
            if case .success(let (events, epoch)) = result { show(events, epoch) }
        }
        perform([job])
    }

    private func beginDelivery() {
        let broker = MQTTConfiguration(
            host: "broker", port: 1883, clientID: id.text, keepAliveSeconds: 60, tls: nil, will: nil)
        var delivery = Delivery.Timing()
        delivery.resumeSpreadMilliseconds = 10_000
        let uplink = Uplink(
            configuration: Uplink.Configuration(
                kiosk: id, broker: broker,
                link: LinkSchedule.Timing(spreadMilliseconds: 20_000, baseMilliseconds: 5000, capMilliseconds: 300_000),
                delivery: delivery, statusMilliseconds: 900_000), outbox: KioskOutbox(self), inbox: NoInbox(),
            logger: world.logger, status: { [unowned self] in status($0) })
        let network = SimulatedNetwork(
            broker: self.broker, isCenter: false, since: since,
            onSession: { [unowned self] in begin($0) }, onArrival: { [unowned self] in ring() })
        let worker = UplinkWorker(uplink, network: network, random: entropy)
        (self.uplink, self.worker) = (uplink, worker)
        worker.begin()
    }

    /// The process ends: the disk says how, or a failed write.
    func end(of error: (any Error)?) throws {
        guard !isDown else { return }
        let death = disk.death
        // Anything else than a disk that failed it has to live with.
        if death == nil, disk.failures == failuresBefore, let error {
            throw BrokenRule("\(id) does not open, or gives up, though its disk does what it is asked: \(error)")
        }
        note("ends: \(death.map { "\($0)" } ?? "a write failed")")
        stopProcess()
        if death == .powerCut {
            disk.losePower(using: &world.generator)
            // A board starts its uptime anew.
            since = world.now
            boot += 1
        }
        let pause = Int64(world.pick(100...20_000))
        world.agenda.enter(at: world.now + pause) { [unowned self] in try start() }
    }

    func die(_ how: SimulatedDisk.Death) throws {
        guard isUp else { return }
        disk.dieNow(how)
        try end(of: nil)
    }

    private func stopProcess() {
        // First dead, then closed: what the destructors would still write is refused.
        if disk.death == nil { disk.dieNow(.kill) }
        keeper?.close()
        (keeper, worker, uplink) = (nil, nil, nil)
        session?.abandon()
        session = nil
        isDown = true
        wakeNumber += 1
    }

    private func begin(_ session: SimulatedSession) {
        self.session = session
        switch world.bug {
        case .cursorMovedByBroker: believeBroker(session)
        case .epochNotChecked: session.onTake = { [unowned self] in believeAnyEpoch(&$0) }
        default: break
        }
    }

    /// A bug.
    private func believeBroker(_ session: SimulatedSession) {
        var heads: [Int32: (Head, Epoch)] = [:]
        session.onPublish = { id, message in
            let encoding = message.userProperties[EventBatch.encodingProperty]
            guard message.topic.hasSuffix("/up/events"),
                let last = (try? EventBatch.decode(message.payload, encoding: encoding))?.events.last
            else { return }
            heads[id] = (Head(sequence: last.event.sequence, hash: last.event.hash), last.epoch)
        }
        session.onTake = { [unowned self] event in
            guard case .published(let id, let reason) = event, reason.isSuccess, let (head, epoch) = heads[id] else {
                return
            }
            _ = try? ask { keeper in
                if keeper.state.epoch == epoch { _ = try keeper.store.acknowledge(head) }
            }
        }
    }

    /// A bug: an acknowledgement of the journal before this one is taken for one of this.
    private func believeAnyEpoch(_ event: inout MQTTEvent) {
        guard case .message(var message) = event, message.topic.hasSuffix("/ack"), let keeper,
            let told = try? Acknowledgement(parsing: message.payload), told.epoch != keeper.state.epoch
        else { return }
        let sequence = min(told.through.sequence, keeper.state.head.sequence)
        guard let own = try? keeper.store.events(after: sequence - 1, limit: 1).first else { return }
        let through = Head(sequence: sequence, hash: own.hash)
        message.payload = Acknowledgement(epoch: keeper.state.epoch, through: through, missing: []).json.canonical
        event = .message(message)
    }

    // MARK: Turns

    /// Something has arrived, or the journal has changed.
    func ring() {
        guard !isRung else { return }
        isRung = true
        world.agenda.enter(at: world.now) { [unowned self] in
            isRung = false
            try turn()
        }
    }

    func turn() throws {
        guard let worker, let keeper, !isTurning else { return }
        isTurning = true
        worker.turn()
        if let due = deskDeadline, due <= uptime {
            told = desks.compactMap(\.deadline).min()
            toldAt = uptime
            for desk in desks.indices { if let due = desks[desk].deadline, due <= uptime { scan(.tick, at: desk) } }
        }
        if let due = keeper.cursorDeadline, due <= uptime { perform([]) }
        isTurning = false
        if failure != nil || disk.death != nil { return try end(of: failure) }
        try checkStep(keeper)
        arm()
    }

    /// As the agent has it: a desk that could not record what it was told is told again after a while.
    private var deskDeadline: Uptime? {
        let due = desks.compactMap(\.deadline).min()
        return due == told ? due.map { max($0, toldAt + 5000) } : due
    }

    private func arm() {
        let givesUp = world.bug == .retryGivesUp && uplink.map { $0.state.counters.attempts > 6 } ?? false
        let due = [givesUp ? nil : worker?.deadline, keeper?.cursorDeadline, deskDeadline]
            .compactMap(\.self).min()
        guard let due else { return }
        wakeNumber += 1
        let number = wakeNumber
        world.agenda.enter(at: max(since + due.milliseconds, world.now + 1)) { [unowned self] in
            if wakeNumber == number { try turn() }
        }
    }

    // MARK: The journal

    /// Gives the journal these jobs, as its thread would find them, and has the uplink told.
    func perform(_ jobs: [Job]) {
        guard let keeper, failure == nil else { return jobs.forEach { $0.refuse(.closed) } }
        var jobs = jobs
        let before = keeper.state
        do {
            try keeper.work(&jobs, at: uptime) { [unowned self] state in
                if state != before {
                    uplink?.journalChanged()
                    if worker != nil { ring() }
                }
            }
        } catch {
            let fatal = error as? JournalError ?? .failed("\(error)")
            failure = fatal
            for job in jobs { job.refuse(fatal) }
        }
    }

    func draft(_ type: EventType, subject: String? = nil, _ data: JSON) -> EventDraft {
        var entropy = entropy
        return EventDraft(
            id: .make(at: clock.wall, using: &entropy), type: type, subject: subject, now: clock,
            bootID: moment.bootID, actor: nil, data: data.canonical)
    }

    /// Inside a transaction.
    func record(_ draft: EventDraft, _ transaction: Transaction) throws -> Event {
        attempted[draft.id] = Digest(of: draft.canonical)
        let event = try transaction.record(draft)
        return event
    }

    /// Somebody was told that these are saved.
    func show(_ events: [Event], _ epoch: Epoch) {
        for event in events {
            note("saved \(event.sequence) \(event.draft.type)")
            shown.append(
                Shown(
                    id: event.draft.id, epoch: epoch, sequence: event.sequence, hash: event.hash,
                    content: Digest(of: event.draft.canonical)))
        }
    }

    private func status(_ alarms: [Status.Alarm]) -> Status {
        // Only a worker asks, and it has a journal.
        let state = keeper?.state
        return Status(
            kiosk: id, epoch: state?.epoch ?? Epoch.none, head: state?.head ?? .genesis,
            acknowledged: state?.acknowledged ?? 0, pruned: state.flatMap { $0.anchor > 0 ? $0.pruned : nil },
            oldestMilliseconds: nil, time: clock.wall, clock: trust, version: "0.1.0", configuration: "simulated",
            alarms: alarms, peripherals: [],
            board: Status.Board(uptimeMilliseconds: uptime.milliseconds, freeBytes: disk.free, residentKiB: 0))
    }
}

extension Epoch {
    /// Of no journal.
    fileprivate static let none: Epoch = {
        var zero = SeededGenerator(seed: 0)
        return .random(using: &zero)
    }()
}
