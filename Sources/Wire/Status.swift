public import Domain

/// The body of `…/up/status`, retained: how a kiosk is. The same words serve the local API.
public struct Status: Hashable, Sendable {
    public struct Alarm: Hashable, Sendable {
        /// A fixed word, such as `not-authorised`, `disk-reserve`, `journal-recovered`.
        public var code: String
        public var detail: String

        /// - Parameters:
        ///   - code: a word of `AlarmCode`.
        ///   - detail: in English, for whoever maintains the board; nobody's name or number.
        public init(code: String, detail: String) {
            self.code = code
            self.detail = detail
        }
    }

    public struct Peripheral: Hashable, Sendable {
        public var name: String
        public var kind: String
        public var isConnected: Bool
        public var problem: String?

        /// - Parameters:
        ///   - kind: `scanner`, `scale`, `printer` or `voice`.
        ///   - problem: why it is not connected, or what keeps it from its work.
        public init(name: String, kind: String, isConnected: Bool, problem: String?) {
            self.name = name
            self.kind = kind
            self.isConnected = isConnected
            self.problem = problem
        }
    }

    public struct Board: Hashable, Sendable {
        public var uptimeMilliseconds: Int64
        public var freeBytes: Int64
        public var residentKiB: Int64

        /// - Parameters:
        ///   - freeBytes: where the journal lies.
        ///   - residentKiB: of the daemon.
        public init(uptimeMilliseconds: Int64, freeBytes: Int64, residentKiB: Int64) {
            self.uptimeMilliseconds = uptimeMilliseconds
            self.freeBytes = freeBytes
            self.residentKiB = residentKiB
        }
    }

    public var kiosk: KioskID
    public var epoch: Epoch
    public var head: Head
    public var acknowledged: Int64
    /// The last event that was pruned; `nil` while everything is still there. A center that lost more than this can go on
    /// from here.
    public var pruned: Head?
    /// How long the oldest event has waited for its acknowledgement; `nil` when none waits or its age is not known
    /// (recorded in an earlier boot with a clock that could not be believed).
    public var oldestMilliseconds: Int64?
    public var time: Timestamp
    public var clock: ClockTrust
    public var version: String
    /// The digest of the settings in force, so that the center can see which these are without seeing them.
    public var configuration: String
    public var alarms: [Alarm]
    public var peripherals: [Peripheral]
    public var board: Board
    /// The journal cannot be used: what is known of it is left out, and an alarm says why.
    public var isDegraded = false
    /// Asks the center for the time: goes back with its answer.
    public var question: String?
    /// By what the time is known; `nil` while it is not.
    public var clockSource: String?
    /// What the center sent and is in force, by its kind.
    public var documents: [String: DocumentMark] = [:]

    public struct DocumentMark: Hashable, Sendable {
        public var version: Int64
        public var digest: Digest

        /// - Parameter digest: of the document as it was sent.
        public init(version: Int64, digest: Digest) {
            self.version = version
            self.digest = digest
        }
    }

    /// - Parameters:
    ///   - acknowledged: the last event that the center has.
    ///   - oldestMilliseconds: how long the oldest event has waited for it.
    ///   - configuration: the digest of the settings in force.
    public init(
        kiosk: KioskID, epoch: Epoch, head: Head, acknowledged: Int64, pruned: Head? = nil, oldestMilliseconds: Int64?,
        time: Timestamp,
        clock: ClockTrust, version: String, configuration: String, alarms: [Alarm], peripherals: [Peripheral],
        board: Board
    ) {
        self.kiosk = kiosk
        self.epoch = epoch
        self.head = head
        self.acknowledged = acknowledged
        self.pruned = pruned
        self.oldestMilliseconds = oldestMilliseconds
        self.time = time
        self.clock = clock
        self.version = version
        self.configuration = configuration
        self.alarms = alarms
        self.peripherals = peripherals
        self.board = board
    }

    /// What the broker says for a kiosk that left without a word.
    public static let offline: JSON = ["state": "offline"]

    public var json: JSON {
        .members([
            "state": isDegraded ? "degraded" : "online", "kiosk": .string(kiosk.text),
            "epoch": isDegraded ? nil : .string(epoch.text), "head": isDegraded ? nil : .integer(head.sequence),
            "hash": isDegraded ? nil : .string(head.hash.description),
            "acknowledged": isDegraded ? nil : .integer(acknowledged),
            "pruned": pruned.map { ["sequence": .integer($0.sequence), "hash": .string($0.hash.description)] },
            "oldestms": oldestMilliseconds.map { .integer($0) },
            "time": .string(time.description), "clock": .string(clock.word.rawValue),
            "timeboundms": clock.boundMilliseconds.map { .integer($0) }, "clocksource": clockSource.map { .string($0) },
            "asks": question.map { .string($0) },
            "documents": isDegraded || documents.isEmpty
                ? nil
                : .object(
                    documents.mapValues {
                        ["version": .integer($0.version), "digest": .string($0.digest.description)]
                    }),
            "versions": ["agent": .string(version)], "config": .string(configuration),
            "alarms": .array(alarms.map { ["code": .string($0.code), "detail": .string($0.detail)] }),
            "peripherals": .array(
                peripherals.map {
                    .members([
                        "name": .string($0.name), "kind": .string($0.kind), "connected": .boolean($0.isConnected),
                        "problem": $0.problem.map { .string($0) },
                    ])
                }),
            "board": [
                "uptimems": .integer(board.uptimeMilliseconds), "freebytes": .integer(board.freeBytes),
                "residentkib": .integer(board.residentKiB),
            ],
        ])
    }
}

/// What the center needs to understand of a status; the rest it keeps as it came.
public struct ReportedStatus: Hashable, Sendable {
    public enum Report: Hashable, Sendable {
        case offline
        case online(epoch: Epoch, head: Head)
        /// Its journal cannot be used, and nothing is recorded there.
        case degraded
    }

    public let report: Report
    /// What the kiosk believes the center to hold; 0 when it does not say.
    public let acknowledged: Int64
    /// What the kiosk cannot send any more, if it says so.
    public let pruned: Head?
    /// What it asks for the time; `nil` when it does not.
    public let question: String?
    public let body: JSON

    /// - Parameter bytes: a message's body, of 16 KiB at most.
    /// - Throws: when it is none of the three reports, or of another kiosk.
    public init(parsing bytes: [UInt8], from kiosk: KioskID) throws(WireError) {
        let json = try JSON(message: bytes, limit: 16 * 1024)
        body = json
        question = json["asks"]?.string.flatMap { Acknowledgement.isQuestion($0) ? $0 : nil }
        acknowledged = max(json["acknowledged"]?.integer ?? 0, 0)
        pruned = json["pruned"].flatMap { mark in
            guard let sequence = mark["sequence"]?.integer, sequence > 0,
                let hash = mark["hash"]?.string.flatMap({ Digest($0) })
            else { return nil }
            return Head(sequence: sequence, hash: hash)
        }
        let state = json["state"]?.string
        guard state == "offline" || json["kiosk"]?.string == kiosk.text else {
            throw WireError("the status names another kiosk")
        }
        switch state {
        case "offline": report = .offline
        case "degraded": report = .degraded
        case "online":
            guard let epoch = json["epoch"]?.string.flatMap(Epoch.init), let head = json["head"]?.integer, head >= 0,
                let hash = json["hash"]?.string.flatMap({ Digest($0) })
            else { throw WireError("the status has no epoch or head") }
            report = .online(epoch: epoch, head: Head(sequence: head, hash: hash))
        default: throw WireError("the status is neither online nor degraded nor offline")
        }
    }
}
