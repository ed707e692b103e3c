import Domain
import Foundation
import ScaleProtocols
import Testing

/// A golden frame: `Fixtures/<dialect>/<case>.txt` holds a title after `#`, the bytes as lines `label: hex`, and what
/// is expected of them as lines `field = value`: a reading, `dropped = 1`, or `nothing = 1` for a sound frame that is
/// no reading. `raw = hex` where not all of the bytes are the reading's frame.
struct Fixture: Sendable, CustomTestStringConvertible {
    var dialect: Dialect
    var name: String
    var bytes: [UInt8]
    /// Nil when the frame is to be dropped or is no reading.
    var reading: ScaleReading?
    var dropped = 0

    /// The bytes, and the first of what follows where only that shows that the frame is over.
    var whole: [UInt8] { bytes + dialect.closing }

    var testDescription: String { "\(dialect)/\(name)" }

    static let all: [Fixture] = {
        do {
            return try Dialect.allCases.flatMap(load)
        } catch {
            fatalError("golden frames: \(error)")
        }
    }()

    static let readable = all.filter { $0.reading != nil }

    struct Malformed: Error {
        var line: Substring
    }

    private static func load(_ dialect: Dialect) throws -> [Fixture] {
        let folder = Bundle.module.resourceURL!.appending(path: "Fixtures/\(dialect.rawValue)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { file in
                let text = try String(contentsOf: file, encoding: .utf8)
                return try Fixture(dialect, name: file.deletingPathExtension().lastPathComponent, text: text)
            }
    }

    init(_ dialect: Dialect, name: String, text: String) throws {
        self.dialect = dialect
        self.name = name
        var bytes: [UInt8] = []
        var reading = ScaleReading()
        var raw: [UInt8]?
        var isNothing = false
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let colon = line.firstIndex(of: ":"), !line.contains(" = ") {
                bytes += Self.hexadecimal(line[colon...].dropFirst())
                continue
            }
            let parts = line.split(separator: " = ", maxSplits: 1)
            guard parts.count == 2 else { throw Malformed(line: line) }
            let value = String(parts[1])
            let mass = Int64(value).map(Mass.init(grams:))
            switch parts[0] {
            case "mass": reading.mass = mass
            case "kind": reading.kind = .init(rawValue: value)!
            case "stability": reading.stability = .init(rawValue: value)!
            case "range": reading.range = .init(rawValue: value)!
            case "tare": reading.tare = mass
            case "tare mode": reading.tareMode = .init(rawValue: value)!
            case "interval": reading.interval = mass
            case "fault": reading.fault = value
            case "raw": raw = Self.hexadecimal(parts[1])
            case "dropped": dropped = Int(value)!
            case "nothing": isNothing = true
            default: throw Malformed(line: line)
            }
        }
        self.bytes = bytes
        reading.raw = raw ?? bytes
        self.reading = dropped > 0 || isNothing ? nil : reading
    }

    private static func hexadecimal(_ text: Substring) -> [UInt8] {
        text.split(separator: " ").map { UInt8($0, radix: 16)! }
    }
}
