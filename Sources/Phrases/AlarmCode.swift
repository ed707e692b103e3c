/// What a kiosk raises an alarm about. The detail that goes with it is for whoever maintains the board; the title is for
/// everybody.
public enum AlarmCode: String, Sendable, CaseIterable {
    case notAuthorised = "not-authorised"
    case brokerRefuses = "broker-refuses"
    case diskReserve = "disk-reserve"
    case storageFailed = "storage-failed"
    case journalRecovered = "journal-recovered"
    case journalDisputed = "journal-disputed"
    case linkUnstable = "link-unstable"
    case documentRefused = "document-refused"
    case settingsRefused = "settings-refused"
    case storageVolatile = "storage-volatile"
    case documentIgnored = "document-ignored"
    case documentsForbidden = "documents-forbidden"
    case brokerSilent = "broker-silent"
    case centerSilent = "center-silent"
    case certificateEnds = "certificate-ends"
    case certificateUnusable = "certificate-unusable"
    case slipsWait = "slips-wait"
    case clockUnset = "clock-unset"
    case clockContradicted = "clock-contradicted"
    case clockUnreadable = "clock-unreadable"

    public var title: Phrase {
        switch self {
        case .notAuthorised: Phrase("站点没有收发权限", "Not authorised")
        case .brokerRefuses: Phrase("消息服务器拒收", "Broker refuses")
        case .diskReserve: Phrase("空间不足，不收新记录", "Too little space: nothing new")
        case .storageFailed: Phrase("存储故障，什么都没记", "Storage failed: nothing is recorded")
        case .journalRecovered: Phrase("记录库损坏，已恢复，可能有缺", "Journal recovered; records may be missing")
        case .journalDisputed: Phrase("站点记录和中心不一致", "Journal disputed by the center")
        case .linkUnstable: Phrase("连接反复中断，可能有站点重名", "Link breaks off; same name used twice?")
        case .documentRefused: Phrase("下发的资料有误，站点未采用", "A document was refused")
        case .storageVolatile: Phrase("存储在内存中，断电后数据会丢失", "The storage is in memory: a power cut loses all of it")
        case .settingsRefused: Phrase("设置有误，沿用上次的设置", "The settings are wrong; the last good ones go on")
        case .documentIgnored: Phrase("下发的资料版本不新，站点未采用", "A document is not newer than the one in force")
        case .documentsForbidden:
            Phrase("服务器不让本站接收资料，价格和名单不会更新", "Documents forbidden by the broker: prices and people grow old")
        case .centerSilent: Phrase("中心没有确认，数据保存在本站", "The center acknowledges nothing; everything is kept here")
        case .brokerSilent: Phrase("消息服务没有回应，正在重新连接", "The broker answers nothing; connecting anew")
        case .certificateEnds: Phrase("本站证书快到期，请更换", "The certificate ends soon: it needs another")
        case .certificateUnusable: Phrase("本站证书文件不能用，连不上中心", "A certificate file cannot be used: no connection")
        case .slipsWait: Phrase("小票待打印", "Slips wait for the printer")
        case .clockUnset: Phrase("不知道时间，请对时", "Time not known: set it")
        case .clockContradicted: Phrase("时间有冲突，请核对", "Time contradicted: check it")
        case .clockUnreadable: Phrase("读不到系统时钟", "The system's clock cannot be read")
        }
    }
}
