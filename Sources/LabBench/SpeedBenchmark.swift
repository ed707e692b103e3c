import Board
import Domain
import Glibc
import Harness

/// Measures the lines of the benchmark, each beside its floor in the same run. Called on a thread that waits: the programs
/// that it starts live as long as that thread.
public struct SpeedBenchmark {
    /// Of the drains.
    public var events = 100_000
    public var scans = 1000
    /// Events in the journal of the start, and those that wait where memory is to stay flat.
    public var backlog = 1_000_000
    /// Of the fleet.
    public var connections = 25_000
    public var seed: UInt64 = 1
    let directory: String
    let programs: String
    let progress: (String) -> Void

    /// - Parameters:
    ///   - directory: on the storage that is to be measured; each line makes its own below.
    ///   - programs: where kioskd and kiosk-center lie.
    ///   - progress: what is being done.
    public init(directory: String, programs: String, progress: @escaping (String) -> Void) {
        self.directory = directory
        self.programs = programs
        self.progress = progress
    }

    public func measure(_ line: BenchmarkCase) throws -> [Figure] {
        let place = try folder(line.rawValue)
        return switch line {
        case .scan: try scan(place)
        case .burst: try burst(place)
        case .drain: try drain(place)
        case .far: try far(place)
        case .wire: try wire(place)
        case .month: try month(place)
        case .center: try center(place)
        case .fleet: try fleet(place) + secureFleet(folder("fleet-tls"))
        case .flash: try flash(place)
        case .start: try start(place)
        case .flat: try flat(place)
        }
    }

    private func folder(_ name: String) throws -> String {
        let place = directory + "/" + name
        guard unsafe mkdir(place, 0o700) == 0 else {
            throw ChildProgram.Failure("\(place): \(message(of: errno))")
        }
        return place
    }

    static func kiosk() throws -> KioskID {
        guard let kiosk = KioskID(BenchStage.kiosk) else { throw ChildProgram.Failure("no kiosk") }
        return kiosk
    }
}
