public import Domain
import ScaleProtocols

extension Answer {
    /// What was weighed, or is about to be: everything that screen, voice and paper need. Names are as the roster and the
    /// catalog give them; that a household is registered is nowhere in it.
    public struct Goods: Hashable, Sendable {
        public var farmer: String?
        public var produce: String?
        /// As the catalog has it; not every one does.
        public var english: String?
        /// How the voice reads it, where it would misread its signs.
        public var spoken: String?
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
                "已结单 \(goods.lot ?? "")：\(goods.crates ?? 0) 筐，净重共 \(goods.kilograms)\(goods.pay.0)",
                "Lot \(goods.lot ?? "") closed: \(goods.cratesInEnglish), \(goods.kilograms)\(goods.pay.1)"
            )
        case .offered:
            return (
                "已放网店销售 \(goods.lot ?? "")：\(goods.kilograms)", "On sale: \(goods.lot ?? ""), \(goods.kilograms)"
            )
        case .packed:
            return (
                "订单 \(goods.order ?? "") 已打包，运单 \(number)", "Order \(goods.order ?? "") packed, waybill \(number)"
            )
        case .checked: return ("核查合格：\(goods.grossText)", "The check passed: \(goods.grossText)")
        case .checkFailed:
            return (
                "和砝码不符：砝码 \(goods.reference?.description ?? "")，示值 \(goods.grossText)。请只放砝码，再核查一次",
                "FAILED: the weight of \(goods.reference?.description ?? "") shows as \(goods.grossText). Only the weight on the scale; check again"
            )
        case .onlyReference:
            return (
                "请只放 \(goods.reference?.description ?? "") 砝码，再核查（示值 \(goods.grossText)）",
                "Put only the weight of \(goods.reference?.description ?? "") on the scale, and check again (it shows \(goods.grossText))"
            )
        case .found where goods != Goods():
            let state = goods.isVoided ? ("（已作废）", " (voided)") : ("", "")
            let name = [subject, goods.lot].compactMap(\.self).joined(separator: " ")
            return (
                "\(name) \(goods.what.0) \(goods.kilograms)\(goods.pay.0)\(state.0)",
                "\(name) \(goods.what.1) \(goods.kilograms)\(goods.pay.1)\(state.1)"
            )
        case .receiptRight:
            let state = goods.isVoided ? ("（已作废）", " (voided)") : ("", "")
            guard goods.net != nil else { return ("单据是真的：\(number)", "The paper is genuine: \(number)") }
            let sum = (
                "\(goods.what.0) \(goods.kilograms)\(goods.pay.0)", "\(goods.what.1) \(goods.kilograms)\(goods.pay.1)"
            )
            guard let crate = goods.crate else {
                return (
                    "单据是真的，请和纸上数字对一对：\(number) \(sum.0)\(state.0)",
                    "The paper is genuine, compare it: \(number) \(sum.1)\(state.1)"
                )
            }
            return (
                "单据是真的，请和纸上数字对一对：\(number) \(crate)\(state.0)；这一批 \(goods.lot ?? "") 现在共 \(sum.0)",
                "The paper is genuine, compare it: \(number) \(crate)\(state.1); its whole lot \(goods.lot ?? "") now \(sum.1)"
            )
        case .receiptWrong:
            return (
                "单据不符！不要按它付款，请找县里核对", "Does NOT match the record: do not pay on it, ask the county"
            )
        case .receiptUnknown: return ("本站查不到这张单据，请找县里核对", "Not known here; the county can check this paper")
        case .already where goods.order != nil:
            return (
                "订单 \(goods.order ?? "") 之前已打包，运单 \(number)",
                "Order \(goods.order ?? "") is packed already, waybill \(number)"
            )
        case .already where goods.isVoided: return ("\(number) 已经作废", "\(number) is voided already")
        case .askFarmer:
            if goods.choices.count == 1 {
                return ("是 \(goods.choices[0]) 吗？请“确认”", "Is it \(goods.choices[0])? Confirm")
            }
            if !goods.choices.isEmpty { return ("是哪一位？\(goods.options)", "Which one? \(goods.options)") }
            return (
                "请农户刷卡，或输手机号后四位，再“确认”", "Farmer: show the card, or type the last four digits and confirm"
            )
        case .askProduce: return ("\(goods.greeting.0)请选品种", "\(goods.greeting.1)Choose the produce")
        case .askGrade:
            return (
                "\(goods.produce ?? "")，请选等级：\(goods.options)",
                "\(goods.produce ?? ""): choose the grade: \(goods.options)"
            )
        case .weighReady:
            return (
                "\(goods.greeting.0)\(goods.what.0)\(goods.taring.0)，请放上秤，稳定后“确认”",
                "\(goods.greeting.1)\(goods.what.1)\(goods.taring.1): put the crate on the scale and confirm"
            )
        case .askOrder: return ("请扫订单号", "Scan the order")
        case .unknownOrder: return ("没有这个订单，请再扫订单号", "No such order: scan it again")
        case .packNext:
            return (
                "\(goods.order ?? "")：\(goods.isLineWeighed ? "这份好了，" : "")请扫批次标签：\(goods.what.0)\(goods.named.0)，\(goods.asked)",
                "\(goods.order ?? ""): scan the label of a lot of \(goods.what.1)\(goods.named.1), \(goods.asked)"
            )
        case .weighOrder:
            return ("请称 \(goods.asked)（不带箱），稳定后“确认”", "Put \(goods.asked) on the scale, without the box, and confirm")
        case .scanWaybill: return ("齐了，请扫运单", "Complete: scan the waybill")
        case .scale:
            return obstruction.map { ($0.words.chinese, $0.words.english) } ?? ("秤有问题", "The scale has a problem")
        case .scaleIsTared: return ("秤上已去皮，请先清除秤上的皮重", "The scale itself is tared: clear its tare first")
        case .tareTooHeavy:
            return (
                "皮重不对，没有记录，请重选容器", "The tare is not less than what lies there: not recorded, choose the container anew"
            )
        case .belowMinimum: return ("太轻了（低于最小秤量），没有记录", "Too light for this scale: not recorded")
        case .verificationExpired:
            return (
                "秤的检定已过期，不能收购，请联系检定", "The scale's verification has run out: nothing is bought until it is renewed"
            )
        case .scaleIsWrong:
            return ("秤不准，先不要用；修好后再“砝码核查”", "The scale was found wrong: weigh nothing until a check is right")
        case .checkFirst: return ("今天还没核查秤，请先“砝码核查”", "Check the scale with the reference weight first")
        case .noPrice where goods.gross == nil: return ("现在没有价格，不能放网店", "No price is in force: it cannot be offered")
        case .noPrice: return ("现在没有价格，没有记录", "No price is in force: not recorded")
        case .noReference: return ("没有设置砝码，请找维护人员", "No reference weight is set up; call whoever maintains the board")
        case .unknownProduce: return ("没有这个品种或等级", "No such produce or grade")
        case .unknownContainer: return ("没有这种容器", "No such container")
        case .weighFirst: return ("请先选“称重收购”", "Choose \"Weigh\" first")
        case .wrongMode:
            return (
                "正在称重，\(number) 没有保存；要收快递请先选“入库”",
                "Weighing now: \(number) was NOT saved; choose \"Receive\" for parcels"
            )
        case .noLot: return ("现在没有要结单的货", "No lot to close")
        case .scanLabelFirst: return ("请先扫批次标签", "Scan a lot's label first")
        case .lotIsOpen: return ("这批货还没有结单，请先结单", "This lot is still open: close it first")
        case .soldAlready where subject != nil: return ("已有卖出，不能作废", "Part of it is sold: it cannot be voided")
        case .soldAlready: return ("这批货剩得不够", "Not enough of it is left")
        case .nothingToVoid: return ("没有可以作废的记录，请先扫单据上的编号", "Nothing to void: scan the number on the paper first")
        case .wrongLot:
            return (
                "拿错货了，要的是：\(goods.what.0)\(goods.named.0)", "Wrong goods; wanted: \(goods.what.1)\(goods.named.1)"
            )
        case .notAsOrdered:
            return (
                "重量不对：要 \(goods.asked)，现在 \(goods.kilograms)",
                "Not as ordered: \(goods.asked), it is \(goods.kilograms)"
            )
        // Those of parcels and people.
        case .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved, .undone,
            .batchOpened, .batchClosed, .signedIn, .signedOut, .already, .mode, .found, .typed, .cancelled, .armed,
            .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded, .nothingHere, .practiceBegan, .practiceEnded,
            .noSlot, .scan, .impossible, .wrongParcel, .wrongCode, .locked, .signInFirst, .notPermitted, .unknownPerson,
            .nobodyFound, .wrongPIN, .answerFirst, .openBatchFirst, .batchIsOpen, .noBatch, .notForDispatch,
            .nothingToUndo, .changedSince, .nothingAsked, .noShelves:
            return nil
        }
    }
}

extension Answer.Goods {
    fileprivate var kilograms: String { net?.description ?? "" }
    fileprivate var grossText: String { gross?.description ?? "" }
    /// The lot, where only that one will do.
    fileprivate var named: (String, String) { lot.map { ("（\($0)）", " (\($0))") } ?? ("", "") }
    fileprivate var cratesInEnglish: String { crates == 1 ? "1 crate" : "\(crates ?? 0) crates" }
    fileprivate var asked: String { wanted?.description ?? "" }

    fileprivate var options: String {
        choices.enumerated().map { "\($0.offset + 1)：\($0.element)" }.joined(separator: "；")
    }

    fileprivate var what: (String, String) {
        func text(_ produce: String?) -> String { [produce, grade].compactMap(\.self).joined(separator: " ") }
        return (text(produce), text(english ?? produce))
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
                "。注意：" + warnings.map(\.title.0).joined(separator: "；"),
                ". Note: " + warnings.map(\.title.1).joined(separator: ", ")
            )
    }
}
