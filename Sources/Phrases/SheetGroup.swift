public import Domain

/// How the sheet is divided, in its order.
public enum SheetGroup: Sendable, CaseIterable {
    case modes
    case handOver
    case work
    case size
    case problems
    case release
    case consent
    case people
    case digits
    case carriers
    case weighing
    case voids
    case money
    case practice
    case time
    case surnames
    // What a county buys.
    case produce
    case grades
    case containers

    /// Every command has its place; a new one does not compile until it has.
    public init(_ command: DeskCommand) {
        switch command {
        case .mode: self = .modes
        case .openDelivery, .openDispatch, .closeBatch: self = .handOver
        case .confirm, .cancel, .undo, .nextShelf, .signOut: self = .work
        case .handling: self = .size
        case .flag, .resolve: self = .problems
        case .override, .reason: self = .release
        case .consent, .noConsent: self = .consent
        case .newPerson: self = .people
        case .surname: self = .surnames
        case .digit, .dash: self = .digits
        case .time: self = .time
        case .carrier: self = .carriers
        case .practice: self = .practice
        case .produce: self = .produce
        case .grade: self = .grades
        case .tare(.container): self = .containers
        case .tare, .record, .closeLot, .check, .offer: self = .weighing
        case .void: self = .voids
        case .pay, .balance, .reverse, .till: self = .money
        }
    }

    public var title: Phrase {
        switch self {
        case .modes: Phrase("工作方式", "Modes")
        case .handOver: Phrase("交接", "Hand-over")
        case .work: Phrase("操作", "Work")
        case .size: Phrase("件型", "Size")
        case .problems: Phrase("问题件", "Problems")
        case .release: Phrase("无码取件", "Release without code")
        case .consent: Phrase("收件人同意", "The recipient's consent")
        case .people: Phrase("新来的人", "New people")
        case .surnames: Phrase("姓", "Surnames")
        case .digits: Phrase("数字", "Digits")
        case .carriers: Phrase("快递公司", "Carriers")
        case .practice: Phrase("练习", "Practice")
        case .time: Phrase("时间", "Time")
        case .weighing: Phrase("称重收购", "Weighing")
        case .money: Phrase("付款和钱箱", "Payments and the till")
        case .voids: Phrase("作废称重", "Void a weigh-in")
        case .produce: Phrase("品种", "Produce")
        case .grades: Phrase("等级", "Grades")
        case .containers: Phrase("容器", "Containers")
        }
    }

    /// When to scan it, for who holds the scanner.
    public var hint: Phrase {
        switch self {
        case .modes: Phrase("扫一次，一直有效，直到换别的", "Stays until another one is scanned")
        case .handOver: Phrase("快递员来时先扫，走前扫“结束交接”", "When a courier comes, and before leaving")
        case .work: Phrase("随时可扫", "At any time")
        case .size: Phrase("只管下一件", "For the next parcel only")
        case .problems: Phrase("先扫问题，再扫那一件", "First the problem, then its parcel")
        case .consent: Phrase("上架问到时扫", "When shelving asks for it")
        case .people: Phrase("先输手机号后四位，再扫；然后扫姓，再“确认”", "First the last four digits; then the surname, then Confirm")
        case .surnames: Phrase("登记新来的人时扫；没有的就不扫", "For a new person; leave it out where it is missing")
        case .release: Phrase("先扫“取件”和包裹，再扫“无码取件”和原因", "First Pick-up and the parcel, then the release and the reason")
        case .digits: Phrase("一位一位扫，最后扫“确认”", "Digit by digit, then Confirm")
        case .carriers: Phrase("单号认不出公司时扫", "When the number does not tell the carrier")
        case .practice: Phrase("练的不算数，再扫一次就结束", "Nothing counts; scan again to end it")
        case .time: Phrase("先输年月日时分（12 位数字），再扫“对时”", "First twelve digits: year, month, day, hour, minute")
        case .weighing: Phrase("先扫“称重收购”，农户刷卡，再选品种", "First \"Weigh\", then the farmer's card and the produce")
        case .money: Phrase("付款和钱箱", "Payments and the till")
        case .voids: Phrase("作废刚记录的那一筐，或刚扫的单据", "The crate just recorded, or the receipt just scanned")
        case .produce: Phrase("农户刷卡后扫", "After the farmer's card")
        case .grades: Phrase("选好品种再扫，换等级再扫一次", "After the produce, and again for another grade")
        case .containers: Phrase("已知皮重，单据上印 PT", "Their weight is known: PT on the receipt")
        }
    }
}

/// What stands on a sheet beside the commands.
public enum SheetWord: Hashable, Sendable {
    case commands
    /// By the catalog of this version.
    case produce(version: Int64)
    case howTo
    case kiosk
    /// Beside a line of 50 mm.
    case scale

    public var phrase: Phrase {
        switch self {
        case .commands: Phrase("扫码操作卡", "Command barcodes")
        case .produce(let version): Phrase("品种操作卡", "Produce, catalog \(version)")
        case .howTo: Phrase("扫哪个条码，就做哪一步。", "Scan one code to give one command.")
        case .kiosk: Phrase("站点", "Kiosk")
        case .scale: Phrase("按 100% 打印，这条线长 50 毫米", "Printed at 100 %, this line measures 50 mm")
        }
    }
}
