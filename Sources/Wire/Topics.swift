public import Domain

/// The topics of the contract, `kiosk/v1/<county>/<kiosk>/…`.
public enum Topics {
    public static func events(_ kiosk: KioskID) -> String { root(kiosk) + "/up/events" }
    public static func status(_ kiosk: KioskID) -> String { root(kiosk) + "/up/status" }
    public static func acknowledgement(_ kiosk: KioskID) -> String { root(kiosk) + "/down/ack" }
    public static func expected(_ kiosk: KioskID) -> String { root(kiosk) + "/down/expected" }
    public static func roster(_ kiosk: KioskID) -> String { root(kiosk) + "/down/roster" }
    public static func orders(_ kiosk: KioskID) -> String { root(kiosk) + "/down/orders" }
    public static func payments(_ kiosk: KioskID) -> String { root(kiosk) + "/down/payments" }
    /// One for all kiosks of the county.
    public static func catalog(_ county: County) -> String { "kiosk/v1/\(county)/all/down/catalog" }
    public static let centerState = "kiosk/v1/center/state"

    /// What the center subscribes to: every kiosk's upward topics.
    public static let everythingUp = "kiosk/v1/+/+/up/#"
    /// What the center takes.
    public static let fromKiosks = ["kiosk/v1/+/+/up/events", "kiosk/v1/+/+/up/status"]

    private static func root(_ kiosk: KioskID) -> String { "kiosk/v1/\(kiosk.county)/\(kiosk)" }

    public enum Upward: String, Hashable, Sendable {
        case events
        case status
        case samples
    }

    /// Reads a topic on which a kiosk publishes. County and kiosk must agree: a broker's access rules let a kiosk write
    /// under any county, so the center has to look.
    public static func parseUpward(_ topic: String) throws(WireError) -> (kiosk: KioskID, kind: Upward) {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "kiosk", parts[1] == "v1", parts[4] == "up" else {
            throw WireError("not a topic of a kiosk")
        }
        guard let kiosk = KioskID(String(parts[3])) else { throw WireError("not a kiosk's name in the topic") }
        guard kiosk.county == parts[2] else { throw WireError("county and kiosk in the topic disagree") }
        guard let kind = Upward(rawValue: String(parts[5])) else { throw WireError("unknown upward topic") }
        return (kiosk, kind)
    }
}

/// Six digits, GB/T 2260.
public struct County: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text is six digits (GB/T 2260).
    public init?(_ text: String) {
        guard text.utf8.count == 6, text.utf8.allSatisfy(\.isDigit) else { return nil }
        self.text = text
    }

    /// The county that stands in the kiosk's id.
    public init(of kiosk: KioskID) { text = kiosk.county }

    public var description: String { text }
}
