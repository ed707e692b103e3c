import Domain

/// How the sheet is divided, in its order.
enum SheetGroup: CaseIterable {
    case modes
    case handOver
    case work
    case size
    case problems
    case release
    case digits
    case carriers
    case weighing
    case voids
    case practice

    /// Every command has its place; a new one does not compile until it has.
    init(_ command: DeskCommand) {
        switch command {
        case .mode: self = .modes
        case .openDelivery, .openDispatch, .closeBatch: self = .handOver
        case .confirm, .cancel, .undo, .nextShelf, .signOut: self = .work
        case .handling: self = .size
        case .flag, .resolve: self = .problems
        case .override, .reason: self = .release
        case .digit, .dash: self = .digits
        case .carrier: self = .carriers
        case .practice: self = .practice
        case .produce, .grade, .tare, .record, .closeLot, .check, .offer: self = .weighing
        case .void: self = .voids
        }
    }

    var commands: [DeskCommand] { DeskCommand.all.filter { SheetGroup($0) == self } }

    var title: (chinese: String, english: String) {
        switch self {
        case .modes: ("工作方式", "Modes")
        case .handOver: ("交接", "Hand-over")
        case .work: ("操作", "Work")
        case .size: ("件型", "Size")
        case .problems: ("问题件", "Problems")
        case .release: ("无码取件", "Release without code")
        case .digits: ("数字", "Digits")
        case .carriers: ("快递公司", "Carriers")
        case .practice: ("练习", "Practice")
        case .weighing: ("称重收购", "Weighing")
        case .voids: ("作废称重", "Void a weigh-in")
        }
    }

    /// When to scan it, for who holds the scanner.
    var hint: (chinese: String, english: String) {
        switch self {
        case .modes: ("扫一次，一直有效，直到换别的", "Stays until another one is scanned")
        case .handOver: ("快递员来时先扫，走前扫“结束交接”", "When a courier comes, and before leaving")
        case .work: ("随时可扫", "At any time")
        case .size: ("只管下一件", "For the next parcel only")
        case .problems: ("先扫问题，再扫那一件", "First the problem, then its parcel")
        case .release: ("先扫“取件”和包裹，再扫“无码取件”和原因", "First Pick-up and the parcel, then the release and the reason")
        case .digits: ("一位一位扫，最后扫“确认”", "Digit by digit, then Confirm")
        case .carriers: ("单号认不出公司时扫", "When the number does not tell the carrier")
        case .practice: ("练的不算数，再扫一次就结束", "Nothing counts; scan again to end it")
        case .weighing: ("先扫“称重收购”，农户刷卡，再选品种", "First \"Weigh\", then the farmer's card and the produce")
        case .voids: ("作废刚记录的那一筐，或刚扫的单据", "The crate just recorded, or the receipt just scanned")
        }
    }
}
