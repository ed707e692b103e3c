/// The number on a parcel by which a carrier knows it, after normalisation: upper case, no spaces.
///
/// A consignment of several packages carries one waybill with a package index; each package is a parcel of its own,
/// so the index belongs to the identity while the total does not (it changes when a package is added).
public struct Waybill: Hashable, Sendable {
    public let number: String
    public let package: Int?

    public init(number: String, package: Int? = nil) {
        self.number = number
        self.package = package
    }

    /// The identity of the parcel, and the `subject` of its events: `SF1234567890123`, `JDVA12345678901-2`.
    public var subject: String {
        package.map { "\(number)-\($0)" } ?? number
    }

    /// The reverse of `subject`, as far as a subject tells: up to four digits behind its last `-` are taken for the package
    /// if what stands before is long enough for a number. The subject is the same again in any case.
    public init(subject: String) {
        guard let dash = subject.lastIndex(of: "-"), subject[..<dash].utf8.count >= Self.numberLength.lowerBound,
            let package = Int(subject[dash...].dropFirst()), Self.packages.contains(package),
            subject[dash...].dropFirst() == String(package)
        else {
            self.init(number: subject)
            return
        }
        self.init(number: String(subject[..<dash]), package: package)
    }

    /// How many characters a number has.
    public static let numberLength = 8...30
    /// The packages that a consignment can have.
    public static let packages = 1...9999
}

/// Carriers that a waybill's form can suggest. A suggestion is never a proof and never a reason to refuse.
public enum Carrier: String, CaseIterable, Sendable {
    case chinaPost = "china-post"
    case deppon
    case ems
    case jd
    case jt
    case sf
    case sto
    case yto
    case yunda
    case yunexpress
    case zto
    case cainiao
}
