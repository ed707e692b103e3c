/// The few MQTT 5 packets that a simulated kiosk needs (OASIS MQTT 5.0, chapter 3):
///
///     type and flags, remaining length (1 to 4 bytes of 7 bits), then
///     CONNECT    0x10  "MQTT" 5 flags keep-alive, properties, client id
///     CONNACK    0x20  flags reason …
///     PUBLISH    0x32  topic, packet id, properties, payload      (QoS 1)
///     PUBACK     0x40  packet id …
///     SUBSCRIBE  0x82  packet id, properties, filter, options
///     SUBACK     0x90  packet id …
///
/// A fleet of thousands would need a thread's time for each libmosquitto handle; these are bytes in an array.
enum MQTTFrame {
    static func connect(_ client: String) -> [UInt8] {
        packet(0x10, text("MQTT") + [5, 0x02] + number(900) + [0] + text(client))
    }

    static func subscribe(_ topic: String) -> [UInt8] { packet(0x82, number(1) + [0] + text(topic) + [1]) }

    /// - Parameter encoding: the user property `content-encoding`.
    static func publish(_ topic: String, id: UInt16, _ payload: [UInt8], encoding: String?) -> [UInt8] {
        var properties: [UInt8] = []
        if let encoding {
            properties.append(0x26)
            properties += text("content-encoding")
            properties += text(encoding)
        }
        var body = text(topic)
        body += number(id)
        body.append(UInt8(properties.count))
        body += properties
        body += payload
        return packet(0x32, body)
    }

    static func acknowledge(_ id: UInt16) -> [UInt8] { packet(0x40, number(id)) }

    private static func text(_ text: String) -> [UInt8] { number(UInt16(text.utf8.count)) + text.utf8 }
    private static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    private static func packet(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        var bytes = [type]
        var rest = body.count
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes + body
    }

    /// What a broker sent.
    struct Packet: Hashable {
        var type: UInt8
        var flags: UInt8
        var body: [UInt8]

        /// Of a PUBLISH with QoS 1: where its properties begin, and its packet id.
        private var head: (end: Int, id: UInt16)? {
            guard body.count >= 2 else { return nil }
            let end = 2 + Int(body[0]) << 8 + Int(body[1])
            guard body.count >= end + 3 else { return nil }
            return (end + 2, UInt16(body[end]) << 8 | UInt16(body[end + 1]))
        }

        var id: UInt16? { head?.id }

        /// Of a PUBLISH whose properties are shorter than 128 bytes.
        var payload: [UInt8]? {
            guard let end = head?.end, body[end] < 0x80, body.count >= end + 1 + Int(body[end]) else { return nil }
            return Array(body[(end + 1 + Int(body[end]))...])
        }
    }

    /// Takes the first whole packet from the front.
    static func take(_ bytes: inout [UInt8]) -> Packet? {
        var length = 0
        var index = 1
        while true {
            guard index < bytes.count, index <= 4 else { return nil }
            length |= Int(bytes[index] & 0x7F) << (7 * (index - 1))
            index += 1
            if bytes[index - 1] < 0x80 { break }
        }
        guard bytes.count >= index + length else { return nil }
        let packet = Packet(
            type: bytes[0] & 0xF0, flags: bytes[0] & 0x0F, body: Array(bytes[index..<index + length]))
        bytes.removeFirst(index + length)
        return packet
    }
}
