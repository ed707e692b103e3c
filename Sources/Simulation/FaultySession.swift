import DeskSession
import Domain
import Journal
import ScaleProtocols
import Workflow

/// The desk's turn with one defect planted in one of its steps; everything else is the turn that ships.
final class FaultySession: DeskSession, @unchecked Sendable {
    // Sendable: it belongs to one simulation, which is one thread.

    private let bug: PlantedBug
    private let tell: (DeskSession, Turn, TurnResult) -> Void
    private var lastOutcome: TurnResult?

    /// - Parameter tell: what people see and hear of an outcome.
    init(
        _ bug: PlantedBug, name: String, policy: Desk.Policy, scale: SharedScale, random: Entropy,
        tell: @escaping (DeskSession, Turn, TurnResult) -> Void
    ) {
        self.bug = bug
        self.tell = tell
        super.init(name: name, policy: policy, scale: scale, isPrinting: true, random: random)
    }

    override func begin(_ input: Desk.Input, at moment: Moment) -> Turn {
        var turn = super.begin(input, at: moment)
        if bug == .practiceRecordedForReal { turn.isPractice = false }
        return turn
    }

    override func belongs(_ turn: Turn, to desk: Desk) -> Bool {
        bug == .practiceRecordedForReal || super.belongs(turn, to: desk)
    }

    override func run(_ turn: Turn, in transaction: Transaction) throws -> TurnResult {
        let outcome = try super.run(turn, in: transaction)
        lastOutcome = outcome
        if bug == .beepBeforeCommit { tell(self, turn, outcome) }
        return outcome
    }

    override func settle(_ turn: Turn, _ result: Result<TurnResult, any Error>, isPracticeGone: Bool) -> Sequel {
        defer { lastOutcome = nil }
        guard case .failure = result, bug == .failedCommitShownAsSaved, let lastOutcome else {
            return super.settle(turn, result, isPracticeGone: isPracticeGone)
        }
        return super.settle(turn, .success(lastOutcome), isPracticeGone: isPracticeGone)
    }

    override func scaleState(for turn: Turn) -> ScaleWatch.State {
        bug == .weighedAtTheCommit ? scale.state(of: scale.sight) : super.scaleState(for: turn)
    }

    override func requireRoom(in transaction: Transaction) throws {
        if bug != .roomNotAsked { try super.requireRoom(in: transaction) }
    }

    override func carryOut(_ action: Desk.Action, _ outcome: inout TurnResult, in transaction: Transaction) throws {
        guard case .record(var draft) = action else { return try super.carryOut(action, &outcome, in: transaction) }
        switch bug {
        case .amountRoundedTwice: draft = Self.dearer(draft)
        case .paidShort, .refundForgotten: draft = Self.other(draft, bug)
        case .paperWithoutRecord where draft.type == .lotPacked:
            try transaction.enqueue(
                .init(
                    kind: .receipt, reference: draft.subject ?? "", sequence: transaction.store.head.sequence + 1,
                    isAsked: false), at: draft.now.wall)
            return
        default: break
        }
        try super.carryOut(.record(draft), &outcome, in: transaction)
        if bug == .paidTwice, draft.type == .paymentMade, let json = try? JSON(parsing: draft.data),
            var payment = Payment(json)
        {
            payment.number = try transaction.nextPayment()
            var random = Entropy.system
            (draft.id, draft.subject) = (.make(at: draft.now.wall, using: &random), payment.number.description)
            draft.data = payment.json.canonical
            try super.carryOut(.record(draft), &outcome, in: transaction)
        }
        if bug == .recordedTwice {
            var random = Entropy.system
            draft.id = .make(at: draft.now.wall, using: &random)
            try super.carryOut(.record(draft), &outcome, in: transaction)
        }
    }

    override func wantPaper(for event: Event, in transaction: Transaction) throws -> Bool {
        try bug != .paperForgotten && super.wantPaper(for: event, in: transaction)
    }

    override func hold(_ outcome: inout TurnResult) {
        if bug == .loadNotHeld { outcome.countsLoad = true } else { super.hold(&outcome) }
    }

    override func settleLoad(of turn: Turn) {
        if bug != .loadNotLetGo { super.settleLoad(of: turn) }
    }

    override func release() {
        if bug != .loadKeptByFailure { super.release() }
    }

    override func fallBack() {
        if bug != .failureRemembered { super.fallBack() }
    }

    /// A payment of fewer crates, or one that takes nothing back.
    private static func other(_ draft: EventDraft, _ bug: PlantedBug) -> EventDraft {
        guard draft.type == .paymentMade, let json = try? JSON(parsing: draft.data), let payment = Payment(json) else {
            return draft
        }
        let crates = bug == .paidShort && payment.crates.count > 1 ? Array(payment.crates.dropLast()) : payment.crates
        let other = Payment(
            number: payment.number, farmer: payment.farmer, method: payment.method, crates: crates,
            takenBack: bug == .refundForgotten ? [] : payment.takenBack)
        var draft = draft
        if let other { draft.data = other.json.canonical }
        return draft
    }

    /// What is saved is not what is said.
    private static func dearer(_ draft: EventDraft) -> EventDraft {
        guard draft.type == .weighInRecorded, let json = try? JSON(parsing: draft.data), var weighIn = WeighIn(json),
            let amount = weighIn.pricing?.amount
        else { return draft }
        weighIn.pricing?.amount = Money(fen: amount.fen + 1)
        var draft = draft
        draft.data = weighIn.json.canonical
        return draft
    }
}
