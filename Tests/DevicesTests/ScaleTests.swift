import Domain
import Glibc
import ScaleProtocols
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `A scale` {
    /// +20.00, and the same with a wrong checksum. See the page of YaohuaA9.
    static let twentyKilograms: [UInt8] = [0x02] + Array("+0020002".utf8) + [0x31, 0x42, 0x03]
    static let corrupted: [UInt8] = [0x02] + Array("+0020002".utf8) + [0x31, 0x43, 0x03]

    let bench: DeviceFixture

    init() throws {
        bench = try DeviceFixture()
    }

    @Test func `gives a reading that grows old after a second`() async throws {
        let line = try Pty()
        try bench.plug(line, as: "scale")
        let hub = try await bench.connectedHub(scale: "scale")
        #expect(hub.scaleReading == nil)
        let sent = ContinuousClock.now
        #expect(
            try await eventually {
                line.send(Self.twentyKilograms)
                return hub.scaleReading?.reading.mass == Mass(grams: 20_000)
            })
        #expect(try await eventually { hub.scaleReading == nil })
        #expect(ContinuousClock.now - sent >= .seconds(1))
        #expect(hub.isConnected())
    }

    @Test func `that is pulled has no reading from that moment`() {
        var state = Port(ScaleConfiguration(path: "/dev/scale", protocolName: .yaohuaA9), Pace()).state
        state.connected = true
        let board = DeviceBoard([state])
        board.withWatch { $0.feed(ScaleReading(mass: .zero), at: Uptime(milliseconds: 5000)) }
        #expect(board.withWatch { $0.reading(at: Uptime(milliseconds: 5001)) }?.age == .milliseconds(1))
        state.connected = false
        board.show(state, at: 0)
        #expect(board.withWatch { $0.reading(at: Uptime(milliseconds: 5001)) } == nil)
    }

    @Test func `has no reading that is older than a second`() {
        let board = DeviceBoard([])
        board.withWatch { $0.feed(ScaleReading(mass: .zero), at: Uptime(milliseconds: 5000)) }
        #expect(board.withWatch { $0.reading(at: Uptime(milliseconds: 6000)) }?.age == .seconds(1))
        #expect(board.withWatch { $0.reading(at: Uptime(milliseconds: 6001)) } == nil)
    }

    @Test func `that sends half a frame before and half after a break has said nothing`() async throws {
        var line: Pty? = try Pty()
        try bench.plug(line!, as: "scale")
        let hub = try await bench.connectedHub(scale: "scale")
        line?.send(Array(Self.twentyKilograms.prefix(6)))
        #expect(try await eventually { hub.peripherals[0].counters["bytes"] == 6 })
        line = nil
        #expect(try await eventually { !hub.isConnected() })
        let next = try Pty()
        try bench.plug(next, as: "scale")
        #expect(try await eventually { hub.isConnected() })
        next.send(Array(Self.twentyKilograms.dropFirst(6)))
        #expect(try await eventually { hub.peripherals[0].counters["bytes"] == 12 })
        #expect(hub.peripherals[0].counters["frames"] == nil)
        next.send(Self.twentyKilograms)
        #expect(try await eventually { hub.peripherals[0].counters["frames"] == 1 })
    }

    @Test func `whose frames are corrupted is counted, not believed`() async throws {
        let line = try Pty()
        try bench.plug(line, as: "scale")
        let hub = try await bench.connectedHub(scale: "scale")
        line.send(Self.corrupted + Self.corrupted + Self.twentyKilograms)
        #expect(try await eventually { hub.peripherals[0].counters["frames"] == 1 })
        #expect(hub.peripherals[0].counters["dropped"] == 2)
    }

    @Test(arguments: ScaleConfiguration.Line.allCases)
    func `opens with every line format, at any speed`(_ format: ScaleConfiguration.Line) throws {
        let line = try Pty()
        _ = try OpenDevice(.serial(baud: 7812, format), at: line.path)
    }

    @Test func `with an impossible speed is a problem, not a crash`() throws {
        let line = try Pty()
        #expect(throws: DeviceProblem(EINVAL)) { _ = try OpenDevice(.serial(baud: 0, .eightNone), at: line.path) }
    }
}
