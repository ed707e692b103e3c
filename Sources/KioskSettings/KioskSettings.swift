import Board
public import Devices
public import Domain
package import Logging
public import MQTT
public import Phrases
public import Settings
public import Workflow

/// What `kiosk.yaml` says, read and checked. A key that the file has and nobody here asks for is an error.
public struct KioskSettings: Sendable {
    public struct Scanner: Hashable, Sendable {
        public var device: ScannerConfiguration
        /// For scanners that send nothing after the number: silence ends the scan.
        public var acceptsUnterminated: Bool
        public var reads: Reads
    }

    /// What a reader reads. A card reader sends digits like a scanner's, so it is told apart by its place, never by content.
    public enum Reads: String, CaseIterable, Sendable {
        case parcels, cards
    }

    public var file: String
    /// Somebody wants a journal that is gone with the power: for a trial.
    public var mayBeVolatile = false
    /// What is wrong with the settings as they were given; this kiosk runs with others, or with all but that.
    public var faults: [String] = []
    public var kiosk: KioskID
    public var directory: String
    /// Where the kernel shows the battery-backed clock.
    public var rtc = "/sys/class/rtc/rtc0/since_epoch"
    public var reserveBytes: Int64
    /// Kept for what was begun before the disk was full.
    public var ballastBytes: Int64
    /// How often a storage that failed is tried again.
    public var retryInterval: Duration
    public var retentionDays: Int
    /// A parcel that has been here for so long is flagged.
    public var overdueDays: Int
    /// Whom parcels were for is erased so long after the last of them has gone.
    public var eraseDays: Int
    public var desk: Desk.Policy
    /// `nil`: no broker yet, which is a normal state.
    public var broker: MQTTConfiguration?
    public var link: LinkSchedule.Timing
    public var statusInterval: Duration
    public var scanners: [Scanner]
    public var scale: ScaleConfiguration?
    /// The table of carriers; `nil` for the built-in one. What is wrong in it does not keep the kiosk from starting.
    public var rulesFile: String?
    public var printer: PrinterConfiguration?
    public var screenListen: String?
    /// The program that plays a WAV file, by its whole path, and its arguments. `nil`: a point without sound.
    public var soundPlayer: [String]?
    /// `nil`: nothing is spoken.
    public var voice: VoiceConfiguration?
    /// In which unit weights are spoken.
    public var voiceUnit: Mandarin.WeightUnit
    public var socket: String
    public var logLevel: LogLevel

    private enum Volatile: String, CaseIterable { case alarm, allowed }

    public enum LogLevel: String, CaseIterable, Sendable {
        case debug, info, notice, warning, error
    }

    /// Names in the environment that begin like settings and are none.
    static let otherVariables: Set<String> = ["KIOSK_CONFIG"]

    /// Reads the file; the environment overrides it, `KIOSK_BROKER_HOST` for `broker.host`.
    ///
    /// A file that cannot be used gives way to the last one with which this kiosk has started; `faults` then says so.
    /// - Parameter isForDaemon: for a command that a person types a wrong file is wrong.
    public static func load(
        file: String, environment: [String: String], isForDaemon: Bool = false
    ) throws(SettingsError) -> KioskSettings {
        let places = [environment["KIOSK_STORAGE_DIRECTORY"], environment["STATE_DIRECTORY"], usualDirectory]
        let loaded = try LastGoodSettings.load(
            file: file, environment: environment, directories: isForDaemon ? places.compactMap(\.self) : [],
            belongs: { $0.directory == $1 }, read)
        var settings = loaded.settings
        settings.faults = loaded.faults.map(\.description)
        return settings
    }

    private static let usualDirectory = "/var/lib/kioskd"

    /// Keeps what this start was made with, for a start that finds nothing better.
    package func keepAsGood(_ logger: Logger) {
        let kept = directory + "/" + LastGoodSettings.name
        do {
            try BoardDisk().keepCopy(of: file, at: kept, limit: 1 << 20)
        } catch {
            logger.warning("the settings could not be kept", metadata: ["file": "\(kept)", "error": "\(error)"])
        }
    }

    private static func read(_ file: String, _ environment: [String: String]) throws(SettingsError) -> KioskSettings {
        let tree = try SettingsTree(
            file: file, environment: environment, prefix: "KIOSK", ignoring: otherVariables)
        let root = tree.root
        let settings = try read(root, file: file)
        try root.finish()
        return settings
    }

    package func adding(fault: String?) -> KioskSettings {
        var settings = self
        if let fault { settings.faults.append(fault) }
        return settings
    }

    /// Where the daemon with these settings listens.
    public static func socket(file: String, environment: [String: String]) throws(SettingsError) -> String {
        try load(file: file, environment: environment).socket
    }

    private static func read(_ root: SettingsSection, file: String) throws(SettingsError) -> KioskSettings {
        guard let kioskSection = try root.section("kiosk") else {
            throw root.invalid("kiosk", "required but missing", remedy: "write kiosk: with id: below it")
        }
        let name = try kioskSection.string("id")
        guard let kiosk = KioskID(name) else {
            throw kioskSection.invalid(
                "id", "expected k, the county's six digits and a four-digit number, found \"\(name)\"",
                remedy: "write for example id: k1310020007")
        }
        guard let storage = try root.section("storage") else {
            throw root.invalid("storage", "required but missing", remedy: "write storage: with directory: below it")
        }
        let directory = try storage.string("directory")
        guard !directory.isEmpty else {
            throw storage.invalid("directory", "is empty", remedy: "write for example directory: /var/lib/kioskd")
        }
        let reserve = try storage.integer("reserve", in: 1...100_000, default: 64)
        let ballast = try storage.integer("ballast", in: 0...1000, default: 16)
        let mayBeVolatile = try storage.choice("volatile", of: Volatile.self, default: .alarm) == .allowed
        let retry = try milliseconds(storage, "retry", in: 1000...3_600_000, default: 60_000)
        let retention = try storage.integer("retention", in: 1...3650, default: 90)

        let clock = try root.section("clock")
        let parcels = try root.section("parcels")
        let broker = try root.section("broker")
        let link = try root.section("link")
        let timing = LinkSchedule.Timing(
            spread: .milliseconds(try milliseconds(link, "spread", in: 0...3_600_000, default: 120_000)),
            base: .milliseconds(try milliseconds(link, "base", in: 100...3_600_000, default: 5000)),
            cap: .milliseconds(try milliseconds(link, "cap", in: 100...86_400_000, default: 300_000)))
        let status = try root.section("status")
        let devices = try root.section("devices")
        let scale = try devices?.section("scale").map { section throws(SettingsError) in
            try ScaleConfiguration(section)
        }
        let screen = try root.section("screen")
        let interface = try root.section("api")
        let sound = try root.section("sound")
        let (voice, voiceUnit) = try readVoice(sound)
        let log = try root.section("log")
        let socket = try interface?.optionalString("socket") ?? directory + "/kioskd.sock"
        // The operating system's limit for the name of a socket, with its closing NUL.
        guard socket.utf8.count < 108 else {
            throw (interface ?? storage).invalid(
                interface == nil ? "directory" : "socket", "the socket's path \(socket) is longer than 107 bytes",
                remedy: "choose a shorter storage.directory, or set api.socket")
        }
        var settings = KioskSettings(
            file: file, kiosk: kiosk, directory: directory, reserveBytes: Int64(reserve) << 20,
            ballastBytes: Int64(ballast) << 20, retryInterval: .milliseconds(retry), retentionDays: retention,
            overdueDays: try parcels?.integer("overdue", in: 1...365, default: 7) ?? 7,
            eraseDays: try parcels?.integer("erase", in: 1...365, default: 30) ?? 30,
            desk: try readDesk(
                try root.section("desk"), parcels: parcels, shelves: try root.sections("shelves"),
                produce: try root.section("produce"), scale: scale),
            broker: try broker.map { section throws(SettingsError) in
                try readBroker(section, kiosk: kiosk)
            }, link: timing,
            statusInterval: .milliseconds(
                try milliseconds(status, "interval", in: 10_000...86_400_000, default: 3_600_000)),
            scanners: try readScanners(devices), scale: scale,
            rulesFile: try readRulesFile(parcels),
            printer: try readPrinter(devices), screenListen: try readListen(screen),
            soundPlayer: try readPlayer(sound), voice: voice, voiceUnit: voiceUnit, socket: socket,
            logLevel: try log?.choice("level", of: LogLevel.self, default: .info) ?? .info)
        if let rtc = try clock?.optionalString("rtc") { settings.rtc = rtc }
        settings.mayBeVolatile = mayBeVolatile
        return settings
    }

    private static func milliseconds(
        _ section: SettingsSection?, _ key: String, in range: ClosedRange<Int>, default missing: Int
    ) throws(SettingsError) -> Int64 {
        Int64(try section?.milliseconds(key, in: range, default: missing) ?? missing)
    }

    private static func readBroker(
        _ section: SettingsSection, kiosk: KioskID
    ) throws(SettingsError) -> MQTTConfiguration {
        let tls = try section.section("tls").map { section throws(SettingsError) in
            MQTTConfiguration.TLS(
                authority: try section.string("ca"), certificate: try section.optionalString("certificate"),
                key: try section.optionalString("key"))
        }
        return MQTTConfiguration(
            host: try section.string("host"),
            port: try section.integer("port", in: 1...65_535, default: tls == nil ? 1883 : 8883),
            clientID: kiosk.text, keepAliveSeconds: try section.integer("keepalive", in: 5...3600, default: 240),
            tls: tls, will: nil)
    }

    private static func readScanners(_ devices: SettingsSection?) throws(SettingsError) -> [Scanner] {
        guard let devices else { return [] }
        var scanners: [Scanner] = []
        for (index, section) in try devices.sections("scanners").enumerated() {
            let device = ScannerConfiguration(
                name: "scanner-\(index + 1)", path: try section.string("path"),
                kind: try section.choice("kind", of: ScannerConfiguration.Kind.self, default: .serial),
                baud: try section.integer("baud", in: 50...4_000_000, default: 9600))
            guard !scanners.contains(where: { $0.device.path == device.path }) else {
                throw section.invalid("path", "\(device.path) is named twice", remedy: "remove one of the two scanners")
            }
            let terminator = try section.choice("terminator", of: Terminator.self, default: .required)
            scanners.append(
                Scanner(
                    device: device, acceptsUnterminated: terminator == .none,
                    reads: try section.choice("reads", of: Reads.self, default: .parcels)))
        }
        return scanners
    }

    private enum Terminator: String, CaseIterable {
        case required, none
    }

    private static func readDesk(
        _ section: SettingsSection?, parcels: SettingsSection?, shelves: [SettingsSection], produce: SettingsSection?,
        scale: ScaleConfiguration?
    ) throws(SettingsError) -> Desk.Policy {
        var policy = Desk.Policy()
        policy.weighing = try WeighingPolicy(produce, scale: scale)
        policy.isOpen = try section?.boolean("open", default: true) ?? true
        policy.idleTime = .milliseconds(try milliseconds(section, "idle", in: 1000...86_400_000, default: 300_000))
        policy.questionTime = .milliseconds(
            try milliseconds(section, "question", in: 1000...3_600_000, default: 60_000))
        policy.codeForm = try parcels?.choice("codes", of: PickUpCode.Form.self, default: .shelf) ?? .shelf
        policy.consent = try parcels?.choice("consent", of: Desk.ConsentRule.self, default: .ask) ?? .ask
        for shelf in shelves {
            let name = try shelf.string("name")
            guard (1...4).contains(name.utf8.count), name.utf8.allSatisfy({ isUpperOrDigit($0) }) else {
                throw shelf.invalid(
                    "name", "expected one to four capital letters or digits, found \"\(name)\"",
                    remedy: "write what stands on the shelf, for example name: A1")
            }
            let handling = try shelf.choice("for", of: Parcel.Handling.self, default: .normal)
            let capacity = try shelf.integer("capacity", in: 1...1000, default: 30)
            for layer in 1...(try shelf.integer("layers", in: 1...99, default: 1)) {
                let slot = SlotAllocator.Slot(name: "\(name)-\(layer)", capacity: capacity, handling: handling)
                guard !policy.shelves.slots.contains(where: { $0.name == slot.name }) else {
                    throw shelf.invalid("name", "\(name) is named twice", remedy: "give each shelf its own name")
                }
                policy.shelves.slots.append(slot)
            }
        }
        return policy
    }

    private static func isUpperOrDigit(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isCapital
    }

    private static func readRulesFile(_ parcels: SettingsSection?) throws(SettingsError) -> String? {
        guard let parcels, let file = try parcels.optionalString("rules") else { return nil }
        guard !file.isEmpty else {
            throw parcels.invalid("rules", "is empty", remedy: "name a file, or leave it out for the built-in rules")
        }
        return file
    }

    private static func readPrinter(_ devices: SettingsSection?) throws(SettingsError) -> PrinterConfiguration? {
        guard let section = try devices?.section("printer") else { return nil }
        let columns = try section.integer("width", in: 32...48, default: 48)
        guard columns == 32 || columns == 48 else {
            throw section.invalid(
                "width", "expected 32 or 48, found \(columns)",
                remedy: "write width: 32 for paper of 58 mm, width: 48 for 80 mm")
        }
        return PrinterConfiguration(
            path: try section.string("path"),
            baud: try section.integer("baud", in: 50...4_000_000, default: 9600), columns: columns,
            text: try section.choice("text", of: PrinterConfiguration.Text.self, default: .gb18030))
    }

    private static func readListen(_ screen: SettingsSection?) throws(SettingsError) -> String? {
        guard let screen else { return nil }
        let listen = try screen.string("listen", default: "off")
        guard listen != "off" else { return nil }
        let host = listen.split(separator: ":").dropLast().joined(separator: ":")
        guard ["127.0.0.1", "localhost", "[::1]"].contains(host),
            let port = Int(listen.split(separator: ":").last ?? ""),
            (0...65_535).contains(port)
        else {
            throw screen.invalid(
                "listen", "expected off or a loopback address with a port, found \"\(listen)\"",
                remedy: "write for example listen: 127.0.0.1:8080")
        }
        return listen
    }
}

/// The version that status, `--version` and the package carry.
public enum Version {
    public static let text = "0.1.0"
}
