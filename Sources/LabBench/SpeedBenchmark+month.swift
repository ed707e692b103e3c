import Board
import Domain
import Glibc
import Harness
import LabDevices
import LocalAPIClient
import LocalAPIModel

/// What a quiet village costs its line in a month: of what happens there each kind is measured over TLS, and then counted up.
///
/// A kind is measured where nothing else crosses: live events one after the other, statuses at a short interval, and pings
/// with a short keep-alive. The bytes are those of both directions with TCP and IP.
extension SpeedBenchmark {
    static let eventsADay: Int64 = 250
    /// The default of `broker.keepalive`.
    static let keepAliveSeconds: Int64 = 240

    func month(_ place: String) throws -> [Figure] {
        let stage = try BenchStage(directory: place, programs: programs, isSecure: true)
        defer { stage.stop() }
        try stage.broker.start()
        try stage.startCenter()
        let proxy = try WireProxy(to: stage.broker.port, delayMilliseconds: 20)
        defer { proxy.stop() }
        let scanner = try SimulatedLine(link: place + "/scanner")

        progress("live events, one after the other")
        try stage.startKiosk(port: proxy.port, scanner: place + "/scanner")
        try settle(stage)
        var before = proxy.count
        let live = WaybillGenerator(seed: seed).prefix(20).map { $0 }
        for waybill in live {
            try scanner.send(Array(waybill.utf8) + [0x0D])
            // Longer than a delayed acknowledgement of TCP, so that each event stands alone.
            sleepMilliseconds(400)
        }
        try settle(stage)
        let event = (proxy.count - before).total / Int64(live.count)

        progress("statuses")
        stage.stopKiosk()
        let statuses: Int64 = 2
        try stage.startKiosk(port: proxy.port, scanner: place + "/scanner", extra: "status: {interval: 10}")
        try settle(stage)
        before = proxy.count
        sleepMilliseconds(UInt32(statuses) * 10_000)
        let status = (proxy.count - before).total / statuses

        progress("signs of life")
        stage.stopKiosk()
        let pings: Int64 = 3
        try stage.startKiosk(port: proxy.port, keepAlive: 5)
        try settle(stage)
        before = proxy.count
        sleepMilliseconds(UInt32(pings) * 5000)
        let ping = (proxy.count - before).total / pings

        let keepAlive = Self.keepAliveSeconds
        let pingsADay = 86_400 / keepAlive
        let total = 30 * (Self.eventsADay * event + 24 * status + pingsADay * ping)
        let note =
            "\(event) B a live event, \(status) B an hourly status, \(ping) B a sign of life each \(keepAlive) s"
        return [
            Figure(
                .month, "thirty days of \(Self.eventsADay) events a day, each alone", total, "B", budget: .month,
                note: note)
        ]
    }

    /// Until everything is delivered, and the last answers have crossed the line.
    private func settle(_ stage: BenchStage) throws {
        try stage.waitForKiosk()
        try Polling.wait("everything is acknowledged", seconds: 60) {
            guard let status = try? stage.client.asked(.get, "/v1/status").value(LocalStatus.self) else { return false }
            return status.link.state == "connected" && status.pending == 0
        }
        sleepMilliseconds(1500)
    }

    private func sleepMilliseconds(_ milliseconds: UInt32) { usleep(milliseconds * 1000) }
}
