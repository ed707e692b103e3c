public import Domain

/// What a point says aloud, for who cannot read the screen: what was weighed and what it brings, or what to do.
///
/// It is said after the tone and never instead of it: the tone says saved, the sentence says what.
public enum SpokenMessage: Hashable, Sendable {
    /// One weighing, saved. Without an amount its price is open.
    case weighed(produce: String, grade: String?, net: Mass, amount: Money?)
    /// Everything one farmer brought, once it is closed; by itself when other produce or another farmer came.
    case total(crates: Int, net: Mass, amount: Money?, isByItself: Bool)
    /// A weighing that counts no more.
    case voided(produce: String, net: Mass)
    /// What was paid out.
    case paid(amount: Money, crates: Int)
    /// What a farmer is owed.
    case balance(owed: Money, crates: Int, unpriced: Int)
    /// What a supervisor is asked to agree to: everybody at the desk hears it.
    case askVoid(produce: String, net: Mass, paid: Money?)
    case askReversal(amount: Money)
    case instruction(Instruction)
    /// Whoever puts up a loudspeaker hears it as a farmer will. Nobody shall take it for a weighing.
    case trial(net: Mass?, amount: Money?)

    /// What is so, and what to do about it. Only characters that the engine reads right, and no waybill, name or number.
    public enum Instruction: String, Hashable, Sendable, CaseIterable {
        // Who and what.
        case askFarmer = "请农户刷卡，或报手机号后四位"
        case confirmFarmer = "请看屏幕，是这一位就确认"
        case chooseFarmer = "请看屏幕，选是哪一位"
        case askProduce = "请选品种"
        case askGrade = "请选等级"
        case ready = "请放上秤，稳了再确认"
        // The scale.
        case notStable = "请等秤稳定"
        case tooHeavy = "超重了，请拿下一些"
        case belowZero = "请腾空秤盘，再按置零键"
        case alreadyRecorded = "这一筐已经记好，请拿下来"
        case frozen = "读数一直没变，请拿下来再放一次"
        case tooLight = "太轻了，没有记录"
        case wrongTare = "皮重不对，没有记录"
        case noPrice = "现在没有价格，没有记录"
        case scaleGone = "秤没有连接，请检查数据线"
        case scaleSilent = "秤没有数据，请检查电源"
        case scaleTrouble = "秤有问题，请看屏幕"
        case scaleWrong = "秤不准，先不要用，请看屏幕"
        case verificationOver = "秤的检定过期了，不能收购"
        // Parcels.
        case parcelWhileWeighing = "正在称重，这件快递没有保存"
        case wrongParcel = "拿错了，请放回去"
        // Everybody at the desk.
        case scanAgain = "没有保存，请再扫一次"
        case confirmAgain = "没有保存，请再确认"
        case notSaved = "没有保存，请看屏幕"
        case practiceBegan = "现在是练习，不算数"
        case practiceEnded = "练习结束，现在起算数"
        case paperRight = "单据是真的，请对一下数字"
        case paperWrong = "单据不符，请看屏幕"
        case timeSet = "时间设好了，请看屏幕"
        case askTime = "请输年月日时分，再扫对时"
        case nothingToPay = "现在没有要付的钱"
        case paymentReversed = "这一笔付款已冲正"
        case askSupervisor = "请主管刷卡"
        case askAnotherSupervisor = "请另一位主管刷卡"
        case moreThanOwed = "比要付的多，请再输"
    }

    /// It only asks for the next thing; that something was not saved is more.
    public var isPrompt: Bool {
        switch self {
        case .instruction(.askFarmer), .instruction(.confirmFarmer), .instruction(.chooseFarmer),
            .instruction(.askProduce),
            .instruction(.askGrade), .instruction(.ready), .instruction(.notStable):
            true
        default: false
        }
    }

    /// The sentence for the voice. Names come from the center's catalog and are read without what is no letter or digit, and
    /// to the length of a name: nothing of them can be a command to an engine, nor last for minutes.
    ///
    /// Only a full-width comma and stop are pauses to the engine; at an ASCII comma it runs on, tones and all.
    public func sentence(in unit: Mandarin.WeightUnit = .kilogram, isPractice: Bool = false) -> String {
        let marks = isPractice && self != .instruction(.practiceBegan) ? ["练习"] : []
        return (marks + parts(unit)).filter { !$0.isEmpty }.joined(separator: "。")
    }

    private static let open = "价格待定"

    /// 两筐, as before every unit.
    private static func count(_ crates: Int) -> String { "\(crates == 2 ? "两" : Mandarin.spoken(Int64(crates)))筐" }

    private func parts(_ unit: Mandarin.WeightUnit) -> [String] {
        func net(_ mass: Mass) -> String { "净重" + Mandarin.spoken(mass, in: unit) }
        switch self {
        case .weighed(let produce, let grade, let mass, let amount):
            let what = [Self.name(produce), grade.map(Self.name) ?? ""].filter { !$0.isEmpty }.joined(separator: "，")
            return [what, net(mass), amount.map { Mandarin.spoken($0) } ?? Self.open]
        case .total(let crates, let mass, let amount, let isByItself):
            let sum = ["合计\(Self.count(crates))", net(mass), amount.map { Mandarin.spoken($0) } ?? Self.open]
            return isByItself ? ["上一批已结单"] + sum : sum
        case .voided(let produce, let mass):
            return ["作废一筐", [Self.name(produce), net(mass)].filter { !$0.isEmpty }.joined(separator: "，")]
        case .paid(let amount, let crates): return ["已付", "\(Self.count(crates))", Mandarin.spoken(amount)]
        case .balance(let owed, let crates, let unpriced):
            let open = unpriced == 0 ? [] : ["另有\(Self.count(unpriced))", Self.open]
            return ["要付", Self.count(crates), Mandarin.spoken(owed)] + open
        case .askVoid(let produce, let mass, let paid):
            let what = ["作废一筐", Self.name(produce), net(mass)].filter { !$0.isEmpty }.joined(separator: "，")
            return ["请主管刷卡", what] + (paid.map { ["已付\(Mandarin.spoken($0))"] } ?? [])
        case .askReversal(let amount): return ["请主管刷卡", "冲正付款，\(Mandarin.spoken(amount))"]
        case .instruction(let instruction): return [instruction.rawValue]
        case .trial(let mass, let amount):
            return ["试音", mass.map(net) ?? "", amount.map { Mandarin.spoken($0) } ?? ""]
        }
    }

    /// In characters; a name in pinyin (`dang3 shen1`) is longer than one in signs.
    static let longestName = 48

    private static func name(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        var weight = 0
        for scalar in name.unicodeScalars {
            weight += scalar.isASCII ? 1 : 3
            guard weight <= longestName else { break }
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                scalars.append(scalar)
            } else if scalar == " ", !scalars.isEmpty {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
