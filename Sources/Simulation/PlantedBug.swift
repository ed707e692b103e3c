/// A defect that the simulator can put into the parts it stands in for, to show that it would be found. Each is one that such a
/// system has had somewhere.
public enum PlantedBug: String, CaseIterable, Sendable {
    // The disk and the journal.
    case commitNotSynchronised = "commit-not-synchronised"
    case directoryNotSynchronised = "directory-not-synchronised"
    case beepBeforeCommit = "beep-before-commit"
    case failedCommitShownAsSaved = "failed-commit-shown-as-saved"
    case logRemovedAtStart = "log-removed-at-start"
    case epochReused = "epoch-reused"
    case prunedBeforeAcknowledgement = "pruned-before-acknowledgement"
    case amountRoundedTwice = "amount-rounded-twice"
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
    // The center.
    case centerCommitNotSynchronised = "center-commit-not-synchronised"
    case acknowledgedBeforeCommit = "acknowledged-before-commit"
    case gapAccepted = "gap-accepted"

    /// What is wrong with it, in words.
    public var words: String {
        switch self {
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
