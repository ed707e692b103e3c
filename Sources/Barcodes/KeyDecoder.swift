/// Turns the key events of a scanner in keyboard-wedge mode back into the bytes it typed, and those into scans.
///
/// A character is decided when its key goes down; autorepeat is ignored. Ctrl types control codes, Ctrl+] the GS of
/// GS1; Alt with a decimal number on the keypad types that byte. A key pressed with Ctrl or Alt that means nothing types
/// SUB, so that the scan is refused as not text rather than read with a character missing.
///
/// After SYN_DROPPED the current scan is told as `interrupted`, and the rest of it is discarded up to its terminator
/// or silence: a tail must not pass for a shorter number.
/// Source: Protocols.md in the catalogue.
public struct KeyDecoder: Sendable {
    private let limit: Int
    private var framer: ScanFramer

    /// Modifier keys that are down; both Shifts may be.
    private var held: Set<UInt16> = []

    /// Our own state, one for each scanner: some toggle it around every scan.
    private var capsLock = false

    /// The number typed so far on the keypad under Alt.
    private var altNumber: Int?

    /// Events were lost, and those up to the next SYN_REPORT belong to a report that is not whole.
    private var awaitsReport = false

    /// - Parameter limit: in characters; a longer scan is told as too long.
    public init(limit: Int = ScanFramer.longest) {
        self.limit = limit
        framer = ScanFramer(limit: limit)
    }

    /// Whether silence would mean something; then the driver calls `idle()` as it does for a `ScanFramer`.
    public var isOpen: Bool { framer.isOpen }

    /// Neither a character nor silence has come since `open()`.
    public var isOpening: Bool { framer.isOpening }

    /// The scanner was plugged in anew, or is listened to from this moment: forgets everything, held keys too. What it types
    /// before a silence may be the rest of a scan.
    public mutating func open() {
        self = KeyDecoder(limit: limit)
        framer.open()
    }

    public mutating func feed(_ event: InputEvent) -> [ScanInput] {
        switch (event.type, event.code) {
        case (InputEvent.synchronisation, InputEvent.dropped):
            return lose()
        case (InputEvent.synchronisation, InputEvent.report):
            awaitsReport = false
            return []
        case (InputEvent.key, let code) where !awaitsReport:
            return framer.feed(CollectionOfOne(type(code, value: event.value)).compactMap(\.self))
        default:
            return []
        }
    }

    public mutating func idle() -> ScanInput? {
        altNumber = nil
        return framer.idle()
    }

    private mutating func lose() -> [ScanInput] {
        awaitsReport = true
        held = []
        altNumber = nil
        return framer.abandon().map { [$0] } ?? []
    }

    /// The byte that a change of a key types, if any.
    private mutating func type(_ code: UInt16, value: Int32) -> UInt8? {
        if KeyLayout.modifier(code) != nil {
            return hold(code, value: value)
        }
        guard value == 1 else { return nil }
        if code == KeyLayout.capsLock {
            capsLock.toggle()
            return nil
        }
        guard let key = KeyLayout.keys[code] else { return nil }
        if holds(.alt) {
            return typeUnderAlt(key)
        }
        let character = character(of: key)
        return holds(.control) ? Self.controlCode(character) : character
    }

    /// Letting go of Alt types the number that was collected under it.
    private mutating func hold(_ code: UInt16, value: Int32) -> UInt8? {
        switch value {
        case 0: held.remove(code)
        case 1: held.insert(code)
        default: break
        }
        guard !holds(.alt), let number = altNumber else { return nil }
        altNumber = nil
        return UInt8(exactly: number) ?? ASCII.substitute
    }

    private mutating func typeUnderAlt(_ key: KeyLayout.Key) -> UInt8? {
        guard let digit = key.keypadDigit else { return ASCII.substitute }
        // Past three digits no number means a byte; the cap keeps a stuck Alt from overflowing.
        altNumber = min((altNumber ?? 0) * 10 + digit, 1000)
        return nil
    }

    private func holds(_ modifier: KeyLayout.Modifier) -> Bool {
        held.contains { KeyLayout.modifier($0) == modifier }
    }

    private func character(of key: KeyLayout.Key) -> UInt8 {
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(key.plain)
        let isShifted = holds(.shift) != (isLetter && capsLock)
        return isShifted ? key.shifted : key.plain
    }

    private static func controlCode(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "@")...UInt8(ascii: "_"): character - 0x40
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 0x60
        case ASCII.carriageReturn, ASCII.tab: character
        default: ASCII.substitute
        }
    }
}
