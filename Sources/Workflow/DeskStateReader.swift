public import Domain

/// What a decision may ask of the point's state. The journal answers inside the transaction in which the decision is
/// recorded; a plain model answers in tests.
public protocol DeskStateReader {
    func parcel(_ subject: String) throws -> Parcel?
    /// Whether a package of that number is or was here, or is announced.
    func knowsPackages(of number: String) throws -> Bool
    /// The parcel here that has this pick-up code.
    func parcel(code: String) throws -> Parcel?
    /// The parcels here for one recipient.
    func parcels(of recipient: String) throws -> [Parcel]
    /// How many parcels lie in each slot.
    func occupancy() throws -> [String: Int]
    /// Parcels handed in that wait for a courier.
    func accepted(for carrier: Carrier?) throws -> [String]

    func expected(_ subject: String) throws -> ExpectedParcel?
    /// Whether the center has announced anything at all; without that nothing is unexpected.
    func hasExpectations() throws -> Bool
    /// Announced by the center and not here yet, of one carrier or of all.
    func awaited(from carrier: Carrier?) throws -> [String]
    func recipient(_ id: String) throws -> Recipient?

    func person(_ id: String) throws -> Person?
    func person(badge: BadgeHash) throws -> Person?
    func person(number: Int) throws -> Person?

    func attempts(_ key: String) throws -> AttemptLimiter?

    /// The hand-over that is open for this courier, or the one opened at this desk by whomever.
    func batch(of courier: String) throws -> Batch?
    func batch(at desk: String) throws -> Batch?
    /// What was scanned in it, in no particular order.
    func items(of batch: String) throws -> [String]

    /// Whose secret that is.
    func recipient(secret: BadgeHash) throws -> String?

    /// Whose journal this is.
    var chain: HashChain { get }
    /// What stood in that place of an earlier journal of this kiosk.
    func former(_ epoch: Epoch, _ sequence: Int64) throws -> MovedRecord?
    /// The event of that number in this journal; `nil` when there is none, or it is pruned.
    func event(_ sequence: Int64) throws -> Event?
    /// The event of this journal that closed a lot, the newest if there are several. It costs a look at each event.
    func packing(of lot: String) throws -> Event?

    // MARK: Produce

    /// Everybody on the roster, and whom the point has met beside.
    func people() throws -> [Person]
    /// By what the county calls this person.
    func canonical(_ id: String) throws -> String
    /// What the next person gets who is added here.
    func nextNewcomer() throws -> (id: String, number: Int)
    /// What the county buys and pays; `nil` before the center has said so.
    func catalog() throws -> Catalog?
    func weighIn(_ number: String) throws -> WeighInEntry?
    func lot(_ id: String) throws -> Lot?
    /// An order that the center has sent.
    func order(_ id: String) throws -> Order?
    func shipment(order: String) throws -> Shipment?
    func shipment(waybill: String) throws -> Shipment?
    /// The numbers that the next ones get: of this journal, without gaps.
    func nextWeighIn() throws -> WeighIn.Number
    func nextLot() throws -> String
    func lastCheck() throws -> LastScaleCheck?
    /// What a farmer is owed now.
    func balance(of farmer: String) throws -> FarmerBalance
    /// `nil` before it was ever counted.
    func till() throws -> Till?
    func payment(_ number: Payment.Number) throws -> PaymentEntry?
    /// The number that the next one gets: of this journal, without gaps.
    func nextPayment() throws -> Payment.Number
    /// When a boot of the board began, once its clock could be believed.
    func bootTimes(_ id: String) throws -> BootTimes?
}
