import Barcodes
public import Domain

/// The sentence that goes with an answer: what happened, and what to do next. Chinese first.
extension Answer {
    public var phrase: (chinese: String, english: String) {
        if let phrase = producePhrase { return phrase }
        let parcel = subject ?? ""
        let place = slot ?? ""
        switch word {
        case .received: return ("已入库 \(parcel)\(counted)", "Received \(parcel)\(countedInEnglish)")
        case .shelved:
            return (
                "已上架 \(parcel)，放 \(place)\(codeName.0)\(counted)",
                "Shelved \(parcel) in \(place)\(codeName.1)\(countedInEnglish)"
            )
        case .moved:
            return ("已换到 \(place)\(codeName.0)", "Moved \(parcel) to \(place)\(codeName.1)")
        case .collected: return ("已取走 \(parcel)\(remaining.0)", "Collected \(parcel)\(remaining.1)")
        case .returned: return ("已退回 \(parcel)\(counted)", "Returned \(parcel)\(countedInEnglish)")
        case .dispatched: return ("已发出 \(parcel)\(counted)", "Dispatched \(parcel)\(countedInEnglish)")
        case .accepted: return ("已收寄 \(parcel)", "Accepted for sending \(parcel)")
        case .flagged: return ("已标记：\(flagNames.0) \(parcel)", "Flagged \(parcel): \(flagNames.1)")
        case .resolved: return ("问题已解决 \(parcel)", "Resolved \(parcel)")
        case .undone:
            return (
                "已撤销 \(parcel)，现在：\(statusName.0)\(at.0)\(codeName.0)\(together.0)",
                "Undone: \(parcel), which is now \(statusName.1)\(at.1)\(codeName.1)\(together.1)"
            )
        case .batchOpened:
            return count?.kind == .dispatch
                ? ("开始取走交接，请扫描", "Hand-over out has begun; scan what leaves")
                : ("开始送件交接，请扫描", "Hand-over in has begun; scan what comes")
        case .batchClosed: return (account.0, account.1)
        case .signedIn: return ("\(person ?? "")，您好", "Signed in: \(person ?? "")")
        case .signedOut: return ("已退出\(notSaved.0)", "Signed out\(notSaved.1)")

        case .already where person != nil: return ("\(person ?? "") 已经登录", "Already signed in: \(person ?? "")")
        case .already: return ("已经扫过 \(parcel)：\(statusName.0)\(at.0)", "Already \(statusName.1): \(parcel)\(at.1)")

        case .mode:
            let title = mode.map { DeskCommand.mode($0).title }
            return ("现在：\(title?.chinese ?? "")", "Now: \(title?.english ?? "")")
        case .found:
            return ("\(parcel)：\(statusName.0)\(at.0)\(flagged.0)", "\(parcel): \(statusName.1)\(at.1)\(flagged.1)")
        case .typed: return ("已输入 \(typed ?? "")", "Typed \(typed ?? "")")
        case .cancelled: return ("已取消\(notSaved.0)", "Cancelled\(notSaved.1)")
        case .armed:
            return ("下一件：\(command?.title.chinese ?? "")", "Next parcel: \(command?.title.english ?? "")")
        case .askCarrier:
            return (
                "\(parcel) 是哪家快递？请扫快递公司码，或扫确认跳过",
                "Which carrier is \(parcel)? Scan the carrier, or confirm to leave it open"
            )
        case .askCode: return ("\(parcel)：请扫描或输入取件码", "\(parcel): scan or type the pick-up code")
        case .askReason: return ("\(parcel)：无码放行，请扫原因", "\(parcel): release without code; scan the reason")
        case .pickUp:
            return (
                "请取 \(lines.count) 件：\(places.0)，然后逐件扫描", "Fetch \(lines.count): \(places.1); then scan each"
            )
        case .pickUpEnded: return ("取件结束", "Pick-up ended")
        case .nothingHere: return ("这里没有您的包裹", "No parcel here for you")
        case .practiceBegan: return ("练习模式：什么都不会上报", "Practice: nothing is delivered")
        case .practiceEnded: return ("练习结束，现在是真的", "Practice has ended; from now on it counts")
        case .noSlot where status == .shelved:
            return ("没有别的空货位，\(parcel) 还在 \(place)", "No other slot is free; \(parcel) stays in \(place)")
        case .noSlot:
            return (
                "已入库 \(parcel)，但没有空货位\(counted)", "Received \(parcel), but no slot is free\(countedInEnglish)"
            )

        case .scan: return refusalPhrase
        case .impossible:
            return (
                "不行：\(parcel) \(obstacleName.0)。\(help.0)", "Not possible: \(parcel) \(obstacleName.1). \(help.1)"
            )
        case .wrongParcel:
            return ("拿错了！应该是：\(places.0)", "Wrong parcel! It should be: \(places.1)")
        case .wrongCode: return ("取件码不对", "Wrong pick-up code")
        case .locked:
            let seconds = ((waitMilliseconds ?? 0) + 999) / 1000
            return ("试得太多了，请等 \(seconds) 秒", "Too many attempts; wait \(seconds) s")
        case .signInFirst: return ("请先登录（扫工牌）", "Sign in first: scan your badge")
        case .notPermitted: return ("您不能做这一步，请找站点人员", "Not yours to do; ask the operator")
        case .unknownPerson: return ("不认识这张工牌", "This badge is not known here")
        case .wrongPIN: return ("密码不对", "Wrong PIN")
        case .answerFirst: return ("请先回答上一个问题，或扫取消", "Answer the question first, or cancel")
        case .openBatchFirst: return ("请先扫“送件交接”或“取走交接”", "Begin a hand-over first: scan in or out")
        case .batchIsOpen: return ("请先结束现在的交接", "End the open hand-over first")
        case .noBatch: return ("没有进行中的交接", "No hand-over is open")
        case .notForDispatch:
            return ("\(parcel) 是收件人的，没有问题标记，不能交出", "\(parcel) is for a recipient and has no problem; it stays")
        case .nothingToUndo: return ("没有可撤销的", "Nothing to undo")
        case .changedSince: return ("\(parcel) 之后又变了，不能撤销", "\(parcel) has changed since; it cannot be undone here")
        case .nothingAsked: return ("现在没有问题要回答", "Nothing was asked")
        case .noShelves: return ("没有设置货架", "No shelves are set up")
        default: return ("", "")
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
        case .notHere, nil: ("不在站点", "is not here")
        case .state(let status): ("\(status.title.0)", "is \(status.title.1)")
        case .flag(let flag):
            (
                "标记为\(DeskCommand.flag(flag).title.chinese)，要先解决",
                "is flagged \(DeskCommand.flag(flag).title.english.lowercased()), which has to be resolved first"
            )
        }
    }

    private var help: (String, String) {
        guard !possible.isEmpty else {
            return status == .collected ? ("如果弄错了，请撤销", "If that was a mistake, undo it") : ("", "")
        }
        return (
            "可以：" + possible.map(\.title.0).joined(separator: "、"),
            "Possible: " + possible.map(\.title.1).joined(separator: ", ")
        )
    }

    private var account: (String, String) {
        guard let count else { return ("交接结束", "Hand-over ended") }
        var chinese = "交接结束：共 \(count.scanned) 件"
        var english = "Hand-over ended: \(count.scanned) parcels"
        if count.missingCount > 0 {
            chinese += "，应到未到 \(count.missingCount) 件"
            english += ", \(count.missingCount) expected and not scanned"
        }
        if count.unexpectedCount > 0 {
            chinese += "，多出 \(count.unexpectedCount) 件"
            english += ", \(count.unexpectedCount) not expected"
        }
        return (chinese, english)
    }

    private var refusalPhrase: (String, String) {
        switch refusal {
        case .empty, nil: ("没有读到内容", "Nothing was read")
        case .tooLong: ("条码太长", "The code is too long")
        case .incomplete: ("没有扫全，请再扫", "Incomplete; scan again")
        case .binary: ("不是文字条码", "Not a text code")
        case .unknown: ("不认识这个码", "This code means nothing here")
        case .misread: ("扫错了，请再扫", "Misread; scan again")
        case .product: ("这是商品码，不是运单", "Goods, not a waybill")
        case .personal: ("这是个人号码，不会保存", "A personal number; it is not kept")
        case .interrupted: ("扫描中断，请再扫", "Interrupted; scan again")
        case .busy: ("太忙，没有保存，请再扫", "Busy; not saved, scan again")
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
