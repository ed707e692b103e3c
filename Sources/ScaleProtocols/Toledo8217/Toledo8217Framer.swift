/// Cuts the answers of an 8217: STX to CR, but the status byte of `STX ? status CR` can be any, STX and CR too.
struct Toledo8217Framer: ScaleFramer {
    /// `STX 0dd.ddN CR`.
    private static let longest = 9
    private(set) var dropped = 0
    private var window: [UInt8] = []

    private var isStatus: Bool { window.count > 1 && window[1].withoutEvenParity == UInt8(ascii: "?") }

    mutating func push(_ byte: UInt8) -> [UInt8]? {
        let plain = byte.withoutEvenParity
        if isStatus {
            window.append(byte)
            return window.count == 4 ? window : nil
        }
        if plain == Control.stx {
            if !window.isEmpty { dropped += 1 }
            window = [byte]
            return nil
        }
        guard !window.isEmpty else { return nil }
        window.append(byte)
        if plain == Control.carriageReturn { return window }
        if window.count == Self.longest { refuse() }
        return nil
    }

    mutating func accept() {
        window = []
    }

    /// What was taken for a status byte may have begun the next answer.
    mutating func refuse() {
        dropped += 1
        let next = window.dropFirst().lastIndex { $0.withoutEvenParity == Control.stx }
        window.removeSubrange(..<(next ?? window.endIndex))
    }

    mutating func reset() {
        window = []
    }
}
