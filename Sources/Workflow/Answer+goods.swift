public import Domain
import ScaleProtocols

extension Answer {
    /// What was weighed, or is about to be: everything that screen, voice and paper need. Names are as the roster and the
    /// catalog give them; that a household is registered is nowhere in it.
    public struct Goods: Hashable, Sendable {
        public var farmer: String?
        public var produce: String?
        public var grade: String?
        public var container: String?
        public var gross: Mass?
        public var tare: Mass?
        public var tareMode: WeighIn.TareMode?
        public var net: Mass?
        public var stability: WeighIn.Stability?
        public var price: Price?
        public var amount: Money?
        public var warnings: [WeighIn.Warning] = []
        public var lot: String?
        /// In the lot, this one included.
        public var crates: Int?
        public var isVoided = false
        /// Net of the crate that a receipt names, when the rest tells of its whole lot.
        public var crate: Mass?
        /// Among which a digit chooses.
        public var choices: [String] = []
        /// What was told just now.
        public var chosen: Chosen?
        public var order: String?
        /// What the order asks for next.
        public var wanted: Mass?
        public var isLineWeighed = false
        /// What the reference weight weighs.
        public var reference: Mass?

        public init() {}

        mutating func describe(_ weighIn: WeighIn) {
            gross = weighIn.gross
            tare = weighIn.tare
            tareMode = weighIn.tareMode
            net = weighIn.net
            stability = weighIn.stability
            price = weighIn.pricing?.price
            amount = weighIn.pricing?.amount
            warnings = weighIn.warnings.sorted { $0.rawValue < $1.rawValue }
            lot = weighIn.lot
        }

        var json: JSON {
            .members([
                "farmer": farmer.map { .string($0) }, "produce": produce.map { .string($0) },
                "grade": grade.map { .string($0) }, "container": container.map { .string($0) },
                "gross": gross.map { .integer($0.grams) }, "tare": tare.map { .integer($0.grams) },
                "taremode": tareMode.map { .string($0.rawValue) }, "net": net.map { .integer($0.grams) },
                "stability": stability.map { .string($0.rawValue) },
                "fenperkg": price.map { .integer($0.fenPerKilogram) }, "amount": amount.map { .integer($0.fen) },
                "warnings": warnings.isEmpty ? nil : .array(warnings.map { .string($0.rawValue) }),
                "lot": lot.map { .string($0) }, "crates": crates.map { .integer(Int64($0)) },
                "voided": isVoided ? true : nil, "cratenet": crate.map { .integer($0.grams) },
                "choices": choices.isEmpty ? nil : .array(choices.map { .string($0) }),
                "chosen": chosen.map { .string($0.rawValue) }, "order": order.map { .string($0) },
                "wanted": wanted.map { .integer($0.grams) }, "lineweighed": isLineWeighed ? true : nil,
                "reference": reference.map { .integer($0.grams) },
            ])
        }
    }

    public enum Chosen: String, Sendable, CaseIterable {
        case farmer, produce, grade, tare
    }

    static func scale(_ obstacle: ScaleWatch.Obstacle) -> Answer { Answer(.scale) { $0.obstruction = obstacle } }

    /// What lay on the scale counts now, for a crate or for a line of an order, and has to leave it.
    public var countsLoad: Bool { word == .weighed || goods?.isLineWeighed == true }

    /// For filling in: an answer about goods has them.
    var weigh: Goods {
        get { goods ?? Goods() }
        set { goods = newValue }
    }
}

extension Answer {
    /// The sentences of weighing and packing; `nil` for the other words.
    var producePhrase: (chinese: String, english: String)? {
        let number = subject ?? ""
        let goods = goods ?? Goods()
        switch word {
        case .weighed:
            return (
                "已记录 \(number)：\(goods.what.0) \(goods.weights.0)\(goods.pay.0)\(goods.warned.0)",
                "Recorded \(number): \(goods.what.1) \(goods.weights.1)\(goods.pay.1)\(goods.warned.1)"
            )
        case .voided:
            return (
                "已作废 \(number)：\(goods.what.0) \(goods.kilograms)\(goods.pay.0)",
                "Voided \(number): \(goods.what.1) \(goods.kilograms)\(goods.pay.1)"
            )
        case .lotClosed:
            return (
                "结单 \(goods.lot ?? "")：\(goods.crates ?? 0) 筐，共 \(goods.kilograms)\(goods.pay.0)",
                "Lot \(goods.lot ?? "") closed: \(goods.crates ?? 0) crates, \(goods.kilograms)\(goods.pay.1)"
            )
        case .offered:
            return (
                "已上架网店 \(goods.lot ?? "")：\(goods.kilograms)", "On sale: \(goods.lot ?? ""), \(goods.kilograms)"
            )
        case .packed:
            return (
                "订单 \(goods.order ?? "") 已打包，运单 \(number)", "Order \(goods.order ?? "") packed, waybill \(number)"
            )
        case .checked: return ("秤准：\(goods.grossText)", "The scale is right: \(goods.grossText)")
        case .checkFailed:
            return (
                "秤不准！砝码 \(goods.reference?.description ?? "")，显示 \(goods.grossText)",
                "The scale is WRONG: \(goods.reference?.description ?? "") shows as \(goods.grossText)"
            )
        case .found where goods != Goods():
            let state = goods.isVoided ? ("（已作废）", " (voided)") : ("", "")
            return (
                "\(number)\(goods.lot.map { " \($0)" } ?? "") \(goods.what.0) \(goods.kilograms)\(goods.pay.0)\(state.0)",
                "\(number)\(goods.lot.map { " \($0)" } ?? "") \(goods.what.1) \(goods.kilograms)\(goods.pay.1)\(state.1)"
            )
        case .receiptRight:
            let state = goods.isVoided ? ("（已作废）", " (voided)") : ("", "")
            guard goods.net != nil else { return ("凭证是真的：\(number)", "The paper is genuine: \(number)") }
            let sum = (
                "\(goods.what.0) \(goods.kilograms)\(goods.pay.0)", "\(goods.what.1) \(goods.kilograms)\(goods.pay.1)"
            )
            guard let crate = goods.crate else {
                return (
                    "凭证是真的，请与纸上核对：\(number) \(sum.0)\(state.0)",
                    "The paper is genuine, compare it: \(number) \(sum.1)\(state.1)"
                )
            }
            return (
                "凭证是真的，请与纸上核对：\(number) \(crate)\(state.0)；整单 \(goods.lot ?? "") 现在 \(sum.0)",
                "The paper is genuine, compare it: \(number) \(crate)\(state.1); its whole lot \(goods.lot ?? "") now \(sum.1)"
            )
        case .receiptWrong: return ("凭证不符！与保存的记录不同", "The paper is FALSE: something else was recorded")
        case .receiptUnknown: return ("本站查不到这张凭证，请找县里核对", "Not known here; the county can check this paper")
        case .already where goods.order != nil:
            return (
                "订单 \(goods.order ?? "") 已打包，运单 \(number)",
                "Order \(goods.order ?? "") is packed already, waybill \(number)"
            )
        case .already where goods.isVoided: return ("\(number) 已经作废", "\(number) is voided already")
        case .askFarmer:
            if goods.choices.count == 1 { return ("是 \(goods.choices[0]) 吗？请确认", "Is it \(goods.choices[0])? Confirm") }
            if !goods.choices.isEmpty { return ("是哪一位？\(goods.options)", "Which one? \(goods.options)") }
            return ("请农户刷卡，或输入手机尾号再确认", "Farmer: show the card, or type the last four digits and confirm")
        case .askProduce: return ("\(goods.greeting.0)请选品种", "\(goods.greeting.1)Choose the produce")
        case .askGrade:
            return (
                "\(goods.produce ?? "")，请选等级：\(goods.options)",
                "\(goods.produce ?? ""): choose the grade: \(goods.options)"
            )
        case .weighReady:
            return (
                "\(goods.greeting.0)\(goods.what.0)\(goods.taring.0)，放上秤，稳定后按确认",
                "\(goods.greeting.1)\(goods.what.1)\(goods.taring.1): put the crate on the scale and confirm"
            )
        case .askOrder: return ("请扫订单号", "Scan the order")
        case .packNext:
            return (
                "\(goods.order ?? "")：\(goods.isLineWeighed ? "这份好了，" : "")请扫货批标签，\(goods.what.0) \(goods.asked)",
                "\(goods.order ?? ""): scan a lot, \(goods.what.1) \(goods.asked)"
            )
        case .weighOrder:
            return ("放上秤，要 \(goods.asked)，稳定后按确认", "Put \(goods.asked) on the scale and confirm")
        case .scanWaybill: return ("齐了，请扫运单", "Complete: scan the waybill")
        case .scale:
            return obstruction.map { ($0.words.chinese, $0.words.english) } ?? ("秤有问题", "The scale has a problem")
        case .scaleIsTared: return ("秤已去皮，请先在秤上清皮", "The scale itself is tared: clear its tare first")
        case .tareTooHeavy: return ("皮重不比毛重轻，没有记录", "The tare is not less than what lies there: not recorded")
        case .belowMinimum: return ("太轻，低于最小称量，没有记录", "Too light for this scale: not recorded")
        case .verificationExpired: return ("秤的检定过期，不能收购", "The scale's verification has run out")
        case .scaleIsWrong:
            return ("秤不准，停用；修好后再用砝码核秤", "The scale was found wrong: weigh nothing until a check is right")
        case .checkFirst: return ("今天还没有用砝码核秤", "Check the scale with the reference weight first")
        case .noPrice: return ("现在没有价格，没有记录", "No price is in force: not recorded")
        case .noReference: return ("没有设置砝码", "No reference weight is set up")
        case .unknownProduce: return ("没有这个品种或等级", "No such produce or grade")
        case .unknownContainer: return ("没有这种容器", "No such container")
        case .weighFirst: return ("请先选“称重收购”", "Choose \"Weigh\" first")
        case .wrongMode: return ("正在称重，\(number) 没有保存", "Weighing now; \(number) was not saved")
        case .noLot: return ("还没有称过", "Nothing was weighed yet")
        case .lotIsOpen: return ("这批货还没有结单", "This lot is still open")
        case .soldAlready: return ("这批货已经卖出", "This has been sold already")
        case .nothingToVoid: return ("没有可以作废的记录", "Nothing to void")
        case .wrongLot: return ("不是要的货：\(goods.what.0)", "Not what is asked for: \(goods.what.1)")
        case .notAsOrdered:
            return (
                "重量不对：要 \(goods.asked)，现在 \(goods.kilograms)",
                "Not as ordered: \(goods.asked), it is \(goods.kilograms)"
            )
        default: return nil
        }
    }
}

extension Answer.Goods {
    fileprivate var kilograms: String { net?.description ?? "" }
    fileprivate var grossText: String { gross?.description ?? "" }
    fileprivate var asked: String { wanted?.description ?? "" }

    fileprivate var options: String {
        choices.enumerated().map { "\($0.offset + 1) \($0.element)" }.joined(separator: "; ")
    }

    fileprivate var what: (String, String) {
        let text = [produce, grade].compactMap(\.self).joined(separator: " ")
        return (text, text)
    }

    fileprivate var greeting: (String, String) {
        guard chosen == .farmer, let farmer else { return ("", "") }
        return ("\(farmer)，您好。", "Welcome, \(farmer). ")
    }

    fileprivate var taring: (String, String) {
        switch tareMode {
        case .measured: ("，皮重 \(tare?.description ?? "")", ", tare \(tare?.description ?? "")")
        case .preset: ("，预置皮重 PT \(tare?.description ?? "")", ", PT \(tare?.description ?? "")")
        case WeighIn.TareMode.none?, nil: ("", "")
        }
    }

    fileprivate var weights: (String, String) {
        switch tareMode {
        case .measured:
            (
                "毛重 \(grossText) 皮重 \(tare?.description ?? "") 净重 \(kilograms)",
                "gross \(grossText), tare \(tare?.description ?? ""), net \(kilograms)"
            )
        case .preset:
            (
                "毛重 \(grossText) 预置皮重 PT \(tare?.description ?? "") 净重 \(kilograms)",
                "gross \(grossText), PT \(tare?.description ?? ""), net \(kilograms)"
            )
        case WeighIn.TareMode.none?, nil: ("净重 \(kilograms)", "net \(kilograms)")
        }
    }

    fileprivate var pay: (String, String) { amount.map { ("，\($0) 元", ", \($0) yuan") } ?? ("", "") }

    fileprivate var warned: (String, String) {
        warnings.isEmpty
            ? ("", "")
            : (
                "。注意：" + warnings.map(\.title.0).joined(separator: "、"),
                ". Note: " + warnings.map(\.title.1).joined(separator: ", ")
            )
    }
}
