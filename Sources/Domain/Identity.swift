/// One kiosk: `k`, the county's six digits (GB/T 2260) and a four-digit number. It is also the common name of the
/// kiosk's certificate and its MQTT user name, so nothing but this exact form is ever accepted.
public struct KioskID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text is exactly `k` and ten ASCII digits.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 11, bytes[0] == UInt8(ascii: "k"), bytes.dropFirst().allSatisfy(\.isDigit) else {
            return nil
        }
        self.text = text
    }

    public var county: String { String(text.dropFirst().prefix(6)) }
    public var description: String { text }
}

/// The random identity of one journal file. A new one is drawn whenever a journal is begun, also after salvage, so that
/// a sequence number never stands for two different facts.
public struct Epoch: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(\.isLowerHexDigit) else { return nil }
        self.text = text
    }

    public static func random(using generator: inout some RandomNumberGenerator) -> Epoch {
        let bytes = bigEndian(generator.next()) + bigEndian(generator.next())
        return Epoch(unchecked: hexadecimal(bytes))
    }

    private init(unchecked text: String) { self.text = text }
    public var description: String { text }
}

/// The identity of an event across journals: a UUID of version 7 (RFC 9562). It survives a salvage into a new epoch,
/// which is how the center recognises a fact it already has.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text is a lower-case UUID in the usual grouping.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : byte.isLowerHexDigit else { return nil }
        }
        self.text = text
    }

    public static func make(at time: Timestamp, using generator: inout some RandomNumberGenerator) -> EventID {
        var bytes = bigEndian(UInt64(bitPattern: time.milliseconds) << 16 | generator.next() >> 48)
        bytes += bigEndian(generator.next())
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(hexadecimal(bytes).utf8)
        var grouped: [UInt8] = []
        grouped.reserveCapacity(36)
        for (index, digit) in hex.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { grouped.append(UInt8(ascii: "-")) }
            grouped.append(digit)
        }
        return EventID(unchecked: String(decoding: grouped, as: UTF8.self))
    }

    private init(unchecked text: String) { self.text = text }
    public var description: String { text }
}

extension UInt8 {
    var isLowerHexDigit: Bool { isDigit || self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f") }
}

private func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
