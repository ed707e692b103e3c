public import Domain

/// What a point says aloud, for who cannot read the screen: what was weighed and what it brings, or what to do.
///
/// It is said after the tone and never instead of it: the tone says saved, the sentence says what.
public enum Announcement: Hashable, Sendable {
    /// One weighing, saved. Without a price there is no amount.
    case weighed(produce: String, grade: String?, net: Mass, amount: Money?)
    /// Everything one farmer brought, once it is closed.
    case total(crates: Int, net: Mass, amount: Money)
    /// A weighing that counts no more.
    case voided(produce: String, net: Mass)
    case refused(Obstacle)
    /// Whoever puts up a loudspeaker hears it as a farmer will. Nobody shall take it for a weighing.
    case trial(net: Mass?, amount: Money?)

    /// Why nothing was saved, as what to do about it wherever something can be done.
    public enum Obstacle: String, Hashable, Sendable, CaseIterable {
        case notStable = "请等秤稳定"
        case overloaded = "超载"
        case notEmptied = "请先清空秤"
        case belowZero = "请先归零"
        case tooLight = "太轻"
        case noScale = "秤没有连接"
        case noProduce = "请先选货品"
        case noPrice = "没有价格"
        case noFarmer = "请先刷卡"
        case notSaved = "没有保存"
    }

    /// The sentence for the voice. Names come from the center's catalog and are read without what is no letter or digit, and
    /// to the length of a name: nothing of them can be a command to an engine, nor last for minutes.
    public func sentence(in unit: Mandarin.WeightUnit = .kilogram, isPractice: Bool = false) -> String {
        let parts: [String?] = (isPractice ? ["练习"] : []) + parts(unit)
        return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ",")
    }

    private func parts(_ unit: Mandarin.WeightUnit) -> [String?] {
        switch self {
        case .weighed(let produce, let grade, let net, let amount):
            return [
                Self.name(produce), grade.map(Self.name), "净重" + Mandarin.spoken(net, in: unit),
                amount.map { Mandarin.spoken($0) },
            ]
        case .total(let crates, let net, let amount):
            // 两箱, as before every unit.
            let count = crates == 2 ? "两" : Mandarin.spoken(Int64(crates))
            return ["合计\(count)箱", "净重" + Mandarin.spoken(net, in: unit), Mandarin.spoken(amount)]
        case .voided(let produce, let net): return [Self.name(produce), Mandarin.spoken(net, in: unit), "已作废"]
        case .refused(let obstacle): return [obstacle.rawValue]
        case .trial(let net, let amount):
            return ["试音", net.map { "净重" + Mandarin.spoken($0, in: unit) }, amount.map { Mandarin.spoken($0) }]
        }
    }

    /// In characters.
    static let longestName = 16

    private static func name(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where scalars.count < longestName {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                scalars.append(scalar)
            } else if scalar == " ", !scalars.isEmpty {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
