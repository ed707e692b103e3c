import Board
import Domain
import Logging
import ServiceLifecycle
import Workflow

/// Records by which source the time became known, so that what was recorded before can be placed, and keeps it over a restart.
actor ClockKeeper {
    private let journal: @Sendable (EventType, JSON) async throws -> Void
    private let file: ClockFile
    private let logger: Logger
    private var noted: Timekeeper.Source?
    private var savedAt: Uptime?
    /// How far the time may have been wrong at worst since the journal was told of a source.
    private var worst: Int64 = 0
    private var pace: AgePace
    /// Whether the journal was told of a contradiction, and of which.
    private var told: Timekeeper.Contradiction?

    /// A time that is so much closer than it was places what was recorded meanwhile.
    static let narrowerMilliseconds: Int64 = 10_000
    /// Between two writes of the file, unless something better becomes known.
    static let saveMilliseconds: Int64 = 3_600_000

    init(
        file: ClockFile, logger: Logger, record: @escaping @Sendable (EventType, JSON) async throws -> Void
    ) {
        self.file = file
        self.logger = logger
        pace = file.pace
        journal = record
    }

    /// - Returns: whether the time became known or better known, so that what had to wait for it can be decided.
    func note() async throws -> Bool {
        let reading = BoardClock.reading
        var isContradicted = false
        if let contradiction = BoardClock.contradiction, isNews(contradiction) {
            told = contradiction
            isContradicted = true
            logger.error(
                "the time that was believed cannot be",
                metadata: [
                    "believed": "\(contradiction.believed)", "by": "\(contradiction.by)",
                    "seconds": "\(contradiction.differenceMilliseconds / 1000)",
                ])
        }
        guard let source = reading.source else { return false }
        let bound = reading.now.clock.boundMilliseconds ?? 0
        worst = max(worst, bound)
        let isNarrower = worst - bound >= Self.narrowerMilliseconds
        guard isContradicted || isNarrower || noted.map({ Self.rank(source) < Self.rank($0) }) ?? true else {
            if savedAt.map({ reading.now.uptime - $0 >= Self.saveMilliseconds }) ?? true { await save() }
            return false
        }
        let before = (source: noted, worst: worst)
        (noted, worst) = (source, bound)
        await save()
        // A watch has an event of its own.
        guard source != .operator else { return true }
        do {
            try await journal(.clockSynced, event(source, isContradicted ? told : nil))
        } catch {
            if noted == source { (noted, worst) = (before.source, max(worst, before.worst)) }
            if isContradicted { told = nil }
            throw error
        }
        logger.notice("the time is known", metadata: ["source": "\(source)", "time": "\(reading.now.wall)"])
        return true
    }

    private func event(_ source: Timekeeper.Source, _ contradiction: Timekeeper.Contradiction?) -> JSON {
        .members([
            "source": .string(source.rawValue),
            "contradicts": contradiction.map {
                [
                    "believed": .string($0.believed.rawValue), "by": .string($0.by.rawValue),
                    "differencems": .integer($0.differenceMilliseconds),
                ]
            },
        ])
    }

    private static func rank(_ source: Timekeeper.Source) -> Int {
        Timekeeper.Source.allCases.firstIndex(of: source) ?? 0
    }

    /// Two sources that contradict each other for good are told once a day.
    private func isNews(_ contradiction: Timekeeper.Contradiction) -> Bool {
        guard let told, told.believed == contradiction.believed, told.by == contradiction.by else { return true }
        return contradiction.uptime - told.uptime >= 86_400_000
    }

    /// The moment by which ages are judged now; `nil` while nobody knows the time.
    func judges(_ now: Now) -> Now? {
        guard let span = now.span else { return nil }
        let isLive = now.clock.word == .synced && BoardClock.contradiction == nil
        let judged = pace.next(span.earliest, at: now.uptime, isLive: isLive)
        return Now(wall: judged, uptime: now.uptime, clock: .synced(within: 0))
    }

    /// Somebody has set the time against what was known: it must not come back with the next start.
    func forced() async {
        noted = .operator
        await save()
    }

    /// Off Swift's pool: a card may take its time.
    func save() async {
        savedAt = BoardClock.uptime
        do {
            try await DedicatedThread.run(name: "clock") { [file, pace] in try file.save(pace) }
        } catch {
            logger.warning(
                "the time could not be kept for the next start",
                metadata: ["file": "\(file.path)", "error": "\(error)"])
        }
    }
}

/// Lets the keeper look as soon as somebody tells the time, and at the end.
struct ClockService: Service {
    let keeper: ClockKeeper
    let news: AsyncStream<Void>
    let onKnown: @Sendable () async -> Void

    func run() async throws {
        for await _ in news.cancelOnGracefulShutdown() {
            // Housekeeping tries again if it fails, and says so.
            if (try? await keeper.note()) == true { await onKnown() }
        }
        await keeper.save()
    }
}
