import Domain

/// Waybill numbers of real forms with invented digits, the same for the same seed.
public struct WaybillGenerator: Sequence, IteratorProtocol {
    private var generator: SeededGenerator
    private var used: Set<String> = []

    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    public mutating func next() -> String? {
        while true {
            let form =
                ["SF#############", "YT#############", "JT#############", "JDVA###########", "78############"]
                .randomElement(using: &generator) ?? "SF#############"
            let number = String(
                form.map { $0 == "#" ? Character(String(Int.random(in: 0...9, using: &generator))) : $0 })
            if used.insert(number).inserted { return number }
        }
    }

    /// The next ones; `prefix` of a generator gives them without going on.
    package mutating func next(_ count: Int) -> [String] { (0..<count).compactMap { _ in next() } }
}
