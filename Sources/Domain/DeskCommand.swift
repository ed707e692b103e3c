/// What a person can tell a desk with a printed barcode, so that everything works with the scanner alone.
///
/// The text is `KC-` and capital letters, digits and dashes: any scanner and any keyboard layout can read it, and what begins so
/// is never taken for a waybill.
public enum DeskCommand: Hashable, Sendable {
    /// What the next scans of parcels mean, until another mode is chosen or the person signs out.
    case mode(Mode)
    /// A courier hands parcels over to the point.
    case openDelivery
    /// A courier fetches parcels from the point.
    case openDispatch
    case closeBatch
    case confirm
    case cancel
    case undo
    /// Another slot for the parcel that was shelved last.
    case nextShelf
    case signOut
    /// For the next parcel.
    case handling(Parcel.Handling)
    /// For the parcel that is scanned next.
    case flag(Parcel.Flag)
    /// The next parcel's flags are dealt with.
    case resolve
    /// Release without a code; a reason has to follow.
    case override
    case reason(Reason)
    case digit(Int)
    case dash
    case practice
    case carrier(Carrier)

    public enum Mode: String, Sendable, CaseIterable {
        case receive
        case shelve
        case collect
        case giveBack = "return"
        case dispatch
        case accept
        /// Only look: where is it, what can be done.
        case find
    }

    /// Why a parcel is released without its code.
    public enum Reason: String, Sendable, CaseIterable {
        case idShown = "id-shown"
        case known
        case family
        case codeLost = "code-lost"
    }

    public static let prefix = "KC-"

    public var text: String { Self.prefix + word }

    private var word: String {
        switch self {
        case .mode(let mode): mode.rawValue.uppercased()
        case .openDelivery: "BATCH-IN"
        case .openDispatch: "BATCH-OUT"
        case .closeBatch: "BATCH-CLOSE"
        case .confirm: "CONFIRM"
        case .cancel: "CANCEL"
        case .undo: "UNDO"
        case .nextShelf: "NEXT-SHELF"
        case .signOut: "SIGN-OUT"
        case .handling(let handling): "SIZE-\(handling.rawValue.uppercased())"
        case .flag(let flag): "FLAG-\(flag.rawValue.uppercased())"
        case .resolve: "RESOLVE"
        case .override: "OVERRIDE"
        case .reason(let reason): "REASON-\(reason.rawValue.uppercased())"
        case .digit(let digit): String(digit)
        case .dash: "DASH"
        case .practice: "PRACTICE"
        case .carrier(let carrier): "CARRIER-\(carrier.rawValue.uppercased())"
        }
    }

    /// Every command there is, in the order in which a sheet shows them. `overdue` is found by the clock, never by a person.
    public static let all: [DeskCommand] =
        Mode.allCases.map { .mode($0) } + [.openDelivery, .openDispatch, .closeBatch]
        + [.confirm, .cancel, .undo, .nextShelf, .signOut] + Parcel.Handling.allCases.map { .handling($0) }
        + Parcel.Flag.allCases.filter { $0 != .overdue }.map { .flag($0) } + [.resolve, .override]
        + Reason.allCases.map { .reason($0) } + (0...9).map { .digit($0) } + [.dash, .practice]
        + Carrier.allCases.map { .carrier($0) }

    private static let byText = Dictionary(uniqueKeysWithValues: all.map { ($0.text, $0) })

    /// `nil` for a text that is no command. `text` is normalised: upper case, no spaces.
    public init?(_ text: String) {
        guard let command = Self.byText[text] else { return nil }
        self = command
    }
}

extension DeskCommand {
    /// What a sheet and a screen call it, Chinese and English.
    public var title: (chinese: String, english: String) {
        switch self {
        case .mode(.receive): ("入库", "Receive")
        case .mode(.shelve): ("上架", "Shelve")
        case .mode(.collect): ("取件", "Pick-up")
        case .mode(.giveBack): ("退回", "Return")
        case .mode(.dispatch): ("发出", "Dispatch")
        case .mode(.accept): ("寄件", "Send")
        case .mode(.find): ("查询", "Find")
        case .openDelivery: ("送件交接", "Hand-over in")
        case .openDispatch: ("取走交接", "Hand-over out")
        case .closeBatch: ("结束交接", "End hand-over")
        case .confirm: ("确认", "Confirm")
        case .cancel: ("取消", "Cancel")
        case .undo: ("撤销", "Undo last")
        case .nextShelf: ("换货位", "Next shelf")
        case .signOut: ("退出", "Sign out")
        case .handling(.normal): ("普通件", "Normal")
        case .handling(.large): ("大件", "Large")
        case .handling(.cold): ("冷藏件", "Cold")
        case .flag(.damaged): ("破损", "Damaged")
        case .flag(.missing): ("丢失", "Missing")
        case .flag(.wrongVillage): ("错投", "Wrong village")
        case .flag(.refused): ("拒收", "Refused")
        case .flag(.overdue): ("滞留", "Overdue")
        case .resolve: ("问题已解决", "Resolved")
        case .override: ("无码放行", "Release without code")
        case .reason(.idShown): ("已验身份", "ID shown")
        case .reason(.known): ("本人认识", "Known in person")
        case .reason(.family): ("家人代取", "Family member")
        case .reason(.codeLost): ("取件码遗失", "Code lost")
        case .digit(let digit): (String(digit), String(digit))
        case .dash: ("-", "-")
        case .practice: ("练习", "Practice")
        case .carrier(let carrier): carrier.title
        }
    }
}

extension Carrier {
    public var title: (chinese: String, english: String) {
        switch self {
        case .chinaPost: ("邮政", "China Post")
        case .deppon: ("德邦", "Deppon")
        case .ems: ("EMS", "EMS")
        case .jd: ("京东", "JD")
        case .jt: ("极兔", "J&T")
        case .sf: ("顺丰", "SF")
        case .sto: ("申通", "STO")
        case .yto: ("圆通", "YTO")
        case .yunda: ("韵达", "Yunda")
        case .yunexpress: ("云途", "YunExpress")
        case .zto: ("中通", "ZTO")
        case .cainiao: ("菜鸟", "Cainiao")
        }
    }
}
