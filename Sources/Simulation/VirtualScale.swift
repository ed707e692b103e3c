import DeskSession
import Domain
import ScaleProtocols

/// The scale of a virtual point: what really lies on it, and what the kiosk's process has heard of it.
final class VirtualScale: PointScale, @unchecked Sendable {
    // Sendable: it belongs to one simulation, which is one thread.

    /// What somebody put there; put there again it is another.
    struct Load: Hashable {
        var number: Int
        var grams: Int64
    }

    /// How often it talks.
    private static let pause: Int64 = 400
    /// Nobody remembers longer what lay there.
    private static let memory: Int64 = 20_000

    private(set) var load: Load?
    /// How often anything was done to it.
    private(set) var moves = 0
    /// Loads that were recorded.
    private(set) var counted: Set<Int> = []
    /// Of these, those with which somebody only practised; a new process knows nothing of them.
    private var practised: Set<Int> = []
    /// Since something was recorded the process has seen it empty.
    private(set) var wasEmptied = false
    private var loads = 0
    private var watch = ScaleWatch()
    private var heard: Int64
    private let now: () -> Int64

    init(now: @escaping () -> Int64) {
        self.now = now
        heard = now()
    }

    /// A new process knows nothing, but for what it is told to remember.
    func restart() {
        watch = ScaleWatch()
        watch.connect()
        heard = now() - Self.pause
        wasEmptied = false
        counted.subtract(practised)
        practised = []
    }

    func put(_ grams: Int64) {
        hear()
        moves += 1
        loads += 1
        load = Load(number: loads, grams: grams)
        feed(at: now())
    }

    func clear() {
        hear()
        moves += 1
        load = nil
        feed(at: now())
    }

    /// A hand on the crate: it moves, and comes to rest as it was.
    func touch() {
        hear()
        guard let load else { return }
        heard = now()
        watch.feed(
            ScaleReading(
                mass: Mass(grams: load.grams + 100), kind: .gross, stability: .unstable, range: .ok,
                interval: Mass(grams: 20), raw: []), at: Uptime(milliseconds: heard))
        feed(at: heard)
    }

    /// The cable is pulled and put in again.
    func pull() {
        hear()
        moves += 1
        watch.disconnect()
        watch.connect()
    }

    func count(_ load: Load, isPractice: Bool) {
        counted.insert(load.number)
        if isPractice { practised.insert(load.number) }
        wasEmptied = false
    }

    /// What it has said since it was last listened to.
    private func hear() {
        let end = now()
        heard = max(heard, end - Self.memory)
        while heard + Self.pause <= end { feed(at: heard + Self.pause) }
    }

    private func feed(at time: Int64) {
        heard = time
        let grams = load?.grams ?? 0
        watch.feed(
            ScaleReading(
                mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok, interval: Mass(grams: 20),
                raw: Array("\(grams)".utf8)), at: Uptime(milliseconds: time))
        if grams == 0 { wasEmptied = true }
    }

    // MARK: What the desks see

    var sight: ScaleWatch.Sight {
        hear()
        return watch.sight(at: Uptime(milliseconds: now()))
    }

    func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State {
        hear()
        return watch.state(of: sight, at: Uptime(milliseconds: now()))
    }

    func recorded(_ sight: ScaleWatch.Sight) { watch.record(sight) }
    func recorded(oneOf shown: [Mass]) { watch.record(oneOf: shown) }
    func setAttentive(_ isAttentive: Bool) {}
}
