public import Domain

/// What a transaction and who only looks can ask of the journal alike. Valid only inside the closure that got it.
public protocol JournalReader {
    /// The open journal; nothing of it is for others.
    var store: Store { get }
}

/// All of it throws SQLite's error, or `Damage` where a row is not what was recorded.
extension JournalReader {
    /// `nil` for what the center has not announced.
    public func expected(_ subject: String) throws -> ExpectedParcel? { try store.tables.expected(subject) }
    /// How many parcels lie in each slot.
    public func occupancy() throws -> [String: Int] { try store.tables.occupancy() }

    /// By id, the roster's or one that was given here.
    public func person(_ id: String) throws -> Person? { try store.tables.person(id) }
    /// By the number that a person types.
    public func person(number: Int) throws -> Person? { try store.tables.person(number: number) }
    /// Everybody on the roster, and whom the point has met beside.
    public func people() throws -> [Person] { try store.tables.people() }
    /// By what the county calls this person.
    public func canonical(_ id: String) throws -> String { try store.tables.canonical(id) }

    /// `nil` before the center has sent one.
    public func catalog() throws -> Catalog? { try store.tables.catalog() }
    /// By its number, as it stands on the receipt.
    public func weighIn(_ number: String) throws -> WeighInEntry? { try store.tables.weighIn(number) }
    /// By its id, as it stands on the label.
    public func lot(_ id: String) throws -> Lot? { try store.tables.lot(id) }
    /// `nil` for one of which nothing was packed.
    public func shipment(order: String) throws -> Shipment? { try store.tables.shipment(order: order) }
    /// By the parcel in which it leaves.
    public func shipment(waybill: String) throws -> Shipment? { try store.tables.shipment(waybill: waybill) }

    /// What a farmer is owed now.
    public func balance(of farmer: String) throws -> FarmerBalance {
        FarmerBalance(try store.tables.due(farmer: farmer))
    }
    /// The cash by the events since it was counted; `nil` before it ever was.
    public func till() throws -> Till? { try store.tables.till() }
    /// With what became of it.
    public func payment(_ number: Payment.Number) throws -> PaymentEntry? { try store.tables.payment(number) }

    /// The event of that number, proved to be what was recorded; `nil` when there is none, or it is pruned.
    public func event(_ sequence: Int64) throws -> Event? { try store.event(sequence) }
    /// The event that closed a lot, the newest if there are several. It costs a look at each event.
    public func packing(of lot: String) throws -> Event? { try store.packing(of: lot) }
}
