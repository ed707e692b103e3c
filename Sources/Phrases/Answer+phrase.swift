import Barcodes
import Domain
import ScaleProtocols

/// The sentence that goes with an answer: what happened, and what to do next.
extension Answer {
    public var phrase: Phrase {
        switch self {
        case .received(let arrival):
            Phrase("已入库 \(arrival.subject)", "Received \(arrival.subject)") + place(arrival.count)
        case .shelved(let parcel, _, let count):
            Phrase("\(parcel.subject) 放到 \(parcel.slot ?? "")", "Put \(parcel.subject) in \(parcel.slot ?? "")")
                + parcel.codeName + place(count)
                + (parcel.lacksConsent ? Phrase("（没有收件人同意的记录）", " (no consent of its recipient is recorded)") : .empty)
        case .moved(let parcel):
            Phrase("\(parcel.subject) 改放 \(parcel.slot ?? "")", "Moved \(parcel.subject) to \(parcel.slot ?? "")")
                + parcel.codeName
        case .collected(let subject, let rest):
            Phrase("已取走 \(subject)", "Collected \(subject)")
                + (rest.isEmpty ? .empty : Phrase("，还有 \(rest.count) 件", ", \(rest.count) more"))
        case .returned(let subject, let count):
            Phrase("已退回 \(subject)", "Returned \(subject)") + place(count)
        case .dispatched(let subject, let count, _):
            Phrase("已发出 \(subject)", "Dispatched \(subject)") + place(count)
        case .accepted(let subject, _): Phrase("已收寄 \(subject)", "Accepted for sending \(subject)")
        case .flagged(let parcel):
            Phrase(
                "已标记：\(parcel.flagNames.chinese) \(parcel.subject)",
                "Flagged \(parcel.subject): \(parcel.flagNames.english)")
        case .resolved(let parcel): Phrase("问题已解决 \(parcel.subject)", "Resolved \(parcel.subject)")
        case .undone(let subject, nil, let count):
            Phrase("已撤销 \(subject)，现在没有它的记录", "Undone: \(subject) is no longer recorded") + together(count)
        case .undone(let subject, let parcel?, let count):
            Phrase("已撤销 \(subject)，现在：", "Undone: \(subject), which is now ") + parcel.status.title + parcel.at
                + parcel.codeName + together(count)
        case .batchOpened(.dispatch):
            Phrase("开始揽收交接，请扫描带走的件", "Hand-over out has begun; scan what leaves")
        case .batchOpened(.delivery): Phrase("开始送件交接，请扫描送来的件", "Hand-over in has begun; scan what comes")
        case .batchClosed(let count): count.account
        case .signedIn(let name, _, _, let asksTime):
            Phrase("\(name)，您好", "Signed in: \(name)")
                + (asksTime ? Phrase("。时间还没设，请“对时”", ". The time is not set: set it first") : .empty)
        case .signedOut(let subject): Phrase("已退出登录", "Signed out") + notSaved(subject)
        case .weighed(let crate):
            Phrase(
                "已记录 \(crate.number)：\(crate.what.chinese) \(crate.weights.chinese)",
                "Recorded \(crate.number): \(crate.what.english) \(crate.weights.english)")
                + pay(crate.amount) + crate.warned
        case .voided(let crate): Phrase("已作废 \(crate.number)：", "Voided \(crate.number): ") + crate.sum + crate.refund
        case .lotClosed(let lot):
            Phrase(
                "已结单 \(lot.lot)：\(lot.crates) 筐，净重共 \(lot.net)",
                "Lot \(lot.lot) closed: \(countOfCrates(lot.crates)), \(lot.net)")
                + pay(lot.amount)
        case .offered(let lot, _): Phrase("已放网店销售 \(lot.lot)：\(lot.net)", "On sale: \(lot.lot), \(lot.net)")
        case .packed(let order, let waybill, _):
            Phrase("订单 \(order) 已打包，运单 \(waybill)", "Order \(order) packed, waybill \(waybill)")
        case .paid(let payout): Phrase("已付 ", "Paid ") + payout.phrase + payout.rest
        case .paymentReversed(let payout): Phrase("付款已冲正 ", "Reversed ") + payout.phrase + payout.rest
        case .tillCounted(let count): count.phrase
        case .already(.reversed(let payout)): Phrase("已经冲正 ", "Reversed already: ") + payout.phrase
        case .found(.payment(let payout)): payout.phrase + payout.rest
        case .balance(let account): account.phrase + account.offer
        case .askSupervisor(let proposal):
            Phrase("请主管刷卡同意：", "A supervisor has to agree (badge, or number, dash, PIN): ") + proposal.phrase
                + Phrase("；不同意请“取消”", "; or cancel")
        case .askNewPerson(let person):
            Phrase("登记", "Add ") + person.phrase
                + (person.isKnown ? Phrase("（已有同姓同尾号的人）", " (one of that surname and number is known)") : .empty)
                + Phrase("。扫姓或输后四位可改，没错请“确认”", ". Scan the surname or type four digits to change it; confirm to add")
        case .personAdded(_, let person):
            Phrase("已登记", "Added ") + person.phrase + Phrase("，请把卡给他", ": give them the card")
        case .askTail: Phrase("手机号后四位要四位数字；没有手机就不输", "Four digits of the telephone number, or none")
        case .badgeExpired: Phrase("这张卡只管当天，请重新登记", "This badge was good for its day only; add the person again")
        case .askAnotherSupervisor:
            Phrase("这是您自己提出的，请另一位主管刷卡", "You asked for it yourself: another supervisor has to agree")
        case .moreThanOwed(let account):
            Phrase("比应付的多，请重输；换人请先“取消”。", "More than is owed: type again, or cancel first for another farmer. ")
                + account.phrase
        case .askAmount:
            Phrase("请先输钱数（元，角分前按“-”），再扫一次", "Enter the amount first, in yuan, a dash before the fen; then scan again")
        case .payFirst: Phrase("请先选“付款”", "Choose \"Pay\" first")
        case .nothingToPay(let account) where account.owed > .zero:
            Phrase("限额不够付最早的一筐。", "The limit does not pay the oldest crate. ") + account.phrase
        case .nothingToPay(let account): Phrase("没有可付的。", "Nothing to pay. ") + account.phrase
        case .nothingToReverse:
            Phrase("没有可以冲正的付款，请先扫付款单上的编号", "No payment to reverse: scan the number on its paper first")
        case .reverseLaterFirst(let number):
            Phrase("后面的付款 \(number) 已扣回，请先冲正那一笔", "Payment \(number) has taken part of it back: reverse that one first")
        case .checked(let reading): Phrase("核查合格：\(reading.shown)", "The check passed: \(reading.shown)")

        case .already(.signedIn(let name)): Phrase("\(name) 已经登录", "Already signed in: \(name)")
        case .already(.packed(let order, let waybill)):
            Phrase("订单 \(order) 之前已打包，运单 \(waybill)", "Order \(order) is packed already, waybill \(waybill)")
        case .already(.voided(let crate)): Phrase("\(crate.number) 已经作废", "\(crate.number) is voided already")
        case .already(.parcel(let parcel, _)) where !parcel.flags.isEmpty:
            Phrase("不用再扫：\(parcel.subject) ", "Already so: \(parcel.subject) is ") + parcel.state
        case .already(.parcel(let parcel, _)):
            Phrase(
                "已经扫过 \(parcel.subject)：\(parcel.status.title.chinese)",
                "Already \(parcel.status.title.english): \(parcel.subject)") + parcel.at

        case .mode(let mode):
            Phrase("现在：", "Now: ") + DeskCommand.mode(mode).title
        case .found(.parcel(let parcel, _, _)): Phrase("\(parcel.subject)：", "\(parcel.subject): ") + parcel.state
        case .found(.crate(let crate)):
            Phrase("\(crate.number) \(crate.lot) ", "\(crate.number) \(crate.lot) ") + crate.sum + void(crate.isVoided)
        case .found(.lot(let lot)): Phrase("\(lot.lot) ", "\(lot.lot) ") + lot.sum
        case .typed(let text): Phrase("已输入 \(text)", "Typed \(text)")
        case .cancelled(let subject): Phrase("已取消", "Cancelled") + notSaved(subject)
        case .armed(.resolve): Phrase("请扫已解决的那一件", "Scan the parcel that is resolved")
        // Kept for the hand-over that begins next.
        case .armed(.carrier(let carrier)): Phrase("下次交接：", "Next hand-over: ") + carrier.title
        case .armed(let command): Phrase("下一件：", "Next parcel: ") + command.title
        case .askCarrier(let subject, _):
            Phrase(
                "\(subject) 是哪家快递？请选快递公司，不确定就“确认”跳过",
                "Which carrier is \(subject)? Scan the carrier, or confirm to leave it open")
        case .askCode(let parcel):
            Phrase("\(parcel.subject)：请扫或输取件码", "\(parcel.subject): scan or type the pick-up code")
        case .askReason(let subject):
            Phrase("\(subject)：无码取件，请选原因", "\(subject): release without code; scan the reason")
        case .askConsent(let parcel, _, let count) where parcel.sequence == nil:
            Phrase("已入库 \(parcel.subject)", "Received \(parcel.subject)") + place(count)
                + Phrase("。收件人同意放站点吗？请扫同意方式", ". Does the recipient agree that it waits here? Scan how")
        case .askConsent(let parcel, _, _):
            Phrase(
                "\(parcel.subject)：收件人同意放站点吗？请扫同意方式",
                "\(parcel.subject): does the recipient agree that it waits here? Scan how")
        case .consentRefused(let parcel):
            Phrase(
                "已记 \(parcel.subject)：收件人不同意，请送货上门",
                "Noted, \(parcel.subject): the recipient does not agree; to the door")
        case .pickUp(let lines, _):
            Phrase("请取 \(lines.count) 件：", "Fetch \(lines.count): ") + places(lines)
                + Phrase("，拿到后逐件扫一下", "; then scan each")
        case .pickUpEnded: Phrase("取件结束", "Pick-up ended")
        case .nothingHere(let number?): Phrase("本站没有这个编号：\(number)", "Not recorded here: \(number)")
        case .nothingHere(nil): Phrase("这里暂时没有您的包裹", "No parcel here for you yet")
        case .practiceBegan: Phrase("现在是练习，不算数", "Practice: nothing counts")
        case .practiceEnded: Phrase("练习结束，现在起算数", "Practice has ended; from now on it counts")
        case .noSlot(let parcel, _) where parcel.status == .shelved:
            Phrase(
                "没有别的空货位，\(parcel.subject) 还在 \(parcel.slot ?? "")",
                "No other slot is free; \(parcel.subject) stays in \(parcel.slot ?? "")")
        case .noSlot(let parcel, let count):
            Phrase("已入库 \(parcel.subject)，货位满了，先放待上架处", "Received \(parcel.subject); every slot is full, put it aside")
                + place(count)
        case .askFarmer(let choices, _):
            switch choices.count {
            case 0: Phrase("请农户刷卡，或输手机号后四位，再“确认”", "Farmer: show the card, or type the last four digits and confirm")
            case 1: Phrase("是 \(choices[0]) 吗？请“确认”", "Is it \(choices[0])? Confirm")
            default: Phrase("是哪一位？", "Which one? ") + options(choices)
            }
        case .askProduce(let next): next.greeting + Phrase("请选品种", "Choose the produce")
        case .askGrade(let choices, let next):
            Phrase("\(next.produce?.name ?? "")，请选等级：", "\(next.produce?.name ?? ""): choose the grade: ")
                + options(choices)
        case .weighReady(let next):
            next.greeting + next.what + next.taring
                + Phrase("，请放上秤，稳定后“确认”", ": put the crate on the scale and confirm")
        case .askOrder: Phrase("请扫订单号", "Scan the order")
        case .packNext(let line, let weighed):
            Phrase("\(line.order)：", "\(line.order): ") + Phrase(weighed == nil ? "" : "这份好了，", "")
                + Phrase("请扫批次标签：", "scan the label of a lot of ") + line.what + line.named
                + Phrase("，\(line.wanted)", ", \(line.wanted)")
        case .weighOrder(let line):
            Phrase("请称 \(line.wanted)（不带箱），稳定后“确认”", "Put \(line.wanted) on the scale, without the box, and confirm")
        case .scanWaybill: Phrase("齐了，请扫运单", "Complete: scan the waybill")
        case .checkFailed(let reading):
            Phrase(
                "和砝码不符：砝码 \(reading.reference)，示值 \(reading.shown)。请只放砝码，再核查一次",
                "FAILED: the weight of \(reading.reference) shows as \(reading.shown). Only the weight on the scale; check again"
            )
        case .receiptRight(let paper): paper.phrase

        case .scan(let refusal): refusal.phrase
        case .impossible(let impossible):
            Phrase("不能操作：\(impossible.subject) ", "Not possible: \(impossible.subject) ") + impossible.obstacle.phrase
                + impossible.help
        case .wrongParcel(_, let right):
            Phrase("拿错了，请放回去。要拿的是：", "Wrong parcel, put it back. It should be: ") + places(right)
        case .wrongCode: Phrase("取件码不对，请核对再输", "Wrong pick-up code: check it and type again")
        case .locked(let wait):
            Phrase(
                "错的次数太多，请 \((wait + 59_999) / 60_000) 分钟后再试",
                "Too many attempts; try again in \((wait + 59_999) / 60_000) min")
        case .signInFirst: Phrase("请先刷工牌登录", "Sign in first: scan your badge")
        case .notPermitted: Phrase("您不能做这一步，请找站点人员", "Not yours to do; ask the operator")
        case .unknownPerson: Phrase("这张卡没有登记，请找站点人员", "This card is not registered; ask the operator")
        case .nobodyFound: Phrase("没有查到这个人，请核对再输", "Nobody found: check and type again")
        case .wrongPIN: Phrase("密码不对，请再输", "Wrong PIN: type it again")
        case .answerFirst: Phrase("请先回答上一个问题，或“取消”", "Answer the question first, or cancel")
        case .openBatchFirst: Phrase("请先选“送件交接”或“揽收交接”", "Begin a hand-over first: in or out")
        case .batchIsOpen: Phrase("上次交接没结束，请先“结束交接”", "The last hand-over is open: end it first")
        case .noBatch: Phrase("没有进行中的交接", "No hand-over is open")
        case .notForDispatch(let parcel):
            Phrase(
                "\(parcel.subject) 等收件人来取，不能带走；要退的先标记问题",
                "\(parcel.subject) waits for its recipient and stays; flag what is to go back")
        case .nothingToUndo: Phrase("没有可以撤销的", "Nothing to undo")
        case .changedSince(let parcel):
            Phrase("\(parcel.subject) 后来又动过，这里不能撤销", "\(parcel.subject) has changed since; it cannot be undone here")
        case .nothingAsked(.nextShelf): Phrase("请先上架一件", "Shelve a parcel first")
        case .nothingAsked(.override): Phrase("请先扫包裹", "Scan the parcel first")
        case .nothingAsked(.signOut): Phrase("还没有登录", "Nobody has signed in")
        case .nothingAsked: Phrase("现在用不上这一步", "Not needed now")
        case .noShelves: Phrase("没有设置货架，请找维护人员", "No shelves are set up; call whoever maintains the board")
        case .scale(let obstacle, _): obstacle.phrase
        case .scaleIsTared: Phrase("秤上已去皮，请先清除秤上的皮重", "The scale itself is tared: clear its tare first")
        case .tareTooHeavy:
            Phrase(
                "皮重不对，没有记录，请重选容器", "The tare is not less than what lies there: not recorded, choose the container anew")
        case .belowMinimum: Phrase("太轻了（低于最小秤量），没有记录", "Too light for this scale: not recorded")
        case .verificationExpired:
            Phrase("秤的检定已过期，不能收购，请联系检定", "The scale's verification has run out: nothing is bought until it is renewed")
        case .scaleIsWrong:
            Phrase("秤不准，先不要用；修好后再“砝码核查”", "The scale was found wrong: weigh nothing until a check is right")
        case .checkFirst: Phrase("今天还没核查秤，请先“砝码核查”", "Check the scale with the reference weight first")
        case .noPrice(.crate): Phrase("现在没有价格，没有记录", "No price is in force: not recorded")
        case .noPrice(.offer): Phrase("现在没有价格，不能放网店", "No price is in force: it cannot be offered")
        case .noReference: Phrase("没有设置砝码，请找维护人员", "No reference weight is set up; call whoever maintains the board")
        case .onlyReference(let reading):
            Phrase(
                "请只放 \(reading.reference) 砝码，再核查（示值 \(reading.shown)）",
                "Put only the weight of \(reading.reference) on the scale, and check again (it shows \(reading.shown))")
        case .unknownProduce: Phrase("没有这个品种或等级", "No such produce or grade")
        case .unknownContainer: Phrase("没有这种容器", "No such container")
        case .weighFirst: Phrase("请先选“称重收购”", "Choose \"Weigh\" first")
        case .wrongMode(let subject):
            Phrase(
                "正在称重，\(subject) 没有保存；要收快递请先选“入库”",
                "Weighing now: \(subject) was NOT saved; choose \"Receive\" for parcels")
        case .noLot: Phrase("现在没有要结单的货", "No lot to close")
        case .scanLabelFirst: Phrase("请先扫批次标签", "Scan a lot's label first")
        case .lotIsOpen: Phrase("这批货还没有结单，请先结单", "This lot is still open: close it first")
        case .soldAlready(.crate): Phrase("已有卖出，不能作废", "Part of it is sold: it cannot be voided")
        case .soldAlready: Phrase("这批货剩得不够", "Not enough of it is left")
        case .nothingToVoid: Phrase("没有可以作废的记录，请先扫单据上的编号", "Nothing to void: scan the number on the paper first")
        case .unknownOrder: Phrase("没有这个订单，请再扫订单号", "No such order: scan it again")
        case .wrongLot(let line): Phrase("拿错货了，要的是：", "Wrong goods; wanted: ") + line.what + line.named
        case .notAsOrdered(let line, let net):
            Phrase("重量不对：要 \(line.wanted)，现在 \(net)", "Not as ordered: \(line.wanted), it is \(net)")
        case .receiptWrong: Phrase("单据不符！不要按它付款，请找县里核对", "Does NOT match the record: do not pay on it, ask the county")
        case .timeSet(let time): Phrase("时间已设：\(time.atPlace)，请核对", "The time is set: \(time.atPlace); check it")
        case .askTime:
            Phrase("请输年月日时分，共 12 位，再扫“对时”", "Enter year, month, day, hour and minute, 12 digits, then \"Set the time\"")
        case .timeKnown(let time): Phrase("时间已知：\(time.atPlace)，不用设", "The time is known: \(time.atPlace)")
        case .receiptUnknown: Phrase("本站查不到这张单据，请找县里核对", "Not known here; the county can check this paper")
        }
    }
}

// MARK: Parts of parcels

extension Answer.Whereabouts {
    fileprivate var codeName: Phrase { code.map { Phrase("，取件码 \($0)", ", code \($0)") } ?? .empty }
    fileprivate var at: Phrase { slot.map { Phrase("，在 \($0)", " in \($0)") } ?? .empty }

    fileprivate var flagNames: Phrase {
        let titles = flags.map { DeskCommand.flag($0).title }
        return Phrase(
            titles.map(\.chinese).joined(separator: "、"), titles.map(\.english).joined(separator: ", ").lowercased())
    }

    /// In which state, where, and what is wrong with it.
    fileprivate var state: Phrase {
        status.title + at + (flags.isEmpty ? .empty : Phrase("，", ", ") + flagNames)
    }
}

extension Answer.Impossible {
    fileprivate var help: Phrase {
        guard !possible.isEmpty else {
            return parcel?.status == .collected ? Phrase("。弄错了就“撤销上一步”", ". If that was a mistake, undo it") : .empty
        }
        return Phrase(
            "。可以：" + possible.map(\.title.chinese).joined(separator: "、"),
            ". Possible: " + possible.map(\.title.english).joined(separator: ", "))
    }
}

extension Answer.Count {
    fileprivate var account: Phrase {
        var account = Phrase(
            "交接结束：共 \(scanned) 件", "Hand-over ended: \(scanned) \(scanned == 1 ? "parcel" : "parcels")")
        if missingCount > 0 {
            account =
                account
                + (kind == .dispatch
                    ? Phrase("，待寄未取 \(missingCount) 件", ", \(missingCount) waiting and not taken")
                    : Phrase("，应到未到 \(missingCount) 件", ", \(missingCount) expected and not scanned"))
        }
        guard unexpectedCount > 0 else { return account }
        return account + Phrase("，多出（未预报） \(unexpectedCount) 件", ", \(unexpectedCount) not expected")
    }
}

/// Which one it is in a hand-over.
private func place(_ count: Answer.Count?) -> Phrase {
    count.map { Phrase("（第 \($0.scanned) 件）", " (no. \($0.scanned))") } ?? .empty
}

private func together(_ count: Answer.Count?) -> Phrase {
    count.map { Phrase("，交接共 \($0.scanned) 件", "; \($0.scanned) in the hand-over") } ?? .empty
}

private func places(_ lines: [Answer.Line]) -> Phrase {
    let places = lines.map { "\($0.slot ?? "-") \($0.subject)" }
    return Phrase(places.joined(separator: "，"), places.joined(separator: ", "))
}

/// For a parcel about which was asked and not answered.
private func notSaved(_ subject: String?) -> Phrase {
    subject.map { Phrase("，\($0) 没有保存", "; \($0) was NOT saved") } ?? .empty
}

// MARK: Parts of produce

extension Answer.NewPerson {
    fileprivate var phrase: Phrase {
        let role = role == .courier ? Phrase("代班快递员", "stand-in courier ") : Phrase("新农户", "new farmer ")
        let of = carrier.map { Phrase("（", "(") + $0.title + Phrase("）", ") ") } ?? .empty
        return role + of + Phrase(" \(name)", name)
            + (tail.map { Phrase("，尾号 \($0)", ", number ending \($0)") } ?? Phrase("，没有手机尾号", ", no telephone"))
            + (number.map { Phrase("，编号 \($0)", ", no. \($0)") } ?? .empty)
    }
}

extension Answer.Proposal {
    fileprivate var phrase: Phrase {
        switch self {
        case .void(let crate, let reason):
            Phrase("作废", "void")
                + (crate.map { Phrase(" \($0.number) ", " \($0.number), ") + $0.sum + $0.refund } ?? .empty)
                + Phrase("，原因：", "; reason: ") + reason.title
        case .reverse(let payout, let reason):
            Phrase("冲正付款", "reverse payment") + (payout.map { Phrase(" ", " ") + $0.phrase } ?? .empty)
                + Phrase("，原因：", "; reason: ") + reason.title
        }
    }
}

private func options(_ choices: [String]) -> Phrase {
    let text = choices.enumerated().map { "\($0.offset + 1)：\($0.element)" }.joined(separator: "；")
    return Phrase(text, text)
}

private func countOfCrates(_ count: Int) -> String { count == 1 ? "1 crate" : "\(count) crates" }

private func pay(_ amount: Money?) -> Phrase { amount.map { Phrase("，\($0) 元", ", \($0) yuan") } ?? .empty }

private func void(_ isVoided: Bool) -> Phrase { isVoided ? Phrase("（已作废）", " (voided)") : .empty }

extension Answer.ProduceName {
    fileprivate func of(grade: String?) -> Phrase {
        func text(_ produce: String) -> String { [produce, grade].compactMap(\.self).joined(separator: " ") }
        return Phrase(text(name), text(english ?? name))
    }
}

extension Answer.NextCrate {
    fileprivate var what: Phrase { produce?.of(grade: grade) ?? .empty }

    fileprivate var greeting: Phrase {
        guard chosen == .farmer, let farmer else { return .empty }
        return Phrase("\(farmer)，您好。", "Welcome, \(farmer). ")
    }

    fileprivate var taring: Phrase {
        switch tare {
        case .measured(let tare): Phrase("，皮重 \(tare)", ", tare \(tare)")
        case .preset(let tare, _): Phrase("，预置皮重 PT \(tare)", ", PT \(tare)")
        case nil: .empty
        }
    }
}

extension Answer.Crate {
    fileprivate var what: Phrase { produce.of(grade: grade) }
    fileprivate var sum: Phrase { what + Phrase(" \(net)", " \(net)") + pay(amount) }

    /// For a crate that was paid: what its farmer has to give back.
    fileprivate var refund: Phrase {
        guard let paidBy else { return .empty }
        return Phrase("（\(paidBy) 已付，要从农户账上扣回）", " (paid by \(paidBy): it is taken off what the farmer gets)")
    }

    fileprivate var weights: Phrase {
        switch tareMode {
        case .measured: Phrase("毛重 \(gross) 皮重 \(tare) 净重 \(net)", "gross \(gross), tare \(tare), net \(net)")
        case .preset: Phrase("毛重 \(gross) 预置皮重 PT \(tare) 净重 \(net)", "gross \(gross), PT \(tare), net \(net)")
        case .none: Phrase("净重 \(net)", "net \(net)")
        }
    }

    fileprivate var warned: Phrase {
        guard !warnings.isEmpty else { return .empty }
        return Phrase(
            "。注意：" + warnings.map(\.title.chinese).joined(separator: "；"),
            ". Note: " + warnings.map(\.title.english).joined(separator: ", "))
    }
}

extension Answer.LotAccount {
    fileprivate var sum: Phrase { produce.of(grade: grade) + Phrase(" \(net)", " \(net)") + pay(amount) }
}

extension Answer.OrderLine {
    fileprivate var what: Phrase { produce.of(grade: grade) }
    /// The lot, where only that one will do.
    fileprivate var named: Phrase { lot.map { Phrase("（\($0)）", " (\($0))") } ?? .empty }
}

extension Answer.Paper {
    fileprivate var phrase: Phrase {
        let compare = Phrase("单据是真的，请和纸上数字对一对：", "The paper is genuine, compare it: ")
        switch self {
        case .other(let subject?): return Phrase("单据是真的：\(subject)", "The paper is genuine: \(subject)")
        case .other(nil): return Phrase("单据是真的", "The paper is genuine")
        case .crate(let crate):
            return compare + Phrase("\(crate.number) ", "\(crate.number) ") + crate.sum + void(crate.isVoided)
        case .lot(let lot, let voided):
            return compare + Phrase("\(lot.lot) 共 \(lot.crates) 筐 ", "\(lot.lot), \(countOfCrates(lot.crates)) ")
                + lot.sum
                + (voided == 0
                    ? .empty : Phrase("（后来作废 \(voided) 筐）", " (\(countOfCrates(voided)) voided since)"))
        case .payment(let payout): return compare + payout.phrase
        }
    }
}

extension Answer.Closed {
    /// Before the sentence of what has closed it.
    public func before(_ phrase: Phrase) -> Phrase {
        let money = amount.map { Phrase("，\($0) 元", ", \($0) yuan") } ?? Phrase("，价格待定", ", not priced yet")
        return Phrase("上一批已结单（\(crates) 筐，\(net)", "The lot before is closed (\(countOfCrates(crates)), \(net)") + money
            + Phrase("）。", "). ") + phrase
    }
}
