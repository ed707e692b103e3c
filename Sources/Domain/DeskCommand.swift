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
    /// Of the county's catalog, by number: what is weighed, and in which container.
    case produce(Int)
    case grade(String)
    case tare(Tare)
    /// Records the crate on the scale.
    case record
    /// The crates so far belong together: a label, and the farmer's receipt.
    case closeLot
    /// Takes the last weigh-in of this desk out of the account, or the one whose receipt was scanned.
    case void(WeighIn.Voiding.Reason)
    /// A reference weight lies on the scale.
    case check
    /// Puts the lot that was scanned on sale.
    case offer

    public enum Tare: Hashable, Sendable {
        case none
        /// What lies on the scale now.
        case measured
        /// Of the catalog, by number.
        case container(Int)
    }

    public enum Mode: String, Sendable, CaseIterable {
        case receive
        case shelve
        case collect
        case giveBack = "return"
        case dispatch
        case accept
        /// Only look: where is it, what can be done.
        case find
        /// A farmer's produce.
        case weigh
        /// An order from the city.
        case pack

        /// Whether the scale is looked at.
        public var isWeighing: Bool { self == .weigh || self == .pack }
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
        case .produce(let number): "PRODUCE-\(number)"
        case .grade(let grade): "GRADE-\(grade)"
        case .tare(.none): "TARE-NONE"
        case .tare(.measured): "TARE"
        case .tare(.container(let number)): "TARE-\(number)"
        case .record: "RECORD"
        case .closeLot: "LOT-CLOSE"
        case .void(let reason): "VOID-\(reason.rawValue.uppercased())"
        case .check: "CHECK"
        case .offer: "OFFER"
        }
    }

    /// Every command there is, in the order in which a sheet shows them. `overdue` is found by the clock, never by a person.
    public static let all: [DeskCommand] =
        Mode.allCases.map { .mode($0) } + [.openDelivery, .openDispatch, .closeBatch]
        + [.confirm, .cancel, .undo, .nextShelf, .signOut] + Parcel.Handling.allCases.map { .handling($0) }
        + Parcel.Flag.allCases.filter { $0 != .overdue }.map { .flag($0) } + [.resolve, .override]
        + Reason.allCases.map { .reason($0) } + (0...9).map { .digit($0) } + [.dash, .practice]
        + Carrier.allCases.map { .carrier($0) } + [.tare(.measured), .tare(.none), .record, .closeLot]
        + WeighIn.Voiding.Reason.allCases.map { .void($0) } + [.check, .offer]

    /// What belongs to a county's catalog, beside `all`.
    public static func all(of catalog: Catalog) -> [DeskCommand] {
        let grades = catalog.produce.flatMap { $0.grades.map(\.id) }
        return catalog.produce.map { .produce($0.number) } + Set(grades).sorted().map { .grade($0) }
            + catalog.containers.map { .tare(.container($0.number)) }
    }

    private static let byText = Dictionary(uniqueKeysWithValues: all.map { ($0.text, $0) })

    /// `nil` for a text that is no command. `text` is normalised: upper case, no spaces.
    public init?(_ text: String) {
        if let command = Self.byText[text] {
            self = command
        } else if let number = Self.number(in: text, after: "PRODUCE-") {
            self = .produce(number)
        } else if let number = Self.number(in: text, after: "TARE-") {
            self = .tare(.container(number))
        } else if let grade = Self.rest(of: text, after: "GRADE-"), (1...8).contains(grade.utf8.count),
            grade.utf8.allSatisfy({ $0.isASCIIDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        {
            self = .grade(grade)
        } else {
            return nil
        }
    }

    private static func rest(of text: String, after word: String) -> String? {
        text.hasPrefix(prefix + word) ? String(text.dropFirst(prefix.count + word.count)) : nil
    }

    private static func number(in text: String, after word: String) -> Int? {
        guard let digits = rest(of: text, after: word), (1...6).contains(digits.utf8.count),
            digits.utf8.allSatisfy(\.isASCIIDigit), digits.first != "0"
        else { return nil }
        return Int(digits)
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
        case .openDispatch: ("揽收交接", "Hand-over out")
        case .closeBatch: ("结束交接", "End hand-over")
        case .confirm: ("确认", "Confirm")
        case .cancel: ("取消", "Cancel")
        case .undo: ("撤销上一步", "Undo last")
        case .nextShelf: ("换货位", "Next shelf")
        case .signOut: ("退出登录", "Sign out")
        case .handling(.normal): ("普通件", "Normal")
        case .handling(.large): ("大件", "Large")
        case .handling(.cold): ("冷藏件", "Cold")
        case .flag(.damaged): ("破损", "Damaged")
        case .flag(.missing): ("找不到", "Cannot be found")
        case .flag(.wrongVillage): ("错分（送错站）", "Wrong point")
        case .flag(.refused): ("拒收", "Refused")
        case .flag(.overdue): ("滞留", "Overdue")
        case .resolve: ("问题已解决", "Resolved")
        case .override: ("无码取件", "Release without code")
        case .reason(.idShown): ("已看证件", "ID shown")
        case .reason(.known): ("站点认识取件人", "Known to us")
        case .reason(.family): ("家人代取", "Family member")
        case .reason(.codeLost): ("忘了取件码", "Code forgotten")
        case .digit(let digit): (String(digit), String(digit))
        case .dash: ("-", "-")
        case .practice: ("练习", "Practice")
        case .carrier(let carrier): carrier.title
        case .mode(.weigh): ("称重收购", "Weigh")
        case .mode(.pack): ("订单打包", "Pack orders")
        case .produce(let number): ("品种 \(number)", "Produce \(number)")
        case .grade(let grade): ("等级 \(grade)", "Grade \(grade)")
        case .tare(.none): ("不去皮", "No tare")
        case .tare(.measured): ("称空筐（皮重）", "Tare the container")
        case .tare(.container(let number)): ("容器 \(number)", "Container \(number)")
        case .record: ("记录这一筐", "Record this crate")
        case .closeLot: ("称完，结单", "Close the lot")
        case .void(.mistake): ("作废：录错了", "Void: entered wrongly")
        case .void(.wrongFarmer): ("作废：农户不对", "Void: wrong farmer")
        case .void(.wrongProduce): ("作废：品种或等级不对", "Void: wrong produce")
        case .void(.wrongTare): ("作废：皮重不对", "Void: wrong tare")
        case .void(.returned): ("作废：农户取回", "Void: taken back")
        case .check: ("砝码核查", "Check the scale")
        case .offer: ("放网店销售", "Offer in the shop")
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
