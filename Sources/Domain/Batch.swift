/// A hand-over between a courier and the point, while it is open.
public struct Batch: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The courier brings.
        case delivery
        /// The courier fetches.
        case dispatch
    }

    /// The id of the event that opened it.
    public var id: String
    public var kind: Kind
    public var carrier: Carrier?
    public var courier: String
    public var desk: String
    public var opened: Timestamp

    public init(
        id: String, kind: Kind, carrier: Carrier?, courier: String, desk: String, opened: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.carrier = carrier
        self.courier = courier
        self.desk = desk
        self.opened = opened
    }

    /// What an event makes of the open hand-overs: the one it opens.
    public init?(opening event: Event) {
        guard event.draft.type == .batchOpened, let data = try? JSON(parsing: event.draft.data),
            let kind = data["kind"]?.string.flatMap(Kind.init), let courier = data["courier"]?.string,
            let desk = data["desk"]?.string
        else { return nil }
        self.init(
            id: event.draft.id.text, kind: kind, carrier: data["carrier"]?.string.flatMap(Carrier.init),
            courier: courier, desk: desk, opened: event.draft.now.wall)
    }
}
