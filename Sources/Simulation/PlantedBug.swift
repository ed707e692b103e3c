/// A defect that the simulator can put into the parts it stands in for, to show that it would be found. Each is one that such a
/// system has had somewhere.
public enum PlantedBug: String, CaseIterable, Sendable {
    // The desk's turn.
    case beepBeforeCommit = "beep-before-commit"
    case failedCommitShownAsSaved = "failed-commit-shown-as-saved"
    case failureRemembered = "failure-remembered"
    case recordedTwice = "recorded-twice"
    case amountRoundedTwice = "amount-rounded-twice"
    case weighedAtTheCommit = "weighed-at-the-commit"
    case loadNotHeld = "load-not-held"
    case loadNotLetGo = "load-not-let-go"
    case loadKeptByFailure = "load-kept-by-failure"
    case practiceRecordedForReal = "practice-recorded-for-real"
    case paperWithoutRecord = "paper-without-record"
    case paperForgotten = "paper-forgotten"
    case roomNotAsked = "room-not-asked"
    // Money.
    case paidTwice = "paid-twice"
    case paidShort = "paid-short"
    case refundForgotten = "refund-forgotten"
    case pricedTwice = "priced-twice"
    case pricedByToday = "priced-by-today"
    case transferNotChecked = "transfer-not-checked"
    case mergingForgotten = "merging-forgotten"
    case mergedAnew = "merged-anew"
    // The disk and the journal.
    case commitNotSynchronised = "commit-not-synchronised"
    case directoryNotSynchronised = "directory-not-synchronised"
    case ballastKept = "ballast-kept"
    case logRemovedAtStart = "log-removed-at-start"
    case epochReused = "epoch-reused"
    case prunedBeforeAcknowledgement = "pruned-before-acknowledgement"
    // Delivery.
    case cursorMovedByBroker = "cursor-moved-by-broker"
    case cursorMovedByStatus = "cursor-moved-by-status"
    case hashNotChecked = "hash-not-checked"
    case epochNotChecked = "epoch-not-checked"
    case disputeIgnored = "dispute-ignored"
    case resentWithNewID = "resent-with-new-id"
    case orderedByClock = "ordered-by-clock"
    case eventSkipped = "event-skipped"
    case windowIgnored = "window-ignored"
    case silenceNotNoticed = "silence-not-noticed"
    case retryGivesUp = "retry-gives-up"
    // The clock.
    case boundNotGrown = "bound-not-grown"
    case offsetAppliedTwice = "offset-applied-twice"
    case rememberedTimeBelieved = "remembered-time-believed"
    case oldAnswerBelieved = "old-answer-believed"
    // The center.
    case centerCommitNotSynchronised = "center-commit-not-synchronised"
    case acknowledgedBeforeCommit = "acknowledged-before-commit"
    case gapAccepted = "gap-accepted"

    /// A defect of `DeskSession`, which ships; the others are those of what the simulator puts in other parts' places.
    var isOfTurn: Bool {
        switch self {
        case .beepBeforeCommit, .failedCommitShownAsSaved, .failureRemembered, .recordedTwice, .amountRoundedTwice,
            .weighedAtTheCommit, .loadNotHeld, .loadNotLetGo, .loadKeptByFailure, .practiceRecordedForReal,
            .paperWithoutRecord, .paperForgotten, .roomNotAsked, .paidTwice, .paidShort, .refundForgotten:
            true
        default: false
        }
    }

    /// What is wrong with it, in words.
    public var words: String {
        switch self {
        case .paidTwice: "a payment is recorded once more under the next number"
        case .paidShort: "a payment leaves out a crate that was told"
        case .refundForgotten: "what was paid for a crate that is voided is not taken back"
        case .pricedTwice: "a crate that has its price gets one again"
        case .pricedByToday: "a crate is priced by the list of today"
        case .mergingForgotten: "a roster says who somebody is, and the point does not record it"
        case .mergedAnew: "a later roster makes somebody else of a person who is known already"
        case .transferNotChecked: "the county's transfer is recorded for crates that are paid already"
        case .boundNotGrown: "a time that nobody has told for weeks is believed as on the first day"
        case .offsetAppliedTwice: "how far the kernel's clock is off is added twice"
        case .rememberedTimeBelieved: "a clock that remembers when it was switched off is taken for one that went on"
        case .oldAnswerBelieved: "an answer that was long on its way is taken for the time of now"
        case .failureRemembered: "a desk goes on as if what failed had been saved"
        case .recordedTwice: "a turn records everything twice"
        case .weighedAtTheCommit: "the weight is read when the journal has time, not when somebody confirms"
        case .loadNotHeld: "a load that is being recorded is offered once more"
        case .loadNotLetGo: "a load that was recorded is never let go of"
        case .loadKeptByFailure: "a load whose recording failed is not let go of"
        case .practiceRecordedForReal: "what is practised goes into the journal that counts"
        case .paperWithoutRecord: "a receipt comes out for a lot that is not recorded as closed"
        case .paperForgotten: "what is recorded asks for no paper"
        case .roomNotAsked: "something new is begun on a disk that is kept for what was begun"
        case .ballastKept: "a full disk does not get the ballast"
        case .commitNotSynchronised: "a commit does not wait for the card"
        case .directoryNotSynchronised: "a new file's name is not made durable"
        case .beepBeforeCommit: "the beep comes when the event is written, before the commit"
        case .failedCommitShownAsSaved: "a commit that fails is shown as saved"
        case .logRemovedAtStart: "the write-ahead log is cleaned away at the start"
        case .epochReused: "a salvaged journal keeps the name of the old one"
        case .prunedBeforeAcknowledgement: "events are pruned that nobody has acknowledged"
        case .amountRoundedTwice: "an amount is saved one fen higher than it is shown"
        case .cursorMovedByBroker: "the broker's PUBACK moves the cursor"
        case .cursorMovedByStatus: "the center acknowledges what a status says, not what it holds"
        case .hashNotChecked: "an acknowledgement is believed without its hash"
        case .epochNotChecked: "an acknowledgement of another epoch is believed"
        case .disputeIgnored: "the kiosk goes on when the center knows another story"
        case .resentWithNewID: "what is sent again gets a new id"
        case .orderedByClock: "events are sent in the order of the wall clock"
        case .eventSkipped: "a batch leaves out an event"
        case .windowIgnored: "batches are sent without waiting for the broker"
        case .silenceNotNoticed: "a connection open on one side only is not noticed"
        case .retryGivesUp: "after some failures the link is not tried again"
        case .centerCommitNotSynchronised: "the center's commit does not wait for its disk"
        case .acknowledgedBeforeCommit: "the center acknowledges before it commits"
        case .gapAccepted: "the center goes on behind a gap"
        }
    }
}
