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
    /// What becomes of each scan from now on; ends when the daemon stops.
    func scanOutcomes() -> AsyncStream<JSON>
}
