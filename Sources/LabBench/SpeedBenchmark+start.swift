import Board
import Domain
import Glibc
import Harness
import LabDevices
import LocalAPIClient

/// How long a point stays shut when its daemon is started anew.
extension SpeedBenchmark {
    /// So many starts; what is told is the median and the slowest.
    private static let starts = 9

    /// From exec to a scan that is on the card, in a journal of many events. The program's own pages are in memory, as they
    /// are when it is started again; from a card that was just plugged in it takes as long as reading them does.
    func start(_ place: String) throws -> [Figure] {
        let stage = try BenchStage(directory: place, programs: programs)
        try BacklogGenerator.fill(place + "/kiosk", events: backlog, seed: seed) { done in
            if done % 100_000 == 0 { progress("\(done) of \(backlog) events recorded") }
        }
        let scanner = try SimulatedLine(link: place + "/scanner")
        var generator = WaybillGenerator(seed: seed ^ 0xFEED)
        var times: [Int64] = []
        for _ in 0..<Self.starts {
            guard let waybill = generator.next() else { break }
            let began = ParcelBenchmark.nanoseconds
            try stage.startKiosk(port: nil, scanner: place + "/scanner")
            repeat {
                guard ParcelBenchmark.nanoseconds < began + 30_000_000_000 else {
                    throw ChildProgram.Failure("no scan was accepted within 30 s; see \(place)/kioskd.log")
                }
                // Whoever stands there scans until it beeps.
                scanner.offer(Array(waybill.utf8) + [0x0D])
                usleep(3000)
            } while (try? stage.client.asked(.get, "/v1/parcels/\(waybill)")) == nil
            times.append((ParcelBenchmark.nanoseconds - began) / 1_000_000)
            stage.stopKiosk()
        }
        times.sort()
        let what = "exec to the first scan accepted, \(backlog) events"
        return [
            Figure(.start, "\(what), median", times[times.count / 2], "ms", budget: .start),
            Figure(.start, "\(what), slowest of \(times.count)", times.last ?? 0, "ms"),
        ]
    }
}
