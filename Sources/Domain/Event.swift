/// A fact before it is saved: everything but its place in the journal.
public struct EventDraft: Hashable, Sendable {
    /// More is refused: with what goes around it an event has to fit into one message of every broker and into the center's limits.
    public static let mostDataBytes = 32_768

    public var id: EventID
    public var type: EventType
    public var subject: String?
    public var now: Now
    public var bootID: String
    public var actor: String?
    /// Canonical JSON, an object.
    public var data: [UInt8]

    public init(
        id: EventID, type: EventType, subject: String?, now: Now, bootID: String, actor: String?, data: [UInt8]
    ) {
        self.id = id
        self.type = type
        self.subject = subject
        self.now = now
        self.bootID = bootID
        self.actor = actor
        self.data = data
    }

    /// A new one, of a moment of this boot.
    public init(
        _ type: EventType, _ subject: String? = nil, at moment: Moment, actor: String? = nil, _ data: JSON,
        using generator: inout some RandomNumberGenerator
    ) {
        self.init(
            id: .make(at: moment.now.wall, using: &generator), type: type, subject: subject, now: moment.now,
            bootID: moment.bootID, actor: actor, data: data.canonical)
    }

    /// The bytes that are hashed, and that the center can rebuild from the wire form: a canonical JSON object of the
    /// members below. Its place (epoch, sequence, previous hash) is hashed beside it, so that a salvaged fact keeps
    /// these bytes. `timeboundms` is there whenever a bound is known; events of earlier formats have none.
    public var canonical: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + data.count)
        bytes.append(UInt8(ascii: "{"))
        if let actor {
            bytes += #""actor":"#.utf8
            JSON.append(string: actor, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += #""bootid":"#.utf8
        JSON.append(string: bootID, to: &bytes)
        bytes += #","clock":""#.utf8
        bytes += now.clock.word.rawValue.utf8
        bytes += #"","data":"#.utf8
        bytes += data
        bytes += #","id":""#.utf8
        bytes += id.text.utf8
        bytes.append(UInt8(ascii: "\""))
        if let subject {
            bytes += #","subject":"#.utf8
            JSON.append(string: subject, to: &bytes)
        }
        bytes += #","time":""#.utf8
        bytes += now.wall.description.utf8
        bytes.append(UInt8(ascii: "\""))
        if let bound = now.clock.boundMilliseconds {
            bytes += #","timeboundms":"#.utf8
            bytes += String(bound).utf8
        }
        bytes += #","type":""#.utf8
        bytes += type.text.utf8
        bytes += #"","uptimems":"#.utf8
        bytes += String(now.uptime.milliseconds).utf8
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

/// One fact in its place in a journal; never changed.
public struct Event: Hashable, Sendable {
    public let draft: EventDraft
    public let sequence: Int64
    public let previousHash: Digest
    public let hash: Digest

    public init(draft: EventDraft, sequence: Int64, previousHash: Digest, hash: Digest) {
        self.draft = draft
        self.sequence = sequence
        self.previousHash = previousHash
        self.hash = hash
    }
}

/// The chain of one epoch: who keeps it and under which name. It gives each event its hash.
///
///     SHA-256( "kiosk-event-v1" LF kiosk LF epoch LF sequence in decimal LF previous hash (32 bytes) canonical bytes )
///
/// No field before the last contains a line feed and the previous hash has a fixed length, so two different events
/// cannot give the same input.
public struct HashChain: Hashable, Sendable {
    public let kiosk: KioskID
    public let epoch: Epoch
    private let prefix: [UInt8]

    public init(kiosk: KioskID, epoch: Epoch) {
        self.kiosk = kiosk
        self.epoch = epoch
        prefix = Array("kiosk-event-v1\n\(kiosk)\n\(epoch)\n".utf8)
    }

    public func hash(sequence: Int64, previous: Digest, canonical: [UInt8]) -> Digest {
        var input = prefix
        input.reserveCapacity(prefix.count + 64 + canonical.count)
        input += String(sequence).utf8
        input.append(0x0A)
        input += previous.bytes
        input += canonical
        return Digest(of: input)
    }

    /// Places a fact after the given head.
    public func append(_ draft: EventDraft, after head: Head) -> Event {
        let sequence = head.sequence + 1
        let hash = hash(sequence: sequence, previous: head.hash, canonical: draft.canonical)
        return Event(draft: draft, sequence: sequence, previousHash: head.hash, hash: hash)
    }

    /// Whether the event is, byte for byte, the one that was hashed. It says nothing of its neighbours.
    public func holds(_ event: Event) -> Bool {
        hash(sequence: event.sequence, previous: event.previousHash, canonical: event.draft.canonical) == event.hash
    }
}

/// The last event of a chain, or its anchor: nothing before it matters for what follows.
public struct Head: Hashable, Sendable {
    public var sequence: Int64
    public var hash: Digest

    public init(sequence: Int64, hash: Digest) {
        self.sequence = sequence
        self.hash = hash
    }

    public static let genesis = Head(sequence: 0, hash: .genesis)
}
