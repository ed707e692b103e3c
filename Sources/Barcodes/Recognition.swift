public import Domain

/// What a pull of the trigger turned out to be.
public enum Recognition: Sendable, Hashable {
    /// The carriers whose numbers have this form, the likeliest first; none when the form is unknown. The symbology is
    /// the AIM identifier, such as `]C0`, if the scanner sent one. `isCertain` says that nobody has to be asked whether
    /// the first carrier is the right one.
    case parcel(Waybill, carriers: [Carrier], isCertain: Bool, symbology: String?)
    /// No waybill, but perhaps something to the desk: a command, a badge, a pick-up code, a member's web address. Up to 128
    /// printable ASCII characters, normalised: no spaces, and upper case even where the barcode had lower
    /// (`HTTPS://…`). It may hold anything; it is neither logged nor kept.
    case other(String)
    case refused(Refusal)
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
