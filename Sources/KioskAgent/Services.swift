import Board
import Domain
import Journal
import KioskSettings
import Logging
import ServiceLifecycle
import Workflow

/// A part with a thread of its own: started, left alone, and stopped when its turn comes.
struct ThreadService: Service {
    let start: @Sendable () throws -> Void
    /// May wait for the part's thread.
    let stop: @Sendable () -> Void

    func run() async throws {
        try start()
        // Cancelled or stopped in order, the part ends the same way.
        try? await gracefulShutdown()
        await DedicatedThread.run(name: "stopping") { stop() }
    }
}

/// Says to the service manager that the kiosk lives, looks at the clock, and prunes.
struct Housekeeping: Service {
    let kiosk: Kiosk
    let manager: ServiceManager

    static let tick = Duration.seconds(60)

    func run() async throws {
        var ticks = 0
        let interval = min(manager.watchdog ?? Self.tick, Self.tick)
        let ticksAnHour = max(Int(Duration.seconds(3600) / interval), 1)
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                // A journal that does not answer must not be called alive.
                try await kiosk.journal.settle()
                manager.alive()
                // What could not be judged without a clock is judged as soon as there is one.
                let isNews = try await kiosk.clock.note()
                if isNews || ticks % ticksAnHour == 0 { try await Self.judge(kiosk, manager) }
                BoardState.returnFreeMemory()
            } catch {
                kiosk.logger.warning("housekeeping was not done", metadata: ["error": "\(error)"])
            }
            ticks += 1
            await cancelWhenGracefulShutdown {
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// What is decided by time; without a clock that can be believed it waits.
    static func judge(_ kiosk: Kiosk, _ manager: ServiceManager) async throws {
        let moment = BoardClock.moment
        await price(kiosk, because: .placed, at: moment, manager)
        guard let now = await kiosk.clock.judges(moment.now) else { return }
        try await prune(kiosk, now, manager)
        try await lookAtParcels(kiosk, now, moment, manager)
    }

    /// Where it fails the crates wait for the next hour; a card that has no room for prices must still be pruned.
    static func price(
        _ kiosk: Kiosk, because reason: WeighIn.LaterPrice.Reason, at moment: Moment, _ manager: ServiceManager
    ) async {
        do {
            let priced = try await kiosk.journal.priceCrates(
                kiosk.settings.desk.weighing.rounding, because: reason, at: moment
            ) { manager.alive() }
            if priced > 0 {
                kiosk.logger.notice(
                    "crates have got their price", metadata: ["crates": "\(priced)", "because": "\(reason)"])
            }
        } catch {
            kiosk.logger.warning("crates wait for their price", metadata: ["error": "\(error)"])
        }
    }

    private static func lookAtParcels(
        _ kiosk: Kiosk, _ now: Now, _ moment: Moment, _ manager: ServiceManager
    ) async throws {
        let flagged = try await kiosk.journal.flagOverdue(
            after: kiosk.settings.overdueDays, judged: now, at: moment
        ) { manager.alive() }
        if flagged > 0 { kiosk.logger.notice("parcels are overdue", metadata: ["parcels": "\(flagged)"]) }
        let erased = try await kiosk.journal.eraseRecipients(after: kiosk.settings.eraseDays, at: now)
        if erased > 0 { kiosk.logger.info("personal data was erased", metadata: ["recipients": "\(erased)"]) }
    }

    private static func prune(_ kiosk: Kiosk, _ now: Now, _ manager: ServiceManager) async throws {
        guard let span = now.span else { return }
        let cutoff = span.earliest.adding(-Int64(kiosk.settings.retentionDays) * 86_400_000)
        var pruned: Int64 = 0
        while case let count = try await kiosk.journal.prune(before: cutoff), count > 0 {
            pruned += count
            manager.alive()
        }
        if pruned > 0 { kiosk.logger.info("old acknowledged events were pruned", metadata: ["events": "\(pruned)"]) }
    }
}

/// Says to the service manager that the kiosk lives although it has no journal to look after.
struct Heartbeat: Service {
    let manager: ServiceManager

    func run() async throws {
        let interval = manager.watchdog ?? Housekeeping.tick
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            manager.alive()
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: interval) }
        }
    }
}

/// Prices what had no price as soon as another list is in force.
struct Pricing: Service {
    let kiosk: Kiosk
    let manager: ServiceManager
    let news: AsyncStream<Void>

    func run() async throws {
        for await _ in news.cancelOnGracefulShutdown() {
            await Housekeeping.price(kiosk, because: .listed, at: BoardClock.moment, manager)
        }
    }
}

/// Tells the desks that time passes: questions nobody answers are dropped, and whoever has gone is signed out. While
/// nobody works at a desk it sleeps.
struct DeskClock: Service {
    let desks: Desks
    /// Something happened at a desk that waits for a time.
    let stirs: AsyncStream<Void>

    /// A deadline can only come nearer while somebody works, and then by no more than this matters.
    static let longest: Duration = .seconds(5)

    /// A desk that was told and still waits for the same moment could not record that somebody has gone: the card is full, say.
    /// It is told again after a while; at once, it would be told a thousand times a second.
    static func wait(until deadline: Uptime, told: Uptime?, _ now: Uptime) -> Int64 {
        deadline == told ? longest.milliseconds : min(max(deadline - now, 0), longest.milliseconds)
    }

    func run() async throws {
        for await _ in stirs.cancelOnGracefulShutdown() {
            var told: Uptime?
            while let deadline = desks.deadline, !Task.isShuttingDownGracefully, !Task.isCancelled {
                let now = BoardClock.uptime
                let wait = Self.wait(until: deadline, told: told, now)
                if deadline <= now + wait { told = deadline }
                await cancelWhenGracefulShutdown { try? await Task.sleep(for: .milliseconds(wait + 1)) }
                desks.tick()
            }
        }
    }
}
