import Domain

/// The body of `…/up/events`: a JSON array of events in sequence order, deflated when that is smaller.
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

    /// Encodes from the front of `events` what fits one batch, at least one event; `nil` for no events.
    public static func encode(_ events: some Sequence<EventMessage>) -> Body? {
        var plain: [UInt8] = []
        plain.reserveCapacity(mostBytes)
        var last: Int64 = 0
        var count = 0
        for event in events.prefix(mostEvents) {
            let before = plain.count
            plain.append(UInt8(ascii: count == 0 ? "[" : ","))
            event.append(to: &plain)
            if count > 0, plain.count + 1 > mostBytes {
                plain.removeLast(plain.count - before)
                break
            }
            last = event.event.sequence
            count += 1
        }
        guard count > 0 else { return nil }
        plain.append(UInt8(ascii: "]"))
        let (bytes, encoding) = BodyEncoding.pack(plain)
        return Body(bytes: bytes, encoding: encoding, plainCount: plain.count, last: last, count: count)
    }

    /// Reads a batch: its events follow one another without a gap, and all come from one kiosk and one epoch.
    public static func decode(_ bytes: [UInt8], encoding: String?) throws(WireError) -> [EventMessage] {
        let plain = try BodyEncoding.unpack(bytes, encoding, "batch")
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
        var events: [EventMessage] = []
        events.reserveCapacity(array.count)
        for element in array {
            let message = try EventMessage(element)
            if let previous = events.last {
                guard message.kiosk == previous.kiosk, message.epoch == previous.epoch else {
                    throw WireError("a batch of several kiosks or epochs")
                }
                guard message.event.sequence - 1 == previous.event.sequence else {
                    throw WireError("a gap or a step back inside a batch")
                }
            }
            events.append(message)
        }
        return events
    }
}
