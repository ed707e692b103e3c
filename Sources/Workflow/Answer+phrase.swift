import Barcodes
public import Domain

/// The sentence that goes with an answer: what happened, and what to do next. Chinese first.
extension Answer {
    public var phrase: (chinese: String, english: String) {
        let phrase = ownPhrase
        guard let closed else { return phrase }
        let money = closed.amount.map { ("，\($0) 元", ", \($0) yuan") } ?? ("，价格待定", ", not priced yet")
        let crates = closed.crates == 1 ? "1 crate" : "\(closed.crates) crates"
        return (
            "上一批已结单（\(closed.crates) 筐，\(closed.net)\(money.0)）。\(phrase.chinese)",
            "The lot before is closed (\(crates), \(closed.net)\(money.1)). \(phrase.english)"
        )
    }

    private var ownPhrase: (chinese: String, english: String) {
        if let phrase = producePhrase { return phrase }
        let parcel = subject ?? ""
        let place = slot ?? ""
        switch word {
        case .received: return ("已入库 \(parcel)\(counted)", "Received \(parcel)\(countedInEnglish)")
        case .shelved:
            return (
                "\(parcel) 放到 \(place)\(codeName.0)\(counted)",
                "Put \(parcel) in \(place)\(codeName.1)\(countedInEnglish)"
            )
        case .moved:
            return ("\(parcel) 改放 \(place)\(codeName.0)", "Moved \(parcel) to \(place)\(codeName.1)")
        case .collected: return ("已取走 \(parcel)\(remaining.0)", "Collected \(parcel)\(remaining.1)")
        case .returned: return ("已退回 \(parcel)\(counted)", "Returned \(parcel)\(countedInEnglish)")
        case .dispatched: return ("已发出 \(parcel)\(counted)", "Dispatched \(parcel)\(countedInEnglish)")
        case .accepted: return ("已收寄 \(parcel)", "Accepted for sending \(parcel)")
        case .flagged: return ("已标记：\(flagNames.0) \(parcel)", "Flagged \(parcel): \(flagNames.1)")
        case .resolved: return ("问题已解决 \(parcel)", "Resolved \(parcel)")
        case .undone where status == nil:
            return ("已撤销 \(parcel)，现在没有它的记录\(together.0)", "Undone: \(parcel) is no longer recorded\(together.1)")
        case .undone:
            return (
                "已撤销 \(parcel)，现在：\(statusName.0)\(at.0)\(codeName.0)\(together.0)",
                "Undone: \(parcel), which is now \(statusName.1)\(at.1)\(codeName.1)\(together.1)"
            )
        case .batchOpened:
            return count?.kind == .dispatch
                ? ("开始揽收交接，请扫描带走的件", "Hand-over out has begun; scan what leaves")
                : ("开始送件交接，请扫描送来的件", "Hand-over in has begun; scan what comes")
        case .batchClosed: return (account.0, account.1)
        case .signedIn: return ("\(person ?? "")，您好", "Signed in: \(person ?? "")")
        case .signedOut: return ("已退出登录\(notSaved.0)", "Signed out\(notSaved.1)")

        case .already where person != nil: return ("\(person ?? "") 已经登录", "Already signed in: \(person ?? "")")
        case .already where !flags.isEmpty:
            return (
                "不用再扫：\(parcel) \(statusName.0)\(at.0)\(flagged.0)",
                "Already so: \(parcel) is \(statusName.1)\(at.1)\(flagged.1)"
            )
        case .already: return ("已经扫过 \(parcel)：\(statusName.0)\(at.0)", "Already \(statusName.1): \(parcel)\(at.1)")

        case .mode:
            let title = mode.map { DeskCommand.mode($0).title }
            return ("现在：\(title?.chinese ?? "")", "Now: \(title?.english ?? "")")
        case .found:
            return ("\(parcel)：\(statusName.0)\(at.0)\(flagged.0)", "\(parcel): \(statusName.1)\(at.1)\(flagged.1)")
        case .typed: return ("已输入 \(typed ?? "")", "Typed \(typed ?? "")")
        case .cancelled: return ("已取消\(notSaved.0)", "Cancelled\(notSaved.1)")
        case .armed:
            if command == .resolve { return ("请扫已解决的那一件", "Scan the parcel that is resolved") }
            // Kept for the hand-over that begins next.
            if case .carrier(let carrier)? = command {
                return ("下次交接：\(carrier.title.chinese)", "Next hand-over: \(carrier.title.english)")
            }
            return ("下一件：\(command?.title.chinese ?? "")", "Next parcel: \(command?.title.english ?? "")")
        case .askCarrier:
            return (
                "\(parcel) 是哪家快递？请选快递公司，不确定就“确认”跳过",
                "Which carrier is \(parcel)? Scan the carrier, or confirm to leave it open"
            )
        case .askCode: return ("\(parcel)：请扫或输取件码", "\(parcel): scan or type the pick-up code")
        case .askReason: return ("\(parcel)：无码取件，请选原因", "\(parcel): release without code; scan the reason")
        case .pickUp:
            return (
                "请取 \(lines.count) 件：\(places.0)，拿到后逐件扫一下", "Fetch \(lines.count): \(places.1); then scan each"
            )
        case .pickUpEnded: return ("取件结束", "Pick-up ended")
        case .nothingHere where subject != nil: return ("本站没有这个编号：\(parcel)", "Not recorded here: \(parcel)")
        case .nothingHere: return ("这里暂时没有您的包裹", "No parcel here for you yet")
        case .practiceBegan: return ("现在是练习，不算数", "Practice: nothing counts")
        case .practiceEnded: return ("练习结束，现在起算数", "Practice has ended; from now on it counts")
        case .noSlot where status == .shelved:
            return ("没有别的空货位，\(parcel) 还在 \(place)", "No other slot is free; \(parcel) stays in \(place)")
        case .noSlot:
            return (
                "已入库 \(parcel)，货位满了，先放待上架处\(counted)",
                "Received \(parcel); every slot is full, put it aside\(countedInEnglish)"
            )

        case .scan: return refusalPhrase
        case .impossible:
            return (
                "不能操作：\(parcel) \(obstacleName.0)\(help.0)", "Not possible: \(parcel) \(obstacleName.1)\(help.1)"
            )
        case .wrongParcel:
            return ("拿错了，请放回去。要拿的是：\(places.0)", "Wrong parcel, put it back. It should be: \(places.1)")
        case .wrongCode: return ("取件码不对，请核对再输", "Wrong pick-up code: check it and type again")
        case .locked:
            let minutes = ((waitMilliseconds ?? 0) + 59_999) / 60_000
            return ("错的次数太多，请 \(minutes) 分钟后再试", "Too many attempts; try again in \(minutes) min")
        case .signInFirst: return ("请先刷工牌登录", "Sign in first: scan your badge")
        case .notPermitted: return ("您不能做这一步，请找站点人员", "Not yours to do; ask the operator")
        case .unknownPerson: return ("这张卡没有登记，请找站点人员", "This card is not registered; ask the operator")
        case .nobodyFound: return ("没有查到这个人，请核对再输", "Nobody found: check and type again")
        case .wrongPIN: return ("密码不对，请再输", "Wrong PIN: type it again")
        case .answerFirst: return ("请先回答上一个问题，或“取消”", "Answer the question first, or cancel")
        case .openBatchFirst: return ("请先选“送件交接”或“揽收交接”", "Begin a hand-over first: in or out")
        case .batchIsOpen: return ("上次交接没结束，请先“结束交接”", "The last hand-over is open: end it first")
        case .noBatch: return ("没有进行中的交接", "No hand-over is open")
        case .notForDispatch:
            return (
                "\(parcel) 等收件人来取，不能带走；要退的先标记问题",
                "\(parcel) waits for its recipient and stays; flag what is to go back"
            )
        case .nothingToUndo: return ("没有可以撤销的", "Nothing to undo")
        case .changedSince: return ("\(parcel) 后来又动过，这里不能撤销", "\(parcel) has changed since; it cannot be undone here")
        case .nothingAsked:
            switch command {
            case .nextShelf?: return ("请先上架一件", "Shelve a parcel first")
            case .override?: return ("请先扫包裹", "Scan the parcel first")
            case .signOut?: return ("还没有登录", "Nobody has signed in")
            default: return ("现在用不上这一步", "Not needed now")
            }
        case .noShelves: return ("没有设置货架，请找维护人员", "No shelves are set up; call whoever maintains the board")
        // Their sentences are those above.
        case .weighed, .voided, .offered, .packed, .checked, .lotClosed, .askFarmer, .askProduce, .askGrade,
            .weighReady, .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .scale, .scaleIsTared,
            .tareTooHeavy, .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice, .noReference,
            .onlyReference, .unknownProduce, .unknownContainer, .weighFirst, .wrongMode, .noLot, .scanLabelFirst,
            .lotIsOpen, .soldAlready, .nothingToVoid, .unknownOrder, .wrongLot, .notAsOrdered, .receiptRight,
            .receiptWrong, .receiptUnknown:
            return ("", "")
        }
    }

    private var counted: String { count.map { "（第 \($0.scanned) 件）" } ?? "" }
    private var countedInEnglish: String { count.map { " (no. \($0.scanned))" } ?? "" }

    private var places: (String, String) {
        let places = lines.map { "\($0.slot ?? "-") \($0.subject)" }
        return (places.joined(separator: "，"), places.joined(separator: ", "))
    }

    private var together: (String, String) {
        count.map { ("，交接共 \($0.scanned) 件", "; \($0.scanned) in the hand-over") } ?? ("", "")
    }

    private var remaining: (String, String) {
        lines.isEmpty ? ("", "") : ("，还有 \(lines.count) 件", ", \(lines.count) more")
    }

    /// For a parcel about which was asked and not answered.
    private var notSaved: (String, String) {
        subject.map { ("，\($0) 没有保存", "; \($0) was NOT saved") } ?? ("", "")
    }

    private var codeName: (String, String) { code.map { ("，取件码 \($0)", ", code \($0)") } ?? ("", "") }

    private var at: (String, String) { slot.map { ("，在 \($0)", " in \($0)") } ?? ("", "") }

    private var flagged: (String, String) {
        flags.isEmpty ? ("", "") : ("，\(flagNames.0)", ", \(flagNames.1)")
    }

    private var flagNames: (String, String) {
        let titles = flags.map { DeskCommand.flag($0).title }
        return (
            titles.map(\.chinese).joined(separator: "、"), titles.map(\.english).joined(separator: ", ").lowercased()
        )
    }

    private var statusName: (String, String) { status?.title ?? ("不在站点", "not here") }

    private var obstacleName: (String, String) {
        switch obstacle {
        case .notHere, nil: ("还没有入库", "has not been received here")
        case .state(let status): ("\(status.title.0)", "is \(status.title.1)")
        case .flag(let flag):
            (
                "标为“\(DeskCommand.flag(flag).title.chinese)”，先选“\(DeskCommand.resolve.title.chinese)”，再扫它",
                "is flagged \"\(DeskCommand.flag(flag).title.english.lowercased())\", which has to be resolved first"
            )
        }
    }

    private var help: (String, String) {
        guard !possible.isEmpty else {
            return status == .collected ? ("。弄错了就“撤销上一步”", ". If that was a mistake, undo it") : ("", "")
        }
        return (
            "。可以：" + possible.map(\.title.0).joined(separator: "、"),
            ". Possible: " + possible.map(\.title.1).joined(separator: ", ")
        )
    }

    private var account: (String, String) {
        guard let count else { return ("交接结束", "Hand-over ended") }
        var chinese = "交接结束：共 \(count.scanned) 件"
        var english = "Hand-over ended: \(count.scanned) \(count.scanned == 1 ? "parcel" : "parcels")"
        if count.missingCount > 0, count.kind == .dispatch {
            chinese += "，待寄未取 \(count.missingCount) 件"
            english += ", \(count.missingCount) waiting and not taken"
        } else if count.missingCount > 0 {
            chinese += "，应到未到 \(count.missingCount) 件"
            english += ", \(count.missingCount) expected and not scanned"
        }
        if count.unexpectedCount > 0 {
            chinese += "，多出（未预报） \(count.unexpectedCount) 件"
            english += ", \(count.unexpectedCount) not expected"
        }
        return (chinese, english)
    }

    private var refusalPhrase: (String, String) {
        switch refusal {
        case .empty, nil: ("没扫到，请再扫", "Nothing was read: scan again")
        case .tooLong: ("条码太长，请扫运单条码", "The code is too long: scan the waybill")
        case .incomplete: ("没有扫全，请再扫", "Incomplete; scan again")
        case .binary: ("这个码用不了，请扫运单条码", "Not a text code: scan the waybill")
        case .unknown: ("不认识这个码，请扫运单条码", "This code means nothing here: scan the waybill")
        case .misread: ("扫错了，请再扫", "Misread; scan again")
        case .product: ("这是商品条码，请扫运单条码", "A code of goods: scan the waybill")
        case .personal: ("这是手机号或证件号，没有保存，请扫运单条码", "A personal number, which is not kept: scan the waybill")
        case .interrupted: ("扫描中断，请再扫", "Interrupted; scan again")
        case .busy: ("没有保存！请再扫一次", "NOT saved: busy, scan again")
        case .full: ("没有保存！存储卡满了，请找维护人员", "NOT saved: the storage is full; call whoever maintains it")
        case .storage: ("没有保存！存储有问题，请找维护人员", "NOT saved: the storage has a problem; call whoever maintains it")
        }
    }
}

extension Parcel.Status {
    public var title: (String, String) {
        switch self {
        case .received: ("已入库", "received")
        case .shelved: ("已上架", "shelved")
        case .accepted: ("待寄出", "accepted for sending")
        case .collected: ("已取走", "collected")
        case .returned: ("已退回", "returned")
        case .dispatched: ("已发出", "dispatched")
        }
    }
}

extension ParcelLife.Deed {
    public var title: (String, String) {
        switch self {
        case .receive: ("入库", "receive")
        case .shelve: ("上架", "shelve")
        case .collect: ("取件", "pick-up")
        case .giveBack: ("退回", "return")
        case .dispatch: ("发出", "dispatch")
        case .accept: ("寄件", "send")
        }
    }
}
