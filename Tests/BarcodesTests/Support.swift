import Barcodes
import KioskSettings
import TestSupport

extension WaybillRules {
    /// The very file that people edit. Were it wrong, every test here would fail, and one would say why.
    static let standard =
        (try? WaybillRules(file: Products.repository + "/Config/waybills.yaml")) ?? WaybillRules([])
}

/// SplitMix64: the same numbers on every run and every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// How many values hang below this one: grows with every byte that is kept.
func footprint(of value: Any) -> Int {
    Mirror(reflecting: value).children.reduce(1) { $0 + footprint(of: $1.value) }
}

extension ScanInput {
    static func scan(_ text: String, terminated: Bool = true) -> ScanInput {
        .scan(Scan(bytes: Array(text.utf8), terminated: terminated))
    }
}
