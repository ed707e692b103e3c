import Synchronization
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `A serial scanner` {
    let bench: DeviceFixture
    let line: Pty
    let hub: DeviceHub

    init() async throws {
        bench = try DeviceFixture()
        line = try Pty()
        try bench.plug(line, as: "gun")
        hub = try await bench.connectedHub(serial: ["gun"])
    }

    @Test func `gives a line as a scan`() async throws {
        line.send("SF1234567890\r")
        #expect(try await eventually { bench.heard == ["SF1234567890⏎"] })
        #expect(hub.peripherals[0].counters["scans"] == 1)
        #expect(hub.peripherals[0].counters["bytes"] == 13)
    }

    @Test func `gives one scan for CR LF, whole or torn apart`() async throws {
        line.send("A1\r\nA2\r")
        #expect(try await eventually { bench.heard.count == 2 })
        line.send("\nA3\r\n")
        #expect(try await eventually { bench.heard.count == 3 })
        #expect(bench.heard == ["A1⏎", "A2⏎", "A3⏎"])
    }

    @Test func `that is in the midst of a scan when it is plugged in has that one refused`() async throws {
        let late = try Pty()
        let (bench, hub) = try listening(to: "late")
        let gun = Task.detached {
            while !Task.isCancelled {
                late.send("7")
                try? await Task.sleep(for: .milliseconds(2))
            }
        }
        try bench.plug(late, as: "late")
        #expect(try await eventually { bench.heard == ["!interrupted"] })
        #expect(try await eventually { hub.peripherals[0].connected })
        gun.cancel()
        await gun.value
        late.send("695816967\rSF1234567890\r")
        #expect(try await eventually { bench.heard == ["!interrupted", "SF1234567890⏎"] })
        hub.stop()
    }

    @Test func `counts as connected once its line was silent`() async throws {
        let late = try Pty()
        let (bench, hub) = try listening(to: "late")
        try bench.plug(late, as: "late")
        #expect(try await eventually { hub.peripherals[0].connected })
        late.send("SF1234567890\r")
        #expect(try await eventually { bench.heard == ["SF1234567890⏎"] })
        #expect(bench.log.lines.filter { $0.contains("connected") }.count == 1)
        hub.stop()
    }

    private func listening(to name: String) throws -> (DeviceFixture, DeviceHub) {
        let bench = try DeviceFixture()
        return (bench, try bench.hub(serial: [name]))
    }

    @Test func `is understood byte by byte`() async throws {
        for (count, byte) in "JD01\r".utf8.enumerated() {
            line.send([byte])
            #expect(try await eventually { hub.peripherals[0].counters["bytes"] == count + 1 })
        }
        #expect(try await eventually { bench.heard == ["JD01⏎"] })
    }

    @Test func `loses nothing in a storm of a thousand scans`() async throws {
        let codes = (0..<1000).map { "SF\(1_000_000_000 + $0)" }
        line.send(codes.map { $0 + "\r\n" }.joined())
        #expect(try await eventually { bench.heard.count >= 1000 })
        #expect(bench.heard == codes.map { $0 + "⏎" })
    }

    @Test func `is not delayed by another that never stops`() async throws {
        let bench = try DeviceFixture()
        let (noisy, quiet) = (try Pty(), try Pty())
        try bench.plug(noisy, as: "noisy")
        try bench.plug(quiet, as: "quiet")
        let hub = try await bench.connectedHub(serial: ["noisy", "quiet"])
        let flood = Task.detached {
            while !Task.isCancelled { noisy.send([UInt8](repeating: UInt8(ascii: "x"), count: 512)) }
        }
        #expect(try await eventually { hub.peripherals[0].counters["bytes", default: 0] > 100_000 })
        quiet.send("SF1\r")
        #expect(try await eventually(within: .seconds(5)) { bench.heard.contains("SF1⏎") })
        flood.cancel()
        await flood.value
        hub.stop()
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `A serial scanner that falls silent` {
    let bench: DeviceFixture
    let line: Pty
    let hub: DeviceHub

    init() async throws {
        bench = try DeviceFixture()
        line = try Pty()
        try bench.plug(line, as: "gun")
        hub = try await bench.connectedHub(serial: ["gun"], pace: Pace())
    }

    @Test func `without a terminator has ended its scan, and says so`() async throws {
        let sent = ContinuousClock.now
        line.send("YT99")
        #expect(try await eventually { bench.heard == ["YT99…"] })
        #expect(ContinuousClock.now - sent >= .milliseconds(240))
        line.send("YT98\r")
        #expect(try await eventually { bench.heard == ["YT99…", "YT98⏎"] })
    }

    @Test func `was not silent while nobody listened`() async throws {
        bench.holdUp.withLock { $0 = .milliseconds(600) }
        line.send("A\rSF12345")
        #expect(try await eventually { bench.heard == ["A⏎"] })
        line.send("67890\r")
        #expect(try await eventually { bench.heard == ["A⏎", "SF1234567890⏎"] })
    }

    @Test func `was not silent while another was listened to`() async throws {
        let (bench, first, second) = (try DeviceFixture(), try Pty(), try Pty())
        try bench.plug(first, as: "first")
        try bench.plug(second, as: "second")
        let hub = try await bench.connectedHub(serial: ["first", "second"], pace: Pace())
        bench.holdUp.withLock { $0 = .milliseconds(600) }
        second.send("SF12345")
        #expect(try await eventually { hub.peripherals[1].counters["bytes"] == 7 })
        first.send("A\r")
        #expect(try await eventually { bench.heard == ["A⏎"] })
        second.send("67890\r")
        #expect(try await eventually { bench.heard == ["A⏎", "SF1234567890⏎"] })
        hub.stop()
    }

    @Test func `for a while in the midst of a scan has that one refused when it was plugged in meanwhile`() async throws
    {
        let (bench, late) = (try DeviceFixture(), try Pty())
        let hub = try bench.hub(serial: ["late"], pace: Pace())
        try bench.plug(late, as: "late")
        #expect(try await eventually { hub.peripherals[0].counters["opens"] == 1 })
        for byte in "23040873\rNEXT\r".utf8 {
            try await Task.sleep(for: .milliseconds(100))
            late.send([byte])
        }
        #expect(try await eventually { bench.heard == ["!interrupted", "NEXT⏎"] })
        hub.stop()
    }

    @Test func `after 10 kB without an end gives one fault and recovers`() async throws {
        line.send([UInt8](repeating: UInt8(ascii: "x"), count: 10_240))
        #expect(try await eventually { bench.heard == ["!too-long"] })
        line.send("NEXT\r")
        #expect(try await eventually { bench.heard == ["!too-long", "NEXT⏎"] })
    }

    @Test func `leaves no scanned text in the log`() async throws {
        line.send("13800138000\rhalf")
        #expect(try await eventually { bench.heard.count == 2 })
        hub.stop()
        let lines = bench.log.lines
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.contains("scanner-1 connected") })
        #expect(!lines.joined().contains("13800138000") && !lines.joined().contains("half"))
    }
}
