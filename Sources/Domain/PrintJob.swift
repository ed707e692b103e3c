/// A piece of paper that somebody waits for. It lies in the journal beside the record that it tells, from before anything is
/// shown as saved until the paper has come out, so that no power cut loses it and none prints it twice unmarked.
public struct PrintJob: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case handOver = "hand-over"
        /// The crates of a lot, or one crate.
        case receipt
        /// That sticks on a lot.
        case label
        case void
        case packing
        /// Of the scale, with a reference weight.
        case check
        case statement
        /// The farmer's, and the point's of the same payment.
        case payment
        case paymentStub = "payment-stub"
        case reversal
        case till
        /// Of somebody who was added at a desk.
        case card

        /// What an event wants on paper by itself, in the order in which it comes out.
        public static func wanted(by type: EventType) -> [Kind] {
            switch type {
            case .batchClosed: [.handOver]
            case .lotPacked: [.receipt, .label]
            case .weighInVoided: [.void]
            case .orderPacked: [.packing]
            case .scaleChecked: [.check]
            case .paymentMade: [.payment, .paymentStub]
            case .paymentReversed: [.reversal]
            case .tillCounted: [.till]
            case .personAdded: [.card]
            default: []
            }
        }
    }

    public enum State: String, Sendable, CaseIterable {
        case waiting
        /// From before its first byte until it is known what became of it.
        case printing
        /// The printer said that all of it came out.
        case printed
        /// The printer took everything and does not say whether it came out.
        case sent
        /// Power or printer failed on the way: it may be on paper, whole or in part. It is printed again, marked as a copy.
        case uncertain
        case cancelled

        /// Still to be printed.
        public var isOpen: Bool { self == .waiting || self == .printing || self == .uncertain }
    }

    /// Which paper of which record.
    public struct Request: Hashable, Sendable {
        public var kind: Kind
        /// What the paper is about: the subject of its event, else the event's id; of a statement whose it is, and of which
        /// days (`f-1 2026-11-01 2026-11-30`).
        public var reference: String
        /// Where its event stands; 0 for what needs none.
        public var sequence: Int64
        /// Somebody asked for it; else an event did.
        public var isAsked: Bool

        public init(kind: Kind, reference: String, sequence: Int64, isAsked: Bool) {
            self.kind = kind
            self.reference = reference
            self.sequence = sequence
            self.isAsked = isAsked
        }
    }

    /// In the order in which they were wanted.
    public var id: Int64
    public var request: Request
    public var state: State
    /// How often this paper may have come out before; 0 for the first.
    public var copy: Int
    /// How often its printing has begun.
    public var tries: Int
    public var created: Timestamp
    /// Why it waits, is uncertain or was cancelled, in words.
    public var problem: String?

    public init(
        id: Int64, request: Request, state: State, copy: Int, tries: Int, created: Timestamp, problem: String?
    ) {
        self.id = id
        self.request = request
        self.state = state
        self.copy = copy
        self.tries = tries
        self.created = created
        self.problem = problem
    }

    /// What the next try has to be marked with.
    public var nextCopy: Int { state == .uncertain ? copy + 1 : copy }
}
