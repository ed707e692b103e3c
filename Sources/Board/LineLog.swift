import Domain
import Glibc
public import Logging

/// One line for each thing worth saying, to standard error: time, level, part, the sentence, then details as `key=value`.
///
///     2026-11-23T18:00:00.123Z warning uplink: no connection to the broker; … broker=mqtt.example reason="…"
///
/// Mobile and identity numbers are masked here, whoever let them through, so that no caller can forget it.
public struct LineLog: LogHandler {
    public var logLevel = Logger.Level.info
    public var metadata = Logger.Metadata()
    private let program: String

    public init(program: String) { self.program = program }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var details = metadata
        if let more = event.metadata { details.merge(more) { $1 } }
        let part = details.removeValue(forKey: "part").map { "\($0)" } ?? program
        var line = "\(BoardClock.wall) \(event.level) \(part): \(event.message)"
        for (key, value) in details.sorted(by: { $0.key < $1.key }) {
            let text = "\(value)"
            // Nothing held back is nothing to say.
            if key == "not-logged", text == "0" { continue }
            line += " \(key)=\(Self.quoted(text))"
        }
        // Some of it was said by others: whatever they wrote, it is one line, and does nothing to a terminal.
        let bytes = Array((PersonalText.masked(line.printable) + "\n").utf8)
        // One write, so that lines of several threads stay whole. Where nobody reads them there is nobody to tell.
        _ = unsafe write(2, bytes, bytes.count)
    }

    /// A value with spaces or control characters is put in quotes, so that a line stays one line.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        return isPlain ? text : JSON.string(text).canonicalText
    }
}
