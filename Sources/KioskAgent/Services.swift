import Board
import Domain
import Journal
import Logging
import ServiceLifecycle

/// A part with a thread of its own: started, left alone, and stopped when its turn comes.
struct ThreadService: Service {
    let start: @Sendable () throws -> Void
    let stop: @Sendable () -> Void

    func run() async throws {
        try start()
        // Cancelled or stopped in order, the part ends the same way.
        try? await gracefulShutdown()
        stop()
    }
}

/// Says to the service manager that the kiosk lives, notices when the clock becomes right, and prunes.
struct Housekeeping: Service {
    let kiosk: Kiosk
    let manager: ServiceManager

    static let tickMilliseconds = 60_000
    /// Pruning looks once an hour for events beyond their retention.
    static let pruneTicks = 60

    func run() async throws {
        var isClockNoted = false
        var ticks = 0
        let interval = min(manager.watchdogMilliseconds ?? Self.tickMilliseconds, Self.tickMilliseconds)
        let ticksAnHour = Self.pruneTicks * Self.tickMilliseconds / max(interval, 1)
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                // A journal that does not answer must not be called alive.
                try await kiosk.journal.settle()
                manager.alive()
                if ticks % ticksAnHour == 0 { try await prune() }
                BoardState.returnFreeMemory()
                if !isClockNoted, BoardClock.trust == .synced {
                    try await kiosk.record(.clockSynced, ["source": "kernel"])
                    isClockNoted = true
                }
            } catch {
                kiosk.logger.warning("housekeeping was not done", metadata: ["error": "\(error)"])
            }
            ticks += 1
            await cancelWhenGracefulShutdown {
                try? await Task.sleep(for: .milliseconds(interval))
            }
        }
    }

    private func prune() async throws {
        let now = BoardClock.now
        guard now.clock == .synced else { return }
        let day: Int64 = 86_400_000
        let cutoff = Timestamp(milliseconds: now.wall.milliseconds - Int64(kiosk.settings.retentionDays) * day)
        var pruned: Int64 = 0
        while case let count = try await kiosk.journal.prune(before: cutoff), count > 0 {
            pruned += count
            manager.alive()
        }
        if pruned > 0 { kiosk.logger.info("old acknowledged events were pruned", metadata: ["events": "\(pruned)"]) }
    }
}
