import Foundation
import Harness

/// Runs a program to its end and returns what it said.
public func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:]
) throws -> (code: Int32, output: String, errors: String) {
    let directory = try TemporaryDirectory()
    // Files, not pipes: a pipe that nobody empties stops the program.
    let child = try ChildProgram(
        executable, arguments, log: directory.file("err"), output: directory.file("out"), environment: environment)
    let code = try child.waitForExit(within: 600)
    return (
        code, try String(contentsOfFile: directory.file("out"), encoding: .utf8),
        try String(contentsOfFile: directory.file("err"), encoding: .utf8)
    )
}
