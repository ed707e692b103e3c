import Domain
import Foundation
import LabDevices
import Logging
import ScaleProtocols
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `A scale that wants to be asked` {
    let bench: DeviceFixture
    let scale: Instrument

    init() throws {
        bench = try DeviceFixture()
        scale = try Instrument(.mtSICS, grams: 12_340, at: bench.path("scale"))
    }

    /// As in life, but without waiting for the device to start, and asked as often as it may be.
    private func hub(_ pace: Pace = .brisk) async throws -> DeviceHub {
        let hub = try await bench.connectedHub(scale: "scale", speaking: .mtSICS, pace: pace)
        hub.setAttentive(true)
        return hub
    }

    private func weighs(_ hub: DeviceHub, _ grams: Int64) async throws -> Bool {
        try await eventually {
            guard case .weighable(let reading) = hub.scaleState else { return false }
            return reading.mass == Mass(grams: grams)
        }
    }

    private func shows(_ hub: DeviceHub, _ obstacle: ScaleWatch.NotWeighableReason) async throws -> Bool {
        try await eventually { hub.scaleState == .obstacle(obstacle) }
    }

    @Test func `answers with its weight`() async throws {
        let hub = try await hub()
        #expect(try await weighs(hub, 12_340))
        scale.lay(8000, isStable: false)
        #expect(try await shows(hub, .unstable))
        scale.lay(8000)
        #expect(try await weighs(hub, 8000))
    }

    @Test func `is asked two seconds after it was plugged in, no sooner`() async throws {
        #expect(Pace().settle == 2000)
        let begin = ContinuousClock.now
        let hub = try await hub(.tenth)
        #expect(try await eventually { hub.peripherals[0].counters["sent"] != nil })
        #expect(ContinuousClock.now - begin >= .milliseconds(Pace.tenth.settle))
    }

    @Test func `wakes the thread four times a second while nobody weighs`() async throws {
        // Two wake-ups a question.
        #expect(2 * 1000 / Pace().idlePoll == 4)
        let hub = try await hub()
        hub.setAttentive(false)
        #expect(try await weighs(hub, 12_340))
        let (wakeUps, sent, begin) = (hub.wakeUps, hub.peripherals[0].counters["sent"] ?? 0, ContinuousClock.now)
        try await Task.sleep(for: .milliseconds(1600))
        // Four bytes a question. On a busy machine the sleep itself is longer.
        let questions = ((hub.peripherals[0].counters["sent"] ?? 0) - sent) / 4
        let elapsed = Int((ContinuousClock.now - begin) / .milliseconds(1))
        #expect((2...elapsed / Int(Pace().idlePoll) + 1).contains(questions))
        // One to ask, one to hear; and an answer may come in two pieces.
        #expect(hub.wakeUps - wakeUps <= questions * 3 + 2)
    }

    @Test(
        arguments: [
            (.garbage, .garbage), (.half, .garbage), (.silence, .silent), (.overload, .overloaded),
            (.negative, .negative),
            (.pounds, .wrongUnit),
        ] as [(SimulatedScale.Fault, ScaleWatch.NotWeighableReason)])
    func `that is out of order gives a reason, no weight, and recovers`(
        _ fault: SimulatedScale.Fault, _ obstacle: ScaleWatch.NotWeighableReason
    ) async throws {
        var pace = Pace.brisk
        pace.deadPoll = 300
        let hub = try await hub(pace)
        #expect(try await weighs(hub, 12_340))
        scale.play(fault)
        #expect(try await shows(hub, obstacle))
        scale.play(.none)
        #expect(try await weighs(hub, 12_340))
        #expect(bench.scaleStates.contains(.obstacle(obstacle)))
    }

    @Test func `that hangs shows what lay there, and after a record that is nothing new`() async throws {
        let hub = try await hub()
        #expect(try await weighs(hub, 12_340))
        scale.play(.freeze)
        hub.recorded(hub.scaleSight)
        scale.lay(5000)
        #expect(try await shows(hub, .notReturned))
        scale.play(.none)
        #expect(try await weighs(hub, 5000))
    }

    @Test func `that answers too late gives no weight, though its answers are sound`() async throws {
        let hub = try await hub()
        #expect(try await weighs(hub, 12_340))
        scale.delay(.milliseconds(1000))
        #expect(try await eventually { (hub.peripherals[0].counters["missed"] ?? 0) >= 2 })
        let frames = hub.peripherals[0].counters["frames"]
        #expect(hub.scaleReading == nil)
        #expect(try await eventually { (hub.peripherals[0].counters["missed"] ?? 0) >= 4 })
        #expect(hub.peripherals[0].counters["frames"] == frames)
    }

    @Test func `is unplugged in the middle of a dialogue and comes back`() async throws {
        let hub = try await hub()
        #expect(try await weighs(hub, 12_340))
        scale.play(.silence)
        #expect(try await eventually { (hub.peripherals[0].counters["missed"] ?? 0) >= 1 })
        async let result = hub.order(.zero)
        #expect(try await eventually { scale.heard.hasSuffix("Z\r\n") })
        scale.unplug()
        #expect(try await eventually { !hub.isConnected() })
        #expect(await result == .notDone("the scale was unplugged"))
        #expect(hub.scaleState == .obstacle(.disconnected))
        scale.play(.none)
        scale.plug()
        #expect(try await weighs(hub, 12_340))
    }

    @Test func `obeys`() async throws {
        let hub = try await hub()
        #expect(try await weighs(hub, 12_340))
        #expect(await hub.order(.tare) == .done)
        #expect(try await shows(hub, .empty))
        scale.lay(15_000)
        #expect(try await weighs(hub, 2660))
        #expect(await hub.order(.clearTare) == .done)
        #expect(try await weighs(hub, 15_000))
        #expect(await hub.order(.zero) == .done)
        #expect(try await shows(hub, .empty))
        #expect(hub.peripherals[0].counters["orders"] == 3)
    }

    @Test func `and says nothing has not obeyed`() async throws {
        var pace = Pace.brisk
        pace.order = 300
        let hub = try await hub(pace)
        #expect(try await weighs(hub, 12_340))
        scale.play(.silence)
        #expect(await hub.order(.zero) == .silent)
    }

    @Test func `and reads nothing any more holds up neither the thread nor a scanner`() async throws {
        let gun = try Pty()
        try bench.plug(gun, as: "gun")
        var pace = Pace.brisk
        (pace.idlePoll, pace.deadPoll) = (1, 1)
        let hub = DeviceHub(
            scanners: [ScannerConfiguration(name: "gun", path: bench.path("gun"), kind: .serial)],
            scale: ScaleConfiguration(path: bench.path("scale"), protocolName: .mtSICS), pace: pace,
            logger: Logger(label: "devices") { _ in bench.log },
            DeviceLoop.Callbacks(
                onScan: { _, _ in
                    scans.add()
                    return nil
                }, onChange: {}))
        try hub.start()
        #expect(try await weighs(hub, 12_340))
        scale.stopReading()
        #expect(try await eventually { scale.hasStoppedReading })
        // The line is filled from our side of it, which is the thread's own path.
        let filler = open(bench.path("scale"), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        let dirt = [UInt8](repeating: 0x20, count: 4096)
        defer { close(filler) }
        #expect(
            try await eventually {
                // Again and again: the kernel moves what it has taken, and then has room once more.
                while write(filler, dirt, dirt.count) > 0 {}
                return (hub.peripherals[1].counters["blocked"] ?? 0) >= 1
            })
        gun.send("A1\r")
        #expect(try await eventually { scans.count == 1 })
        hub.stop()
    }

    private let scans = Tally()
}

@Suite(.timeLimit(.minutes(1)))
struct `Orders to` {
    @Test func `a scale that talks unasked are done when it shows them`() async throws {
        let bench = try DeviceFixture()
        let scale = try Instrument(.toledoContinuous, grams: 2000, at: bench.path("scale"))
        let hub = try await bench.connectedHub(scale: "scale", speaking: .toledoContinuous, pace: .brisk)
        #expect(try await eventually { hub.scaleReading?.reading.mass == Mass(grams: 2000) })
        #expect(await hub.order(.tare) == .done)
        #expect(scale.heard == "T")
        #expect(hub.scaleReading?.reading.kind == .net)
    }

    @Test func `a scale that knows none are unsupported`() async throws {
        let bench = try DeviceFixture()
        let scale = try Instrument(.yaohuaA9, grams: 2000, at: bench.path("scale"))
        let hub = try await bench.connectedHub(scale: "scale", pace: .brisk)
        #expect(await hub.order(.zero) == .unsupported)
        #expect(scale.heard == "")
    }

    @Test func `no scale, or a hub that does not run, are not done`() async throws {
        let bench = try DeviceFixture()
        let hub = try bench.hub()
        #expect(await hub.order(.zero) == .notDone("no scale is configured"))
        hub.stop()
        #expect(await hub.order(.zero) == .notDone("no devices are driven now"))
    }

    @Test func `a hub that stops meanwhile are told so`() async throws {
        let bench = try DeviceFixture()
        let scale = try Instrument(.mtSICS, grams: 2000, at: bench.path("scale"))
        scale.play(.silence)
        let hub = try await bench.connectedHub(scale: "scale", speaking: .mtSICS, pace: .brisk)
        async let result = hub.order(.zero)
        #expect(try await eventually { scale.heard.contains("Z") })
        hub.stop()
        let told = await result
        #expect(told == .notDone("kioskd is stopping") || told == .notDone("the scale was unplugged"))
    }
}

extension Pace {
    /// Nothing to wait for at first; what is missing is found by its directory.
    static let brisk = Pace(silence: 600_000, retry: 100, settle: 0)

    /// A tenth of the times that devices are given in life: what they have to do with one another stays.
    static let tenth = Pace(
        silence: 25, opening: 25, retry: 200, settle: 200, idlePoll: 50, deadPoll: 500, orderAnswer: 150, order: 500)
}
