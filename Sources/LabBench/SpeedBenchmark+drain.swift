import Board
import Domain
import Harness

/// How fast a backlog goes to the center's COMMIT and back, and what it costs on the wire.
extension SpeedBenchmark {
    func drain(_ place: String) throws -> [Figure] {
        let run = try Drain(self, place, events)
        let floor = try LibraryBaseline.drain(place, port: run.stage.broker.port, events: events)
        return [
            Figure(
                .drain, "backlog to the center's COMMIT and back", run.rate, "events/s", floor: floor,
                budget: .drain, note: run.used)
        ]
    }

    func far(_ place: String) throws -> [Figure] {
        let run = try Drain(self, place, events, delayMilliseconds: 50)
        return [
            Figure(
                .far, "the same at a round trip of 100 ms", run.rate, "events/s", budget: .far, note: run.used)
        ]
    }

    func wire(_ place: String) throws -> [Figure] {
        let run = try Drain(self, place, min(events, 20_000), isSecure: true, delayMilliseconds: 0)
        let count = run.count
        let events = max(run.events, 1)
        func tenths(_ bytes: Int64) -> String { "\(bytes / events).\(bytes * 10 / events % 10)" }
        let headers = count.segments * WireProxy.Count.segmentHeader
        return [
            Figure(
                .wire, "both directions, TLS and TCP included, while draining", count.total / events, "B an event",
                budget: .wire,
                note: "up \(tenths(count.upBytes)), down \(tenths(count.downBytes)), TCP \(tenths(headers))")
        ]
    }

    /// One kiosk with a backlog, let loose.
    struct Drain {
        let stage: BenchStage
        let events: Int64
        let rate: Int64
        let used: String
        let count: WireProxy.Count

        /// - Parameter delayMilliseconds: of each direction; `nil`: no line between kiosk and broker, and nothing counted.
        init(
            _ bench: SpeedBenchmark, _ place: String, _ events: Int, isSecure: Bool = false,
            delayMilliseconds: Int64? = nil
        ) throws {
            let kiosk = try SpeedBenchmark.kiosk()
            let stage = try BenchStage(directory: place, programs: bench.programs, isSecure: isSecure)
            try EventFixture.fill(place + "/kiosk", kiosk: kiosk, events: events, seed: bench.seed) {
                if $0 % 20_000 == 0 { bench.progress("\($0) of \(events) events recorded") }
            }
            try stage.broker.start()
            try stage.startCenter()
            let proxy = try delayMilliseconds.map { try WireProxy(to: stage.broker.port, delayMilliseconds: $0) }
            defer { proxy?.stop() }
            let tls = try stage.broker.authority?.issue(BenchStage.watcher).tls
            let probe = try AcknowledgementProbe(port: stage.broker.port, kiosk: kiosk, tls: tls)
            try stage.startKiosk(port: proxy?.port ?? stage.broker.port)
            try probe.waitForKiosk()
            let before = UsedTime([stage.kiosk, stage.broker.child, stage.center])
            let counted = proxy?.count ?? .init()
            try probe.wait(for: Int64(events), seconds: 600) {
                bench.progress("\($0) of \(events) events acknowledged")
            }
            used = before.words(events: Int64(events))
            count = (proxy?.count ?? .init()) - counted
            let nanoseconds = max((probe.ended ?? 0) - (probe.begun ?? 0), 1)
            rate = Int64(events) * 1_000_000_000 / nanoseconds
            stage.stop()
            self.stage = stage
            self.events = Int64(events)
        }
    }
}
