public import Domain
public import Wire

/// What the center sends a kiosk to keep. Called on the uplink's thread, which waits for it: nothing is delivered meanwhile,
/// so an inbox must not wait for the network. The documents come again on each connection and whenever the center publishes
/// them; one that could not be applied is therefore not lost, and an old one must do no harm.
public protocol Inbox: Sendable {
    /// - Returns: `true` when it was newly applied, `false` for one that is there already or older than that.
    /// - Throws: when it could not be kept; what was there before stays in force.
    func apply(_ list: ExpectedList) throws -> Bool
    func apply(_ roster: Roster) throws -> Bool
    func apply(_ catalog: Catalog) throws -> Bool
    func apply(_ orders: OrderList) throws -> Bool
    func apply(_ payments: PaymentList) throws -> Bool
}
