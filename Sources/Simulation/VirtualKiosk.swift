import Delivery
import DeskSession
import Domain
import Journal
import MQTT
import Phrases
import Projections
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
        /// It changes what somebody is owed.
        var isOfMoney: Bool
    }

    /// What the screen said of a crate.
    struct Weighed: Hashable {
        var event: String
        var number: String
        var grams: Int64
        var fen: Int64
    }

    let context: SimulationContext
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
    /// A bit, and nobody has started it since.
    var isTurned = false
    /// A bit turned, and the power failed before the next start was through: the mark of what was saved is never synchronised, so
    /// nobody can tell a damaged last commit from an unfinished one any more.
    var mayForget = false
    /// It began a new journal, and said so.
    var hasRecovered = false

    /// What lies on its scale outlives every process.
    let scale: VirtualScale
    /// What people were told was paid.
    var paidOut: [Payout] = []
    /// When each crate was truly weighed.
    var weighedAt: [EventID: Timestamp] = [:]
    /// Of the process: by which source the time is known, and how far it may have been off since that was recorded.
    var notedSource: Timekeeper.Source?
    var worstBound: Int64 = 0
    /// How much of what was shown the account was checked for.
    var checkedAt = 0
    /// What the county has sent, in all.
    var transfers = 0
    /// Whom a roster that was applied has named, of those whom the point had met.
    var merged: Set<String> = []
    /// The same, of a roster that is being applied.
    var merging: String?
    /// Facts of practice: none of them counts.
    var practised: Set<EventID> = []
    /// Desks at which people were told that they practise.
    var practising: Set<Int> = []
    /// What each desk said last, to which people answer.
    var lastWords: [Int: Answer.Word] = [:]
    /// SQLite finds the file damaged in the middle of the next turn.
    var isDamageFound = false
    /// The card fails at the next commit of practice.
    var practiceWillFail = false
    /// Papers that came out without being marked as copies.
    var papers: Set<String> = []
    /// The first thing that was said and must not have been.
    var broken: InvariantViolation?

    // The process of the moment.
    private(set) var keeper: JournalKeeper?
    var practiceKeeper: JournalKeeper?
    var waiting: [Job] = []
    var waitingToPractise: [Job] = []
    /// The journal takes its time.
    var isStalled = false
    /// Counts the processes.
    private(set) var life = 0
    private(set) var uplink: Uplink?
    private(set) var worker: UplinkWorker?
    var session: SimulatedSession?
    var sessions: [DeskSession] = []
    var entropy = Entropy.system
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

    let time: VirtualClock

    private var wakeNumber = 0
    private var isTurning = false
    private var told: Uptime?
    private var toldAt = Uptime(milliseconds: 0)
    private var isRung = false

    init(context: SimulationContext, broker: SimulatedBroker, number: Int) {
        self.context = context
        since = context.now
        self.broker = broker
        // Four digits; a simulation has far fewer kiosks.
        id = KioskID("k131002" + String(1000 + number)) ?? VirtualKiosk.first
        disk = SimulatedDisk(bug: context.bug)
        time = VirtualClock(context: context)
        scale = VirtualScale { [unowned context] in context.now }
        DiskVFS.mount(disk)
    }

    deinit { DiskVFS.unmount(disk) }

    private static let first: KioskID = {
        guard let id = KioskID("k1310020007") else { preconditionFailure("a kiosk's name has another form") }
        return id
    }()

    var uptime: Uptime { time.uptime }
    /// What the board believes, which must never be what the truth contradicts.
    var clock: Now {
        if broken == nil, let lie = time.lie { broken = InvariantViolation("\(id): \(lie)") }
        return time.reading.now
    }
    var moment: Moment { Moment(now: clock, bootID: time.bootID) }
    var isUp: Bool { keeper != nil }

    func note(_ line: String) { context.note("\(id) \(line)") }

    // MARK: Beginning and end

    /// Starts the process. It may be cut off in the middle of that too.
    func start() throws {
        guard isDown else { return }
        isDown = false
        life += 1
        disk.restart()
        scale.restart()
        time.restart()
        practising = []
        lastWords = [:]
        (notedSource, worstBound) = (nil, 0)
        failure = nil
        failuresBefore = disk.failures
        note("starts")
        if context.bug == .logRemovedAtStart { try? disk.remove(disk.root + "/journal.db-wal") }
        entropy = context.entropy()
        do {
            let keeper = try JournalKeeper(configuration: configuration, logger: context.logger)
            self.keeper = keeper
            lastEpoch = keeper.state.epoch
            try checkSaved(keeper)
            (isTurned, mayForget) = (false, false)
            open()
        } catch let rule as InvariantViolation {
            throw rule
        } catch {
            return try end(of: error)
        }
        if failure != nil || disk.death != nil { return try end(of: failure) }
        beginDelivery()
        try turn()
    }

    var configuration: Journal.Configuration {
        var configuration = Journal.Configuration(
            directory: disk.root, kiosk: id, reserveBytes: 1 << 20, ballastBytes: 4 << 20, bootID: time.bootID,
            now: { [unowned self] in clock })
        configuration.disk = disk
        configuration.random = context.bug == .epochReused ? sameEntropy : entropy
        return configuration
    }

    /// Draws the same every time.
    private var sameEntropy: Entropy { Entropy { 0x1234_5678_9ABC_DEF0 } }

    /// The first transaction: nobody is signed in over a restart, and who works here is known.
    private func open() {
        let shared = SharedScale()
        shared.stand(on: scale)
        sessions = Scenario.desks.map { name in
            guard let bug = context.bug, bug.isOfTurn else {
                return DeskSession(
                    name: name, policy: Scenario.policy, scale: shared, isPrinting: true, random: entropy)
            }
            return FaultySession(bug, name: name, policy: Scenario.policy, scale: shared, random: entropy) {
                [unowned self] _, turn, outcome in
                if !turn.isPractice { show(outcome.events) }
            }
        }
        told = nil
        perform([
            recording { [unowned self] transaction in
                try transaction.resumePrints()
                return try transaction.endSessions(at: moment, isPrinting: true, random: entropy)
            },
            recording { [unowned self] transaction in
                var events: [Event] = []
                for (type, data, document) in Scenario.documents where try transaction.isNews(document) {
                    try transaction.apply(document)
                    events.append(try transaction.record(draft(type, data)))
                }
                return events
            },
            recording { [unowned self] in [try $0.record(draft(.deviceStarted, ["version": "0.1.0"]))] },
        ])
        guard let last = try? ask({ try PointView(store: $0.store).lastWeighIn() }) else { return }
        shared.rearm(last.weighIn)
    }

    /// Of the daemon itself.
    private func recording(_ body: @escaping @Sendable (Transaction) throws -> [Event]) -> Job {
        .recording { [unowned self] transaction in
            let events = try body(transaction)
            for event in events { attempted[event.draft.id] = Digest(of: event.draft.canonical) }
            return events
        } then: { [unowned self] in
            if case .success(let events) = $0 { show(events) }
        }
    }

    private func beginDelivery() {
        let broker = MQTTConfiguration(
            host: "broker", port: 1883, clientID: id.text, keepAliveSeconds: 60, tls: nil, will: nil)
        var delivery = Delivery.Timing()
        delivery.resumeSpread = .seconds(10)
        let uplink = Uplink(
            configuration: Uplink.Configuration(
                kiosk: id, broker: broker,
                link: LinkSchedule.Timing(spread: .seconds(20), base: .seconds(5), cap: .seconds(300)),
                delivery: delivery, statusInterval: .seconds(900)), outbox: KioskOutbox(self), inbox: NoInbox(),
            logger: context.logger, status: { [unowned self] in status($0) },
            onTime: { [unowned self] told, question in time.hear(told, question) })
        let network = SimulatedNetwork(
            broker: self.broker, isCenter: false, since: since,
            onSession: { [unowned self] in begin($0) }, onArrival: { [unowned self] in wake() })
        let worker = UplinkWorker(uplink, network: network, random: entropy)
        (self.uplink, self.worker) = (uplink, worker)
        worker.begin()
    }

    /// The process ends: the disk says how, or a failed write.
    func end(of error: (any Error)?) throws {
        guard !isDown else { return }
        let death = disk.death
        try checkSaid()
        // Anything else than a disk that failed it has to live with.
        if death == nil, disk.failures == failuresBefore, let error {
            throw InvariantViolation(
                "\(id) does not open, or gives up, though its disk does what it is asked: \(error)")
        }
        note("ends: \(death.map { "\($0)" } ?? "a write failed")")
        stopProcess()
        if death == .powerCut {
            if isTurned { mayForget = true }
            disk.losePower(using: &context.generator)
            // A board starts its uptime anew.
            since = context.now
            time.powerOff(
                for: Int64(context.pick(0...40)) * Int64(context.pick(0...86_400_000)),
                rate: Int64(context.pick(-99...99)))
        }
        let pause = Int64(context.pick(100...20_000))
        context.agenda.enter(at: context.now + pause) { [unowned self] in try start() }
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
        practiceKeeper?.close()
        (keeper, practiceKeeper, worker, uplink) = (nil, nil, nil, nil)
        // Who waited for an answer gets none.
        (waiting, waitingToPractise, sessions, isStalled) = ([], [], [], false)
        session?.abandon()
        session = nil
        isDown = true
        wakeNumber += 1
    }

    // MARK: Turns

    /// Something has arrived, or the journal has changed.
    func wake() {
        guard !isRung else { return }
        isRung = true
        context.agenda.enter(at: context.now) { [unowned self] in
            isRung = false
            try turn()
        }
    }

    func turn() throws {
        guard let worker, let keeper, !isTurning else { return }
        isTurning = true
        worker.turn()
        if let due = deskDeadline, due <= uptime {
            told = sessions.compactMap(\.deadline).min()
            toldAt = uptime
            for (desk, session) in sessions.enumerated() {
                if let due = session.deadline, due <= uptime { enter(.tick, at: desk) }
            }
            if !isStalled { try flush() }
        }
        if let due = keeper.cursorDeadline, due <= uptime { perform([]) }
        isTurning = false
        if failure != nil || disk.death != nil { return try end(of: failure) }
        try checkStep(keeper)
        arm()
    }

    /// As the agent has it: a desk that could not record what it was told is told again after a while.
    private var deskDeadline: Uptime? {
        let due = sessions.compactMap(\.deadline).min()
        return due == told ? due.map { max($0, toldAt + 5000) } : due
    }

    private func arm() {
        let givesUp = context.bug == .retryGivesUp && uplink.map { $0.state.counters.attempts > 6 } ?? false
        let due = [givesUp ? nil : worker?.deadline, keeper?.cursorDeadline, deskDeadline]
            .compactMap(\.self).min()
        guard let due else { return }
        wakeNumber += 1
        let number = wakeNumber
        context.agenda.enter(at: max(since + due.milliseconds, context.now + 1)) { [unowned self] in
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
                    if worker != nil { wake() }
                }
            }
        } catch {
            let fatal = error as? JournalError ?? .failed("\(error)")
            failure = fatal
            for job in jobs { job.refuse(fatal) }
        }
    }

    private func draft(_ type: EventType, _ data: JSON) -> EventDraft {
        var entropy = entropy
        return EventDraft(
            id: .make(at: clock.wall, using: &entropy), type: type, subject: nil, now: clock,
            bootID: moment.bootID, actor: nil, data: data.canonical)
    }

    private static let ofMoney = ProduceProjection.types.union(PersonProjection.types)

    /// Somebody was told that these are saved.
    func show(_ events: [Event]) {
        guard let epoch = keeper?.store.chain.epoch else { return }
        for event in events {
            note("saved \(event.sequence) \(event.draft.type)")
            shown.append(
                Shown(
                    id: event.draft.id, epoch: epoch, sequence: event.sequence, hash: event.hash,
                    content: Digest(of: event.draft.canonical), isOfMoney: Self.ofMoney.contains(event.draft.type))
            )
        }
    }

    private func status(_ alarms: [Status.Alarm]) -> Status {
        // Only a worker asks, and it has a journal.
        let state = keeper?.state
        var status = Status(
            kiosk: id, epoch: state?.epoch ?? Epoch.none, head: state?.head ?? .genesis,
            acknowledged: state?.acknowledged ?? 0, pruned: state.flatMap { $0.anchor > 0 ? $0.pruned : nil },
            oldestMilliseconds: nil, time: clock.wall, clock: clock.clock, version: "0.1.0", configuration: "simulated",
            alarms: alarms, peripherals: [],
            board: Status.Board(uptimeMilliseconds: uptime.milliseconds, freeBytes: disk.free, residentKiB: 0))
        status.question = time.question()
        return status
    }
}

extension Epoch {
    /// Of no journal.
    fileprivate static let none: Epoch = {
        var zero = SeededGenerator(seed: 0)
        return .random(using: &zero)
    }()
}
