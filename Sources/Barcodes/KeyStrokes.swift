/// The inverse of `KeyDecoder`, for simulators and round-trip tests.
public enum KeyStrokes {
    /// The events by which a scanner types `text` and the Enter after it; nil when a byte is not on the US layout.
    public static func events(typing text: [UInt8]) -> [InputEvent]? {
        var events: [InputEvent] = []
        for byte in text + [ASCII.carriageReturn] {
            guard let keys = chord(typing: byte) else { return nil }
            let changes = keys.map { ($0, Int32(1)) } + keys.reversed().map { ($0, Int32(0)) }
            for (code, value) in changes {
                events.append(InputEvent(type: InputEvent.key, code: code, value: value))
                events.append(InputEvent(type: InputEvent.synchronisation, code: InputEvent.report, value: 0))
            }
        }
        return events
    }

    /// The keys to press one after another, modifiers first.
    private static func chord(typing byte: UInt8) -> [UInt16]? {
        if let keys = chords[byte] {
            return keys
        }
        guard byte < 0x20 else { return nil }
        let isLetter = (1...26).contains(byte)
        return chords[byte + (isLetter ? 0x60 : 0x40)].map { [KeyLayout.leftControl] + $0 }
    }

    private static let chords: [UInt8: [UInt16]] = {
        var chords: [UInt8: [UInt16]] = [:]
        // Downwards, so that the lower code wins: the main block over the keypad.
        for (code, key) in KeyLayout.keys.sorted(by: { $0.key > $1.key }) {
            chords[key.shifted] = [KeyLayout.leftShift, code]
        }
        for (code, key) in KeyLayout.keys.sorted(by: { $0.key > $1.key }) {
            chords[key.plain] = [code]
        }
        return chords
    }()
}
