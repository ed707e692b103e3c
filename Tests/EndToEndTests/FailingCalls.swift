import Foundation
import Harness
import TestSupport
import Testing

/// A kioskd of which the kernel refuses some calls.
extension Village {
    /// - Parameters:
    ///   - call: as strace names it; several with commas between.
    ///   - number: from which one on.
    func startFailing(_ call: String, from number: Int = 1, with error: String) throws -> ChildProgram {
        try ChildProgram(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-o", directory.file("strace"), "-e", "trace=\(call)", "-e",
                "inject=\(call):error=\(error):when=\(number)+", Products.path("kioskd"), "--config", kioskSettings,
            ], log: directory.file("kiosk.log"), environment: refuge)
    }

    /// Ends the daemon under strace, which itself would leave it running.
    func stopFailing(_ kiosk: ChildProgram) throws {
        let holder = try String(contentsOfFile: directory.file("kiosk/journal.lock"), encoding: .utf8)
        let process = try #require(Int32(holder.trimmingCharacters(in: .whitespacesAndNewlines)))
        kill(process, SIGTERM)
        #expect(try kiosk.waitForExit() == 0)
    }
}
