import Board
import Devices
import Domain
import Glibc
import Journal
import KioskSettings
import LocalAPI
import Logging
import ServiceLifecycle
import Settings
import UnixSignals
import Uplink
import Wire

/// The daemon from its settings to its exit code.
public enum KioskDaemon {
    public static func run(configuration file: String, environment: [String: String]) async -> ExitCode {
        let settings: KioskSettings
        do {
            settings = try KioskSettings.load(file: file, environment: environment, isForDaemon: true)
        } catch {
            complain("\(error)")
            return .configuration
        }
        let logger = makeLogger(settings.logLevel)
        for fault in settings.faults {
            logger.error(
                settings.file == file
                    ? "a setting is left out" : "the settings cannot be used; the last ones that could be go on",
                metadata: ["reason": "\(fault)", "used": "\(settings.file)"])
        }
        do {
            return try await run(settings, environment: environment, logger: logger)
        } catch let error as JournalError {
            logger.critical("\(error)")
            return code(for: error)
        } catch {
            logger.critical("kioskd cannot go on", metadata: ["error": "\(error)"])
            return .software
        }
    }

    private static func run(
        _ settings: KioskSettings, environment: [String: String], logger: Logger
    ) async throws -> ExitCode {
        // The journal holds names, ends of telephone numbers and hashes of PINs, which are short: it is the service's alone, and
        // what an older program left readable is too. Whoever belongs to the group asks by the socket.
        umask(0o077)
        if BoardDisk().exists(settings.directory) { BoardDisk().keepPrivate(settings.directory) }
        let settings = settings.adding(
            // Before a first start there is no directory yet, which is made in a moment.
            fault: BoardDisk().exists(settings.directory)
                ? obstacle(at: settings.socket).map { "api.socket: \($0)" } : nil)
        let manager = ServiceManager(environment: environment, processID: getpid())
        let runtime = RuntimeDirectory(environment: environment)
        let digest = BoundedFileReader.read(settings.file, limit: 1 << 20).map { Digest(of: $0) }
        let short = String(digest.map { $0.description.prefix(16) } ?? "unknown")
        while true {
            let watch = WriteWatch(runtime: runtime, logger: logger)
            var outage: StorageOutage?
            do {
                guard !runtime.restartsAreUsedUp(at: BoardClock.uptime) else {
                    runtime.forgetFailures()
                    throw JournalError.failed("\(RuntimeDirectory.mostRestarts) writes have failed within minutes")
                }
                let kiosk = try await DedicatedThread.run(name: "opening") {
                    try Kiosk(
                        settings: settings, configurationDigest: short, runtime: runtime, logger: logger,
                        onRecovering: { manager.busy("salvaging the journal") }, onFailure: { watch.failed($0) })
                }
                do {
                    try await kiosk.journal.prove()
                    await announce(kiosk)
                    try watch.beginServing()
                } catch {
                    await DedicatedThread.run(name: "closing") { kiosk.journal.close() }
                    throw error
                }
                // Where nobody can look in, people are still served.
                let place = [settings.socket, runtime.prepare() ? runtime.socket : nil].compactMap(\.self).first {
                    takePlace(of: $0, logger)
                }
                return try await serve(kiosk, on: place, retry: nil, manager)
            } catch let error as JournalError where error.isOutage {
                outage = StorageOutage(reason: error)
                logger.critical(
                    "the journal cannot be used; everything is refused until the storage works again",
                    metadata: ["error": "\(error)"])
            }
            let kiosk = try Kiosk(
                settings: settings, configurationDigest: short, runtime: runtime, logger: logger, outage: outage,
                onFailure: { _ in })
            let retry = StorageRetry(
                configuration: settings.journal, everyMilliseconds: settings.retryInterval.milliseconds,
                logger: logger.named("journal"))
            let socket = [runtime.prepare() ? runtime.socket : nil, settings.socket].compactMap(\.self).first {
                takePlace(of: $0, logger)
            }
            let code = try await serve(kiosk, on: socket, retry: retry, manager)
            guard retry.isBack else { return code }
        }
    }

    /// Lets the group of the service come to its socket, and into the directory if it lies there.
    private static func share(_ socket: String, in directory: String) -> Bool {
        guard unsafe chmod(socket, 0o660) == 0 else { return false }
        var state = stat()
        guard socket.hasPrefix(directory + "/"), unsafe stat(directory, &state) == 0, state.st_mode & 0o010 == 0 else {
            return true
        }
        return unsafe chmod(directory, 0o750) == 0
    }

    /// Runs the kiosk until it is stopped, or until `retry` has found that the storage works again.
    /// - Parameter socket: `nil`: there is no place for one, and nobody can look in.
    private static func serve(
        _ kiosk: Kiosk, on socket: String?, retry: StorageRetry?, _ manager: ServiceManager
    ) async throws -> ExitCode {
        let logger = kiosk.logger
        // The library tells of each of its steps; only what goes wrong is worth a line here.
        var apiLogger = logger.named("api")
        apiLogger.logLevel = max(logger.logLevel, .warning)
        let onRunning: @Sendable () -> Void = {
            if let socket, !share(socket, in: kiosk.settings.directory) {
                logger.warning("kioskctl will need root", metadata: ["socket": "\(socket)"])
            }
            logger.notice(
                "kioskd is ready", metadata: ["kiosk": "\(kiosk.settings.kiosk)", "socket": "\(socket ?? "none")"])
            manager.ready(kiosk.outage == nil ? "receiving parcels" : "the storage has failed; refusing everything")
        }
        var services: [any Service] = []
        // Before the devices, so that it ends after them: the last scan may still want its sound.
        if let sounder = kiosk.sounder {
            services.append(
                ThreadService(
                    start: { sounder.start() },
                    stop: { if !sounder.stop() { logger.warning("a sound player hangs and was left behind") } }))
        }
        services.append(ThreadService(start: { try kiosk.devices.start() }, stop: { kiosk.devices.stop() }))
        // The papers that wait are in the journal.
        if kiosk.outage == nil {
            // Before the printer, so that it ends after it: what was torn off by the end is still written down.
            if let queue = kiosk.printQueue { services.append(queue) }
            if let printer = kiosk.printer {
                services.append(ThreadService(start: { printer.start() }, stop: { printer.stop() }))
            }
        }
        if let uplink = kiosk.uplink {
            services.append(
                ThreadService(
                    start: { uplink.start() },
                    stop: { if !uplink.stop() { logger.warning("the uplink still waits for the operating system") } }))
        }
        services.append(
            kiosk.outage == nil ? Housekeeping(kiosk: kiosk, manager: manager) : Heartbeat(manager: manager))
        if kiosk.outage == nil {
            services.append(
                ClockService(keeper: kiosk.clock, news: kiosk.timeNews.stream()) {
                    try? await Housekeeping.judge(kiosk, manager)
                })
            services.append(Pricing(kiosk: kiosk, manager: manager, news: kiosk.catalogNews.stream()))
        }
        services.append(DeskClock(desks: kiosk.desks, stirs: kiosk.stirs.stream()))
        if let socket {
            services.append(
                LocalAPI.application(socket: socket, facts: kiosk, logger: apiLogger, onRunning: onRunning))
        } else {
            services.append(ThreadService(start: onRunning, stop: {}))
        }
        services.append(
            ThreadService(
                start: {},
                stop: {
                    if !(retry?.isBack ?? false) { manager.stopping() }
                    // Open streams would keep the API from ending.
                    kiosk.news.finish()
                    kiosk.outcomes.finish()
                }))
        var running = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        if let retry {
            running.append(.init(service: retry, successTerminationBehavior: .gracefullyShutdownGroup))
        }
        var configuration = ServiceGroupConfiguration(
            services: running, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.named("services"))
        configuration.maximumGracefulShutdownDuration = .milliseconds(1500)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await ServiceGroup(configuration: configuration).run())
        } catch {
            outcome = .failure(error)
        }
        if kiosk.outage == nil {
            do {
                try await kiosk.record(.deviceStopped, ["version": .string(Version.text)])
            } catch {
                logger.warning("the stop was not recorded", metadata: ["error": "\(error)"])
            }
        }
        await DedicatedThread.run(name: "closing") {
            kiosk.practice.close()
            kiosk.journal.close()
        }
        if let socket { unsafe unlink(socket) }
        logger.notice("kioskd has stopped", metadata: ["kiosk": "\(kiosk.settings.kiosk)"])
        try outcome.get()
        return .stopped
    }

    /// Makes room for the socket, but removes nothing that is not a dead socket.
    private static func takePlace(of socket: String, _ logger: Logger) -> Bool {
        if let why = obstacle(at: socket) {
            logger.critical("nobody can look in here", metadata: ["api.socket": "\(why)"])
            return false
        }
        if case .stale = LocalSocket.look(at: socket) { return unsafe unlink(socket) == 0 }
        return true
    }

    private static func obstacle(at socket: String) -> String? {
        switch LocalSocket.look(at: socket) {
        case .free, .stale: nil
        case .alive: "another program answers on \(socket); choose another path"
        case .occupied: "\(socket) is there already and is no socket; choose another path"
        case .unreachable(let why): "\(socket) cannot be made: \(why)"
        }
    }

    private static func announce(_ kiosk: Kiosk) async {
        let state = kiosk.journal.state
        kiosk.settings.keepAsGood(kiosk.logger)
        kiosk.logger.notice(
            "the journal is open",
            metadata: [
                "epoch": "\(state.epoch)", "events": "\(state.head.sequence)",
                "pending": "\(state.head.sequence - state.acknowledged)",
            ])
        if kiosk.uplink == nil { kiosk.logger.notice("no broker is configured; everything is kept here") }
        if kiosk.settings.screenListen != nil {
            kiosk.logger.notice("the screen is read from the settings, but this version does not serve it yet")
        }
        do {
            try await kiosk.desks.endSessions()
            try await kiosk.desks.rearmScale()
            try await kiosk.record(
                .deviceStarted, ["version": .string(Version.text), "config": .string(kiosk.configurationDigest)])
        } catch {
            // Too little space, for one: the point opens all the same, and says so at each scan.
            kiosk.logger.error("the start was not recorded", metadata: ["error": "\(error)"])
        }
    }

    private static func code(for error: JournalError) -> ExitCode {
        switch error {
        case .inUse: .inUse
        case .otherKiosk: .configuration
        case .directory: .directory
        case .belowReserve, .tooLarge, .failed, .replaced, .busy, .closed: .storage
        }
    }

    private static func makeLogger(_ level: KioskSettings.LogLevel) -> Logger {
        var logger = Logger(label: "kioskd") { LineLog(program: $0) }
        logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        return logger
    }

    private static func complain(_ words: String) {
        let bytes = Array("kioskd: \(words)\n".utf8)
        _ = unsafe write(2, bytes, bytes.count)
    }
}
