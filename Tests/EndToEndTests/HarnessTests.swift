import Foundation
import Harness
import TestSupport
import Testing

@Suite struct HarnessTests {
    @Test(.timeLimit(.minutes(1))) func `a child that somebody else took away has ended`() throws {
        let directory = try TemporaryDirectory()
        let child = try ChildProgram("/bin/true", [], log: directory.file("log"))
        var status: Int32 = 0
        while waitpid(child.id, &status, 0) < 0, errno == EINTR { continue }
        child.kill()
        #expect(!child.isRunning)
        #expect(try child.waitForExit() == 255)
    }

    @Test func `a child tells its end, that of a signal as a shell does`() throws {
        let directory = try TemporaryDirectory()
        let child = try ChildProgram("/bin/sh", ["-c", "echo out; echo log >&2; exit 3"], log: directory.file("log"))
        #expect(try child.waitForExit() == 3)
        #expect(child.logText == "out\nlog\n")
        let sleeper = try ChildProgram("/bin/sleep", ["60"], log: directory.file("log"))
        #expect(try sleeper.terminate() == 143)
    }
}
