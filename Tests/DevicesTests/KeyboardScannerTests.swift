import Barcodes
import Foundation
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `A keyboard scanner` {
    let bench: DeviceFixture
    let hub: DeviceHub

    init() async throws {
        bench = try DeviceFixture()
        try bench.makeFIFO("kbd")
        hub = try await bench.connectedHub(keyboards: ["kbd"])
    }

    @Test func `types a scan`() async throws {
        try Typist(bench.path("kbd")).send(try keys("SF-1234"))
        #expect(try await eventually { bench.heard == ["SF-1234⏎"] })
    }

    @Test func `may hand over two scans at once`() async throws {
        try Typist(bench.path("kbd")).send(try keys("A1") + keys("B2"))
        #expect(try await eventually { bench.heard == ["A1⏎", "B2⏎"] })
    }

    @Test func `may hand over a record in two pieces`() async throws {
        let typist = try Typist(bench.path("kbd"))
        let records = try keys("C3")
        typist.send(records.prefix(InputEvent.size + 5))
        #expect(try await eventually { hub.peripherals[0].counters["bytes"] == InputEvent.size + 5 })
        typist.send(records.dropFirst(InputEvent.size + 5))
        #expect(try await eventually { bench.heard == ["C3⏎"] })
    }

    @Test func `whose writer leaves in mid-record does not garble the next writer`() async throws {
        let bench = try DeviceFixture()
        try bench.makeFIFO("kbd")
        let hub = try await bench.connectedHub(keyboards: ["kbd"], pace: Pace(silence: 50))
        let wakeUps = hub.wakeUps
        try Typist(bench.path("kbd")).send(try keys("D4").prefix(InputEvent.size - 1))
        // Once for the bytes, and once when silence has ended the partial record.
        #expect(try await eventually { hub.wakeUps == wakeUps + 2 })
        try Typist(bench.path("kbd")).send(try keys("E5"))
        #expect(try await eventually { bench.heard == ["E5⏎"] })
    }

    /// A mouse at a scanner's path, or a scanner with a key that is held down.
    @Test func `that says what types nothing, and never rests, is connected all the same`() async throws {
        let bench = try DeviceFixture()
        try bench.makeFIFO("kbd")
        let hub = try bench.hub(keyboards: ["kbd"], pace: Pace())
        #expect(try await eventually { hub.peripherals[0].counters["opens"] == 1 })
        #expect(!hub.isConnected() && hub.peripherals[0].problem == nil)
        let typist = try Typist(bench.path("kbd"))
        let move = InputEvent(type: 2, code: 0, value: 1)
        #expect(
            try await eventually {
                typist.send(move.bytes)
                return hub.isConnected()
            })
        typist.send(try keys("C3"))
        #expect(try await eventually { bench.heard == ["C3⏎"] })
        hub.stop()
    }

    @Test func `whose writers come and go stays connected`() async throws {
        for code in ["A1", "B2", "C3"] {
            try Typist(bench.path("kbd")).send(try keys(code))
            #expect(try await eventually { bench.heard.last == code + "⏎" })
        }
        #expect(hub.peripherals[0].counters["opens"] == 1)
    }

    @Test func `whose FIFO is made anew is found again`() async throws {
        for round in 1...3 {
            try bench.unplug("kbd")
            #expect(try await eventually { !hub.isConnected() })
            try bench.makeFIFO("kbd")
            #expect(try await eventually { hub.isConnected() })
            try Typist(bench.path("kbd")).send(try keys("R\(round)"))
            #expect(try await eventually { bench.heard.last == "R\(round)⏎" })
        }
    }

    @Test func `that vanishes in mid-scan tells of one interruption`() async throws {
        let typist = try Typist(bench.path("kbd"))
        typist.send(try keys("HALF").dropLast(4 * InputEvent.size))
        #expect(try await eventually { hub.peripherals[0].counters["bytes", default: 0] > 0 })
        try bench.unplug("kbd")
        #expect(try await eventually { !hub.isConnected() })
        #expect(bench.heard == ["!interrupted"])
    }

    @Test(arguments: [ScannerConfiguration.Kind.evdev, .serial])
    func `that is a plain file is refused, until there is a device`(_ kind: ScannerConfiguration.Kind) async throws {
        let bench = try DeviceFixture()
        try Data("4711\r".utf8).write(to: URL(fileURLWithPath: bench.path("file")))
        let hub = try kind == .evdev ? bench.hub(keyboards: ["file"]) : bench.hub(serial: ["file"])
        let problem = kind == .evdev ? "not a device" : "not a serial line"
        #expect(try await eventually { hub.peripherals[0].problem == problem })
        try bench.unplug("file")
        let line = try Pty()
        if kind == .evdev { try bench.makeFIFO("file") } else { try bench.plug(line, as: "file") }
        #expect(try await eventually { hub.isConnected() })
        #expect(hub.peripherals[0].problem == nil)
        #expect(bench.heard == [])
    }

    @Test func `that is another kind of character device is refused`() async throws {
        let bench = try DeviceFixture()
        try FileManager.default.createSymbolicLink(atPath: bench.path("null"), withDestinationPath: "/dev/null")
        let hub = try bench.hub(keyboards: ["null"])
        #expect(try await eventually { hub.peripherals[0].problem == "not a keyboard" })
    }
}
