public import Domain

/// The life of a parcel: what can be done to it in which state. A table without a clock; every cell has a named test.
///
///     expected → received → shelved ⇄ relocated → collected | returned | dispatched
///     accepted → dispatched
///
/// A parcel that was returned or dispatched may come again: that is a new stay. One that was collected may not, because
/// then somebody took it: the collection has to be undone first.
public enum ParcelLife {
    public enum Verdict: Hashable, Sendable {
        case becomes(Parcel.Status)
        /// It is so already: a friendly answer, and no event.
        case already
        case impossible(Parcel.TransitionError)
    }

    public static func evaluate(_ action: Parcel.Action, on parcel: Parcel?) -> Verdict {
        let verdict = evaluate(action, in: parcel?.status)
        guard case .becomes = verdict, let parcel else { return verdict }
        // In a fixed order, so that the same parcel always gets the same answer.
        let hindrance = Parcel.Flag.allCases.first { parcel.condition.flags.contains($0) && blocks($0, action) }
        return hindrance.map { .impossible(.flag($0)) } ?? verdict
    }

    /// Marks a problem, or says that it is dealt with.
    public static func evaluate(_ flag: Parcel.Flag, isResolved: Bool, on parcel: Parcel?) -> Verdict {
        guard let parcel else { return .impossible(.notHere) }
        guard parcel.isPresent else { return .impossible(.state(parcel.status)) }
        return parcel.condition.flags.contains(flag) == isResolved ? .becomes(parcel.status) : .already
    }

    /// What a person may do to it as it is: the help beside every "impossible".
    public static func possible(for parcel: Parcel?) -> [Parcel.Action] {
        Parcel.Action.allCases.filter {
            if case .becomes = evaluate($0, on: parcel) { true } else { false }
        }
    }

    private static func evaluate(_ action: Parcel.Action, in status: Parcel.Status?) -> Verdict {
        switch (status, action) {
        case (nil, .receive): .becomes(.received)
        case (nil, .accept): .becomes(.accepted)
        case (nil, _): .impossible(.notHere)

        case (.received, .receive), (.shelved, .receive), (.accepted, .accept): .already
        case (.received, .shelve), (.shelved, .shelve): .becomes(.shelved)
        case (.received, .collect), (.shelved, .collect): .becomes(.collected)
        case (.received, .giveBack), (.shelved, .giveBack): .becomes(.returned)
        case (.received, .dispatch), (.shelved, .dispatch), (.accepted, .dispatch): .becomes(.dispatched)

        case (.collected, .collect), (.returned, .giveBack), (.dispatched, .dispatch): .already
        case (.returned, .receive), (.dispatched, .receive): .becomes(.received)

        case (.received?, .accept), (.shelved?, .accept): .impossible(.state(status ?? .received))
        case (.accepted?, _), (.collected?, _), (.returned?, _), (.dispatched?, _):
            .impossible(.state(status ?? .received))
        }
    }

    /// A parcel that is marked missing has first to be found; one that belongs elsewhere or was refused goes to nobody.
    private static func blocks(_ flag: Parcel.Flag, _ action: Parcel.Action) -> Bool {
        switch (flag, action) {
        case (.missing, _): true
        case (.wrongVillage, .collect), (.wrongVillage, .shelve), (.refused, .collect): true
        case (.damaged, _), (.overdue, _), (.wrongVillage, _), (.refused, _): false
        }
    }
}
