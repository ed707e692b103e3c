public import Domain

/// An event as it travels: one CloudEvents 1.0 object. Its members, in canonical order:
///
///     actor? bootid clock data datacontenttype epoch hash id prevhash sequence source specversion subject? time
///     timeboundms? type uptimems
public struct EventMessage: Hashable, Sendable {
    public let kiosk: KioskID
    public let epoch: Epoch
    public let event: Event

    /// - Parameter epoch: of the journal in which the event stands.
    public init(kiosk: KioskID, epoch: Epoch, event: Event) {
        self.kiosk = kiosk
        self.epoch = epoch
        self.event = event
    }

    public static let contentType = "application/cloudevents-batch+json"

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// What a batch says already, and an event in it need not say again.
    struct Omission: OptionSet {
        let rawValue: Int
        static let previousHash = Omission(rawValue: 1)
        static let hash = Omission(rawValue: 2)
    }

    public func append(to bytes: inout [UInt8]) { append(to: &bytes, without: []) }

    func append(to bytes: inout [UInt8], without omission: Omission) {
        let draft = event.draft
        bytes.append(UInt8(ascii: "{"))
        if let actor = draft.actor {
            bytes += #""actor":"#.utf8
            JSON.append(string: actor, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += #""bootid":"#.utf8
        JSON.append(string: draft.bootID, to: &bytes)
        bytes += #","clock":""#.utf8
        bytes += draft.now.clock.word.rawValue.utf8
        bytes += #"","data":"#.utf8
        bytes += draft.data
        bytes += #","datacontenttype":"application/json","epoch":""#.utf8
        bytes += epoch.text.utf8
        if !omission.contains(.hash) {
            bytes += #"","hash":""#.utf8
            event.hash.append(to: &bytes)
        }
        bytes += #"","id":""#.utf8
        bytes += draft.id.text.utf8
        if !omission.contains(.previousHash) {
            bytes += #"","prevhash":""#.utf8
            event.previousHash.append(to: &bytes)
        }
        bytes += #"","sequence":""#.utf8
        bytes += String(event.sequence).utf8
        bytes += #"","source":"/kiosk/"#.utf8
        bytes += kiosk.county.utf8
        bytes.append(UInt8(ascii: "/"))
        bytes += kiosk.text.utf8
        bytes += #"","specversion":"1.0""#.utf8
        if let subject = draft.subject {
            bytes += #","subject":"#.utf8
            JSON.append(string: subject, to: &bytes)
        }
        bytes += #","time":""#.utf8
        bytes += draft.now.wall.description.utf8
        bytes.append(UInt8(ascii: "\""))
        if let bound = draft.now.clock.boundMilliseconds {
            bytes += #","timeboundms":"#.utf8
            bytes += String(bound).utf8
        }
        bytes += #","type":""#.utf8
        bytes += draft.type.text.utf8
        bytes += #"","uptimems":"#.utf8
        bytes += String(draft.now.uptime.milliseconds).utf8
        bytes.append(UInt8(ascii: "}"))
    }
}

extension EventMessage {
    /// Reads one event that stands for itself, both hashes included.
    public init(_ json: JSON) throws(WireError) {
        let read = try DecodedEvent(json)
        guard let previousHash = read.previousHash else {
            throw WireError("the event's prevhash is missing or no text")
        }
        guard let hash = read.hash else { throw WireError("the event's hash is missing or no text") }
        self.init(read, previousHash: previousHash, hash: hash)
    }

    init(_ read: DecodedEvent, previousHash: Digest, hash: Digest) {
        self.init(
            kiosk: read.kiosk, epoch: read.epoch,
            event: Event(draft: read.draft, sequence: read.sequence, previousHash: previousHash, hash: hash))
    }
}

/// What one JSON object says of an event. Every member must be there but the hashes, which its batch may tell, of its type
/// and in its canonical spelling, and no other: what was not hashed must not be able to ride along.
struct DecodedEvent {
    let kiosk: KioskID
    let epoch: Epoch
    let draft: EventDraft
    let sequence: Int64
    let previousHash: Digest?
    let hash: Digest?

    init(_ json: JSON) throws(WireError) {
        guard case .object(var members) = json else { throw WireError("an event must be an object") }

        func take(_ name: String) throws(WireError) -> String {
            guard let text = members.removeValue(forKey: name)?.string else {
                throw WireError("the event's \(name) is missing or no text")
            }
            return text
        }
        func optional(_ name: String) throws(WireError) -> String? {
            guard let value = members.removeValue(forKey: name) else { return nil }
            guard let text = value.string else { throw WireError("the event's \(name) is no text") }
            return text
        }
        func check<Value>(_ name: String, _ value: Value?) throws(WireError) -> Value {
            guard let value else { throw WireError("the event's \(name) has not the agreed form") }
            return value
        }

        guard try take("specversion") == "1.0" else { throw WireError("not CloudEvents 1.0") }
        guard try take("datacontenttype") == "application/json" else { throw WireError("the data is not JSON") }
        let source = try take("source").split(separator: "/", omittingEmptySubsequences: false)
        guard source.count == 4, source[0].isEmpty, source[1] == "kiosk", let kiosk = KioskID(String(source[3])),
            source[2] == kiosk.county
        else { throw WireError("the event's source is not a kiosk") }
        self.kiosk = kiosk
        epoch = try check("epoch", Epoch(try take("epoch")))

        let sequenceText = try take("sequence")
        sequence = try check("sequence", Int64(sequenceText))
        guard sequence >= 1, String(sequence) == sequenceText else {
            throw WireError("the event's sequence has not the agreed form")
        }
        guard let uptime = members.removeValue(forKey: "uptimems")?.integer, uptime >= 0 else {
            throw WireError("the event's uptimems is missing or no whole number")
        }
        guard let data = members.removeValue(forKey: "data"), data.object != nil else {
            throw WireError("the event's data is missing or no object")
        }
        let bound = try members.removeValue(forKey: "timeboundms").map { value throws(WireError) in
            guard let bound = value.integer else { throw WireError("the event's timeboundms is no whole number") }
            return bound
        }
        let clock = ClockTrust.Word(rawValue: try take("clock")).flatMap { ClockTrust($0, bound: bound) }
        let now = Now(
            wall: try check("time", Timestamp(try take("time"))), uptime: Uptime(milliseconds: uptime),
            clock: try check("clock", clock))
        draft = EventDraft(
            id: try check("id", EventID(try take("id"))), type: try check("type", EventType(try take("type"))),
            subject: try optional("subject"), now: now, bootID: try take("bootid"), actor: try optional("actor"),
            data: data.canonical)
        previousHash = try optional("prevhash").map { text throws(WireError) in try check("prevhash", Digest(text)) }
        hash = try optional("hash").map { text throws(WireError) in try check("hash", Digest(text)) }
        if let name = members.keys.min() { throw WireError("the event has an unknown member, \(name.prefix(32))") }
    }
}
