/// The beginning that CAS, Dini, Brecknell and many others share: `ST,GS,` and its kin, six characters.
struct ScaleLineHeader: Equatable {
    let stability: ScaleReading.Stability
    let range: ScaleReading.Range
    let kind: ScaleReading.Kind

    /// Nil for any other beginning.
    init?(_ text: some Collection<UInt8>) {
        let text = Array(text)
        guard text.count == 6, text[2] == UInt8(ascii: ","), text[5] == UInt8(ascii: ",") else { return nil }
        switch String(decoding: text[0..<2], as: UTF8.self) {
        case "ST": (stability, range) = (.stable, .ok)
        case "US": (stability, range) = (.unstable, .ok)
        // At zero; whether also at rest is not known.
        case "ZR": (stability, range) = (.unknown, .ok)
        case "OL": (stability, range) = (.unknown, .over)
        case "UL": (stability, range) = (.unknown, .under)
        default: return nil
        }
        switch String(decoding: text[3..<5], as: UTF8.self) {
        case "GS": kind = .gross
        case "NT": kind = .net
        case "TR": kind = .tare
        default: return nil
        }
    }
}
