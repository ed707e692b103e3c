import Domain
import Foundation
import ScaleProtocols
import Testing

/// A golden frame: `Fixtures/<dialect>/<case>.txt` holds a title after `#`, the bytes as lines `label: hex`, and what
/// is expected of them as lines `field = value`, either a reading or `dropped = 1`.
struct Fixture: Sendable, CustomTestStringConvertible {
    var dialect: Dialect
    var name: String
    var bytes: [UInt8]
    /// Nil when the frame is to be dropped.
    var reading: ScaleReading?

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
        bytes = []
        var reading = ScaleReading()
        var isDropped = false
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let colon = line.firstIndex(of: ":") {
                bytes += line[colon...].dropFirst().split(separator: " ").map { UInt8($0, radix: 16)! }
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
            case "dropped": isDropped = true
            default: throw Malformed(line: line)
            }
        }
        reading.raw = bytes
        self.reading = isDropped ? nil : reading
    }
}

/// A protocol with the options that make a difference; the raw value is its folder of fixtures.
enum Dialect: String, CaseIterable, Sendable {
    case toledoContinuous = "toledo-continuous"
    case toledoContinuousUnchecked = "toledo-continuous-unchecked"
    case yaohuaA9 = "yaohua-a9"

    func make() -> any ScaleProtocol {
        switch self {
        case .toledoContinuous: ToledoContinuous()
        case .toledoContinuousUnchecked: ToledoContinuous(checksum: false)
        case .yaohuaA9: YaohuaA9()
        }
    }

    /// Whether one damaged byte is always noticed.
    var isChecked: Bool { self != .toledoContinuousUnchecked }
}
