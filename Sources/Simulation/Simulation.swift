import Center
public import Domain
import Journal

/// One seed's worth of bad weather: kiosks, broker and center in virtual time, until everything has come to rest and is compared.
public final class Simulation {
    /// What a seed came to.
    public struct Report: Hashable, Sendable {
        public var seed: UInt64
        public var kiosks: Int
        public var steps: Int
        public var events: Int
        public var trace: Digest
        public var broken: InvariantViolation?
    }

    let context: SimulationContext
    let broker: SimulatedBroker
    let center: VirtualCenter
    let kiosks: [VirtualKiosk]
    let plan: FaultPlan
    /// Old cards that somebody kept.
    var images: [Int: (image: SimulatedDisk.Image, shown: Int)] = [:]

    /// - Parameter onLine: gets every step as it happens.
    public init(seed: UInt64, bug: PlantedBug? = nil, onLine: ((String) -> Void)? = nil) {
        let context = SimulationContext(seed: seed, bug: bug, onLine: onLine)
        let broker = SimulatedBroker(context: context)
        let plan = FaultPlan(seed: seed, using: &context.generator)
        let center = VirtualCenter(context: context, broker: broker)
        context.kiosks = plan.kiosks
        (self.context, self.broker, self.plan, self.center) = (context, broker, plan, center)
        kiosks = (0..<plan.kiosks).map { VirtualKiosk(context: context, broker: broker, number: $0) }
        for kiosk in kiosks {
            kiosk.promised = { [unowned center] in center.promised[$0]?.sequence ?? 0 }
            kiosk.isAtCenter = { [unowned center, id = kiosk.id] in
                center.holds(HashChain(kiosk: id, epoch: $0.epoch), $0.sequence, $0.hash)
            }
        }
        center.headOf = { [unowned self] id, epoch in
            let state = kiosks.first { $0.id == id }?.keeper?.state
            return state?.epoch == epoch ? state?.head : nil
        }
    }

    public func run() -> Report {
        var broken: InvariantViolation?
        do {
            try play()
            try settle()
            try compare()
        } catch let rule as InvariantViolation {
            broken = rule
        } catch {
            broken = InvariantViolation("\(error)")
        }
        return Report(
            seed: context.seed, kiosks: kiosks.count, steps: context.trace.steps,
            events: kiosks.reduce(0) { $0 + $1.shown.count }, trace: context.trace.digest, broken: broken)
    }

    private func play() throws {
        try center.start()
        for kiosk in kiosks { try kiosk.start() }
        for _ in 0..<plan.steps {
            try pass(milliseconds: Int64(context.pick(0...plan.longestPause)))
            try act()
        }
    }

    /// Lets everything happen that is due by then.
    func pass(milliseconds: Int64) throws {
        let end = context.now + milliseconds
        while let next = context.agenda.next, next <= end { try happen() }
        context.now = end
    }

    private func happen() throws {
        guard let (at, action) = context.agenda.take() else { return }
        context.now = max(context.now, at)
        try action()
    }

    // MARK: The end

    /// Nothing goes wrong any more, and after a few hours everything has arrived.
    private func settle() throws {
        context.note("faults end")
        broker.conditions = .fine
        broker.barred = []
        if !broker.isUp { broker.rise() }
        center.disk.calm()
        for kiosk in kiosks {
            kiosk.disk.calm()
            kiosk.disk.free = 1 << 40
        }
        let end = context.now + 5 * 3_600_000
        // What is still on its way arrives too, and changes nothing.
        var quietSteps = 0
        while quietSteps < 3 {
            guard context.now < end, context.agenda.next != nil else {
                throw InvariantViolation("it does not come to rest: \(unrest)")
            }
            try pass(milliseconds: 60_000)
            quietSteps = isQuiet ? quietSteps + 1 : 0
        }
    }

    private var isQuiet: Bool { center.isUp && kiosks.allSatisfy(isQuiet) }

    /// Everything that it recorded is acknowledged, and there.
    private func isQuiet(_ kiosk: VirtualKiosk) -> Bool {
        guard let state = kiosk.keeper?.state, state.acknowledged == state.head.sequence else { return false }
        return (try? center.store?.through(HashChain(kiosk: kiosk.id, epoch: state.epoch))) == state.head
    }

    private var unrest: String {
        kiosks.filter { !isQuiet($0) }.map { kiosk in
            guard let state = kiosk.keeper?.state else { return "\(kiosk.id) is down" }
            return "\(kiosk.id) at \(state.acknowledged) of \(state.head.sequence)"
        }.joined(separator: ", ") + (center.isUp ? "" : "; the center is down")
    }
}
