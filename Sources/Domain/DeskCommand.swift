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
    /// How the recipient of the parcel that was scanned has agreed that it waits here.
    case consent(Parcel.Consent)
    /// The recipient has not agreed.
    case noConsent
    /// Somebody whom the county does not know yet; the digits entered before end a telephone number.
    case newPerson(Person.Role)
    /// Of whoever is about to be added: a place in `Surname.all`, from 1.
    case surname(Int)
    case digit(Int)
    case dash
    case practice
    /// Sets the time by twelve digits that were entered before: year, month, day, hour and minute of a watch.
    case time
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
    /// Pays the farmer what was told.
    case pay(Payment.Method)
    /// What the farmer is owed.
    case balance
    /// The payment whose paper was scanned did not happen, or came back.
    case reverse(Payment.Reversal.Reason)
    /// The cash that was entered before lies in the till.
    case till(Till.Count.Occasion)
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
        /// What farmers are owed.
        case pay

        /// Whether the scale is looked at.
        public var isWeighing: Bool { self == .weigh || self == .pack }
        /// Whether a farmer's card is looked at.
        public var meetsFarmers: Bool { self == .weigh || self == .pay }
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
        case .consent(let consent): "CONSENT-\(consent.rawValue.uppercased())"
        case .noConsent: "CONSENT-NO"
        case .newPerson(let role): "NEW-\(role.rawValue.uppercased())"
        case .surname(let number): "SURNAME-\(number)"
        case .digit(let digit): String(digit)
        case .dash: "DASH"
        case .practice: "PRACTICE"
        case .time: "TIME"
        case .carrier(let carrier): "CARRIER-\(carrier.rawValue.uppercased())"
        case .produce(let number): "PRODUCE-\(number)"
        case .grade(let grade): "GRADE-\(grade)"
        case .tare(.none): "TARE-NONE"
        case .tare(.measured): "TARE"
        case .tare(.container(let number)): "TARE-\(number)"
        case .record: "RECORD"
        case .closeLot: "LOT-CLOSE"
        case .void(let reason): "VOID-\(reason.rawValue.uppercased())"
        case .pay(let method): "PAY-\(method.rawValue.uppercased())"
        case .balance: "BALANCE"
        // A longer text is too wide for a sheet.
        case .reverse(.wrongFarmer): "REVERSE-FARMER"
        case .reverse(let reason): "REVERSE-\(reason.rawValue.uppercased())"
        case .till(.opened): "TILL-OPEN"
        case .till(.counted): "TILL-COUNT"
        case .till(.closed): "TILL-CLOSE"
        case .check: "CHECK"
        case .offer: "OFFER"
        }
    }

    /// Every command there is, in the order in which a sheet shows them. `overdue` is found by the clock, never by a person.
    public static let all: [DeskCommand] = {
        // Step by step: the boards' compiler gives up on the type of one long sum.
        var all: [DeskCommand] = Mode.allCases.map { .mode($0) }
        all += [.openDelivery, .openDispatch, .closeBatch, .confirm, .cancel, .undo, .nextShelf, .signOut]
        all += Parcel.Handling.allCases.map { .handling($0) }
        all += Parcel.Flag.allCases.filter { $0 != .overdue }.map { .flag($0) }
        all += [.resolve, .override]
        all += Reason.allCases.map { .reason($0) }
        all += Parcel.Consent.allCases.map { .consent($0) }
        all += [.noConsent, .newPerson(.farmer), .newPerson(.courier)]
        all += (0...9).map { .digit($0) }
        all += [.dash, .practice, .time]
        all += Carrier.allCases.map { .carrier($0) }
        all += [.tare(.measured), .tare(.none), .record, .closeLot]
        all += WeighIn.Voiding.Reason.allCases.map { .void($0) }
        all += [.check, .offer]
        all += Payment.Method.allCases.map { .pay($0) }
        all.append(.balance)
        all += Payment.Reversal.Reason.allCases.map { .reverse($0) }
        all += Till.Count.Occasion.allCases.map { .till($0) }
        return all
    }()

    /// For a page of its own, beside `all`.
    public static let surnames = Surname.all.indices.map { DeskCommand.surname($0 + 1) }

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
        } else if let number = Self.number(in: text, after: "SURNAME-"), Surname.named(number) != nil {
            self = .surname(number)
        } else if let number = Self.number(in: text, after: "TARE-") {
            self = .tare(.container(number))
        } else if let grade = Self.rest(of: text, after: "GRADE-"), (1...8).contains(grade.utf8.count),
            grade.utf8.allSatisfy({ $0.isDigit || $0.isCapital })
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
            digits.utf8.allSatisfy(\.isDigit), digits.first != "0"
        else { return nil }
        return Int(digits)
    }
}
