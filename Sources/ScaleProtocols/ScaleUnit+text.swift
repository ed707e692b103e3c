extension ScaleUnit {
    /// Nil for a unit that is not ours, and for pieces. `KG` is `kg`; fill characters around it do not matter.
    init?(_ text: some Sequence<UInt8>) {
        let name = text.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "_") }
        self.init(rawValue: String(decoding: name, as: UTF8.self).lowercased())
    }

    /// 1 of it is 10^this grams; nil for a unit that is no power of ten.
    var powerOfGrams: Int? {
        switch self {
        case .gram: 0
        case .kilogram: 3
        case .tonne: 6
        case .pound: nil
        }
    }

    var text: [UInt8] { Array(rawValue.utf8) }
}
