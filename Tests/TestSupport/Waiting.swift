import Foundation

public struct TimedOut: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
}

/// Waits until the thing has happened, and fails when it does not within the time: never a bare sleep.
public func eventually(
    _ what: String, within seconds: Double = 20, every milliseconds: UInt32 = 5, _ condition: () throws -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !condition() {
        guard Date() < deadline else { throw TimedOut(description: "did not happen within \(seconds) s: \(what)") }
        usleep(milliseconds * 1000)
    }
}
