extension Parcel {
    /// What a person does to a parcel in hand.
    public enum Action: String, Sendable, CaseIterable {
        case receive
        case shelve
        case collect
        case giveBack = "return"
        case dispatch
        case accept
    }

    /// Why it cannot be done.
    public enum TransitionError: Hashable, Sendable {
        case notHere
        /// The state it is in does not allow it.
        case state(Parcel.Status)
        /// This has to be resolved first.
        case flag(Parcel.Flag)
    }
}
