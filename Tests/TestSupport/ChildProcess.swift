import Foundation
import Synchronization

/// A process that a test started; it is stopped by its own id, and dies with the test process whatever happens.
public final class ChildProcess: @unchecked Sendable {
    // Sendable: `process` is thread-safe by Foundation's own word; the rest is constant.
    private let process = Process()
    public let log: String
    public let name: String

    /// - Parameter log: where its standard error and output go; appended, so that a restarted daemon keeps one log.
    public init(_ executable: String, _ arguments: [String], log: String, environment: [String: String] = [:]) throws {
        name = String(executable.split(separator: "/").last ?? "")
        self.log = log
        // The kernel kills the child when its parent is gone, even if the tests crash.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", executable] + arguments
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KIOSK_") }
        inherited.merge(environment) { $1 }
        process.environment = inherited
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try handle.seekToEnd()
        process.standardError = handle
        process.standardOutput = handle
        process.standardInput = FileHandle.nullDevice
        try Spawner.shared.run(process)
    }

    deinit { kill() }

    public var id: Int32 { process.processIdentifier }
    public var isRunning: Bool { process.isRunning }

    public func signal(_ signal: Int32) { if process.isRunning { Foundation.kill(id, signal) } }

    /// kill -9, and waits until the kernel has taken it away.
    public func kill() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM; the exit code, or an error when it takes longer.
    @discardableResult
    public func terminate(within seconds: Double = 10) throws -> Int32 {
        signal(SIGTERM)
        return try waitForExit(within: seconds)
    }

    @discardableResult
    public func waitForExit(within seconds: Double = 10) throws -> Int32 {
        try eventually("\(name) ends", within: seconds) { !process.isRunning }
        // A signal's number as a shell would tell it.
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }

    public var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
}

/// Runs a program to its end and returns what it said.
public func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:]
) throws -> (code: Int32, output: String, errors: String) {
    let directory = try TemporaryDirectory()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KIOSK_") }
    inherited.merge(environment) { $1 }
    process.environment = inherited
    // Files, not pipes: a pipe that nobody empties stops the program.
    func file(_ name: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: directory.file(name), contents: nil)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: directory.file(name)))
    }
    process.standardOutput = try file("out")
    process.standardError = try file("err")
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (
        process.terminationStatus, try String(contentsOfFile: directory.file("out"), encoding: .utf8),
        try String(contentsOfFile: directory.file("err"), encoding: .utf8)
    )
}
