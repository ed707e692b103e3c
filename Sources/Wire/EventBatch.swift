public import Domain

/// The body of `…/up/events`: a JSON array of events in sequence order, deflated when that is smaller.
///
/// Within a batch the chain need not be spelled out. What is sent has `prevhash` in the first event alone, because those
/// after it name the hash of the one before, and `hash` in the last alone, because it is over all those before it: 64 bytes
/// an event that nothing can compress. A batch in which each event has both is read as well.
public enum EventBatch {
    /// A batch ends at this many events, or before the event that would take it beyond this many bytes.
    public static let mostEvents = 50
    public static let mostBytes = 32 * 1024

    public struct Body: Hashable, Sendable {
        public let bytes: [UInt8]
        /// The value of the user property `content-encoding`, if any.
        public let encoding: String?
        /// Bytes before compression.
        public let plainCount: Int
        public let last: Int64
        public let count: Int
    }

    public static let encodingProperty = BodyEncoding.property

    /// `,"hash":"` and 43 characters, which the last event has more than the others.
    private static let hashBytes = 53

    /// Encodes from the front of `events` what fits one batch, at least one event; `nil` for no events.
    public static func encode(_ events: some Sequence<EventMessage>) -> Body? {
        var plain: [UInt8] = []
        plain.reserveCapacity(mostBytes)
        var last: (event: EventMessage, start: Int)?
        var count = 0
        for event in events.prefix(mostEvents) {
            let start = plain.count
            plain.append(UInt8(ascii: count == 0 ? "[" : ","))
            event.append(to: &plain, without: count == 0 ? .hash : [.hash, .previousHash])
            if count > 0, plain.count + hashBytes + 1 > mostBytes {
                plain.removeLast(plain.count - start)
                break
            }
            last = (event, start + 1)
            count += 1
        }
        guard let last else { return nil }
        // Only now is it known which is the last.
        plain.removeLast(plain.count - last.start)
        last.event.append(to: &plain, without: count == 1 ? [] : .previousHash)
        plain.append(UInt8(ascii: "]"))
        let (bytes, encoding) = BodyEncoding.pack(plain, dictionary: EventDictionary.bytes)
        return Body(
            bytes: bytes, encoding: encoding, plainCount: plain.count, last: last.event.event.sequence, count: count)
    }

    /// What a batch says, each event proved to be, byte for byte, what was hashed.
    public struct Content: Hashable, Sendable {
        public let kiosk: KioskID
        public let epoch: Epoch
        public let events: [EventMessage]
        /// From this event on nothing is proved: it does not match its hash, or a later one that is over it does not.
        public let firstBroken: Int64?
    }

    /// Reads a batch: its events follow one another without a gap, and all come from one kiosk and one epoch.
    public static func decode(_ bytes: [UInt8], encoding: String?) throws(WireError) -> Content {
        let plain = try BodyEncoding.unpack(bytes, encoding, "batch", dictionary: EventDictionary.bytes)
        let json: JSON
        do {
            json = try JSON(parsing: plain)
        } catch {
            throw WireError("the batch is not the JSON agreed on: \(error)")
        }
        guard let array = json.array, !array.isEmpty else {
            throw WireError("a batch must be a list with events in it")
        }
        guard array.count <= mostEvents else { throw WireError("more than \(mostEvents) events in a batch") }
        var proof = BatchVerifier()
        for element in array { try proof.add(DecodedEvent(element)) }
        return try proof.content()
    }
}

/// Works out the hashes that a batch leaves out, and proves those that it gives.
private struct BatchVerifier {
    private var chain: HashChain?
    private var events: [EventMessage] = []
    /// So many from the front have a hash that was given, their own or that of one after them.
    private var proved = 0
    private var firstBroken: Int64?

    mutating func add(_ read: DecodedEvent) throws(WireError) {
        let chain = chain ?? HashChain(kiosk: read.kiosk, epoch: read.epoch)
        self.chain = chain
        if let previous = events.last {
            guard read.kiosk == previous.kiosk, read.epoch == previous.epoch else {
                throw WireError("a batch of several kiosks or epochs")
            }
            guard read.sequence - 1 == previous.event.sequence else {
                throw WireError("a gap or a step back inside a batch")
            }
        }
        guard let previousHash = read.previousHash ?? events.last?.event.hash else {
            throw WireError("the event's prevhash is missing or no text")
        }
        let hash = chain.hash(sequence: read.sequence, previous: previousHash, canonical: read.draft.canonical)
        events.append(EventMessage(read, previousHash: previousHash, hash: hash))
        guard let given = read.hash, firstBroken == nil else { return }
        if given == hash { proved = events.count } else { firstBroken = events[proved].event.sequence }
    }

    func content() throws(WireError) -> EventBatch.Content {
        guard let chain, proved == events.count || firstBroken != nil else {
            throw WireError("the event's hash is missing or no text")
        }
        return EventBatch.Content(
            kiosk: chain.kiosk, epoch: chain.epoch, events: Array(events.prefix(proved)), firstBroken: firstBroken)
    }
}
