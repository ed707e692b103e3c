import CDevices
import Foundation
import ScaleProtocols
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `Listening to a line` {
    @Test func `hears what comes, at any speed`() throws {
        let line = try Pty()
        let listener = try ScaleListener(path: line.path)
        _ = try listener.listen(baud: 9600, milliseconds: 1)
        let talk = Thread { for _ in 0..<20 { line.send(`A scale`.twentyKilograms) } }
        talk.start()
        let heard = try listener.listen(baud: 1200, milliseconds: 500)
        #expect(ScaleLearning.candidates(heard).first?.name == .yaohuaA9)
    }

    @Test func `forgets what came at the speed before`() throws {
        let line = try Pty()
        let listener = try ScaleListener(path: line.path)
        line.send("old")
        #expect(try listener.listen(baud: 9600, milliseconds: 50) == [])
    }

    @Test func `can never send`() throws {
        let line = try Pty()
        let number = kiosk_serial_listen(line.path)
        try #require(number >= 0)
        defer { close(number) }
        #expect(write(number, "T", 1) == -1 && errno == EBADF)
    }

    @Test func `is refused while another program holds the line, even to root`() throws {
        let line = try Pty()
        let holder = open(line.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(holder) }
        try #require(ioctl(holder, UInt(TIOCEXCL)) == 0)
        do throws(ScaleListener.Fault) {
            _ = try ScaleListener(path: line.path)
            Issue.record("it was opened")
        } catch {
            #expect(error.isHeld && error.description.contains("held by another program"))
        }
    }

    @Test func `ends with the cable`() throws {
        var line: Pty? = try Pty()
        let listener = try ScaleListener(path: line!.path)
        line = nil
        #expect(throws: ScaleListener.Fault.self) { _ = try listener.listen(baud: 9600, milliseconds: 5000) }
    }

    @Test func `of what is no line is a fault`() throws {
        for path in ["/dev/null", "/nowhere"] {
            #expect(throws: ScaleListener.Fault.self) { _ = try ScaleListener(path: path) }
        }
    }
}
