import Board
public import MQTT
import Settings

/// What `center.yaml` says.
public struct CenterSettings: Hashable, Sendable {
    public var broker: MQTTConfiguration
    public var link: LinkSchedule.Timing
    public var directory: String
    /// An address for the pages; `nil` for none.
    public var webListen: String?
    public var logLevel: LogLevel
    /// Below so much free space nothing is taken.
    public var reserveBytes: Int64 = 0
    package var file = ""
    /// What is wrong with the settings as they were given; the center runs with others, or with all but that.
    public var faults: [String] = []
    /// Whether one person has one id in the whole county. Else equal ids of two villages are two people.
    public var idsAreCountyWide = false
    /// How far this machine's clock may be wrong at most, where something else than the kernel's own synchronisation keeps it.
    public var clockBound: Int64?

    public enum LogLevel: String, CaseIterable, Sendable {
        case debug, info, notice, warning, error
    }

    private enum IDs: String, CaseIterable { case village, county }

    public var database: String { directory + "/center.db" }
    /// What is held for kiosks to be sent.
    public var documents: String { directory + "/documents" }

    /// Reads the file; each key can be overridden by the environment, `CENTER_BROKER_HOST` for `broker.host`.
    ///
    /// A file that cannot be used gives way to the last one with which the center has started; `faults` then says so.
    /// - Parameter isForDaemon: for a command that a person types a wrong file is wrong.
    public static func load(
        file: String, environment: [String: String], isForDaemon: Bool = false
    ) throws -> CenterSettings {
        let places = [
            environment["CENTER_STORAGE_DIRECTORY"], environment["STATE_DIRECTORY"], "/var/lib/kiosk-center",
        ]
        let loaded = try LastGoodSettings.load(
            file: file, environment: environment, directories: isForDaemon ? places.compactMap(\.self) : [],
            belongs: { $0.directory == $1 }, read)
        var settings = loaded.settings
        settings.file = loaded.file
        settings.faults = loaded.faults.map(\.description)
        return settings
    }

    /// Keeps what this start was made with, for a start that finds nothing better.
    package func keepAsGood() throws {
        try BoardDisk().keepCopy(of: file, at: directory + "/" + LastGoodSettings.name, limit: 1 << 20)
    }

    private static func read(_ file: String, _ environment: [String: String]) throws(SettingsError) -> CenterSettings {
        let tree = try SettingsTree(file: file, environment: environment, prefix: "CENTER")
        let root = tree.root
        guard let broker = try root.section("broker") else {
            throw root.invalid("broker", "required but missing", remedy: "write broker: with host: below it")
        }
        let tls = try broker.section("tls").map { section throws(SettingsError) in
            MQTTConfiguration.TLS(
                authority: try section.string("ca"), certificate: try section.optionalString("certificate"),
                key: try section.optionalString("key"))
        }
        let configuration = MQTTConfiguration(
            host: try broker.string("host"),
            port: try broker.integer("port", in: 1...65_535, default: tls == nil ? 1883 : 8883),
            clientID: try broker.string("client", default: "center"),
            keepAliveSeconds: try broker.integer("keepalive", in: 5...3600, default: 60), tls: tls, will: nil,
            // One event may be 256 KiB before compression, and need not be compressed.
            largestPacketBytes: 1 << 20)
        guard let storage = try root.section("storage") else {
            throw root.invalid("storage", "required but missing", remedy: "write storage: with directory: below it")
        }
        let link = try root.section("link")
        let web = try root.section("web")
        let log = try root.section("log")
        let clock = try root.section("clock")
        let listen = try web?.string("listen", default: "off") ?? "off"
        var settings = CenterSettings(
            broker: configuration,
            link: LinkSchedule.Timing(
                spread: .milliseconds(Int64(try link?.milliseconds("spread", in: 0...600_000, default: 1000) ?? 1000)),
                base: .seconds(1), cap: .seconds(30), good: .seconds(5)),
            directory: try storage.string("directory"), webListen: listen == "off" ? nil : listen,
            logLevel: try log?.choice("level", of: LogLevel.self, default: .info) ?? .info)
        settings.clockBound = try clock.map { section throws(SettingsError) in
            Int64(try section.milliseconds("within", in: 1...3_600_000))
        }
        settings.reserveBytes = Int64(try storage.integer("reserve", in: 1...100_000, default: 512)) << 20
        let people = try root.section("people")
        settings.idsAreCountyWide =
            try people?.choice("ids", of: IDs.self, default: .village) == .county
        try root.finish()
        return settings
    }
}
