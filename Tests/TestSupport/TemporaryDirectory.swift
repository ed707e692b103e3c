import Foundation

/// A directory of its own for one test, removed when the last reference goes.
public final class TemporaryDirectory: Sendable {
    public let path: String

    /// - Parameter base: tests that need a particular file system name a directory on it.
    public init(in base: String = NSTemporaryDirectory()) throws {
        path = (base.hasSuffix("/") ? base : base + "/") + "kiosk-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}
