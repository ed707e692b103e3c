public import Domain
public import Wire

/// What the center sends a kiosk to keep. Called on the uplink's thread, which waits for it: nothing is delivered meanwhile,
/// so an inbox must not wait for the network. The documents come again on each connection and whenever the center publishes
/// them; one that could not be applied is therefore not lost, and an old one must do no harm.
public protocol Inbox: Sendable {
    /// - Throws: when it could not be kept; what was there before stays in force.
    func apply(_ list: ExpectedList) throws -> DocumentOutcome
    func apply(_ roster: Roster) throws -> DocumentOutcome
    func apply(_ catalog: Catalog) throws -> DocumentOutcome
    func apply(_ orders: OrderList) throws -> DocumentOutcome
    func apply(_ payments: PaymentList) throws -> DocumentOutcome
}

/// What became of a document.
public enum DocumentOutcome: Hashable, Sendable {
    case applied
    /// It is in force already.
    case known
    /// A version that is as new or newer, with another content, is in force.
    case older(inForce: Int64)
}
