import Barcodes
import Board
import Delivery
import DeskSession
import Devices
import Domain
import Journal
import KioskSettings
import Logging
import MQTT
import Phrases
import Sounds
import Synchronization
import Uplink
import Wire
import Workflow

/// The kiosk's parts, wired. It starts none of them; the services do.
final class Kiosk: Sendable {
    let settings: KioskSettings
    let configurationDigest: String
    let logger: Logger
    /// `nil` while the journal can be written.
    let outage: StorageOutage?
    let journal: Journal
    let desks: Desks
    let practice: Practice
    let devices: DeviceHub
    /// `nil` when none is configured.
    let printer: Printer?
    /// `nil` likewise.
    let printQueue: PrintQueue?
    let slips: Slips
    /// `nil` when no broker is configured.
    let uplink: Uplink?
    /// `nil` when no player is configured.
    let sounder: Sounder?
    let news = Broadcaster<Void>(kept: 1)
    let outcomes = Broadcaster<JSON>(kept: 100)
    /// A desk has said something and now waits for a time.
    let stirs = Broadcaster<Void>(kept: 1)
    let clock: ClockKeeper
    /// Somebody told the time.
    let timeNews = Broadcaster<Void>(kept: 1)
    /// Another list is in force.
    let catalogNews = Broadcaster<Void>(kept: 1)

    init(
        settings: KioskSettings, configurationDigest: String, runtime: RuntimeDirectory, logger: Logger,
        outage: StorageOutage? = nil, onRecovering: @escaping @Sendable () -> Void = {},
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws {
        self.outage = outage
        self.settings = settings
        self.configurationDigest = configurationDigest
        self.logger = logger
        let wakeSignal = WakeSignal()
        let clockFile = ClockFile(directory: settings.directory, rtc: settings.rtc)
        clockFile.resume()
        let journalLogger = logger.named("journal")
        let journal: Journal
        if let outage {
            journal = .unavailable(settings.journal, because: outage.reason, logger: journalLogger)
        } else {
            var configuration = settings.journal
            configuration.onRecovering = onRecovering
            journal = try Journal.open(
                configuration, logger: journalLogger,
                onState: { [news] _ in
                    wakeSignal.uplink?.journalChanged()
                    news.announce(())
                }, onFailure: onFailure)
        }
        let practice = Practice(
            configuration: journal.configuration, logger: logger.named("practice"))
        let sounder = settings.soundPlayer.map { player in
            Sounder(
                player: player, directory: (outage == nil ? settings.directory : runtime.directory) + "/sounds",
                voice: settings.voice,
                logger: logger.named("sound"))
        }
        let printer = settings.printer.map { configuration in
            Printer(
                configuration, logger: logger.named("printer"),
                onChange: {
                    wakeSignal.queue?.printerChanged()
                    wakeSignal.uplink?.statusChanged()
                })
        }
        let (source, ink) = (SlipSource(kiosk: settings.kiosk), SlipInk(printer: settings.printer))
        let printQueue = printer.map { printer in
            PrintQueue(
                journal: journal, practice: practice, printer: printer, source: source, ink: ink,
                logger: logger.named("printer"), onObstacle: { wakeSignal.uplink?.statusChanged() })
        }
        var onPaper: (@Sendable () -> String?)?
        if let printQueue {
            onPaper = {
                printQueue.wake()
                return printQueue.obstacle
            }
        }
        let slips = Slips(journal: journal, practice: practice, source: source, ink: ink, queue: printQueue)
        // Only now: what the watch said is saved.
        let timeHeard: @Sendable (Timestamp) -> Void = { [timeNews] time in
            _ = BoardClock.hear(operator: time)
            timeNews.announce(())
        }
        let scale = SharedScale()
        let desks = Desks(
            journal: journal, practice: practice, rules: .inForce(file: settings.rulesFile, logger: logger),
            policy: settings.desk,
            scanners: settings.scanners, scale: scale, logger: logger.named("desk"),
            onPaper: onPaper,
            onSaid: { [outcomes, stirs] reply in
                // First, because a person waits for it. What happens by itself makes no sound.
                if !reply.isUnasked {
                    sounder?.play(reply.answer.tone, isPractice: reply.isPractice)
                    // The tone says saved, the sentence says what: for who cannot read the screen.
                    if let announcement = SpokenMessage(reply.answer, after: reply.closed) {
                        sounder?.say(
                            announcement.sentence(in: settings.voiceUnit, isPractice: reply.isPractice),
                            isPrompt: announcement.isPrompt)
                    }
                }
                if case .timeSet(let time) = reply.answer, !reply.isPractice { timeHeard(time) }
                outcomes.announce(reply.json)
                if reply.awaitsTime { stirs.announce(()) }
            })
        let devices = DeviceHub(
            scanners: settings.scanners.map(\.device), scale: settings.scale, logger: logger.named("devices"),
            onScan: { scanner, input in desks.take(input, from: scanner) },
            onChange: { wakeSignal.uplink?.statusChanged() })
        scale.stand(on: devices)
        self.journal = journal
        self.desks = desks
        self.practice = practice
        self.devices = devices
        self.sounder = sounder
        self.printer = printer
        self.printQueue = printQueue
        self.slips = slips
        clock = ClockKeeper(file: clockFile, logger: logger.named("clock")) { type, data in
            let moment = BoardClock.moment
            _ = try await journal.record { transaction in
                // Who looks after the point has to see what was decided by a time that cannot be.
                var data = data
                if let believed = data["contradicts"]?["believed"]?.string, case .object(var members) = data,
                    case .object(var contradicts)? = members["contradicts"],
                    let decided = try transaction.decided(in: moment.bootID, by: believed)
                {
                    contradicts["decided"] = [
                        "from": .integer(decided.events.lowerBound), "through": .integer(decided.events.upperBound),
                        "count": .integer(decided.count),
                    ]
                    members["contradicts"] = .object(contradicts)
                    data = .object(members)
                }
                return try transaction.record(EventDraft(type, at: moment, data))
            }
        }
        uplink = settings.broker.map { [timeNews, catalogNews] broker in
            var delivery = Delivery.Timing()
            delivery.resumeSpread = min(settings.link.spread / 2, .seconds(60))
            var link = settings.link
            // One card that failed is no county that returns at once, and the center waits for the alarm.
            if outage != nil { link.spread = min(link.spread, .seconds(10)) }
            return Uplink(
                configuration: Uplink.Configuration(
                    kiosk: settings.kiosk, broker: broker, link: link, delivery: delivery,
                    statusInterval: settings.statusInterval), outbox: journal,
                inbox: JournalInbox(
                    journal: journal, practice: practice, logger: logger.named("inbox"),
                    onCatalog: { catalogNews.announce(()) }),
                logger: logger.named("uplink"),
                status: { alarms in
                    Self.status(
                        settings: settings, configuration: configurationDigest, journal: journal, outage: outage,
                        peripherals: Self.peripherals(devices, printer, sounder),
                        alarms: alarms + Self.alarms(of: printQueue),
                        oldest: (try? journal.oldestPending())?.draft, question: BoardClock.question)
                },
                onTime: { time, question in
                    // Who could stand between would set the price of every crate.
                    guard broker.tls != nil || broker.isLoopback else { return }
                    BoardClock.hear(center: time.wall, bound: time.bound, inAnswerTo: question)
                    timeNews.announce(())
                },
                certificateTime: {
                    let reading = BoardClock.reading
                    if reading.source == .kernel, reading.now.clock.word == .synced { return .now(reading.now.wall) }
                    // Whatever else is believed may be wrong by years, and must not keep the point from whoever could set it
                    // right: it counts up to a quarter after this program was built. The kernel's clock alone proves nothing: a
                    // board without a battery wakes in 1970, or in 2099.
                    let known = reading.now.span?.earliest ?? clockFile.floor ?? BoardClock.built
                    return .notBefore(max(BoardClock.built, min(known, BoardClock.built.adding(90 * 86_400_000))))
                })
        }
        wakeSignal.connect(uplink, printQueue)
    }

    /// The journal and the devices are made before the uplink that they wake; until then the bell is silent.
    private final class WakeSignal: Sendable {
        private let target = Mutex<(uplink: Uplink?, queue: PrintQueue?)>((nil, nil))
        var uplink: Uplink? { target.withLock { $0.uplink } }
        var queue: PrintQueue? { target.withLock { $0.queue } }
        func connect(_ uplink: Uplink?, _ queue: PrintQueue?) { target.withLock { $0 = (uplink, queue) } }
    }

    /// Records a fact of the agent itself.
    func record(_ type: EventType, _ data: JSON) async throws {
        let moment = BoardClock.moment
        _ = try await journal.record { try $0.record(EventDraft(type, at: moment, data)) }
    }

    // MARK: Status

    var peripherals: [PeripheralState] { Self.peripherals(devices, printer, sounder) }

    private static func peripherals(
        _ devices: DeviceHub, _ printer: Printer?, _ sounder: Sounder?
    ) -> [PeripheralState] {
        devices.peripherals + [printer?.peripheral, sounder?.peripheral].compactMap { $0 }
    }

    /// A paper that somebody waits for does not come out.
    static func alarms(of queue: PrintQueue?) -> [Status.Alarm] {
        queue?.obstacle.map { [Status.Alarm(code: "slips-wait", detail: "slips wait for the printer: \($0)")] } ?? []
    }

    static func status(
        settings: KioskSettings, configuration: String, journal: Journal, outage: StorageOutage?,
        peripherals: [PeripheralState], alarms: [Status.Alarm], oldest: EventDraft?, question: String? = nil
    ) -> Status {
        let state = journal.state
        let reading = BoardClock.reading
        let now = reading.now
        var alarms = alarms + clockAlarms(reading)
        if let outage {
            alarms.append(outage.alarm)
        } else if !state.hasRoom {
            alarms.append(
                Status.Alarm(
                    code: "disk-reserve", detail: "too little space is free; nothing new is recorded, free some space"))
        }
        if !settings.mayBeVolatile, BoardState.isVolatile(settings.directory) {
            alarms.append(
                Status.Alarm(
                    code: "storage-volatile",
                    detail:
                        "\(settings.directory) lies in memory: all that is recorded is gone with the power; put it on the card"
                ))
        }
        if let fault = settings.faults.last {
            alarms.append(Status.Alarm(code: "settings-refused", detail: "in force is \(settings.file): \(fault)"))
        }
        if state.recoveries > 0 {
            alarms.append(Status.Alarm(code: "journal-recovered", detail: "the journal was damaged and was replaced"))
        }
        var status = Status(
            kiosk: settings.kiosk, epoch: state.epoch, head: state.head, acknowledged: state.acknowledged,
            pruned: state.anchor > 0 ? state.pruned : nil,
            oldestMilliseconds: oldest.flatMap { age(of: $0, now) }, time: now.wall, clock: now.clock,
            version: Version.text,
            configuration: configuration, alarms: alarms,
            peripherals: peripherals.map {
                Status.Peripheral(
                    name: $0.name, kind: $0.kind.rawValue, isConnected: $0.connected, problem: $0.problem)
            },
            board: Status.Board(
                uptimeMilliseconds: now.uptime.milliseconds,
                freeBytes: outage == nil ? state.freeBytes : BoardState.freeBytes(at: settings.directory) ?? 0,
                residentKiB: BoardState.residentKiB))
        status.isDegraded = outage != nil
        status.question = question
        status.clockSource = reading.source?.rawValue
        if outage == nil {
            // A journal that cannot answer says so elsewhere.
            let known = (try? journal.documents()) ?? [:]
            status.documents = known.mapValues { Status.DocumentMark(version: $0.version, digest: $0.digest) }
        }
        return status
    }

    private static func clockAlarms(_ reading: Timekeeper.Reading) -> [Status.Alarm] {
        var alarms: [Status.Alarm] = []
        if BoardClock.discipline == .unreadable {
            alarms.append(
                Status.Alarm(
                    code: "clock-unreadable",
                    detail: "the kernel may not be asked about its clock: allow adjtimex in the sandbox"))
        }
        if reading.source == nil {
            alarms.append(
                Status.Alarm(
                    code: "clock-unset",
                    detail:
                        "nobody knows the time here: dated prices and days cannot be told; see to the network, or set it"
                ))
        }
        if let contradiction = BoardClock.contradiction {
            alarms.append(
                Status.Alarm(
                    code: "clock-contradicted",
                    detail:
                        "the time by \(contradiction.believed) was off by \(contradiction.differenceMilliseconds / 1000) s, "
                        + "says \(contradiction.by): look at what was recorded by it"))
        }
        return alarms
    }

    /// How long the oldest unacknowledged event waits: by this boot's own clock, or by the wall clock if it could be
    /// believed then and can be now.
    private static func age(of event: EventDraft, _ now: Now) -> Int64? {
        if event.bootID == BoardClock.bootID { return max(now.uptime - event.now.uptime, 0) }
        guard event.now.clock.isBelieved, now.clock.isBelieved else { return nil }
        return max(now.wall.milliseconds - event.now.wall.milliseconds, 0)
    }
}

extension Logger {
    /// The same logger with the part's name in each line.
    func named(_ part: String) -> Logger {
        var logger = self
        logger[metadataKey: "part"] = "\(part)"
        return logger
    }
}

extension KioskSettings {
    var journal: Journal.Configuration {
        Journal.Configuration(
            directory: directory, kiosk: kiosk, reserveBytes: reserveBytes, ballastBytes: ballastBytes,
            bootID: BoardClock.bootID, now: { BoardClock.now })
    }
}

extension EventDraft {
    /// A fact that the agent itself records; what people do at a desk is drafted there.
    init(_ type: EventType, _ subject: String? = nil, at moment: Moment, actor: String? = nil, _ data: JSON) {
        var generator = SystemRandomNumberGenerator()
        self.init(type, subject, at: moment, actor: actor, data, using: &generator)
    }
}
