public import Domain
import LocalAPIModel
import Projections
import Wire
import Workflow

/// Where a parcel ended: what has to be the same on the script's paper, in the kiosk and at the center.
public struct ExpectedParcelState: Hashable, Sendable, CustomStringConvertible {
    public var status: Parcel.Status
    public var isOnShelf = false
    public var flags: Set<Parcel.Flag> = []
    public var handling = Parcel.Handling.normal
    public var carrier: Carrier?
    /// The opaque id of whom it is for.
    public var recipient: String?
    /// Why it was handed over: `code`, `member`, or the reason that stood for a code. `nil` while it was not.
    public var authority: String?

    public init(_ status: Parcel.Status) { self.status = status }

    public var description: String {
        let parts: [String?] = [
            status.rawValue, isOnShelf ? "on a shelf" : nil, handling == .normal ? nil : handling.rawValue,
            flags.isEmpty ? nil : flags.sorted().map(\.rawValue).joined(separator: "+"), carrier?.rawValue,
            recipient.map { "for \($0)" }, authority.map { "by \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension ExpectedParcelState {
    /// What events make of each parcel, in the order in which they were recorded.
    public static func folded(_ events: some Sequence<Event>) -> [String: ExpectedParcelState] {
        var parcels: [String: Parcel] = [:]
        var authorities: [EventID: String] = [:]
        for event in events {
            guard let subject = event.draft.subject, ParcelProjection.types.contains(event.draft.type) else { continue }
            parcels[subject] = ParcelProjection.apply(event, to: parcels[subject])
            guard event.draft.type == .parcelCollected, let data = try? JSON(parsing: event.draft.data) else {
                continue
            }
            authorities[event.draft.id] = data["reason"]?.string ?? data["by"]?.string
        }
        return parcels.mapValues { parcel in
            var state = ExpectedParcelState(parcel.status)
            state.isOnShelf = parcel.condition.slot != nil
            state.flags = parcel.condition.flags
            state.handling = parcel.condition.handling
            state.carrier = parcel.condition.carrier
            state.recipient = parcel.condition.recipient
            state.authority = parcel.status == .collected ? parcel.change.flatMap { authorities[$0.id] } : nil
            return state
        }
    }

    /// A parcel as the local API shows it, which does not tell by which authority it was handed over. `nil` for one that was only
    /// announced.
    init?(_ parcel: ShownParcel) {
        guard let status = Parcel.Status(rawValue: parcel.status) else { return nil }
        self.status = status
        isOnShelf = parcel.slot != nil
        flags = Set(parcel.flags ?? [])
        handling = parcel.handling
        carrier = parcel.carrier
        recipient = parcel.recipient?.id
    }

    /// A parcel as the center's own list shows it; `nil` for one that is not known there.
    public init?(shown json: JSON) {
        guard let status = json["status"]?.string.flatMap(Parcel.Status.init) else { return nil }
        self.status = status
        isOnShelf = json["slot"] != nil
        flags = Set((json["flags"]?.array ?? []).compactMap { $0.string.flatMap(Parcel.Flag.init) })
        handling = json["handling"]?.string.flatMap(Parcel.Handling.init) ?? .normal
        carrier = json["carrier"]?.string.flatMap(Carrier.init)
        recipient = json["recipient"]?.string
    }

    /// As far as a list shows it.
    var shown: ExpectedParcelState {
        var state = self
        state.authority = nil
        return state
    }
}
