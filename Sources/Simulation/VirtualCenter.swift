import Center
import Domain
import Logging
import MQTT
import SQLite
import Wire

/// The center: its disk, which outlives everything, and the process of the moment, made of the real store and worker.
final class VirtualCenter {
    let context: SimulationContext
    let broker: SimulatedBroker
    let disk: SimulatedDisk
    private(set) var store: CenterStore?
    private(set) var worker: CenterWorker?
    private(set) var session: SimulatedSession?
    private let since: Int64
    private var isDown = true
    private var wakeNumber = 0
    private var isRung = false
    private var failuresBefore = 0
    /// How far each kiosk was ever told that its events are held, and how far since a backup was put back.
    private(set) var promised: [HashChain: Head] = [:]
    private var owed: [HashChain: Head] = [:]
    /// A copy that somebody keeps.
    private var backup: SimulatedDisk.Image?
    /// Where a kiosk's journal ends, for a bug.
    var headOf: (KioskID, Epoch) -> Head? = { _, _ in nil }
    /// Before the commit that a bug forgets.
    private var before: SimulatedDisk.Image?

    init(context: SimulationContext, broker: SimulatedBroker) {
        self.context = context
        self.broker = broker
        since = context.now
        disk = SimulatedDisk(bug: context.bug == .centerCommitNotSynchronised ? .commitNotSynchronised : nil)
        DiskVFS.mount(disk)
    }

    deinit { DiskVFS.unmount(disk) }

    var isUp: Bool { worker != nil }
    private var uptime: Uptime { Uptime(milliseconds: context.now - since) }

    func start() throws {
        guard isDown else { return }
        isDown = false
        disk.restart()
        failuresBefore = disk.failures
        context.note("center starts")
        do {
            let store = try CenterStore(path: disk.root + "/center.db", disk: disk)
            self.store = store
            try checkPromises(store)
            let network = SimulatedNetwork(
                broker: broker, isCenter: true, since: since, onSession: { [unowned self] in begin($0) },
                onArrival: { [unowned self] in wake() })
            let worker = CenterWorker(
                store: store,
                broker: MQTTConfiguration(
                    host: "broker", port: 1883, clientID: "center", keepAliveSeconds: 60, tls: nil, will: nil),
                timing: LinkSchedule.Timing(spread: .seconds(1), base: .seconds(1), cap: .seconds(20)),
                documents: nil, logger: context.logger, network: network, wall: { [unowned self] in context.wall },
                time: { [unowned self] in .init(context.wall, within: 1) }, seed: context.generator.next())
            self.worker = worker
            worker.begin()
        } catch let rule as InvariantViolation {
            throw rule
        } catch {
            return try end(of: error)
        }
        try turn()
    }

    func end(of error: (any Error)?) throws {
        guard !isDown else { return }
        let death = disk.death
        if death == nil, disk.failures == failuresBefore, let error {
            throw InvariantViolation("the center gives up, though its disk does what it is asked: \(error)")
        }
        context.note("center ends: \(death.map { "\($0)" } ?? "a write failed")")
        if death == nil { disk.dieNow(.kill) }
        (worker, store) = (nil, nil)
        session?.abandon()
        session = nil
        isDown = true
        wakeNumber += 1
        if death == .powerCut { disk.losePower(using: &context.generator) }
        if context.bug == .acknowledgedBeforeCommit, let before { disk.put(before) }
        before = nil
        context.agenda.enter(at: context.now + Int64(context.pick(100...20_000))) { [unowned self] in try start() }
    }

    func die(_ how: SimulatedDisk.Death) throws {
        guard isUp else { return }
        disk.dieNow(how)
        try end(of: nil)
    }

    /// Somebody makes a backup, and later puts it in the place of what there is by then.
    func exchangeDisk() throws {
        guard isUp else { return }
        try die(.kill)
        context.note(backup == nil ? "center backed up" : "center's backup put back")
        if let backup {
            disk.put(backup)
            owed = [:]
            self.backup = nil
        } else {
            backup = disk.image
        }
    }

    /// It ends after its next commit, before anyone is told.
    func dieBeforeTelling() {
        session?.diesAtPublish = { [unowned self] in disk.dieNow(.kill) }
    }

    // MARK: Turns

    private func wake() {
        guard !isRung else { return }
        isRung = true
        // What comes within a moment goes into one transaction.
        context.agenda.enter(at: context.now + Int64(context.pick(0...20))) { [unowned self] in
            isRung = false
            try turn()
        }
    }

    func turn() throws {
        guard let worker else { return }
        if context.bug == .acknowledgedBeforeCommit { before = disk.image }
        do {
            try worker.turn(wake: -1)
        } catch {
            return try end(of: error)
        }
        if disk.death != nil { return try end(of: nil) }
        try checkQueues(worker)
        guard let due = worker.deadline else { return }
        wakeNumber += 1
        let number = wakeNumber
        context.agenda.enter(at: max(since + due.milliseconds, context.now + 1)) { [unowned self] in
            if wakeNumber == number { try turn() }
        }
    }

    // MARK: What it says

    private func begin(_ session: SimulatedSession) {
        self.session = session
        session.onPublish = { [unowned self] _, message in acknowledge(&message) }
        if context.bug == .gapAccepted { session.onTake = { [unowned self] in acceptGap($0) } }
    }

    /// Notes what leaves for a kiosk.
    private func acknowledge(_ message: inout MQTTMessage) {
        let parts = message.topic.split(separator: "/")
        guard parts.last == "ack", let kiosk = KioskID(String(parts[3])),
            let acknowledgement = try? Acknowledgement(parsing: message.payload)
        else { return }
        let chain = HashChain(kiosk: kiosk, epoch: acknowledgement.epoch)
        context.note("center tells \(kiosk) \(acknowledgement.through.sequence)")
        if context.bug == .cursorMovedByStatus, let head = headOf(kiosk, acknowledgement.epoch) {
            message.payload =
                Acknowledgement(epoch: acknowledgement.epoch, through: head, missing: []).json.canonical
        }
        if acknowledgement.through.sequence > promised[chain]?.sequence ?? 0 {
            promised[chain] = acknowledgement.through
        }
        if acknowledgement.through.sequence > owed[chain]?.sequence ?? 0 { owed[chain] = acknowledgement.through }
    }

    /// A bug: what has not come is left out.
    private func acceptGap(_ event: MQTTEvent) {
        guard case .message(let message) = event, let store, message.topic.hasSuffix("/up/events"),
            let batch = try? EventBatch.decode(
                message.payload, encoding: message.userProperties[EventBatch.encodingProperty]),
            let first = batch.events.first
        else { return }
        let chain = HashChain(kiosk: first.kiosk, epoch: first.epoch)
        guard let through = try? store.through(chain), first.event.sequence > through.sequence + 1 else { return }
        let head = Head(sequence: first.event.sequence - 1, hash: first.event.previousHash)
        try? store.transaction { try store.setThrough(chain, head, at: context.wall) }
    }

    private func checkPromises(_ store: CenterStore) throws {
        for (chain, head) in owed.sorted(by: {
            ($0.key.kiosk.text, $0.value.sequence) < ($1.key.kiosk.text, $1.value.sequence)
        }) {
            let held = try store.through(chain)
            guard held.sequence >= head.sequence else {
                throw InvariantViolation(
                    "the center told \(chain.kiosk) that it holds \(head.sequence) events, and holds \(held.sequence)")
            }
        }
    }

    private func checkQueues(_ worker: CenterWorker) throws {
        let (underWay, waiting) = worker.acknowledgements
        guard underWay <= CenterWorker.mostUnderWay, waiting <= context.kiosks else {
            throw InvariantViolation(
                "\(underWay) acknowledgements under way and \(waiting) waiting for \(context.kiosks) kiosks")
        }
    }
}
