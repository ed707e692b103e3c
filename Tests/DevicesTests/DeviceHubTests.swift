import Foundation
import Logging
import Synchronization
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `The device thread` {
    @Test func `sleeps while every device is present and silent`() async throws {
        let bench = try DeviceFixture()
        let (gun, scale) = (try Pty(), try Pty())
        try bench.plug(gun, as: "gun")
        try bench.plug(scale, as: "scale")
        try bench.makeFIFO("kbd")
        let hub = try await bench.connectedHub(serial: ["gun"], keyboards: ["kbd"], scale: "scale", pace: .tenth)
        let wakeUps = hub.wakeUps
        // The absence of something cannot be waited for: longer than every interval the thread knows.
        try await Task.sleep(for: .milliseconds(2 * Pace.tenth.retry + 100))
        // One may be the kernel's word that a watch is given up; a timer would make two at least.
        #expect(hub.wakeUps <= wakeUps + 1)
    }

    @Test func `looks for a missing device every two seconds, no more often`() async throws {
        #expect(Pace().retry == 2000)
        let bench = try DeviceFixture()
        let hub = try bench.hub(serial: ["gun"], pace: .tenth)
        #expect(try await eventually { hub.peripherals[0].problem != nil })
        let (wakeUps, begin) = (hub.wakeUps, ContinuousClock.now)
        try await Task.sleep(for: .milliseconds(2 * Pace.tenth.retry + 50))
        // On a busy machine the sleep itself is longer; what counts is how often in that time.
        let elapsed = Int64((ContinuousClock.now - begin) / .milliseconds(1))
        #expect((1...Int(elapsed / Pace.tenth.retry) + 2).contains(hub.wakeUps - wakeUps))
    }

    @Test func `stops at once, in the middle of a flood`() async throws {
        let bench = try DeviceFixture()
        let line = try Pty()
        try bench.plug(line, as: "gun")
        let hub = try bench.hub(serial: ["gun"], scale: "missing")
        #expect(try await eventually { hub.isConnected() })
        // What is left unread fits the line's buffer, so that the writer ends.
        let flood = Task.detached {
            for _ in 1...1000 { line.send("A1\r") }
        }
        #expect(try await eventually { bench.heard.count > 10 })
        // It returns: the suite's time limit is the bound that a busy machine keeps.
        hub.stop()
        let heard = bench.heard.count
        await flood.value
        #expect(bench.heard.count == heard)
        #expect(hub.peripherals.allSatisfy { !$0.connected })
    }

    @Test func `starts again after a stop, and stopping twice does no harm`() async throws {
        let bench = try DeviceFixture()
        let line = try Pty()
        try bench.plug(line, as: "gun")
        let hub = try bench.hub(serial: ["gun"])
        try hub.start()
        #expect(try await eventually { hub.isConnected() })
        hub.stop()
        hub.stop()
        #expect(!hub.isConnected())
        try hub.start()
        #expect(try await eventually { hub.isConnected() })
        line.send("A1\r")
        #expect(try await eventually { bench.heard == ["A1⏎"] })
    }

    @Test func `ends with its hub`() async throws {
        let bench = try DeviceFixture()
        let line = try Pty()
        try bench.plug(line, as: "gun")
        weak var gone: DeviceHub?
        do {
            let hub = try await bench.connectedHub(serial: ["gun"])
            gone = hub
        }
        #expect(gone == nil)
    }

    @Test func `may be stopped, and let go of, by its own callback`() async throws {
        let bench = try DeviceFixture()
        let line = try Pty()
        try bench.plug(line, as: "gun")
        let last = Mutex<DeviceHub?>(nil)
        weak var gone: DeviceHub?
        do {
            let hub = DeviceHub(
                scanners: [ScannerConfiguration(name: "gun", path: bench.path("gun"), kind: .serial)], scale: nil,
                logger: Logger(label: "devices") { _ in bench.log },
                onScan: { _, _ in
                    last.withLock { $0.take() }?.stop()
                    return nil
                }, onChange: {})
            gone = hub
            last.withLock { $0 = hub }
            try hub.start()
            #expect(try await eventually { hub.isConnected() })
        }
        line.send("A1\r")
        #expect(try await eventually { gone == nil })
    }

    @Test(arguments: [
        (ENOENT, "no such device"), (ENODEV, "no such device"), (EIO, "no such device"),
        (EBUSY, "held by another program"), (EACCES, "permission denied"), (EMFILE, "Too many open files"),
    ])
    func `says in words why a device does not serve`(code: Int32, text: String) {
        #expect(DeviceProblem(code).text == text)
    }
}

/// The journal is behind: what one scanner reads cannot be taken for a while.
@Suite(.timeLimit(.minutes(1))) struct `A scan that cannot be taken now` {
    let bench: DeviceFixture
    let gun: Pty
    let other: Pty

    init() throws {
        bench = try DeviceFixture()
        (gun, other) = (try Pty(), try Pty())
        try bench.plug(gun, as: "gun")
        try bench.plug(other, as: "other")
        bench.busy.withLock { $0 = "scanner-1" }
    }

    private func bytes(_ hub: DeviceHub) -> Int { hub.peripherals[0].counters["bytes"] ?? 0 }

    @Test func `waits with what comes behind it, and the other devices go on`() async throws {
        var pace = Pace.never
        pace.patience = 600_000
        let hub = try await bench.connectedHub(serial: ["gun", "other"], pace: pace)
        gun.send("A1\r")
        #expect(try await eventually { bytes(hub) == 3 })
        gun.send("A2\rA3\r")
        for number in 1...20 { other.send("B\(number)\r") }
        #expect(try await eventually { bench.heard.count == 20 })
        #expect(bench.heard == (1...20).map { "B\($0)⏎" })
        bench.busy.withLock { $0 = nil }
        #expect(try await eventually { bench.heard.suffix(3) == ["A1⏎", "A2⏎", "A3⏎"] })
        #expect(bench.heard.count == 23)
    }

    @Test func `has its line not read on when many wait, and nothing of it is lost`() async throws {
        var pace = Pace.never
        pace.patience = 600_000
        let hub = try await bench.connectedHub(serial: ["gun"], pace: pace)
        for number in 10..<26 { gun.send("A\(number)\r") }
        #expect(try await eventually { bytes(hub) == 64 })
        for number in 26..<90 { gun.send("A\(number)\r") }
        try await Task.sleep(for: .milliseconds(100))
        #expect(bytes(hub) == 64)
        bench.busy.withLock { $0 = nil }
        #expect(try await eventually { bench.heard.count == 80 })
        #expect(bench.heard == (10..<90).map { "A\($0)⏎" })
    }

    /// A line without terminators tells scans apart by silence, and nobody listened to it.
    @Test func `makes no one parcel of two that nobody heard come`() async throws {
        var pace = Pace.never
        (pace.patience, pace.silence) = (600_000, 50)
        let hub = try await bench.connectedHub(serial: ["gun"], pace: pace)
        for number in 10..<26 { gun.send("A\(number)\r") }
        #expect(try await eventually { bytes(hub) == 64 })
        gun.send("B1")
        try await Task.sleep(for: .milliseconds(150))
        gun.send("B2")
        try await Task.sleep(for: .milliseconds(150))
        bench.busy.withLock { $0 = nil }
        #expect(try await eventually { bench.heard.last == "!interrupted" })
        #expect(bench.heard.dropLast() == (10..<26).map { "A\($0)⏎" }[...])
        // And from then on it is heard again.
        gun.send("B3")
        #expect(try await eventually { bench.heard.last == "B3…" })
    }

    @Test func `costs no busy loop`() async throws {
        var pace = Pace.never
        (pace.patience, pace.again) = (600_000, 100)
        let hub = try await bench.connectedHub(serial: ["gun"], pace: pace)
        for number in 10..<26 { gun.send("A\(number)\r") }
        #expect(try await eventually { bytes(hub) == 64 })
        gun.send("A2\r")
        let before = hub.wakeUps
        try await Task.sleep(for: .milliseconds(500))
        #expect(hub.wakeUps - before <= 8)
    }

    @Test func `is told as lost when that lasts, and what came after it has its turn`() async throws {
        var pace = Pace.never
        pace.patience = 100
        let hub = try await bench.connectedHub(serial: ["gun"], pace: pace)
        gun.send("A1\rA2\r")
        #expect(try await eventually { bench.heard == ["lost A1⏎", "lost A2⏎"] })
        hub.stop()
    }

    @Test func `is told as lost when the devices end`() async throws {
        var pace = Pace.never
        pace.patience = 600_000
        let hub = try await bench.connectedHub(serial: ["gun"], pace: pace)
        gun.send("A1\rA2\r")
        #expect(try await eventually { bytes(hub) == 6 })
        hub.stop()
        #expect(bench.heard == ["lost A1⏎", "lost A2⏎"])
    }

    @Test func `outlives its scanner`() async throws {
        var pace = Pace.never
        pace.patience = 600_000
        let hub = try await bench.connectedHub(serial: ["gun", "other"], pace: pace)
        gun.send("A1\r")
        #expect(try await eventually { bytes(hub) == 3 })
        try bench.unplug("gun")
        other.send("B1\r")
        #expect(try await eventually { bench.heard == ["B1⏎"] })
        bench.busy.withLock { $0 = nil }
        #expect(try await eventually { bench.heard == ["B1⏎", "A1⏎"] })
        try bench.plug(gun, as: "gun")
        gun.send("A2\r")
        #expect(try await eventually { bench.heard == ["B1⏎", "A1⏎", "A2⏎"] })
    }
}
