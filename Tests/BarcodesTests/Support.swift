import Barcodes
import Domain
import KioskSettings
import TestSupport

extension WaybillRules {
    /// The very file that people edit. Were it wrong, every test here would fail, and one would say why.
    static let standard =
        (try? WaybillRules(file: Products.repository + "/Config/waybills.yaml")) ?? WaybillRules([])
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
