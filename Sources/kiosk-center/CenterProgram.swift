import Board
import Center
import Domain
import Glibc
import Logging
import Phrases
import SQLite
import ServiceLifecycle
import UnixSignals
import Wire

/// What `kiosk-center` does, from settings to exit code.
enum CenterProgram {
    static let stopped: Int32 = 0
    static let failed: Int32 = 74
    static let inUse: Int32 = 75
    static let misconfigured: Int32 = 78

    static func run(configuration file: String, environment: [String: String]) async -> Int32 {
        guard let settings = load(file, environment, isForDaemon: true) else { return misconfigured }
        umask(0o007)
        var logger = Logger(label: "kiosk-center") { LineLog(program: $0) }
        logger.logLevel = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info
        guard Documents.makeDirectory(settings.directory) else {
            complain("\(settings.directory): \(Documents.systemWords); check storage.directory")
            return failed
        }
        let lock: FileLock
        do throws(FileLock.Fault) {
            lock = try FileLock(path: settings.directory + "/center.lock")
        } catch {
            switch error {
            case .held:
                complain(
                    "the center's store in \(settings.directory) is in use by another process; stop that one first")
                return inUse
            case .failed(let reason):
                complain("\(settings.directory)/center.lock: \(reason); it must be a file that the center may write")
                return failed
            }
        }
        defer { withExtendedLifetime(lock) {} }
        for fault in settings.faults {
            logger.error(
                settings.file == file
                    ? "a setting is left out" : "the settings cannot be used; the last ones that could be go on",
                metadata: ["reason": "\(fault)", "used": "\(settings.file)"])
        }
        do {
            try settings.keepAsGood()
        } catch {
            logger.warning("the settings could not be kept", metadata: ["error": "\(error)"])
        }
        let manager = ServiceManager(environment: environment, processID: getpid())
        let center = Center(settings: settings, logger: logger, service: manager)
        if settings.webListen != nil { logger.notice("web.listen is read, but this version has no pages yet") }
        var group = ServiceGroupConfiguration(
            services: [center], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(10)
        do {
            try await ServiceGroup(configuration: group).run()
            return stopped
        } catch {
            logger.critical(
                "the center cannot go on; what was not committed was not acknowledged", metadata: ["error": "\(error)"])
            return failed
        }
    }

    static func list(configuration file: String, environment: [String: String], asJSON: Bool) -> Int32 {
        look(file, environment) { store in
            let rows = try store.kiosks()
            if asJSON {
                for row in rows { print(json(row)) }
                return
            }
            guard !rows.isEmpty else { return print("No kiosk has been heard of yet.") }
            let header = [
                "KIOSK", "STATE", "STORED", "HEAD", "PENDING", "EVENTS", "EPOCHS", "LAST SEEN", "CLOCK", "ALARMS",
            ]
            let lines = rows.map { row in
                [
                    row.kiosk, row.state, String(row.through), row.head.map { String($0) } ?? "-",
                    row.head.map { String(max($0 - row.through, 0)) } ?? "-", String(row.events), String(row.epochs),
                    row.seen.milliseconds == 0 ? "-" : row.seen.atPlace, clock(row.status),
                    alarms(row),
                ]
            }
            for line in TextTable.lines(header: header, rows: lines) { print(line) }
            for alarm in rows.flatMap(\.alarms) {
                let times = alarm.count == 1 ? "at" : "\(alarm.count) times, last at"
                print("\(alarm.kiosk) \(alarm.kind), \(times) \(alarm.last): \(alarm.detail)".printable)
            }
            for row in rows {
                for (code, detail) in told(row) { print("\(row.kiosk) itself says \(code): \(detail)".printable) }
            }
        }
    }

    /// Ends alarms that somebody has looked at; they come again when their cause does.
    static func end(
        alarm kind: String?, of kiosk: String, configuration file: String, environment: [String: String]
    ) -> Int32 {
        guard let settings = load(file, environment) else { return misconfigured }
        guard let id = kioskID(kiosk) else { return wrongUsage }
        do {
            let store = try CenterStore(path: settings.database)
            let kinds = try store.alarms().filter { $0.kiosk == id.text && kind ?? $0.kind == $0.kind }.map(\.kind)
            guard !kinds.isEmpty else {
                complain("\(id) has no such alarm; kiosk-center list shows those that stand")
                return failed
            }
            try store.transaction { for kind in kinds { try store.end(kind, id) } }
            print("\(id): ended \(kinds.joined(separator: ", "))")
            return stopped
        } catch {
            complain("\(error)")
            return failed
        }
    }

    /// By what a kiosk knows the time, and how far it may be wrong.
    private static func clock(_ status: JSON) -> String {
        guard let word = status["clock"]?.string else { return "-" }
        guard let bound = status["timeboundms"]?.integer else {
            return word == ClockTrust.Word.unsynced.rawValue ? "NOT KNOWN" : word
        }
        return "\(status["clocksource"]?.string ?? word), ±\((bound + 999) / 1000) s"
    }

    static func events(configuration file: String, environment: [String: String], kiosk: String?) -> Int32 {
        var wanted: KioskID?
        if let kiosk {
            guard let id = kioskID(kiosk) else { return wrongUsage }
            wanted = id
        }
        return look(file, environment) { store in
            try store.forEachEvent(of: wanted) { print(String(decoding: $0.bytes, as: UTF8.self)) }
        }
    }

    static func look(_ file: String, _ environment: [String: String], _ body: (CenterStore) throws -> Void)
        -> Int32
    {
        guard let settings = load(file, environment) else { return misconfigured }
        do {
            try body(CenterStore(path: settings.database, mode: .readOnly))
            return stopped
        } catch {
            let path = settings.database
            if unsafe access(path, F_OK) != 0 {
                complain("\(path) is not there; has the center run with these settings yet?")
            } else if unsafe access(path, R_OK) != 0 {
                complain("\(path) may not be read; use sudo, or join the group that owns it")
            } else {
                complain("\(error)")
            }
            return failed
        }
    }

    private static func alarms(_ row: CenterStore.KioskRow) -> String {
        let codes = row.alarms.map(\.kind) + told(row).map(\.code)
        return codes.isEmpty ? "-" : codes.joined(separator: ",").printable
    }

    /// What the kiosk's own last word raises; the others are what the center found.
    private static func told(_ row: CenterStore.KioskRow) -> [(code: String, detail: String)] {
        (row.status["alarms"]?.array ?? []).compactMap { alarm in
            alarm["code"]?.string.map { ($0, alarm["detail"]?.string ?? "") }
        }
    }

    private static func json(_ row: CenterStore.KioskRow) -> String {
        JSON.members([
            "kiosk": .string(row.kiosk), "state": .string(row.state), "epoch": row.epoch.map { .string($0) },
            "through": .integer(row.through), "head": row.head.map { .integer($0) }, "events": .integer(row.events),
            "epochs": .integer(row.epochs), "seen": .string(row.seen.description),
            "alarms": .array(row.alarms.map { .string($0.kind) }),
            "kioskalarms": .array(told(row).map { .string($0.code) }), "clock": row.status["clock"],
            "timeboundms": row.status["timeboundms"], "clocksource": row.status["clocksource"],
        ]).canonicalText
    }

    static func load(_ file: String, _ environment: [String: String], isForDaemon: Bool = false) -> CenterSettings? {
        do {
            let settings = try CenterSettings.load(file: file, environment: environment, isForDaemon: isForDaemon)
            if !isForDaemon { for fault in settings.faults { complain("note: \(fault)") } }
            return settings
        } catch {
            complain("\(error)")
            return nil
        }
    }

    /// `nil`, and said why, for what is no kiosk's name.
    static func kioskID(_ text: String) -> KioskID? {
        if let id = KioskID(text) { return id }
        complain("\(text) is not a kiosk's name; write k and ten digits, for example k1310020007")
        return nil
    }

    static func complain(_ words: String) {
        let bytes = Array("kiosk-center: \(words)\n".utf8)
        _ = unsafe write(2, bytes, bytes.count)
    }
}
