public import Domain

extension DeskCommand {
    /// What a sheet and a screen call it, Chinese and English.
    public var title: Phrase {
        switch self {
        case .mode(.receive): Phrase("入库", "Receive")
        case .mode(.shelve): Phrase("上架", "Shelve")
        case .mode(.collect): Phrase("取件", "Pick-up")
        case .mode(.giveBack): Phrase("退回", "Return")
        case .mode(.dispatch): Phrase("发出", "Dispatch")
        case .mode(.accept): Phrase("寄件", "Send")
        case .mode(.find): Phrase("查询", "Find")
        case .openDelivery: Phrase("送件交接", "Hand-over in")
        case .openDispatch: Phrase("揽收交接", "Hand-over out")
        case .closeBatch: Phrase("结束交接", "End hand-over")
        case .confirm: Phrase("确认", "Confirm")
        case .cancel: Phrase("取消", "Cancel")
        case .undo: Phrase("撤销上一步", "Undo last")
        case .nextShelf: Phrase("换货位", "Next shelf")
        case .signOut: Phrase("退出登录", "Sign out")
        case .handling(.normal): Phrase("普通件", "Normal")
        case .handling(.large): Phrase("大件", "Large")
        case .handling(.cold): Phrase("冷藏件", "Cold")
        case .flag(.damaged): Phrase("破损", "Damaged")
        case .flag(.missing): Phrase("找不到", "Cannot be found")
        case .flag(.wrongVillage): Phrase("错分（送错站）", "Wrong point")
        case .flag(.refused): Phrase("拒收", "Refused")
        case .flag(.overdue): Phrase("滞留", "Overdue")
        case .resolve: Phrase("问题已解决", "Resolved")
        case .override: Phrase("无码取件", "Release without code")
        case .reason(.idShown): Phrase("已看证件", "ID shown")
        case .reason(.known): Phrase("站点认识取件人", "Known to us")
        case .reason(.family): Phrase("家人代取", "Family member")
        case .reason(.codeLost): Phrase("忘了取件码", "Code forgotten")
        case .consent(.telephone): Phrase("收件人电话同意", "Agreed by telephone")
        case .consent(.inPerson): Phrase("收件人当面同意", "Agreed in person")
        case .consent(.order): Phrase("快递单已约定", "Agreed in the order")
        case .noConsent: Phrase("不同意，送货上门", "Not agreed: to the door")
        case .newPerson(.courier): Phrase("代班快递员", "Stand-in courier")
        case .newPerson: Phrase("新农户", "New farmer")
        case .surname(let number):
            Phrase(String(Surname.named(number) ?? Surname.unknown), "Surname \(number)")
        case .digit(let digit): Phrase(String(digit), String(digit))
        case .dash: Phrase("-", "-")
        case .practice: Phrase("练习", "Practice")
        case .time: Phrase("对时", "Set the time")
        case .carrier(let carrier): carrier.title
        case .mode(.weigh): Phrase("称重收购", "Weigh")
        case .mode(.pack): Phrase("订单打包", "Pack orders")
        case .mode(.pay): Phrase("付款", "Pay")
        case .pay(.cash): Phrase("付现金", "Pay in cash")
        case .pay(.transfer): Phrase("已转账", "Paid by transfer")
        case .balance: Phrase("查余额", "Balance")
        case .reverse(.mistake): Phrase("付款冲正：付错了", "Reverse: paid wrongly")
        case .reverse(.wrongFarmer): Phrase("付款冲正：农户不对", "Reverse: wrong farmer")
        case .reverse(.failed): Phrase("付款冲正：转账没到", "Reverse: transfer failed")
        case .till(.opened): Phrase("开钱箱", "Open the till")
        case .till(.counted): Phrase("现金清点", "Count the till")
        case .till(.closed): Phrase("关钱箱", "Close the till")
        case .produce(let number): Phrase("品种 \(number)", "Produce \(number)")
        case .grade(let grade): Phrase("等级 \(grade)", "Grade \(grade)")
        case .tare(.none): Phrase("不去皮", "No tare")
        case .tare(.measured): Phrase("称空筐（皮重）", "Tare the container")
        case .tare(.container(let number)): Phrase("容器 \(number)", "Container \(number)")
        case .record: Phrase("记录这一筐", "Record this crate")
        case .closeLot: Phrase("称完，结单", "Close the lot")
        case .void(.mistake): Phrase("作废：录错了", "Void: entered wrongly")
        case .void(.wrongFarmer): Phrase("作废：农户不对", "Void: wrong farmer")
        case .void(.wrongProduce): Phrase("作废：品种或等级不对", "Void: wrong produce")
        case .void(.wrongTare): Phrase("作废：皮重不对", "Void: wrong tare")
        case .void(.returned): Phrase("作废：农户取回", "Void: taken back")
        case .check: Phrase("砝码核查", "Check the scale")
        case .offer: Phrase("放网店销售", "Offer in the shop")
        }
    }
}

extension DeskCommand {
    /// The same, by its name in a county's catalog.
    public func title(in catalog: Catalog) -> Phrase {
        switch self {
        case .produce(let number):
            guard let produce = catalog.produce(number: number) else { return title }
            return Phrase(produce.name, "\(produce.english ?? "Produce") · \(number)")
        case .grade(let id):
            // One code may stand for several names: each of them, and of which produce.
            let named = catalog.produce.flatMap { produce in
                produce.grades.filter { $0.id == id }.map { (grade: $0.name, produce: produce) }
            }
            var names: [String] = []
            for (name, _) in named where !names.contains(name) { names.append(name) }
            let produce = named.map { $0.produce.english ?? $0.produce.name }
            return Phrase(names.joined(separator: "、"), "Grade \(id): \(produce.joined(separator: ", "))")
        case .tare(.container(let number)):
            guard let container = catalog.container(number: number) else { return title }
            return Phrase(container.name, "Container \(number) · PT \(container.tare)")
        default: return title
        }
    }
}

extension Carrier {
    public var title: Phrase {
        switch self {
        case .chinaPost: Phrase("邮政", "China Post")
        case .deppon: Phrase("德邦", "Deppon")
        case .ems: Phrase("EMS", "EMS")
        case .jd: Phrase("京东", "JD")
        case .jt: Phrase("极兔", "J&T")
        case .sf: Phrase("顺丰", "SF")
        case .sto: Phrase("申通", "STO")
        case .yto: Phrase("圆通", "YTO")
        case .yunda: Phrase("韵达", "Yunda")
        case .yunexpress: Phrase("云途", "YunExpress")
        case .zto: Phrase("中通", "ZTO")
        case .cainiao: Phrase("菜鸟", "Cainiao")
        }
    }
}
