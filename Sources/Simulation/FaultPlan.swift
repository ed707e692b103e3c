import Domain

/// How big a seed's world is and what goes wrong in it; drawn from the seed, so that each kind of trouble is also seen alone.
struct FaultPlan {
    enum Trouble: CaseIterable {
        case kills, powerCuts, failedWrites, practice, fullDisks, clocks, links, brokers, conditions, center,
            centerDisk,
            pruning
        /// The broker does not let a kiosk publish.
        case bars
        /// The kiosks still have what the center lost, as long as they delete nothing.
        case centerBackups
        /// Of these a point may lose something, and has to say so.
        case oldCards, turnedBits, damage

        var isHarm: Bool { [.oldCards, .turnedBits, .damage].contains(self) }
    }

    var kiosks: Int
    var steps: Int
    var longestPause: Int
    var troubles: [Trouble] = []

    init(seed: UInt64, using generator: inout SeededGenerator) {
        // Every hundredth is a county.
        let isCounty = seed % 100 == 50
        kiosks = isCounty ? 50 : Int.random(in: 1...4, using: &generator)
        steps = isCounty ? 300 : Int.random(in: 20...110, using: &generator)
        longestPause = [2000, 20_000, 120_000].randomElement(using: &generator) ?? 2000
        let isHarmful = Int.random(in: 0..<5, using: &generator) == 0
        for trouble in Trouble.allCases where !trouble.isHarm || isHarmful {
            if Int.random(in: 0..<5, using: &generator) < (trouble.isHarm ? 3 : 2) { troubles.append(trouble) }
        }
        if isHarmful || troubles.contains(.pruning) { troubles.removeAll { $0 == .centerBackups } }
    }
}
