/// SplitMix64: a small generator with a seed, for logic that must be replayable. Never for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Randomness as a value: the system's own, or that of a simulator whose draws can be repeated.
public struct Entropy: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    public static let system = Entropy {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    public init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }

    public func next() -> UInt64 { draw() }
}
