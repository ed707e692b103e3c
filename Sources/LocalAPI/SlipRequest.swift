public import Domain

/// The paper that somebody wants to see or to have printed.
public struct SlipRequest: Hashable, Sendable {
    /// A hand-over's id, a lot (`KL-…`), a weigh-in (`KW-…`), an order, the event of a check, or a farmer.
    public var reference: String
    /// `nil`: what the reference looks like.
    public var kind: PrintJob.Kind?
    /// Of a statement: days in China, both included, `2026-11-01`.
    public var from: String?
    public var until: String?

    public init(reference: String, kind: PrintJob.Kind? = nil, from: String? = nil, until: String? = nil) {
        self.reference = reference
        self.kind = kind
        self.from = from
        self.until = until
    }
}
