public import Domain

extension Parcel.Status {
    public var title: Phrase {
        switch self {
        case .received: Phrase("已入库", "received")
        case .shelved: Phrase("已上架", "shelved")
        case .accepted: Phrase("待寄出", "accepted for sending")
        case .collected: Phrase("已取走", "collected")
        case .returned: Phrase("已退回", "returned")
        case .dispatched: Phrase("已发出", "dispatched")
        }
    }
}

extension Parcel.Action {
    public var title: Phrase {
        switch self {
        case .receive: Phrase("入库", "receive")
        case .shelve: Phrase("上架", "shelve")
        case .collect: Phrase("取件", "pick-up")
        case .giveBack: Phrase("退回", "return")
        case .dispatch: Phrase("发出", "dispatch")
        case .accept: Phrase("寄件", "send")
        }
    }
}

extension Parcel.TransitionError {
    /// After the number of the parcel.
    public var phrase: Phrase {
        switch self {
        case .notHere: Phrase("还没有入库", "has not been received here")
        case .state(let status): Phrase("", "is ") + status.title
        case .flag(let flag):
            Phrase(
                "标为“\(DeskCommand.flag(flag).title.chinese)”，先选“\(DeskCommand.resolve.title.chinese)”，再扫它",
                "is flagged \"\(DeskCommand.flag(flag).title.english.lowercased())\", which has to be resolved first")
        }
    }
}
