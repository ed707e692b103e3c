/// One record of Linux evdev.
///
///     seconds (word)  microseconds (word)  type u16  code u16  value s32
///
/// in native byte order, which is little-endian on every board served here; a word is 8 bytes in a 64-bit process and
/// 4 in a 32-bit one. The times are not used.
/// Source: Protocols.md in the catalogue.
public struct InputEvent: Sendable, Hashable {
    public var type: UInt16
    public var code: UInt16

    /// Of a key: 0 up, 1 down, 2 autorepeat.
    public var value: Int32

    /// As `struct input_event` of linux/input.h has it, without its time.
    public init(type: UInt16, code: UInt16, value: Int32) {
        self.type = type
        self.code = code
        self.value = value
    }

    /// `read()` gives whole records of this many bytes, and EINVAL to a smaller buffer.
    public static let size = timesSize + 8

    private static let timesSize = 2 * MemoryLayout<Int>.size

    /// Nil unless `record` is exactly one record long.
    public init?(record: some Collection<UInt8>) {
        guard record.count == Self.size else { return nil }
        let body = Array(record.dropFirst(Self.timesSize))
        type = UInt16(body[0]) | UInt16(body[1]) << 8
        code = UInt16(body[2]) | UInt16(body[3]) << 8
        value = Int32(truncatingIfNeeded: body[4...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }

    /// The record with both times 0, as a simulator writes it.
    public var bytes: [UInt8] {
        let pattern = UInt32(bitPattern: value)
        let words: [UInt8] = [
            UInt8(truncatingIfNeeded: type), UInt8(truncatingIfNeeded: type >> 8),
            UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8),
        ]
        return [UInt8](repeating: 0, count: Self.timesSize) + words
            + (0..<4).map { UInt8(truncatingIfNeeded: pattern >> ($0 * 8)) }
    }
}

extension InputEvent {
    static let synchronisation: UInt16 = 0
    static let key: UInt16 = 1

    /// Codes of `synchronisation`.
    static let report: UInt16 = 0
    static let dropped: UInt16 = 3
}
