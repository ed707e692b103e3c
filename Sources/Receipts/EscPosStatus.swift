/// What an ESC/POS printer says of itself when asked in real time: `10 04 n`, one byte back.
///
///     n 1 printer   08 offline
///     n 2 cause     04 cover open, 20 paper end, 40 error
///     n 4 paper     0C near its end, 60 out
///
/// An answer has the pattern 0xx1xx10; whatever else a line carries (XON, XOFF, unasked status) is noise.
/// Source: Protocols.md in the catalogue.
public struct EscPosStatus: Hashable, Sendable {
    public enum Question: UInt8, CaseIterable, Sendable {
        case printer = 1
        case cause = 2
        case paper = 4

        public var bytes: [UInt8] { [0x10, 0x04, rawValue] }
    }

    /// Why nothing would come out.
    public enum PrinterFault: String, Sendable {
        case paperOut = "paper is out"
        case coverOpen = "the cover is open"
        case error = "the printer reports an error"
        case offline = "the printer is offline"
    }

    private var answers: [Question: UInt8] = [:]

    public init() {}

    public static func isAnswer(_ byte: UInt8) -> Bool { byte & 0x93 == 0x12 }

    public mutating func note(_ byte: UInt8, to question: Question) { answers[question] = byte }

    /// Many printers never answer; of those nothing is known.
    public var isKnown: Bool { !answers.isEmpty }

    /// What a person can mend comes first.
    public var obstacle: PrinterFault? {
        if has(0x60, .paper) || has(0x20, .cause) { return .paperOut }
        if has(0x04, .cause) { return .coverOpen }
        if has(0x40, .cause) { return .error }
        return has(0x08, .printer) ? .offline : nil
    }

    public var isPaperLow: Bool { has(0x0C, .paper) }

    private func has(_ bits: UInt8, _ question: Question) -> Bool { (answers[question] ?? 0) & bits != 0 }

    // MARK: Whether it has printed

    /// Answered in its turn, after everything sent before has been printed: `1D 72 01`.
    public static let question: [UInt8] = [0x1D, 0x72, 0x01]

    /// Its answer, 0xx0xxxx: whether there is still paper; `nil` for any other byte.
    public static func hasPaper(answer byte: UInt8) -> Bool? { byte & 0x90 == 0 ? byte & 0x0C == 0 : nil }
}
