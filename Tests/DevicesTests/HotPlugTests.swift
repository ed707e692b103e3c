import Foundation
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `Plugging in and out` {
    let bench: DeviceFixture

    init() throws {
        bench = try DeviceFixture()
    }

    @Test func `a scanner absent at start is found when it appears`() async throws {
        let hub = try bench.hub(serial: ["gun"])
        #expect(try await eventually { hub.peripherals[0].problem == "no such device" })
        let line = try Pty()
        try bench.plug(line, as: "gun")
        #expect(try await eventually { hub.isConnected() })
        line.send("A1\r")
        #expect(try await eventually { bench.heard == ["A1⏎"] })
    }

    @Test func `its directory may be missing as well`() async throws {
        let hub = try bench.hub(serial: ["by-id/usb/gun"], pace: Pace())
        #expect(try await eventually { hub.peripherals[0].problem == "no such device" })
        try FileManager.default.createDirectory(
            atPath: bench.path("by-id/usb"), withIntermediateDirectories: true)
        let line = try Pty()
        try bench.plug(line, as: "by-id/usb/gun")
        #expect(try await eventually { hub.isConnected() })
    }

    @Test func `a pulled scanner is told of once, its half scan dropped, and it comes back`() async throws {
        var line: Pty? = try Pty()
        try bench.plug(line!, as: "gun")
        let hub = try await bench.connectedHub(serial: ["gun"])
        let changes = bench.changes
        line?.send("HAL")
        #expect(try await eventually { hub.peripherals[0].counters["bytes"] == 3 })
        // The name first: a terminal's number is free for anybody as soon as it is closed.
        try bench.unplug("gun")
        line = nil
        #expect(try await eventually { bench.changes > changes })
        #expect(!hub.isConnected())
        #expect(hub.peripherals[0].problem == "no such device")
        #expect(bench.heard == ["!interrupted"])

        let next = try Pty()
        try bench.plug(next, as: "gun")
        #expect(try await eventually { hub.isConnected() })
        next.send("F\r")
        #expect(try await eventually { bench.heard == ["!interrupted", "F⏎"] })
        #expect(bench.changes == changes + 2)
        #expect(bench.log.lines.count { $0.contains("scanner-1 lost") } == 1)
        #expect(hub.peripherals[0].counters["opens"] == 2)
    }

    @Test func `a link pointed elsewhere beforehand is followed when the old device hangs up`() async throws {
        var old: Pty? = try Pty()
        try bench.plug(old!, as: "gun")
        let hub = try await bench.connectedHub(serial: ["gun"], pace: Pace())
        let new = try Pty()
        try bench.plug(new, as: "gun")
        old?.send("OLD\r")
        #expect(try await eventually { bench.heard == ["OLD⏎"] })
        old = nil
        #expect(
            try await eventually { hub.peripherals[0].counters["opens"] == 2 && hub.peripherals[0].connected })
        new.send("NEW\r")
        #expect(try await eventually { bench.heard == ["OLD⏎", "NEW⏎"] })
    }

    /// Just after the start too, while the watch on its directory is young; the retry is every two seconds, as on a board.
    @Test(arguments: [0, 100])
    func `a line exchanged soon after the first scan is served again within seconds`(milliseconds: Int) async throws {
        for order in 0..<3 {
            let name = "gun-\(order)"
            var old: Pty? = try Pty()
            try bench.plug(old!, as: name)
            let hub = try bench.hub(serial: [name], pace: Pace())
            #expect(try await eventually { hub.isConnected() })
            let heard = bench.heard.count
            old?.send("A\(order)\r")
            #expect(try await eventually { bench.heard.count == heard + 1 })
            try await Task.sleep(for: .milliseconds(milliseconds))
            let new: Pty
            switch order {
            case 0:
                old = nil
                // Under the very same number, most likely.
                new = try Pty()
                try bench.plug(new, as: name)
            case 1:
                new = try Pty()
                try bench.plug(new, as: name)
                old = nil
            default:
                new = try Pty()
                try bench.unplug(name)
                old = nil
                try await Task.sleep(for: .milliseconds(20))
                try bench.plug(new, as: name)
            }
            #expect(
                try await eventually(within: .seconds(5)) {
                    hub.peripherals[0].counters["opens"] == 2 && hub.peripherals[0].connected
                }, "order \(order)")
            new.send("B\(order)\r")
            #expect(try await eventually { bench.heard.last == "B\(order)⏎" }, "order \(order): \(bench.heard)")
            hub.stop()
        }
    }

    @Test func `one missing device costs the others nothing`() async throws {
        let line = try Pty()
        try bench.plug(line, as: "here")
        let hub = try bench.hub(serial: ["gone", "here"], scale: "also-gone")
        #expect(try await eventually { hub.isConnected(1) })
        line.send("A1\r")
        #expect(try await eventually { bench.heard == ["A1⏎"] })
        #expect(hub.peripherals.map(\.connected) == [false, true, false])
        #expect(hub.peripherals.map(\.name) == ["scanner-1", "scanner-2", "scale"])
    }

    /// In a process of its own, where no other test opens files meanwhile.
    @Test func `fifty rounds leave no descriptor behind`() async throws {
        await #expect(processExitsWith: .success) {
            let bench = try DeviceFixture()
            try bench.makeFIFO("kbd")
            let hub = try bench.hub(serial: ["gun"], keyboards: ["kbd"])
            try #require(try await eventually { hub.isConnected(1) })
            func round(_ number: Int) async throws {
                var line: Pty? = try Pty()
                try bench.plug(line!, as: "gun")
                try #require(try await eventually { hub.isConnected() })
                line?.send("A1\r")
                try #require(try await eventually { bench.heard.count == number })
                line = nil
                try bench.unplug("gun")
                try #require(try await eventually { !hub.isConnected() })
            }
            // The first lets the runtime open what it keeps.
            try await round(1)
            let before = try openDescriptors()
            for number in 2...51 { try await round(number) }
            // The runtime may open one of its own for a moment; a leak of one a round would stay.
            try #require(try await eventually { (try? openDescriptors()) == before })
            // The keyboard, and what the thread waits with: epoll, inotify, two eventfds.
            hub.stop()
            try #require(try await eventually { (try? openDescriptors()) == before - 5 })
        }
    }
}

private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}
