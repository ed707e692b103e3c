public import Domain
public import Wire

/// What the local API needs of the daemon. Implemented once, by the agent.
public protocol KioskFacts: Sendable {
    func status() async throws -> JSON
    /// At most `limit` events after `sequence`, oldest first.
    func events(after sequence: Int64, limit: Int) async throws -> [EventMessage]
    /// One stretch of a walk over the chain.
    func verify(after sequence: Int64, limit: Int) async throws -> JSON
    func connectNow()
    /// Yields whenever events were added, and ends when the daemon stops.
    func arrivals() -> AsyncStream<Void>
    /// The parcels here in the order of their subjects, after one of them; at most `limit`.
    func parcels(after subject: String, limit: Int) async throws -> [JSON]
    /// `nil` for one that was never here and is not announced.
    func parcel(_ subject: String) async throws -> JSON?
    /// The point as a whole: desks, open hand-overs, shelves, what the center has announced.
    func point() async throws -> JSON
    /// As if it had been scanned at that desk; `nil` when there is no such desk.
    func scan(_ text: String, at desk: String) async throws -> JSON?
    func signIn(number: Int, pin: String, at desk: String) async throws -> JSON?
    func practise(_ isWanted: Bool, at desk: String) async throws -> JSON?
    /// The slip of a hand-over that has ended, as text; `nil` when its record is not there any more.
    func slip(of batch: String) async throws -> JSON?
    /// Prints it again, marked as a copy, and says what became of it; `nil` likewise.
    func printSlip(of batch: String) async throws -> JSON?
    /// What becomes of each scan from now on; ends when the daemon stops.
    func scanOutcomes() -> AsyncStream<JSON>
}
