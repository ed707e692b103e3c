public import Domain

/// What a pull of the trigger turned out to be.
public enum Recognition: Sendable, Hashable {
    /// The carriers whose numbers have this form, the likeliest first; none when the form is unknown. The symbology is
    /// the AIM identifier, such as `]C0`, if the scanner sent one. `isCertain` says that nobody has to be asked whether
    /// the first carrier is the right one.
    case parcel(Waybill, carriers: [Carrier], isCertain: Bool, symbology: String?)
    /// It may be a parcel, and more likely is none: it is taken for one only if it is announced or known, or scanned twice.
    case doubtful(Waybill, carriers: [Carrier], symbology: String?, Doubt)
    /// No waybill, but perhaps something to the desk: a command, a badge, a pick-up code, a member's web address. Up to 128
    /// printable ASCII characters, normalised: no spaces, and upper case even where the barcode had lower
    /// (`HTTPS://…`). It may hold anything; it is neither logged nor kept.
    case other(String)
    case refused(Refusal)
}

/// Why a number that could be a waybill is most likely none.
public enum Doubt: Sendable, Hashable {
    /// Digits with the check digit and the prefix of goods.
    case goods
    /// A letter before a number that is known without it: scanners can put the maker's mark of the symbology there.
    case letter

    /// What is said when it is scanned the first time.
    public var refusal: Refusal {
        switch self {
        case .goods: .goods
        case .letter: .letter
        }
    }
}

/// Why a scan is not a parcel. The raw values are said to the operator's screen and to the center.
public enum Refusal: String, Sendable, CaseIterable {
    case empty
    case tooLong = "too-long"

    /// No terminator came: the number may have lost its tail.
    case incomplete

    /// Control characters, or bytes that are not UTF-8 text.
    case binary

    /// Text that is no waybill and can mean nothing here: Chinese words, a GS1 element string without an SSCC.
    case unknown

    /// The check digit of a UPU S10 number is wrong.
    case misread

    /// The scanner says it read an EAN: goods, not a parcel.
    case product

    /// A mobile number or a resident id. It must not be stored.
    case personal

    /// Most likely goods; scanned again, it is taken for a parcel.
    case goods

    /// A letter too many in front, most likely; scanned again, it is taken as it is.
    case letter

    /// Of a shipment of several packages, the number without its package.
    case package

    /// A package whose number is here already without it; scanned again, it is taken for a further parcel.
    case whole

    case interrupted

    /// Given by the daemon when its queue is full.
    case busy

    /// Given by the daemon when too little space is left for anything new.
    case full

    /// Given by the daemon when the journal could not be written.
    case storage
}

extension Refusal {
    init(_ fault: ScanFault) {
        self =
            switch fault {
            case .empty: .empty
            case .tooLong: .tooLong
            case .interrupted: .interrupted
            }
    }
}
