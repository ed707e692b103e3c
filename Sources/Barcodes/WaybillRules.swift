import Domain

/// Tells a waybill from everything else that has a barcode, and names the carriers whose form it has. The form suggests
/// a carrier and never proves one, so a number of unknown form is a parcel too.
/// Source: PROTOCOLS.md, section 3.
public struct WaybillRules: Sendable {
    let table: [WaybillRule]

    /// `acceptUnterminated` is for scanners that are set to send no terminator at all.
    public func recognise(_ input: ScanInput, acceptUnterminated: Bool = false) -> Recognition {
        switch input {
        case .fault(let fault): .refused(Refusal(fault))
        case .scan(let scan) where !scan.terminated && !acceptUnterminated: .refused(.incomplete)
        case .scan(let scan): recognise(ScannedText(scan.bytes))
        }
    }

    private func recognise(_ scanned: ScannedText) -> Recognition {
        if scanned.isProduct {
            return .refused(.product)
        }
        if scanned.isGS1 {
            guard let sscc = scanned.sscc else { return .refused(.unknown) }
            return .parcel(Waybill(number: sscc), carriers: [], symbology: scanned.symbology)
        }
        guard let text = scanned.text else { return .refused(.binary) }
        if text.isEmpty {
            return .refused(.empty)
        }
        if PersonalNumber.isMobile(text) || PersonalNumber.isResidentID(text) {
            return .refused(.personal)
        }
        if text.hasPrefix("KC-") || text.hasPrefix("KB-") { return .other(text) }
        return recognise(text, symbology: scanned.symbology)
    }

    private func recognise(_ text: String, symbology: String?) -> Recognition {
        let candidates = table.compactMap { rule in rule.waybill(in: text).map { (rule: rule, waybill: $0) } }
        let sound = candidates.filter { $0.rule.passesCheck($0.waybill) }
        if let waybill = sound.first?.waybill {
            let carriers = sound.filter { $0.waybill == waybill }.map(\.rule.carrier)
            return .parcel(waybill, carriers: Self.unique(carriers), symbology: symbology)
        }
        guard candidates.isEmpty else { return .refused(.misread) }
        guard Self.isPlausible(text) else { return .other(text) }
        return .parcel(Waybill(number: text), carriers: [], symbology: symbology)
    }

    private static let anyNumber: Pattern = "[0-9A-Z-]{8,30}"

    /// Shelf, layer and number: unique in one station for some days, so never the identity of a parcel.
    private static let pickUpCode: Pattern = #"[0-9A-Z]{1,4}-[0-9A-Z]{1,3}-\d{2,5}"#

    private static func isPlausible(_ text: String) -> Bool {
        anyNumber.matches(text) && !pickUpCode.matches(text) && text.count(where: \.isNumber) >= 6
    }

    private static func unique(_ carriers: [Carrier]) -> [Carrier] {
        carriers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
