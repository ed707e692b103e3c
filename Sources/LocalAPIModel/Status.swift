public import Domain
public import Wire

/// How the kiosk is, for who maintains it: what the center is told, and more.
public struct LocalStatus: Codable, Hashable, Sendable {
    public enum State: String, Codable, Sendable, CaseIterable {
        case online
        /// The journal cannot be used: what is known of it is left out, and an alarm says why.
        case degraded
    }

    public struct Mark: Codable, Hashable, Sendable {
        public var sequence: Int64
        public var hash: Digest
    }

    public struct DocumentInForce: Codable, Hashable, Sendable {
        public var version: Int64
        public var digest: Digest
    }

    public struct Alarm: Codable, Hashable, Sendable {
        public var code: String
        public var detail: String
    }

    public struct Peripheral: Codable, Hashable, Sendable {
        public var name: String
        public var kind: String
        public var isConnected: Bool
        public var problem: String?

        enum CodingKeys: String, CodingKey {
            case name, kind, problem
            case isConnected = "connected"
        }
    }

    public struct Board: Codable, Hashable, Sendable {
        public var uptimeMilliseconds: Int64
        public var freeBytes: Int64
        public var residentKiB: Int64

        enum CodingKeys: String, CodingKey {
            case uptimeMilliseconds = "uptimems"
            case freeBytes = "freebytes"
            case residentKiB = "residentkib"
        }
    }

    /// A device with its path and its counters since the start.
    public struct Device: Codable, Hashable, Sendable {
        public var name: String
        public var kind: String
        public var path: String
        public var isConnected: Bool
        public var problem: String?
        public var counters: [String: Int64]

        public init(
            name: String, kind: String, path: String, isConnected: Bool, problem: String?, counters: [String: Int64]
        ) {
            (self.name, self.kind, self.path) = (name, kind, path)
            (self.isConnected, self.problem, self.counters) = (isConnected, problem, counters)
        }

        enum CodingKeys: String, CodingKey {
            case name, kind, path, problem, counters
            case isConnected = "connected"
        }
    }

    public var state: State
    public var kiosk: KioskID
    public var epoch: Epoch?
    /// The sequence number of the newest event.
    public var head: Int64?
    public var hash: Digest?
    public var acknowledged: Int64?
    public var pruned: Mark?
    /// How long the oldest event has waited for the center.
    public var oldestMilliseconds: Int64?
    public var time: Timestamp
    public var clock: ClockTrust.Word
    public var timeBoundMilliseconds: Int64?
    public var clockSource: String?
    public var documents: [String: DocumentInForce]?
    public var versions: [String: String]
    /// The digest of the settings in force.
    public var configuration: String
    public var alarms: [Alarm]
    public var peripherals: [Peripheral]
    public var board: Board

    /// How many events wait for the center.
    public var pending: Int64?
    /// The last event that is not here any more.
    public var anchor: Int64?
    /// How many parcels are here.
    public var parcels: Int64?
    /// What scanners sent since the start, by what became of it.
    public var scans: [String: Int64] = [:]
    public var devices: [Device] = []
    public var link = Link(state: "off")
    public var scale: ShownWeight?

    enum CodingKeys: String, CodingKey {
        case state, kiosk, epoch, head, hash, acknowledged, pruned, time, clock, documents, versions, alarms,
            peripherals, board, pending, anchor, parcels, scans, devices, link, scale
        case oldestMilliseconds = "oldestms"
        case timeBoundMilliseconds = "timeboundms"
        case clockSource = "clocksource"
        case configuration = "config"
    }

    /// What the center is told; the rest is for the caller to add.
    public init(_ status: Status) {
        let isUsable = !status.isDegraded
        state = isUsable ? .online : .degraded
        kiosk = status.kiosk
        epoch = isUsable ? status.epoch : nil
        head = isUsable ? status.head.sequence : nil
        hash = isUsable ? status.head.hash : nil
        acknowledged = isUsable ? status.acknowledged : nil
        pruned = status.pruned.map { Mark(sequence: $0.sequence, hash: $0.hash) }
        oldestMilliseconds = status.oldestMilliseconds
        time = status.time
        clock = status.clock.word
        timeBoundMilliseconds = status.clock.boundMilliseconds
        clockSource = status.clockSource
        documents =
            isUsable && !status.documents.isEmpty
            ? status.documents.mapValues { DocumentInForce(version: $0.version, digest: $0.digest) } : nil
        versions = ["agent": status.version]
        configuration = status.configuration
        alarms = status.alarms.map { Alarm(code: $0.code, detail: $0.detail) }
        peripherals = status.peripherals.map {
            Peripheral(name: $0.name, kind: $0.kind, isConnected: $0.isConnected, problem: $0.problem)
        }
        board = Board(
            uptimeMilliseconds: status.board.uptimeMilliseconds, freeBytes: status.board.freeBytes,
            residentKiB: status.board.residentKiB)
    }
}

/// The connection to the broker.
public struct Link: Codable, Hashable, Sendable {
    /// Since the start.
    public struct Counters: Codable, Hashable, Sendable {
        public var attempts: Int64
        public var connections: Int64
        public var batches: Int64
        public var events: Int64
        /// Of batches before and after compression.
        public var plainBytes: Int64
        public var sentBytes: Int64
        public var acknowledgements: Int64
        public var refused: Int64

        public init(
            attempts: Int64, connections: Int64, batches: Int64, events: Int64, plainBytes: Int64, sentBytes: Int64,
            acknowledgements: Int64, refused: Int64
        ) {
            (self.attempts, self.connections, self.batches, self.events) = (attempts, connections, batches, events)
            (self.plainBytes, self.sentBytes) = (plainBytes, sentBytes)
            (self.acknowledgements, self.refused) = (acknowledgements, refused)
        }

        enum CodingKeys: String, CodingKey {
            case attempts, connections, batches, events, acknowledgements, refused
            case plainBytes = "plainbytes"
            case sentBytes = "sentbytes"
        }
    }

    public var state: String
    /// With its port.
    public var host: String?
    /// Until the next attempt, while it waits.
    public var nextMilliseconds: Int64?
    /// Since when it is connected.
    public var sinceMilliseconds: Int64?
    public var trouble: String?
    /// Why nothing is sent although it is connected.
    public var hold: String?
    public var counters: Counters?

    public init(
        state: String, host: String? = nil, nextMilliseconds: Int64? = nil, sinceMilliseconds: Int64? = nil,
        trouble: String? = nil, hold: String? = nil, counters: Counters? = nil
    ) {
        (self.state, self.host, self.trouble, self.hold) = (state, host, trouble, hold)
        (self.nextMilliseconds, self.sinceMilliseconds) = (nextMilliseconds, sinceMilliseconds)
        self.counters = counters
    }

    enum CodingKeys: String, CodingKey {
        case state, host, trouble, hold, counters
        case nextMilliseconds = "nextms"
        case sinceMilliseconds = "sincems"
    }
}

/// One stretch of a walk over the chain.
public struct Verification: Codable, Hashable, Sendable {
    public struct Bad: Codable, Hashable, Sendable {
        public var sequence: Int64
        public var problem: String

        public init(sequence: Int64, problem: String) { (self.sequence, self.problem) = (sequence, problem) }
    }

    public var epoch: Epoch
    /// The last event that is not here any more.
    public var anchor: Int64
    /// Checked as far as this.
    public var through: Int64
    public var head: Int64
    /// The first that is not as recorded.
    public var bad: Bad?

    public init(epoch: Epoch, anchor: Int64, through: Int64, head: Int64, bad: Bad?) {
        (self.epoch, self.anchor, self.through, self.head, self.bad) = (epoch, anchor, through, head, bad)
    }
}

/// That delivery was asked to try at once.
public struct LinkAsked: Codable, Hashable, Sendable {
    public var asked = true

    public init() {}
}

/// An error: a fixed word for programs and a sentence for people.
public struct LocalProblem: Codable, Hashable, Sendable {
    public var error: String
    public var detail: String

    public init(error: String, detail: String) { (self.error, self.detail) = (error, detail) }
}
